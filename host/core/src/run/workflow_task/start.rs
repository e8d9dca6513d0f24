//! Handing the pending workflow task to a worker, and what is seen of it meanwhile.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::{EventType, SuggestContinueAsNewReason},
    history::v1::HistoryEvent,
    query::v1::WorkflowQuery,
    workflowservice::v1::PollWorkflowTaskQueueResponse,
};

use super::{Poller, Started, StartedWorkflowTask, started_attributes};
use crate::{
    context::Cx,
    limits::Limits,
    rejection::Rejection,
    run::{
        Run,
        state::{TaskNature, WorkflowTask},
        token::WorkflowTaskToken,
    },
    time::Timestamp,
};

impl Run {
    /// Hands the pending task to a worker. NOT_FOUND: the task is stale, its row can go. ALREADY_EXISTS: another
    /// poll has it; the row must stay. The stamp alone decides: between a failed attempt and the next start the task
    /// may become a normal one with another scheduled event.
    pub fn start_workflow_task(
        &mut self,
        cx: &mut Cx<'_>,
        stamp: i32,
        poller: &Poller,
        queries: HashMap<String, WorkflowQuery>,
    ) -> Result<StartedWorkflowTask, Rejection> {
        self.require_open()?;
        let stale = || Rejection::NotFound("Workflow task not found.".into());
        let task = self.head.workflow_task.as_ref().ok_or_else(stale)?;
        if task.stamp != stamp || (self.is_paused() && self.started.is_none()) {
            return Err(stale());
        }
        match &self.started {
            Some(started) if started.request_id == poller.request_id => {}
            Some(_) => {
                return Err(Rejection::AlreadyExists(
                    "workflow task is already started".into(),
                ));
            }
            None if self.is_task_speculative() && self.admitted.is_empty() => {
                self.head.workflow_task = None;
                return Err(stale());
            }
            None => self.start_pending_task(cx, poller),
        }
        let has_run = poller.inline || (poller.sticky && self.head.sticky.is_some());
        let prolongs = std::mem::take(&mut self.prolongs);
        let mut started = self.started_response(has_run);
        started.response.queries = queries;
        started.response.messages = self.take_update_messages(!prolongs);
        Ok(started)
    }

    fn start_pending_task(&mut self, cx: &Cx<'_>, poller: &Poller) {
        if !poller.sticky && !poller.inline {
            // Another worker takes over: the one that had the run in its cache is of no use any more.
            self.head.sticky = None;
        }
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
            self.add_event(cx.now, self.first_scheduled_attributes(&task));
        }
        let Some(task) = &self.head.workflow_task else {
            return;
        };
        let is_written = task.nature == TaskNature::Normal as i32;
        let timeout = self.task_timeout(task.attempt, cx.limits);
        self.started = Some(Started {
            time: cx.now,
            identity: poller.identity.clone(),
            request_id: poller.request_id.clone(),
            worker_version: poller.worker_version.clone(),
            history_size_bytes: self.head.history_size_bytes,
            suggest_reasons: self.suggest_continue_as_new(cx.limits),
            started_event_id: self.head.next_event_id + i64::from(!is_written),
            timeout,
        });
    }

    fn suggest_continue_as_new(&self, limits: &Limits) -> Vec<i32> {
        let mut reasons = Vec::new();
        if self.head.history_size_bytes >= limits.history_suggest_size_bytes {
            reasons.push(SuggestContinueAsNewReason::HistorySizeTooLarge as i32);
        }
        if self.head.next_event_id >= limits.history_suggest_count_events {
            reasons.push(SuggestContinueAsNewReason::TooManyHistoryEvents as i32);
        }
        if (self.updates.len() + self.admitted.len()) * 10 >= limits.updates_total * 9 {
            reasons.push(SuggestContinueAsNewReason::TooManyUpdates as i32);
        }
        reasons
    }

    fn started_response(&self, has_run: bool) -> StartedWorkflowTask {
        let mut response = self.task_response();
        if let (Some(task), Some(started)) = (&self.head.workflow_task, &self.started) {
            response.started_event_id = started.started_event_id;
            response.attempt = task.attempt;
            response.scheduled_time = Some(Timestamp(task.scheduled_time).to_proto());
            response.started_time = Some(started.time.to_proto());
            response.task_token = self.workflow_task_token(task, started).encode_token();
        }
        StartedWorkflowTask {
            response,
            history_from: self.history_from(has_run),
            history_to: self.head.next_event_id - 1,
            preview: self.started_event_preview(),
        }
    }

    fn workflow_task_token(&self, task: &WorkflowTask, started: &Started) -> WorkflowTaskToken {
        WorkflowTaskToken {
            namespace_id: self.key.namespace_id.0.as_bytes().to_vec(),
            workflow_id: self.key.workflow_id.to_string(),
            run_id: self.key.run_id.0.as_bytes().to_vec(),
            scheduled_event_id: task.scheduled_event_id,
            started_event_id: started.started_event_id,
            stamp: task.stamp,
            started_time: started.time.0,
        }
    }

    /// A worker with the run in its cache needs what came after the task that it did last.
    fn history_from(&self, has_run: bool) -> i64 {
        if has_run {
            self.head.last_started_event_id + 1
        } else {
            1
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
        response.attempt = 1;
        StartedWorkflowTask {
            response,
            history_from: self.history_from(sticky),
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
        let mut events = Vec::with_capacity(2);
        let mut scheduled_event_id = task.scheduled_event_id;
        if task.nature != TaskNature::Normal as i32 {
            scheduled_event_id = self.head.next_event_id;
            events.push(HistoryEvent {
                event_id: scheduled_event_id,
                task_id: scheduled_event_id,
                event_time: Some(Timestamp(task.scheduled_time).to_proto()),
                event_type: EventType::WorkflowTaskScheduled as i32,
                attributes: Some(self.scheduled_attributes(task, started.timeout).into()),
                ..Default::default()
            });
        }
        events.push(HistoryEvent {
            event_id: started.started_event_id,
            task_id: started.started_event_id,
            event_time: Some(started.time.to_proto()),
            event_type: EventType::WorkflowTaskStarted as i32,
            attributes: Some(started_attributes(scheduled_event_id, started).into()),
            ..Default::default()
        });
        events
    }
}
