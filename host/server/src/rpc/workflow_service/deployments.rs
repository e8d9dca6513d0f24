//! Worker deployments: describe, list, route, remove.

use temporalio_protos::temporal::api::deployment::v1::WorkerDeploymentVersion;
use temporalio_protos::temporal::api::workflowservice::v1::{
    DeleteWorkerDeploymentRequest, DeleteWorkerDeploymentResponse,
    DeleteWorkerDeploymentVersionRequest, DeleteWorkerDeploymentVersionResponse,
    DescribeWorkerDeploymentRequest, DescribeWorkerDeploymentResponse,
    DescribeWorkerDeploymentVersionRequest, DescribeWorkerDeploymentVersionResponse,
    ListWorkerDeploymentsRequest, ListWorkerDeploymentsResponse,
    SetWorkerDeploymentCurrentVersionRequest, SetWorkerDeploymentCurrentVersionResponse,
    SetWorkerDeploymentManagerRequest, SetWorkerDeploymentManagerResponse,
    SetWorkerDeploymentRampingVersionRequest, SetWorkerDeploymentRampingVersionResponse,
    UpdateWorkerDeploymentVersionMetadataRequest, UpdateWorkerDeploymentVersionMetadataResponse,
    describe_worker_deployment_version_response::VersionTaskQueue,
    list_worker_deployments_response::WorkerDeploymentSummary,
    set_worker_deployment_manager_request::NewManagerIdentity,
};

use super::task_queues::statistics_proto;
use crate::{
    deployments::{PreviousVersion, RoutingChange, version_proto, version_text},
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::versioning,
    },
};

/// Temporal: 1,000.
const LARGEST_PAGE: usize = 1000;

#[allow(
    deprecated,
    reason = "older clients send and read the old forms of versions"
)]
impl Backend {
    pub(super) async fn describe_worker_deployment(
        &self,
        request: DescribeWorkerDeploymentRequest,
        _call: Call,
    ) -> Result<DescribeWorkerDeploymentResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        versioning::deployment_name(&request.deployment_name, &self.limits)?;
        let (info, conflict_token) = self
            .deployments
            .describe(namespace.id, &request.deployment_name)
            .await?;
        Ok(DescribeWorkerDeploymentResponse {
            conflict_token,
            worker_deployment_info: Some(info),
        })
    }

    pub(super) async fn describe_worker_deployment_version(
        &self,
        request: DescribeWorkerDeploymentVersionRequest,
        _call: Call,
    ) -> Result<DescribeWorkerDeploymentVersionResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let text = match &request.deployment_version {
            _ if !request.version.is_empty() => request.version,
            Some(version) => versioning::old_form(version),
            None => return Err(invalid("deployment version cannot be empty")),
        };
        let version = versioning::parsed(&text)?;
        versioning::deployment_name(&version.deployment_name, &self.limits)?;
        versioning::build_id(&version.build_id, &self.limits)?;
        let info = self
            .deployments
            .describe_version(namespace.id, &version)
            .await?;
        let mut version_task_queues = Vec::with_capacity(info.task_queue_infos.len());
        for queue in &info.task_queue_infos {
            let mut stats = None;
            if request.report_task_queue_stats {
                let described = self
                    .deployments
                    .describe_queue(namespace.id, &queue.name, queue.r#type())
                    .await;
                stats = described
                    .versions
                    .iter()
                    .find(|(of, _)| of.as_ref() == Some(&version))
                    .map(|(_, statistics)| statistics_proto(statistics));
            }
            version_task_queues.push(VersionTaskQueue {
                name: queue.name.clone(),
                r#type: queue.r#type,
                stats,
                ..Default::default()
            });
        }
        Ok(DescribeWorkerDeploymentVersionResponse {
            worker_deployment_version_info: Some(info),
            version_task_queues,
        })
    }

    pub(super) async fn list_worker_deployments(
        &self,
        request: ListWorkerDeploymentsRequest,
        _call: Call,
    ) -> Result<ListWorkerDeploymentsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let limit = match usize::try_from(request.page_size) {
            Ok(0) | Err(_) => LARGEST_PAGE,
            Ok(size) => size.min(LARGEST_PAGE),
        };
        let after = match request.next_page_token.as_slice() {
            [] => None,
            token => {
                Some(std::str::from_utf8(token).map_err(|_| invalid("Invalid NextPageToken."))?)
            }
        };
        let mut found = self
            .deployments
            .list(namespace.id, after, limit + 1)
            .await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next_page_token = match found.last() {
            Some(last) if more => last.name.clone().into_bytes(),
            _ => Vec::new(),
        };
        let mut worker_deployments = Vec::with_capacity(found.len());
        for deployment in found {
            let [latest, current, ramping] = self.deployments.summaries(&deployment).await?;
            worker_deployments.push(WorkerDeploymentSummary {
                name: deployment.name,
                create_time: deployment.info.create_time,
                routing_config: deployment.info.routing_config,
                latest_version_summary: latest,
                current_version_summary: current,
                ramping_version_summary: ramping,
            });
        }
        Ok(ListWorkerDeploymentsResponse {
            next_page_token,
            worker_deployments,
        })
    }

    pub(super) async fn set_worker_deployment_current_version(
        &self,
        request: SetWorkerDeploymentCurrentVersionRequest,
        _call: Call,
    ) -> Result<SetWorkerDeploymentCurrentVersionResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        if request.deployment_name.is_empty() {
            return Err(invalid("deployment name cannot be empty"));
        }
        let build_id = build_id_of(&request.deployment_name, request.build_id, &request.version)?;
        versioning::deployment_name(&request.deployment_name, &self.limits)?;
        let change = RoutingChange {
            build_id,
            conflict_token: request.conflict_token,
            identity: request.identity,
            ignore_missing_task_queues: request.ignore_missing_task_queues,
            allow_no_pollers: request.allow_no_pollers,
        };
        let (previous, conflict_token) = self
            .deployments
            .set_current(namespace.id, &request.deployment_name, &change)
            .await?;
        let PreviousVersion { version, .. } = previous;
        Ok(SetWorkerDeploymentCurrentVersionResponse {
            conflict_token,
            previous_version: version_text(version.as_ref()),
            previous_deployment_version: version.as_ref().map(version_proto),
        })
    }

    pub(super) async fn set_worker_deployment_ramping_version(
        &self,
        request: SetWorkerDeploymentRampingVersionRequest,
        _call: Call,
    ) -> Result<SetWorkerDeploymentRampingVersionResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        if !(0.0..=100.0).contains(&request.percentage) {
            return Err(invalid("Percentage must be between 0 and 100 (inclusive)"));
        }
        let build_id = build_id_of(&request.deployment_name, request.build_id, &request.version)?;
        versioning::deployment_name(&request.deployment_name, &self.limits)?;
        let change = RoutingChange {
            build_id,
            conflict_token: request.conflict_token,
            identity: request.identity,
            ignore_missing_task_queues: request.ignore_missing_task_queues,
            allow_no_pollers: request.allow_no_pollers,
        };
        let (previous, conflict_token) = self
            .deployments
            .set_ramping(
                namespace.id,
                &request.deployment_name,
                &change,
                request.percentage,
            )
            .await?;
        Ok(SetWorkerDeploymentRampingVersionResponse {
            conflict_token,
            previous_version: match &previous.version {
                // Nothing ramped before.
                None if previous.percentage == 0.0 => String::new(),
                version => version_text(version.as_ref()),
            },
            previous_deployment_version: previous.version.as_ref().map(version_proto),
            previous_percentage: previous.percentage,
        })
    }

    pub(super) async fn set_worker_deployment_manager(
        &self,
        request: SetWorkerDeploymentManagerRequest,
        _call: Call,
    ) -> Result<SetWorkerDeploymentManagerResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        if request.identity.is_empty() {
            return Err(invalid("Identity is required"));
        }
        versioning::deployment_name(&request.deployment_name, &self.limits)?;
        let manager = match &request.new_manager_identity {
            Some(NewManagerIdentity::ManagerIdentity(identity)) => identity.as_str(),
            Some(NewManagerIdentity::Self_(true)) => request.identity.as_str(),
            Some(NewManagerIdentity::Self_(false)) | None => "",
        };
        let (previous_manager_identity, conflict_token) = self
            .deployments
            .set_manager(
                namespace.id,
                &request.deployment_name,
                manager,
                &request.conflict_token,
                &request.identity,
            )
            .await?;
        Ok(SetWorkerDeploymentManagerResponse {
            conflict_token,
            previous_manager_identity,
        })
    }

    pub(super) async fn delete_worker_deployment_version(
        &self,
        request: DeleteWorkerDeploymentVersionRequest,
        _call: Call,
    ) -> Result<DeleteWorkerDeploymentVersionResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let text = new_or_old(request.deployment_version.as_ref(), request.version);
        let version = versioning::parsed(&text)?;
        versioning::deployment_name(&version.deployment_name, &self.limits)?;
        self.deployments
            .delete_version(
                namespace.id,
                &version,
                request.skip_drainage,
                &request.identity,
            )
            .await?;
        Ok(DeleteWorkerDeploymentVersionResponse {})
    }

    pub(super) async fn update_worker_deployment_version_metadata(
        &self,
        request: UpdateWorkerDeploymentVersionMetadataRequest,
        _call: Call,
    ) -> Result<UpdateWorkerDeploymentVersionMetadataResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        if request.remove_entries.is_empty() && request.upsert_entries.is_empty() {
            return Err(invalid(
                "At least one of remove_entries or upsert_entries must be provided",
            ));
        }
        let text = new_or_old(request.deployment_version.as_ref(), request.version);
        let version = versioning::parsed_with_reason(&text)?;
        let metadata = self
            .deployments
            .update_metadata(
                namespace.id,
                &version,
                &request.upsert_entries,
                &request.remove_entries,
            )
            .await?;
        Ok(UpdateWorkerDeploymentVersionMetadataResponse { metadata })
    }

    pub(super) async fn delete_worker_deployment(
        &self,
        request: DeleteWorkerDeploymentRequest,
        _call: Call,
    ) -> Result<DeleteWorkerDeploymentResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        versioning::deployment_name(&request.deployment_name, &self.limits)?;
        self.deployments
            .delete(namespace.id, &request.deployment_name, &request.identity)
            .await?;
        Ok(DeleteWorkerDeploymentResponse {})
    }
}

/// The version that a request names, in its old form.
fn new_or_old(version: Option<&WorkerDeploymentVersion>, old: String) -> String {
    version.map_or(old, versioning::old_form)
}

/// The build id that a request means, in its new or its old form; `None` for "no version".
fn build_id_of(
    deployment: &str,
    build_id: String,
    old_version: &str,
) -> Result<Option<String>, RpcError> {
    let text = if !old_version.is_empty() {
        old_version.to_owned()
    } else if build_id.is_empty() {
        return Ok(None);
    } else {
        versioning::old_form(&WorkerDeploymentVersion {
            deployment_name: deployment.to_owned(),
            build_id,
        })
    };
    if text == version_text(None) {
        return Ok(None);
    }
    let version = versioning::parsed_with_reason(&text)?;
    if version.deployment_name != deployment {
        return Err(invalid(format!(
            "invalid version string '{text}' does not match deployment name '{deployment}'"
        )));
    }
    Ok(Some(version.build_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_in_the_new_form_or_in_the_old_one_or_not_at_all() {
        let named = |build_id: &str, old: &str| {
            build_id_of("order", build_id.into(), old)
                .map_or_else(|error| error.to_string(), |found| format!("{found:?}"))
        };
        assert_eq!(named("b", ""), r#"Some("b")"#);
        assert_eq!(named("", "order.b"), r#"Some("b")"#);
        assert_eq!(named("", ""), "None");
        assert_eq!(named("", "__unversioned__"), "None");
        assert!(named("", "other.b").contains("does not match deployment name"));
        assert!(named("", "nonsense").contains("invalid version string"));
    }
}
