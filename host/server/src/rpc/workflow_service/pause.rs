//! Pausing runs, and letting them go on.

use sundial_core::NamespaceInfo;
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    workflowservice::v1::{
        PauseWorkflowExecutionRequest, PauseWorkflowExecutionResponse,
        UnpauseWorkflowExecutionRequest, UnpauseWorkflowExecutionResponse,
    },
};

use crate::{
    engine::Target,
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::names,
    },
};

impl Backend {
    pub(super) async fn pause_workflow_execution(
        &self,
        request: PauseWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<PauseWorkflowExecutionResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        self.check_words(&request.reason, &request.request_id, &request.identity)?;
        let target = target(&namespace, &request.workflow_id, &request.run_id)?;
        self.engine
            .transact(target, move |run, cx| run.pause(cx, &request))
            .await?;
        Ok(PauseWorkflowExecutionResponse {})
    }

    pub(super) async fn unpause_workflow_execution(
        &self,
        request: UnpauseWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<UnpauseWorkflowExecutionResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        self.check_words(&request.reason, &request.request_id, &request.identity)?;
        let target = target(&namespace, &request.workflow_id, &request.run_id)?;
        self.engine
            .transact(target, move |run, cx| run.unpause(cx, &request))
            .await?;
        Ok(UnpauseWorkflowExecutionResponse {})
    }

    /// Temporal has words of its own for these.
    fn check_words(&self, reason: &str, request_id: &str, identity: &str) -> Result<(), RpcError> {
        for (text, what) in [
            (reason, "reason"),
            (request_id, "request id"),
            (identity, "identity"),
        ] {
            if text.len() > self.limits.id_length_bytes {
                return Err(invalid(format!("{what} is too long.")));
            }
        }
        names::no_zero_byte(request_id, "RequestId")
    }
}

fn target(namespace: &NamespaceInfo, workflow_id: &str, run_id: &str) -> Result<Target, RpcError> {
    let (workflow_id, run_id) = names::execution(Some(WorkflowExecution {
        workflow_id: workflow_id.to_owned(),
        run_id: run_id.to_owned(),
    }))?;
    Ok(Target::new(namespace, &workflow_id, run_id))
}
