//! Pausing a whole run, and letting it go on.
//!
//! While a run is paused, no task of it begins: neither a workflow task nor an activity's attempt. What is out already may end,
//! what comes is written, timers fire and time-outs pass; the workflow hears of it when it goes on. Updates and queries are
//! refused. A paused run is an open one: it can be cancelled, terminated, reset, and time out.

use temporalio_protos::temporal::api::{
    enums::v1::WorkflowExecutionStatus,
    history::v1::{
        WorkflowExecutionPausedEventAttributes, WorkflowExecutionUnpausedEventAttributes,
    },
    workflowservice::v1::{PauseWorkflowExecutionRequest, UnpauseWorkflowExecutionRequest},
};

use super::{
    Run,
    events::Extras,
    state::{RunPause, TaskNature},
};
use crate::{context::Cx, rejection::Rejection, time::Timestamp};

impl Run {
    /// True while nothing of the run begins.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.status() == WorkflowExecutionStatus::Paused
    }

    /// PauseWorkflowExecution. The same request again changes nothing.
    pub fn pause(
        &mut self,
        cx: &Cx<'_>,
        request: &PauseWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        if self.is_paused() {
            let by_the_same = self.head.pause.as_ref().is_some_and(|pause| {
                !pause.request_id.is_empty() && pause.request_id == request.request_id
            });
            return match by_the_same {
                true => Ok(()),
                false => Err(Rejection::FailedPrecondition(
                    "workflow is already paused.".into(),
                )),
            };
        }
        let paused = WorkflowExecutionPausedEventAttributes {
            identity: request.identity.clone(),
            reason: request.reason.clone(),
            request_id: request.request_id.clone(),
        };
        self.add_event_with(cx.now, paused.clone(), ignorable());
        self.note_pause(cx.now, paused);
        self.withdraw_workflow_task();
        let waiting: Vec<i64> = self.activities.iter().map(|(id, _)| id).collect();
        for id in waiting {
            self.withdraw_activity(id);
        }
        Ok(())
    }

    /// UnpauseWorkflowExecution: the workflow gets a task, and activities whose time has come are offered.
    pub fn unpause(
        &mut self,
        cx: &mut Cx<'_>,
        request: &UnpauseWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        if !self.is_paused() {
            return Err(Rejection::FailedPrecondition(
                "workflow is not paused.".into(),
            ));
        }
        let unpaused = WorkflowExecutionUnpausedEventAttributes {
            identity: request.identity.clone(),
            reason: request.reason.clone(),
            request_id: request.request_id.clone(),
        };
        self.add_event_with(cx.now, unpaused, ignorable());
        self.note_unpause();
        let waiting: Vec<i64> = self
            .activities
            .iter()
            .filter(|(_, activity)| !activity.backing_off && activity.pause.is_none())
            .map(|(id, _)| id)
            .collect();
        for id in waiting {
            self.offer_activity(cx, id);
        }
        match &mut self.head.workflow_task {
            // Its row comes with the transaction; how long it may wait for its worker counts from now.
            Some(task) if self.started.is_none() => task.scheduled_time = cx.now.0,
            Some(_) => {}
            // A start delay and a backoff are not over by that.
            None if self.head.first_workflow_task_at == 0 => self.schedule_workflow_task(cx),
            None => {}
        }
        Ok(())
    }

    /// What a paused event says of the run that has it in its history.
    pub(crate) fn note_pause(
        &mut self,
        at: Timestamp,
        paused: WorkflowExecutionPausedEventAttributes,
    ) {
        self.touch();
        self.visibility_dirty = true;
        self.head.status = WorkflowExecutionStatus::Paused as i32;
        self.head.pause = Some(RunPause {
            time: at.0,
            identity: paused.identity,
            reason: paused.reason,
            request_id: paused.request_id,
        });
    }

    /// What an unpaused event says.
    pub(crate) fn note_unpause(&mut self) {
        self.touch();
        self.visibility_dirty = true;
        self.head.status = WorkflowExecutionStatus::Running as i32;
        self.head.pause = None;
    }

    /// Takes the pending workflow task out of its queue. One that a worker has stays good, but after a crash nobody gets it.
    fn withdraw_workflow_task(&mut self) {
        let stamp = self.next_stamp();
        let is_out = self.started.is_some();
        let Some(task) = &mut self.head.workflow_task else {
            return;
        };
        if !is_out {
            task.stamp = stamp;
        }
        debug_assert!(
            is_out || task.nature != TaskNature::Speculative as i32,
            "an event makes it one like any other"
        );
        let row = std::mem::take(&mut task.task_id);
        self.remove_task(row);
    }
}

/// Workers that don't know of pauses need not: for them it is only a task that takes long to come.
fn ignorable() -> Extras {
    Extras {
        worker_may_ignore: true,
        ..Extras::default()
    }
}

#[cfg(test)]
mod tests;
