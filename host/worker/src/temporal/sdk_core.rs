//! [`Core`] by Temporal's sdk-core. The only file that knows its worker.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use temporalio_client::Connection;
use temporalio_common::worker::{
    VersioningBehavior, WorkerDeploymentOptions, WorkerDeploymentVersion, WorkerTaskTypes,
};
use temporalio_protos::{
    coresdk::{
        ActivityHeartbeat, ActivityTaskCompletion, activity_task::ActivityTask,
        workflow_activation::WorkflowActivation, workflow_completion::WorkflowActivationCompletion,
    },
    temporal::api::common::v1::Payload,
};
use temporalio_sdk_core::{
    CoreRuntime, PollError, PollerBehavior, Worker, WorkerConfig, WorkerVersioningStrategy,
    init_worker,
};

use super::{Core, CoreError, Polls};

/// Polls for activities that are open at once. Activities are long, compared to a poll.
const ACTIVITY_POLLERS: usize = 5;

/// How long after an activity's own timeout sdk-core cancels it here. It leaves the server the first word.
const TIMEOUT_BUFFER: Duration = Duration::from_secs(1);

/// A worker of sdk-core.
pub(super) struct SdkCore(Worker);

impl SdkCore {
    /// Makes one, and lets it ask the server about its namespace, which is the first sign of a wrong one.
    pub(super) async fn start(
        runtime: &CoreRuntime,
        connection: Connection,
        namespace: &str,
        task_queue: &str,
        polls: Polls,
    ) -> Result<Self, CoreError> {
        let config = config(namespace, task_queue, polls).map_err(CoreError::Settings)?;
        let worker = init_worker(runtime, config, connection)
            .map_err(|error| CoreError::Settings(format!("{error:#}")))?;
        match worker.validate().await {
            Ok(_) => Ok(Self(worker)),
            Err(error) => {
                // A worker that was made counts in its connection until it is finished.
                worker.initiate_shutdown();
                worker.finalize_shutdown().await;
                Err(CoreError::Namespace {
                    namespace: namespace.to_owned(),
                    reason: match error {
                        temporalio_sdk_core::WorkerValidationError::NamespaceDescribeError {
                            source,
                            ..
                        } => source.message().to_owned(),
                    },
                })
            }
        }
    }
}

fn config(namespace: &str, task_queue: &str, polls: Polls) -> Result<WorkerConfig, String> {
    let unversioned = || WorkerVersioningStrategy::None {
        build_id: String::new(),
    };
    let builder = WorkerConfig::builder()
        .namespace(namespace)
        .task_queue(task_queue)
        // The check compares build ids only: two modules of the same bytes on one task queue are two deployments.
        .skip_client_worker_set_check(true);
    match polls {
        Polls::Workflows {
            version,
            pollers,
            max_concurrent_tasks,
            max_cached_runs,
            max_concurrent_local_activities,
        } => {
            let versioning = match version {
                None => unversioned(),
                Some(version) => {
                    let version = WorkerDeploymentVersion::builder()
                        .deployment_name(version.deployment_name)
                        .build_id(version.build_id)
                        .build();
                    WorkerVersioningStrategy::WorkerDeploymentBased(
                        WorkerDeploymentOptions::new(version)
                            .use_worker_versioning(true)
                            .default_versioning_behavior(VersioningBehavior::Pinned)
                            .build(),
                    )
                }
            };
            builder
                .task_types(WorkerTaskTypes {
                    enable_workflows: true,
                    enable_local_activities: true,
                    enable_remote_activities: false,
                    enable_nexus: false,
                })
                .versioning_strategy(versioning)
                // 0 (the default) would turn sticky queues off and replay on every task.
                .max_cached_workflows(max_cached_runs)
                .max_outstanding_workflow_tasks(max_concurrent_tasks)
                .max_outstanding_local_activities(max_concurrent_local_activities)
                .workflow_task_poller_behavior(PollerBehavior::SimpleMaximum(pollers))
                .build()
        }
        Polls::Activities {
            max_concurrent,
            shutdown_grace,
        } => builder
            .task_types(WorkerTaskTypes::activity_only())
            .versioning_strategy(unversioned())
            .max_outstanding_activities(max_concurrent)
            .activity_task_poller_behavior(PollerBehavior::SimpleMaximum(
                ACTIVITY_POLLERS.min(max_concurrent),
            ))
            .graceful_shutdown_period(shutdown_grace)
            .local_timeout_buffer_for_activities(TIMEOUT_BUFFER)
            .build(),
    }
}

#[async_trait]
impl Core for SdkCore {
    async fn poll_activation(&self) -> Result<Option<WorkflowActivation>, CoreError> {
        unless_shut_down(self.0.poll_workflow_activation().await)
    }

    async fn complete_activation(
        &self,
        completion: WorkflowActivationCompletion,
    ) -> Result<(), CoreError> {
        self.0
            .complete_workflow_activation(completion)
            .await
            .map_err(|error| CoreError::Answer(error.to_string()))
    }

    fn evict(&self, run_id: &str) {
        self.0.request_workflow_eviction(run_id);
    }

    async fn poll_activity(&self) -> Result<Option<ActivityTask>, CoreError> {
        unless_shut_down(self.0.poll_activity_task().await)
    }

    async fn complete_activity(&self, completion: ActivityTaskCompletion) -> Result<(), CoreError> {
        self.0
            .complete_activity_task(completion)
            .await
            .map_err(|error| CoreError::Answer(error.to_string()))
    }

    fn heartbeat(&self, task_token: Vec<u8>, details: Vec<Payload>) {
        self.0.record_activity_heartbeat(ActivityHeartbeat {
            task_token,
            details,
        });
    }

    fn initiate_shutdown(&self) {
        self.0.initiate_shutdown();
    }

    async fn finish(self: Arc<Self>) {
        match Arc::into_inner(self) {
            Some(core) => core.0.finalize_shutdown().await,
            None => tracing::error!("a poller is still in use while it is to be freed; it leaks"),
        }
    }
}

fn unless_shut_down<T>(polled: Result<T, PollError>) -> Result<Option<T>, CoreError> {
    match polled {
        Ok(task) => Ok(Some(task)),
        Err(PollError::ShutDown) => Ok(None),
        Err(PollError::TonicError(status)) => Err(CoreError::Poll(format!(
            "{}: {}",
            status.code(),
            status.message()
        ))),
    }
}
