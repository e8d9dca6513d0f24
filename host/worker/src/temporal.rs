//! What the host needs of a Temporal server, as one small trait and a client.
//!
//! sdk-core's API changes often; [`sdk_core`] and [`connection`] are the only files that name it. Nothing here decides anything.

use std::sync::Arc;

use async_trait::async_trait;
use temporalio_protos::{
    coresdk::{
        ActivityTaskCompletion, activity_task::ActivityTask,
        workflow_activation::WorkflowActivation, workflow_completion::WorkflowActivationCompletion,
    },
    temporal::api::common::v1::Payload,
};
use thiserror::Error;

pub(crate) mod connection;
pub(crate) mod deployments;
#[cfg(test)]
pub(crate) mod fake;
mod sdk_core;

/// A poller of one task queue. Each task that it hands out must be answered, after a shutdown was asked for too.
#[async_trait]
pub(crate) trait Core: Send + Sync {
    /// The next activation of a run, `None` once it is shut down and all are answered. To be called by one task at a time, not to
    /// be dropped half way, and to be called after an error too, until it returns `None`.
    async fn poll_activation(&self) -> Result<Option<WorkflowActivation>, CoreError>;

    /// Answers an activation. May take long, since more history may have to be fetched: never wait for one before the next.
    async fn complete_activation(
        &self,
        completion: WorkflowActivationCompletion,
    ) -> Result<(), CoreError>;

    /// Asks for a run's eviction, which comes as an activation once the run is idle.
    fn evict(&self, run_id: &str);

    /// The next start or cancellation of an activity, `None` once it is shut down and all are answered. As
    /// [`Core::poll_activation`]; where workflows are polled for, their poll has to return `None` first.
    async fn poll_activity(&self) -> Result<Option<ActivityTask>, CoreError>;

    /// Answers an activity task.
    async fn complete_activity(&self, completion: ActivityTaskCompletion) -> Result<(), CoreError>;

    /// Tells the server that an activity lives, as often as its heartbeat timeout needs and no more. Local activities have no such
    /// timeout: what they say is dropped.
    fn heartbeat(&self, task_token: Vec<u8>, details: Vec<Payload>);

    /// Stops asking for new tasks, and tells the server.
    fn initiate_shutdown(&self);

    /// Frees what it holds. To be called after the poll returned `None`.
    async fn finish(self: Arc<Self>);
}

/// How long to wait before polling goes on after an error, so that one that stays does not keep a core busy.
pub(crate) const PAUSE_AFTER_ERROR: std::time::Duration = std::time::Duration::from_millis(100);

/// What went wrong between this host and the server.
#[derive(Debug, Error)]
pub(crate) enum CoreError {
    /// No connection.
    #[error("no connection to {address}: {reason}")]
    Connect { address: String, reason: String },
    /// The namespace can't be described: it does not exist, or may not be seen.
    #[error("namespace {namespace}: {reason}")]
    Namespace { namespace: String, reason: String },
    /// sdk-core refuses the settings.
    #[error("temporal's core refuses to poll: {0}")]
    Settings(String),
    /// Polling failed for good.
    #[error("polling failed: {0}")]
    Poll(String),
    /// An answer was refused.
    #[error("the answer was refused: {0}")]
    Answer(String),
}

/// A version of a module as Temporal's Worker Deployments name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeploymentVersion {
    /// The module's name.
    pub(crate) deployment_name: String,
    /// The component's digest.
    pub(crate) build_id: String,
}

/// What a [`Core`] polls for.
#[derive(Clone, Debug)]
pub(crate) enum Polls {
    /// Workflow tasks, as a version or, with servers that know none, as an unversioned worker. What these ask for as local
    /// activities comes from [`Core::poll_activity`].
    Workflows {
        version: Option<DeploymentVersion>,
        pollers: usize,
        max_concurrent_tasks: usize,
        max_cached_runs: usize,
        max_concurrent_local_activities: usize,
    },
    /// Activity tasks, unversioned.
    Activities {
        max_concurrent: usize,
        shutdown_grace: std::time::Duration,
    },
}
