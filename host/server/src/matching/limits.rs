//! How fast a queue gives out its tasks: a rate for all of it, set by request or by its workers, and a rate for each
//! fairness key. No time of its own.
//!
//! A queue that has been idle for a second may give out the tasks of a second at once, and then goes on at its pace.

use std::{collections::HashMap, sync::Arc};

use sundial_core::{Fairness, Task, Timestamp, time::Span};
use temporalio_protos::temporal::api::{
    enums::v1::RateLimitSource,
    taskqueue::v1::{RateLimitConfig, TaskQueueConfig},
};

/// What a queue may give out at once after a rest: the tasks of this time.
const BURST: Span = Span::from_seconds(1);
/// Fairness keys whose pace is remembered: the others are those that were idle for longest. Temporal: 2,000.
const KEYS: usize = 2000;
/// A rate that is lower is none at all: the pause would be longer than a century.
const LOWEST_RATE: f64 = 1e-9;
const NANOS_PER_SECOND: f64 = 1e9;

/// The rate that holds for a queue, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectiveLimit {
    /// Tasks a second; 0 stops the queue.
    pub per_second: f64,
    /// A request's, or the workers'.
    pub source: RateLimitSource,
}

/// The pause from one task to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pace {
    Stopped,
    Every(Span),
}

impl Pace {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a pause of the lowest rate is below what an i64 holds"
    )]
    fn of_rate(per_second: f64) -> Self {
        match per_second > LOWEST_RATE {
            true => Self::Every(Span((NANOS_PER_SECOND / per_second) as i64)),
            false => Self::Stopped,
        }
    }

    /// A key with a larger weight has a shorter pause.
    fn weighted(self, thousandths: i32) -> Self {
        match self {
            Self::Stopped => Self::Stopped,
            Self::Every(pause) => {
                let weighted = i128::from(pause.0) * 1000 / i128::from(thousandths.max(1));
                Self::Every(Span(i64::try_from(weighted).unwrap_or(i64::MAX)))
            }
        }
    }
}

/// The moment from which on a task may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Meter(Timestamp);

impl Meter {
    /// As after a long rest.
    const RESTED: Self = Self(Timestamp(0));

    fn ready_at(self, pace: Pace) -> Timestamp {
        match pace {
            Pace::Stopped => Timestamp(i64::MAX),
            Pace::Every(_) => self.0,
        }
    }

    fn spend(&mut self, pace: Pace, now: Timestamp) {
        if let Pace::Every(pause) = pace {
            let earliest = now.0.saturating_sub(BURST.0);
            self.0 = Timestamp(self.0.0.max(earliest)).plus(pause);
        }
    }

    /// A task that was counted did not go after all.
    fn give_back(&mut self, pace: Pace) {
        if let Pace::Every(pause) = pace {
            self.0 = Timestamp(self.0.0.saturating_sub(pause.0));
        }
    }

    /// After a slower pace: nothing waits for longer than the new pace wants.
    fn adapt(&mut self, pace: Pace, now: Timestamp) {
        if let Pace::Every(pause) = pace {
            self.0 = self.0.min(now.plus(pause));
        }
    }

    fn has_rested(self, now: Timestamp) -> bool {
        self.0.plus(BURST) <= now
    }
}

/// The rates of a queue, and how far they are used.
#[derive(Debug)]
pub(super) struct Limits {
    config: Option<TaskQueueConfig>,
    /// What the last poll said.
    workers: Option<f64>,
    whole: Meter,
    keys: HashMap<Arc<str>, Meter>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            config: None,
            workers: None,
            whole: Meter::RESTED,
            keys: HashMap::new(),
        }
    }
}

impl Limits {
    /// What was set by request.
    pub(super) fn config(&self) -> Option<&TaskQueueConfig> {
        self.config.as_ref()
    }

    /// Takes what was set by request.
    pub(super) fn set_config(&mut self, config: Option<TaskQueueConfig>, now: Timestamp) {
        self.config = config;
        if self.key_pace().is_none() {
            self.keys.clear();
        }
        self.adapt(now);
    }

    /// Takes what a poll says of its worker's limit; the last poll decides, also one that says nothing. As on Temporal.
    /// True if that is something else than before.
    pub(super) fn set_workers(&mut self, per_second: Option<f64>, now: Timestamp) -> bool {
        if self.workers == per_second {
            return false;
        }
        self.workers = per_second;
        self.adapt(now);
        true
    }

    /// The rate that holds: a request's before the workers'.
    pub(super) fn effective(&self) -> Option<EffectiveLimit> {
        let config = self.config.as_ref();
        let of_request = rate_of(config.and_then(|config| config.queue_rate_limit.as_ref()));
        match (of_request, self.workers) {
            (Some(per_second), _) => Some(EffectiveLimit {
                per_second,
                source: RateLimitSource::Api,
            }),
            (None, Some(per_second)) => Some(EffectiveLimit {
                per_second,
                source: RateLimitSource::Worker,
            }),
            (None, None) => None,
        }
    }

    /// True if there is any.
    pub(super) fn is_set(&self) -> bool {
        self.whole_pace().is_some() || self.key_pace().is_some()
    }

    /// From when on any task may go, whosever it is; `None`: at once.
    pub(super) fn whole_ready_at(&self) -> Option<Timestamp> {
        self.whole_pace().map(|pace| self.whole.ready_at(pace))
    }

    /// From when on a task may go, if the whole queue may; `None`: at once.
    pub(super) fn key_ready_at(&self, task: &Task) -> Option<Timestamp> {
        let pace = self.key_pace()?;
        let meter = self.keys.get(key_of(task)).copied();
        Some(meter.unwrap_or(Meter::RESTED).ready_at(pace))
    }

    /// Counts a task that goes.
    pub(super) fn spend(&mut self, task: &Task, now: Timestamp) {
        if let Some(pace) = self.whole_pace() {
            self.whole.spend(pace, now);
        }
        if let Some(pace) = self.pace_of(task) {
            if !self.keys.contains_key(key_of(task)) {
                self.make_room(now);
            }
            let key: Arc<str> = key_of(task).into();
            let meter = self.keys.entry(key).or_insert(Meter::RESTED);
            meter.spend(pace, now);
        }
    }

    /// A task that was counted did not go after all.
    pub(super) fn give_back(&mut self, task: &Task) {
        if let Some(pace) = self.whole_pace() {
            self.whole.give_back(pace);
        }
        if let Some(pace) = self.pace_of(task)
            && let Some(meter) = self.keys.get_mut(key_of(task))
        {
            meter.give_back(pace);
        }
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.keys.len() < KEYS {
            return;
        }
        self.keys.retain(|_, meter| !meter.has_rested(now));
        if self.keys.len() >= KEYS {
            let longest = self.keys.iter().min_by_key(|(_, meter)| **meter);
            if let Some(key) = longest.map(|(key, _)| key.clone()) {
                self.keys.remove(&key);
            }
        }
    }

    fn adapt(&mut self, now: Timestamp) {
        if let Some(pace) = self.whole_pace() {
            self.whole.adapt(pace, now);
        }
        if let Some(pace) = self.key_pace() {
            // The longest pause that a weight makes of it.
            let slowest = pace.weighted(1);
            for meter in self.keys.values_mut() {
                meter.adapt(slowest, now);
            }
        }
    }

    fn whole_pace(&self) -> Option<Pace> {
        self.effective()
            .map(|limit| Pace::of_rate(limit.per_second))
    }

    /// The pace of a key of the usual weight.
    fn key_pace(&self) -> Option<Pace> {
        let config = self.config.as_ref()?;
        rate_of(config.fairness_keys_rate_limit_default.as_ref()).map(Pace::of_rate)
    }

    fn pace_of(&self, task: &Task) -> Option<Pace> {
        let pace = self.key_pace()?;
        let overrides = self.config.as_ref().map(|c| &c.fairness_weight_overrides);
        let weight = match overrides.and_then(|weights| weights.get(key_of(task))) {
            Some(weight) => Fairness::thousandths(*weight),
            None => task
                .fairness
                .as_ref()
                .map_or(1000, |f| f.weight_thousandths),
        };
        Some(pace.weighted(weight))
    }
}

fn key_of(task: &Task) -> &str {
    task.fairness.as_ref().map_or("", |fairness| &fairness.key)
}

fn rate_of(config: Option<&RateLimitConfig>) -> Option<f64> {
    let limit = config?.rate_limit.as_ref()?;
    Some(f64::from(limit.requests_per_second))
}
