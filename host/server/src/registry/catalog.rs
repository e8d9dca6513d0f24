//! Modules as records: what is stored, and what is shown of it.

use prost::Message;
use sundial_core::NamespaceInfo;
use sundial_proto::registry::{self as proto, WorkflowDefinition};
use sundial_store::{ModuleVersion, StoreError};

use super::service::Registry;
use crate::rpc::status::RpcError;

/// What a component says of itself, as it is stored.
#[derive(Clone, PartialEq, Message)]
struct Definitions {
    #[prost(message, repeated, tag = "1")]
    workflows: Vec<WorkflowDefinition>,
}

/// For the store.
pub(super) fn encode_definitions(workflows: Vec<WorkflowDefinition>) -> Vec<u8> {
    Definitions { workflows }.encode_to_vec()
}

/// A version as clients see it.
pub(super) fn to_proto(
    namespace: &str,
    version: &ModuleVersion,
    current: bool,
) -> Result<proto::ModuleVersion, RpcError> {
    let definitions = Definitions::decode(version.definitions.as_slice()).map_err(|error| {
        RpcError::Internal(format!(
            "the stored definitions of module {} can't be read: {error}",
            version.name
        ))
    })?;
    Ok(proto::ModuleVersion {
        namespace: namespace.to_owned(),
        name: version.name.clone(),
        digest: version.digest.clone(),
        task_queue: version.task_queue.clone(),
        size: version.size,
        pushed_at: Some(version.pushed_at.to_proto()),
        workflows: definitions.workflows,
        current,
    })
}

impl Registry {
    /// A version with whether it is the one that new runs start on.
    pub(super) async fn shown(
        &self,
        namespace: &NamespaceInfo,
        version: &ModuleVersion,
    ) -> Result<proto::ModuleVersion, RpcError> {
        let current = self
            .deployments
            .current_build_id(namespace.id, &version.name)
            .await?;
        to_proto(
            &namespace.name,
            version,
            current.as_deref() == Some(version.digest.as_str()),
        )
    }

    /// The current version of each module of a namespace, by name. A module without a current version shows its
    /// newest.
    pub(super) async fn modules(
        &self,
        namespace: &NamespaceInfo,
    ) -> Result<Vec<proto::ModuleVersion>, RpcError> {
        let mut versions = self.store.module_versions(Some(namespace.id), None).await?;
        // Stable: within a name the newest stay first.
        versions.sort_by(|a, b| a.name.cmp(&b.name));
        let mut modules = Vec::new();
        for group in versions.chunk_by(|a, b| a.name == b.name) {
            let current = self
                .deployments
                .current_build_id(namespace.id, &group[0].name)
                .await?;
            let found = group.iter().find(|v| Some(&v.digest) == current.as_ref());
            modules.push(to_proto(
                &namespace.name,
                found.unwrap_or(&group[0]),
                found.is_some(),
            )?);
        }
        Ok(modules)
    }

    /// The stored version that is exactly this one.
    pub(super) async fn find(
        &self,
        wanted: &ModuleVersion,
    ) -> Result<Option<ModuleVersion>, StoreError> {
        let versions = self
            .store
            .module_versions(Some(wanted.namespace_id), Some(&wanted.name))
            .await?;
        Ok(versions
            .into_iter()
            .find(|v| v.digest == wanted.digest && v.task_queue == wanted.task_queue))
    }
}
