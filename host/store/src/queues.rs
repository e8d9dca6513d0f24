//! Task queues as the store sees them: which rows wait for whom, and what users set for a queue.

use std::sync::Arc;

use sundial_core::{DeploymentVersion, NamespaceId, TaskKind};

/// The identity of a queue of task rows: a task with these four goes to exactly these pollers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueKey {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// Workflow or activity tasks.
    pub kind: TaskKind,
    /// What pollers name; a sticky queue has its own name.
    pub name: Arc<str>,
    /// The version whose pollers alone may have the task.
    pub version: Option<DeploymentVersion>,
}

/// A queue that has rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueBacklog {
    /// The queue.
    pub queue: QueueKey,
    /// How many rows wait in it.
    pub tasks: i64,
    /// The id of the oldest.
    pub first_task_id: i64,
}

/// Which queue a user's settings are for (all versions of it).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueDataKey {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// Workflow or activity tasks.
    pub kind: TaskKind,
    /// The queue's name.
    pub name: Arc<str>,
}

/// Settings of a queue, encoded by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueData {
    /// Counts the changes; 0 is "never stored".
    pub revision: i64,
    /// The server's encoding.
    pub body: Vec<u8>,
}
