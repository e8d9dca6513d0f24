//! Resets: the histories that one needs are read first; then it is a step like any other, on the newest run.

use sundial_core::{
    NamespaceInfo, Rejection, Run, RunId, RunKey,
    run::reset::{ResetFrom, reset},
};
use temporalio_protos::temporal::api::{
    enums::v1::WorkflowExecutionStatus, history::v1::HistoryEvent,
    workflowservice::v1::ResetWorkflowExecutionRequest,
};

use super::{Engine, Target, error::EngineError};

/// Read at once; a history may have 50 MB.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// A run that goes on while its history is read makes it old. One that is so busy is not reset.
const ATTEMPTS: u32 = 10;

/// What must not change between the reading and the step.
#[derive(PartialEq)]
struct Seen {
    key: RunKey,
    written: i64,
    /// With the start of a workflow task that is out, which readers of the history see too.
    shown: i64,
    continued_as: Option<RunId>,
}

impl Seen {
    fn of(run: &Run) -> Self {
        let written = run.next_event_id() - 1;
        let preview = run.started_event_preview();
        let is_continued = run.status() == WorkflowExecutionStatus::ContinuedAsNew;
        Self {
            key: run.key().clone(),
            written,
            shown: preview.last().map_or(written, |event| event.event_id),
            continued_as: run.new_run_id().filter(|_| is_continued),
        }
    }
}

impl Engine {
    /// ResetWorkflowExecution of the run that `base` names. Gives the new run.
    pub async fn reset_workflow(
        &self,
        namespace: &NamespaceInfo,
        base: Target,
        request: ResetWorkflowExecutionRequest,
    ) -> Result<RunId, EngineError> {
        for _ in 0..ATTEMPTS {
            let newest = Target {
                run_id: None,
                ..base.clone()
            };
            // The base first: which of the two is not there is told to the caller.
            let base = self.read(base.clone(), Seen::of).await?;
            let current = self.read(newest, Seen::of).await?;
            let from = self.reset_from(&request, base, &current).await?;
            let (owned, request) = (namespace.clone(), request.clone());
            let workflow_id = current.key.workflow_id.clone();
            let made = self
                .transact_workflow(namespace, &workflow_id, move |run, cx| match run {
                    Some(run) if Seen::of(run) == current => {
                        reset(run, cx, &owned, &request, from).map(Some)
                    }
                    Some(_) | None => Ok(None),
                })
                .await?;
            if let Some(run_id) = made {
                return Ok(run_id);
            }
        }
        Err(EngineError::Unavailable(
            "the workflow goes on too fast to be reset; try again".into(),
        ))
    }

    async fn reset_from(
        &self,
        request: &ResetWorkflowExecutionRequest,
        base: Seen,
        current: &Seen,
    ) -> Result<ResetFrom, EngineError> {
        let finish = request.workflow_task_finish_event_id;
        if finish <= 1 || finish > base.shown {
            return Err(EngineError::Rejected(Rejection::InvalidArgument(
                "Workflow task finish ID must be > 1 && <= workflow last event ID.".into(),
            )));
        }
        let kept = self.all_events(&base.key, 1, finish - 1).await?;
        let mut dropped = self.all_events(&base.key, finish, base.written).await?;
        let base_id = base.key.run_id;
        let mut last = base;
        while let Some(run_id) = last.continued_as {
            let next = RunKey {
                run_id,
                ..last.key.clone()
            };
            last = self.read(Target::run(&next), Seen::of).await?;
            dropped.extend(self.all_events(&last.key, 1, last.written).await?);
        }
        Ok(ResetFrom {
            base: base_id,
            kept,
            dropped,
            leads_to_current: last.key == current.key,
        })
    }

    async fn all_events(
        &self,
        key: &RunKey,
        from: i64,
        to: i64,
    ) -> Result<Vec<HistoryEvent>, EngineError> {
        let mut events: Vec<HistoryEvent> = Vec::new();
        loop {
            let next = events.last().map_or(from, |event| event.event_id + 1);
            if next > to {
                return Ok(events);
            }
            let page = self.history(key, next, to, PAGE_BYTES).await?;
            if page.is_empty() {
                return Err(EngineError::Internal(format!(
                    "event {next} of run {key} is missing"
                )));
            }
            events.extend(page);
        }
    }
}
