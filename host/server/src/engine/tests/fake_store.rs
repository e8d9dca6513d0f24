//! A store in memory, which can be held, can fail, and refuses what a sound engine never writes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use prost::Message;
use sundial_core::{
    Archetype, NamespaceId, Part, PartKey, RunId, RunKey, Task, Timestamp, TransferRow,
};
use sundial_store::{
    Deployment, DeploymentChange, DeploymentVersionRecord, Direction, HistoryPage, HistoryRange,
    Job, JobCursor, JobKey, JobKind, JobWake, ListPage, ListQuery, ModuleVersion, NamespaceRecord,
    QueueBacklog, QueueData, QueueDataKey, QueueKey, RunCount, ShardBatch, ShardLease, Store,
    StoreError, StoredRun, WakeCursor, WakePage,
};
use temporalio_protos::temporal::api::history::v1::{History, HistoryEvent};
use tokio::sync::watch;

use super::fake_jobs::FakeJobs;

type WorkflowKey = (NamespaceId, Archetype, Arc<str>);

struct FakeRun {
    shard_id: i32,
    key: RunKey,
    state: Vec<u8>,
    parts: BTreeMap<PartKey, Vec<u8>>,
    history: Vec<HistoryEvent>,
    wake_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
}

#[derive(Default)]
struct State {
    epoch: i64,
    runs: HashMap<RunId, FakeRun>,
    current: HashMap<WorkflowKey, RunId>,
    tasks: BTreeMap<i64, (i32, Task)>,
    transfers: BTreeMap<i64, (i32, TransferRow)>,
    queue_data: HashMap<QueueDataKey, QueueData>,
    namespaces: BTreeMap<String, NamespaceRecord>,
    deployments: BTreeMap<(NamespaceId, String), Deployment>,
    jobs: FakeJobs,
    metadata: HashMap<String, Vec<u8>>,
    commits: usize,
    loads: usize,
    failures: usize,
}

/// The store; clones share it.
#[derive(Clone)]
pub(crate) struct FakeStore {
    state: Arc<Mutex<State>>,
    /// True while commits wait.
    held: Arc<watch::Sender<bool>>,
    /// True while reads of runs wait.
    reads_held: Arc<watch::Sender<bool>>,
}

impl FakeStore {
    pub(crate) fn new() -> Self {
        let state = State {
            epoch: 1,
            ..Default::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            held: Arc::new(watch::channel(false).0),
            reads_held: Arc::new(watch::channel(false).0),
        }
    }

    async fn load(
        &self,
        workflow: WorkflowKey,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError> {
        let found = {
            let mut state = self.state();
            state.loads += 1;
            let run_id = run_id.or_else(|| state.current.get(&workflow).copied());
            run_id
                .and_then(|run_id| state.runs.get(&run_id))
                .map(|run| StoredRun {
                    key: run.key.clone(),
                    shard_id: run.shard_id,
                    state: run.state.clone(),
                    parts: run
                        .parts
                        .iter()
                        .map(|(key, body)| Part {
                            key: *key,
                            body: body.clone(),
                        })
                        .collect(),
                    wake_at: run.wake_at,
                    closed_at: run.closed_at,
                })
        };
        // What was read may be old by the time that it arrives.
        Self::until_released(&self.reads_held).await;
        Ok(found.filter(|run| {
            let key = &run.key;
            workflow == (key.namespace_id, key.archetype, key.workflow_id.clone())
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next opening has a higher epoch.
    pub(crate) fn reopen(&self) {
        self.state().epoch += 1;
    }

    /// Commits wait until [`FakeStore::release_commits`].
    pub(crate) fn hold_commits(&self) {
        self.held.send_replace(true);
    }

    pub(crate) fn release_commits(&self) {
        self.held.send_replace(false);
    }

    pub(crate) fn hold_reads(&self) {
        self.reads_held.send_replace(true);
    }

    pub(crate) fn release_reads(&self) {
        self.reads_held.send_replace(false);
    }

    /// So many commits fail from now on.
    pub(crate) fn fail_commits(&self, count: usize) {
        self.state().failures = count;
    }

    pub(crate) fn commits(&self) -> usize {
        self.state().commits
    }

    pub(crate) fn loads(&self) -> usize {
        self.state().loads
    }

    pub(crate) fn task_ids(&self) -> Vec<i64> {
        self.state().tasks.keys().copied().collect()
    }

    pub(crate) fn transfer_count(&self) -> usize {
        self.state().transfers.len()
    }

    pub(crate) fn add_tasks(&self, tasks: impl IntoIterator<Item = Task>) {
        let mut state = self.state();
        state
            .tasks
            .extend(tasks.into_iter().map(|task| (task.id, (0, task))));
    }

    pub(crate) fn seen_versions(&self, queue: &QueueDataKey) -> Option<Vec<u8>> {
        self.state()
            .queue_data
            .get(queue)
            .map(|data| data.body.clone())
    }

    pub(crate) fn put_deployment(&self, deployment: Deployment) {
        let key = (deployment.namespace_id, deployment.name.clone());
        self.state().deployments.insert(key, deployment);
    }

    async fn until_released(gate: &watch::Sender<bool>) {
        // The sender is `self`'s own, so it is there as long as this waits.
        let _ = gate.subscribe().wait_for(|held| !held).await;
    }
}

fn contradiction(what: String) -> StoreError {
    StoreError::Contradiction { what }
}

impl State {
    /// All or nothing: checks everything first.
    fn check(&self, batch: &ShardBatch) -> Result<(), StoreError> {
        let mut last: HashMap<RunId, i64> = HashMap::new();
        for write in &batch.runs {
            let run_id = write.key.run_id;
            let known = self.runs.get(&run_id);
            if write.created == (known.is_some() || last.contains_key(&run_id)) {
                return Err(contradiction(format!(
                    "run {} created: {}",
                    write.key, write.created
                )));
            }
            let last = last.entry(run_id).or_insert_with(|| {
                known
                    .and_then(|run| run.history.last())
                    .map_or(0, |event| event.event_id)
            });
            if let Some(history) = &write.history {
                if history.first_event_id != *last + 1 {
                    return Err(contradiction(format!(
                        "run {}: event {} after {last}",
                        write.key, history.first_event_id
                    )));
                }
                *last = history.last_event_id;
            }
            for task in &write.tasks_added {
                if self.tasks.contains_key(&task.id) {
                    return Err(contradiction(format!("task {} is there", task.id)));
                }
            }
        }
        Ok(())
    }

    fn apply(&mut self, batch: ShardBatch) {
        let shard_id = batch.lease.shard_id;
        for write in batch.runs {
            let key = &write.key;
            let workflow = (key.namespace_id, key.archetype, key.workflow_id.clone());
            if write.created {
                self.current.insert(workflow, write.key.run_id);
            }
            let run = self
                .runs
                .entry(write.key.run_id)
                .or_insert_with(|| FakeRun {
                    shard_id,
                    key: write.key.clone(),
                    state: Vec::new(),
                    parts: BTreeMap::new(),
                    history: Vec::new(),
                    wake_at: None,
                    closed_at: None,
                });
            run.state = write.state;
            run.wake_at = write.wake_at;
            run.closed_at = write.closed_at;
            run.parts.extend(
                write
                    .parts_put
                    .into_iter()
                    .map(|part| (part.key, part.body)),
            );
            for key in &write.parts_removed {
                run.parts.remove(key);
            }
            if let Some(history) = write.history {
                let events = History::decode(history.events.clone()).expect("own encoding");
                run.history.extend(events.events);
            }
            for task in write.tasks_added {
                self.tasks.insert(task.id, (shard_id, task));
            }
            for id in write.tasks_removed {
                self.tasks.remove(&id);
            }
            for row in write.transfers_added {
                self.transfers.insert(row.id, (shard_id, row));
            }
            for id in write.transfers_removed {
                self.transfers.remove(&id);
            }
        }
        for id in batch.tasks_removed {
            self.tasks.remove(&id);
        }
        for id in batch.transfers_removed {
            self.transfers.remove(&id);
        }
    }
}

#[async_trait]
impl Store for FakeStore {
    fn epoch(&self) -> i64 {
        self.state().epoch
    }

    async fn acquire_shards(
        &self,
        shard_ids: &[i32],
        _owner: &str,
        _now: Timestamp,
        _lifetime: Duration,
    ) -> Result<Vec<ShardLease>, StoreError> {
        let lease = |shard_id| ShardLease {
            shard_id,
            epoch: 1,
            expires_at: None,
        };
        Ok(shard_ids.iter().copied().map(lease).collect())
    }

    async fn renew_shards(
        &self,
        leases: &[ShardLease],
        _now: Timestamp,
        _lifetime: Duration,
    ) -> Result<Vec<ShardLease>, StoreError> {
        Ok(leases.to_vec())
    }

    async fn release_shards(&self, _leases: &[ShardLease]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn close(&self) {}

    async fn commit(&self, batch: ShardBatch) -> Result<(), StoreError> {
        Self::until_released(&self.held).await;
        let mut state = self.state();
        state.commits += 1;
        if state.failures > 0 {
            state.failures -= 1;
            return Err(StoreError::Unavailable {
                doing: "committing".into(),
                source: Arc::new(std::io::Error::other("the disk is full")),
            });
        }
        state.check(&batch)?;
        state.apply(batch);
        Ok(())
    }

    async fn load_run(
        &self,
        namespace_id: NamespaceId,
        workflow_id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError> {
        self.load(
            (namespace_id, Archetype::Workflow, workflow_id.into()),
            run_id,
        )
        .await
    }

    async fn load_activity(
        &self,
        namespace_id: NamespaceId,
        activity_id: &str,
        run_id: Option<RunId>,
    ) -> Result<Option<StoredRun>, StoreError> {
        self.load(
            (namespace_id, Archetype::Activity, activity_id.into()),
            run_id,
        )
        .await
    }

    async fn current_run(
        &self,
        namespace_id: NamespaceId,
        workflow_id: &str,
    ) -> Result<Option<RunId>, StoreError> {
        Ok(self
            .state()
            .current
            .get(&(namespace_id, Archetype::Workflow, workflow_id.into()))
            .copied())
    }

    async fn read_history(
        &self,
        run: &RunKey,
        range: HistoryRange,
    ) -> Result<HistoryPage, StoreError> {
        let state = self.state();
        let mut events: Vec<HistoryEvent> = state
            .runs
            .get(&run.run_id)
            .map(|run| run.history.as_slice())
            .unwrap_or_default()
            .iter()
            .filter(|e| (range.first_event_id..=range.last_event_id).contains(&e.event_id))
            .cloned()
            .collect();
        if range.direction == Direction::Reverse {
            events.reverse();
        }
        Ok(HistoryPage {
            events,
            next_event_id: None,
        })
    }

    async fn read_event(
        &self,
        run: &RunKey,
        event_id: i64,
    ) -> Result<Option<HistoryEvent>, StoreError> {
        let state = self.state();
        let history = state
            .runs
            .get(&run.run_id)
            .map(|run| run.history.as_slice());
        Ok(history
            .unwrap_or_default()
            .iter()
            .find(|event| event.event_id == event_id)
            .cloned())
    }

    async fn runs_to_wake(
        &self,
        shard_id: i32,
        _after: Option<WakeCursor>,
        until: Timestamp,
        _limit: usize,
    ) -> Result<WakePage, StoreError> {
        let state = self.state();
        let mut runs: Vec<(RunKey, Timestamp)> = state
            .runs
            .values()
            .filter(|run| run.shard_id == shard_id)
            .filter_map(|run| Some((run.key.clone(), run.wake_at.filter(|at| *at <= until)?)))
            .collect();
        runs.sort_by_key(|(_, at)| *at);
        Ok(WakePage { runs, next: None })
    }

    async fn transfers(
        &self,
        shard_id: i32,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<TransferRow>, StoreError> {
        let state = self.state();
        let rows = state.transfers.range(after_id + 1..).map(|(_, row)| row);
        Ok(rows
            .filter(|(shard, _)| *shard == shard_id)
            .map(|(_, row)| row.clone())
            .take(limit)
            .collect())
    }

    async fn runs_closed_before(
        &self,
        namespace_id: NamespaceId,
        closed_before: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunKey>, StoreError> {
        let state = self.state();
        let closed = state.runs.values().filter(|run| {
            run.key.namespace_id == namespace_id
                && run.closed_at.is_some_and(|at| at < closed_before)
        });
        Ok(closed.map(|run| run.key.clone()).take(limit).collect())
    }

    async fn delete_run(&self, _lease: ShardLease, run: &RunKey) -> Result<bool, StoreError> {
        let mut state = self.state();
        state.current.retain(|_, run_id| *run_id != run.run_id);
        Ok(state.runs.remove(&run.run_id).is_some())
    }

    async fn backlogs(&self) -> Result<Vec<QueueBacklog>, StoreError> {
        let state = self.state();
        let mut backlogs: HashMap<QueueKey, QueueBacklog> = HashMap::new();
        for (id, (_, task)) in &state.tasks {
            let queue = key_of(task);
            let backlog = backlogs.entry(queue.clone()).or_insert(QueueBacklog {
                queue,
                tasks: 0,
                first_task_id: *id,
            });
            backlog.tasks += 1;
        }
        Ok(backlogs.into_values().collect())
    }

    async fn queue_tasks(
        &self,
        queue: &QueueKey,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<Task>, StoreError> {
        let state = self.state();
        let rows = state.tasks.range(after_id + 1..).map(|(_, (_, task))| task);
        Ok(rows
            .filter(|task| key_of(task) == *queue)
            .take(limit)
            .cloned()
            .collect())
    }

    async fn queue_data(&self, queue: &QueueDataKey) -> Result<Option<QueueData>, StoreError> {
        Ok(self.state().queue_data.get(queue).cloned())
    }

    async fn put_queue_data(
        &self,
        queue: &QueueDataKey,
        expected_revision: i64,
        body: Vec<u8>,
    ) -> Result<i64, StoreError> {
        let mut state = self.state();
        let revision = state.queue_data.get(queue).map_or(0, |data| data.revision);
        if revision != expected_revision {
            return Err(StoreError::Stale {
                what: format!("task queue {}", queue.name),
            });
        }
        let revision = revision + 1;
        state
            .queue_data
            .insert(queue.clone(), QueueData { revision, body });
        Ok(revision)
    }

    async fn list_runs(&self, _query: &ListQuery) -> Result<ListPage, StoreError> {
        Ok(ListPage::default())
    }

    async fn count_runs(
        &self,
        _namespace_id: NamespaceId,
        _filter: &str,
    ) -> Result<RunCount, StoreError> {
        Ok(RunCount::default())
    }

    async fn list_activities(&self, _query: &ListQuery) -> Result<ListPage, StoreError> {
        Ok(ListPage::default())
    }

    async fn count_activities(
        &self,
        _namespace_id: NamespaceId,
        _filter: &str,
    ) -> Result<RunCount, StoreError> {
        Ok(RunCount::default())
    }

    async fn create_namespace(&self, namespace: &NamespaceRecord) -> Result<(), StoreError> {
        let record = NamespaceRecord {
            revision: 1,
            ..namespace.clone()
        };
        self.state()
            .namespaces
            .insert(namespace.name.clone(), record);
        Ok(())
    }

    async fn namespace_by_name(&self, name: &str) -> Result<Option<NamespaceRecord>, StoreError> {
        Ok(self.state().namespaces.get(name).cloned())
    }

    async fn namespace_by_id(
        &self,
        id: NamespaceId,
    ) -> Result<Option<NamespaceRecord>, StoreError> {
        Ok(self
            .state()
            .namespaces
            .values()
            .find(|record| record.id == id)
            .cloned())
    }

    async fn list_namespaces(
        &self,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<NamespaceRecord>, StoreError> {
        let after = after_name.unwrap_or_default();
        let state = self.state();
        let records = state
            .namespaces
            .values()
            .filter(|record| record.name.as_str() > after);
        Ok(records.take(limit).cloned().collect())
    }

    async fn update_namespace(&self, namespace: &NamespaceRecord) -> Result<i64, StoreError> {
        let revision = namespace.revision + 1;
        let record = NamespaceRecord {
            revision,
            ..namespace.clone()
        };
        self.state()
            .namespaces
            .insert(namespace.name.clone(), record);
        Ok(revision)
    }

    async fn put_module(
        &self,
        _version: &ModuleVersion,
        _component: &[u8],
    ) -> Result<bool, StoreError> {
        Err(StoreError::Closed)
    }

    async fn module_versions(
        &self,
        _namespace_id: Option<NamespaceId>,
        _name: Option<&str>,
    ) -> Result<Vec<ModuleVersion>, StoreError> {
        Err(StoreError::Closed)
    }

    async fn module_by_digest(
        &self,
        _namespace_id: NamespaceId,
        _digest: &str,
    ) -> Result<Option<ModuleVersion>, StoreError> {
        Err(StoreError::Closed)
    }

    async fn module_chunk(
        &self,
        _digest: &str,
        _index: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Closed)
    }

    async fn deployment(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Option<Deployment>, StoreError> {
        Ok(self
            .state()
            .deployments
            .get(&(namespace_id, name.to_owned()))
            .cloned())
    }

    async fn list_deployments(
        &self,
        namespace_id: NamespaceId,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Deployment>, StoreError> {
        let after = after_name.unwrap_or_default();
        let state = self.state();
        let all = state.deployments.values();
        let wanted = all.filter(|d| d.namespace_id == namespace_id && d.name.as_str() > after);
        Ok(wanted.take(limit).cloned().collect())
    }

    async fn deployment_versions(
        &self,
        _namespace_id: NamespaceId,
        _name: &str,
    ) -> Result<Vec<DeploymentVersionRecord>, StoreError> {
        Err(StoreError::Closed)
    }

    async fn change_deployment(&self, _change: &DeploymentChange) -> Result<i64, StoreError> {
        Err(StoreError::Closed)
    }

    async fn create_job(&self, job: &Job) -> Result<(), StoreError> {
        self.state().jobs.create(job)
    }

    async fn job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        Ok(self.state().jobs.get(key))
    }

    async fn update_job(&self, job: &Job) -> Result<i64, StoreError> {
        self.state().jobs.update(job)
    }

    async fn delete_namespace(&self, _id: NamespaceId) -> Result<bool, StoreError> {
        Err(StoreError::Closed)
    }

    async fn delete_job(&self, key: &JobKey, revision: i64) -> Result<(), StoreError> {
        self.state().jobs.delete(key, revision)
    }

    async fn list_jobs(
        &self,
        namespace_id: NamespaceId,
        kind: JobKind,
        after: Option<&JobCursor>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        Ok(self.state().jobs.list(namespace_id, kind, after, limit))
    }

    async fn jobs_to_wake(
        &self,
        until: Timestamp,
        after: Option<&JobWake>,
        limit: usize,
    ) -> Result<Vec<JobWake>, StoreError> {
        Ok(self.state().jobs.to_wake(until, after, limit))
    }

    async fn metadata(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.state().metadata.get(key).cloned())
    }

    async fn put_metadata(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.state().metadata.insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    async fn put_metadata_if_absent(&self, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut state = self.state();
        Ok(state
            .metadata
            .entry(key.to_owned())
            .or_insert_with(|| value.to_vec())
            .clone())
    }
}

fn key_of(task: &Task) -> QueueKey {
    QueueKey {
        namespace_id: task.run.namespace_id,
        kind: task.kind,
        name: task.queue.clone(),
        version: task.version.clone(),
    }
}
