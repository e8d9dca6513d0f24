//! CPU time of one activation, measured as the guest thread's own, never as time on the wall.
//!
//! Guest code looks at the engine's epoch at loop heads and function entries. When the epoch has moved on, [`CpuBudget::tick`] is
//! called in the guest's thread and reads that thread's CPU clock. An activation that ends between two ticks, as nearly all do, costs
//! no clock reading at all.

use std::time::Duration;

use thiserror::Error;

/// The guest used more CPU than it may for one activation.
#[derive(Debug, Error)]
#[error(
    "it used more than the {limit_ms} ms of CPU that one activation may take; a workflow should wait (for a timer, an activity, a \
     signal) instead of looping, and leave heavy work to activities"
)]
pub(crate) struct CpuLimitPassed {
    limit_ms: u64,
}

/// What is left of the CPU time of the activation in progress.
#[derive(Debug)]
pub(crate) struct CpuBudget {
    limit_ms: u64,
    /// The thread's CPU clock at the first tick of this activation.
    started_at: Option<Duration>,
}

impl CpuBudget {
    pub(crate) fn new(limit_ms: u64) -> Self {
        Self {
            limit_ms,
            started_at: None,
        }
    }

    /// Begins a new activation, possibly in another thread than the last one.
    pub(crate) fn restart(&mut self) {
        self.started_at = None;
    }

    /// Called in the guest's thread when an epoch has passed. The time before an activation's first tick, at most one epoch, is the
    /// guest's for free.
    pub(crate) fn tick(&mut self) -> Result<(), CpuLimitPassed> {
        self.tick_at(thread_cpu_time())
    }

    fn tick_at(&mut self, now: Duration) -> Result<(), CpuLimitPassed> {
        let started_at = *self.started_at.get_or_insert(now);
        if now.saturating_sub(started_at) > Duration::from_millis(self.limit_ms) {
            return Err(CpuLimitPassed {
                limit_ms: self.limit_ms,
            });
        }
        Ok(())
    }
}

/// The CPU time that this thread has used since it began.
fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a valid place to write to, and the clock exists on every Unix that wasmtime supports. Were the call to
    // fail, `time` would stay zero and the activation be unlimited rather than wrongly stopped.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(
        time.tv_sec.try_into().unwrap_or_default(),
        time.tv_nsec.try_into().unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn only_time_since_the_first_tick_counts() {
        let mut budget = CpuBudget::new(100);
        assert!(budget.tick_at(ms(5_000)).is_ok());
        assert!(budget.tick_at(ms(5_100)).is_ok());
        assert!(budget.tick_at(ms(5_101)).is_err());
    }

    #[test]
    fn each_activation_has_its_own_budget_even_in_another_thread() {
        let mut budget = CpuBudget::new(100);
        assert!(budget.tick_at(ms(5_000)).is_ok());
        budget.restart();
        // Another thread's clock may stand anywhere.
        assert!(budget.tick_at(ms(9_000)).is_ok());
        budget.restart();
        assert!(budget.tick_at(ms(10)).is_ok());
        assert!(budget.tick_at(ms(60)).is_ok());
    }

    #[test]
    fn the_clock_counts_work_and_not_waiting() {
        let before = thread_cpu_time();
        std::thread::park_timeout(ms(50));
        let waited = thread_cpu_time() - before;
        assert!(waited < ms(40), "waiting was counted: {waited:?}");
        let mut sum = 0_u64;
        while thread_cpu_time() - before < ms(5) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(sum > 0);
    }
}
