//! What an activity does by itself, whoever it belongs to: its starts, attempts, heartbeats and time-outs.
//!
//! A run and a stand-alone activity share these rules. What each of them writes, and what the end of an activity means,
//! is its own.

use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    enums::v1::{PendingActivityState, RetryState, TimeoutType},
    failure::v1::{Failure, TimeoutFailureInfo, failure::FailureInfo},
};

use super::{
    retry::{self, Next, timeout_name},
    state::{Activity, Version},
    workflow_task::Poller,
};
use crate::time::{Span, Timestamp};

impl Activity {
    /// True while a worker has it.
    pub(crate) fn is_started(&self) -> bool {
        self.started_time != 0
    }

    /// True while its attempt waits in the queue.
    pub(crate) fn waits_in_queue(&self) -> bool {
        !self.is_started() && !self.backing_off && self.pause.is_none()
    }

    /// When the first attempt is to be in the queue.
    pub(crate) fn first_attempt_at(&self) -> Timestamp {
        Timestamp(self.scheduled_time).plus(Span(self.start_delay))
    }

    /// When the whole activity times out.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        (self.schedule_to_close != 0)
            .then(|| self.first_attempt_at().plus(Span(self.schedule_to_close)))
    }

    /// A worker has it. Gives the id of its row, which can go; 0 if it has none.
    pub(crate) fn note_start(&mut self, now: Timestamp, poller: &Poller) -> i64 {
        self.started_time = now.0;
        self.identity.clone_from(&poller.identity);
        self.request_id.clone_from(&poller.request_id);
        self.version = poller.version.as_ref().map(|v| Version {
            deployment_name: v.deployment_name.clone(),
            build_id: v.build_id.clone(),
        });
        std::mem::take(&mut self.task_id)
    }

    /// Its worker is alive.
    pub(crate) fn note_heartbeat(
        &mut self,
        now: Timestamp,
        details: Option<Payloads>,
        identity: &str,
    ) {
        self.last_heartbeat_time = now.0;
        self.heartbeat_details = details;
        if !identity.is_empty() {
            identity.clone_into(&mut self.identity);
        }
    }

    /// Its attempt ended; with the last words of its worker, if there are any.
    pub(crate) fn note_attempt_end(&mut self, now: Timestamp, details: Option<Payloads>) {
        self.last_attempt_complete_time = now.0;
        if let Some(details) = details {
            self.heartbeat_details = Some(details);
            self.last_heartbeat_time = now.0;
        }
    }

    /// Forgets what was last reported.
    pub(crate) fn forget_heartbeat(&mut self) {
        self.heartbeat_details = None;
        self.last_heartbeat_time = 0;
    }

    /// Whether there is another attempt after one that counts as number `attempt`, and when.
    pub(crate) fn after_failure(&self, now: Timestamp, attempt: i32, failure: &Failure) -> Next {
        let Some(policy) = &self.retry_policy else {
            return Next::Stop(RetryState::RetryPolicyNotSet);
        };
        let asked = retry::asked_delay(failure);
        retry::next_attempt(policy, attempt, failure, asked, now, self.expires_at())
    }

    /// Its attempt ended, and attempt number `next` is to come after the interval. Gives the id of its row, which can go.
    pub(crate) fn back_off(
        &mut self,
        now: Timestamp,
        interval: Span,
        next: i32,
        stamp: i32,
        failure: Failure,
    ) -> i64 {
        self.attempt = next;
        self.stamp = stamp;
        self.started_time = 0;
        self.request_id.clear();
        self.last_failure = Some(failure);
        self.last_attempt_complete_time = now.0;
        self.attempt_scheduled_time = now.plus(interval).0;
        self.backing_off = true;
        std::mem::take(&mut self.task_id)
    }

    /// Takes it out of its queue if it waits there. Gives the id of its row, which can go.
    pub(crate) fn withdraw(&mut self, stamp: i32) -> i64 {
        if self.is_started() {
            return 0;
        }
        self.stamp = stamp;
        std::mem::take(&mut self.task_id)
    }

    /// True if its attempt may begin now, and is then no later than now.
    pub(crate) fn become_due(&mut self, now: Timestamp) -> bool {
        let is_due = !self.is_started() && self.attempt_scheduled_time <= now.0;
        if is_due {
            self.backing_off = false;
            self.attempt_scheduled_time = now.0;
        }
        is_due
    }

    /// The failure that the activity ends with when a time-out was its last.
    pub(crate) fn timed_out(&self, timeout_type: TimeoutType, retry_state: RetryState) -> Failure {
        let shown = if retry_state == RetryState::Timeout {
            // The next attempt would begin too late: for its caller the whole activity ran out of time.
            TimeoutType::ScheduleToClose
        } else {
            timeout_type
        };
        let mut failure = timeout_failure(shown);
        if let Some(FailureInfo::TimeoutFailureInfo(info)) = &mut failure.failure_info {
            info.last_heartbeat_details
                .clone_from(&self.heartbeat_details);
        }
        failure.cause = self.last_failure.clone().map(Box::new);
        failure
    }

    /// How far it is, as Temporal shows it.
    pub(crate) fn shown_state(&self, cancel_requested: bool) -> PendingActivityState {
        match (self.is_started(), cancel_requested, self.pause.is_some()) {
            (_, true, _) => PendingActivityState::CancelRequested,
            (true, false, false) => PendingActivityState::Started,
            (true, false, true) => PendingActivityState::PauseRequested,
            (false, false, false) => PendingActivityState::Scheduled,
            (false, false, true) => PendingActivityState::Paused,
        }
    }
}

/// What a time-out is told as, before it is known whether it was the last.
pub(crate) fn timeout_failure(timeout_type: TimeoutType) -> Failure {
    Failure {
        message: format!("activity {} timeout", timeout_name(timeout_type)),
        source: "Server".into(),
        failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo {
            timeout_type: timeout_type as i32,
            last_heartbeat_details: None,
        })),
        ..Default::default()
    }
}

/// The time-outs of an activity once Temporal's rules have filled the gaps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) schedule_to_close: Span,
    pub(crate) schedule_to_start: Span,
    pub(crate) start_to_close: Span,
    pub(crate) heartbeat: Span,
}

impl Timeouts {
    /// From what was asked for: none is longer than the run (zero: no limit); the total bounds the others.
    pub(crate) fn fill(self, run: Span) -> Self {
        let Self {
            mut schedule_to_close,
            mut schedule_to_start,
            mut start_to_close,
            heartbeat,
        } = self;
        if schedule_to_close.is_zero() {
            schedule_to_close = run;
            if schedule_to_start.is_zero() {
                schedule_to_start = run;
            }
        } else {
            schedule_to_start = schedule_to_close.tighter(schedule_to_start);
            start_to_close = schedule_to_close.tighter(start_to_close);
        }
        let capped = |span: Span| {
            if span.is_zero() {
                span
            } else {
                span.tighter(run)
            }
        };
        let start_to_close = capped(start_to_close);
        Self {
            schedule_to_close: capped(schedule_to_close),
            schedule_to_start: capped(schedule_to_start),
            start_to_close,
            heartbeat: if heartbeat.is_zero() {
                heartbeat
            } else {
                heartbeat.tighter(run).tighter(start_to_close)
            },
        }
    }
}
