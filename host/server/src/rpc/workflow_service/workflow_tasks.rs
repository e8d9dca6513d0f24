//! What workers answer to workflow tasks.

use sundial_core::{run::token::WorkflowTaskToken, search_attributes::name_types};
use temporalio_protos::temporal::api::{
    common::v1::SearchAttributes,
    workflowservice::v1::{
        ResetStickyTaskQueueRequest, ResetStickyTaskQueueResponse,
        RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse,
        RespondWorkflowTaskFailedRequest, RespondWorkflowTaskFailedResponse,
    },
};

use crate::{
    engine::Target,
    rpc::{
        backend::{Backend, check_token_namespace},
        call::Call,
        search_attributes::set_by_commands,
        status::RpcError,
        validation::{failures, names, versioning},
    },
};

impl Backend {
    pub(super) async fn respond_workflow_task_completed(
        &self,
        mut request: RespondWorkflowTaskCompletedRequest,
        _call: Call,
    ) -> Result<RespondWorkflowTaskCompletedResponse, RpcError> {
        let named = self.named_namespace(&request.namespace).await?;
        let key = WorkflowTaskToken::decode_token(&request.task_token)?.key()?;
        check_token_namespace(named.as_ref(), key.namespace_id)?;
        names::identity(&request.identity, &self.limits)?;
        let sticky = request
            .sticky_attributes
            .as_ref()
            .and_then(|s| s.worker_task_queue.as_ref());
        versioning::of_worker(request.deployment_options.as_ref(), sticky, &self.limits)?;
        if request.intermediate_page || request.page_number != 0 {
            // No namespace says that it can take them.
            return Err(RpcError::Unimplemented(
                "completing a workflow task in pages is not implemented by this server".into(),
            ));
        }
        let set: Vec<&SearchAttributes> = set_by_commands(&mut request.commands)
            .map(|set| &*set)
            .collect();
        let types = self.attribute_types(key.namespace_id, set).await?;
        for set in set_by_commands(&mut request.commands) {
            name_types(Some(set), &types);
        }
        let completed = self.engine.complete_workflow_task(request, types).await?;
        let mut response = completed.response;
        if let Some(started) = completed.new_task {
            response.workflow_task = Some(self.workflow_task(started).await?);
        }
        Ok(response)
    }

    pub(super) async fn respond_workflow_task_failed(
        &self,
        mut request: RespondWorkflowTaskFailedRequest,
        _call: Call,
    ) -> Result<RespondWorkflowTaskFailedResponse, RpcError> {
        let named = self.named_namespace(&request.namespace).await?;
        let token = WorkflowTaskToken::decode_token(&request.task_token)?;
        let key = token.key()?;
        check_token_namespace(named.as_ref(), key.namespace_id)?;
        names::identity(&request.identity, &self.limits)?;
        failures::cap(&mut request.failure, &self.limits);
        self.engine
            .transact(Target::run(&key), move |run, cx| {
                run.fail_workflow_task(cx, &request, &token)
            })
            .await?;
        Ok(RespondWorkflowTaskFailedResponse {})
    }

    pub(super) async fn reset_sticky_task_queue(
        &self,
        mut request: ResetStickyTaskQueueRequest,
        _call: Call,
    ) -> Result<ResetStickyTaskQueueResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.execution.take())
            .await?;
        self.engine
            .transact(target, |run, _| run.reset_sticky())
            .await?;
        Ok(ResetStickyTaskQueueResponse {})
    }
}
