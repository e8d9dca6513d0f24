//! Namespaces: register, describe, list, update, deprecate; delete, though that is OperatorService's.

use std::sync::Arc;

use sundial_core::{NamespaceId, time::Span};
use sundial_store::{NamespaceRecord, StoreError};
use temporalio_protos::temporal::api::{
    enums::v1::{ArchivalState, NamespaceState, ReplicationState},
    namespace::v1::{
        NamespaceConfig, NamespaceInfo,
        namespace_info::{Capabilities, Limits as NamespaceLimits},
    },
    operatorservice::v1::{DeleteNamespaceRequest, DeleteNamespaceResponse},
    replication::v1::{ClusterReplicationConfig, NamespaceReplicationConfig},
    workflowservice::v1::{
        DeprecateNamespaceRequest, DeprecateNamespaceResponse, DescribeNamespaceRequest,
        DescribeNamespaceResponse, ListNamespacesRequest, ListNamespacesResponse,
        RegisterNamespaceRequest, RegisterNamespaceResponse, UpdateNamespaceRequest,
        UpdateNamespaceResponse,
    },
};
use uuid::Uuid;

use crate::{
    namespaces::NamespaceError,
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, failed_precondition, invalid},
        validation::{names, timeouts},
    },
};

/// The one cluster that there is, as replication would call it.
pub(crate) const CLUSTER_NAME: &str = "active";

/// Temporal's own, which this server does without.
const SYSTEM_NAMESPACE: &str = "temporal-system";

/// Temporal: 100 unless asked otherwise.
const DEFAULT_PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

/// An update that meets another one reads again and decides again this often.
const UPDATE_ATTEMPTS: usize = 5;

impl Backend {
    pub(super) async fn register_namespace(
        &self,
        mut request: RegisterNamespaceRequest,
        _call: Call,
    ) -> Result<RegisterNamespaceResponse, RpcError> {
        required(&request.namespace)?;
        names::namespace(&request.namespace, &self.limits)?;
        if request.is_global_namespace {
            return Err(invalid("Cannot register global namespace when not enabled"));
        }
        timeouts::retention(request.workflow_execution_retention_period.as_mut())?;
        let mut record = new_record(
            &request.namespace,
            request.workflow_execution_retention_period,
        );
        record.info.description = request.description;
        record.info.owner_email = request.owner_email;
        record.info.data = request.data;
        match self.namespaces().create(record).await {
            Ok(()) => Ok(RegisterNamespaceResponse {}),
            Err(NamespaceError::Store(StoreError::AlreadyExists { .. })) => {
                Err(RpcError::NamespaceExists(request.namespace))
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn describe_namespace(
        &self,
        request: DescribeNamespaceRequest,
        _call: Call,
    ) -> Result<DescribeNamespaceResponse, RpcError> {
        names::namespace(&request.namespace, &self.limits)?;
        let record = if request.id.is_empty() {
            required(&request.namespace)?;
            self.namespaces().by_name(&request.namespace).await?
        } else {
            self.namespace_by_id(&request.id).await?
        };
        Ok(self.described(&record))
    }

    pub(super) async fn list_namespaces(
        &self,
        request: ListNamespacesRequest,
        _call: Call,
    ) -> Result<ListNamespacesResponse, RpcError> {
        let limit = match usize::try_from(request.page_size) {
            Ok(0) | Err(_) => DEFAULT_PAGE,
            Ok(size) => size.min(LARGEST_PAGE),
        };
        let after = match request.next_page_token.as_slice() {
            [] => None,
            token => {
                Some(std::str::from_utf8(token).map_err(|_| invalid("Invalid NextPageToken."))?)
            }
        };
        let mut records = self.namespaces().list(after, limit + 1).await?;
        let more = records.len() > limit;
        records.truncate(limit);
        let next_page_token = match records.last() {
            Some(last) if more => last.name.clone().into_bytes(),
            _ => Vec::new(),
        };
        let with_deleted = request
            .namespace_filter
            .is_some_and(|filter| filter.include_deleted);
        let namespaces = records
            .iter()
            .filter(|record| with_deleted || record.info.state() != NamespaceState::Deleted)
            .map(|record| self.described(record))
            .collect();
        Ok(ListNamespacesResponse {
            namespaces,
            next_page_token,
        })
    }

    pub(super) async fn update_namespace(
        &self,
        mut request: UpdateNamespaceRequest,
        _call: Call,
    ) -> Result<UpdateNamespaceResponse, RpcError> {
        required(&request.namespace)?;
        self.namespace(&request.namespace).await?;
        if let Some(config) = &mut request.config
            && config.workflow_execution_retention_ttl.is_some()
        {
            timeouts::retention(config.workflow_execution_retention_ttl.as_mut())?;
        }
        if request.promote_namespace {
            return Err(invalid(format!(
                "global namespace is not enabled on this cluster, cannot update global namespace or promote local namespace: {}",
                request.namespace
            )));
        }
        let record = self
            .change_namespace(&request.namespace, |record| apply_update(record, &request))
            .await?;
        let described = self.described(&record);
        Ok(UpdateNamespaceResponse {
            namespace_info: described.namespace_info,
            config: described.config,
            replication_config: described.replication_config,
            ..Default::default()
        })
    }

    pub(super) async fn deprecate_namespace(
        &self,
        request: DeprecateNamespaceRequest,
        _call: Call,
    ) -> Result<DeprecateNamespaceResponse, RpcError> {
        required(&request.namespace)?;
        self.namespace(&request.namespace).await?;
        self.change_namespace(&request.namespace, |record| {
            record.info.state = NamespaceState::Deprecated as i32;
            Ok(())
        })
        .await?;
        Ok(DeprecateNamespaceResponse {})
    }

    /// DeleteNamespace of OperatorService.
    pub(crate) async fn delete_namespace(
        &self,
        request: DeleteNamespaceRequest,
    ) -> Result<DeleteNamespaceResponse, RpcError> {
        names::namespace(&request.namespace, &self.limits)?;
        let record = match (request.namespace.as_str(), request.namespace_id.as_str()) {
            ("", "") => return Err(invalid("Namespace not set on request.")),
            (SYSTEM_NAMESPACE, "") => {
                return Err(failed_precondition("unable to delete system namespace"));
            }
            (name, "") => self.namespaces().by_name(name).await?,
            ("", id) => self.namespace_by_id(id).await?,
            (_, _) => {
                return Err(invalid(
                    "Only one of namespace name or Id should be set on request.",
                ));
            }
        };
        if let Some(endpoint) = self.engine.nexus().endpoints.leading_to(&record.name) {
            let name = endpoint.spec.map(|spec| spec.name).unwrap_or_default();
            return Err(failed_precondition(format!(
                "cannot delete a namespace that is a target of a Nexus endpoint {name}"
            )));
        }
        let delay = Span::from_proto(request.namespace_delete_delay.as_ref());
        let deleted_namespace = self.deletions.begin(record.id, delay).await?;
        Ok(DeleteNamespaceResponse { deleted_namespace })
    }

    async fn namespace_by_id(&self, id: &str) -> Result<Arc<NamespaceRecord>, RpcError> {
        let not_found = || RpcError::NamespaceNotFound(id.to_owned());
        let parsed = Uuid::try_parse(id).map_err(|_| not_found())?;
        Ok(self.namespaces().by_id(NamespaceId(parsed)).await?)
    }

    async fn change_namespace(
        &self,
        name: &str,
        change: impl Fn(&mut NamespaceRecord) -> Result<(), RpcError>,
    ) -> Result<NamespaceRecord, RpcError> {
        let mut attempts = 0;
        loop {
            let mut record = NamespaceRecord::clone(&*self.namespaces().by_name(name).await?);
            change(&mut record)?;
            match self.namespaces().update(record).await {
                Ok(record) => return Ok(NamespaceRecord::clone(&record)),
                Err(NamespaceError::Store(StoreError::Stale { .. }))
                    if attempts < UPDATE_ATTEMPTS =>
                {
                    attempts += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn described(&self, record: &NamespaceRecord) -> DescribeNamespaceResponse {
        let info = NamespaceInfo {
            name: record.name.clone(),
            id: record.id.to_string(),
            capabilities: Some(Capabilities {
                eager_workflow_start: true,
                sync_update: true,
                async_update: true,
                worker_heartbeats: true,
                worker_poll_complete_on_shutdown: true,
                workflow_pause: true,
                ..Default::default()
            }),
            limits: Some(NamespaceLimits {
                blob_size_limit_error: i64::try_from(self.limits.blob_size_bytes)
                    .unwrap_or(i64::MAX),
                memo_size_limit_error: i64::try_from(self.limits.memo_size_bytes)
                    .unwrap_or(i64::MAX),
                ..Default::default()
            }),
            supports_schedules: true,
            ..record.info.clone()
        };
        DescribeNamespaceResponse {
            namespace_info: Some(info),
            config: Some(NamespaceConfig {
                bad_binaries: Some(record.config.bad_binaries.clone().unwrap_or_default()),
                history_archival_state: ArchivalState::Disabled as i32,
                visibility_archival_state: ArchivalState::Disabled as i32,
                ..record.config.clone()
            }),
            replication_config: Some(NamespaceReplicationConfig {
                active_cluster_name: CLUSTER_NAME.into(),
                clusters: vec![ClusterReplicationConfig {
                    cluster_name: CLUSTER_NAME.into(),
                    ..Default::default()
                }],
                state: ReplicationState::Normal as i32,
            }),
            ..Default::default()
        }
    }
}

/// Methods about namespaces say in words of their own that they need a name.
fn required(namespace: &str) -> Result<(), RpcError> {
    if namespace.is_empty() {
        return Err(invalid("Namespace not set on request."));
    }
    Ok(())
}

/// A namespace that was never there.
pub(crate) fn new_record(
    name: &str,
    retention: Option<prost_wkt_types::Duration>,
) -> NamespaceRecord {
    let mut record = NamespaceRecord {
        id: NamespaceId(Uuid::new_v4()),
        name: name.to_owned(),
        revision: 1,
        info: NamespaceInfo {
            state: NamespaceState::Registered as i32,
            ..Default::default()
        },
        config: Default::default(),
    };
    record.config.workflow_execution_retention_ttl = retention;
    record
}

fn apply_update(
    record: &mut NamespaceRecord,
    request: &UpdateNamespaceRequest,
) -> Result<(), RpcError> {
    if let Some(update) = &request.update_info {
        if !update.description.is_empty() {
            record.info.description.clone_from(&update.description);
        }
        if !update.owner_email.is_empty() {
            record.info.owner_email.clone_from(&update.owner_email);
        }
        record
            .info
            .data
            .extend(update.data.iter().map(|(k, v)| (k.clone(), v.clone())));
        match update.state() {
            NamespaceState::Unspecified => {}
            state if state == record.info.state() => {}
            // Only forward, as on Temporal: from registered to deprecated.
            NamespaceState::Deprecated => record.info.state = NamespaceState::Deprecated as i32,
            NamespaceState::Registered | NamespaceState::Deleted => {
                return Err(invalid("Invalid namespace state update."));
            }
        }
    }
    if let Some(config) = &request.config {
        if config.workflow_execution_retention_ttl.is_some() {
            record.config.workflow_execution_retention_ttl =
                config.workflow_execution_retention_ttl;
        }
        for (name, alias) in &config.custom_search_attribute_aliases {
            let aliases = &mut record.config.custom_search_attribute_aliases;
            if alias.is_empty() {
                aliases.remove(name);
            } else {
                aliases.insert(name.clone(), alias.clone());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use prost_wkt_types::Duration;
    use temporalio_protos::temporal::api::namespace::v1::UpdateNamespaceInfo;

    use super::*;

    #[test]
    fn an_update_changes_only_what_it_names() {
        let mut record = new_record(
            "n",
            Some(Duration {
                seconds: 86_400,
                nanos: 0,
            }),
        );
        record.info.owner_email = "a@example.com".into();
        let request = UpdateNamespaceRequest {
            update_info: Some(UpdateNamespaceInfo {
                description: "orders".into(),
                data: [("team".to_owned(), "orders".to_owned())].into(),
                ..Default::default()
            }),
            config: Some(NamespaceConfig {
                workflow_execution_retention_ttl: Some(Duration {
                    seconds: 3600,
                    nanos: 0,
                }),
                ..Default::default()
            }),
            ..Default::default()
        };
        apply_update(&mut record, &request).expect("is allowed");
        assert_eq!(record.info.description, "orders");
        assert_eq!(record.info.owner_email, "a@example.com");
        assert_eq!(record.info.data["team"], "orders");
        assert_eq!(
            record
                .config
                .workflow_execution_retention_ttl
                .map(|d| d.seconds),
            Some(3600)
        );
    }

    #[test]
    fn a_deprecated_namespace_stays_so() {
        let mut record = new_record("n", None);
        let to = |state: NamespaceState| UpdateNamespaceRequest {
            update_info: Some(UpdateNamespaceInfo {
                state: state as i32,
                ..Default::default()
            }),
            ..Default::default()
        };
        assert!(apply_update(&mut record, &to(NamespaceState::Deprecated)).is_ok());
        assert!(apply_update(&mut record, &to(NamespaceState::Registered)).is_err());
        assert!(apply_update(&mut record, &to(NamespaceState::Deprecated)).is_ok());
        assert_eq!(record.info.state(), NamespaceState::Deprecated);
    }
}
