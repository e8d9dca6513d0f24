//! The passing of time: which times of the spec have become due, and when to look again.

use temporalio_protos::temporal::api::enums::v1::ScheduleOverlapPolicy;

use super::{
    BACKFILL_ACTIONS, BACKFILL_PAUSE, BUFFER_ACTIONS, IDLE_RETENTION, ScheduleState, WATCH_PERIOD,
    state::BufferedAction,
};
use crate::time::{Span, Timestamp};

/// A stretch of time to go through.
struct Stretch {
    after: Timestamp,
    until: Timestamp,
    policy: ScheduleOverlapPolicy,
    manual: bool,
    limit: usize,
}

impl ScheduleState {
    /// Finds what has become due up to now, of the spec and of backfills, and puts it into the buffer.
    pub fn elapse(&mut self, now: Timestamp) {
        let after = Timestamp(self.record.processed_until);
        let (next, processed) = self.go_through(&Stretch {
            after,
            // A clock that was put back.
            until: now.max(after),
            policy: ScheduleOverlapPolicy::Unspecified,
            manual: false,
            limit: usize::MAX,
        });
        self.next = next;
        self.record.processed_until = processed.0;
        self.go_on_with_backfills();
    }

    /// Buffers the times of a stretch. Gives the first time that is left, and up to where times are dealt with.
    fn go_through(&mut self, stretch: &Stretch) -> (Option<Timestamp>, Timestamp) {
        let Some(spec) = self.spec.clone() else {
            return (None, stretch.until);
        };
        let seed = self.seed.clone();
        let next = |after| spec.next(&seed, after);
        if !stretch.manual && !self.may_act() {
            // Not even missed: the time is nobody's.
            return (next(stretch.until).map(|time| time.actual), stretch.until);
        }
        let updated = self.info().update_time.as_ref().map(Timestamp::from_proto);
        let window = self.catch_up_window();
        let mut processed = stretch.after;
        let mut left = stretch.limit;
        loop {
            let Some(time) = next(processed) else {
                return (None, processed);
            };
            if time.actual > stretch.until || left == 0 {
                return (Some(time.actual), processed);
            }
            processed = time.actual;
            if !stretch.manual {
                if updated.is_some_and(|updated| updated > time.actual) {
                    // Of the time before the update, which has its own spec.
                    continue;
                }
                if stretch.until.since(time.actual) > window {
                    self.info_mut().missed_catchup_window += 1;
                    continue;
                }
            }
            self.buffer(BufferedAction {
                nominal: time.nominal.0,
                actual: time.actual.0,
                overlap_policy: stretch.policy as i32,
                manual: stretch.manual,
            });
            left -= 1;
        }
    }

    pub(super) fn buffer(&mut self, action: BufferedAction) {
        if self.record.buffer.len() >= BUFFER_ACTIONS {
            self.info_mut().buffer_dropped += 1;
        } else {
            self.record.buffer.push(action);
        }
    }

    fn go_on_with_backfills(&mut self) {
        let mut left = BACKFILL_ACTIONS;
        while left > 0 && self.has_room_for_backfills() {
            let Some(backfill) = self.record.backfills.first().cloned() else {
                return;
            };
            let instant =
                |time: &Option<_>| time.as_ref().map_or(Timestamp(0), Timestamp::from_proto);
            let before = self.record.buffer.len();
            let (next, processed) = self.go_through(&Stretch {
                after: instant(&backfill.start_time),
                until: instant(&backfill.end_time),
                policy: backfill.overlap_policy(),
                manual: true,
                limit: left,
            });
            left = left.saturating_sub(self.record.buffer.len() - before);
            match next {
                Some(next) if next <= instant(&backfill.end_time) => {
                    self.record.backfills[0].start_time = Some(processed.to_proto());
                }
                Some(_) | None => {
                    self.record.backfills.remove(0);
                }
            }
        }
    }

    /// Backfills leave half of the buffer to the schedule's own times.
    fn has_room_for_backfills(&self) -> bool {
        self.record.buffer.len() < BUFFER_ACTIONS / 2
    }

    /// When the schedule must be looked at again, after a turn at `now`.
    #[must_use]
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        if !self.record.starting.is_empty() {
            return Some(now);
        }
        let backfill = (!self.record.backfills.is_empty() && self.has_room_for_backfills())
            .then(|| now.plus(BACKFILL_PAUSE));
        let waiting = (!self.record.buffer.is_empty()).then(|| now.plus(WATCH_PERIOD));
        let next = self.next.filter(|_| self.may_act());
        [backfill, waiting, next, self.expiry()]
            .into_iter()
            .flatten()
            .min()
    }

    /// When the schedule goes, if it has nothing left to do.
    #[must_use]
    pub fn expiry(&self) -> Option<Timestamp> {
        let is_idle = !self.switches().paused
            && (self.next.is_none() || !self.may_act())
            && self.record.backfills.is_empty();
        is_idle.then(|| self.last_event().plus(IDLE_RETENTION))
    }

    /// The next times at which the schedule acts, at most this many.
    #[must_use]
    pub fn future_times(&self, count: usize) -> Vec<Timestamp> {
        let Some(spec) = &self.spec else {
            return Vec::new();
        };
        let switches = self.switches();
        let count = if switches.limited_actions {
            count.min(usize::try_from(switches.remaining_actions).unwrap_or(0))
        } else {
            count
        };
        let updated = self.info().update_time.as_ref().map(Timestamp::from_proto);
        let mut at = Timestamp(self.record.processed_until);
        std::iter::from_fn(|| {
            at = spec.next(&self.seed, at)?.actual;
            Some(at)
        })
        .filter(|at| updated.is_none_or(|updated| updated <= *at))
        .take(count)
        .collect()
    }

    /// The times at which the spec alone would act, after `start` and up to `end`, at most a thousand.
    #[must_use]
    pub fn matching_times(&self, start: Timestamp, end: Timestamp) -> Vec<Timestamp> {
        const TIMES: usize = 1000;
        let mut at = start;
        let times = std::iter::from_fn(|| {
            at = self.spec.as_ref()?.next(&self.seed, at)?.actual;
            (at <= end).then_some(at)
        });
        times.take(TIMES).collect()
    }
}

/// A moment before a time, so that the time itself comes after it.
pub(super) const A_MOMENT: Span = Span::from_millis(1);
