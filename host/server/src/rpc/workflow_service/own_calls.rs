//! The calls that the server makes on itself for its jobs: the same methods that clients call, with the same checks.

use std::time::Duration;

use sundial_core::Rejection;
use sundial_store::{JobKey, JobKind};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::{EventType, HistoryEventFilterType},
    history::v1::HistoryEvent,
    workflowservice::v1::{
        DeleteActivityExecutionRequest, DeleteWorkflowExecutionRequest,
        GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse,
        GetWorkflowExecutionHistoryReverseRequest, GetWorkflowExecutionHistoryReverseResponse,
        RequestCancelWorkflowExecutionRequest, ResetActivityRequest, ResetWorkflowExecutionRequest,
        SignalWorkflowExecutionRequest, StartWorkflowExecutionRequest,
        TerminateWorkflowExecutionRequest, UnpauseActivityRequest, UpdateActivityOptionsRequest,
        UpdateWorkflowExecutionOptionsRequest,
    },
};
use tonic::async_trait;

use crate::{
    batches,
    jobs::{self, CallError, Calls, TurnEnd, TurnError, Watch, waker::Turns},
    rpc::{backend::Backend, call::Call, status::RpcError},
    schedules,
};

/// After a watch failed.
const WATCH_PAUSE: Duration = Duration::from_secs(1);

impl From<RpcError> for CallError {
    fn from(error: RpcError) -> Self {
        let message = error.to_string();
        match error {
            RpcError::Rejected(Rejection::NotFound(_)) => Self::NotFound(message),
            RpcError::Rejected(Rejection::ResourceExhausted(_) | Rejection::WorkflowClosing)
            | RpcError::Unavailable(_)
            | RpcError::Aborted(_)
            | RpcError::DeadlineExceeded(_) => Self::Unavailable(message),
            RpcError::Rejected(_)
            | RpcError::NamespaceNotFound(_)
            | RpcError::NamespaceExists(_)
            | RpcError::NamespaceState { .. }
            | RpcError::QueryFailed { .. }
            | RpcError::MultiOperation { .. }
            | RpcError::PermissionDenied(_)
            | RpcError::Unimplemented(_)
            | RpcError::Internal(_) => Self::Refused(message),
        }
    }
}

#[async_trait]
impl Calls for Backend {
    async fn start(&self, request: StartWorkflowExecutionRequest) -> Result<String, CallError> {
        let request_id = request.request_id.clone();
        match self.start_workflow_execution(request, Call::own()).await {
            Ok(started) => Ok(started.run_id),
            // It was this very request that started the run, before a crash.
            Err(RpcError::Rejected(Rejection::AlreadyStarted {
                start_request_id,
                run_id,
                ..
            })) if start_request_id == request_id => Ok(run_id.to_string()),
            Err(error) => Err(error.into()),
        }
    }

    async fn cancel(
        &self,
        request: RequestCancelWorkflowExecutionRequest,
    ) -> Result<(), CallError> {
        self.request_cancel_workflow_execution(request, Call::own())
            .await?;
        Ok(())
    }

    async fn terminate(&self, request: TerminateWorkflowExecutionRequest) -> Result<(), CallError> {
        self.terminate_workflow_execution(request, Call::own())
            .await?;
        Ok(())
    }

    async fn signal(&self, request: SignalWorkflowExecutionRequest) -> Result<(), CallError> {
        self.signal_workflow_execution(request, Call::own()).await?;
        Ok(())
    }

    async fn delete(&self, request: DeleteWorkflowExecutionRequest) -> Result<(), CallError> {
        self.delete_workflow_execution(request, Call::own()).await?;
        Ok(())
    }

    async fn delete_activity(
        &self,
        request: DeleteActivityExecutionRequest,
    ) -> Result<(), CallError> {
        self.delete_activity_execution(request, Call::own()).await?;
        Ok(())
    }

    async fn reset(&self, request: ResetWorkflowExecutionRequest) -> Result<(), CallError> {
        self.reset_workflow_execution(request, Call::own()).await?;
        Ok(())
    }

    async fn update_options(
        &self,
        request: UpdateWorkflowExecutionOptionsRequest,
    ) -> Result<(), CallError> {
        self.update_workflow_execution_options(request, Call::own())
            .await?;
        Ok(())
    }

    async fn unpause_activity(&self, request: UnpauseActivityRequest) -> Result<(), CallError> {
        Backend::unpause_activity(self, request, Call::own()).await?;
        Ok(())
    }

    async fn reset_activity(&self, request: ResetActivityRequest) -> Result<(), CallError> {
        Backend::reset_activity(self, request, Call::own()).await?;
        Ok(())
    }

    async fn update_activity_options(
        &self,
        request: UpdateActivityOptionsRequest,
    ) -> Result<(), CallError> {
        Backend::update_activity_options(self, request, Call::own()).await?;
        Ok(())
    }

    async fn history(
        &self,
        request: GetWorkflowExecutionHistoryRequest,
    ) -> Result<GetWorkflowExecutionHistoryResponse, CallError> {
        Ok(self
            .get_workflow_execution_history(request, Call::own())
            .await?)
    }

    async fn history_reverse(
        &self,
        request: GetWorkflowExecutionHistoryReverseRequest,
    ) -> Result<GetWorkflowExecutionHistoryReverseResponse, CallError> {
        Ok(self
            .get_workflow_execution_history_reverse(request, Call::own())
            .await?)
    }

    async fn close_event(
        &self,
        namespace: &str,
        execution: &WorkflowExecution,
        waits: bool,
    ) -> Result<Option<HistoryEvent>, CallError> {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: namespace.to_owned(),
            execution: Some(execution.clone()),
            wait_new_event: waits,
            history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
            ..Default::default()
        };
        let response = self
            .get_workflow_execution_history(request, Call::own())
            .await?;
        let last = response
            .history
            .and_then(|history| history.events.into_iter().next());
        // Of an open run, the last event is given as well.
        Ok(last.filter(|event| closes(event.event_type())))
    }
}

/// Whether it is the last event of a closed run.
fn closes(event_type: EventType) -> bool {
    matches!(
        event_type,
        EventType::WorkflowExecutionCompleted
            | EventType::WorkflowExecutionFailed
            | EventType::WorkflowExecutionTimedOut
            | EventType::WorkflowExecutionCanceled
            | EventType::WorkflowExecutionTerminated
            | EventType::WorkflowExecutionContinuedAsNew
    )
}

#[async_trait]
impl Turns for Backend {
    async fn turn(&self, key: &JobKey) -> Result<TurnEnd, TurnError> {
        let clock = &**self.engine.clock();
        match key.kind {
            JobKind::Schedule => schedules::turn(&*self.store, clock, self, key).await,
            JobKind::BatchOperation => batches::turn(&*self.store, clock, self, key).await,
            JobKind::NamespaceDeletion => self.deletions.turn(self, key).await,
            // It is never due, and nobody pokes it.
            JobKind::BatchSlot => Ok(TurnEnd::default()),
        }
    }

    async fn until_closed(&self, watch: &Watch) {
        loop {
            match jobs::outcome(self, &watch.namespace, &watch.execution, true).await {
                Ok(_) => return,
                Err(error) => {
                    tracing::debug!(%error, "a run can't be watched now; trying again");
                    tokio::time::sleep(WATCH_PAUSE).await;
                }
            }
        }
    }
}
