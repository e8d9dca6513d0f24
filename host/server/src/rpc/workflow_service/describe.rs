//! What is shown of one run.

use sundial_core::Run;
use temporalio_protos::temporal::api::workflowservice::v1::{
    DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse,
};

use crate::rpc::{backend::Backend, call::Call, status::RpcError};

impl Backend {
    pub(super) async fn describe_workflow_execution(
        &self,
        mut request: DescribeWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<DescribeWorkflowExecutionResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.execution.take())
            .await?;
        Ok(self.engine.read(target, Run::describe).await?)
    }
}
