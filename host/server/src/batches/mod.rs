//! Batch operations: one thing done to many runs, at a pace that leaves room for others.
//!
//! A job is a row of the store. It goes through its runs page by page; what it has done is stored after each page, so
//! that after a crash a part of a page is done again: every operation bears that. A job that has ended is shown for as
//! long as the namespace keeps runs that have ended.

mod activities;
mod operation;
mod record;
mod reset;
mod slot;
mod turn;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use prost::Message;
use sundial_core::{NamespaceId, NamespaceInfo, time::Span};
use sundial_store::{Job, JobCursor, JobKey, JobKind, Store, StoreError};
use temporalio_protos::temporal::api::{
    enums::v1::BatchOperationState as State, workflowservice::v1::StartBatchOperationRequest,
};
use uuid::Uuid;

pub(crate) use self::{
    operation::{filter, identity, listed, operation_type},
    record::BatchRecord,
    reset::target as reset_target,
    turn::turn,
};
use crate::{
    clock::Clock,
    jobs::{TurnError, waker::Waker},
};

/// How often a change is made again because somebody else was faster.
const CHANGE_ATTEMPTS: usize = 20;
/// A job whose server crashed while it was started begins after this.
const GRACE: Span = Span::from_seconds(10);

/// Why a request about a batch operation was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum BatchError {
    /// There is none of this id.
    #[error("workflow not found for ID: {0}")]
    NotFound(String),
    /// It has ended.
    #[error("workflow execution already completed")]
    Ended,
    /// The id was used before.
    #[error("Workflow execution already exists. WorkflowId: {job_id}, RunId: {run_id}.")]
    AlreadyExists {
        /// The job.
        job_id: String,
        /// Which one it is.
        run_id: String,
    },
    /// The namespace has as many as it may have.
    #[error("Max concurrent batch operations is reached")]
    TooMany,
    /// A turn's trouble.
    #[error(transparent)]
    Turn(#[from] TurnError),
}

impl From<StoreError> for BatchError {
    fn from(error: StoreError) -> Self {
        Self::Turn(error.into())
    }
}

/// A cloneable handle.
#[derive(Clone)]
pub(crate) struct Batches {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    waker: Waker,
}

fn key(namespace_id: NamespaceId, job_id: &str) -> JobKey {
    JobKey {
        namespace_id,
        kind: JobKind::BatchOperation,
        id: job_id.to_owned(),
    }
}

fn decode(job: &Job) -> Result<BatchRecord, TurnError> {
    Ok(BatchRecord::decode(job.body.as_slice())?)
}

impl Batches {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, waker: Waker) -> Self {
        Self {
            store,
            clock,
            waker,
        }
    }

    /// Starts a job. Its request was checked.
    pub(crate) async fn start(
        &self,
        namespace: &NamespaceInfo,
        request: StartBatchOperationRequest,
    ) -> Result<(), BatchError> {
        let slot = slot::free(&*self.store, namespace.id).await?;
        let now = self.clock.now();
        let key = key(namespace.id, &request.job_id);
        let record = BatchRecord {
            run_id: Uuid::new_v4().to_string(),
            state: State::Running as i32,
            started_at: now.0,
            identity: identity(&request).to_owned(),
            request: Some(request),
            ..Default::default()
        };
        let job = Job {
            key: key.clone(),
            revision: 1,
            created_at: now,
            // Unless this server crashes first, it begins as soon as it has the slot.
            wake_at: Some(now.plus(GRACE)),
            body: record.encode_to_vec(),
        };
        match self.store.create_job(&job).await {
            Ok(()) => {}
            Err(StoreError::AlreadyExists { .. }) => {
                let (_, known) = self.load(&key).await?;
                return Err(BatchError::AlreadyExists {
                    job_id: key.id,
                    run_id: known.run_id,
                });
            }
            Err(error) => return Err(error.into()),
        }
        if let Err(error) = slot::take(&*self.store, slot, &key, now).await {
            self.store.delete_job(&key, job.revision).await?;
            return Err(error);
        }
        self.waker.poke(key);
        Ok(())
    }

    /// A job.
    pub(crate) async fn get(
        &self,
        namespace_id: NamespaceId,
        job_id: &str,
    ) -> Result<BatchRecord, BatchError> {
        let (_, record) = self.load(&key(namespace_id, job_id)).await?;
        Ok(record)
    }

    /// Ends a job before it is done. What it has done stays done.
    pub(crate) async fn stop(
        &self,
        namespace_id: NamespaceId,
        job_id: &str,
    ) -> Result<(), BatchError> {
        let key = key(namespace_id, job_id);
        for _ in 0..CHANGE_ATTEMPTS {
            let (mut job, mut record) = self.load(&key).await?;
            if !record.is_running() {
                return Err(BatchError::Ended);
            }
            record.end(State::Failed, self.clock.now());
            job.body = record.encode_to_vec();
            job.wake_at = turn::forgotten_at(&*self.store, &*self.clock, &key, &record).await?;
            match self.store.update_job(&job).await {
                Ok(_) => {
                    self.waker.poke(key);
                    return Ok(());
                }
                Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(TurnError::Contended.into())
    }

    /// A page of jobs, newest first.
    pub(crate) async fn list(
        &self,
        namespace_id: NamespaceId,
        after: Option<&JobCursor>,
        limit: usize,
    ) -> Result<Vec<(JobCursor, BatchRecord)>, BatchError> {
        let jobs = self
            .store
            .list_jobs(namespace_id, JobKind::BatchOperation, after, limit)
            .await?;
        jobs.iter()
            .map(|job| Ok((job.cursor(), decode(job)?)))
            .collect()
    }

    async fn load(&self, key: &JobKey) -> Result<(Job, BatchRecord), BatchError> {
        let job = self.store.job(key).await?;
        let job = job.ok_or_else(|| BatchError::NotFound(key.id.clone()))?;
        let record = decode(&job)?;
        Ok((job, record))
    }
}
