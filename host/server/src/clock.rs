//! The one place that tells time.
//!
//! Everything that happens in a workflow happens at a [`Timestamp`] that came from here. Deadlines of a single request
//! (a long poll, a query) are the network's business and use tokio's timers.

mod skipping;

use std::time::Duration;

use futures::future::BoxFuture;
use sundial_core::Timestamp;

pub(crate) use self::skipping::{Hold, Outlook, Party};
pub use self::skipping::{SkippingClock, Unbalanced};

/// Tells the time and waits for it. Test servers put a virtual one in the place of the system's.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Ends at or soon after `at`, at once if it has passed.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;

    /// This clock as one that skips time while nobody works, if it is one.
    fn skipping(&self) -> Option<&SkippingClock> {
        None
    }
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// Sleeps are cut to this length and looked at again, so that a clock that was set, or a machine that was suspended,
/// is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the file that owns the clock"
        )]
        let now = std::time::SystemTime::now();
        let since_epoch = now
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let clock = *self;
        Box::pin(async move {
            loop {
                let left = at.since(clock.now());
                if left.is_zero() {
                    return;
                }
                let left = Duration::from_nanos(u64::try_from(left.0).unwrap_or(u64::MAX));
                tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
            }
        })
    }
}

/// Tokio's time, counted from a fixed instant: tests pause and advance it.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokioClock {
    started: tokio::time::Instant,
}

#[cfg(test)]
impl TokioClock {
    /// What [`Clock::now`] says at first.
    pub(crate) const START: Timestamp = Timestamp(1_700_000_000_000_000_000);

    pub(crate) fn new() -> Self {
        Self {
            started: tokio::time::Instant::now(),
        }
    }
}

#[cfg(test)]
impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX);
        Self::START.plus(sundial_core::time::Span(elapsed))
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let left = u64::try_from(at.since(self.now()).0).unwrap_or(u64::MAX);
        Box::pin(tokio::time::sleep(Duration::from_nanos(left)))
    }
}

/// Stands still, so that nothing happens by the passing of time.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct StillClock;

#[cfg(test)]
impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        TokioClock::START
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        match at <= self.now() {
            true => Box::pin(std::future::ready(())),
            false => Box::pin(std::future::pending()),
        }
    }
}
