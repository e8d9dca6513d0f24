//! What the engine counts for whoever reads metrics. Where nobody does, the meters do nothing.

use std::time::Instant;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use sundial_store::StoreError;

/// The meters of one shard.
pub(super) struct Meters {
    commits: CommitMeters,
    runs_in_memory: Gauge,
    bytes_in_memory: Gauge,
}

#[derive(Clone)]
struct CommitMeters {
    seconds: Histogram,
    failures: Counter,
    run_writes: Counter,
}

/// A transaction on its way.
pub(super) struct Commit {
    meters: CommitMeters,
    run_writes: usize,
    begun: Instant,
}

impl Meters {
    pub(super) fn new(shard_id: i32) -> Self {
        let shard = shard_id.to_string();
        Self {
            commits: CommitMeters {
                seconds: histogram!("sundial_commit_seconds"),
                failures: counter!("sundial_commit_failures_total"),
                run_writes: counter!("sundial_committed_run_writes_total"),
            },
            runs_in_memory: gauge!("sundial_runs_in_memory", "shard" => shard.clone()),
            bytes_in_memory: gauge!("sundial_runs_in_memory_bytes", "shard" => shard),
        }
    }

    /// A transaction with the writes of so many runs goes to the store.
    pub(super) fn begin_commit(&self, run_writes: usize) -> Commit {
        Commit {
            meters: self.commits.clone(),
            run_writes,
            begun: Instant::now(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(super) fn set_in_memory(&self, runs: usize, bytes: usize) {
        self.runs_in_memory.set(runs as f64);
        self.bytes_in_memory.set(bytes as f64);
    }
}

impl Commit {
    pub(super) fn end(self, result: &Result<(), StoreError>) {
        match result {
            Ok(()) => {
                self.meters.seconds.record(self.begun.elapsed());
                let writes = u64::try_from(self.run_writes).unwrap_or(u64::MAX);
                self.meters.run_writes.increment(writes);
            }
            Err(_) => self.meters.failures.increment(1),
        }
    }
}
