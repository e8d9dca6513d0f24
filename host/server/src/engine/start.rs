//! Starting and stopping the engine: which shards there are, who owns them, and what runs beside them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sundial_core::RunKey;
use sundial_store::{ShardLease, Store, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{
    Engine, EngineOptions, Inner, Target,
    command::{Absence, Mode},
    error::EngineError,
    queries::DirectQueries,
    retention,
    shard::{COMMANDS, Shard, ShardParts},
    transfers::{self, TransferQueue},
};
use crate::{clock::Clock, ids::Ids, matching::Matching, namespaces::Namespaces, nexus::Nexus};

/// Shards of a new database. One shard is busy on one core at most, and the fewer there are, the more a transaction
/// carries; four keep four cores busy, which is more than SQLite's one writer can serve.
const SHARDS: i32 = 4;
/// Where the database remembers how many it was made with: runs are found by it.
const SHARD_COUNT_KEY: &str = "shard-count";
/// How long a lease holds unless it is renewed, on databases that several servers share. A machine that is gone is
/// replaced after this; a process that ended, at once.
const LEASE_LIFETIME: Duration = Duration::from_secs(15);
/// How often leases are renewed: one that came too late, and the next two, do no harm yet.
const RENEWAL_INTERVAL: Duration = Duration::from_secs(4);
/// How often a server that waits for the shards of another one asks for them.
const TAKEOVER_INTERVAL: Duration = Duration::from_millis(200);

/// Why the engine did not start.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StartError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The number of shards in the database is none.
    #[error("the database says that it has {0:?} shards; it is damaged")]
    ShardCount(String),
}

/// What must be ended when the engine is.
pub(super) struct Lifecycle {
    stop: CancellationToken,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    leases: Vec<ShardLease>,
    /// Cancelled when another server has a shard of these.
    lost: CancellationToken,
}

/// Which shard an id belongs to, of a workflow or of a stand-alone activity. Stored rows depend on it: it must never change.
pub(super) fn shard_of(target: &Target, shards: usize) -> usize {
    // FNV-1a, 64 bits.
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let namespace = target.namespace_id.0.as_bytes().iter();
    let hash = namespace
        .chain(target.workflow_id.as_bytes())
        .fold(BASIS, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
        });
    // The low bits of FNV are its weak ones.
    let folded = hash ^ (hash >> 32);
    usize::try_from(folded % shards as u64).unwrap_or(0)
}

async fn shard_count(store: &dyn Store) -> Result<i32, StartError> {
    let stored = store
        .put_metadata_if_absent(SHARD_COUNT_KEY, SHARDS.to_string().as_bytes())
        .await?;
    let text = String::from_utf8_lossy(&stored).into_owned();
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(StartError::ShardCount(text)),
    }
}

/// Takes all shards, if need be once the server that has them is gone; true if it had to wait.
async fn take_shards(
    store: &dyn Store,
    shard_ids: &[i32],
    owner: &str,
    clock: &Arc<dyn Clock>,
) -> Result<(Vec<ShardLease>, bool), StoreError> {
    let mut has_waited = false;
    loop {
        let leases = store
            .acquire_shards(shard_ids, owner, clock.now(), LEASE_LIFETIME)
            .await?;
        let missing = shard_ids.len() - leases.len();
        if missing == 0 {
            return Ok((leases, has_waited));
        }
        store.release_shards(&leases).await?;
        if !has_waited {
            let all = shard_ids.len();
            tracing::warn!(
                "another server owns {missing} of the {all} shards; waiting until it ends"
            );
        }
        has_waited = true;
        // Leases are the database's and go by real time, whatever clock the workflows have.
        tokio::time::sleep(TAKEOVER_INTERVAL).await;
    }
}

/// Renews the leases until the engine stops, or another server has one of the shards.
async fn keep_shards(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    leases: Vec<ShardLease>,
    stop: CancellationToken,
    lost: CancellationToken,
) {
    if leases.iter().all(|lease| lease.expires_at.is_none()) {
        return;
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RENEWAL_INTERVAL) => {}
        }
        match store
            .renew_shards(&leases, clock.now(), LEASE_LIFETIME)
            .await
        {
            Ok(kept) if kept.len() < leases.len() => {
                tracing::error!(
                    "another server took over {} of this server's {} shards; it ends, for it can't write any more",
                    leases.len() - kept.len(),
                    leases.len()
                );
                lost.cancel();
                return;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the leases of the shards could not be renewed; trying again soon");
            }
        }
    }
}

impl Engine {
    /// Takes the shards, and starts a loop for each. What was interrupted at the last stop goes on by itself.
    pub async fn start(
        options: EngineOptions,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        matching: Matching,
        namespaces: Namespaces,
    ) -> Result<Self, StartError> {
        let count = shard_count(&*store).await?;
        let shard_ids: Vec<i32> = (0..count).collect();
        let (mut leases, has_waited) =
            take_shards(&*store, &shard_ids, &options.owner, &clock).await?;
        if has_waited {
            // What its queues hold has changed since it was read, and so have routings and namespaces, by another server.
            matching.read_again();
            namespaces.forget_all();
        }
        // Only now: another server may have changed them until it ended.
        let nexus = Nexus::load(store.clone()).await?;
        leases.sort_unstable_by_key(|lease| lease.shard_id);

        let stop = CancellationToken::new();
        let limits = Arc::new(options.limits);
        let ids = Ids::new(store.epoch());
        let (transfer_queue, transfer_rows) = TransferQueue::new(clock.clone());
        let mut tasks = Vec::new();
        let mut shards = Vec::new();
        for lease in &leases {
            let (sender, commands) = mpsc::channel(COMMANDS);
            let shard = Shard::new(ShardParts {
                lease: *lease,
                store: store.clone(),
                clock: clock.clone(),
                matching: matching.clone(),
                transfers: transfer_queue.clone(),
                limits: limits.clone(),
                ids: ids.clone(),
                cache_bytes: options.cache_bytes / leases.len(),
                stop: stop.clone(),
            });
            tasks.push(tokio::spawn(shard.run(commands)));
            shards.push(sender);
        }
        let engine = Self {
            inner: Arc::new(Inner {
                store: store.clone(),
                clock,
                matching,
                namespaces,
                shards,
                direct_queries: DirectQueries::default(),
                nexus,
                lifecycle: Lifecycle {
                    stop: stop.clone(),
                    tasks: Mutex::default(),
                    leases: leases.clone(),
                    lost: CancellationToken::new(),
                },
            }),
        };
        tasks.push(tokio::spawn(keep_shards(
            store.clone(),
            engine.inner.clock.clone(),
            leases,
            stop.clone(),
            engine.inner.lifecycle.lost.clone(),
        )));
        // Under a clock that jumps, a day of retention may be over while somebody still looks at the result.
        if engine.inner.clock.skipping().is_none() {
            tasks.push(tokio::spawn(retention::run(
                Arc::downgrade(&engine.inner),
                stop.clone(),
            )));
        }
        tasks.push(tokio::spawn(transfers::run(
            Arc::downgrade(&engine.inner),
            store,
            shard_ids,
            transfer_queue,
            transfer_rows,
            stop,
        )));
        *engine
            .inner
            .lifecycle
            .tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = tasks;
        Ok(engine)
    }

    /// Returns when another server has taken shards of this one over.
    pub async fn lost_its_shards(&self) {
        self.inner.lifecycle.lost.cancelled().await;
    }

    /// Stops taking commands, stores what was begun, and gives the shards back. The store stays open.
    pub async fn shutdown(&self) {
        let lifecycle = &self.inner.lifecycle;
        lifecycle.stop.cancel();
        let tasks = std::mem::take(
            &mut *lifecycle
                .tasks
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a loop of the engine ended by a fault");
            }
        }
        if let Err(error) = self.inner.store.release_shards(&lifecycle.leases).await {
            tracing::warn!(%error, "shards could not be given back; they become free when their leases end");
        }
    }

    /// Ends every loop in the middle of what it is doing, as a crash does.
    #[cfg(test)]
    pub(crate) fn crash(&self) {
        let lifecycle = &self.inner.lifecycle;
        for task in lifecycle
            .tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            task.abort();
        }
    }

    /// Removes a closed run from memory and store.
    pub(super) async fn forget_run(&self, key: &RunKey) -> Result<bool, EngineError> {
        let target = Target::run(key);
        // Reading it first waits for what is being stored.
        let read = Mode {
            absence: Absence::Refuse,
            read_only: true,
        };
        let is_closed = self.submit(target.clone(), read, |stage| {
            let cell = stage.cell.ok_or_else(EngineError::absent)?;
            Ok(cell.execution.is_closed())
        });
        if !is_closed.await? {
            return Err(EngineError::Rejected(
                sundial_core::Rejection::FailedPrecondition(
                    "it is running; terminate it before it is deleted".into(),
                ),
            ));
        }
        let mode = Mode {
            absence: Absence::DoNotLoad,
            read_only: true,
        };
        self.submit(target.clone(), mode, |stage| {
            stage.wishes.leave = true;
            Ok(())
        })
        .await?;
        let lease = self.inner.lifecycle.leases[shard_of(&target, self.inner.shards.len())];
        Ok(self.inner.store.delete_run(lease, key).await?)
    }
}

#[cfg(test)]
mod tests {
    use sundial_core::{Archetype, NamespaceId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_workflow_id_keeps_its_shard() {
        // These are stored: a change here would lose runs.
        let shards: Vec<usize> = ["", "order-1", "order-2", "order-3", "order-4", "order-5"]
            .into_iter()
            .map(|workflow_id| {
                let target = Target {
                    namespace_id: NamespaceId(Uuid::from_u128(7)),
                    archetype: Archetype::Workflow,
                    workflow_id: workflow_id.into(),
                    run_id: None,
                };
                shard_of(&target, 4)
            })
            .collect();
        assert_eq!(shards, [1, 1, 0, 3, 2, 1]);
    }
}
