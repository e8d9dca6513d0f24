//! The state of one run.
//!
//! Commands are in files of their own, named after what they do. Events are written only through `events`, parts of
//! the state are stored only through `persist`. A workflow task's start is known here in memory alone; its event is
//! written together with the task's end.

pub mod activity_control;
mod activity_end;
mod activity_retry;
pub(crate) mod activity_rules;
pub mod activity_task;
mod birth;
mod buffering;
pub mod callbacks;
pub mod cancel;
pub mod child;
mod child_news;
mod close;
mod commands;
pub mod completion;
mod cron;
pub(crate) mod deadlines;
pub mod describe;
mod events;
pub mod external;
mod facts;
pub mod nexus;
pub mod options;
pub(crate) mod parts;
pub mod pause;
mod pending_work;
mod persist;
mod rebuild;
pub mod reset;
pub mod retry;
mod reuse;
pub mod signal;
pub mod start;
pub mod state;
mod successor;
mod tail;
pub mod terminate;
pub mod token;
pub mod update;
mod update_message;
pub mod update_with_start;
mod visibility;
pub mod workflow_task;

#[cfg(test)]
mod harness;
#[cfg(test)]
mod properties;

use std::{collections::HashMap, sync::Arc};

use temporalio_protos::temporal::api::{
    common::v1::Priority,
    history::v1::{HistoryEvent, WorkflowExecutionStartedEventAttributes},
};

use crate::{
    context::Cx,
    ids::RunKey,
    rejection::Rejection,
    task::{Fairness, Task, TaskKind, Transfer, TransferRow},
};

pub use activity_task::ActivityRef;
pub use completion::CompletedWorkflowTask;
pub use external::ExternalFailure;
pub use pending_work::PendingWork;
pub use persist::{CorruptState, StoredState};
pub use update::{UpdateStage, UpdateView};
pub use workflow_task::{Poller, StartedWorkflowTask};

use self::{
    parts::{Parts, kind},
    state::{Activity, Child, External, Head, NexusOperation, SeenRequest, Timer, Update},
    tail::Tail,
    update::{Admitted, Ended},
    workflow_task::Started,
};

/// One run of a workflow, open or closed.
pub struct Run {
    pub(crate) key: RunKey,
    pub(crate) head: Head,
    pub(crate) activities: Parts<Activity>,
    pub(crate) timers: Parts<Timer>,
    pub(crate) children: Parts<Child>,
    pub(crate) externals: Parts<External>,
    pub(crate) nexus_operations: Parts<NexusOperation>,
    pub(crate) updates: Parts<Update>,
    pub(crate) buffered: Parts<HistoryEvent>,
    pub(crate) seen_requests: Parts<SeenRequest>,
    pub(crate) started_attributes: Parts<WorkflowExecutionStartedEventAttributes>,
    /// The workflow task's start, in memory only.
    pub(crate) started: Option<Started>,
    /// True if the last workflow task wanted to close the run and could not, because of what had come meanwhile: what
    /// comes now is turned away until the next attempt, so that a busy run can end. In memory only.
    pub(crate) close_attempted: bool,
    /// True if the pending workflow task only prolongs the last one, whose worker still has its updates. In memory only.
    pub(crate) prolongs: bool,
    /// Updates that no worker has accepted yet, in memory only.
    pub(crate) admitted: Vec<Admitted>,
    /// Updates that ended lately without a trace in history, for those who wait; in memory only.
    pub(crate) ended: Ended,
    /// Scheduled events of pending activities that are no longer in the tail, so that a poll needs no query.
    pub(crate) activity_events: HashMap<i64, Box<HistoryEvent>>,
    pub(crate) activity_event_bytes: usize,
    pub(crate) buffered_bytes: usize,
    pub(crate) tail: Tail,
    pub(crate) outbox: Outbox,
    /// The size of the state when it was stored last.
    pub(crate) state_bytes: usize,
    /// Whether anything must be stored.
    pub(crate) dirty: bool,
    pub(crate) created: bool,
    pub(crate) visibility_dirty: bool,
}

/// What the next transaction stores besides state and history.
#[derive(Default)]
pub(crate) struct Outbox {
    pub(crate) tasks_added: Vec<Task>,
    pub(crate) tasks_removed: Vec<i64>,
    pub(crate) transfers_added: Vec<TransferRow>,
    pub(crate) transfers_removed: Vec<i64>,
}

impl Run {
    pub(crate) fn empty(key: RunKey, head: Head) -> Self {
        Self {
            key,
            head,
            activities: Parts::new(kind::ACTIVITY),
            timers: Parts::new(kind::TIMER),
            children: Parts::new(kind::CHILD),
            externals: Parts::new(kind::EXTERNAL),
            nexus_operations: Parts::new(kind::NEXUS_OPERATION),
            updates: Parts::new(kind::UPDATE),
            buffered: Parts::new(kind::BUFFERED_EVENT),
            seen_requests: Parts::new(kind::SEEN_REQUEST),
            started_attributes: Parts::new(kind::STARTED),
            started: None,
            close_attempted: false,
            prolongs: false,
            admitted: Vec::new(),
            ended: Ended::default(),
            activity_events: HashMap::new(),
            activity_event_bytes: 0,
            buffered_bytes: 0,
            tail: Tail::default(),
            outbox: Outbox::default(),
            state_bytes: 0,
            dirty: false,
            created: false,
            visibility_dirty: false,
        }
    }

    /// Refuses with Temporal's words if the run is closed.
    pub(crate) fn require_open(&self) -> Result<(), Rejection> {
        if self.is_closed() {
            return Err(Rejection::NotFound(
                "workflow execution already completed".into(),
            ));
        }
        Ok(())
    }

    /// Refuses what would keep a run from closing that has tried to before.
    pub(crate) fn require_not_closing(&self) -> Result<(), Rejection> {
        if self.close_attempted && self.started.is_some() {
            return Err(Rejection::WorkflowClosing);
        }
        Ok(())
    }

    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    pub(crate) fn next_stamp(&mut self) -> i32 {
        self.head.last_stamp = self.head.last_stamp.wrapping_add(1);
        self.head.last_stamp
    }

    /// The namespace and the run as other runs refer to them.
    pub(crate) fn reference(&self) -> state::RunRef {
        state::RunRef {
            namespace: self.head.namespace.clone(),
            namespace_id: self.key.namespace_id.to_string(),
            workflow_id: self.key.workflow_id.to_string(),
            run_id: self.key.run_id.to_string(),
            initiated_event_id: 0,
        }
    }

    pub(crate) fn add_transfer(&mut self, cx: &mut Cx<'_>, transfer: Transfer) {
        self.touch();
        self.outbox.transfers_added.push(TransferRow {
            id: cx.ids.task_id(),
            run: self.key.clone(),
            transfer,
        });
    }

    /// The transfer with this id is done: its row goes with the next transaction.
    pub fn transfer_done(&mut self, transfer_id: i64) {
        self.touch();
        self.outbox.transfers_removed.push(transfer_id);
    }

    pub(crate) fn remove_task(&mut self, task_id: i64) {
        if task_id == 0 {
            return;
        }
        // One that this transaction would only have added need not be stored at all.
        match self
            .outbox
            .tasks_added
            .iter()
            .position(|task| task.id == task_id)
        {
            Some(position) => {
                self.outbox.tasks_added.remove(position);
            }
            None => self.outbox.tasks_removed.push(task_id),
        }
    }

    pub(crate) fn activity_task_row(&self, cx: &mut Cx<'_>, activity: &Activity) -> Task {
        let priority = merge_priorities(self.head.priority.as_ref(), activity.priority.as_ref());
        Task {
            id: cx.ids.task_id(),
            kind: TaskKind::Activity,
            run: self.key.clone(),
            queue: Arc::from(activity.task_queue.as_str()),
            normal_queue: None,
            version: self.pinned_version(),
            scheduled_event_id: activity.scheduled_event_id,
            stamp: activity.stamp,
            created_at: cx.now,
            priority_key: priority_key(priority.as_ref()),
            fairness: Fairness::of_priority(priority.as_ref()),
        }
    }
}

/// 3 is the middle, for tasks of users who set nothing.
pub(crate) fn priority_key(priority: Option<&Priority>) -> i32 {
    const DEFAULT_PRIORITY_KEY: i32 = 3;
    match priority.map(|p| p.priority_key) {
        Some(key) if key > 0 => key,
        _ => DEFAULT_PRIORITY_KEY,
    }
}

/// The priority of something within a run: what is said of it, and the run's where nothing is.
pub(crate) fn merge_priorities(run: Option<&Priority>, own: Option<&Priority>) -> Option<Priority> {
    let (run, own) = match (run, own) {
        (None, None) => return None,
        (Some(one), None) | (None, Some(one)) => return Some(one.clone()),
        (Some(run), Some(own)) => (run, own),
    };
    Some(Priority {
        priority_key: if own.priority_key == 0 {
            run.priority_key
        } else {
            own.priority_key
        },
        fairness_key: if own.fairness_key.is_empty() {
            run.fairness_key.clone()
        } else {
            own.fairness_key.clone()
        },
        fairness_weight: if own.fairness_weight == 0.0 {
            run.fairness_weight
        } else {
            own.fairness_weight
        },
    })
}
