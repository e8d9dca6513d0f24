//! A stand-alone activity: one that a client starts, and no workflow.
//!
//! ```text
//! scheduled ─start─> started ─complete, fail, time out─> closed
//!     ^  │              ├─fail, time out, retry allowed─> scheduled (attempt + 1)
//!     │  │              └─request cancel─> cancel requested ─cancel, complete, fail, time out─> closed
//!     │  ├─pause─> paused ─unpause─┐
//!     │  └─request cancel, terminate, schedule to start or to close─> closed
//!     └─────────────────────────────┘
//! ```
//! How attempts, heartbeats and time-outs go is told by the rules that activities of runs have too. It has no history: all
//! that is known of it is its state. Every change is durable with the transaction that it is in.

mod attempts;
mod control;
mod describe;
mod end;
mod persist;
mod start;
mod state;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use temporalio_protos::temporal::api::enums::v1::{ActivityExecutionStatus, PendingActivityState};

use self::state::{Request, State};
use crate::{
    context::Cx,
    ids::RunKey,
    rejection::Rejection,
    run::{PendingWork, deadlines::activity_deadline, priority_key},
    task::{Fairness, Task, TaskKind},
    time::Timestamp,
};

pub use self::{
    control::{Pause, Reset, Unpause},
    describe::Detail,
    start::start,
};

/// One run of a stand-alone activity, open or closed.
pub struct StandaloneActivity {
    key: RunKey,
    state: State,
    request: Request,
    tasks_added: Vec<Task>,
    tasks_removed: Vec<i64>,
    /// The size of the state when it was stored last.
    state_bytes: usize,
    dirty: bool,
    created: bool,
    visibility_dirty: bool,
}

impl StandaloneActivity {
    /// Where it is found.
    #[must_use]
    pub fn key(&self) -> &RunKey {
        &self.key
    }

    /// Open, or how it closed.
    #[must_use]
    pub fn status(&self) -> ActivityExecutionStatus {
        self.state.status()
    }

    /// True once it has an outcome.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match self.status() {
            ActivityExecutionStatus::Running | ActivityExecutionStatus::Paused => false,
            ActivityExecutionStatus::Unspecified
            | ActivityExecutionStatus::Completed
            | ActivityExecutionStatus::Failed
            | ActivityExecutionStatus::Canceled
            | ActivityExecutionStatus::Terminated
            | ActivityExecutionStatus::TimedOut => true,
        }
    }

    /// Grows with every change.
    #[must_use]
    pub fn transition_count(&self) -> i64 {
        self.state.transition_count
    }

    /// When [`StandaloneActivity::wake`] has something to do.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        if self.is_closed() {
            return None;
        }
        activity_deadline(&self.state.activity).map(|(at, _)| Timestamp(at))
    }

    /// What a worker has in hand or could take.
    #[must_use]
    pub fn pending_work(&self) -> PendingWork {
        let activity = &self.state.activity;
        let is_work = activity.is_started() || activity.waits_in_queue();
        PendingWork {
            workflow_tasks: 0,
            activities: usize::from(!self.is_closed() && is_work),
        }
    }

    /// True while something of it is not in a transaction yet.
    #[must_use]
    pub fn holds_unstored_state(&self) -> bool {
        self.dirty
    }

    /// A rough count of the memory that it takes, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        const EMPTY_BYTES: usize = 2048;
        // Messages in memory take about twice their encoding.
        const GROWTH: usize = 2;
        EMPTY_BYTES + GROWTH * (self.state_bytes + self.request.size_bytes())
    }

    fn is_cancel_requested(&self) -> bool {
        self.state.cancel.is_some()
    }

    /// How far an open one is.
    fn run_state(&self) -> PendingActivityState {
        if self.is_closed() {
            return PendingActivityState::Unspecified;
        }
        self.state.activity.shown_state(self.is_cancel_requested())
    }

    fn touch(&mut self) {
        self.dirty = true;
    }

    fn next_stamp(&mut self) -> i32 {
        self.state.last_stamp = self.state.last_stamp.wrapping_add(1);
        self.state.last_stamp
    }

    fn set_status(&mut self, status: ActivityExecutionStatus) {
        if self.status() != status {
            self.state.set_status(status);
            self.visibility_dirty = true;
        }
    }

    fn remove_task(&mut self, task_id: i64) {
        if task_id == 0 {
            return;
        }
        // One that this transaction would only have added need not be stored at all.
        match self.tasks_added.iter().position(|task| task.id == task_id) {
            Some(position) => _ = self.tasks_added.remove(position),
            None => self.tasks_removed.push(task_id),
        }
    }

    /// Puts its attempt into its queue.
    fn add_task(&mut self, cx: &mut Cx<'_>) {
        let activity = &mut self.state.activity;
        let task = Task {
            id: cx.ids.task_id(),
            kind: TaskKind::Activity,
            run: self.key.clone(),
            queue: Arc::from(activity.task_queue.as_str()),
            normal_queue: None,
            version: None,
            scheduled_event_id: 0,
            stamp: activity.stamp,
            created_at: cx.now,
            priority_key: priority_key(activity.priority.as_ref()),
            fairness: Fairness::of_priority(activity.priority.as_ref()),
        };
        activity.task_id = task.id;
        self.tasks_added.push(task);
        self.touch();
    }

    fn withdraw(&mut self) {
        let stamp = self.next_stamp();
        let task_id = self.state.activity.withdraw(stamp);
        self.remove_task(task_id);
    }

    /// Puts its attempt into its queue anew, unless it is not due yet; then that comes in time.
    fn offer(&mut self, cx: &mut Cx<'_>) {
        self.withdraw();
        if self.state.activity.is_started() || self.state.activity.pause.is_some() {
            return;
        }
        if self.state.activity.become_due(cx.now) {
            self.add_task(cx);
        } else {
            self.state.activity.backing_off = true;
        }
    }

    /// Refuses with Temporal's words if it is closed.
    fn require_open(&self) -> Result<(), Rejection> {
        if self.is_closed() {
            return Err(Rejection::FailedPrecondition(format!(
                "activity is in terminal state {}",
                status_name(self.status())
            )));
        }
        Ok(())
    }
}

/// As Temporal spells it in messages, filters and counts.
#[must_use]
pub fn status_name(status: ActivityExecutionStatus) -> &'static str {
    match status {
        ActivityExecutionStatus::Unspecified => "Unspecified",
        ActivityExecutionStatus::Running => "Running",
        ActivityExecutionStatus::Completed => "Completed",
        ActivityExecutionStatus::Failed => "Failed",
        ActivityExecutionStatus::Canceled => "Canceled",
        ActivityExecutionStatus::Terminated => "Terminated",
        ActivityExecutionStatus::TimedOut => "TimedOut",
        ActivityExecutionStatus::Paused => "Paused",
    }
}
