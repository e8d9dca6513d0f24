//! Time-outs and timers: which instant a run waits for next, and what happens then.

use temporalio_protos::temporal::api::{
    enums::v1::{RetryState, TimeoutType},
    history::v1::TimerFiredEventAttributes,
};

use super::{Run, state::Activity};
use crate::{context::Cx, time::Timestamp};

impl Run {
    /// The earliest instant at which [`Run::wake`] has something to do.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.earliest_deadline(true)
    }

    /// With `in_memory`, also the deadlines that a crash makes void: those of a workflow task that is out.
    pub(crate) fn earliest_deadline(&self, in_memory: bool) -> Option<Timestamp> {
        if self.is_closed() {
            return None;
        }
        let durable = [
            Some(self.head.execution_deadline),
            Some(self.head.run_deadline),
            Some(self.head.first_workflow_task_at),
            self.timers.earliest_deadline(),
            self.activities.earliest_deadline(),
            self.nexus_operations.earliest_deadline(),
        ];
        let volatile = if in_memory {
            [self.started_task_deadline(), self.sticky_task_deadline()]
        } else {
            [None, None]
        };
        durable
            .into_iter()
            .chain(volatile.map(|at| at.map(|at| at.0)))
            .flatten()
            .filter(|at| *at != 0)
            .min()
            .map(Timestamp)
    }

    fn sticky_task_deadline(&self) -> Option<Timestamp> {
        let (task, sticky) = (
            self.head.workflow_task.as_ref()?,
            self.head.sticky.as_ref()?,
        );
        if self.started.is_some()
            || self.is_paused()
            || !task.sticky
            || sticky.schedule_to_start == 0
        {
            return None;
        }
        Some(Timestamp(
            task.scheduled_time.saturating_add(sticky.schedule_to_start),
        ))
    }

    /// Fires everything that is due at `cx.now`: the run's own end first, since nothing matters after it, then the
    /// workflow task's time-outs, timers, activities and Nexus operations, each kind in the order of its deadlines.
    pub fn wake(&mut self, cx: &mut Cx<'_>) {
        if self.is_closed() {
            return;
        }
        let now = cx.now.0;
        let due = |at: i64| at != 0 && at <= now;
        if due(self.head.execution_deadline) {
            return self.time_out(cx, RetryState::Timeout, false);
        }
        if due(self.head.run_deadline) {
            return self.time_out(cx, RetryState::InProgress, true);
        }
        if due(self.head.first_workflow_task_at) {
            self.schedule_first_workflow_task(cx);
        }
        if self.started_task_deadline().is_some_and(|at| at <= cx.now) {
            self.end_timed_out_task(cx);
        }
        if self.sticky_task_deadline().is_some_and(|at| at <= cx.now) {
            self.time_out_sticky_task(cx);
        }
        self.fire_timers(cx);
        self.wake_activities(cx);
        self.wake_nexus_operations(cx);
    }

    fn fire_timers(&mut self, cx: &mut Cx<'_>) {
        let due = self.timers.due(cx.now.0);
        if due.is_empty() {
            return;
        }
        for id in due {
            if let Some(timer) = self.timers.remove(id) {
                self.add_event(
                    cx.now,
                    TimerFiredEventAttributes {
                        timer_id: timer.timer_id,
                        started_event_id: timer.started_event_id,
                    },
                );
            }
        }
        self.schedule_workflow_task(cx);
    }

    fn wake_activities(&mut self, cx: &mut Cx<'_>) {
        for id in self.activities.due(cx.now.0) {
            match self.activities.get(id).and_then(activity_deadline) {
                Some((_, Deadline::Retry)) => self.offer_retry(cx, id),
                Some((_, Deadline::TimeOut(timeout_type))) => {
                    self.time_out_activity(cx, id, timeout_type);
                }
                None => {}
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    Retry,
    TimeOut(TimeoutType),
}

/// The next thing that time does to an activity. Of several at one instant the first below decides how the time-out is
/// shown. That of the whole activity goes before that of its attempt: on Temporal a start is always later than the
/// schedule, if only by microseconds, while an activity that goes back with the answer that scheduled it starts at the
/// same instant here. Else the order is that of Temporal's types.
pub(crate) fn activity_deadline(activity: &Activity) -> Option<(i64, Deadline)> {
    let mut earliest: Option<(i64, Deadline)> = None;
    let mut consider = |from: i64, span: i64, deadline: Deadline| {
        if span == 0 {
            return;
        }
        let at = from.saturating_add(span);
        if earliest.is_none_or(|(best, _)| at < best) {
            earliest = Some((at, deadline));
        }
    };
    let is_started = activity.is_started();
    if activity.waits_in_queue() {
        consider(
            activity.attempt_scheduled_time,
            activity.schedule_to_start,
            Deadline::TimeOut(TimeoutType::ScheduleToStart),
        );
    }
    consider(
        activity.first_attempt_at().0,
        activity.schedule_to_close,
        Deadline::TimeOut(TimeoutType::ScheduleToClose),
    );
    if is_started {
        consider(
            activity.started_time,
            activity.start_to_close,
            Deadline::TimeOut(TimeoutType::StartToClose),
        );
        let alive = activity.last_heartbeat_time.max(activity.started_time);
        consider(
            alive,
            activity.heartbeat,
            Deadline::TimeOut(TimeoutType::Heartbeat),
        );
    }
    if activity.backing_off
        && activity.pause.is_none()
        && earliest.is_none_or(|(best, _)| activity.attempt_scheduled_time <= best)
    {
        earliest = Some((activity.attempt_scheduled_time, Deadline::Retry));
    }
    earliest
}

#[cfg(test)]
mod tests;
