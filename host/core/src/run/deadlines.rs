//! Time-outs and timers: which instant a run waits for next, and what happens then.

use temporalio_protos::temporal::api::{
    enums::v1::{RetryState, TimeoutType},
    history::v1::TimerFiredEventAttributes,
};

use super::{
    Run,
    state::{Activity, TaskNature},
};
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
        let mut earliest = i64::MAX;
        let mut consider = |at: i64| {
            if at != 0 {
                earliest = earliest.min(at);
            }
        };
        consider(self.head.execution_deadline);
        consider(self.head.run_deadline);
        consider(self.head.first_workflow_task_backoff);
        for (_, timer) in self.timers.iter() {
            consider(timer.fire_at);
        }
        for (_, activity) in self.activities.iter() {
            consider(activity_deadline(activity).map_or(0, |(at, _)| at));
        }
        if in_memory {
            consider(self.started_task_deadline().map_or(0, |at| at.0));
            consider(self.sticky_task_deadline().map_or(0, |at| at.0));
        }
        (earliest != i64::MAX).then_some(Timestamp(earliest))
    }

    fn sticky_task_deadline(&self) -> Option<Timestamp> {
        let (task, sticky) = (
            self.head.workflow_task.as_ref()?,
            self.head.sticky.as_ref()?,
        );
        if self.started.is_some() || !task.sticky || sticky.schedule_to_start == 0 {
            return None;
        }
        Some(Timestamp(
            task.scheduled_time.saturating_add(sticky.schedule_to_start),
        ))
    }

    /// Fires everything that is due at `cx.now`, in the order of the deadlines' kinds that Temporal documents: the
    /// run's own end first, since nothing matters after it.
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
        if due(self.head.first_workflow_task_backoff) {
            self.schedule_first_workflow_task(cx);
        }
        if self.started_task_deadline().is_some_and(|at| at.0 <= now) {
            self.end_timed_out_task(cx);
        }
        if self.sticky_task_deadline().is_some_and(|at| at.0 <= now) {
            self.time_out_sticky_task(cx);
        }
        self.fire_timers(cx);
        self.wake_activities(cx);
        debug_assert!(
            self.head.workflow_task.is_some()
                || self.buffered.is_empty()
                || self.head.first_workflow_task_backoff != 0
        );
    }

    fn fire_timers(&mut self, cx: &mut Cx<'_>) {
        let mut due: Vec<(i64, i64)> = self
            .timers
            .iter()
            .filter(|(_, timer)| timer.fire_at <= cx.now.0)
            .map(|(id, timer)| (timer.fire_at, id))
            .collect();
        if due.is_empty() {
            return;
        }
        due.sort_unstable();
        for (_, id) in due {
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
        let mut due: Vec<(i64, i64, Deadline)> = self
            .activities
            .iter()
            .filter_map(|(id, activity)| {
                let (at, deadline) = activity_deadline(activity)?;
                (at <= cx.now.0).then_some((at, id, deadline))
            })
            .collect();
        due.sort_unstable_by_key(|(at, id, _)| (*at, *id));
        for (_, id, deadline) in due {
            match deadline {
                Deadline::Retry => self.offer_retry(cx, id),
                Deadline::TimeOut(timeout_type) => self.time_out_activity(cx, id, timeout_type),
            }
        }
    }

    /// True if the pending workflow task is one for updates alone.
    pub(crate) fn is_task_speculative(&self) -> bool {
        self.head
            .workflow_task
            .as_ref()
            .is_some_and(|task| task.nature == TaskNature::Speculative as i32)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deadline {
    Retry,
    TimeOut(TimeoutType),
}

/// The next thing that time does to an activity.
fn activity_deadline(activity: &Activity) -> Option<(i64, Deadline)> {
    let mut earliest: Option<(i64, Deadline)> = None;
    let mut consider = |from: i64, span: i64, deadline: Deadline| {
        let at = from.saturating_add(span);
        if earliest.is_none_or(|(best, _)| at < best) {
            earliest = Some((at, deadline));
        }
    };
    if activity.schedule_to_close != 0 {
        consider(
            activity.scheduled_time,
            activity.schedule_to_close,
            Deadline::TimeOut(TimeoutType::ScheduleToClose),
        );
    }
    if activity.backing_off {
        consider(activity.attempt_scheduled_time, 0, Deadline::Retry);
    } else if activity.started_time == 0 {
        if activity.schedule_to_start != 0 {
            consider(
                activity.attempt_scheduled_time,
                activity.schedule_to_start,
                Deadline::TimeOut(TimeoutType::ScheduleToStart),
            );
        }
    } else {
        if activity.start_to_close != 0 {
            consider(
                activity.started_time,
                activity.start_to_close,
                Deadline::TimeOut(TimeoutType::StartToClose),
            );
        }
        if activity.heartbeat != 0 {
            consider(
                activity.last_heartbeat_time.max(activity.started_time),
                activity.heartbeat,
                Deadline::TimeOut(TimeoutType::Heartbeat),
            );
        }
    }
    earliest
}
