//! Counters: cheap enough to be kept always, read by whoever reports metrics.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// What a sandbox has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Instances that exist now.
    pub live_instances: u64,
    /// Instances made, those that only described a module included.
    pub instantiated: u64,
    /// Instances that failed: a trap, a limit, malformed bytes.
    pub failed: u64,
    /// Components compiled in this process.
    pub compiled: u64,
    /// Components made from the code of others in the compile cache.
    pub made_from_template: u64,
    /// Components taken from the compile cache.
    pub taken_from_cache: u64,
}

/// The live counters behind [`Statistics`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    live_instances: AtomicU64,
    instantiated: AtomicU64,
    failed: AtomicU64,
    compiled: AtomicU64,
    made_from_template: AtomicU64,
    taken_from_cache: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) -> Statistics {
        Statistics {
            live_instances: self.live_instances.load(Relaxed),
            instantiated: self.instantiated.load(Relaxed),
            failed: self.failed.load(Relaxed),
            compiled: self.compiled.load(Relaxed),
            made_from_template: self.made_from_template.load(Relaxed),
            taken_from_cache: self.taken_from_cache.load(Relaxed),
        }
    }

    pub(crate) fn count_failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_compiled(&self) {
        self.compiled.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_made_from_template(&self) {
        self.made_from_template.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_taken_from_cache(&self) {
        self.taken_from_cache.fetch_add(1, Relaxed);
    }
}

/// Counts an instance as live for as long as it is held.
#[derive(Debug)]
pub(crate) struct LiveInstance(Arc<Counters>);

impl LiveInstance {
    pub(crate) fn count(counters: &Arc<Counters>) -> Self {
        counters.live_instances.fetch_add(1, Relaxed);
        counters.instantiated.fetch_add(1, Relaxed);
        Self(counters.clone())
    }
}

impl Drop for LiveInstance {
    fn drop(&mut self) {
        self.0.live_instances.fetch_sub(1, Relaxed);
    }
}
