//! Worker deployments and their versions as records.

use sundial_core::{DeploymentVersion, NamespaceId};
use temporalio_protos::temporal::api::deployment::v1::{
    WorkerDeploymentInfo, WorkerDeploymentVersionInfo,
};

/// A worker deployment. Version summaries in `info` are derived by the server and not stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// Unique in the namespace.
    pub name: String,
    /// Counts the changes: 1 when created. It is what conflict tokens are made of.
    pub revision: i64,
    /// Routing (current and ramping version), manager, times.
    pub info: WorkerDeploymentInfo,
}

/// A version of a deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct DeploymentVersionRecord {
    /// Deployment name and build id.
    pub version: DeploymentVersion,
    /// Status, times, drainage, task queues, metadata.
    pub info: WorkerDeploymentVersionInfo,
}

/// A change of one deployment and of some of its versions, stored together.
#[derive(Clone, Debug)]
pub struct DeploymentChange {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// The deployment's name.
    pub name: String,
    /// The revision that the caller read; 0 to create the deployment.
    pub expected_revision: i64,
    /// The new record; `None` removes the deployment and every version of it.
    pub info: Option<WorkerDeploymentInfo>,
    /// Versions to create or replace.
    pub versions_put: Vec<DeploymentVersionRecord>,
    /// Build ids of versions to remove.
    pub versions_removed: Vec<String>,
}
