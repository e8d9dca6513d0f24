//! Stand-alone activities: the ways in to one, and the start of its task.

use std::time::Duration;

use sundial_core::{
    Cx, Execution, NamespaceInfo, Rejection, RunKey, StandaloneActivity, Task, run::Poller,
};
use temporalio_protos::temporal::api::workflowservice::v1::PollActivityTaskQueueResponse;

use super::{
    Engine, Target,
    cell::Cell,
    command::{Absence, Mode},
    error::EngineError,
};

const CHANGES: Mode = Mode {
    absence: Absence::Refuse,
    read_only: false,
};

impl Cell {
    fn activity(&self) -> Result<&StandaloneActivity, EngineError> {
        self.execution.activity().ok_or_else(EngineError::absent)
    }

    fn activity_mut(&mut self) -> Result<&mut StandaloneActivity, EngineError> {
        self.execution
            .activity_mut()
            .ok_or_else(EngineError::absent)
    }
}

impl Engine {
    /// Runs `step` on the stand-alone activity in its shard, stores what it changed, and answers when that is durable. A
    /// step must leave the activity as it was when it refuses.
    pub async fn transact_activity<R: Send + 'static>(
        &self,
        target: Target,
        step: impl FnOnce(&mut StandaloneActivity, &mut Cx<'_>) -> Result<R, Rejection> + Send + 'static,
    ) -> Result<R, EngineError> {
        self.submit(target, CHANGES, |stage| {
            let cell = stage.cell.ok_or_else(EngineError::absent)?;
            step(cell.activity_mut()?, stage.cx).map_err(EngineError::Rejected)
        })
        .await
    }

    /// Runs `step` on the newest one of the activity id, or on `None` if it has none. One that the step puts into
    /// `cx.created_activities` becomes the newest in the same transaction.
    pub async fn transact_activity_id<R: Send + 'static>(
        &self,
        namespace: &NamespaceInfo,
        activity_id: &str,
        step: impl FnOnce(Option<&mut StandaloneActivity>, &mut Cx<'_>) -> Result<R, Rejection>
        + Send
        + 'static,
    ) -> Result<R, EngineError> {
        let target = Target::activity(namespace, activity_id, None);
        let mode = Mode {
            absence: Absence::Pass,
            ..CHANGES
        };
        self.submit(target, mode, |stage| {
            let activity = stage.cell.map(Cell::activity_mut).transpose()?;
            step(activity, stage.cx).map_err(EngineError::Rejected)
        })
        .await
    }

    /// Runs `step` on an execution of either kind, as [`Engine::transact`] does on a run.
    pub async fn transact_any<R: Send + 'static>(
        &self,
        target: Target,
        step: impl FnOnce(&mut Execution, &mut Cx<'_>) -> Result<R, Rejection> + Send + 'static,
    ) -> Result<R, EngineError> {
        self.submit(target, CHANGES, |stage| {
            let cell = stage.cell.ok_or_else(EngineError::absent)?;
            step(&mut cell.execution, stage.cx).map_err(EngineError::Rejected)
        })
        .await
    }

    /// Reads the stand-alone activity. What `read` saw is durable when the answer comes.
    pub async fn read_activity<R: Send + 'static>(
        &self,
        target: Target,
        read: impl FnOnce(&StandaloneActivity) -> R + Send + 'static,
    ) -> Result<R, EngineError> {
        let mode = Mode {
            read_only: true,
            ..CHANGES
        };
        self.submit(target, mode, |stage| {
            let cell = stage.cell.ok_or_else(EngineError::absent)?;
            cell.activity().map(read)
        })
        .await
    }

    /// Evaluates `check` now and after every change of the stand-alone activity, until it gives `Some` or `limit` is over
    /// (`Ok(None)`). What it saw is durable when the answer comes.
    pub async fn wait_for_activity<R: Send + 'static>(
        &self,
        target: Target,
        limit: Duration,
        mut check: impl FnMut(&StandaloneActivity) -> Option<R> + Send + 'static,
    ) -> Result<Option<R>, EngineError> {
        self.wait_for(target, limit, move |execution| {
            execution.activity().and_then(&mut check)
        })
        .await
    }

    /// Starts the task of a stand-alone activity; `None` if it is stale.
    pub(super) async fn start_standalone_task(
        &self,
        task: &Task,
        poller: Poller,
    ) -> Result<Option<PollActivityTaskQueueResponse>, EngineError> {
        let (row, stamp) = (task.id, task.stamp);
        let mode = Mode {
            absence: Absence::Pass,
            ..CHANGES
        };
        self.submit(Target::run(&task.run), mode, move |stage| {
            let Some(cell) = stage.cell else {
                stage.wishes.stale_tasks.push(row);
                return Ok(None);
            };
            match cell.activity_mut()?.start_task(stage.cx, stamp, &poller) {
                Ok(started) => Ok(Some(started)),
                Err(Rejection::NotFound(_)) => {
                    stage.wishes.stale_tasks.push(row);
                    Ok(None)
                }
                Err(rejection) => Err(EngineError::Rejected(rejection)),
            }
        })
        .await
    }

    /// Closes it, if it is open, by `end`, then removes it for good.
    pub async fn delete_activity(
        &self,
        target: Target,
        end: impl FnOnce(&mut StandaloneActivity, &mut Cx<'_>) -> Result<(), Rejection> + Send + 'static,
    ) -> Result<(), EngineError> {
        let key: RunKey = self
            .transact_activity(target, |activity, cx| {
                if !activity.is_closed() {
                    end(activity, cx)?;
                }
                Ok(activity.key().clone())
            })
            .await?;
        self.delete_run(&key).await?;
        Ok(())
    }
}
