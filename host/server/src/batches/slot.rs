//! One batch operation of a namespace runs at a time, as on Temporal: a row names it, whichever server started it. A row
//! that names one that has ended, or was never started, is free.

use sundial_core::{NamespaceId, Timestamp};
use sundial_store::{Job, JobKey, JobKind, Store, StoreError};

use super::{BatchError, CHANGE_ATTEMPTS, decode, key};
use crate::jobs::TurnError;

/// The row of a namespace in which no running job stands; `None` if there is no row yet.
pub(super) struct FreeSlot(Option<Job>);

fn slot_key(namespace_id: NamespaceId) -> JobKey {
    JobKey {
        namespace_id,
        kind: JobKind::BatchSlot,
        id: String::new(),
    }
}

/// The namespace's slot, or [`BatchError::TooMany`].
pub(super) async fn free(
    store: &dyn Store,
    namespace_id: NamespaceId,
) -> Result<FreeSlot, BatchError> {
    let slot = store.job(&slot_key(namespace_id)).await?;
    if let Some(slot) = &slot {
        let named = String::from_utf8_lossy(&slot.body);
        let named = store.job(&key(namespace_id, &named)).await?;
        if let Some(job) = named
            && decode(&job)?.is_running()
        {
            return Err(BatchError::TooMany);
        }
    }
    Ok(FreeSlot(slot))
}

/// Gives the slot to a job, or refuses with [`BatchError::TooMany`] because another was faster.
pub(super) async fn take(
    store: &dyn Store,
    slot: FreeSlot,
    job: &JobKey,
    now: Timestamp,
) -> Result<(), BatchError> {
    let mut slot = slot;
    for _ in 0..CHANGE_ATTEMPTS {
        let taken = match slot.0 {
            Some(known) => {
                let known = Job {
                    body: job.id.clone().into_bytes(),
                    ..known
                };
                store.update_job(&known).await.map(|_| ())
            }
            None => {
                let new = Job {
                    key: slot_key(job.namespace_id),
                    revision: 1,
                    created_at: now,
                    wake_at: None,
                    body: job.id.clone().into_bytes(),
                };
                store.create_job(&new).await
            }
        };
        match taken {
            Ok(()) => return Ok(()),
            Err(StoreError::Stale { .. } | StoreError::AlreadyExists { .. }) => {
                slot = free(store, job.namespace_id).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(TurnError::Contended.into())
}
