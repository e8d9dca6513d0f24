//! ResetWorkflowExecution: a run begins again from a workflow task of its past.

use temporalio_protos::temporal::api::{
    enums::v1::{ResetReapplyExcludeType, ResetReapplyType},
    workflowservice::v1::{ResetWorkflowExecutionRequest, ResetWorkflowExecutionResponse},
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
    validation::names,
};

impl Backend {
    pub(super) async fn reset_workflow_execution(
        &self,
        mut request: ResetWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<ResetWorkflowExecutionResponse, RpcError> {
        let (namespace, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        check(&request)?;
        names::request_id(&mut request.request_id, &self.limits)?;
        let run_id = self
            .engine
            .reset_workflow(&namespace, target, request)
            .await?;
        Ok(ResetWorkflowExecutionResponse {
            run_id: run_id.to_string(),
        })
    }
}

fn check(request: &ResetWorkflowExecutionRequest) -> Result<(), RpcError> {
    #[expect(deprecated, reason = "clients still send it")]
    let reapply_type = request.reset_reapply_type;
    if ResetReapplyType::try_from(reapply_type).is_err() {
        return Err(invalid(format!("unknown ResetReapplyType {reapply_type}")));
    }
    if let Some(unknown) = request
        .reset_reapply_exclude_types
        .iter()
        .find(|excluded| ResetReapplyExcludeType::try_from(**excluded).is_err())
    {
        return Err(invalid(format!(
            "unknown ResetReapplyExcludeType {unknown}"
        )));
    }
    if request.post_reset_operations.is_empty() {
        return Ok(());
    }
    Err(RpcError::Unimplemented(
        "operations after a reset are not implemented by this server".into(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_events_that_nobody_knows_are_refused() {
        let bad = ResetWorkflowExecutionRequest {
            reset_reapply_exclude_types: vec![99],
            ..Default::default()
        };
        let error = check(&bad).expect_err("is unknown");
        assert_eq!(error.to_string(), "unknown ResetReapplyExcludeType 99");
        assert!(check(&ResetWorkflowExecutionRequest::default()).is_ok());
    }
}
