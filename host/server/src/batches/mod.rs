//! Batch operations: one thing done to many runs, at a pace that leaves room for others.
//!
//! A job is a row of the store. It goes through its runs page by page; what it has done is stored after each page, so
//! that after a crash a part of a page is done again: every operation bears that.

mod activities;
mod operation;
mod record;
mod reset;
mod turn;

use std::sync::Arc;

use prost::Message;
use sundial_core::{NamespaceId, NamespaceInfo};
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

/// Jobs of a namespace that run at the same time. Temporal: 1.
const RUNNING: usize = 1;
/// Rows that are read at once.
const ROWS: usize = 500;
/// How often a change is made again because somebody else was faster.
const CHANGE_ATTEMPTS: usize = 20;

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
    /// Starts are counted and made in turn.
    starts: Arc<tokio::sync::Mutex<()>>,
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
            starts: Arc::default(),
        }
    }

    /// Starts a job. Its request was checked.
    pub(crate) async fn start(
        &self,
        namespace: &NamespaceInfo,
        request: StartBatchOperationRequest,
    ) -> Result<(), BatchError> {
        let _turn = self.starts.lock().await;
        if self.running(namespace.id).await? >= RUNNING {
            return Err(BatchError::TooMany);
        }
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
            revision: 0,
            created_at: now,
            wake_at: Some(now),
            body: record.encode_to_vec(),
        };
        match self.store.create_job(&job).await {
            Ok(()) => {
                self.waker.poke(key);
                Ok(())
            }
            Err(StoreError::AlreadyExists { .. }) => {
                let (_, known) = self.load(&key).await?;
                Err(BatchError::AlreadyExists {
                    job_id: key.id,
                    run_id: known.run_id,
                })
            }
            Err(error) => Err(error.into()),
        }
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
            job.wake_at = None;
            match self.store.update_job(&job).await {
                Ok(_) => return Ok(()),
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

    async fn running(&self, namespace_id: NamespaceId) -> Result<usize, BatchError> {
        let mut running = 0;
        let mut after = None;
        loop {
            let page = self.list(namespace_id, after.as_ref(), ROWS).await?;
            running += page
                .iter()
                .filter(|(_, record)| record.is_running())
                .count();
            if page.len() < ROWS {
                return Ok(running);
            }
            after = page.into_iter().last().map(|(cursor, _)| cursor);
        }
    }

    async fn load(&self, key: &JobKey) -> Result<(Job, BatchRecord), BatchError> {
        let job = self.store.job(key).await?;
        let job = job.ok_or_else(|| BatchError::NotFound(key.id.clone()))?;
        let record = decode(&job)?;
        Ok((job, record))
    }
}
