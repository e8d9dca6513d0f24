//! Termination: the run ends at once, whatever it is doing.

use temporalio_protos::temporal::api::{
    common::v1::{Link, Payloads},
    enums::v1::WorkflowExecutionStatus,
    history::v1::WorkflowExecutionTerminatedEventAttributes,
    workflowservice::v1::TerminateWorkflowExecutionRequest,
};

use super::{Run, events::Extras};
use crate::{context::Cx, rejection::Rejection};

/// Why a run is terminated, and by whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Termination {
    pub(crate) reason: String,
    pub(crate) details: Option<Payloads>,
    pub(crate) identity: String,
    pub(crate) links: Vec<Link>,
}

impl Run {
    /// TerminateWorkflowExecution.
    pub fn terminate(
        &mut self,
        cx: &mut Cx<'_>,
        request: &TerminateWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        self.require_chain(&request.first_execution_run_id)?;
        self.write_termination(
            cx,
            Termination {
                reason: request.reason.clone(),
                details: request.details.clone(),
                identity: request.identity.clone(),
                links: request.links.clone(),
            },
        );
        Ok(())
    }

    pub(crate) fn write_termination(&mut self, cx: &mut Cx<'_>, termination: Termination) {
        self.fail_started_task_for_close(cx);
        let Termination {
            reason,
            details,
            identity,
            links,
        } = termination;
        self.close(
            cx,
            WorkflowExecutionStatus::Terminated,
            WorkflowExecutionTerminatedEventAttributes {
                reason,
                details,
                identity,
            },
            Extras {
                links,
                ..Extras::default()
            },
        );
    }

    /// A caller that names the first run of a chain means that chain and no later one of the same workflow id.
    pub(crate) fn require_chain(&self, first_run_id: &str) -> Result<(), Rejection> {
        if first_run_id.is_empty() || first_run_id == self.head.first_run_id {
            return Ok(());
        }
        Err(Rejection::NotFound("workflow execution not found".into()))
    }
}

#[cfg(test)]
mod tests;
