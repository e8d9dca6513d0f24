//! What people do to it: ask it to stop, stop it, pause it, let it go on, begin it again, change its options.
//!
//! A worker that has it is left alone; it hears of it with its next heartbeat. What waits is changed at once. A request that
//! is repeated with its id changes nothing more.

use temporalio_protos::temporal::api::{
    activity::v1::ActivityOptions,
    common::v1::{Payload, Payloads},
    enums::v1::{ActivityExecutionStatus, RetryState, TaskQueueKind},
    failure::v1::{Failure, TerminatedFailureInfo, failure::FailureInfo},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        RequestCancelActivityExecutionRequest, TerminateActivityExecutionRequest,
    },
};

use super::{StandaloneActivity, state::Cancel, status_name};
use crate::{
    context::Cx,
    rejection::Rejection,
    run::{
        activity_control::{apply_option, check_options, normalized},
        activity_rules::Timeouts,
        describe::options_of,
        state::ActivityPause,
    },
    time::{Span, Timestamp},
};

/// PauseActivityExecution.
#[derive(Clone, Debug, Default)]
pub struct Pause {
    /// Who asks.
    pub identity: String,
    /// Why.
    pub reason: String,
    /// Empty: never the same as another.
    pub request_id: String,
}

/// UnpauseActivityExecution.
#[derive(Clone, Debug, Default)]
pub struct Unpause {
    /// It begins at some moment within this from now.
    pub jitter: Span,
    /// Empty: never the same as another.
    pub request_id: String,
}

/// ResetActivityExecution.
#[derive(Clone, Debug, Default)]
pub struct Reset {
    /// One that is paused stays so.
    pub keep_paused: bool,
    /// One that waits begins at some moment within this from now.
    pub jitter: Span,
    /// The options are those that it was started with.
    pub original_options: bool,
    /// The next attempt gets no heartbeat details.
    pub heartbeat: bool,
    /// Empty: never the same as another.
    pub request_id: String,
}

fn refused(message: impl Into<String>) -> Rejection {
    Rejection::FailedPrecondition(message.into())
}

/// True for a request that has been done already.
fn is_repeated(request_id: &str, last: &str) -> bool {
    !request_id.is_empty() && request_id == last
}

impl StandaloneActivity {
    /// RequestCancelActivityExecution. One that no worker has is canceled at once.
    pub fn request_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RequestCancelActivityExecutionRequest,
    ) -> Result<(), Rejection> {
        if let Some(cancel) = &self.state.cancel {
            if is_repeated(&request.request_id, &cancel.request_id) {
                return Ok(());
            }
            self.require_open()?;
            return Err(refused(format!(
                "cancellation already requested with request ID {}",
                cancel.request_id
            )));
        }
        self.require_open()?;
        self.touch();
        self.state.cancel = Some(Cancel {
            request_id: request.request_id.clone(),
            identity: request.identity.clone(),
            reason: request.reason.clone(),
        });
        if !self.state.activity.is_started() {
            self.close_canceled(cx, Some(text(&request.reason)));
        }
        Ok(())
    }

    /// TerminateActivityExecution: closed at once; a worker that has it is not asked.
    pub fn terminate(
        &mut self,
        cx: &mut Cx<'_>,
        request: &TerminateActivityExecutionRequest,
    ) -> Result<(), Rejection> {
        if self.status() == ActivityExecutionStatus::Terminated {
            let first = &self.state.terminate_request_id;
            if *first == request.request_id {
                return Ok(());
            }
            return Err(refused(format!(
                "already terminated with request ID {first}"
            )));
        }
        if self.is_closed() {
            let status = status_name(self.status());
            return Err(refused(format!("invalid transition from {status}")));
        }
        self.state
            .terminate_request_id
            .clone_from(&request.request_id);
        let failure = Failure {
            message: request.reason.clone(),
            failure_info: Some(FailureInfo::TerminatedFailureInfo(TerminatedFailureInfo {
                identity: request.identity.clone(),
            })),
            ..Default::default()
        };
        let status = ActivityExecutionStatus::Terminated;
        self.close_failed(cx, status, failure, RetryState::Unspecified);
        Ok(())
    }

    /// No further attempt begins.
    pub fn pause(&mut self, cx: &Cx<'_>, pause: &Pause) -> Result<(), Rejection> {
        if is_repeated(&pause.request_id, &self.state.pause_request_id) {
            return Ok(());
        }
        self.require_open()?;
        if self.is_cancel_requested() {
            return Err(refused(
                "cannot pause an activity with a pending cancellation",
            ));
        }
        if self.state.activity.pause.is_some() {
            return Err(refused("activity is already paused"));
        }
        self.touch();
        self.state.pause_request_id.clone_from(&pause.request_id);
        self.state.activity.pause = Some(ActivityPause {
            time: cx.now.0,
            identity: pause.identity.clone(),
            reason: pause.reason.clone(),
        });
        if !self.state.activity.is_started() {
            self.withdraw();
            self.set_status(ActivityExecutionStatus::Paused);
        }
        Ok(())
    }

    /// What does not run begins now, but not before its delay or its backoff is over.
    pub fn unpause(&mut self, cx: &mut Cx<'_>, unpause: &Unpause) -> Result<(), Rejection> {
        if is_repeated(&unpause.request_id, &self.state.unpause_request_id) {
            return Ok(());
        }
        self.require_open()?;
        if self.state.activity.pause.is_none() {
            return Err(refused(format!(
                "activity is in non-unpausable state {}",
                status_name(self.status())
            )));
        }
        self.touch();
        self.state
            .unpause_request_id
            .clone_from(&unpause.request_id);
        let earliest = Timestamp(self.state.activity.attempt_scheduled_time);
        let at = within(cx, unpause.jitter).max(earliest);
        self.go_on(cx, at);
        Ok(())
    }

    /// Counts attempts from the next one, which is the first again.
    pub fn reset(&mut self, cx: &mut Cx<'_>, reset: &Reset) -> Result<(), Rejection> {
        if is_repeated(&reset.request_id, &self.state.reset_request_id) {
            return Ok(());
        }
        if self.is_closed() {
            return Err(refused("activity execution is not running"));
        }
        if self.is_cancel_requested() {
            return Err(refused(
                "cannot reset an activity with a pending cancellation",
            ));
        }
        self.touch();
        self.state.reset_request_id.clone_from(&reset.request_id);
        let stays_paused = reset.keep_paused && self.state.activity.pause.is_some();
        if self.state.activity.is_started() {
            // Its token names the attempt and must stay good: the rest follows when the attempt ends.
            self.state.activity.reset_asked = true;
            self.state.activity.reset_heartbeat_asked |= reset.heartbeat;
            self.state.reset_restores_options |= reset.original_options;
            if !stays_paused {
                self.state.activity.pause = None;
            }
            return Ok(());
        }
        if reset.original_options {
            self.restore_options();
        }
        let activity = &mut self.state.activity;
        activity.attempt = 1;
        if reset.heartbeat {
            activity.forget_heartbeat();
        }
        let at = self.not_before_delay(within(cx, reset.jitter));
        self.state.activity.attempt_scheduled_time = at.0;
        if !stays_paused {
            self.go_on(cx, at);
        }
        Ok(())
    }

    /// UpdateActivityExecutionOptions: `paths` name the options that are changed, as the API names its fields. Gives what
    /// the options are now.
    pub fn update_options(
        &mut self,
        cx: &mut Cx<'_>,
        options: &ActivityOptions,
        paths: &[String],
        restore_original: bool,
        request_id: &str,
    ) -> Result<ActivityOptions, Rejection> {
        if is_repeated(request_id, &self.state.update_request_id) {
            return Ok(self.options());
        }
        if self.is_closed() || self.is_cancel_requested() || self.state.activity.reset_asked {
            let state = match self.is_closed() {
                true => status_name(self.status()),
                false if self.is_cancel_requested() => "CancelRequested",
                false => "ResetRequested",
            };
            return Err(refused(format!(
                "Cannot update options for activity in state {state}"
            )));
        }
        if restore_original {
            self.restore_options();
        } else {
            self.change_options(cx, options, paths)?;
        }
        self.touch();
        self.visibility_dirty = true;
        request_id.clone_into(&mut self.state.update_request_id);
        if !self.state.was_started {
            let at = self.not_before_delay(cx.now);
            self.state.activity.attempt_scheduled_time = at.0;
        }
        self.offer(cx);
        Ok(self.options())
    }

    fn change_options(
        &mut self,
        cx: &Cx<'_>,
        options: &ActivityOptions,
        paths: &[String],
    ) -> Result<(), Rejection> {
        let mut changed = self.state.activity.clone();
        let own = options.priority.clone().unwrap_or_default();
        for path in paths {
            match normalized(path).as_str() {
                "startdelay" => {
                    let is_waiting = changed.first_attempt_at() > cx.now || changed.pause.is_some();
                    if self.state.was_started || !is_waiting {
                        return Err(refused(
                            "cannot update start_delay: the first activity attempt has already been dispatched",
                        ));
                    }
                    changed.start_delay = Span::from_proto(options.start_delay.as_ref()).0;
                    if changed.start_delay < 0 {
                        return Err(Rejection::InvalidArgument(
                            "invalid StartDelay: negative duration".into(),
                        ));
                    }
                }
                "priority" => changed.priority.clone_from(&options.priority),
                "priorityprioritykey" => {
                    changed.priority.get_or_insert_default().priority_key = own.priority_key;
                }
                "priorityfairnesskey" => {
                    let priority = changed.priority.get_or_insert_default();
                    priority.fairness_key.clone_from(&own.fairness_key);
                }
                "priorityfairnessweight" => {
                    changed.priority.get_or_insert_default().fairness_weight = own.fairness_weight;
                }
                _ => apply_option(&mut changed, options, path)?,
            }
        }
        check_options(&mut changed)?;
        let filled = Timeouts {
            schedule_to_close: Span(changed.schedule_to_close),
            schedule_to_start: Span(changed.schedule_to_start),
            start_to_close: Span(changed.start_to_close),
            heartbeat: Span(changed.heartbeat),
        }
        .fill(Span::ZERO);
        changed.schedule_to_start = filled.schedule_to_start.0;
        changed.start_to_close = filled.start_to_close.0;
        changed.heartbeat = filled.heartbeat.0;
        self.state.activity = changed;
        Ok(())
    }

    /// The options as they are now.
    fn options(&self) -> ActivityOptions {
        let activity = &self.state.activity;
        let policy = activity.retry_policy.clone().unwrap_or_default();
        ActivityOptions {
            task_queue: Some(TaskQueue {
                name: activity.task_queue.clone(),
                kind: TaskQueueKind::Normal as i32,
                ..Default::default()
            }),
            retry_policy: Some(policy.clone()),
            priority: activity.priority.clone(),
            start_delay: Span(activity.start_delay).to_proto_optional(),
            ..options_of(activity, policy)
        }
    }

    /// It is not paused any more, and begins at that time if no worker has it.
    fn go_on(&mut self, cx: &mut Cx<'_>, at: Timestamp) {
        self.state.activity.pause = None;
        self.set_status(ActivityExecutionStatus::Running);
        if !self.state.activity.is_started() {
            self.state.activity.attempt_scheduled_time = at.0;
            self.offer(cx);
        }
    }

    fn not_before_delay(&self, at: Timestamp) -> Timestamp {
        if self.state.was_started {
            at
        } else {
            at.max(self.state.activity.first_attempt_at())
        }
    }
}

/// Some moment within the span from now.
fn within(cx: &mut Cx<'_>, jitter: Span) -> Timestamp {
    let Ok(span) = u128::try_from(jitter.0) else {
        return cx.now;
    };
    if span == 0 {
        return cx.now;
    }
    let offset = cx.ids.uuid().as_u128() % span;
    cx.now.plus(Span(i64::try_from(offset).unwrap_or(0)))
}

/// A text as the details of a cancellation, as clients encode one.
fn text(text: &str) -> Payloads {
    let mut data = String::with_capacity(text.len() + 2);
    data.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => data.extend(['\\', letter]),
            '\0'..='\x1f' => data.push_str(&format!("\\u{:04x}", letter as u32)),
            _ => data.push(letter),
        }
    }
    data.push('"');
    Payloads {
        payloads: vec![Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: data.into_bytes(),
            ..Default::default()
        }],
    }
}
