//! Schedules: rows of the store, changed by requests and by turns.
//!
//! Everything that is decided is decided by [`sundial_core::schedule`]. A change is stored only if the row is still as
//! it was read, else it is made again; then the job is poked, so that its next turn does what has become due.

mod list;
mod turn;

use std::sync::Arc;

use sundial_core::{
    NamespaceId, NamespaceInfo,
    schedule::{Creation, Description, ScheduleState, Update, WORKFLOW_ID_PREFIX},
};
use sundial_store::{Job, JobKey, JobKind, Store, StoreError};
use temporalio_protos::temporal::api::schedule::v1::SchedulePatch;

use crate::{
    clock::Clock,
    jobs::{Calls, TurnError, outcome, waker::Waker},
};

pub(crate) use self::turn::turn;

/// How often a change is made again because somebody else was faster.
const CHANGE_ATTEMPTS: usize = 20;

/// Why a request about a schedule was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ScheduleError {
    /// There is none of this id.
    #[error("workflow not found for ID: {prefix}{0}", prefix = WORKFLOW_ID_PREFIX)]
    NotFound(String),
    /// There is one of this id.
    #[error(
        "Workflow execution is already running. WorkflowId: {prefix}{schedule_id}, RunId: {run_id}.",
        prefix = WORKFLOW_ID_PREFIX
    )]
    AlreadyExists {
        /// Its id.
        schedule_id: String,
        /// Which one it is.
        run_id: String,
    },
    /// A turn's trouble.
    #[error(transparent)]
    Turn(#[from] TurnError),
}

impl From<StoreError> for ScheduleError {
    fn from(error: StoreError) -> Self {
        Self::Turn(error.into())
    }
}

/// A cloneable handle.
#[derive(Clone)]
pub(crate) struct Schedules {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    waker: Waker,
}

fn key(namespace_id: NamespaceId, schedule_id: &str) -> JobKey {
    JobKey {
        namespace_id,
        kind: JobKind::Schedule,
        id: schedule_id.to_owned(),
    }
}

fn decode(job: &Job) -> Result<ScheduleState, TurnError> {
    Ok(ScheduleState::decode(&job.body)?)
}

impl Schedules {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, waker: Waker) -> Self {
        Self {
            store,
            clock,
            waker,
        }
    }

    /// Creates a schedule. The same request again changes nothing. Gives its conflict token.
    pub(crate) async fn create(
        &self,
        namespace: &NamespaceInfo,
        creation: Creation,
    ) -> Result<i64, ScheduleError> {
        let now = self.clock.now();
        let request_id = creation.request_id.clone();
        let state = ScheduleState::create(namespace, creation, now);
        let job = Job {
            key: key(namespace.id, &state.record().schedule_id),
            revision: 0,
            created_at: now,
            // The first turn is due at once: what was to be done at the creation is.
            wake_at: Some(now),
            body: state.encode(),
        };
        match self.store.create_job(&job).await {
            Ok(()) => {
                self.waker.poke(job.key);
                Ok(state.record().conflict_token)
            }
            Err(StoreError::AlreadyExists { .. }) => self.existing(&job.key, &request_id).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn existing(&self, key: &JobKey, request_id: &str) -> Result<i64, ScheduleError> {
        let (_, state) = self.load(key).await?;
        let record = state.record();
        if record.create_request_id == request_id {
            return Ok(record.conflict_token);
        }
        Err(ScheduleError::AlreadyExists {
            schedule_id: key.id.clone(),
            run_id: record.run_id.clone(),
        })
    }

    /// Everything about a schedule. The runs that it started are looked at first.
    pub(crate) async fn describe(
        &self,
        calls: &dyn Calls,
        namespace_id: NamespaceId,
        schedule_id: &str,
    ) -> Result<Description, ScheduleError> {
        let key = key(namespace_id, schedule_id);
        let (mut job, mut state) = self.load(&key).await?;
        let before = state.encode();
        look_at_runs(calls, &mut state)
            .await
            .map_err(TurnError::from)?;
        let body = state.encode();
        if body != before {
            job.body = body;
            match self.store.update_job(&job).await {
                // Somebody else changes it: the next look sees the same.
                Ok(_) | Err(StoreError::Stale { .. }) => self.waker.poke(key),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(state.describe())
    }

    /// A schedule as it is stored.
    pub(crate) async fn get(
        &self,
        namespace_id: NamespaceId,
        schedule_id: &str,
    ) -> Result<ScheduleState, ScheduleError> {
        let (_, state) = self.load(&key(namespace_id, schedule_id)).await?;
        Ok(state)
    }

    /// Replaces what the user wrote.
    pub(crate) async fn update(
        &self,
        namespace_id: NamespaceId,
        schedule_id: &str,
        update: &Update,
    ) -> Result<(), ScheduleError> {
        self.change(&key(namespace_id, schedule_id), |state| {
            state.update(update.clone(), self.clock.now());
        })
        .await
    }

    /// Triggers, backfills, pauses or unpauses.
    pub(crate) async fn patch(
        &self,
        namespace_id: NamespaceId,
        schedule_id: &str,
        request_id: &str,
        patch: &SchedulePatch,
    ) -> Result<(), ScheduleError> {
        self.change(&key(namespace_id, schedule_id), |state| {
            state.patch(request_id, patch.clone(), self.clock.now());
        })
        .await
    }

    /// Removes a schedule. The runs that it started go on.
    pub(crate) async fn delete(
        &self,
        namespace_id: NamespaceId,
        schedule_id: &str,
    ) -> Result<(), ScheduleError> {
        let key = key(namespace_id, schedule_id);
        for _ in 0..CHANGE_ATTEMPTS {
            let (job, _) = self.load(&key).await?;
            match self.store.delete_job(&key, job.revision).await {
                Ok(()) => return Ok(()),
                Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(TurnError::Contended.into())
    }

    async fn change(
        &self,
        key: &JobKey,
        mut step: impl FnMut(&mut ScheduleState),
    ) -> Result<(), ScheduleError> {
        for _ in 0..CHANGE_ATTEMPTS {
            let (mut job, mut state) = self.load(key).await?;
            step(&mut state);
            job.body = state.encode();
            // The turn that follows says when the next one is due.
            job.wake_at = Some(self.clock.now());
            match self.store.update_job(&job).await {
                Ok(_) => {
                    self.waker.poke(key.clone());
                    return Ok(());
                }
                Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(TurnError::Contended.into())
    }

    async fn load(&self, key: &JobKey) -> Result<(Job, ScheduleState), ScheduleError> {
        let job = self.store.job(key).await?;
        let job = job.ok_or_else(|| ScheduleError::NotFound(key.id.clone()))?;
        let state = decode(&job)?;
        Ok((job, state))
    }
}

/// Notes which of the runs that a schedule started have closed.
async fn look_at_runs(
    calls: &dyn Calls,
    state: &mut ScheduleState,
) -> Result<(), crate::jobs::CallError> {
    let namespace = state.record().namespace.clone();
    for execution in state.running().to_vec() {
        let found = outcome(calls, &namespace, &execution, false).await?;
        state.record_outcome(&execution.workflow_id, found);
    }
    Ok(())
}
