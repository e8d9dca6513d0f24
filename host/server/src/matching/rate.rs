//! How often something happened lately.

use sundial_core::Timestamp;

/// Seconds that are looked back on. Temporal: 30.
const SECONDS: usize = 30;
const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Counts by the second.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate {
    counts: [u32; SECONDS],
    /// The last second that was counted in.
    second: i64,
}

impl Rate {
    pub(super) fn add(&mut self, now: Timestamp) {
        self.move_to(now);
        let slot = self.slot();
        self.counts[slot] = self.counts[slot].saturating_add(1);
    }

    /// The average of the seconds that are looked back on.
    pub(super) fn per_second(&self, now: Timestamp) -> f64 {
        let mut rate = self.clone();
        rate.move_to(now);
        let sum: u64 = rate.counts.iter().map(|count| u64::from(*count)).sum();
        sum as f64 / SECONDS as f64
    }

    fn slot(&self) -> usize {
        usize::try_from(self.second).unwrap_or(0) % SECONDS
    }

    /// Empties the slots of the seconds in which nothing happened.
    fn move_to(&mut self, now: Timestamp) {
        let second = now.0.div_euclid(NANOS_PER_SECOND);
        let passed = usize::try_from(second - self.second).unwrap_or(0);
        if passed >= SECONDS {
            self.counts = [0; SECONDS];
            self.second = second;
            return;
        }
        for _ in 0..passed {
            self.second += 1;
            let slot = self.slot();
            self.counts[slot] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use sundial_core::time::Span;

    use super::*;

    #[test]
    fn a_rate_forgets_what_is_older_than_half_a_minute() {
        let start = Timestamp(1_700_000_000 * NANOS_PER_SECOND);
        let mut rate = Rate::default();
        for second in 0..60 {
            rate.add(start.plus(Span::from_seconds(second)));
        }
        let last = start.plus(Span::from_seconds(59));
        assert!((rate.per_second(last) - 1.0).abs() < 1e-9);
        let later = last.plus(Span::from_seconds(15));
        assert!((rate.per_second(later) - 0.5).abs() < 1e-9);
        assert!(rate.per_second(last.plus(Span::from_seconds(31))).abs() < 1e-9);
    }
}
