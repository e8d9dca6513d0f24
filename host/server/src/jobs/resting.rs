//! Jobs whose last turn was broken off: each is tried again by itself, after pauses that grow.

use std::collections::HashMap;

use sundial_core::{Timestamp, time::Span};
use sundial_store::JobKey;

/// The first pause.
const SHORTEST: Span = Span::from_seconds(1);
/// However often a turn fails, the next is not later than this.
const LONGEST: Span = Span::from_seconds(60);

#[derive(Clone, Copy, Debug)]
struct Rest {
    until: Timestamp,
    pause: Span,
}

/// Which jobs rest, and until when.
#[derive(Debug, Default)]
pub(super) struct Resting(HashMap<JobKey, Rest>);

impl Resting {
    /// The job's turn was broken off. Gives when it is tried again.
    pub(super) fn failed(&mut self, key: JobKey, now: Timestamp) -> Timestamp {
        let pause = self.0.get(&key).map_or(SHORTEST, |rest| {
            Span(rest.pause.0.saturating_mul(2)).min(LONGEST)
        });
        let until = now.plus(pause);
        self.0.insert(key, Rest { until, pause });
        until
    }

    /// The job's turn went well.
    pub(super) fn succeeded(&mut self, key: &JobKey) {
        self.0.remove(key);
    }

    pub(super) fn contains(&self, key: &JobKey) -> bool {
        self.0.contains_key(key)
    }

    /// Those that have rested, longest first.
    pub(super) fn rested(&self, now: Timestamp) -> Vec<JobKey> {
        let mut rested: Vec<(Timestamp, &JobKey)> = self
            .0
            .iter()
            .filter(|(_, rest)| rest.until <= now)
            .map(|(key, rest)| (rest.until, key))
            .collect();
        rested.sort();
        rested.into_iter().map(|(_, key)| key.clone()).collect()
    }

    /// When the next one will have rested.
    pub(super) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = self.0.values().map(|rest| rest.until);
        ends.filter(|until| *until > now).min()
    }
}
