//! Termination: the run ends at once, whatever it is doing.

use temporalio_protos::temporal::api::{
    common::v1::Payloads, enums::v1::WorkflowExecutionStatus,
    history::v1::WorkflowExecutionTerminatedEventAttributes,
    workflowservice::v1::TerminateWorkflowExecutionRequest,
};

use super::Run;
use crate::{context::Cx, rejection::Rejection};

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
            request.reason.clone(),
            request.details.clone(),
            request.identity.clone(),
        );
        Ok(())
    }

    pub(crate) fn write_termination(
        &mut self,
        cx: &mut Cx<'_>,
        reason: String,
        details: Option<Payloads>,
        identity: String,
    ) {
        self.fail_started_task_for_close(cx);
        self.close(
            cx,
            WorkflowExecutionStatus::Terminated,
            WorkflowExecutionTerminatedEventAttributes {
                reason,
                details,
                identity,
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
