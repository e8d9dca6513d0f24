//! Asking runs to stop, and stopping them.

use temporalio_protos::temporal::api::workflowservice::v1::{
    RequestCancelWorkflowExecutionRequest, RequestCancelWorkflowExecutionResponse,
    TerminateWorkflowExecutionRequest, TerminateWorkflowExecutionResponse,
};

use crate::{
    engine::Target,
    rpc::{
        backend::Backend,
        call::Call,
        status::RpcError,
        validation::{policies, sizes},
    },
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
        let target = of_chain(target, &request.first_execution_run_id);
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
        let target = of_chain(target, &request.first_execution_run_id);
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

/// Who names the first run of a chain means the newest one of it, whichever run they name besides.
fn of_chain(target: Target, first_run_id: &str) -> Target {
    if first_run_id.is_empty() {
        return target;
    }
    Target {
        run_id: None,
        ..target
    }
}

#[cfg(test)]
mod tests {
    use sundial_core::{NamespaceId, NamespaceInfo, RunId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_first_run_of_a_chain_stands_for_the_newest() {
        let namespace = NamespaceInfo {
            id: NamespaceId(Uuid::from_u128(1)),
            name: "default".into(),
        };
        let run_id = Some(RunId(Uuid::from_u128(2)));
        let target = Target::new(&namespace, "w", run_id);
        assert_eq!(of_chain(target.clone(), "").run_id, run_id);
        assert_eq!(of_chain(target, "first").run_id, None);
    }
}
