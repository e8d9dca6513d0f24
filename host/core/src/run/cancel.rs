//! A request for cancellation: the workflow hears of it and decides.

use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution, history::v1::WorkflowExecutionCancelRequestedEventAttributes,
    workflowservice::v1::RequestCancelWorkflowExecutionRequest,
};

use super::Run;
use crate::{context::Cx, rejection::Rejection};

/// The run that asks for another's cancellation, with its initiated event.
pub(crate) struct CancelOrigin {
    pub(crate) execution: WorkflowExecution,
    pub(crate) initiated_event_id: i64,
}

impl Run {
    /// RequestCancelWorkflowExecution. A second request, or one for a closed run, is accepted and changes nothing.
    pub fn request_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RequestCancelWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        self.require_chain(&request.first_execution_run_id)?;
        if self.is_closed() {
            return Ok(());
        }
        self.write_cancel_request(
            cx,
            &request.reason,
            &request.identity,
            &request.request_id,
            None,
        );
        Ok(())
    }

    pub(crate) fn write_cancel_request(
        &mut self,
        cx: &mut Cx<'_>,
        cause: &str,
        identity: &str,
        request_id: &str,
        origin: Option<CancelOrigin>,
    ) {
        if self.head.cancel_requested {
            return;
        }
        self.head.cancel_requested = true;
        request_id.clone_into(&mut self.head.cancel_request_id);
        let (execution, initiated_event_id) =
            origin.map_or((None, 0), |o| (Some(o.execution), o.initiated_event_id));
        self.add_event(
            cx.now,
            WorkflowExecutionCancelRequestedEventAttributes {
                cause: cause.to_owned(),
                external_initiated_event_id: initiated_event_id,
                external_workflow_execution: execution,
                identity: identity.to_owned(),
            },
        );
        self.schedule_workflow_task(cx);
    }
}
