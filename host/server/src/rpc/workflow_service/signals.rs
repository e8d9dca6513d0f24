//! Signals to runs.

use temporalio_protos::temporal::api::workflowservice::v1::{
    SignalWorkflowExecutionRequest, SignalWorkflowExecutionResponse,
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::RpcError,
    validation::{names, policies, sizes},
};

impl Backend {
    pub(super) async fn signal_workflow_execution(
        &self,
        mut request: SignalWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<SignalWorkflowExecutionResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        names::signal_name(&request.signal_name, &self.limits)?;
        names::optional_request_id(&request.request_id, &self.limits)?;
        policies::links(&request.links)?;
        sizes::payloads(request.input.as_ref(), &self.limits)?;
        self.engine
            .transact(target, move |run, cx| run.signal(cx, &request))
            .await?;
        Ok(SignalWorkflowExecutionResponse::default())
    }
}
