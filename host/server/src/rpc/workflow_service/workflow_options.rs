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
        let changed = changed_options(&mask.paths)?;
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

/// Clients write paths as the fields are named, or in camel case.
fn changed_options(paths: &[String]) -> Result<ChangedOptions, RpcError> {
    let mut changed = ChangedOptions::default();
    for path in paths {
        match path.replace('_', "").to_ascii_lowercase().as_str() {
            "versioningoverride" => changed.versioning_override = true,
            "priority" => changed.priority = true,
            _ => return Err(invalid(format!("unsupported path in UpdateMask: {path}"))),
        }
    }
    if changed == ChangedOptions::default() {
        return Err(invalid("UpdateMask names no option."));
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_in_both_spellings_and_others_are_refused() {
        let read = |path: &str| changed_options(&[path.to_owned()]);
        for path in ["versioning_override", "versioningOverride"] {
            assert!(read(path).expect("is known").versioning_override, "{path}");
        }
        assert!(read("priority").expect("is known").priority);
        assert!(read("memo").is_err());
        assert!(changed_options(&[]).is_err());
    }
}
