//! Which worker gets which task.
//!
//! A loop of its own owns every queue: the tasks that wait, at most a head of them in memory, and the polls that wait.
//! It knows nothing of what a task means: whether it is still wanted is found out when it is started, by the engine.
//! Tasks are rows that belong to runs; nothing is written here but which versions have polled a queue.

mod assign;
mod backlog;
mod config;
mod event;
mod held;
mod limits;
mod poll;
mod presence;
mod queue;
mod queue_data;
mod rate;
mod refill;
mod routing;
mod service;
mod versions;
mod workers;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use sundial_core::{DeploymentVersion, NamespaceId, RunKey, Task, TaskKind, Timestamp};
use sundial_store::{Store, StoreError};
use temporalio_protos::temporal::api::{
    common::v1::WorkerVersionStamp, deployment::v1::RoutingConfig, query::v1::WorkflowQuery,
    taskqueue::v1::TaskQueueConfig,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

pub use self::{
    config::{ConfigChange, ConfigError},
    held::{HeldQuery, HeldTask},
    limits::EffectiveLimit,
};
use self::{event::Event, poll::PollGuard};
use crate::clock::Clock;

/// An accepted connection. 0 stands for calls that came on none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub u64);

/// A queue of a namespace, with all its versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueName {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// Workflow or activity tasks.
    pub kind: TaskKind,
    /// What pollers name.
    pub name: Arc<str>,
}

/// Who polls.
#[derive(Clone, Debug, PartialEq)]
pub struct PollerInfo {
    /// As the worker names itself.
    pub identity: String,
    /// The version that it runs, if it is versioned (worker versioning mode VERSIONED).
    pub version: Option<DeploymentVersion>,
    /// The build that it runs, versioned or not.
    pub worker_version: Option<WorkerVersionStamp>,
    /// Where the poll came from.
    pub connection: ConnectionId,
    /// Names the worker for [`Matching::shutdown_worker`]; empty if it has not said.
    pub worker_instance_key: String,
    /// How many tasks a second the worker wants the queue to give out at most, to all its workers together.
    pub tasks_per_second: Option<f64>,
}

/// One poll.
#[derive(Clone, Debug)]
pub struct Poll {
    /// The queue that it names.
    pub queue: QueueName,
    /// For a worker's own (sticky) queue: the normal queue behind it.
    pub normal_queue: Option<Arc<str>>,
    /// Who polls.
    pub poller: PollerInfo,
    /// How long to wait before coming back with nothing.
    pub limit: Duration,
}

/// What a poll brings.
#[derive(Debug)]
pub enum Dispatch {
    /// A task to start.
    Task(HeldTask),
    /// A query that goes alone.
    Query(HeldQuery),
}

/// A query on its way to a worker, on no workflow task.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryTask {
    /// Names it in the worker's answer.
    pub id: Uuid,
    /// The run that is asked.
    pub run: RunKey,
    /// The version that must answer, if the run is pinned.
    pub version: Option<DeploymentVersion>,
    /// What is asked.
    pub query: WorkflowQuery,
}

/// Why no worker took a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// There are workers, but none was free.
    Busy,
    /// No worker polls the queue.
    NoPollers,
}

/// A worker that was seen on a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenPoller {
    /// As it names itself.
    pub identity: String,
    /// Its version.
    pub version: Option<DeploymentVersion>,
    /// When its last poll began or ended.
    pub last_access: Timestamp,
    /// As it limits the queue.
    pub tasks_per_second: Option<f64>,
}

/// What can be told of a queue, or of one version of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueStatistics {
    /// Tasks that wait, roughly.
    pub backlog_count: i64,
    /// The age of the oldest that is in memory.
    pub backlog_age: Duration,
    /// Tasks that came in the last half minute, per second.
    pub tasks_added_per_second: f64,
    /// Tasks that went in the last half minute, per second.
    pub tasks_dispatched_per_second: f64,
}

/// What can be told of a queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueDescription {
    /// Workers seen in the last five minutes.
    pub pollers: Vec<SeenPoller>,
    /// All of the queue.
    pub statistics: QueueStatistics,
    /// Each part of it: `None` is what waits for no version in particular.
    pub versions: Vec<(Option<DeploymentVersion>, QueueStatistics)>,
    /// Versions that have polled it.
    pub seen_versions: Vec<DeploymentVersion>,
    /// The rate that holds for it.
    pub limit: Option<EffectiveLimit>,
    /// What users set for it.
    pub config: Option<TaskQueueConfig>,
}

/// A cloneable handle.
#[derive(Clone)]
pub struct Matching {
    events: mpsc::UnboundedSender<Event>,
}

impl Matching {
    /// Finds what waits in the store and which version each deployment routes to, and starts the loop. The loop ends
    /// when the last handle is gone.
    pub async fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        service::start(store, clock).await
    }

    /// Waits for a workflow task or a query. A poll that is dropped loses nothing.
    pub async fn poll_workflow(&self, poll: Poll) -> Option<Dispatch> {
        debug_assert_eq!(poll.queue.kind, TaskKind::Workflow);
        self.poll(poll).await
    }

    /// Waits for an activity task. A poll that is dropped loses nothing.
    pub async fn poll_activity(&self, poll: Poll) -> Option<HeldTask> {
        debug_assert_eq!(poll.queue.kind, TaskKind::Activity);
        match self.poll(poll).await? {
            Dispatch::Task(task) => Some(task),
            Dispatch::Query(_) => None,
        }
    }

    async fn poll(&self, poll: Poll) -> Option<Dispatch> {
        PollGuard::begin(self.events.clone(), poll)?.wait().await
    }

    /// Takes tasks whose rows are durable.
    pub fn offer(&self, tasks: Vec<Task>) {
        self.tell(Event::Offer {
            tasks,
            has_rows: true,
        });
    }

    /// Takes a task that has no row, so that it is kept in memory come what may.
    pub fn offer_volatile(&self, task: Task) {
        self.tell(Event::Offer {
            tasks: vec![task],
            has_rows: false,
        });
    }

    /// Gives a query to a worker. `normal_queue` is set for a worker's own queue, which refuses at once if the worker is
    /// gone. The wait ends with the worker's taking it, not with its answer.
    pub async fn dispatch_query(
        &self,
        queue: QueueName,
        normal_queue: Option<Arc<str>>,
        query: QueryTask,
        limit: Duration,
    ) -> Result<(), NotTaken> {
        let (taken, answer) = oneshot::channel();
        let name = queue.clone();
        self.tell(Event::Query {
            queue,
            normal_queue,
            query,
            taken,
        });
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(NotTaken::NoPollers),
            Err(_) if self.has_pollers(name).await => Err(NotTaken::Busy),
            Err(_) => Err(NotTaken::NoPollers),
        }
    }

    /// True if a worker polls the queue, or did so a moment ago.
    pub async fn has_pollers(&self, queue: QueueName) -> bool {
        let (answer, result) = oneshot::channel();
        self.tell(Event::HasPollers { queue, answer });
        result.await.unwrap_or(false)
    }

    /// The connection is closed, and so is every poll on it.
    pub fn connection_closed(&self, connection: ConnectionId) {
        self.tell(Event::ConnectionClosed(connection));
    }

    /// A worker stops (ShutdownWorker): its polls end, and what waits on its own queue goes to the normal one. Either name
    /// may be empty.
    pub fn shutdown_worker(
        &self,
        namespace_id: NamespaceId,
        sticky_queue: &str,
        worker_instance_key: &str,
    ) {
        let sticky_queue = (!sticky_queue.is_empty()).then(|| QueueName {
            namespace_id,
            kind: TaskKind::Workflow,
            name: Arc::from(sticky_queue),
        });
        let worker_instance_key = worker_instance_key.to_owned();
        self.tell(Event::WorkerGone {
            namespace_id,
            sticky_queue,
            worker_instance_key,
        });
    }

    /// A deployment routes differently from now on.
    pub fn set_routing(&self, namespace_id: NamespaceId, deployment: &str, config: &RoutingConfig) {
        self.tell(Event::Routing {
            namespace_id,
            deployment: deployment.to_owned(),
            routing: routing::Routing::from_config(config),
        });
    }

    /// A deployment is gone.
    pub fn remove_deployment(&self, namespace_id: NamespaceId, deployment: &str) {
        self.tell(Event::Routing {
            namespace_id,
            deployment: deployment.to_owned(),
            routing: routing::Routing::default(),
        });
    }

    /// What can be told of a queue.
    pub async fn describe(&self, queue: QueueName) -> QueueDescription {
        let (answer, result) = oneshot::channel();
        self.tell(Event::Describe { queue, answer });
        result.await.unwrap_or_default()
    }

    /// Ends every poll, and every later one, with nothing: the server stops.
    pub fn shutdown(&self) {
        self.tell(Event::Shutdown);
    }

    /// Reads every queue's rows again: after a failed commit, tasks may be in the store and nowhere else.
    pub(crate) fn rescan(&self) {
        self.tell(Event::Rescan);
    }

    /// Reads everything again: another server has changed it until now.
    pub(crate) fn read_again(&self) {
        self.tell(Event::ReadAgain);
    }

    fn tell(&self, event: Event) {
        // The loop outlives every handle; if it is gone all the same, the process is ending.
        let _ = self.events.send(event);
    }
}
