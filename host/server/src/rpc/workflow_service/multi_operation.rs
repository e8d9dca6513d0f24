//! Operations that go together: a start and an update, which is all that the API knows so far.

use sundial_core::{
    NamespaceInfo, Rejection,
    run::{
        update::ABORTED_BY_CLOSE,
        update_with_start::{PartRefused, UpdateWithStart, update_with_start},
    },
};
use temporalio_protos::temporal::api::{
    enums::v1::UpdateWorkflowExecutionLifecycleStage as Stage,
    workflowservice::v1::{
        ExecuteMultiOperationRequest, ExecuteMultiOperationResponse, StartWorkflowExecutionRequest,
        UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse,
        execute_multi_operation_request::operation::Operation,
        execute_multi_operation_response::{Response, response},
    },
};

use super::{start::prepare_start, updates::wanted_of};
use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{OperationEnd, RpcError, invalid},
    validation::{names, search_attributes::Registered},
};

/// Both operations, checked.
struct Pair {
    start: StartWorkflowExecutionRequest,
    update: CheckedUpdate,
}

struct CheckedUpdate {
    request: UpdateWorkflowExecutionRequest,
    update_id: String,
    workflow_id: String,
    /// The stage that the sender waits for.
    wanted: Stage,
}

/// An update that came too late for the run that it was sent to is tried once more: then it starts a new one.
const ATTEMPTS: u32 = 2;

impl Backend {
    pub(super) async fn execute_multi_operation(
        &self,
        request: ExecuteMultiOperationRequest,
        call: Call,
    ) -> Result<ExecuteMultiOperationResponse, RpcError> {
        let namespace = self.open_namespace(&request.namespace).await?;
        let pair = self.pair_of(&namespace, request).await?;
        let mut attempt = 1;
        loop {
            let taken = self.start_and_update(&namespace, &pair).await?;
            let progress = self
                .wait_for_update(
                    &taken.run,
                    &pair.update.update_id,
                    taken.update,
                    pair.update.wanted,
                    &call,
                )
                .await;
            match progress {
                Ok(progress) => {
                    let update = progress.into_response(&taken.run, pair.update.update_id);
                    return Ok(response_of(taken.start, update));
                }
                Err(error) if taken.start.started => {
                    return Err(failed(OperationEnd::Done, error));
                }
                Err(error) if came_too_late(&error) => {
                    if attempt == ATTEMPTS {
                        let error = RpcError::Aborted(error.to_string());
                        return Err(failed(OperationEnd::Aborted, error));
                    }
                    attempt += 1;
                }
                Err(error) => return Err(failed(OperationEnd::Aborted, error)),
            }
        }
    }

    async fn start_and_update(
        &self,
        namespace: &NamespaceInfo,
        pair: &Pair,
    ) -> Result<UpdateWithStart, RpcError> {
        let (start, update) = (pair.start.clone(), pair.update.request.clone());
        let within = namespace.clone();
        let taken = self
            .engine
            .transact_workflow(namespace, &pair.start.workflow_id, move |current, cx| {
                Ok(update_with_start(current, cx, &within, &start, &update))
            })
            .await?;
        taken.map_err(|refused| {
            not_executed(match refused {
                PartRefused::Start(why) => vec![end_of(why.into()), OperationEnd::Aborted],
                PartRefused::Update(why) => vec![OperationEnd::Aborted, end_of(why.into())],
            })
        })
    }

    /// Takes the request apart, and checks each part as if it came alone.
    async fn pair_of(
        &self,
        namespace: &NamespaceInfo,
        request: ExecuteMultiOperationRequest,
    ) -> Result<Pair, RpcError> {
        let mut operations = request
            .operations
            .into_iter()
            .map(|operation| operation.operation);
        let (start, update) = match (operations.next(), operations.next(), operations.next()) {
            (
                Some(Some(Operation::StartWorkflow(start))),
                Some(Some(Operation::UpdateWorkflow(update))),
                None,
            ) => (start, update),
            _ => return Err(invalid("Operations have to be exactly [Start, Update].")),
        };
        let types = self
            .attribute_types(namespace.id, &start.search_attributes)
            .await?;
        let registered = Registered {
            namespace: &namespace.name,
            types: &types,
        };
        let start = self.checked_start(registered, start);
        let update = self.checked_update(registered.namespace, update);
        let (start, update) = match (start, update) {
            (Ok(start), Ok(update)) => (start, update),
            (start, update) => {
                let end = |error: Option<RpcError>| error.map_or(OperationEnd::Aborted, end_of);
                return Err(not_executed(vec![end(start.err()), end(update.err())]));
            }
        };
        if update.workflow_id != start.workflow_id {
            let error = invalid("WorkflowId is not consistent with previous operation(s).");
            return Err(not_executed(vec![OperationEnd::Aborted, end_of(error)]));
        }
        Ok(Pair { start, update })
    }

    fn checked_start(
        &self,
        registered: Registered<'_>,
        mut start: StartWorkflowExecutionRequest,
    ) -> Result<StartWorkflowExecutionRequest, RpcError> {
        check_namespace(registered.namespace, &start.namespace)?;
        prepare_start(&mut start, &self.limits, registered)?;
        if !start.cron_schedule.is_empty() {
            return Err(invalid("CronSchedule is not allowed."));
        }
        if start.request_eager_execution {
            return Err(invalid("RequestEagerExecution is not supported."));
        }
        if start.workflow_start_delay.is_some() {
            return Err(invalid("WorkflowStartDelay is not supported."));
        }
        Ok(start)
    }

    fn checked_update(
        &self,
        namespace: &str,
        mut request: UpdateWorkflowExecutionRequest,
    ) -> Result<CheckedUpdate, RpcError> {
        check_namespace(namespace, &request.namespace)?;
        let (workflow_id, run_id) = names::execution(request.workflow_execution.take())?;
        let update_id = self.prepare_update(&mut request)?;
        if !request.first_execution_run_id.is_empty() {
            return Err(invalid("FirstExecutionRunId is not allowed."));
        }
        if run_id.is_some() {
            return Err(invalid("RunId is not allowed."));
        }
        Ok(CheckedUpdate {
            wanted: wanted_of(&request)?,
            request,
            update_id,
            workflow_id,
        })
    }
}

fn check_namespace(of_request: &str, of_operation: &str) -> Result<(), RpcError> {
    if of_operation.is_empty() || of_operation == of_request {
        return Ok(());
    }
    Err(invalid(
        "Operation namespace did not match request's namespace.",
    ))
}

/// The run closed before a worker saw the update; the workflow id may mean another run now, or none.
fn came_too_late(error: &RpcError) -> bool {
    let RpcError::Rejected(rejection) = error else {
        return false;
    };
    *rejection == Rejection::WorkflowClosing
        || matches!(rejection, Rejection::NotFound(message) if message == ABORTED_BY_CLOSE)
}

fn end_of(error: RpcError) -> OperationEnd {
    OperationEnd::Failed(Box::new(error))
}

fn failed(start: OperationEnd, update: RpcError) -> RpcError {
    not_executed(vec![start, end_of(update)])
}

fn not_executed(operations: Vec<OperationEnd>) -> RpcError {
    RpcError::MultiOperation {
        message: "Update-with-Start could not be executed.".into(),
        operations,
    }
}

fn response_of(
    start: temporalio_protos::temporal::api::workflowservice::v1::StartWorkflowExecutionResponse,
    update: UpdateWorkflowExecutionResponse,
) -> ExecuteMultiOperationResponse {
    let responses = [
        response::Response::StartWorkflow(start),
        response::Response::UpdateWorkflow(update),
    ];
    ExecuteMultiOperationResponse {
        responses: responses
            .into_iter()
            .map(|response| Response {
                response: Some(response),
            })
            .collect(),
    }
}
