//! ResetWorkflowExecution: a run begins again from a workflow task of its past.

use sundial_core::{Limits, run::options::ChangedOptions};
use temporalio_protos::temporal::api::{
    enums::v1::{ResetReapplyExcludeType, ResetReapplyType},
    workflow::v1::{PostResetOperation, post_reset_operation::Variant},
    workflowservice::v1::{ResetWorkflowExecutionRequest, ResetWorkflowExecutionResponse},
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
    validation::{names, policies, sizes, versioning},
};

impl Backend {
    pub(super) async fn reset_workflow_execution(
        &self,
        mut request: ResetWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<ResetWorkflowExecutionResponse, RpcError> {
        self.namespace(&request.namespace).await?;
        names::own_request_id(&request.request_id, &self.limits)?;
        let (namespace, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        check(&request, &self.limits)?;
        let run_id = self
            .engine
            .reset_workflow(&namespace, target, request)
            .await?;
        Ok(ResetWorkflowExecutionResponse {
            run_id: run_id.to_string(),
        })
    }
}

fn check(request: &ResetWorkflowExecutionRequest, limits: &Limits) -> Result<(), RpcError> {
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
    request
        .post_reset_operations
        .iter()
        .try_for_each(|operation| check_operation(operation, limits))
}

/// What is to be done to the new run: as if it were asked for by a request of its own.
fn check_operation(operation: &PostResetOperation, limits: &Limits) -> Result<(), RpcError> {
    match &operation.variant {
        Some(Variant::SignalWorkflow(signal)) => {
            names::signal_name(&signal.signal_name, limits)?;
            policies::links(&signal.links)?;
            sizes::payloads(signal.input.as_ref(), limits)
        }
        Some(Variant::UpdateWorkflowOptions(update)) => {
            let options = update
                .workflow_execution_options
                .as_ref()
                .ok_or_else(|| invalid("WorkflowExecutionOptions is not set on request."))?;
            let paths = update
                .update_mask
                .as_ref()
                .map(|mask| mask.paths.as_slice());
            ChangedOptions::read(paths.unwrap_or_default()).map_err(invalid)?;
            versioning::override_of(options.versioning_override.as_ref())?;
            policies::priority(options.priority.as_ref())
        }
        None => Err(invalid("a post reset operation is empty")),
    }
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
        let limits = Limits::default();
        let error = check(&bad, &limits).expect_err("is unknown");
        assert_eq!(error.to_string(), "unknown ResetReapplyExcludeType 99");
        assert!(check(&ResetWorkflowExecutionRequest::default(), &limits).is_ok());
    }
}
