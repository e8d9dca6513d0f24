//! UpdateWorkflowExecutionOptions: pins a run to a version, lets it go, or ranks it.

use sundial_core::run::options::ChangedOptions;
use temporalio_protos::temporal::api::workflowservice::v1::{
    UpdateWorkflowExecutionOptionsRequest, UpdateWorkflowExecutionOptionsResponse,
};

use crate::{
    engine::Target,
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::{names, policies, versioning},
    },
};

impl Backend {
    pub(super) async fn update_workflow_execution_options(
        &self,
        request: UpdateWorkflowExecutionOptionsRequest,
        _call: Call,
    ) -> Result<UpdateWorkflowExecutionOptionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let (workflow_id, run_id) = names::execution_of_any(request.workflow_execution)?;
        let mask = request
            .update_mask
            .ok_or_else(|| invalid("UpdateMask is required"))?;
        let options = request
            .workflow_execution_options
            .ok_or_else(|| invalid("WorkflowExecutionOptions is required"))?;
        let changed = ChangedOptions::read(&mask.paths).map_err(invalid)?;
        versioning::override_of(options.versioning_override.as_ref())?;
        policies::priority(options.priority.as_ref())?;
        let target = Target::new(&namespace, &workflow_id, names::run_id_of_any(&run_id)?);
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
