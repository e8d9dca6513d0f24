//! The store on PostgreSQL, for one server or several.
//!
//! A batch of a shard is one statement, which is a transaction of its own; batches of different shards go on beside each
//! other, on connections that do nothing else. Whose a shard is stands in its row, and each transaction checks that.
//! A database that goes away and comes back is waited for; what was on its way then is stored once or not at all.

mod batch;
mod commit;
mod connections;
mod errors;
mod leases;
mod open;
mod queues;
mod schema;
mod statements;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sundial_core::{Archetype, NamespaceId, RunId, RunKey, Task, Timestamp, TransferRow};
use temporalio_protos::temporal::api::history::v1::HistoryEvent;

use self::{
    commit::NewRunKeys,
    connections::Connections,
    leases::{Keeper, Leases},
};
use crate::{
    deployments::{Deployment, DeploymentChange, DeploymentVersionRecord},
    error::StoreError,
    fold::PackedBatch,
    jobs::{Job, JobCursor, JobKey, JobKind, JobWake},
    lists,
    modules::ModuleVersion,
    namespaces::NamespaceRecord,
    queues::{QueueBacklog, QueueData, QueueDataKey, QueueKey},
    records::{
        alarms, deployments, history,
        ids::{read_namespace_key, read_run_key},
        jobs,
        keys::SharedKeys,
        metadata, modules, namespaces, queue_data, runs, transfers,
    },
    runs::{HistoryPage, HistoryRange, StoredRun, WakeCursor, WakePage},
    shards::{ShardBatch, ShardLease},
    store::Store,
    visibility::{ListPage, ListQuery, RunCount},
};

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// Connections that commit. A shard has one transaction on its way at a time, so one for each shard is all that
    /// can be busy.
    pub commit_connections: u32,
    /// Connections for all else. Reads are short, so few do; PostgreSQL itself allows 100 unless it is told otherwise.
    pub connections: u32,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            commit_connections: 4,
            connections: 8,
        }
    }
}

/// A store on a PostgreSQL database. All that is open of it are connections, which end when it is dropped.
pub struct PostgresStore {
    shared: Arc<Shared>,
}

/// What all statements need.
struct Shared {
    /// The number of this opening, which nobody else has.
    opening: i64,
    commits: Connections,
    connections: Connections,
    keeper: Keeper,
    keys: SharedKeys,
    leases: Leases,
    new_run_keys: tokio::sync::Mutex<NewRunKeys>,
}

impl Shared {
    /// The key of a namespace, `None` if there is no such namespace.
    async fn namespace_key(&self, id: NamespaceId) -> Result<Option<i64>, StoreError> {
        if let Some(key) = self.keys.known_namespace(id) {
            return Ok(Some(key));
        }
        let found = read_namespace_key(self, id).await?;
        if let Some(key) = found {
            self.keys.remember_namespace(id, key);
        }
        Ok(found)
    }

    /// The key of a run, `None` if there is no such run.
    async fn run_key(&self, id: RunId) -> Result<Option<i64>, StoreError> {
        if let Some(key) = self.keys.run(id) {
            return Ok(Some(key));
        }
        let found = read_run_key(self, id).await?;
        if let Some(key) = found {
            self.keys.remember_run(id, key);
        }
        Ok(found)
    }
}

impl PostgresStore {
    /// Opens the database of an address, `postgres://user:password@host:port/database`, and makes its schema current.
    ///
    /// Refuses what can't be used as it is ([`StoreError::Refused`]: a wrong password, no such database, an old server,
    /// the tables of another program) and a database that a newer program wrote ([`StoreError::Newer`]). One that does
    /// not answer is [`StoreError::Unavailable`]: it may answer later.
    pub async fn open(url: &str, options: &PostgresOptions) -> Result<Self, StoreError> {
        let opened = Box::pin(open::open(url, options)).await?;
        Ok(Self {
            shared: Arc::new(Shared {
                opening: opened.epoch,
                commits: opened.commits,
                connections: opened.connections,
                keeper: opened.keeper,
                keys: SharedKeys::default(),
                leases: Leases::default(),
                new_run_keys: tokio::sync::Mutex::default(),
            }),
        })
    }

    /// The address as it may be shown: without its password.
    pub fn shown_address(url: &str) -> Result<String, StoreError> {
        open::read_address(url).map(|options| errors::address(&options))
    }
}

impl PostgresStore {
    async fn load(
        &self,
        namespace_id: NamespaceId,
        archetype: Archetype,
        id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError> {
        let loaded = runs::load(&*self.shared, namespace_id, archetype, id, run_id).await?;
        Ok(loaded.map(|(run, run_key)| {
            self.shared.keys.remember_run(run.key.run_id, run_key);
            run
        }))
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn epoch(&self) -> i64 {
        self.shared.opening
    }

    async fn acquire_shards(
        &self,
        shard_ids: &[i32],
        owner: &str,
        _now: Timestamp,
        lifetime: Duration,
    ) -> Result<Vec<ShardLease>, StoreError> {
        leases::acquire(&self.shared, shard_ids, owner, lifetime).await
    }

    async fn renew_shards(
        &self,
        leases: &[ShardLease],
        _now: Timestamp,
        lifetime: Duration,
    ) -> Result<Vec<ShardLease>, StoreError> {
        leases::renew(&self.shared, leases, lifetime).await
    }

    async fn release_shards(&self, leases: &[ShardLease]) -> Result<(), StoreError> {
        leases::release(&self.shared, leases).await
    }

    async fn close(&self) {
        self.shared.commits.close().await;
        self.shared.connections.close().await;
        self.shared.keeper.close().await;
    }

    async fn commit(&self, batch: ShardBatch) -> Result<(), StoreError> {
        let packed = PackedBatch::new(batch);
        Box::pin(commit::commit(&self.shared, &packed)).await
    }

    async fn load_run(
        &self,
        namespace_id: NamespaceId,
        workflow_id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError> {
        self.load(namespace_id, Archetype::Workflow, workflow_id, run_id)
            .await
    }

    async fn load_activity(
        &self,
        namespace_id: NamespaceId,
        activity_id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError> {
        self.load(namespace_id, Archetype::Activity, activity_id, run_id)
            .await
    }

    async fn current_run(
        &self,
        namespace_id: NamespaceId,
        workflow_id: &str,
    ) -> Result<Option<RunId>, StoreError> {
        runs::current(&*self.shared, namespace_id, workflow_id).await
    }

    async fn read_history(
        &self,
        run: &RunKey,
        range: HistoryRange,
    ) -> Result<HistoryPage, StoreError> {
        match self.shared.run_key(run.run_id).await? {
            Some(run_key) => history::read(&*self.shared, run_key, run, range).await,
            None => Ok(HistoryPage::default()),
        }
    }

    async fn read_event(
        &self,
        run: &RunKey,
        event_id: i64,
    ) -> Result<Option<HistoryEvent>, StoreError> {
        match self.shared.run_key(run.run_id).await? {
            Some(run_key) => history::read_event(&*self.shared, run_key, run, event_id).await,
            None => Ok(None),
        }
    }

    async fn runs_to_wake(
        &self,
        shard_id: i32,
        after: Option<WakeCursor>,
        until: Timestamp,
        limit: usize,
    ) -> Result<WakePage, StoreError> {
        alarms::runs_to_wake(&*self.shared, shard_id, after, until, limit).await
    }

    async fn transfers(
        &self,
        shard_id: i32,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<TransferRow>, StoreError> {
        transfers::read(&*self.shared, shard_id, after_id, limit).await
    }

    async fn runs_closed_before(
        &self,
        namespace_id: NamespaceId,
        closed_before: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunKey>, StoreError> {
        let namespace_key = self.shared.namespace_key(namespace_id).await?;
        lists::closed_before(
            &*self.shared,
            namespace_key,
            namespace_id,
            closed_before,
            limit,
        )
        .await
    }

    async fn delete_run(&self, lease: ShardLease, run: &RunKey) -> Result<bool, StoreError> {
        commit::delete_run(&self.shared, lease, run).await
    }

    async fn backlogs(&self) -> Result<Vec<QueueBacklog>, StoreError> {
        queues::backlogs(&self.shared).await
    }

    async fn queue_tasks(
        &self,
        queue: &QueueKey,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<Task>, StoreError> {
        queues::tasks(&self.shared, queue, after_id, limit).await
    }

    async fn queue_data(&self, queue: &QueueDataKey) -> Result<Option<QueueData>, StoreError> {
        queue_data::get(&*self.shared, queue).await
    }

    async fn put_queue_data(
        &self,
        queue: &QueueDataKey,
        expected_revision: i64,
        body: Vec<u8>,
    ) -> Result<i64, StoreError> {
        queue_data::put(&*self.shared, queue, expected_revision, body).await
    }

    async fn list_runs(&self, query: &ListQuery) -> Result<ListPage, StoreError> {
        let namespace_key = self.shared.namespace_key(query.namespace_id).await?;
        let archetype = Archetype::Workflow;
        Box::pin(lists::list(&*self.shared, namespace_key, archetype, query)).await
    }

    async fn list_activities(&self, query: &ListQuery) -> Result<ListPage, StoreError> {
        let namespace_key = self.shared.namespace_key(query.namespace_id).await?;
        let archetype = Archetype::Activity;
        Box::pin(lists::list(&*self.shared, namespace_key, archetype, query)).await
    }

    async fn count_runs(
        &self,
        namespace_id: NamespaceId,
        filter: &str,
    ) -> Result<RunCount, StoreError> {
        let namespace_key = self.shared.namespace_key(namespace_id).await?;
        lists::count(
            &*self.shared,
            namespace_key,
            namespace_id,
            Archetype::Workflow,
            filter,
        )
        .await
    }

    async fn count_activities(
        &self,
        namespace_id: NamespaceId,
        filter: &str,
    ) -> Result<RunCount, StoreError> {
        let namespace_key = self.shared.namespace_key(namespace_id).await?;
        lists::count(
            &*self.shared,
            namespace_key,
            namespace_id,
            Archetype::Activity,
            filter,
        )
        .await
    }

    async fn create_namespace(&self, namespace: &NamespaceRecord) -> Result<(), StoreError> {
        namespaces::create(&*self.shared, namespace).await
    }

    async fn namespace_by_name(&self, name: &str) -> Result<Option<NamespaceRecord>, StoreError> {
        namespaces::by_name(&*self.shared, name).await
    }

    async fn namespace_by_id(
        &self,
        id: NamespaceId,
    ) -> Result<Option<NamespaceRecord>, StoreError> {
        namespaces::by_id(&*self.shared, id).await
    }

    async fn list_namespaces(
        &self,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<NamespaceRecord>, StoreError> {
        namespaces::list(&*self.shared, after_name, limit).await
    }

    async fn delete_namespace(&self, id: NamespaceId) -> Result<bool, StoreError> {
        namespaces::delete(&*self.shared, id).await
    }

    async fn update_namespace(&self, namespace: &NamespaceRecord) -> Result<i64, StoreError> {
        namespaces::update(&*self.shared, namespace).await
    }

    async fn put_module(
        &self,
        version: &ModuleVersion,
        component: &[u8],
    ) -> Result<bool, StoreError> {
        Box::pin(modules::put(&*self.shared, version, component)).await
    }

    async fn module_versions(
        &self,
        namespace_id: Option<NamespaceId>,
        name: Option<&str>,
    ) -> Result<Vec<ModuleVersion>, StoreError> {
        modules::versions(&*self.shared, namespace_id, name).await
    }

    async fn module_by_digest(
        &self,
        namespace_id: NamespaceId,
        digest: &str,
    ) -> Result<Option<ModuleVersion>, StoreError> {
        modules::by_digest(&*self.shared, namespace_id, digest).await
    }

    async fn module_chunk(&self, digest: &str, index: u32) -> Result<Option<Vec<u8>>, StoreError> {
        modules::chunk(&*self.shared, digest, index).await
    }

    async fn deployment(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Option<Deployment>, StoreError> {
        deployments::get(&*self.shared, namespace_id, name).await
    }

    async fn list_deployments(
        &self,
        namespace_id: NamespaceId,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Deployment>, StoreError> {
        deployments::list(&*self.shared, namespace_id, after_name, limit).await
    }

    async fn deployment_versions(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Vec<DeploymentVersionRecord>, StoreError> {
        deployments::versions(&*self.shared, namespace_id, name).await
    }

    async fn change_deployment(&self, change: &DeploymentChange) -> Result<i64, StoreError> {
        deployments::change(&*self.shared, change).await
    }

    async fn create_job(&self, job: &Job) -> Result<(), StoreError> {
        jobs::create(&*self.shared, job).await
    }

    async fn job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        jobs::get(&*self.shared, key).await
    }

    async fn update_job(&self, job: &Job) -> Result<i64, StoreError> {
        jobs::update(&*self.shared, job).await
    }

    async fn delete_job(&self, key: &JobKey, revision: i64) -> Result<(), StoreError> {
        jobs::delete(&*self.shared, key, revision).await
    }

    async fn list_jobs(
        &self,
        namespace_id: NamespaceId,
        kind: JobKind,
        after: Option<&JobCursor>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        jobs::list(&*self.shared, namespace_id, kind, after, limit).await
    }

    async fn jobs_to_wake(
        &self,
        until: Timestamp,
        after: Option<&JobWake>,
        limit: usize,
    ) -> Result<Vec<JobWake>, StoreError> {
        jobs::to_wake(&*self.shared, until, after, limit).await
    }

    async fn metadata(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        metadata::get(&*self.shared, key).await
    }

    async fn put_metadata(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        metadata::put(&*self.shared, key, value).await
    }

    async fn put_metadata_if_absent(&self, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        metadata::put_if_absent(&*self.shared, key, value).await
    }
}
