//! UpdateWorkflowExecutionOptions: pins a run to a version, lets it go, or ranks it.

use sundial_core::run::options::ChangedOptions;
use temporalio_protos::temporal::api::workflowservice::v1::{
    UpdateWorkflowExecutionOptionsRequest, UpdateWorkflowExecutionOptionsResponse,
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
    validation::{names, policies, versioning},
};

impl Backend {
    pub(super) async fn update_workflow_execution_options(
        &self,
        mut request: UpdateWorkflowExecutionOptionsRequest,
        _call: Call,
    ) -> Result<UpdateWorkflowExecutionOptionsResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.workflow_execution.take())
            .await?;
        let mask = request
            .update_mask
            .ok_or_else(|| invalid("UpdateMask is not set on request."))?;
        let changed = ChangedOptions::read(&mask.paths).map_err(invalid)?;
        let options = request
            .workflow_execution_options
            .ok_or_else(|| invalid("WorkflowExecutionOptions is not set on request."))?;
        names::identity(&request.identity, &self.limits)?;
        versioning::override_of(options.versioning_override.as_ref())?;
        policies::priority(options.priority.as_ref())?;
        let identity = request.identity;
        let now = self
            .engine
            .transact(target, move |run, cx| {
                run.update_options(cx, &options, changed, &identity)
            })
            .await?;
        Ok(UpdateWorkflowExecutionOptionsResponse {
            workflow_execution_options: Some(now),
            ..Default::default()
        })
    }
}
