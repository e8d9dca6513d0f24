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

use std::{collections::HashMap, sync::Arc};

use prost::Message;
use temporalio_protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::{
        EventType, SuggestContinueAsNewReason, TaskQueueKind, TimeoutType, WorkflowTaskFailedCause,
    },
    failure::v1::Failure,
    history::v1::{
        HistoryEvent, WorkflowTaskFailedEventAttributes, WorkflowTaskScheduledEventAttributes,
        WorkflowTaskStartedEventAttributes, WorkflowTaskTimedOutEventAttributes,
        history_event::Attributes,
    },
    query::v1::WorkflowQuery,
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{PollWorkflowTaskQueueResponse, RespondWorkflowTaskFailedRequest},
};

use super::{
    Run, priority_key,
    state::{TaskNature, WorkflowTask},
    token::WorkflowTaskToken,
};
use crate::{
    context::{Cx, Effect},
    ids::DeploymentVersion,
    rejection::Rejection,
    task::{Task, TaskKind},
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
    /// The version that the worker runs.
    pub version: Option<DeploymentVersion>,
}

/// The start of the pending task, known in memory only.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    pub(crate) time: Timestamp,
    pub(crate) identity: String,
    pub(crate) request_id: String,
    pub(crate) history_size_bytes: u64,
    pub(crate) suggest_reasons: Vec<i32>,
    pub(crate) started_event_id: i64,
    pub(crate) version: Option<DeploymentVersion>,
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

/// From this attempt on the time-out doubles with each, so that a worker that never answers costs less and less.
/// Temporal: 10 critical attempts, then exponential up to 10 minutes.
const CRITICAL_ATTEMPTS: i32 = 10;
const LONGEST_ATTEMPT: Span = Span::from_seconds(600);

impl Run {
    /// True from schedule to end.
    #[must_use]
    pub fn has_pending_workflow_task(&self) -> bool {
        self.head.workflow_task.is_some()
    }

    /// True while a worker has it.
    #[must_use]
    pub fn is_workflow_task_started(&self) -> bool {
        self.started.is_some()
    }

    fn task_timeout(&self) -> Span {
        Span(self.head.task_timeout)
    }

    /// When the started task times out.
    pub(crate) fn started_task_deadline(&self) -> Option<Timestamp> {
        let (task, started) = (self.head.workflow_task.as_ref()?, self.started.as_ref()?);
        let doublings = (task.attempt - CRITICAL_ATTEMPTS).clamp(0, 16);
        let stretched = Span(self.head.task_timeout.saturating_mul(1 << doublings));
        Some(
            started
                .time
                .plus(stretched.min(LONGEST_ATTEMPT.max(self.task_timeout()))),
        )
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
        self.schedule_task(cx, TaskNature::Normal);
    }

    /// Schedules the first task of a run, which may have to wait.
    pub(crate) fn schedule_first_workflow_task(&mut self, cx: &mut Cx<'_>) {
        self.head.first_workflow_task_backoff = 0;
        self.schedule_task(cx, TaskNature::Normal);
    }

    /// Schedules a task for updates alone, which leaves no trace if all of them are rejected.
    pub(crate) fn schedule_speculative_workflow_task(&mut self, cx: &mut Cx<'_>) {
        self.schedule_task(cx, TaskNature::Speculative);
    }

    fn schedule_task(&mut self, cx: &mut Cx<'_>, nature: TaskNature) {
        if self.head.workflow_task.is_some() || self.head.first_workflow_task_backoff != 0 {
            return;
        }
        let task = WorkflowTask {
            scheduled_event_id: self.head.next_event_id,
            attempt: 1,
            stamp: self.next_stamp(),
            scheduled_time: cx.now.0,
            original_scheduled_time: cx.now.0,
            nature: nature as i32,
            task_id: 0,
            sticky: self.head.sticky.is_some(),
            not_before: cx.now.0,
        };
        match nature {
            TaskNature::Normal | TaskNature::Transient => {
                self.add_event(cx.now, self.scheduled_attributes(&task));
            }
            TaskNature::Speculative => {
                let row = self.workflow_task_row(&task, cx.ids.task_id());
                cx.effects.push(Effect::OfferTask(row));
            }
        }
        self.head.workflow_task = Some(task);
    }

    fn scheduled_attributes(&self, task: &WorkflowTask) -> WorkflowTaskScheduledEventAttributes {
        WorkflowTaskScheduledEventAttributes {
            task_queue: Some(self.task_queue_of(task)),
            start_to_close_timeout: Some(self.task_timeout().to_proto()),
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
        }
    }

    /// Gives the pending task its row, once it may be offered. Part of every transaction.
    pub(crate) fn add_workflow_task_row(&mut self, cx: &mut Cx<'_>) {
        let Some(task) = &self.head.workflow_task else {
            return;
        };
        if task.task_id != 0
            || task.nature == TaskNature::Speculative as i32
            || task.not_before > cx.now.0
        {
            return;
        }
        let row = self.workflow_task_row(task, cx.ids.task_id());
        if let Some(task) = &mut self.head.workflow_task {
            task.task_id = row.id;
        }
        self.outbox.tasks_added.push(row);
    }

    /// An event beside updates happened: the speculative task becomes one like any other.
    pub(crate) fn make_speculative_task_normal(&mut self, now: Timestamp) {
        let Some(task) = &mut self.head.workflow_task else {
            return;
        };
        if task.nature != TaskNature::Speculative as i32 {
            return;
        }
        task.nature = TaskNature::Normal as i32;
        let task = task.clone();
        self.add_event(now, self.scheduled_attributes(&task));
    }

    /// Hands the pending task to a worker. NOT_FOUND: the task is stale, its row can go. ALREADY_EXISTS: another
    /// poll has it; the row must stay.
    pub fn start_workflow_task(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        stamp: i32,
        poller: &Poller,
        queries: HashMap<String, WorkflowQuery>,
    ) -> Result<StartedWorkflowTask, Rejection> {
        self.require_open()?;
        let stale = || Rejection::NotFound("workflow task not found".into());
        let task = self.head.workflow_task.as_ref().ok_or_else(stale)?;
        if task.scheduled_event_id != scheduled_event_id || task.stamp != stamp {
            return Err(stale());
        }
        match &self.started {
            Some(started) if started.request_id == poller.request_id => {}
            Some(_) => {
                return Err(Rejection::AlreadyExists(
                    "workflow task is already started".into(),
                ));
            }
            None => self.start_pending_task(cx, poller),
        }
        let sticky = poller.sticky && self.head.sticky.is_some();
        let mut started = self.started_response(sticky);
        started.response.queries = queries;
        started.response.messages = self.take_update_messages(sticky);
        Ok(started)
    }

    fn start_pending_task(&mut self, cx: &Cx<'_>, poller: &Poller) {
        let next_event_id = self.head.next_event_id;
        let Some(task) = &mut self.head.workflow_task else {
            return;
        };
        if task.nature == TaskNature::Transient as i32 && task.scheduled_event_id != next_event_id {
            // Something happened since the attempt failed, so this is no mere retry any more.
            task.nature = TaskNature::Normal as i32;
            task.attempt = 1;
            task.scheduled_event_id = next_event_id;
            // The row names the event, and a crash finds the task by its row: it is written anew.
            let row = std::mem::take(&mut task.task_id);
            let task = task.clone();
            self.remove_task(row);
            self.add_event(cx.now, self.scheduled_attributes(&task));
        }
        let Some(task) = &self.head.workflow_task else {
            return;
        };
        let virtual_scheduled = task.nature != TaskNature::Normal as i32;
        let started_event_id = self.head.next_event_id + i64::from(virtual_scheduled);
        self.started = Some(Started {
            time: cx.now,
            identity: poller.identity.clone(),
            request_id: poller.request_id.clone(),
            history_size_bytes: self.head.history_size_bytes,
            suggest_reasons: self.suggest_continue_as_new(cx),
            started_event_id,
            version: poller.version.clone(),
        });
    }

    fn suggest_continue_as_new(&self, cx: &Cx<'_>) -> Vec<i32> {
        let mut reasons = Vec::new();
        if self.head.history_size_bytes >= cx.limits.history_suggest_size_bytes {
            reasons.push(SuggestContinueAsNewReason::HistorySizeTooLarge as i32);
        }
        if self.head.next_event_id > cx.limits.history_suggest_count_events {
            reasons.push(SuggestContinueAsNewReason::TooManyHistoryEvents as i32);
        }
        if self.head.update_count * 10 >= cx.limits.updates_total as i64 * 9 {
            reasons.push(SuggestContinueAsNewReason::TooManyUpdates as i32);
        }
        reasons
    }

    fn started_response(&self, sticky: bool) -> StartedWorkflowTask {
        let mut response = self.task_response();
        let history_from = if sticky {
            self.head.last_started_event_id + 1
        } else {
            1
        };
        if let (Some(task), Some(started)) = (&self.head.workflow_task, &self.started) {
            response.started_event_id = started.started_event_id;
            response.attempt = task.attempt;
            response.scheduled_time = Some(Timestamp(task.scheduled_time).to_proto());
            response.started_time = Some(started.time.to_proto());
            response.task_token = WorkflowTaskToken {
                namespace_id: self.key.namespace_id.0.as_bytes().to_vec(),
                workflow_id: self.key.workflow_id.to_string(),
                run_id: self.key.run_id.0.as_bytes().to_vec(),
                scheduled_event_id: task.scheduled_event_id,
                started_event_id: started.started_event_id,
                stamp: task.stamp,
                started_time: started.time.0,
            }
            .encode_token();
        }
        StartedWorkflowTask {
            response,
            history_from,
            history_to: self.head.next_event_id - 1,
            preview: self.started_event_preview(),
        }
    }

    fn task_response(&self) -> PollWorkflowTaskQueueResponse {
        PollWorkflowTaskQueueResponse {
            workflow_execution: Some(WorkflowExecution {
                workflow_id: self.key.workflow_id.to_string(),
                run_id: self.key.run_id.to_string(),
            }),
            workflow_type: Some(WorkflowType {
                name: self.head.workflow_type.clone(),
            }),
            previous_started_event_id: self.head.last_started_event_id,
            workflow_execution_task_queue: Some(self.normal_queue()),
            ..Default::default()
        }
    }

    /// A query that is sent alone: the history up to now and the query; the caller makes the token.
    #[must_use]
    pub fn query_task(&self, sticky: bool, query: &WorkflowQuery) -> StartedWorkflowTask {
        let mut response = self.task_response();
        response.query = Some(query.clone());
        let history_from = if sticky {
            self.head.last_started_event_id + 1
        } else {
            1
        };
        StartedWorkflowTask {
            response,
            history_from,
            history_to: self.head.next_event_id - 1,
            preview: Vec::new(),
        }
    }

    /// Events of a started task that are not written yet, as a poller or a reader of the history sees them.
    #[must_use]
    pub fn started_event_preview(&self) -> Vec<HistoryEvent> {
        let (Some(task), Some(started)) = (&self.head.workflow_task, &self.started) else {
            return Vec::new();
        };
        let mut events = Vec::new();
        let mut event_id = self.head.next_event_id;
        if task.nature != TaskNature::Normal as i32 {
            events.push(HistoryEvent {
                event_id,
                task_id: event_id,
                event_time: Some(Timestamp(task.scheduled_time).to_proto()),
                event_type: EventType::WorkflowTaskScheduled as i32,
                attributes: Some(self.scheduled_attributes(task).into()),
                ..Default::default()
            });
            event_id += 1;
        }
        let scheduled_event_id = if task.nature == TaskNature::Normal as i32 {
            task.scheduled_event_id
        } else {
            event_id - 1
        };
        events.push(HistoryEvent {
            event_id,
            task_id: event_id,
            event_time: Some(started.time.to_proto()),
            event_type: EventType::WorkflowTaskStarted as i32,
            attributes: Some(started_attributes(scheduled_event_id, started).into()),
            ..Default::default()
        });
        events
    }

    /// Writes the started task's events and takes it out of the state. Returns its scheduled and started event ids.
    pub(crate) fn write_started_task(&mut self) -> Option<(WorkflowTask, Started, i64, i64)> {
        let started = self.started.take()?;
        let task = self.head.workflow_task.take()?;
        let scheduled_event_id = if task.nature == TaskNature::Normal as i32 {
            task.scheduled_event_id
        } else {
            self.add_event(
                Timestamp(task.scheduled_time),
                self.scheduled_attributes(&task),
            )
        };
        let started_event_id = self.add_event(
            started.time,
            started_attributes(scheduled_event_id, &started),
        );
        self.remove_task(task.task_id);
        Some((task, started, scheduled_event_id, started_event_id))
    }

    /// Finds the started task that a token names.
    pub(crate) fn require_started_task(&self, token: &WorkflowTaskToken) -> Result<(), Rejection> {
        self.require_open()?;
        match (&self.head.workflow_task, &self.started) {
            (Some(task), Some(started))
                if task.stamp == token.stamp
                    && started.time.0 == token.started_time
                    && started.started_event_id == token.started_event_id =>
            {
                Ok(())
            }
            _ => Err(Rejection::NotFound("Workflow task not found.".into())),
        }
    }

    /// RespondWorkflowTaskFailed: the task will be tried again.
    pub fn fail_workflow_task(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RespondWorkflowTaskFailedRequest,
        token: &WorkflowTaskToken,
    ) -> Result<(), Rejection> {
        self.require_started_task(token)?;
        let cause = WorkflowTaskFailedCause::try_from(request.cause)
            .unwrap_or(WorkflowTaskFailedCause::Unspecified);
        self.end_failed_task(cx, cause, request.failure.clone(), &request.identity);
        Ok(())
    }

    /// Ends the started task as failed and schedules the next attempt.
    pub(crate) fn end_failed_task(
        &mut self,
        cx: &mut Cx<'_>,
        cause: WorkflowTaskFailedCause,
        failure: Option<Failure>,
        identity: &str,
    ) {
        let attributes = |scheduled_event_id, started_event_id| {
            WorkflowTaskFailedEventAttributes {
                scheduled_event_id,
                started_event_id,
                cause: cause as i32,
                failure,
                identity: identity.to_owned(),
                ..Default::default()
            }
            .into()
        };
        // A retry because of new events is no fault of the worker: no backoff, no transient attempt.
        let is_retry = cause != WorkflowTaskFailedCause::UnhandledCommand;
        self.end_task_for_retry(cx, attributes, is_retry);
    }

    /// Ends the started task as timed out and schedules the next attempt.
    pub(crate) fn end_timed_out_task(&mut self, cx: &mut Cx<'_>) {
        let attributes = |scheduled_event_id, started_event_id| {
            WorkflowTaskTimedOutEventAttributes {
                scheduled_event_id,
                started_event_id,
                timeout_type: TimeoutType::StartToClose as i32,
            }
            .into()
        };
        self.end_task_for_retry(cx, attributes, true);
    }

    fn end_task_for_retry(
        &mut self,
        cx: &mut Cx<'_>,
        attributes: impl FnOnce(i64, i64) -> Attributes,
        is_retry: bool,
    ) {
        let attempt = self
            .head
            .workflow_task
            .as_ref()
            .map_or(1, |task| task.attempt);
        let first_scheduled = self
            .head
            .workflow_task
            .as_ref()
            .map_or(cx.now.0, |task| task.original_scheduled_time);
        self.head.sticky = None;
        self.touch();
        if attempt == 1 {
            if let Some((_, _, scheduled, started)) = self.write_started_task() {
                self.add_event(cx.now, attributes(scheduled, started));
            }
        } else {
            // A transient attempt that fails leaves no events, so that a failing worker can't grow the history.
            self.started = None;
            if let Some(task) = self.head.workflow_task.take() {
                self.remove_task(task.task_id);
            }
        }
        self.return_updates_to_admitted();
        let flushed = self.flush_buffered();
        if !is_retry || flushed > 0 {
            self.schedule_workflow_task(cx);
            return;
        }
        let attempt = attempt + 1;
        self.head.workflow_task = Some(WorkflowTask {
            scheduled_event_id: self.head.next_event_id,
            attempt,
            stamp: self.next_stamp(),
            scheduled_time: cx.now.0,
            original_scheduled_time: first_scheduled,
            nature: TaskNature::Transient as i32,
            task_id: 0,
            sticky: false,
            not_before: cx.now.0,
        });
    }

    /// The sticky worker did not come for the task in time: it goes to the normal queue, with a time-out event.
    pub(crate) fn time_out_sticky_task(&mut self, cx: &mut Cx<'_>) {
        let Some(task) = self.head.workflow_task.take() else {
            return;
        };
        self.head.sticky = None;
        self.remove_task(task.task_id);
        self.touch();
        if task.nature != TaskNature::Speculative as i32 {
            self.add_event(
                cx.now,
                WorkflowTaskTimedOutEventAttributes {
                    scheduled_event_id: task.scheduled_event_id,
                    started_event_id: 0,
                    timeout_type: TimeoutType::ScheduleToStart as i32,
                },
            );
            self.schedule_workflow_task(cx);
        } else {
            self.schedule_speculative_workflow_task(cx);
        }
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

fn started_attributes(
    scheduled_event_id: i64,
    started: &Started,
) -> WorkflowTaskStartedEventAttributes {
    WorkflowTaskStartedEventAttributes {
        scheduled_event_id,
        identity: started.identity.clone(),
        request_id: started.request_id.clone(),
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
