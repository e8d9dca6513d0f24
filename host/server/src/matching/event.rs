//! What the matching loop reacts to.

use std::{collections::HashMap, sync::Arc};

use sundial_core::{NamespaceId, Task};
use sundial_store::{QueueBacklog, QueueData, StoreError};
use tokio::sync::oneshot;

use super::{
    ConnectionId, NotTaken, Poll, QueryTask, QueueDescription, QueueName,
    backlog::QueuedTask,
    config::{ConfigChange, ConfigError, Configured, Teller},
    held::{Given, QueuedQuery},
    refill::Page,
    routing::Routing,
};

/// How a poll that was given nothing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Its time was over; its worker is expected back.
    TimedOut,
    /// Its caller is gone: cancelled, or disconnected.
    Dropped,
}

/// Everything that can happen to the loop.
pub(super) enum Event {
    /// Tasks are there; those with rows are durable.
    Offer { tasks: Vec<Task>, has_rows: bool },
    /// A task that was handed out comes back.
    Return { queue: QueueName, task: QueuedTask },
    /// A worker asks for something to do.
    Poll {
        id: u64,
        poll: Poll,
        give: oneshot::Sender<Given>,
    },
    /// A poll ended without being given anything.
    PollEnded {
        id: u64,
        queue: QueueName,
        connection: ConnectionId,
        ending: Ending,
    },
    /// A query wants a worker.
    Query {
        queue: QueueName,
        normal_queue: Option<Arc<str>>,
        query: QueryTask,
        taken: oneshot::Sender<Result<(), NotTaken>>,
    },
    /// A query that was handed out comes back.
    ReturnQuery {
        queue: QueueName,
        query: QueuedQuery,
    },
    /// Somebody asks whether there are workers.
    HasPollers {
        queue: QueueName,
        answer: oneshot::Sender<bool>,
    },
    /// Somebody wants to know about a queue.
    Describe {
        queue: QueueName,
        answer: oneshot::Sender<QueueDescription>,
    },
    /// A user sets something for a queue.
    Configure {
        queue: QueueName,
        change: ConfigChange,
        answer: Teller,
    },
    /// A task that was handed out is not wanted any more: it is as if it had not been.
    Void { queue: QueueName, task: Task },
    /// A connection is closed.
    ConnectionClosed(ConnectionId),
    /// A worker says that it stops.
    WorkerGone {
        namespace_id: NamespaceId,
        sticky_queue: Option<QueueName>,
        worker_instance_key: String,
    },
    /// A deployment routes differently.
    Routing {
        namespace_id: NamespaceId,
        deployment: String,
        routing: Routing,
    },
    /// What waits in the store is to be looked for.
    Rescan,
    /// Everything in the store may have changed.
    ReadAgain,
    /// The server stops.
    Shutdown,
}

/// What the store answered.
pub(super) enum Answered {
    /// Which queues have rows.
    Backlogs(Result<Vec<QueueBacklog>, StoreError>),
    /// How deployments route.
    Routings(Result<HashMap<(NamespaceId, String), Routing>, StoreError>),
    /// Rows of a queue.
    Page(Page),
    /// What was stored about a queue.
    Data {
        queue: QueueName,
        result: Result<Option<QueueData>, StoreError>,
    },
    /// What a user set for a queue was stored, or not.
    Configured {
        queue: QueueName,
        result: Result<Configured, ConfigError>,
        answer: Teller,
    },
    /// The versions that have polled a queue were stored, at this revision.
    DataStored {
        queue: QueueName,
        result: Result<i64, StoreError>,
    },
}
