//! The engine over a store in memory and time that stands still: what is durable when, and what follows from it.

mod commits;
mod dispatching;
mod fake_jobs;
pub(crate) mod fake_store;
mod loads;
mod querying;
mod skipping;
mod timers;
mod transfers;
mod waits;

use std::{future::Future, sync::Arc, time::Duration};

use prost_wkt_types as wkt;
use sundial_core::{
    Archetype, NamespaceId, NamespaceInfo, RunId, RunKey, TaskKind, run::start::start_workflow,
};
use sundial_store::{NamespaceRecord, Store};
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, CompleteWorkflowExecutionCommandAttributes, ScheduleActivityTaskCommandAttributes,
        StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::{ActivityType, WorkflowType},
    enums::v1::{CommandType, EventType},
    history::v1::HistoryEvent,
    namespace::v1::NamespaceConfig,
    taskqueue::v1::{StickyExecutionAttributes, TaskQueue},
    workflowservice::v1::{
        RespondWorkflowTaskCompletedRequest, SignalWorkflowExecutionRequest,
        StartWorkflowExecutionRequest,
    },
};
use uuid::Uuid;

use self::fake_store::FakeStore;
use super::{CompletedTask, Engine, EngineError, EngineOptions, StartedTask, Target};
use crate::{
    clock::{Clock, TokioClock},
    matching::{ConnectionId, Matching, Poll, PollerInfo, QueueName},
    namespaces::Namespaces,
};

pub(super) const QUEUE: &str = "orders";
pub(super) const RETENTION: Duration = Duration::from_secs(72 * 3600);
pub(super) const CONNECTION: ConnectionId = ConnectionId(1);

/// A server without a network.
pub(super) struct World {
    pub(super) store: FakeStore,
    pub(super) engine: Engine,
    pub(super) matching: Matching,
    pub(super) namespace: NamespaceInfo,
    clock: Arc<dyn Clock>,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(FakeStore::new(), EngineOptions::default()).await
    }

    /// Every run leaves memory as soon as it may.
    pub(super) async fn without_cache() -> Self {
        let options = EngineOptions {
            cache_bytes: 0,
            ..Default::default()
        };
        Self::with(FakeStore::new(), options).await
    }

    async fn with(store: FakeStore, options: EngineOptions) -> Self {
        Self::on(store, options, Arc::new(TokioClock::new())).await
    }

    async fn on(store: FakeStore, options: EngineOptions, clock: Arc<dyn Clock>) -> Self {
        let namespace = NamespaceInfo {
            id: NamespaceId(Uuid::from_u128(1)),
            name: "default".into(),
        };
        let record = NamespaceRecord {
            id: namespace.id,
            name: "default".into(),
            revision: 1,
            info: Default::default(),
            config: NamespaceConfig {
                workflow_execution_retention_ttl: Some(wkt::Duration {
                    seconds: i64::try_from(RETENTION.as_secs()).expect("is small"),
                    nanos: 0,
                }),
                ..Default::default()
            },
        };
        store
            .create_namespace(&record)
            .await
            .expect("the fake store takes every namespace");
        let shared: Arc<dyn Store> = Arc::new(store.clone());
        let matching = Matching::start(shared.clone(), clock.clone())
            .await
            .expect("the fake store answers");
        let namespaces = Namespaces::new(shared.clone());
        let engine = Engine::start(options, shared, clock.clone(), matching.clone(), namespaces)
            .await
            .expect("the fake store answers");
        Self {
            store,
            engine,
            matching,
            namespace,
            clock,
        }
    }

    /// The server dies, and another one starts on what is stored.
    pub(super) async fn crash(self) -> Self {
        let Self {
            store,
            engine,
            matching,
            clock,
            ..
        } = self;
        engine.crash();
        drop((engine, matching));
        store.reopen();
        Self::on(store, EngineOptions::default(), clock).await
    }

    pub(super) fn now(&self) -> sundial_core::Timestamp {
        self.clock.now()
    }

    pub(super) async fn start(&self, workflow_id: &str) -> Result<RunKey, EngineError> {
        self.start_with(StartWorkflowExecutionRequest {
            workflow_id: workflow_id.into(),
            ..Default::default()
        })
        .await
    }

    pub(super) async fn start_with(
        &self,
        request: StartWorkflowExecutionRequest,
    ) -> Result<RunKey, EngineError> {
        let request = StartWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_type: Some(WorkflowType {
                name: "Order".into(),
            }),
            task_queue: Some(TaskQueue {
                name: QUEUE.into(),
                ..Default::default()
            }),
            request_id: Uuid::new_v4().to_string(),
            ..request
        };
        let workflow_id = request.workflow_id.clone();
        let namespace = self.namespace.clone();
        let started = self
            .engine
            .transact_workflow(&self.namespace, &workflow_id, move |current, cx| {
                start_workflow(current, cx, &namespace, &request)
            })
            .await?;
        Ok(RunKey {
            namespace_id: self.namespace.id,
            archetype: Archetype::Workflow,
            workflow_id: workflow_id.into(),
            run_id: RunId::parse(&started.run_id)?,
        })
    }

    pub(super) fn signal(
        &self,
        target: Target,
        name: &str,
    ) -> impl Future<Output = Result<(), EngineError>> + use<> {
        let request = SignalWorkflowExecutionRequest {
            signal_name: name.into(),
            request_id: Uuid::new_v4().to_string(),
            ..Default::default()
        };
        let engine = self.engine.clone();
        async move {
            engine
                .transact(target, move |run, cx| run.signal(cx, &request))
                .await
        }
    }

    pub(super) fn current(&self, workflow_id: &str) -> Target {
        Target::new(&self.namespace, workflow_id, None)
    }

    pub(super) fn queue(&self, kind: TaskKind, name: &str) -> QueueName {
        QueueName {
            namespace_id: self.namespace.id,
            kind,
            name: name.into(),
        }
    }

    pub(super) fn poll_of(&self, kind: TaskKind, name: &str) -> Poll {
        Poll {
            queue: self.queue(kind, name),
            normal_queue: None,
            poller: PollerInfo {
                identity: "worker".into(),
                version: None,
                connection: CONNECTION,
                worker_instance_key: String::new(),
                tasks_per_second: None,
            },
            limit: Duration::from_secs(60),
        }
    }

    pub(super) fn sticky_poll(&self, name: &str) -> Poll {
        Poll {
            normal_queue: Some(QUEUE.into()),
            ..self.poll_of(TaskKind::Workflow, name)
        }
    }

    /// The next workflow task of the queue, which must be there.
    pub(super) async fn workflow_task(&self) -> StartedTask {
        self.engine
            .next_workflow_task(self.poll_of(TaskKind::Workflow, QUEUE))
            .await
            .expect("a poll does not fail")
            .expect("there is a workflow task")
    }

    pub(super) async fn complete(
        &self,
        task: &StartedTask,
        commands: Vec<Command>,
    ) -> Result<CompletedTask, EngineError> {
        let request = RespondWorkflowTaskCompletedRequest {
            commands,
            ..Default::default()
        };
        self.complete_with(task, request).await
    }

    pub(super) async fn complete_with(
        &self,
        task: &StartedTask,
        request: RespondWorkflowTaskCompletedRequest,
    ) -> Result<CompletedTask, EngineError> {
        self.engine
            .complete_workflow_task(RespondWorkflowTaskCompletedRequest {
                task_token: task.task.response.task_token.clone(),
                identity: "worker".into(),
                ..request
            })
            .await
    }

    /// Starts a workflow and completes its first task with these commands.
    pub(super) async fn begin(&self, workflow_id: &str, commands: Vec<Command>) -> RunKey {
        let key = self.start(workflow_id).await.expect("a new workflow id");
        let task = self.workflow_task().await;
        assert_eq!(task.run, key);
        self.complete(&task, commands)
            .await
            .expect("the task is the pending one");
        key
    }

    pub(super) async fn events(&self, key: &RunKey) -> Vec<HistoryEvent> {
        self.engine
            .history(key, 1, i64::MAX, usize::MAX)
            .await
            .expect("a history can be read")
    }

    /// The history as the types of its events.
    pub(super) async fn types(&self, key: &RunKey) -> Vec<EventType> {
        self.events(key)
            .await
            .iter()
            .map(HistoryEvent::event_type)
            .collect()
    }
}

pub(super) fn complete_workflow() -> Command {
    Command {
        command_type: CommandType::CompleteWorkflowExecution as i32,
        attributes: Some(Attributes::CompleteWorkflowExecutionCommandAttributes(
            CompleteWorkflowExecutionCommandAttributes::default(),
        )),
        ..Default::default()
    }
}

pub(super) fn start_timer(timer_id: &str, seconds: i64) -> Command {
    Command {
        command_type: CommandType::StartTimer as i32,
        attributes: Some(Attributes::StartTimerCommandAttributes(
            StartTimerCommandAttributes {
                timer_id: timer_id.into(),
                start_to_fire_timeout: Some(wkt::Duration { seconds, nanos: 0 }),
            },
        )),
        ..Default::default()
    }
}

pub(super) fn schedule_activity(activity_id: &str) -> Command {
    Command {
        command_type: CommandType::ScheduleActivityTask as i32,
        attributes: Some(Attributes::ScheduleActivityTaskCommandAttributes(
            ScheduleActivityTaskCommandAttributes {
                activity_id: activity_id.into(),
                activity_type: Some(ActivityType {
                    name: "charge".into(),
                }),
                task_queue: Some(TaskQueue {
                    name: QUEUE.into(),
                    ..Default::default()
                }),
                start_to_close_timeout: Some(wkt::Duration {
                    seconds: 60,
                    nanos: 0,
                }),
                ..Default::default()
            },
        )),
        ..Default::default()
    }
}

pub(super) fn sticky_to(queue: &str) -> StickyExecutionAttributes {
    StickyExecutionAttributes {
        worker_task_queue: Some(TaskQueue {
            name: queue.into(),
            ..Default::default()
        }),
        schedule_to_start_timeout: Some(wkt::Duration {
            seconds: 10,
            nanos: 0,
        }),
    }
}

/// Lets everything happen that needs no time to pass.
pub(crate) async fn settle() {
    const TURNS: usize = 200;
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
    }
}

/// Runs a future beside the test.
pub(crate) fn spawn<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(future)
}
