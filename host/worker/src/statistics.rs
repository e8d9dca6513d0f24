//! Counters: cheap enough to be kept always, read by benchmarks and by whoever reports metrics.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::cpu_time;

/// What a worker host has done since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Activations that reached a guest, the first of each run included.
    pub activations: u64,
    /// Those of them that replayed history.
    pub replayed_activations: u64,
    /// Instances made for runs.
    pub instantiations: u64,
    /// Runs that left the cache, because they were closed, failed, or made room.
    pub evictions: u64,
    /// Evictions asked for because the cache was full.
    pub evictions_for_room: u64,
    /// Workflow tasks that were failed: a trap, a limit, a guest's own failure.
    pub failed_workflow_tasks: u64,
    /// Runs that are held now.
    pub cached_runs: u64,
    /// The memory that they take, in bytes, as the sandbox estimates it.
    pub cached_bytes: u64,
    /// Activity attempts started.
    pub activities: u64,
    /// CPU time of guest threads while they made instances.
    pub instantiation_cpu: Duration,
    /// CPU time of guest threads while they were in a guest.
    pub activation_cpu: Duration,
    /// CPU time of the whole process, other parts of it included.
    pub process_cpu: Duration,
}

/// The live counters behind [`Statistics`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    activations: AtomicU64,
    replayed_activations: AtomicU64,
    instantiations: AtomicU64,
    evictions: AtomicU64,
    evictions_for_room: AtomicU64,
    failed_workflow_tasks: AtomicU64,
    cached_runs: AtomicU64,
    cached_bytes: AtomicU64,
    activities: AtomicU64,
    instantiation_nanoseconds: AtomicU64,
    activation_nanoseconds: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) -> Statistics {
        Statistics {
            activations: self.activations.load(Relaxed),
            replayed_activations: self.replayed_activations.load(Relaxed),
            instantiations: self.instantiations.load(Relaxed),
            evictions: self.evictions.load(Relaxed),
            evictions_for_room: self.evictions_for_room.load(Relaxed),
            failed_workflow_tasks: self.failed_workflow_tasks.load(Relaxed),
            cached_runs: self.cached_runs.load(Relaxed),
            cached_bytes: self.cached_bytes.load(Relaxed),
            activities: self.activities.load(Relaxed),
            instantiation_cpu: Duration::from_nanos(self.instantiation_nanoseconds.load(Relaxed)),
            activation_cpu: Duration::from_nanos(self.activation_nanoseconds.load(Relaxed)),
            process_cpu: cpu_time::of_process(),
        }
    }

    pub(crate) fn count_instantiation(&self, cpu: Duration) {
        self.instantiations.fetch_add(1, Relaxed);
        self.instantiation_nanoseconds
            .fetch_add(nanoseconds(cpu), Relaxed);
    }

    pub(crate) fn count_activation(&self, is_replaying: bool, cpu: Duration) {
        self.activations.fetch_add(1, Relaxed);
        self.replayed_activations
            .fetch_add(u64::from(is_replaying), Relaxed);
        self.activation_nanoseconds
            .fetch_add(nanoseconds(cpu), Relaxed);
    }

    pub(crate) fn count_failed_workflow_task(&self) {
        self.failed_workflow_tasks.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_eviction(&self) {
        self.evictions.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_evictions_for_room(&self, count: usize) {
        self.evictions_for_room.fetch_add(count as u64, Relaxed);
    }

    pub(crate) fn count_activity(&self) {
        self.activities.fetch_add(1, Relaxed);
    }

    pub(crate) fn set_cached(&self, runs: usize, bytes: u64) {
        self.cached_runs.store(runs as u64, Relaxed);
        self.cached_bytes.store(bytes, Relaxed);
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
