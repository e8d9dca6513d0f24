//! What one transaction must store for one run.

use std::sync::Arc;

use bytes::Bytes;
use temporalio_protos::temporal::api::common::v1::{Memo, SearchAttributes};

use crate::{
    ids::{DeploymentVersion, RunId, RunKey},
    task::{Task, TransferRow},
    time::Timestamp,
};

/// Everything that a command changed in a run, to be stored in one transaction.
#[derive(Clone, Debug)]
pub struct RunWrite {
    /// The run.
    pub key: RunKey,
    /// True the first time: the run becomes the current one of its workflow id.
    pub created: bool,
    /// The encoded state.
    pub state: Vec<u8>,
    /// State that is kept in rows of its own, because there is much of it.
    pub parts_put: Vec<Part>,
    /// Parts that are gone.
    pub parts_removed: Vec<PartKey>,
    /// New events, if any.
    pub history: Option<HistoryBatch>,
    /// New tasks.
    pub tasks_added: Vec<Task>,
    /// Ids of tasks that are done or void.
    pub tasks_removed: Vec<i64>,
    /// New requests to other runs.
    pub transfers_added: Vec<TransferRow>,
    /// Ids of requests that are done.
    pub transfers_removed: Vec<i64>,
    /// When the run wants [`crate::Run::wake`] to be called.
    pub wake_at: Option<Timestamp>,
    /// Present when what lists and counts show has changed.
    pub visibility: Option<Visibility>,
    /// When the run closed, if it has.
    pub closed_at: Option<Timestamp>,
}

/// Consecutive events, encoded as `temporal.api.history.v1.History`.
#[derive(Clone, Debug)]
pub struct HistoryBatch {
    /// The first event's id.
    pub first_event_id: i64,
    /// The last event's id.
    pub last_event_id: i64,
    /// The encoded message, not compressed.
    pub events: Bytes,
}

/// Which part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartKey {
    /// The core's own numbering of kinds.
    pub kind: i32,
    /// Unique within a kind, usually an event id.
    pub id: i64,
}

/// A piece of state in a row of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its key within the run.
    pub key: PartKey,
    /// Encoded.
    pub body: Vec<u8>,
}

/// What lists and counts see of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Visibility {
    /// The workflow type.
    pub workflow_type: String,
    /// The normal task queue.
    pub task_queue: String,
    /// `temporal.api.enums.v1.WorkflowExecutionStatus`.
    pub status: i32,
    /// When the run started.
    pub start_time: Timestamp,
    /// When its first workflow task may run (later than the start for a delayed start, cron or backoff).
    pub execution_time: Timestamp,
    /// When it closed.
    pub close_time: Option<Timestamp>,
    /// Number of events at close; 0 while open.
    pub history_length: i64,
    /// Bytes of history at close; 0 while open.
    pub history_size_bytes: i64,
    /// Commands that changed the run until it closed; 0 while open.
    pub state_transition_count: i64,
    /// The parent, for a child.
    pub parent: Option<(Arc<str>, RunId)>,
    /// The root of the tree that the run is in.
    pub root: Option<(Arc<str>, RunId)>,
    /// The first run of the chain.
    pub first_run_id: RunId,
    /// Shown as it was given.
    pub memo: Option<Memo>,
    /// Typed by their metadata.
    pub search_attributes: Option<SearchAttributes>,
    /// The version that the run was last on.
    pub version: Option<DeploymentVersion>,
}
