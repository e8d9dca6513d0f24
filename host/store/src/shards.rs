//! Leases of shards, and the batches that are committed under them.

use sundial_core::{RunWrite, Timestamp};

/// The right to write the runs of one shard. Each acquisition has a higher epoch, and a commit under an older epoch
/// is refused, so a server that lost its lease can't write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardLease {
    /// The shard.
    pub shard_id: i32,
    /// Higher with every acquisition of this shard.
    pub epoch: i64,
    /// When others may take it, unless it is renewed. `None`: as long as the store is open (one server owns all).
    pub expires_at: Option<Timestamp>,
}

/// What one shard wants stored, all of it or nothing.
#[derive(Clone, Debug)]
pub struct ShardBatch {
    /// The lease that is checked in the transaction.
    pub lease: ShardLease,
    /// In order. Several writes of one run are folded: the last state wins, a task that is added and removed is
    /// never stored.
    pub runs: Vec<RunWrite>,
    /// Tasks of this shard's runs that turned out stale, when no run changes with them.
    pub tasks_removed: Vec<i64>,
    /// Transfers of this shard's runs that are done, when no run changes with them.
    pub transfers_removed: Vec<i64>,
}

impl ShardBatch {
    /// A batch of run writes alone.
    #[must_use]
    pub fn new(lease: ShardLease, runs: Vec<RunWrite>) -> Self {
        Self {
            lease,
            runs,
            tasks_removed: Vec::new(),
            transfers_removed: Vec::new(),
        }
    }
}
