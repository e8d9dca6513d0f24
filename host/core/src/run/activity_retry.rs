//! Time-outs of activities, and their next attempts.

use temporalio_protos::temporal::api::{
    enums::v1::{RetryState, TimeoutType},
    failure::v1::Failure,
    history::v1::ActivityTaskTimedOutEventAttributes,
};

use super::{
    Run,
    activity_rules::timeout_failure,
    retry::{self, Next},
};
use crate::context::Cx;

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
        // One that was to begin again counts as the first, however many there were before it.
        let attempt = if activity.reset_asked {
            1
        } else {
            activity.attempt
        };
        let interval = match activity.after_failure(cx.now, attempt, failure) {
            Next::Stop(state) => return Some(state),
            Next::After(interval) => interval,
        };
        let kept = retry::kept_failure(failure, cx.limits.kept_failure_size_bytes);
        let stamp = self.next_stamp();
        self.touch();
        let task_id = self.activities.update(id, |activity| {
            activity.reset_asked = false;
            if std::mem::take(&mut activity.reset_heartbeat_asked) {
                activity.forget_heartbeat();
            }
            activity.back_off(cx.now, interval, attempt + 1, stamp, kept)
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
        self.end_activity(cx, id, |started_event_id, activity| {
            ActivityTaskTimedOutEventAttributes {
                failure: Some(activity.timed_out(timeout_type, retry_state)),
                scheduled_event_id: id,
                started_event_id,
                retry_state: retry_state as i32,
            }
            .into()
        });
    }
}
