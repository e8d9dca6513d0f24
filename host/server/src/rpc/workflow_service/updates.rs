//! Updates: sent, waited for, asked about again.

use std::time::Duration;

use sundial_core::{
    Rejection, Run, RunKey,
    run::{UpdateStage, UpdateView, update::outcome_of},
};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::UpdateWorkflowExecutionLifecycleStage as Stage,
    update::v1::{Outcome, UpdateRef},
    workflowservice::v1::{
        PollWorkflowExecutionUpdateRequest, PollWorkflowExecutionUpdateResponse,
        UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse,
    },
};
use uuid::Uuid;

use crate::{
    engine::Target,
    rpc::{
        backend::{Backend, WAIT_LIMIT},
        call::Call,
        status::{RpcError, invalid, not_found},
        validation::{names, policies, sizes},
    },
};

/// How far an update was when the wait for it ended.
pub(super) struct Progress {
    stage: Stage,
    outcome: Option<Outcome>,
}

impl Progress {
    pub(super) fn into_response(
        self,
        key: &RunKey,
        update_id: String,
    ) -> UpdateWorkflowExecutionResponse {
        UpdateWorkflowExecutionResponse {
            update_ref: Some(update_ref(key, update_id)),
            outcome: self.outcome,
            stage: self.stage as i32,
            ..Default::default()
        }
    }
}

impl Backend {
    pub(super) async fn update_workflow_execution(
        &self,
        mut request: UpdateWorkflowExecutionRequest,
        call: Call,
    ) -> Result<UpdateWorkflowExecutionResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        let update_id = self.prepare_update(&mut request)?;
        let wanted = wanted_of(&request)?;
        let (key, now) = {
            let id = update_id.clone();
            self.engine
                .transact(target, move |run, cx| {
                    run.admit_update(cx, &request)?;
                    Ok((run.key().clone(), run.update_state(&id)))
                })
                .await?
        };
        let progress = self
            .wait_for_update(&key, &update_id, now, wanted, &call)
            .await?;
        Ok(progress.into_response(&key, update_id))
    }

    pub(super) async fn poll_workflow_execution_update(
        &self,
        request: PollWorkflowExecutionUpdateRequest,
        call: Call,
    ) -> Result<PollWorkflowExecutionUpdateResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let named = request
            .update_ref
            .ok_or_else(|| invalid("UpdateRef is not set on request."))?;
        let (workflow_id, run_id) = named
            .workflow_execution
            .map(|of| (of.workflow_id, of.run_id))
            .filter(|(workflow_id, _)| !workflow_id.is_empty())
            .ok_or_else(|| invalid("Can't load workflow execution.  WorkflowId not set."))?;
        let target = Target::new(&namespace, &workflow_id, names::run_id_of_any(&run_id)?);
        let update_id = named.update_id;
        // Without a stage the answer is what is known now.
        let wanted = request
            .wait_policy
            .map_or(Stage::Unspecified, |policy| policy.lifecycle_stage());
        let (key, now) = {
            let id = update_id.clone();
            self.engine
                .read(target, move |run| {
                    // What was rejected is known to those alone who wait already: it leaves no trace.
                    let now = run
                        .update_state(&id)
                        .filter(|state| state.aborted.is_some() || run.knows_update(&id));
                    (run.key().clone(), now)
                })
                .await?
        };
        let Some(now) = now else {
            return Err(not_found(format!("update {update_id:?} not found")));
        };
        let progress = self
            .wait_for_update(&key, &update_id, Some(now), wanted, &call)
            .await?;
        Ok(PollWorkflowExecutionUpdateResponse {
            outcome: progress.outcome,
            stage: progress.stage as i32,
            update_ref: Some(update_ref(&key, update_id)),
        })
    }

    /// Checks an update and names it if its caller did not. Gives its id.
    pub(super) fn prepare_update(
        &self,
        request: &mut UpdateWorkflowExecutionRequest,
    ) -> Result<String, RpcError> {
        let update = request.request.as_mut();
        let (meta, input) = match update {
            Some(update) => (update.meta.as_mut(), update.input.as_ref()),
            None => (None, None),
        };
        let meta = meta.ok_or_else(|| invalid("Update meta is not set on request."))?;
        if meta.update_id.len() > self.limits.id_length_bytes {
            return Err(invalid("UpdateId length exceeds limit."));
        }
        names::no_zero_byte(&meta.update_id, "UpdateId")?;
        if meta.update_id.is_empty() {
            meta.update_id = Uuid::new_v4().to_string();
        }
        let update_id = meta.update_id.clone();
        let input = input.ok_or_else(|| invalid("Update input is not set on request."))?;
        if input.name.is_empty() {
            return Err(invalid("Update name is not set on request."));
        }
        sizes::payloads(input.args.as_ref(), &self.limits)?;
        if let Some(update) = &request.request {
            policies::callbacks(&update.completion_callbacks)?;
            policies::links(&update.links)?;
        }
        Ok(update_id)
    }

    /// Waits until the update is as far as is wanted, or the wait is over: then the answer says how far it is.
    pub(super) async fn wait_for_update(
        &self,
        key: &RunKey,
        update_id: &str,
        now: Option<UpdateView>,
        wanted: Stage,
        call: &Call,
    ) -> Result<Progress, RpcError> {
        let reached = now.filter(|view| is_settled(view, wanted));
        let view = match reached {
            Some(view) => Some(view),
            None => {
                let limit = call
                    .timeout()
                    .map_or(WAIT_LIMIT, |theirs| theirs.min(WAIT_LIMIT));
                let view = self.next_view(key, update_id, wanted, limit).await?;
                let is_settled = view.as_ref().is_some_and(|view| is_settled(view, wanted));
                if limit < WAIT_LIMIT && !is_settled {
                    // Only a wait that we end ourselves is answered with how far the update is.
                    return Err(RpcError::DeadlineExceeded(
                        "context deadline exceeded".into(),
                    ));
                }
                view
            }
        };
        let Some(view) = view else {
            return Ok(Progress {
                stage: Stage::Admitted,
                outcome: None,
            });
        };
        if let Some(rejection) = view.aborted {
            return Err(rejection.into());
        }
        let outcome = match (view.outcome, view.outcome_event_id) {
            (Some(outcome), _) => Some(outcome),
            (None, Some(event_id)) => self
                .store
                .read_event(key, event_id)
                .await?
                .as_ref()
                .and_then(outcome_of),
            (None, None) => None,
        };
        Ok(Progress {
            stage: stage_of(view.stage),
            outcome,
        })
    }

    async fn next_view(
        &self,
        key: &RunKey,
        update_id: &str,
        wanted: Stage,
        limit: Duration,
    ) -> Result<Option<UpdateView>, RpcError> {
        let id = update_id.to_owned();
        let check = move |run: &Run| match run.update_state(&id) {
            Some(view) if is_settled(&view, wanted) => Some(Ok(view)),
            Some(_) => None,
            None => Some(Err(why_gone(run, &id))),
        };
        let wait = self.engine.wait(Target::run(key), limit, check);
        let seen = tokio::select! {
            seen = wait => seen?,
            () = self.stopping.cancelled() => {
                return Err(RpcError::Unavailable("the server is shutting down".into()));
            }
        };
        match seen {
            Some(seen) => seen.map(Some),
            // The wait is over. It may be further than it was at first.
            None => {
                let id = update_id.to_owned();
                let view = self
                    .engine
                    .read(Target::run(key), move |run| run.update_state(&id))
                    .await?;
                Ok(view)
            }
        }
    }
}

/// What to say of an update that is there no more: the run closed before a worker saw it.
fn why_gone(run: &Run, update_id: &str) -> RpcError {
    if run.new_run_id().is_some() {
        // Clients try again, and meet the run that follows.
        return Rejection::WorkflowClosing.into();
    }
    if run.is_closed() {
        return not_found("workflow execution already completed");
    }
    not_found(format!("update {update_id:?} not found"))
}

/// The stage that the sender of an update waits for.
pub(super) fn wanted_of(request: &UpdateWorkflowExecutionRequest) -> Result<Stage, RpcError> {
    let asked = request
        .wait_policy
        .map_or(Stage::Unspecified, |policy| policy.lifecycle_stage());
    match asked {
        Stage::Unspecified => Ok(Stage::Accepted),
        Stage::Admitted => Err(RpcError::PermissionDenied(
            "UpdateWorkflowExecution issued asynchronously and waiting on update admitted is not supported.".into(),
        )),
        Stage::Accepted | Stage::Completed => Ok(asked),
    }
}

/// True if waiting on brings nothing: the update is as far as is wanted, or will never be.
fn is_settled(view: &UpdateView, wanted: Stage) -> bool {
    view.aborted.is_some() || stage_of(view.stage) >= wanted
}

fn stage_of(stage: UpdateStage) -> Stage {
    match stage {
        UpdateStage::Admitted => Stage::Admitted,
        UpdateStage::Accepted => Stage::Accepted,
        UpdateStage::Completed => Stage::Completed,
    }
}

fn update_ref(key: &RunKey, update_id: String) -> UpdateRef {
    UpdateRef {
        workflow_execution: Some(WorkflowExecution {
            workflow_id: key.workflow_id.to_string(),
            run_id: key.run_id.to_string(),
        }),
        update_id,
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::update::v1::WaitPolicy;

    use super::*;

    #[test]
    fn nobody_waits_for_an_update_to_be_merely_admitted() {
        let wanted = |stage: Stage| {
            wanted_of(&UpdateWorkflowExecutionRequest {
                wait_policy: Some(WaitPolicy {
                    lifecycle_stage: stage as i32,
                }),
                ..Default::default()
            })
        };
        assert!(wanted(Stage::Admitted).is_err());
        assert_eq!(
            wanted(Stage::Unspecified).expect("is fine"),
            Stage::Accepted
        );
        assert_eq!(wanted(Stage::Completed).expect("is fine"), Stage::Completed);
    }

    #[test]
    fn who_asks_for_no_stage_hears_what_is_known_now() {
        let view = UpdateView {
            stage: UpdateStage::Admitted,
            outcome: None,
            outcome_event_id: None,
            aborted: None,
        };
        assert!(is_settled(&view, Stage::Unspecified));
        assert!(is_settled(&view, Stage::Admitted));
    }

    #[test]
    fn nobody_waits_on_for_an_update_that_was_aborted() {
        let view = UpdateView {
            stage: UpdateStage::Admitted,
            outcome: None,
            outcome_event_id: None,
            aborted: Some(Rejection::WorkflowClosing),
        };
        assert!(is_settled(&view, Stage::Completed));
        let view = UpdateView {
            aborted: None,
            ..view
        };
        assert!(!is_settled(&view, Stage::Accepted));
    }

    #[test]
    fn stages_are_in_order() {
        assert!(stage_of(UpdateStage::Completed) > stage_of(UpdateStage::Accepted));
        assert!(stage_of(UpdateStage::Accepted) > stage_of(UpdateStage::Admitted));
    }
}
