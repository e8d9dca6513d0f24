//! Attempts: their start, their heartbeats, what follows one that failed, and time.

use temporalio_protos::temporal::api::{
    common::v1::{ActivityType, Payloads, WorkflowExecution},
    enums::v1::{ActivityExecutionStatus, RetryState, TimeoutType},
    failure::v1::Failure,
    workflowservice::v1::{PollActivityTaskQueueResponse, RecordActivityTaskHeartbeatResponse},
};

use super::StandaloneActivity;
use crate::{
    context::Cx,
    rejection::Rejection,
    run::{
        ActivityRef, Poller,
        activity_rules::timeout_failure,
        deadlines::{Deadline, activity_deadline},
        retry::{self, Next},
        token::ActivityTaskToken,
    },
    time::{Span, Timestamp},
};

/// Temporal's words for a task that is not, or not any more, to be done.
fn not_found() -> Rejection {
    Rejection::NotFound("activity task not found".into())
}

impl StandaloneActivity {
    /// Hands it to a worker. NOT_FOUND: the task is stale, its row can go.
    pub fn start_task(
        &mut self,
        cx: &mut Cx<'_>,
        stamp: i32,
        poller: &Poller,
    ) -> Result<PollActivityTaskQueueResponse, Rejection> {
        let activity = &self.state.activity;
        if self.is_closed() || activity.stamp != stamp || activity.backing_off {
            return Err(not_found());
        }
        if !activity.is_started() {
            self.note_start(cx.now, poller);
        } else if activity.request_id != poller.request_id {
            return Err(not_found());
        }
        Ok(self.task_response())
    }

    /// The attempt begins.
    pub(super) fn note_start(&mut self, now: Timestamp, poller: &Poller) {
        self.touch();
        let task_id = self.state.activity.note_start(now, poller);
        self.state.last_started_time = now.0;
        self.state.was_started = true;
        self.remove_task(task_id);
    }

    fn task_response(&self) -> PollActivityTaskQueueResponse {
        let activity = &self.state.activity;
        let token = ActivityTaskToken {
            namespace_id: self.key.namespace_id.0.as_bytes().to_vec(),
            workflow_id: self.key.workflow_id.to_string(),
            run_id: self.key.run_id.0.as_bytes().to_vec(),
            scheduled_event_id: 0,
            attempt: activity.attempt,
            stamp: activity.stamp,
            is_stand_alone: true,
        };
        PollActivityTaskQueueResponse {
            task_token: token.encode_token(),
            workflow_namespace: self.state.namespace.clone(),
            workflow_execution: Some(WorkflowExecution::default()),
            activity_run_id: self.key.run_id.to_string(),
            activity_type: Some(ActivityType {
                name: activity.activity_type.clone(),
            }),
            activity_id: activity.activity_id.clone(),
            header: self.request.header.clone(),
            input: self.request.input.clone(),
            heartbeat_details: activity.heartbeat_details.clone(),
            scheduled_time: Some(Timestamp(activity.scheduled_time).to_proto()),
            current_attempt_scheduled_time: Some(
                Timestamp(activity.attempt_scheduled_time).to_proto(),
            ),
            started_time: Some(Timestamp(activity.started_time).to_proto()),
            attempt: activity.attempt,
            schedule_to_close_timeout: Some(Span(activity.schedule_to_close).to_proto()),
            start_to_close_timeout: Some(Span(activity.start_to_close).to_proto()),
            heartbeat_timeout: Some(Span(activity.heartbeat).to_proto()),
            retry_policy: activity.retry_policy.clone(),
            priority: activity.priority.clone(),
            ..Default::default()
        }
    }

    /// Refuses one who has a token of another attempt, or names an activity that is closed.
    pub(super) fn require_named(&self, named: ActivityRef<'_>) -> Result<(), Rejection> {
        let activity = &self.state.activity;
        let is_meant = match named {
            ActivityRef::Token(token) => {
                token.attempt == activity.attempt && token.stamp == activity.stamp
            }
            ActivityRef::Id(_) => true,
        };
        if self.is_closed() || !is_meant {
            return Err(not_found());
        }
        Ok(())
    }

    /// The same, if a worker has it.
    pub(super) fn require_running(&self, named: ActivityRef<'_>) -> Result<(), Rejection> {
        self.require_named(named)?;
        if self.state.activity.is_started() {
            Ok(())
        } else {
            Err(not_found())
        }
    }

    /// RecordActivityTaskHeartbeat, by token or by id.
    pub fn heartbeat(
        &mut self,
        cx: &mut Cx<'_>,
        named: ActivityRef<'_>,
        details: Option<Payloads>,
        identity: &str,
    ) -> Result<RecordActivityTaskHeartbeatResponse, Rejection> {
        self.require_running(named)?;
        self.touch();
        self.state.heartbeat_count += 1;
        let cancel_requested = self.is_cancel_requested();
        let activity = &mut self.state.activity;
        activity.note_heartbeat(cx.now, details, identity);
        Ok(RecordActivityTaskHeartbeatResponse {
            cancel_requested,
            activity_paused: activity.pause.is_some(),
            activity_reset: activity.reset_asked,
        })
    }

    /// RespondActivityTaskFailed, by token or by id: retried if the policy allows it.
    pub fn fail(
        &mut self,
        cx: &mut Cx<'_>,
        named: ActivityRef<'_>,
        failure: Option<Failure>,
        last_heartbeat_details: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        self.require_running(named)?;
        self.touch();
        // Without one nobody could tell the outcome from none.
        let failure = failure.unwrap_or_else(|| Failure {
            message: "activity task failed without failure details".into(),
            ..Default::default()
        });
        let activity = &mut self.state.activity;
        activity.note_attempt_end(cx.now, last_heartbeat_details);
        if !identity.is_empty() {
            identity.clone_into(&mut activity.identity);
        }
        if let Some(retry_state) = self.retry(cx, &failure) {
            self.state.activity.last_failure = Some(failure.clone());
            self.close_failed(cx, ActivityExecutionStatus::Failed, failure, retry_state);
        }
        Ok(())
    }

    /// Arms the next attempt and gives `None`, or says why there is none.
    fn retry(&mut self, cx: &mut Cx<'_>, failure: &Failure) -> Option<RetryState> {
        let kept = retry::kept_failure(failure, cx.limits.kept_failure_size_bytes);
        if self.is_cancel_requested() {
            return Some(RetryState::CancelRequested);
        }
        let attempt = self.state.activity.attempt;
        let (next, interval) = if self.state.activity.reset_asked {
            // Asked for by people, not by the policy: it begins again, at once.
            (1, Span::ZERO)
        } else {
            match self.state.activity.after_failure(cx.now, attempt, failure) {
                Next::Stop(state) => return Some(state),
                Next::After(interval) => (attempt + 1, interval),
            }
        };
        let stamp = self.next_stamp();
        let activity = &mut self.state.activity;
        activity.reset_asked = false;
        if std::mem::take(&mut activity.reset_heartbeat_asked) {
            activity.forget_heartbeat();
        }
        let task_id = activity.back_off(cx.now, interval, next, stamp, kept);
        self.remove_task(task_id);
        if std::mem::take(&mut self.state.reset_restores_options) {
            self.restore_options();
        }
        if self.state.activity.pause.is_some() {
            self.set_status(ActivityExecutionStatus::Paused);
        } else if interval.is_zero() {
            self.offer(cx);
        }
        None
    }

    /// Does what is due at `cx.now`.
    pub fn wake(&mut self, cx: &mut Cx<'_>) {
        if self.is_closed() {
            return;
        }
        match activity_deadline(&self.state.activity) {
            Some((at, _)) if at > cx.now.0 => {}
            Some((_, Deadline::Retry)) => {
                self.state.activity.backing_off = false;
                self.add_task(cx);
            }
            Some((_, Deadline::TimeOut(timeout_type))) => self.time_out(cx, timeout_type),
            None => {}
        }
    }

    fn time_out(&mut self, cx: &mut Cx<'_>, timeout_type: TimeoutType) {
        self.touch();
        let retry_state = match timeout_type {
            TimeoutType::StartToClose | TimeoutType::Heartbeat => {
                let Some(retry_state) = self.retry(cx, &timeout_failure(timeout_type)) else {
                    return;
                };
                retry_state
            }
            // Whatever people asked for meanwhile: there is no time for another attempt.
            TimeoutType::ScheduleToStart
            | TimeoutType::ScheduleToClose
            | TimeoutType::Unspecified => RetryState::NonRetryableFailure,
        };
        if self.state.activity.is_started() {
            self.state.activity.note_attempt_end(cx.now, None);
        }
        let failure = self.state.activity.timed_out(timeout_type, retry_state);
        self.close_failed(cx, ActivityExecutionStatus::TimedOut, failure, retry_state);
    }
}
