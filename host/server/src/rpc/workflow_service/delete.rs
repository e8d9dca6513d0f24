//! Removing a run with all that is kept of it.

use temporalio_protos::temporal::api::workflowservice::v1::{
    DeleteWorkflowExecutionRequest, DeleteWorkflowExecutionResponse,
    TerminateWorkflowExecutionRequest,
};

use crate::rpc::{backend::Backend, call::Call, status::RpcError};

impl Backend {
    /// An open run is terminated first, as on Temporal.
    pub(super) async fn delete_workflow_execution(
        &self,
        mut request: DeleteWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<DeleteWorkflowExecutionResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        let key = self
            .engine
            .transact(target, |run, cx| {
                if !run.is_closed() {
                    let terminate = TerminateWorkflowExecutionRequest {
                        reason: "Delete workflow execution".into(),
                        identity: "history-service".into(),
                        ..Default::default()
                    };
                    run.terminate(cx, &terminate)?;
                }
                Ok(run.key().clone())
            })
            .await?;
        self.engine.delete_run(&key).await?;
        Ok(DeleteWorkflowExecutionResponse {})
    }
}
