//! How long to wait before something is tried again. It counts, it does not sleep.

use std::time::Duration;

/// The first wait. Short, because most failures are a server that is just starting.
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait: a server that comes back is noticed within this time.
const LONGEST: Duration = Duration::from_secs(10);

/// Waits that double, each shortened by up to a quarter so that many hosts do not come at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { next: FIRST }
    }

    /// The next wait.
    pub(crate) fn next(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(LONGEST);
        // A random uuid is the source of randomness at hand.
        let random = uuid::Uuid::new_v4().as_u128() as u8;
        wait - wait / 4 * u32::from(random) / 255
    }

    /// To be called after a success.
    pub(crate) fn reset(&mut self) {
        self.next = FIRST;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest_and_start_again_after_a_reset() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..20).map(|_| backoff.next()).collect();
        assert!(waits[0] <= FIRST && waits[0] >= FIRST * 3 / 4);
        assert!(waits[19] <= LONGEST && waits[19] >= LONGEST * 3 / 4);
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}
