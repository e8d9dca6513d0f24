//! Leases of shards. One process owns the file, so it owns every shard that it asks for, until it closes; the rows
//! keep the epochs growing over restarts.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sqlx::Connection;

use super::{Shared, errors::while_doing};
use crate::{error::StoreError, shards::ShardLease};

/// The epochs that are in force.
#[derive(Debug, Default)]
pub(super) struct Leases {
    epochs: Mutex<HashMap<i32, i64>>,
}

impl Leases {
    /// Refuses a lease that is not in force.
    pub(super) fn check(&self, lease: ShardLease) -> Result<(), StoreError> {
        let epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        match epochs.get(&lease.shard_id) {
            Some(epoch) if *epoch == lease.epoch => Ok(()),
            Some(_) | None => Err(StoreError::LeaseLost {
                shard_id: lease.shard_id,
            }),
        }
    }

    pub(super) fn release(&self, leases: &[ShardLease]) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        for lease in leases {
            if epochs.get(&lease.shard_id) == Some(&lease.epoch) {
                epochs.remove(&lease.shard_id);
            }
        }
    }

    fn grant(&self, leases: &[ShardLease]) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        epochs.extend(leases.iter().map(|lease| (lease.shard_id, lease.epoch)));
    }
}

pub(super) async fn acquire(
    shared: &Shared,
    shard_ids: &[i32],
    owner: &str,
) -> Result<Vec<ShardLease>, StoreError> {
    const DOING: &str = "taking shards";
    let mut connection = shared.write.take().await?;
    let mut transaction = connection.begin().await.map_err(while_doing(DOING))?;
    let mut leases = Vec::with_capacity(shard_ids.len());
    for shard_id in shard_ids {
        let epoch = sqlx::query_scalar(
            "INSERT INTO shards (shard_id, owner, epoch) VALUES (?, ?, 1) \
             ON CONFLICT (shard_id) DO UPDATE SET owner = excluded.owner, epoch = epoch + 1 RETURNING epoch",
        )
        .bind(shard_id)
        .bind(owner)
        .fetch_one(&mut *transaction)
        .await
        .map_err(while_doing(DOING))?;
        leases.push(ShardLease {
            shard_id: *shard_id,
            epoch,
            expires_at: None,
        });
    }
    transaction.commit().await.map_err(while_doing(DOING))?;
    // The connection is still held, so no commit runs between the rows and this.
    shared.leases.grant(&leases);
    Ok(leases)
}
