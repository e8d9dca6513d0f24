//! Handlers of Nexus operations: they poll for requests, and answer them.

use prost::Message;
use temporalio_protos::temporal::api::{
    nexus::v1::HandlerError,
    workflowservice::v1::{
        PollNexusTaskQueueRequest, PollNexusTaskQueueResponse, RespondNexusTaskCompletedRequest,
        RespondNexusTaskCompletedResponse, RespondNexusTaskFailedRequest,
        RespondNexusTaskFailedResponse,
    },
};
use uuid::Uuid;

use crate::{
    nexus::{
        failures::HandlerRefusal,
        tasks::{Answer, NexusQueue},
    },
    rpc::{
        backend::{Backend, POLL_LIMIT},
        call::Call,
        status::{RpcError, invalid, not_found},
        validation::{names, task_queue},
    },
};

/// Which request an answer is to.
#[derive(Clone, PartialEq, Eq, Message)]
struct NexusTaskToken {
    #[prost(string, tag = "1")]
    namespace_id: String,
    #[prost(string, tag = "2")]
    task_id: String,
}

impl Backend {
    pub(super) async fn poll_nexus_task_queue(
        &self,
        mut request: PollNexusTaskQueueRequest,
        call: Call,
    ) -> Result<PollNexusTaskQueueResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        names::identity(&request.identity, &self.limits)?;
        task_queue::normalize(request.task_queue.as_mut(), &self.limits)?;
        if self
            .workers
            .is_stopped(namespace.id, &request.worker_instance_key)
        {
            return Ok(PollNexusTaskQueueResponse::default());
        }
        let queue = NexusQueue {
            namespace_id: namespace.id,
            name: request.task_queue.unwrap_or_default().name.into(),
        };
        let key = &request.worker_instance_key;
        let limit = call.long_poll(POLL_LIMIT);
        let task = tokio::select! {
            task = self.engine.nexus().tasks.poll(queue, key, limit) => task,
            () = self.stopping.cancelled() => None,
        };
        let Some(task) = task else {
            return Ok(PollNexusTaskQueueResponse::default());
        };
        let token = NexusTaskToken {
            namespace_id: namespace.id.to_string(),
            task_id: task.id.to_string(),
        };
        Ok(PollNexusTaskQueueResponse {
            task_token: token.encode_to_vec(),
            request: Some(task.request),
            ..Default::default()
        })
    }

    pub(super) async fn respond_nexus_task_completed(
        &self,
        request: RespondNexusTaskCompletedRequest,
        _call: Call,
    ) -> Result<RespondNexusTaskCompletedResponse, RpcError> {
        let response = request.response.unwrap_or_default();
        self.answer_nexus_task(&request.namespace, &request.task_token, Ok(response))
            .await?;
        Ok(RespondNexusTaskCompletedResponse {})
    }

    #[expect(
        deprecated,
        reason = "handlers of this generation answer in the older field"
    )]
    pub(super) async fn respond_nexus_task_failed(
        &self,
        request: RespondNexusTaskFailedRequest,
        _call: Call,
    ) -> Result<RespondNexusTaskFailedResponse, RpcError> {
        let refusal = match (request.failure, request.error) {
            (Some(failure), _) => HandlerRefusal::of_failure(failure),
            (None, Some(error)) => HandlerRefusal::of_error(error),
            (None, None) => HandlerRefusal::of_error(HandlerError::default()),
        };
        self.answer_nexus_task(&request.namespace, &request.task_token, Err(refusal))
            .await?;
        Ok(RespondNexusTaskFailedResponse {})
    }

    async fn answer_nexus_task(
        &self,
        namespace: &str,
        token: &[u8],
        answer: Answer,
    ) -> Result<(), RpcError> {
        if !namespace.is_empty() {
            names::namespace(namespace, &self.limits)?;
            self.namespace(namespace).await?;
        }
        if token.is_empty() {
            return Err(invalid("Task token not set on request."));
        }
        let garbage = || invalid("Error deserializing task token.");
        let token = NexusTaskToken::decode(token).map_err(|_| garbage())?;
        let id = Uuid::try_parse(&token.task_id).map_err(|_| garbage())?;
        let namespace = self.namespace(namespace).await?;
        if token.namespace_id != namespace.id.to_string() {
            return Err(invalid(
                "Operation requested with a token from a different namespace.",
            ));
        }
        if self.engine.nexus().tasks.answer(namespace.id, id, answer) {
            return Ok(());
        }
        Err(not_found("Nexus task not found or already expired"))
    }
}
