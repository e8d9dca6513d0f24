//! The ways in which a started workflow task ends without being completed, and what comes next.

use temporalio_protos::temporal::api::{
    enums::v1::{TimeoutType, WorkflowTaskFailedCause},
    failure::v1::Failure,
    history::v1::{
        WorkflowTaskFailedEventAttributes, WorkflowTaskTimedOutEventAttributes,
        history_event::Attributes,
    },
    workflowservice::v1::RespondWorkflowTaskFailedRequest,
};

use super::started_attributes;
use crate::{
    context::Cx,
    rejection::Rejection,
    run::{
        Run,
        state::{TaskNature, WorkflowTask},
        token::WorkflowTaskToken,
    },
    time::Timestamp,
};

/// A started task that is taken out of the state, its events written.
pub(crate) struct EndedTask {
    pub(crate) task: WorkflowTask,
    pub(crate) scheduled_event_id: i64,
    pub(crate) started_event_id: i64,
}

/// Why a task failed, as its event says it.
pub(crate) struct TaskFailed {
    pub(crate) cause: WorkflowTaskFailedCause,
    pub(crate) failure: Option<Failure>,
    pub(crate) identity: String,
    pub(crate) binary_checksum: String,
}

impl Run {
    /// Writes the started task's events and takes it out of the state.
    pub(crate) fn write_started_task(&mut self) -> Option<EndedTask> {
        let started = self.started.take()?;
        let task = self.head.workflow_task.take()?;
        self.close_attempted = false;
        let scheduled_event_id = if task.nature == TaskNature::Normal as i32 {
            task.scheduled_event_id
        } else {
            let attributes = self.scheduled_attributes(&task, started.timeout);
            self.add_event(Timestamp(task.scheduled_time), attributes)
        };
        let started_event_id = self.add_event(
            started.time,
            started_attributes(scheduled_event_id, &started),
        );
        self.remove_task(task.task_id);
        Some(EndedTask {
            task,
            scheduled_event_id,
            started_event_id,
        })
    }

    /// Takes the started task out of the state with no event of its own.
    pub(crate) fn drop_started_task(&mut self) {
        self.started = None;
        self.close_attempted = false;
        if let Some(task) = self.head.workflow_task.take() {
            self.remove_task(task.task_id);
            if task.nature != TaskNature::Speculative as i32 {
                self.touch();
            }
        }
    }

    /// Finds the started task that a token names.
    pub(crate) fn require_started_task(&self, token: &WorkflowTaskToken) -> Result<(), Rejection> {
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
        self.require_open()?;
        self.require_started_task(token)?;
        #[expect(deprecated, reason = "older clients read the checksum")]
        let binary_checksum = request.binary_checksum.clone();
        self.end_failed_task(
            cx,
            TaskFailed {
                cause: WorkflowTaskFailedCause::try_from(request.cause)
                    .unwrap_or(WorkflowTaskFailedCause::Unspecified),
                failure: request.failure.clone(),
                identity: request.identity.clone(),
                binary_checksum,
            },
        );
        Ok(())
    }

    /// Ends the started task as failed and schedules the next attempt.
    pub(crate) fn end_failed_task(&mut self, cx: &mut Cx<'_>, failed: TaskFailed) {
        let wanted_to_close = failed.cause == WorkflowTaskFailedCause::UnhandledCommand;
        self.end_task_for_retry(cx, |scheduled, started| {
            failed_event(scheduled, started, failed)
        });
        self.close_attempted = wanted_to_close;
    }

    /// Ends the started task as timed out and schedules the next attempt.
    pub(crate) fn end_timed_out_task(&mut self, cx: &mut Cx<'_>) {
        self.end_task_for_retry(cx, |scheduled_event_id, started_event_id| {
            WorkflowTaskTimedOutEventAttributes {
                scheduled_event_id,
                started_event_id,
                timeout_type: TimeoutType::StartToClose as i32,
            }
            .into()
        });
    }

    fn end_task_for_retry(
        &mut self,
        cx: &mut Cx<'_>,
        attributes: impl FnOnce(i64, i64) -> Attributes,
    ) {
        let attempt = self.workflow_task_attempt();
        self.write_task_end(cx, attributes);
        let was_sticky = self.head.sticky.take().is_some();
        self.return_updates_to_admitted();
        let flushed = self.flush_buffered();
        if flushed > 0 || was_sticky {
            self.schedule_workflow_task(cx);
        } else {
            self.schedule_transient_task(cx, attempt + 1);
        }
    }

    /// A transient attempt leaves no events, so that a failing worker can't grow the history.
    fn write_task_end(&mut self, cx: &Cx<'_>, attributes: impl FnOnce(i64, i64) -> Attributes) {
        if self.workflow_task_attempt() > 1 {
            self.drop_started_task();
        } else if let Some(ended) = self.write_started_task() {
            self.add_event(
                cx.now,
                attributes(ended.scheduled_event_id, ended.started_event_id),
            );
        }
    }

    /// Ends a started workflow task, if there is one, because the run is being closed over its head.
    pub(crate) fn fail_started_task_for_close(&mut self, cx: &Cx<'_>) {
        self.fail_started_task(
            cx,
            TaskFailed {
                cause: WorkflowTaskFailedCause::ForceCloseCommand,
                failure: None,
                identity: "history-service".into(),
                binary_checksum: String::new(),
            },
        );
    }

    /// Ends a started workflow task as failed, with no attempt to follow; what had waited behind it is written.
    pub(crate) fn fail_started_task(&mut self, cx: &Cx<'_>, failed: TaskFailed) {
        if self.started.is_some() {
            self.write_task_end(cx, |scheduled, started| {
                failed_event(scheduled, started, failed)
            });
            self.flush_buffered();
        }
    }

    /// The sticky worker did not come for the task in time: it goes to the normal queue, with a time-out event.
    pub(crate) fn time_out_sticky_task(&mut self, cx: &mut Cx<'_>) {
        self.make_speculative_task_normal();
        self.head.sticky = None;
        let Some(task) = self.head.workflow_task.take() else {
            return;
        };
        self.remove_task(task.task_id);
        self.add_event(
            cx.now,
            WorkflowTaskTimedOutEventAttributes {
                scheduled_event_id: task.scheduled_event_id,
                started_event_id: 0,
                timeout_type: TimeoutType::ScheduleToStart as i32,
            },
        );
        self.schedule_workflow_task(cx);
    }

    /// Too much waits behind the started task: it is taken from its worker, so that the workflow sees what came.
    pub(crate) fn enforce_buffer_limits(&mut self, cx: &mut Cx<'_>) {
        if self.started.is_none()
            || (self.buffered.len() <= cx.limits.buffered_events
                && self.buffered_bytes <= cx.limits.buffered_events_bytes)
        {
            return;
        }
        self.end_failed_task(
            cx,
            TaskFailed {
                cause: WorkflowTaskFailedCause::ForceCloseCommand,
                failure: None,
                identity: "history-service".into(),
                binary_checksum: String::new(),
            },
        );
    }
}

fn failed_event(scheduled_event_id: i64, started_event_id: i64, failed: TaskFailed) -> Attributes {
    #[expect(deprecated, reason = "older clients read the checksum")]
    WorkflowTaskFailedEventAttributes {
        scheduled_event_id,
        started_event_id,
        cause: failed.cause as i32,
        failure: failed.failure,
        identity: failed.identity,
        binary_checksum: failed.binary_checksum,
        ..Default::default()
    }
    .into()
}
