//! Runs commands of the pure core on the runs of this server, and makes their results durable.
//!
//! Runs are spread over shards by workflow id. A shard is a loop that owns its runs in memory: it runs commands as they
//! come, gathers what they wrote into one transaction, and answers when that is durable. What the core decides is not
//! decided here; who may have a task is decided by [`crate::matching`]; gRPC is unknown here.
//!
//! [`Engine::transact`] and its siblings are the general way in. [`dispatch`] hands tasks to workers and takes their
//! results, [`queries`] answers queries; both need more than a closure over a run.

mod alarms;
mod batch;
mod cell;
mod command;
mod commit;
pub mod dispatch;
mod eager;
mod error;
mod event;
pub mod history;
mod loading;
mod meters;
pub mod queries;
mod reset;
mod retention;
mod shard;
mod standalone;
mod start;
mod steps;
mod transfers;
mod waiter;

#[cfg(test)]
pub(crate) mod tests;

use std::{sync::Arc, time::Duration};

use sundial_core::{
    Archetype, Cx, Execution, Limits, NamespaceId, NamespaceInfo, Rejection, Run, RunId, RunKey,
};
use sundial_store::Store;
use tokio::sync::{mpsc, oneshot};

use self::{
    cell::{Cell, WorkflowKey},
    command::{Absence, Command, Mode, Typed},
    queries::DirectQueries,
    waiter::TypedWaiter,
};
pub use self::{
    dispatch::{CompletedTask, StartedTask},
    error::EngineError,
    start::StartError,
};
use crate::{
    clock::{Clock, SkippingClock},
    matching::Matching,
    namespaces::Namespaces,
    nexus::Nexus,
};

/// Which run a command is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// What it is a run of.
    pub archetype: Archetype,
    /// The workflow id, or the id of a stand-alone activity.
    pub workflow_id: Arc<str>,
    /// The run; `None` for the newest one of the id.
    pub run_id: Option<RunId>,
}

impl Target {
    /// A run that a request names, or the newest one if it names none.
    #[must_use]
    pub fn new(namespace: &NamespaceInfo, workflow_id: &str, run_id: Option<RunId>) -> Self {
        Self {
            namespace_id: namespace.id,
            archetype: Archetype::Workflow,
            workflow_id: Arc::from(workflow_id),
            run_id,
        }
    }

    /// A stand-alone activity that a request names.
    #[must_use]
    pub fn activity(namespace: &NamespaceInfo, activity_id: &str, run_id: Option<RunId>) -> Self {
        Self {
            archetype: Archetype::Activity,
            ..Self::new(namespace, activity_id, run_id)
        }
    }

    /// Exactly this run.
    #[must_use]
    pub fn run(key: &RunKey) -> Self {
        Self {
            namespace_id: key.namespace_id,
            archetype: key.archetype,
            workflow_id: key.workflow_id.clone(),
            run_id: Some(key.run_id),
        }
    }

    /// The id that it is a run of.
    fn workflow(&self) -> WorkflowKey {
        (self.namespace_id, self.archetype, self.workflow_id.clone())
    }
}

/// Settings of the engine.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Limits that clients meet.
    pub limits: Limits,
    /// Memory for runs that nobody is waiting for, over all shards. Those used least recently leave first.
    pub cache_bytes: usize,
    /// Names this server where shards are leased.
    pub owner: String,
}

impl Default for EngineOptions {
    fn default() -> Self {
        const CACHE_BYTES: usize = 64 * 1024 * 1024;
        Self {
            limits: Limits::default(),
            cache_bytes: CACHE_BYTES,
            owner: "sundial".into(),
        }
    }
}

/// A cloneable handle.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    matching: Matching,
    namespaces: Namespaces,
    shards: Vec<mpsc::Sender<Box<dyn Command>>>,
    direct_queries: DirectQueries,
    nexus: Nexus,
    lifecycle: start::Lifecycle,
}

impl Engine {
    /// Runs `step` on the run in its shard, stores what it changed, and answers when that is durable. A step must
    /// leave the run as it was when it refuses, except with [`Rejection::CommandsRefused`].
    pub async fn transact<R: Send + 'static>(
        &self,
        target: Target,
        step: impl FnOnce(&mut Run, &mut Cx<'_>) -> Result<R, Rejection> + Send + 'static,
    ) -> Result<R, EngineError> {
        self.submit(
            target,
            Mode {
                absence: Absence::Refuse,
                read_only: false,
            },
            |stage| {
                let cell = stage.cell.ok_or_else(EngineError::absent)?;
                step(cell.workflow_mut()?, stage.cx).map_err(EngineError::Rejected)
            },
        )
        .await
    }

    /// Runs `step` on the newest run of the workflow id, or on `None` if it has no run. Runs that the step puts into
    /// `cx.created` become the newest in the same transaction.
    pub async fn transact_workflow<R: Send + 'static>(
        &self,
        namespace: &NamespaceInfo,
        workflow_id: &str,
        step: impl FnOnce(Option<&mut Run>, &mut Cx<'_>) -> Result<R, Rejection> + Send + 'static,
    ) -> Result<R, EngineError> {
        let target = Target::new(namespace, workflow_id, None);
        self.submit(
            target,
            Mode {
                absence: Absence::Pass,
                read_only: false,
            },
            |stage| {
                let run = stage.cell.map(Cell::workflow_mut).transpose()?;
                step(run, stage.cx).map_err(EngineError::Rejected)
            },
        )
        .await
    }

    /// Reads the run. What `read` saw is durable when the answer comes.
    pub async fn read<R: Send + 'static>(
        &self,
        target: Target,
        read: impl FnOnce(&Run) -> R + Send + 'static,
    ) -> Result<R, EngineError> {
        self.submit(
            target,
            Mode {
                absence: Absence::Refuse,
                read_only: true,
            },
            |stage| {
                let cell = stage.cell.ok_or_else(EngineError::absent)?;
                cell.workflow().map(read)
            },
        )
        .await
    }

    /// Evaluates `check` now and after every step on the run, until it gives `Some` or `limit` is over (`Ok(None)`).
    /// What it saw is durable when the answer comes.
    pub async fn wait<R: Send + 'static>(
        &self,
        target: Target,
        limit: Duration,
        mut check: impl FnMut(&Run) -> Option<R> + Send + 'static,
    ) -> Result<Option<R>, EngineError> {
        self.wait_for(target, limit, move |execution| {
            execution.workflow().and_then(&mut check)
        })
        .await
    }

    /// The same for an execution of either kind.
    async fn wait_for<R: Send + 'static>(
        &self,
        target: Target,
        limit: Duration,
        mut check: impl FnMut(&Execution) -> Option<R> + Send + 'static,
    ) -> Result<Option<R>, EngineError> {
        let (answer, later) = oneshot::channel();
        let deadline = tokio::time::Instant::now() + limit;
        let clock = self.inner.clock.clone();
        let waiter = TypedWaiter::new(
            // Where idle time is skipped, none is before who waits has heard.
            move |execution: &Execution| {
                check(execution).map(|found| (found, clock.skipping().map(SkippingClock::hold)))
            },
            answer,
        );
        let registration = self.submit(
            target,
            Mode {
                absence: Absence::Refuse,
                read_only: true,
            },
            |stage| {
                let cell = stage.cell.ok_or_else(EngineError::absent)?;
                Ok(cell.watch(waiter))
            },
        );
        match tokio::time::timeout_at(deadline, registration).await {
            Ok(Ok(Some((now, _hold)))) => return Ok(Some(now)),
            Ok(Ok(None)) => {}
            Ok(Err(error)) => return Err(error),
            Err(_) => return Ok(None),
        }
        match tokio::time::timeout_at(deadline, later).await {
            Ok(Ok(result)) => result.map(|(found, _hold)| Some(found)),
            // Dropped without an answer: the shard has ended.
            Ok(Err(_)) => Err(EngineError::ShuttingDown),
            Err(_) => Ok(None),
        }
    }

    /// Removes a closed run and its history for good: retention, or DeleteWorkflowExecution.
    pub async fn delete_run(&self, key: &RunKey) -> Result<bool, EngineError> {
        self.forget_run(key).await
    }

    /// Where tasks wait for workers.
    #[must_use]
    pub fn matching(&self) -> &Matching {
        &self.inner.matching
    }

    /// The namespaces that this engine knows.
    #[must_use]
    pub fn namespaces(&self) -> &Namespaces {
        &self.inner.namespaces
    }

    /// Nexus endpoints, and requests to those who handle operations.
    pub(crate) fn nexus(&self) -> &Nexus {
        &self.inner.nexus
    }

    /// The clock that everything here goes by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// Hands a command to its shard and waits for the answer.
    async fn submit<R: Send + 'static>(
        &self,
        target: Target,
        mode: Mode,
        step: impl FnOnce(command::Stage<'_, '_>) -> Result<R, EngineError> + Send + 'static,
    ) -> Result<R, EngineError> {
        let (answer, result) = oneshot::channel();
        let shard = &self.inner.shards[start::shard_of(&target, self.inner.shards.len())];
        let command = Box::new(Typed::new(target, mode, step, answer));
        shard
            .send(command)
            .await
            .map_err(|_| EngineError::ShuttingDown)?;
        result.await.map_err(|_| EngineError::ShuttingDown)?
    }
}
