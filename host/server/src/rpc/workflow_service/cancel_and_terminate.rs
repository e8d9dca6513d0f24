//! Asking runs to stop, and stopping them.

use temporalio_protos::temporal::api::workflowservice::v1::{
    RequestCancelWorkflowExecutionRequest, RequestCancelWorkflowExecutionResponse,
    TerminateWorkflowExecutionRequest, TerminateWorkflowExecutionResponse,
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::RpcError,
    validation::{names, policies, sizes},
};

/// How a user's termination is told from the server's own when the caller says nothing. Temporal's words.
const DEFAULT_REASON: &str = "terminated by user via frontend";
const DEFAULT_IDENTITY: &str = "frontend-service";

impl Backend {
    pub(super) async fn request_cancel_workflow_execution(
        &self,
        mut request: RequestCancelWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<RequestCancelWorkflowExecutionResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        names::optional_request_id(&request.request_id, &self.limits)?;
        names::run_id(&request.first_execution_run_id)?;
        policies::links(&request.links)?;
        self.engine
            .transact(target, move |run, cx| run.request_cancel(cx, &request))
            .await?;
        Ok(RequestCancelWorkflowExecutionResponse {})
    }

    pub(super) async fn terminate_workflow_execution(
        &self,
        mut request: TerminateWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<TerminateWorkflowExecutionResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        names::run_id(&request.first_execution_run_id)?;
        policies::links(&request.links)?;
        sizes::payloads(request.details.as_ref(), &self.limits)?;
        if request.reason.is_empty() {
            request.reason = DEFAULT_REASON.into();
        }
        if request.identity.is_empty() {
            request.identity = DEFAULT_IDENTITY.into();
        }
        self.engine
            .transact(target, move |run, cx| run.terminate(cx, &request))
            .await?;
        Ok(TerminateWorkflowExecutionResponse {})
    }
}
