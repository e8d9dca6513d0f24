//! Time-outs of activities, and their next attempts.

use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    enums::v1::{RetryState, TimeoutType},
    failure::v1::{Failure, TimeoutFailureInfo, failure::FailureInfo},
    history::v1::ActivityTaskTimedOutEventAttributes,
};

use super::{
    Run,
    retry::{self, Next, timeout_name},
};
use crate::{
    context::Cx,
    time::{Span, Timestamp},
};

impl Run {
    /// Arms the next attempt and gives `None`, or says why there is none.
    pub(crate) fn retry_activity(
        &mut self,
        cx: &Cx<'_>,
        id: i64,
        failure: &Failure,
    ) -> Option<RetryState> {
        let activity = self.activities.get(id)?;
        if activity.cancel_requested_event_id != 0 {
            return Some(RetryState::CancelRequested);
        }
        let Some(policy) = &activity.retry_policy else {
            return Some(RetryState::RetryPolicyNotSet);
        };
        let deadline = (activity.schedule_to_close != 0)
            .then(|| Timestamp(activity.scheduled_time).plus(Span(activity.schedule_to_close)));
        let asked = retry::asked_delay(failure);
        // One that was to begin again counts as the first, however many there were before it.
        let attempt = if activity.reset_asked {
            1
        } else {
            activity.attempt
        };
        let interval = match retry::next_attempt(policy, attempt, failure, asked, cx.now, deadline)
        {
            Next::Stop(state) => return Some(state),
            Next::After(interval) => interval,
        };
        let kept = retry::kept_failure(failure, cx.limits.kept_failure_size_bytes);
        let stamp = self.next_stamp();
        self.touch();
        let task_id = self.activities.update(id, |activity| {
            activity.attempt = attempt + 1;
            activity.reset_asked = false;
            if std::mem::take(&mut activity.reset_heartbeat_asked) {
                activity.heartbeat_details = None;
                activity.last_heartbeat_time = 0;
            }
            activity.stamp = stamp;
            activity.started_time = 0;
            activity.request_id.clear();
            activity.last_failure = Some(kept);
            activity.last_attempt_complete_time = cx.now.0;
            activity.attempt_scheduled_time = cx.now.plus(interval).0;
            activity.backing_off = true;
            std::mem::take(&mut activity.task_id)
        });
        self.remove_task(task_id.unwrap_or_default());
        None
    }

    /// The backoff is over: the next attempt goes into the queue.
    pub(crate) fn offer_retry(&mut self, cx: &mut Cx<'_>, id: i64) {
        self.touch();
        self.activities
            .update(id, |activity| activity.backing_off = false);
        self.add_activity_row(cx, id);
    }

    /// One of the four time-outs passed.
    pub(crate) fn time_out_activity(
        &mut self,
        cx: &mut Cx<'_>,
        id: i64,
        timeout_type: TimeoutType,
    ) {
        let Some(retry_state) = self.retry_activity(cx, id, &timeout_failure(timeout_type)) else {
            return;
        };
        let shown = if retry_state == RetryState::Timeout {
            // The next attempt would begin too late: for the workflow the whole activity ran out of time.
            TimeoutType::ScheduleToClose
        } else {
            timeout_type
        };
        self.end_activity(cx, id, |started_event_id, activity| {
            let mut failure = timeout_failure(shown);
            note_heartbeat(&mut failure, activity.heartbeat_details.clone());
            failure.cause = activity.last_failure.clone().map(Box::new);
            ActivityTaskTimedOutEventAttributes {
                failure: Some(failure),
                scheduled_event_id: id,
                started_event_id,
                retry_state: retry_state as i32,
            }
            .into()
        });
    }
}

fn timeout_failure(timeout_type: TimeoutType) -> Failure {
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

fn note_heartbeat(failure: &mut Failure, details: Option<Payloads>) {
    if let Some(FailureInfo::TimeoutFailureInfo(info)) = &mut failure.failure_info {
        info.last_heartbeat_details = details;
    }
}
