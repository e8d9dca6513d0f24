//! The workflow task: scheduled, started, and ended by completion, failure or time-out.
//!
//! ```text
//! none ─schedule─> scheduled ─start─> started ─complete─> none | scheduled
//!                      ^                 ├─fail, time out─> scheduled (attempt + 1: transient, no events until it completes)
//!                      └─────────────────┘
//! ```
//! A normal task's scheduled event is written when it is scheduled. Started is never written by itself: its event
//! goes with the event that ends the task, so that handing a task out costs no transaction. A task that a crash
//! finds started is simply offered again.
//!
//! While the run is paused, none is scheduled and none starts.
//!
//! A worker that had the run in its cache may just have lost it: a task that fails on its sticky queue is scheduled
//! anew on the normal queue, and only what fails there becomes transient.

mod end;
mod start;

use std::sync::Arc;

pub(crate) use end::{EndedTask, TaskFailed};
use prost::Message;
use temporalio_protos::temporal::api::{
    common::v1::WorkerVersionStamp,
    enums::v1::TaskQueueKind,
    history::v1::{
        HistoryEvent, WorkflowTaskScheduledEventAttributes, WorkflowTaskStartedEventAttributes,
    },
    taskqueue::v1::TaskQueue,
    workflowservice::v1::PollWorkflowTaskQueueResponse,
};

use super::{
    Run, priority_key,
    state::{TaskNature, WorkflowTask},
};
use crate::{
    context::{Cx, Effect},
    ids::DeploymentVersion,
    limits::Limits,
    rejection::Rejection,
    task::{Fairness, Task, TaskKind},
    time::{Span, Timestamp},
};

/// Who asks for a task.
#[derive(Clone, Debug, Default)]
pub struct Poller {
    /// As the worker names itself.
    pub identity: String,
    /// Unique to the poll.
    pub request_id: String,
    /// True if it polled the worker's own queue: it has the run in its cache.
    pub sticky: bool,
    /// True if the task goes back with the answer to the last one: its worker has the run in hand, sticky or not.
    pub inline: bool,
    /// The version that the worker runs.
    pub version: Option<DeploymentVersion>,
    /// The build that it runs, versioned or not.
    pub worker_version: Option<WorkerVersionStamp>,
}

/// The start of the pending task, known in memory only.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    pub(crate) time: Timestamp,
    pub(crate) identity: String,
    pub(crate) request_id: String,
    pub(crate) worker_version: Option<WorkerVersionStamp>,
    pub(crate) history_size_bytes: u64,
    pub(crate) suggest_reasons: Vec<i32>,
    pub(crate) started_event_id: i64,
    /// How long it may take.
    pub(crate) timeout: Span,
}

/// A task as it is handed to a worker; its history is read by the caller.
#[derive(Clone, Debug)]
pub struct StartedWorkflowTask {
    /// Everything but the history.
    pub response: PollWorkflowTaskQueueResponse,
    /// The first event to send.
    pub history_from: i64,
    /// The last written event to send.
    pub history_to: i64,
    /// Events to send after that, which are not written yet.
    pub preview: Vec<HistoryEvent>,
}

/// Attempts that get no more time than the first. Temporal: 3.
const PLAIN_ATTEMPTS: i32 = 3;
/// What the next attempt gets in addition, doubling with each after that. Temporal: 5 s.
const FIRST_EXTRA: Span = Span::from_seconds(5);

impl Run {
    /// How long an attempt may take: a worker that never answers costs less and less.
    fn task_timeout(&self, attempt: i32, limits: &Limits) -> Span {
        let timeout = Span(self.head.task_timeout);
        if attempt <= PLAIN_ATTEMPTS {
            return timeout;
        }
        let doublings = (attempt - PLAIN_ATTEMPTS - 1).clamp(0, 30);
        let extra = FIRST_EXTRA
            .0
            .saturating_mul(1 << doublings)
            .min(limits.workflow_task_retry_max.0);
        Span(timeout.0.saturating_add(extra))
    }

    /// When the started task times out.
    pub(crate) fn started_task_deadline(&self) -> Option<Timestamp> {
        self.started
            .as_ref()
            .map(|started| started.time.plus(started.timeout))
    }

    fn normal_queue(&self) -> TaskQueue {
        TaskQueue {
            name: self.head.task_queue.clone(),
            kind: TaskQueueKind::Normal as i32,
            ..Default::default()
        }
    }

    fn task_queue_of(&self, task: &WorkflowTask) -> TaskQueue {
        match (&self.head.sticky, task.sticky) {
            (Some(sticky), true) => TaskQueue {
                name: sticky.queue.clone(),
                kind: TaskQueueKind::Sticky as i32,
                normal_name: self.head.task_queue.clone(),
            },
            _ => self.normal_queue(),
        }
    }

    /// Schedules a task unless one is pending; what is new will be seen by that one.
    pub(crate) fn schedule_workflow_task(&mut self, cx: &mut Cx<'_>) {
        self.schedule_task(cx, TaskNature::Normal, cx.now);
    }

    /// Schedules a task that goes on with one that began at `original`: its worker needs more time.
    pub(crate) fn schedule_prolonging_workflow_task(
        &mut self,
        cx: &mut Cx<'_>,
        original: Timestamp,
    ) {
        self.schedule_task(cx, TaskNature::Normal, original);
    }

    /// Schedules a task for updates alone, which leaves no trace if all of them are rejected.
    pub(crate) fn schedule_speculative_workflow_task(&mut self, cx: &mut Cx<'_>) {
        self.schedule_task(cx, TaskNature::Speculative, cx.now);
    }

    /// The first task need not wait any longer. One for updates alone that is on its way becomes it, even if a worker has
    /// it already: a crash must not leave the run with none.
    pub(crate) fn schedule_first_workflow_task(&mut self, cx: &mut Cx<'_>) {
        self.touch();
        self.make_speculative_task_normal();
        self.head.first_workflow_task_at = 0;
        self.schedule_workflow_task(cx);
    }

    fn schedule_task(&mut self, cx: &mut Cx<'_>, nature: TaskNature, original: Timestamp) {
        // What happens while the run is paused is seen by the task with which it goes on.
        if self.head.workflow_task.is_some() || self.is_paused() {
            return;
        }
        let task = WorkflowTask {
            scheduled_event_id: self.head.next_event_id,
            attempt: 1,
            stamp: self.next_stamp(),
            scheduled_time: cx.now.0,
            original_scheduled_time: original.0,
            nature: nature as i32,
            task_id: 0,
            sticky: self.head.sticky.is_some(),
        };
        match nature {
            TaskNature::Normal | TaskNature::Transient => {
                self.head.first_workflow_task_at = 0;
                self.add_event(cx.now, self.first_scheduled_attributes(&task));
            }
            TaskNature::Speculative => {
                let row = self.workflow_task_row(&task, cx.ids.task_id());
                cx.effects.push(Effect::OfferTask(row));
            }
        }
        self.head.workflow_task = Some(task);
    }

    /// Schedules another attempt of a task that failed; nothing is written of it before it completes.
    fn schedule_transient_task(&mut self, cx: &Cx<'_>, attempt: i32) {
        self.touch();
        if self.is_paused() {
            return;
        }
        self.head.workflow_task = Some(WorkflowTask {
            scheduled_event_id: self.head.next_event_id,
            attempt,
            stamp: self.next_stamp(),
            scheduled_time: cx.now.0,
            original_scheduled_time: cx.now.0,
            nature: TaskNature::Transient as i32,
            task_id: 0,
            sticky: false,
        });
    }

    /// For a first attempt, whose time-out nothing stretches.
    fn first_scheduled_attributes(
        &self,
        task: &WorkflowTask,
    ) -> WorkflowTaskScheduledEventAttributes {
        self.scheduled_attributes(task, Span(self.head.task_timeout))
    }

    fn scheduled_attributes(
        &self,
        task: &WorkflowTask,
        timeout: Span,
    ) -> WorkflowTaskScheduledEventAttributes {
        WorkflowTaskScheduledEventAttributes {
            task_queue: Some(self.task_queue_of(task)),
            start_to_close_timeout: Some(timeout.to_proto()),
            attempt: task.attempt,
        }
    }

    fn workflow_task_row(&self, task: &WorkflowTask, id: i64) -> Task {
        let normal: Arc<str> = Arc::from(self.head.task_queue.as_str());
        let (queue, normal_queue) = match (&self.head.sticky, task.sticky) {
            (Some(sticky), true) => (Arc::from(sticky.queue.as_str()), Some(normal)),
            _ => (normal, None),
        };
        Task {
            id,
            kind: TaskKind::Workflow,
            run: self.key.clone(),
            queue,
            normal_queue,
            version: self.pinned_version(),
            scheduled_event_id: task.scheduled_event_id,
            stamp: task.stamp,
            created_at: Timestamp(task.scheduled_time),
            priority_key: priority_key(self.head.priority.as_ref()),
            fairness: Fairness::of_priority(self.head.priority.as_ref()),
        }
    }

    /// Gives the pending task its row. Part of every transaction.
    pub(crate) fn add_workflow_task_row(&mut self, cx: &mut Cx<'_>) {
        let Some(task) = &self.head.workflow_task else {
            return;
        };
        if task.task_id != 0 || task.nature == TaskNature::Speculative as i32 || self.is_paused() {
            return;
        }
        let row = self.workflow_task_row(task, cx.ids.task_id());
        if let Some(task) = &mut self.head.workflow_task {
            task.task_id = row.id;
        }
        self.outbox.tasks_added.push(row);
    }

    /// An event beside updates happened: the speculative task becomes one like any other.
    pub(crate) fn make_speculative_task_normal(&mut self) {
        let Some(task) = &mut self.head.workflow_task else {
            return;
        };
        if task.nature != TaskNature::Speculative as i32 {
            return;
        }
        task.nature = TaskNature::Normal as i32;
        let task = task.clone();
        self.add_event(
            Timestamp(task.scheduled_time),
            self.first_scheduled_attributes(&task),
        );
    }

    /// True if the pending workflow task is one for updates alone.
    pub(crate) fn is_task_speculative(&self) -> bool {
        self.head
            .workflow_task
            .as_ref()
            .is_some_and(|task| task.nature == TaskNature::Speculative as i32)
    }

    /// ResetStickyTaskQueue: the next task goes to the normal queue with the whole history.
    pub fn reset_sticky(&mut self) -> Result<(), Rejection> {
        self.require_open()?;
        if self.head.sticky.take().is_some() {
            self.touch();
        }
        Ok(())
    }
}

#[expect(
    deprecated,
    reason = "tools and SDKs still read the build of unversioned workers here"
)]
fn started_attributes(
    scheduled_event_id: i64,
    started: &Started,
) -> WorkflowTaskStartedEventAttributes {
    WorkflowTaskStartedEventAttributes {
        scheduled_event_id,
        identity: started.identity.clone(),
        request_id: started.request_id.clone(),
        worker_version: started.worker_version.clone(),
        suggest_continue_as_new: !started.suggest_reasons.is_empty(),
        suggest_continue_as_new_reasons: started.suggest_reasons.clone(),
        history_size_bytes: i64::try_from(started.history_size_bytes).unwrap_or(i64::MAX),
        ..Default::default()
    }
}

/// The size that a message adds to a history, for limits.
pub(crate) fn encoded_size<M: Message>(message: Option<&M>) -> usize {
    message.map_or(0, Message::encoded_len)
}

#[cfg(test)]
mod tests;
