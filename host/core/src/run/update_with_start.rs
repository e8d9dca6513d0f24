//! An update of a workflow that may have to be started for it: both happen, or neither does.

use temporalio_protos::temporal::api::{
    enums::v1::WorkflowIdConflictPolicy,
    workflowservice::v1::{
        StartWorkflowExecutionRequest, StartWorkflowExecutionResponse,
        UpdateWorkflowExecutionRequest,
    },
};

use super::{
    Run,
    start::{answer_start, start_workflow},
    update::{UpdateLoad, UpdateView, update_id_of},
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunKey},
    rejection::Rejection,
};

/// A start and an update that were taken.
#[derive(Clone, Debug)]
pub struct UpdateWithStart {
    /// What the start is answered with.
    pub start: StartWorkflowExecutionResponse,
    /// The run that has the update.
    pub run: RunKey,
    /// How far the update is.
    pub update: Option<UpdateView>,
}

/// Which of the two was refused. Neither has happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartRefused {
    /// The start, and why.
    #[error("Start failed: {0}")]
    Start(Rejection),
    /// The update, and why.
    #[error("Update failed: {0}")]
    Update(Rejection),
}

/// ExecuteMultiOperation of a start and an update. The update goes to the open run if the start allows that or has been
/// done before; an update that is completed is answered from whichever run has it.
pub fn update_with_start(
    mut current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    start: &StartWorkflowExecutionRequest,
    update: &UpdateWorkflowExecutionRequest,
) -> Result<UpdateWithStart, PartRefused> {
    let update_id = update_id_of(update);
    if let Some(run) = current.as_deref_mut() {
        if run.has_completed_update(update_id) {
            return Ok(taken(run, answer_start(run, false), update_id));
        }
        let takes_update = run.head.start_request_id == start.request_id
            || run.knows_update(update_id)
            || start.workflow_id_conflict_policy() == WorkflowIdConflictPolicy::UseExisting;
        if !run.is_closed() && takes_update {
            run.admit_update(cx, update).map_err(PartRefused::Update)?;
            return Ok(taken(run, answer_start(run, false), update_id));
        }
    }
    // Nothing may be done to the run in the way before it is certain that the new one takes the update.
    UpdateLoad::default()
        .check_room(cx.limits, &update.request.clone().unwrap_or_default())
        .map_err(PartRefused::Update)?;
    let answer = start_workflow(current, cx, namespace, start).map_err(PartRefused::Start)?;
    let Some(mut run) = cx.created.pop() else {
        // It was this start that started it, and it has closed.
        return Err(PartRefused::Update(Rejection::NotFound(
            "workflow execution already completed".into(),
        )));
    };
    run.admit_update(cx, update).map_err(PartRefused::Update)?;
    let taken = taken(&run, answer, update_id);
    cx.created.push(run);
    Ok(taken)
}

fn taken(run: &Run, start: StartWorkflowExecutionResponse, update_id: &str) -> UpdateWithStart {
    UpdateWithStart {
        start,
        run: run.key.clone(),
        update: run.update_state(update_id),
    }
}

#[cfg(test)]
mod tests;
