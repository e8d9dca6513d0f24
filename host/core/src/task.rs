//! Tasks: facts about an execution that somebody outside must act on.

use std::sync::Arc;

use temporalio_protos::temporal::api::common::v1::Priority;

use crate::{
    ids::{DeploymentVersion, RunKey},
    time::Timestamp,
};

/// What kind of poller a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// PollWorkflowTaskQueue.
    Workflow,
    /// PollActivityTaskQueue.
    Activity,
}

/// A workflow or activity task as a row: written and deleted in the same transactions as the run's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Unique and increasing on a server; order of dispatch.
    pub id: i64,
    /// Which pollers it is for.
    pub kind: TaskKind,
    /// The run that it belongs to.
    pub run: RunKey,
    /// The queue that pollers name: the sticky queue while there is one.
    pub queue: Arc<str>,
    /// For a task on a sticky queue, the normal queue to fall back to.
    pub normal_queue: Option<Arc<str>>,
    /// The version that the run is pinned to, if any: only its pollers may have the task.
    pub version: Option<DeploymentVersion>,
    /// The event that scheduled it (for a transient workflow task the id that the event will have).
    pub scheduled_event_id: i64,
    /// Tells attempts apart: a task whose stamp is not the state's own is stale.
    pub stamp: i32,
    /// When it was scheduled.
    pub created_at: Timestamp,
    /// 1 (first) to 5 (last); 3 unless the user set a priority.
    pub priority_key: i32,
    /// Whose task it is, where the queue's rate is limited by key; `None`: nobody's in particular.
    pub fairness: Option<Fairness>,
}

/// Whose a task is, as the user says (`Priority` of the API).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fairness {
    /// Tenant, customer, or whatever shares a queue with others of its like. 64 bytes at most; may be empty.
    pub key: Arc<str>,
    /// How much of the rate is its own, in thousandths: 1 to 1,000,000, and 1,000 unless the user set it.
    pub weight_thousandths: i32,
}

impl Fairness {
    /// What a priority says; `None` if it says nothing.
    pub(crate) fn of_priority(priority: Option<&Priority>) -> Option<Self> {
        let priority = priority?;
        if priority.fairness_key.is_empty() && priority.fairness_weight == 0.0 {
            return None;
        }
        Some(Self {
            key: priority.fairness_key.as_str().into(),
            weight_thousandths: Self::thousandths(priority.fairness_weight),
        })
    }

    /// A weight of the API. As on Temporal, what is no weight counts as 1, and none is less than 0.001 or more than 1,000.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is between 1 and 1,000,000"
    )]
    pub fn thousandths(weight: f32) -> i32 {
        match weight > 0.0 {
            true => (weight.clamp(0.001, 1000.0) * 1000.0).round() as i32,
            false => 1000,
        }
    }
}

/// Something that a run asks of another run. Stored as a row in the asking run's transaction, done at least once.
#[derive(Clone, Debug, PartialEq)]
pub enum Transfer {
    /// Start the child of this initiated event, then tell the asking run.
    StartChild {
        /// The event in the asking run.
        initiated_event_id: i64,
    },
    /// Deliver the signal of this initiated event, then tell the asking run.
    SignalExternal {
        /// The event in the asking run.
        initiated_event_id: i64,
    },
    /// Request the cancellation of this initiated event, then tell the asking run.
    CancelExternal {
        /// The event in the asking run.
        initiated_event_id: i64,
    },
    /// Ask the handler of this operation to start it, then tell the asking run.
    StartNexusOperation {
        /// The event in the asking run.
        scheduled_event_id: i64,
    },
    /// Ask the handler of this operation to cancel it, then tell the asking run.
    CancelNexusOperation {
        /// The event in the asking run.
        scheduled_event_id: i64,
    },
    /// The asking run closed: tell one of those who want to hear of it.
    CompletionCallback {
        /// Which one, counted from 0.
        index: i64,
    },
    /// The asking run closed: tell its parent.
    ChildClosed,
    /// The asking run closed: apply its parent close policy to one child.
    ParentClosed {
        /// The child's namespace, by name.
        namespace: String,
        /// The child.
        workflow_id: String,
        /// The child's first run.
        run_id: String,
        /// True for `TERMINATE`, false for `REQUEST_CANCEL`; nothing is stored for `ABANDON`.
        terminate: bool,
    },
}

/// A stored [`Transfer`].
#[derive(Clone, Debug, PartialEq)]
pub struct TransferRow {
    /// From the same sequence as [`Task::id`].
    pub id: i64,
    /// The asking run.
    pub run: RunKey,
    /// What it asks.
    pub transfer: Transfer,
}
