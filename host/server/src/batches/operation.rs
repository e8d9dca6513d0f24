//! What a batch operation does to one run: the call that a client would make.

use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::BatchOperationType as Type,
    workflowservice::v1::{
        DeleteWorkflowExecutionRequest, RequestCancelWorkflowExecutionRequest,
        ResetWorkflowExecutionRequest, SignalWorkflowExecutionRequest, StartBatchOperationRequest,
        TerminateWorkflowExecutionRequest, UpdateWorkflowExecutionOptionsRequest,
        start_batch_operation_request::Operation,
    },
};

use super::{BatchRecord, activities, reset::reset_run};
use crate::jobs::{CallError, Calls};

/// The kind of an operation; `None` if this server does not have it.
#[expect(
    deprecated,
    reason = "clients of this generation know the kinds by these numbers"
)]
pub(crate) fn operation_type(operation: &Operation) -> Option<Type> {
    match operation {
        Operation::TerminationOperation(_) => Some(Type::Terminate),
        Operation::SignalOperation(_) => Some(Type::Signal),
        Operation::CancellationOperation(_) => Some(Type::Cancel),
        Operation::DeletionOperation(_) => Some(Type::Delete),
        Operation::ResetOperation(_) => Some(Type::Reset),
        Operation::UpdateWorkflowOptionsOperation(_) => Some(Type::UpdateExecutionOptions),
        Operation::UnpauseActivitiesOperation(_) => Some(Type::UnpauseActivity),
        Operation::ResetActivitiesOperation(_) => Some(Type::ResetActivity),
        Operation::UpdateActivityOptionsOperation(_) => Some(Type::UpdateActivityOptions),
        Operation::CancelActivitiesOperation(_)
        | Operation::TerminateActivitiesOperation(_)
        | Operation::DeleteActivitiesOperation(_) => None,
    }
}

/// Who asked for it.
pub(crate) fn identity(request: &StartBatchOperationRequest) -> &str {
    match &request.operation {
        Some(Operation::TerminationOperation(operation)) => &operation.identity,
        Some(Operation::SignalOperation(operation)) => &operation.identity,
        Some(Operation::CancellationOperation(operation)) => &operation.identity,
        Some(Operation::DeletionOperation(operation)) => &operation.identity,
        Some(Operation::ResetOperation(operation)) => &operation.identity,
        Some(Operation::UpdateWorkflowOptionsOperation(operation)) => &operation.identity,
        Some(Operation::UnpauseActivitiesOperation(operation)) => &operation.identity,
        Some(Operation::ResetActivitiesOperation(operation)) => &operation.identity,
        Some(Operation::UpdateActivityOptionsOperation(operation)) => &operation.identity,
        Some(Operation::CancelActivitiesOperation(operation)) => &operation.identity,
        Some(Operation::TerminateActivitiesOperation(operation)) => &operation.identity,
        Some(Operation::DeleteActivitiesOperation(_)) | None => "",
    }
}

/// The runs that a request lists itself, whichever way it does.
#[expect(
    deprecated,
    reason = "clients of this generation list executions in the older field"
)]
pub(crate) fn listed(request: &StartBatchOperationRequest) -> Vec<WorkflowExecution> {
    let targets = request
        .target_executions
        .iter()
        .map(|target| WorkflowExecution {
            workflow_id: target.business_id.clone(),
            run_id: target.run_id.clone(),
        });
    request.executions.iter().cloned().chain(targets).collect()
}

/// The filter of the runs that it is about: most operations mean nothing to a closed run.
pub(crate) fn filter(request: &StartBatchOperationRequest) -> String {
    let query = &request.visibility_query;
    match &request.operation {
        Some(
            Operation::TerminationOperation(_)
            | Operation::SignalOperation(_)
            | Operation::CancellationOperation(_)
            | Operation::UpdateWorkflowOptionsOperation(_)
            | Operation::UnpauseActivitiesOperation(_)
            | Operation::ResetActivitiesOperation(_)
            | Operation::UpdateActivityOptionsOperation(_),
        ) => format!("({query}) AND (ExecutionStatus='Running')"),
        Some(
            Operation::DeletionOperation(_)
            | Operation::ResetOperation(_)
            | Operation::CancelActivitiesOperation(_)
            | Operation::TerminateActivitiesOperation(_)
            | Operation::DeleteActivitiesOperation(_),
        )
        | None => query.clone(),
    }
}

/// Does it to one run.
pub(super) async fn perform(
    calls: &dyn Calls,
    record: &BatchRecord,
    execution: WorkflowExecution,
) -> Result<(), CallError> {
    let Some(request) = &record.request else {
        return Ok(());
    };
    let namespace = request.namespace.clone();
    // The same for the same run, however often it is gone through.
    let request_id = format!("{}/{}", record.run_id, execution.run_id);
    let execution = Some(execution);
    match &request.operation {
        Some(Operation::TerminationOperation(operation)) => {
            let terminate = TerminateWorkflowExecutionRequest {
                namespace,
                workflow_execution: execution,
                reason: request.reason.clone(),
                details: operation.details.clone(),
                identity: operation.identity.clone(),
                ..Default::default()
            };
            calls.terminate(terminate).await
        }
        Some(Operation::CancellationOperation(operation)) => {
            let cancel = RequestCancelWorkflowExecutionRequest {
                namespace,
                workflow_execution: execution,
                identity: operation.identity.clone(),
                reason: request.reason.clone(),
                request_id,
                ..Default::default()
            };
            calls.cancel(cancel).await
        }
        Some(Operation::SignalOperation(operation)) => {
            let signal = SignalWorkflowExecutionRequest {
                namespace,
                workflow_execution: execution,
                signal_name: operation.signal.clone(),
                input: operation.input.clone(),
                header: operation.header.clone(),
                identity: operation.identity.clone(),
                request_id,
                ..Default::default()
            };
            calls.signal(signal).await
        }
        Some(Operation::DeletionOperation(_)) => {
            let delete = DeleteWorkflowExecutionRequest {
                namespace,
                workflow_execution: execution,
            };
            calls.delete(delete).await
        }
        Some(Operation::ResetOperation(operation)) => {
            let reset = ResetWorkflowExecutionRequest {
                namespace,
                workflow_execution: execution,
                reason: request.reason.clone(),
                request_id,
                ..Default::default()
            };
            reset_run(calls, operation, reset).await
        }
        Some(Operation::UpdateWorkflowOptionsOperation(operation)) => {
            let update = UpdateWorkflowExecutionOptionsRequest {
                namespace,
                workflow_execution: execution,
                workflow_execution_options: operation.workflow_execution_options.clone(),
                update_mask: operation.update_mask.clone(),
                identity: operation.identity.clone(),
            };
            calls.update_options(update).await
        }
        Some(Operation::UnpauseActivitiesOperation(operation)) => {
            let unpause = activities::unpause(namespace, execution, operation);
            calls.unpause_activity(unpause).await
        }
        Some(Operation::ResetActivitiesOperation(operation)) => {
            let reset = activities::reset(namespace, execution, operation);
            calls.reset_activity(reset).await
        }
        Some(Operation::UpdateActivityOptionsOperation(operation)) => {
            let update = activities::update_options(namespace, execution, operation);
            calls.update_activity_options(update).await
        }
        // None of them was started.
        Some(
            Operation::CancelActivitiesOperation(_)
            | Operation::TerminateActivitiesOperation(_)
            | Operation::DeleteActivitiesOperation(_),
        )
        | None => Err(CallError::Refused("no such operation".into())),
    }
}
