//! Runs on a schedule: when the first one begins, and what follows the end of one.
//!
//! Each run of a schedule is a run of its own in the chain, made when the one before it ends and waiting until it is due.

use temporalio_protos::temporal::api::{common::v1::Payloads, failure::v1::Failure};

use super::Run;
use crate::{
    context::Cx,
    cron::CronSchedule,
    ids::RunId,
    time::{Span, Timestamp},
};

/// How long the first run of a chain waits for its schedule.
pub(crate) fn first_backoff(schedule: &str, now: Timestamp) -> Span {
    next_backoff(schedule, now, now).unwrap_or(Span::ZERO)
}

/// `None` without a schedule, and if it names no time any more.
fn next_backoff(schedule: &str, scheduled: Timestamp, now: Timestamp) -> Option<Span> {
    if schedule.is_empty() {
        return None;
    }
    // It was read when it was accepted.
    CronSchedule::parse(schedule).ok()?.backoff(scheduled, now)
}

/// How a run of a schedule ended.
pub(crate) enum ScheduledEnd<'a> {
    Completed(Option<&'a Payloads>),
    Failed(&'a Failure),
}

impl Run {
    /// Makes the next run of the schedule, if there is one: it hears how this one ended, and after a failure also of the
    /// last success.
    pub(crate) fn follow_schedule(
        &mut self,
        cx: &mut Cx<'_>,
        end: ScheduledEnd<'_>,
    ) -> Option<RunId> {
        let due = Timestamp(self.head.execution_time);
        let backoff = next_backoff(&self.head.cron_schedule, due, cx.now)?;
        Some(self.create_next_scheduled(cx, end, backoff))
    }
}

#[cfg(test)]
mod tests;
