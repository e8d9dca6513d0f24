//! Workers asking for tasks.
//!
//! A poll waits inside its own call and nowhere else: a caller that leaves takes its poll with it, and matching gives
//! the task to the next.

use std::sync::Arc;

use sundial_core::{DeploymentVersion, NamespaceInfo, TaskKind};
use temporalio_protos::temporal::api::{
    common::v1::{WorkerVersionCapabilities, WorkerVersionStamp},
    deployment::v1::WorkerDeploymentOptions,
    enums::v1::TaskQueueKind,
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        PollActivityTaskQueueRequest, PollActivityTaskQueueResponse, PollWorkflowTaskQueueRequest,
        PollWorkflowTaskQueueResponse,
    },
};

use crate::{
    matching::{Poll, PollerInfo, QueueName},
    rpc::{
        backend::{Backend, POLL_LIMIT},
        call::Call,
        status::RpcError,
        validation::{names, task_queue, versioning},
    },
};

/// The worker behind a poll.
struct Asker {
    identity: String,
    instance_key: String,
    options: Option<WorkerDeploymentOptions>,
    worker_version: Option<WorkerVersionStamp>,
    tasks_per_second: Option<f64>,
}

impl Backend {
    #[expect(
        deprecated,
        reason = "unversioned workers have no other way to tell their build"
    )]
    pub(super) async fn poll_workflow_task_queue(
        &self,
        request: PollWorkflowTaskQueueRequest,
        call: Call,
    ) -> Result<PollWorkflowTaskQueueResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let poll = self
            .poll_of(
                &namespace,
                TaskKind::Workflow,
                request.task_queue,
                Asker {
                    identity: request.identity,
                    instance_key: request.worker_instance_key,
                    options: request.deployment_options,
                    worker_version: stamp_of(request.worker_version_capabilities),
                    tasks_per_second: None,
                },
                &call,
            )
            .await?;
        if self.is_stopped(&poll) {
            return Ok(PollWorkflowTaskQueueResponse::default());
        }
        let started = tokio::select! {
            started = self.engine.next_workflow_task(poll) => started?,
            () = self.stopping.cancelled() => None,
        };
        match started {
            // An empty answer is how a poll says that there was nothing.
            None => Ok(PollWorkflowTaskQueueResponse::default()),
            Some(started) => self.workflow_task(started).await,
        }
    }

    #[expect(
        deprecated,
        reason = "unversioned workers have no other way to tell their build"
    )]
    pub(super) async fn poll_activity_task_queue(
        &self,
        request: PollActivityTaskQueueRequest,
        call: Call,
    ) -> Result<PollActivityTaskQueueResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let poll = self
            .poll_of(
                &namespace,
                TaskKind::Activity,
                request.task_queue,
                Asker {
                    identity: request.identity,
                    instance_key: request.worker_instance_key,
                    options: request.deployment_options,
                    worker_version: stamp_of(request.worker_version_capabilities),
                    tasks_per_second: request
                        .task_queue_metadata
                        .and_then(|metadata| metadata.max_tasks_per_second),
                },
                &call,
            )
            .await?;
        if self.is_stopped(&poll) {
            return Ok(PollActivityTaskQueueResponse::default());
        }
        let started = tokio::select! {
            started = self.engine.next_activity_task(poll) => started?,
            () = self.stopping.cancelled() => None,
        };
        Ok(started.unwrap_or_default())
    }

    fn is_stopped(&self, poll: &Poll) -> bool {
        self.workers
            .is_stopped(poll.queue.namespace_id, &poll.poller.worker_instance_key)
    }

    async fn poll_of(
        &self,
        namespace: &NamespaceInfo,
        kind: TaskKind,
        mut queue: Option<TaskQueue>,
        asker: Asker,
        call: &Call,
    ) -> Result<Poll, RpcError> {
        let Asker {
            identity,
            instance_key,
            options,
            worker_version,
            tasks_per_second,
        } = asker;
        names::identity(&identity, &self.limits)?;
        task_queue::normalize(queue.as_mut(), &self.limits)?;
        let version = versioning::of_worker(options.as_ref(), queue.as_ref(), &self.limits)?;
        let queue = queue.unwrap_or_default();
        let sticky = queue.kind == TaskQueueKind::Sticky as i32;
        let name: Arc<str> = queue.name.into();
        let normal_queue: Option<Arc<str>> = sticky.then(|| queue.normal_name.into());
        if let Some(version) = &version {
            let known_by = normal_queue.as_ref().unwrap_or(&name).clone();
            self.note_version(namespace, version, known_by, kind)
                .await?;
        }
        Ok(Poll {
            queue: QueueName {
                namespace_id: namespace.id,
                kind,
                name,
            },
            normal_queue,
            poller: PollerInfo {
                identity,
                version,
                worker_version,
                connection: call.connection(),
                worker_instance_key: instance_key,
                tasks_per_second,
            },
            limit: call.long_poll(POLL_LIMIT),
        })
    }

    async fn note_version(
        &self,
        namespace: &NamespaceInfo,
        version: &DeploymentVersion,
        queue: Arc<str>,
        kind: TaskKind,
    ) -> Result<(), RpcError> {
        Ok(self
            .deployments
            .saw_poll(namespace.id, version, queue, kind)
            .await?)
    }
}

/// The build that a worker says it runs. What it can do says so apart from its deployment, for workers that have none.
fn stamp_of(capabilities: Option<WorkerVersionCapabilities>) -> Option<WorkerVersionStamp> {
    let capabilities = capabilities?;
    let is_deployed =
        capabilities.use_versioning && !capabilities.deployment_series_name.is_empty();
    (!is_deployed && !capabilities.build_id.is_empty()).then(|| WorkerVersionStamp {
        build_id: capabilities.build_id,
        use_versioning: capabilities.use_versioning,
    })
}
