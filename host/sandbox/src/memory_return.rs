//! Giving memory back when guests rest. Linear memories go back by themselves as their runs end; what the host allocated for instances
//! (300 KB each for Python) stays with the C library's allocator, which reuses it and returns it only when asked.

use std::sync::Arc;

use crate::statistics::Counters;

/// Ended instances that are worth the walk through the heap, which stops other threads' allocations for some milliseconds.
const WORTH_IT: u64 = 64;

/// Called when no guest has run for a while.
#[derive(Debug)]
pub(crate) struct MemoryReturn {
    counters: Arc<Counters>,
    /// Instances that had ended when memory was last returned.
    ended_before: u64,
}

impl MemoryReturn {
    pub(crate) fn new(counters: Arc<Counters>) -> Self {
        Self {
            counters,
            ended_before: 0,
        }
    }

    /// Returns what the allocator keeps, if enough has ended since the last time.
    pub(crate) fn rest(&mut self) {
        let statistics = self.counters.read();
        let ended = statistics
            .instantiated
            .saturating_sub(statistics.live_instances);
        if ended.saturating_sub(self.ended_before) >= WORTH_IT {
            self.ended_before = ended;
            trim();
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim() {
    // SAFETY: it may be called at any time from any thread, and changes nothing that a program can see but its size.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators return memory on their own.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}
