//! Queries, and workers' answers to those that came alone.

use temporalio_protos::temporal::api::{
    enums::v1::{QueryRejectCondition, QueryResultType},
    workflowservice::v1::{
        QueryWorkflowRequest, QueryWorkflowResponse, RespondQueryTaskCompletedRequest,
        RespondQueryTaskCompletedResponse,
    },
};

use crate::{
    engine::EngineError,
    rpc::{
        backend::{Backend, QUERY_LIMIT},
        call::Call,
        status::{RpcError, invalid},
        validation::sizes,
    },
};

impl Backend {
    pub(super) async fn query_workflow(
        &self,
        mut request: QueryWorkflowRequest,
        call: Call,
    ) -> Result<QueryWorkflowResponse, RpcError> {
        let (_, target) = self
            .target(&request.namespace, request.execution.take())
            .await?;
        let condition = match request.query_reject_condition() {
            QueryRejectCondition::Unspecified => QueryRejectCondition::None,
            condition => condition,
        };
        let query = request
            .query
            .ok_or_else(|| invalid("WorkflowQuery is not set on request."))?;
        if query.query_type.is_empty() {
            return Err(invalid("QueryType is not set on request."));
        }
        sizes::payloads(query.query_args.as_ref(), &self.limits)?;
        let limit = call
            .timeout()
            .map_or(QUERY_LIMIT, |timeout| timeout.min(QUERY_LIMIT));
        let answer = tokio::select! {
            answer = self.engine.query(target, query, condition, limit) => answer,
            () = self.stopping.cancelled() => Err(EngineError::ShuttingDown),
        };
        answer.map_err(|error| match error {
            EngineError::DeadlineExceeded => RpcError::DeadlineExceeded(
                "query timed out before a worker could process it".into(),
            ),
            error => error.into(),
        })
    }

    pub(super) async fn respond_query_task_completed(
        &self,
        mut request: RespondQueryTaskCompletedRequest,
        _call: Call,
    ) -> Result<RespondQueryTaskCompletedResponse, RpcError> {
        self.named_namespace(&request.namespace).await?;
        if sizes::too_large(request.query_result.as_ref(), &self.limits) {
            request.completed_type = QueryResultType::Failed as i32;
            request.query_result = None;
            request.error_message = sizes::BLOB_TOO_LARGE.into();
        }
        self.engine.answer_query(request)?;
        Ok(RespondQueryTaskCompletedResponse {})
    }
}
