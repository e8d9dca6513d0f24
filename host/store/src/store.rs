//! The [`Store`] trait: everything that the server asks of a database.

use std::time::Duration;

use async_trait::async_trait;
use sundial_core::{NamespaceId, RunId, RunKey, Task, Timestamp, TransferRow};
use temporalio_protos::temporal::api::history::v1::HistoryEvent;

use crate::{
    deployments::{Deployment, DeploymentChange, DeploymentVersionRecord},
    error::StoreError,
    jobs::{Job, JobCursor, JobKey, JobKind, JobWake},
    modules::ModuleVersion,
    namespaces::NamespaceRecord,
    queues::{QueueBacklog, QueueData, QueueDataKey, QueueKey},
    runs::{HistoryPage, HistoryRange, StoredRun, WakeCursor, WakePage},
    shards::{ShardBatch, ShardLease},
    visibility::{ListPage, ListQuery, RunCount},
};

/// A database of one server or of several. Used as `Arc<dyn Store>`.
///
/// Whatever a write method answered `Ok` to is durable and seen by every read that begins later. A write whose future
/// is dropped may still happen.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    // Opening and leases

    /// A number that no other opening of this database has had, and higher than all earlier ones; from 1, below 2^23.
    /// Task ids are `epoch << 40 | counter`, so they never repeat and keep their order over restarts.
    fn epoch(&self) -> i64;

    /// Takes every named shard that is free, expired or already held by this opening of the database, each with a new
    /// epoch. Shards that another opening holds are left out of the answer; an opening whose process is gone holds none.
    /// `owner` names this server to people. `now` is ignored by databases with a clock of their own.
    async fn acquire_shards(
        &self,
        shard_ids: &[i32],
        owner: &str,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<Vec<ShardLease>, StoreError>;

    /// Prolongs leases; those that are lost are left out of the answer.
    async fn renew_shards(
        &self,
        leases: &[ShardLease],
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<Vec<ShardLease>, StoreError>;

    /// Gives leases up, so that others need not wait for their expiry.
    async fn release_shards(&self, leases: &[ShardLease]) -> Result<(), StoreError>;

    /// Waits for writes in flight and closes the database. Later calls fail with [`StoreError::Closed`].
    async fn close(&self);

    // Runs

    /// Stores a batch durably, all or nothing. Batches of concurrent callers may share a transaction; if one of them is
    /// refused ([`StoreError::LeaseLost`], [`StoreError::Contradiction`]), the others are stored all the same.
    async fn commit(&self, batch: ShardBatch) -> Result<(), StoreError>;

    /// A run; without a run id the newest one of the workflow id.
    async fn load_run(
        &self,
        namespace_id: NamespaceId,
        workflow_id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError>;

    /// A run of a stand-alone activity; without a run id the newest one of the activity id.
    async fn load_activity(
        &self,
        namespace_id: NamespaceId,
        activity_id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError>;

    /// Which run is the newest one of the workflow id.
    async fn current_run(
        &self,
        namespace_id: NamespaceId,
        workflow_id: &str,
    ) -> Result<Option<RunId>, StoreError>;

    /// Events of a run. An unknown run has none.
    async fn read_history(
        &self,
        run: &RunKey,
        range: HistoryRange,
    ) -> Result<HistoryPage, StoreError>;

    /// One event of a run.
    async fn read_event(
        &self,
        run: &RunKey,
        event_id: i64,
    ) -> Result<Option<HistoryEvent>, StoreError>;

    /// Runs of a shard that want to be woken at or before `until`, in that order, after the cursor.
    async fn runs_to_wake(
        &self,
        shard_id: i32,
        after: Option<WakeCursor>,
        until: Timestamp,
        limit: usize,
    ) -> Result<WakePage, StoreError>;

    /// Transfers of a shard with ids above `after_id`, in order of id.
    async fn transfers(
        &self,
        shard_id: i32,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<TransferRow>, StoreError>;

    /// Runs of a namespace, of workflows and of stand-alone activities, that closed before `closed_before`, oldest first.
    async fn runs_closed_before(
        &self,
        namespace_id: NamespaceId,
        closed_before: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunKey>, StoreError>;

    /// Removes a run and all that belongs to it. If it was the newest of its id, the id has no current run
    /// afterwards. False if there was no such run.
    async fn delete_run(&self, lease: ShardLease, run: &RunKey) -> Result<bool, StoreError>;

    // Task queues

    /// Every queue that has rows.
    async fn backlogs(&self) -> Result<Vec<QueueBacklog>, StoreError>;

    /// Tasks of a queue with ids above `after_id`, in order of id.
    async fn queue_tasks(
        &self,
        queue: &QueueKey,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<Task>, StoreError>;

    /// What was set for a queue.
    async fn queue_data(&self, queue: &QueueDataKey) -> Result<Option<QueueData>, StoreError>;

    /// Replaces what was set for a queue if it is still at `expected_revision` (0: never set), else
    /// [`StoreError::Stale`]. Gives the new revision.
    async fn put_queue_data(
        &self,
        queue: &QueueDataKey,
        expected_revision: i64,
        body: Vec<u8>,
    ) -> Result<i64, StoreError>;

    // Visibility

    /// A page of the runs that pass a filter.
    async fn list_runs(&self, query: &ListQuery) -> Result<ListPage, StoreError>;

    /// How many runs pass a filter, which may end in `GROUP BY ExecutionStatus`.
    async fn count_runs(
        &self,
        namespace_id: NamespaceId,
        filter: &str,
    ) -> Result<RunCount, StoreError>;

    /// A page of the stand-alone activities that pass a filter.
    async fn list_activities(&self, query: &ListQuery) -> Result<ListPage, StoreError>;

    /// How many stand-alone activities pass a filter, which may end in `GROUP BY ExecutionStatus`.
    async fn count_activities(
        &self,
        namespace_id: NamespaceId,
        filter: &str,
    ) -> Result<RunCount, StoreError>;

    // Namespaces

    /// Stores a new namespace (its `revision` is ignored and becomes 1), or [`StoreError::AlreadyExists`] if its name
    /// or id is taken.
    async fn create_namespace(&self, namespace: &NamespaceRecord) -> Result<(), StoreError>;

    /// The namespace of this name.
    async fn namespace_by_name(&self, name: &str) -> Result<Option<NamespaceRecord>, StoreError>;

    /// The namespace of this id.
    async fn namespace_by_id(&self, id: NamespaceId)
    -> Result<Option<NamespaceRecord>, StoreError>;

    /// Namespaces in order of name, after the name given.
    async fn list_namespaces(
        &self,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<NamespaceRecord>, StoreError>;

    /// Replaces the namespace of this id if it is still at the record's `revision`, else [`StoreError::Stale`]. Gives
    /// the new revision. The name may change.
    async fn update_namespace(&self, namespace: &NamespaceRecord) -> Result<i64, StoreError>;

    /// Removes a namespace without runs, with its jobs, deployments, modules and what was set for its queues. False if
    /// there is none.
    async fn delete_namespace(&self, id: NamespaceId) -> Result<bool, StoreError>;

    // Modules

    /// Stores a version with its bytes. False if it was there already (then nothing changes). The bytes are kept once
    /// per digest, whatever names they have.
    async fn put_module(
        &self,
        version: &ModuleVersion,
        component: &[u8],
    ) -> Result<bool, StoreError>;

    /// Versions, newest first; of all namespaces and of all names unless they are given.
    async fn module_versions(
        &self,
        namespace_id: Option<NamespaceId>,
        name: Option<&str>,
    ) -> Result<Vec<ModuleVersion>, StoreError>;

    /// A version with this digest in the namespace (the newest, if several names have it).
    async fn module_by_digest(
        &self,
        namespace_id: NamespaceId,
        digest: &str,
    ) -> Result<Option<ModuleVersion>, StoreError>;

    /// The bytes `index * MODULE_CHUNK_BYTES ..` of a component, at most [`crate::MODULE_CHUNK_BYTES`]; `None` past
    /// the end and for an unknown digest.
    async fn module_chunk(&self, digest: &str, index: u32) -> Result<Option<Vec<u8>>, StoreError>;

    // Deployments

    /// A deployment.
    async fn deployment(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Option<Deployment>, StoreError>;

    /// Deployments of a namespace in order of name, after the name given.
    async fn list_deployments(
        &self,
        namespace_id: NamespaceId,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Deployment>, StoreError>;

    /// The versions of a deployment, newest first.
    async fn deployment_versions(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Vec<DeploymentVersionRecord>, StoreError>;

    /// Applies a change if the deployment is still at the expected revision, else [`StoreError::Stale`]. Gives the new
    /// revision.
    async fn change_deployment(&self, change: &DeploymentChange) -> Result<i64, StoreError>;

    // Jobs

    /// Stores a new job (its `revision` is ignored and becomes 1), or [`StoreError::AlreadyExists`].
    async fn create_job(&self, job: &Job) -> Result<(), StoreError>;

    /// The job of this key.
    async fn job(&self, key: &JobKey) -> Result<Option<Job>, StoreError>;

    /// Replaces body and wake-up of a job that is still at the given revision, else [`StoreError::Stale`] (also if it
    /// is gone). Gives the new revision.
    async fn update_job(&self, job: &Job) -> Result<i64, StoreError>;

    /// Removes a job that is still at the given revision, else [`StoreError::Stale`] (also if it is gone).
    async fn delete_job(&self, key: &JobKey, revision: i64) -> Result<(), StoreError>;

    /// Jobs of a kind in a namespace after the cursor, latest first.
    async fn list_jobs(
        &self,
        namespace_id: NamespaceId,
        kind: JobKind,
        after: Option<&JobCursor>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError>;

    /// Jobs of all namespaces that want to be woken at or before `until`, in that order, after the given one.
    async fn jobs_to_wake(
        &self,
        until: Timestamp,
        after: Option<&JobWake>,
        limit: usize,
    ) -> Result<Vec<JobWake>, StoreError>;

    // Server metadata

    /// A value of the server's own.
    async fn metadata(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores a value of the server's own.
    async fn put_metadata(&self, key: &str, value: &[u8]) -> Result<(), StoreError>;

    /// Stores a value unless there is one; gives the one that is there now. Servers that start at the same time agree
    /// by it (cluster id, number of shards).
    async fn put_metadata_if_absent(&self, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError>;
}
