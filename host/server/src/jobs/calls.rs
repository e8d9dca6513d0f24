//! What jobs do to runs: the calls of the API that they make, and how a run of theirs ended.

use async_trait::async_trait;
use sundial_core::schedule::Outcome;
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::WorkflowExecutionStatus as Status,
    history::v1::{HistoryEvent, history_event::Attributes},
    workflowservice::v1 as api,
};

/// Calls as a client makes them, with the same checks.
#[async_trait]
pub(crate) trait Calls: Send + Sync {
    /// Starts a run, or finds the one that the same request started. Gives its id.
    async fn start(&self, request: api::StartWorkflowExecutionRequest)
    -> Result<String, CallError>;

    /// Asks a run to stop.
    async fn cancel(
        &self,
        request: api::RequestCancelWorkflowExecutionRequest,
    ) -> Result<(), CallError>;

    /// Stops a run.
    async fn terminate(
        &self,
        request: api::TerminateWorkflowExecutionRequest,
    ) -> Result<(), CallError>;

    /// Signals a run.
    async fn signal(&self, request: api::SignalWorkflowExecutionRequest) -> Result<(), CallError>;

    /// Removes a run; an open one is terminated first.
    async fn delete(&self, request: api::DeleteWorkflowExecutionRequest) -> Result<(), CallError>;

    /// Removes a stand-alone activity; an open one is terminated first.
    async fn delete_activity(
        &self,
        request: api::DeleteActivityExecutionRequest,
    ) -> Result<(), CallError>;

    /// Begins a run again from its past.
    async fn reset(&self, request: api::ResetWorkflowExecutionRequest) -> Result<(), CallError>;

    /// Pins a run, lets it go, or ranks it.
    async fn update_options(
        &self,
        request: api::UpdateWorkflowExecutionOptionsRequest,
    ) -> Result<(), CallError>;

    /// Lets activities go on.
    async fn unpause_activity(&self, request: api::UnpauseActivityRequest)
    -> Result<(), CallError>;

    /// Begins activities anew.
    async fn reset_activity(&self, request: api::ResetActivityRequest) -> Result<(), CallError>;

    /// Changes the options of activities.
    async fn update_activity_options(
        &self,
        request: api::UpdateActivityOptionsRequest,
    ) -> Result<(), CallError>;

    /// A page of a history.
    async fn history(
        &self,
        request: api::GetWorkflowExecutionHistoryRequest,
    ) -> Result<api::GetWorkflowExecutionHistoryResponse, CallError>;

    /// A page of a history, from its end.
    async fn history_reverse(
        &self,
        request: api::GetWorkflowExecutionHistoryReverseRequest,
    ) -> Result<api::GetWorkflowExecutionHistoryReverseResponse, CallError>;

    /// The last event of a run that is closed. If it is open: `None`, at once or after waiting for a while.
    async fn close_event(
        &self,
        namespace: &str,
        execution: &WorkflowExecution,
        waits: bool,
    ) -> Result<Option<HistoryEvent>, CallError>;
}

/// Why a call was not answered with success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    /// What it is about is not there, or closed.
    #[error("{0}")]
    NotFound(String),
    /// It will never be accepted as it is.
    #[error("{0}")]
    Refused(String),
    /// Trying again may help.
    #[error("{0}")]
    Unavailable(String),
}

/// How a run and those that followed it ended; waits for that, if asked to, as long as it takes.
pub(crate) async fn outcome(
    calls: &dyn Calls,
    namespace: &str,
    execution: &WorkflowExecution,
    waits: bool,
) -> Result<Outcome, CallError> {
    let mut execution = execution.clone();
    loop {
        let event = match calls.close_event(namespace, &execution, waits).await {
            Ok(Some(event)) => event,
            Ok(None) if waits => continue,
            Ok(None) => return Ok(Outcome::Running),
            // Deleted: nobody knows how it ended.
            Err(CallError::NotFound(_)) => return Ok(closed(Status::Unspecified)),
            Err(error) => return Err(error),
        };
        match ending(event) {
            Ending::Followed { run_id } => execution.run_id = run_id,
            Ending::Closed(outcome) => return Ok(outcome),
        }
    }
}

enum Ending {
    Followed { run_id: String },
    Closed(Outcome),
}

fn closed(status: Status) -> Outcome {
    Outcome::Closed {
        status,
        result: None,
        failure: None,
    }
}

fn ending(event: HistoryEvent) -> Ending {
    let (follower, outcome) = match event.attributes {
        Some(Attributes::WorkflowExecutionCompletedEventAttributes(attributes)) => (
            attributes.new_execution_run_id,
            Outcome::Closed {
                status: Status::Completed,
                result: attributes.result,
                failure: None,
            },
        ),
        Some(Attributes::WorkflowExecutionFailedEventAttributes(attributes)) => (
            attributes.new_execution_run_id,
            Outcome::Closed {
                status: Status::Failed,
                result: None,
                failure: attributes.failure.map(Box::new),
            },
        ),
        Some(Attributes::WorkflowExecutionTimedOutEventAttributes(attributes)) => {
            (attributes.new_execution_run_id, closed(Status::TimedOut))
        }
        Some(Attributes::WorkflowExecutionContinuedAsNewEventAttributes(attributes)) => (
            attributes.new_execution_run_id,
            closed(Status::ContinuedAsNew),
        ),
        Some(Attributes::WorkflowExecutionCanceledEventAttributes(_)) => {
            (String::new(), closed(Status::Canceled))
        }
        Some(Attributes::WorkflowExecutionTerminatedEventAttributes(_)) => {
            (String::new(), closed(Status::Terminated))
        }
        // No last event of a closed run is any other.
        Some(_) | None => (String::new(), closed(Status::Unspecified)),
    };
    if follower.is_empty() {
        Ending::Closed(outcome)
    } else {
        Ending::Followed { run_id: follower }
    }
}
