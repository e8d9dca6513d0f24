//! The deletion of a namespace: it gets another name at once, and goes in the background with all that is in it.
//!
//! A job of the namespace's own does it, turn by turn, so that a crash only delays it. What was registered (schedules,
//! deployments, modules) goes with the namespace's row, at the end.

use std::sync::Arc;

use prost::Message;
use sundial_core::{Archetype, NamespaceId, RunKey, Timestamp, time::Span};
use sundial_store::{Job, JobKey, JobKind, ListQuery, NamespaceRecord, Store, StoreError};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::NamespaceState,
    workflowservice::v1::{DeleteActivityExecutionRequest, DeleteWorkflowExecutionRequest},
};

use super::{NamespaceError, Namespaces};
use crate::{
    clock::Clock,
    jobs::{CallError, Calls, TurnEnd, TurnError, waker::Waker},
};

/// Runs that are removed in one turn.
const RUNS: usize = 100;
/// A job without a deleted namespace was left by a request that failed half-way: it is looked at after this.
const GRACE: Span = Span::from_seconds(10);
/// Characters of the id that the new name ends in, at first. Temporal: 5.
const SUFFIX: usize = 5;
/// How often the namespace is read again because somebody else changed it.
const ATTEMPTS: usize = 20;

/// What is kept of a deletion.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
struct DeletionRecord {
    /// The namespace's row stays until then, in nanoseconds.
    #[prost(int64, tag = "1")]
    removed_from: i64,
}

/// Why a namespace was not deleted.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum DeletionError {
    /// It is not there, or the store failed.
    #[error(transparent)]
    Namespace(#[from] NamespaceError),
    /// Others changed it again and again.
    #[error("the namespace is being changed by others all the time")]
    Contended,
}

impl From<StoreError> for DeletionError {
    fn from(error: StoreError) -> Self {
        Self::Namespace(error.into())
    }
}

/// A cloneable handle.
#[derive(Clone)]
pub(crate) struct Deletions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    namespaces: Namespaces,
    waker: Waker,
}

fn key(namespace_id: NamespaceId) -> JobKey {
    JobKey {
        namespace_id,
        kind: JobKind::NamespaceDeletion,
        id: String::new(),
    }
}

impl Deletions {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        namespaces: Namespaces,
        waker: Waker,
    ) -> Self {
        Self {
            store,
            clock,
            namespaces,
            waker,
        }
    }

    /// Takes the namespace's name away and begins to remove it. Its row stays for `delay` at least. Gives its new name.
    pub(crate) async fn begin(
        &self,
        namespace_id: NamespaceId,
        delay: Span,
    ) -> Result<String, DeletionError> {
        let now = self.clock.now();
        let record = DeletionRecord {
            removed_from: now.plus(delay).0,
        };
        let job = Job {
            key: key(namespace_id),
            revision: 0,
            created_at: now,
            // Stored before the namespace changes, so that one without a name is never without a job.
            wake_at: Some(now.plus(GRACE)),
            body: record.encode_to_vec(),
        };
        match self.store.create_job(&job).await {
            Ok(()) | Err(StoreError::AlreadyExists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let name = self.rename(namespace_id).await?;
        self.waker.poke(job.key);
        Ok(name)
    }

    async fn rename(&self, namespace_id: NamespaceId) -> Result<String, DeletionError> {
        for _ in 0..ATTEMPTS {
            let mut record = NamespaceRecord::clone(&*self.namespaces.by_id(namespace_id).await?);
            if is_deleted(&record) {
                return Ok(record.name);
            }
            record.name = self.free_name(&record).await?;
            record.info.state = NamespaceState::Deleted as i32;
            match self.namespaces.update(record).await {
                Ok(record) => return Ok(record.name.clone()),
                Err(NamespaceError::Store(
                    StoreError::Stale { .. } | StoreError::AlreadyExists { .. },
                )) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DeletionError::Contended)
    }

    /// A name that nobody has: with more of the id if need be.
    async fn free_name(&self, record: &NamespaceRecord) -> Result<String, DeletionError> {
        let id = record.id.to_string();
        for length in SUFFIX..id.len() {
            let name = format!("{}-deleted-{}", record.name, &id[..length]);
            if self.store.namespace_by_name(&name).await?.is_none() {
                return Ok(name);
            }
        }
        Ok(format!("{}-deleted-{id}", record.name))
    }

    /// A turn of a deletion: some of the runs, or the end.
    pub(crate) async fn turn(&self, calls: &dyn Calls, key: &JobKey) -> Result<TurnEnd, TurnError> {
        let Some(job) = self.store.job(key).await? else {
            return Ok(TurnEnd::default());
        };
        let now = self.clock.now();
        let namespace = self.store.namespace_by_id(key.namespace_id).await?;
        let Some(namespace) = namespace.filter(is_deleted) else {
            if job.wake_at.is_some_and(|at| at > now) {
                return Ok(later(job.wake_at));
            }
            self.store.delete_job(key, job.revision).await?;
            return Ok(TurnEnd::default());
        };
        let record = DeletionRecord::decode(job.body.as_slice())?;
        let removed_from = Timestamp(record.removed_from);
        let had_runs = self.remove_runs(calls, &namespace).await?;
        if had_runs || removed_from > now {
            let job = Job {
                wake_at: Some(if had_runs { now } else { removed_from }),
                ..job
            };
            self.store.update_job(&job).await?;
            return Ok(later(job.wake_at));
        }
        self.store.delete_namespace(key.namespace_id).await?;
        self.namespaces.forget(key.namespace_id);
        tracing::info!(namespace = namespace.name, "a deleted namespace is gone");
        Ok(TurnEnd::default())
    }

    /// Removes some runs of workflows, then of stand-alone activities. False if there were none.
    async fn remove_runs(
        &self,
        calls: &dyn Calls,
        namespace: &NamespaceRecord,
    ) -> Result<bool, TurnError> {
        let query = ListQuery {
            namespace_id: namespace.id,
            filter: String::new(),
            page_size: RUNS,
            page_token: Vec::new(),
        };
        let mut page = self.store.list_runs(&query).await?;
        if page.runs.is_empty() {
            page = self.store.list_activities(&query).await?;
        }
        let has_runs = !page.runs.is_empty();
        for run in page.runs {
            match remove(calls, namespace.name.clone(), &run.key).await {
                Ok(()) | Err(CallError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(has_runs)
    }
}

async fn remove(calls: &dyn Calls, namespace: String, run: &RunKey) -> Result<(), CallError> {
    let (id, run_id) = (run.workflow_id.to_string(), run.run_id.to_string());
    match run.archetype {
        Archetype::Workflow => {
            let workflow_execution = Some(WorkflowExecution {
                workflow_id: id,
                run_id,
            });
            calls
                .delete(DeleteWorkflowExecutionRequest {
                    namespace,
                    workflow_execution,
                })
                .await
        }
        Archetype::Activity => {
            calls
                .delete_activity(DeleteActivityExecutionRequest {
                    namespace,
                    activity_id: id,
                    run_id,
                })
                .await
        }
    }
}

fn is_deleted(namespace: &NamespaceRecord) -> bool {
    namespace.info.state() == NamespaceState::Deleted
}

fn later(wake_at: Option<Timestamp>) -> TurnEnd {
    TurnEnd {
        wake_at,
        watch: None,
    }
}
