//! How a deployment is changed: read, decide, store, and again if somebody else was faster; then tell matching.

use prost_wkt_types::Timestamp;
use sundial_core::{DeploymentVersion, NamespaceId};
use sundial_store::{Deployment, DeploymentChange, DeploymentVersionRecord, StoreError};
use temporalio_protos::temporal::api::{
    deployment::v1::{
        RoutingConfig, WorkerDeploymentInfo, WorkerDeploymentVersionInfo,
        worker_deployment_version_info::VersionTaskQueueInfo,
    },
    enums::v1::{TaskQueueType, WorkerDeploymentVersionStatus},
};

use super::{CHANGE_ATTEMPTS, Deployments, Snapshot, version_proto, version_text};

/// Why a deployment was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum DeploymentError {
    /// There is no such deployment, and what is asked for does not make one.
    #[error("no Worker Deployment found with name {0}; does your Worker Deployment have pollers?")]
    NoPollersYet(String),
    /// What is asked about is not there.
    #[error("{0}")]
    NotFound(String),
    /// The caller's conflict token is not that of the deployment as it is now.
    #[error("conflict token mismatch")]
    Conflict,
    /// The state of the deployment does not allow it.
    #[error("{0}")]
    Precondition(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeploymentError {
    /// There is no such deployment, told as Temporal tells it: there a deployment is a workflow.
    pub(super) fn no_deployment(name: &str) -> Self {
        Self::NotFound(format!(
            "workflow not found for ID: temporal-sys-worker-deployment:{name}"
        ))
    }

    /// There is no such version, told in the same way.
    pub(super) fn no_version(version: &DeploymentVersion) -> Self {
        Self::NotFound(format!(
            "workflow not found for ID: temporal-sys-worker-deployment-version:{}:{}",
            version.deployment_name, version.build_id
        ))
    }
}

/// A change that was decided on; nothing is stored when there is none.
pub(super) struct Decision {
    pub(super) info: Option<WorkerDeploymentInfo>,
    pub(super) versions_put: Vec<DeploymentVersionRecord>,
    pub(super) versions_removed: Vec<String>,
}

/// What a deployment is at when it has the given revision, for callers who want to change just that.
pub(super) fn conflict_token(revision: i64) -> Vec<u8> {
    revision.to_be_bytes().to_vec()
}

impl Deployments {
    /// Applies `decide` to the deployment as it is stored; `None` from it changes nothing. A token that is not empty
    /// must be that of the deployment. Gives the answer with the new conflict token.
    pub(super) async fn change<R>(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        token: &[u8],
        mut decide: impl FnMut(Option<&Snapshot>) -> Result<(R, Option<Decision>), DeploymentError>,
    ) -> Result<(R, Vec<u8>), DeploymentError> {
        let mut attempts = 0;
        loop {
            let snapshot = self.snapshot(namespace_id, name).await?;
            let revision = snapshot
                .as_ref()
                .map_or(0, |snapshot| snapshot.deployment.revision);
            let is_other = !token.is_empty() && token != conflict_token(revision);
            let (answer, decision) = match decide(snapshot.as_ref()) {
                // What is so already, or is not there, is told whatever the caller saw before.
                Ok((answer, None)) => return Ok((answer, conflict_token(revision))),
                Err(error) if snapshot.is_none() => return Err(error),
                Ok(_) | Err(_) if is_other => return Err(DeploymentError::Conflict),
                Ok((answer, Some(decision))) => (answer, decision),
                Err(error) => return Err(error),
            };
            let change = DeploymentChange {
                namespace_id,
                name: name.to_owned(),
                expected_revision: revision,
                info: decision.info,
                versions_put: decision.versions_put,
                versions_removed: decision.versions_removed,
            };
            match self.inner.store.change_deployment(&change).await {
                Ok(revision) => {
                    self.tell_matching(namespace_id, name, change.info.as_ref());
                    return Ok((answer, conflict_token(revision)));
                }
                Err(StoreError::Stale { .. } | StoreError::AlreadyExists { .. })
                    if attempts < CHANGE_ATTEMPTS =>
                {
                    attempts += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn tell_matching(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        info: Option<&WorkerDeploymentInfo>,
    ) {
        match info {
            None => self.inner.matching.remove_deployment(namespace_id, name),
            Some(info) => {
                let config = info.routing_config.clone().unwrap_or_default();
                self.inner.matching.set_routing(namespace_id, name, &config);
            }
        }
    }
}

/// A deployment that did not exist.
pub(super) fn new_deployment(name: &str, identity: &str, now: Timestamp) -> WorkerDeploymentInfo {
    WorkerDeploymentInfo {
        name: name.to_owned(),
        create_time: Some(now),
        routing_config: Some(RoutingConfig {
            #[allow(deprecated, reason = "clients still read it")]
            current_version: version_text(None),
            ..Default::default()
        }),
        last_modifier_identity: identity.to_owned(),
        ..Default::default()
    }
}

/// A version that did not exist.
pub(super) fn new_version(version: &DeploymentVersion, now: Timestamp) -> DeploymentVersionRecord {
    DeploymentVersionRecord {
        version: version.clone(),
        info: WorkerDeploymentVersionInfo {
            #[allow(deprecated, reason = "clients still read it")]
            version: version_text(Some(version)),
            status: WorkerDeploymentVersionStatus::Inactive as i32,
            deployment_version: Some(version_proto(version)),
            deployment_name: version.deployment_name.clone(),
            create_time: Some(now),
            ..Default::default()
        },
    }
}

/// Notes a queue that a version serves. False if it was known.
pub(super) fn note_queue(
    record: &mut DeploymentVersionRecord,
    queue: &str,
    kind: TaskQueueType,
) -> bool {
    let queues = &mut record.info.task_queue_infos;
    if queues
        .iter()
        .any(|known| known.name == queue && known.r#type == kind as i32)
    {
        return false;
    }
    queues.push(VersionTaskQueueInfo {
        name: queue.to_owned(),
        r#type: kind as i32,
    });
    true
}

/// The deployment's own record, without what is derived.
pub(super) fn own_info(deployment: &Deployment) -> WorkerDeploymentInfo {
    WorkerDeploymentInfo {
        version_summaries: Vec::new(),
        ..deployment.info.clone()
    }
}
