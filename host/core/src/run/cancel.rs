//! A request for cancellation: the workflow hears of it and decides.

use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution, history::v1::WorkflowExecutionCancelRequestedEventAttributes,
    workflowservice::v1::RequestCancelWorkflowExecutionRequest,
};

use super::{Run, events::Extras};
use crate::{context::Cx, rejection::Rejection};

/// A cancel request, whoever makes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct CancelRequest {
    pub(crate) reason: String,
    pub(crate) identity: String,
    pub(crate) request_id: String,
    /// The run that makes it, if one does, and its initiated event.
    pub(crate) sender: Option<WorkflowExecution>,
    pub(crate) initiated_event_id: i64,
    pub(crate) extras: Extras,
}

impl Run {
    /// RequestCancelWorkflowExecution. A second request while one is known is accepted and changes nothing, and so is
    /// one for a run that is closed.
    pub fn request_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RequestCancelWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        if self.is_closed() {
            return Ok(());
        }
        self.require_chain(&request.first_execution_run_id)?;
        self.write_cancel_request(
            cx,
            CancelRequest {
                reason: request.reason.clone(),
                identity: request.identity.clone(),
                request_id: request.request_id.clone(),
                extras: Extras {
                    links: request.links.clone(),
                    ..Extras::default()
                },
                ..CancelRequest::default()
            },
        );
        Ok(())
    }

    /// Writes a cancel request unless there was one; a start delay ends with it.
    pub(crate) fn write_cancel_request(&mut self, cx: &mut Cx<'_>, request: CancelRequest) {
        if self.head.cancel_requested {
            return;
        }
        self.head.cancel_requested = true;
        self.head.cancel_request_id = request.request_id;
        let attributes = WorkflowExecutionCancelRequestedEventAttributes {
            cause: request.reason,
            external_initiated_event_id: request.initiated_event_id,
            external_workflow_execution: request.sender,
            identity: request.identity,
        };
        self.add_event_with(cx.now, attributes, request.extras);
        self.schedule_workflow_task(cx);
    }
}

#[cfg(test)]
mod tests;
