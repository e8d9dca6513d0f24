//! Does the visits to a workflow: each at its time, during which the clock does not skip.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use sundial_server::clock::{Clock, SkippingClock};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::UpdateWorkflowExecutionLifecycleStage as Stage,
    query::v1::WorkflowQuery,
    update::v1::{
        self as update, Input, Meta, UpdateRef, WaitPolicy, outcome::Value as UpdateValue,
    },
    workflowservice::v1::{
        PollWorkflowExecutionUpdateRequest, QueryWorkflowRequest,
        RequestCancelWorkflowExecutionRequest, SignalWorkflowExecutionRequest,
        UpdateWorkflowExecutionRequest,
    },
};
use tokio::sync::mpsc;
use tonic::Status;
use uuid::Uuid;

use super::{
    failure,
    timeline::Outcome,
    visit::{Visit, VisitKind},
};
use crate::{
    client::{Client, identity},
    payload,
};

/// What came of a visit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Visited {
    pub(super) visit: VisitKind,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) name: String,
    /// When it was to come, after the start; nothing for the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at_ms: Option<u64>,
    /// The answer; a signal has none, unless it could not be delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<Outcome>,
    #[serde(skip)]
    pending_update: Option<UpdateRef>,
}

impl Visited {
    /// A visit that was not done.
    pub(super) fn missed(visit: &Visit) -> Self {
        let mut visited = Self::of(visit);
        visited.outcome = Some(failed("the workflow had ended by then"));
        visited
    }

    fn of(visit: &Visit) -> Self {
        let at_ms = visit
            .at
            .map(|at| u64::try_from(at.as_millis()).unwrap_or(u64::MAX));
        Self {
            visit: visit.kind,
            name: visit.name.clone(),
            at_ms,
            outcome: None,
            pending_update: None,
        }
    }

    /// Fetches what an update ended with, which may be later than the visit.
    pub(super) async fn settle(&mut self, client: &Client) {
        let Some(update_ref) = self.pending_update.take() else {
            return;
        };
        let request = PollWorkflowExecutionUpdateRequest {
            namespace: client.namespace.clone(),
            update_ref: Some(update_ref),
            identity: identity(),
            // Not waiting for a stage: the workflow has ended, or waits.
            wait_policy: None,
        };
        let polled = client
            .workflows()
            .poll_workflow_execution_update(request)
            .await;
        self.outcome = match polled.map(|polled| polled.into_inner().outcome) {
            Ok(Some(outcome)) => Some(read(outcome)),
            Ok(None) => Some(failed("the update had not completed")),
            Err(status) => Some(failed(status.message())),
        };
    }
}

fn failed(message: &str) -> Outcome {
    Outcome::Failure(json!({ "message": message }))
}

fn read(outcome: update::Outcome) -> Outcome {
    match outcome.value {
        Some(UpdateValue::Success(payloads)) => {
            Outcome::Result(payload::all_to_json(Some(&payloads)))
        }
        Some(UpdateValue::Failure(cause)) => Outcome::Failure(failure::to_json(Some(&cause))),
        None => Outcome::Result(serde_json::Value::Null),
    }
}

/// Does the visits in the order of their times, then lets the clock skip for good. It begins with one lock.
pub(super) async fn perform_all(
    client: Client,
    clock: SkippingClock,
    execution: WorkflowExecution,
    visits: Vec<Visit>,
    done: mpsc::UnboundedSender<Visited>,
) {
    let start = clock.now();
    for visit in &visits {
        let due = visit.at.unwrap_or_default();
        let passed = u64::try_from(clock.now().since(start).0).unwrap_or(0);
        let left = due.saturating_sub(Duration::from_nanos(passed));
        if !left.is_zero() {
            // The lock that is released is this function's own.
            let _ = clock.unlock_while_sleeping(left).await;
        }
        let visited = perform(&client, &execution, visit).await;
        if done.send(visited).is_err() {
            return;
        }
    }
    let _ = clock.unlock();
}

/// Does one visit now.
pub(super) async fn perform(
    client: &Client,
    execution: &WorkflowExecution,
    visit: &Visit,
) -> Visited {
    let mut visited = Visited::of(visit);
    let result = match visit.kind {
        VisitKind::Signal => signal(client, execution, visit).await,
        VisitKind::Cancel => cancel(client, execution).await,
        VisitKind::Query => query(client, execution, visit).await,
        VisitKind::Update => match update(client, execution, visit).await {
            Ok((outcome, update_ref)) => {
                visited.pending_update = update_ref.filter(|_| outcome.is_none());
                Ok(outcome)
            }
            Err(status) => Err(status),
        },
    };
    visited.outcome = result.unwrap_or_else(|status| Some(failed(status.message())));
    visited
}

async fn signal(
    client: &Client,
    execution: &WorkflowExecution,
    visit: &Visit,
) -> Result<Option<Outcome>, Status> {
    let request = SignalWorkflowExecutionRequest {
        namespace: client.namespace.clone(),
        workflow_execution: Some(latest(execution)),
        signal_name: visit.name.clone(),
        input: visit.input.clone(),
        identity: identity(),
        request_id: Uuid::new_v4().to_string(),
        ..Default::default()
    };
    client
        .workflows()
        .signal_workflow_execution(request)
        .await?;
    Ok(None)
}

async fn cancel(client: &Client, execution: &WorkflowExecution) -> Result<Option<Outcome>, Status> {
    let request = RequestCancelWorkflowExecutionRequest {
        namespace: client.namespace.clone(),
        workflow_execution: Some(latest(execution)),
        identity: identity(),
        request_id: Uuid::new_v4().to_string(),
        ..Default::default()
    };
    client
        .workflows()
        .request_cancel_workflow_execution(request)
        .await?;
    Ok(None)
}

async fn query(
    client: &Client,
    execution: &WorkflowExecution,
    visit: &Visit,
) -> Result<Option<Outcome>, Status> {
    let request = QueryWorkflowRequest {
        namespace: client.namespace.clone(),
        execution: Some(latest(execution)),
        query: Some(WorkflowQuery {
            query_type: visit.name.clone(),
            query_args: visit.input.clone(),
            header: None,
        }),
        ..Default::default()
    };
    let answer = client.workflows().query_workflow(request).await?;
    let result = answer.into_inner().query_result;
    Ok(Some(Outcome::Result(payload::all_to_json(result.as_ref()))))
}

/// Waits until it is accepted or rejected: it may complete only when time goes on.
async fn update(
    client: &Client,
    execution: &WorkflowExecution,
    visit: &Visit,
) -> Result<(Option<Outcome>, Option<UpdateRef>), Status> {
    let request = UpdateWorkflowExecutionRequest {
        namespace: client.namespace.clone(),
        workflow_execution: Some(latest(execution)),
        wait_policy: Some(WaitPolicy {
            lifecycle_stage: Stage::Accepted.into(),
        }),
        request: Some(update::Request {
            meta: Some(Meta {
                update_id: Uuid::new_v4().to_string(),
                identity: identity(),
            }),
            input: Some(Input {
                header: None,
                name: visit.name.clone(),
                args: visit.input.clone(),
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = client
        .workflows()
        .update_workflow_execution(request)
        .await?;
    let answer = answer.into_inner();
    Ok((answer.outcome.map(read), answer.update_ref))
}

/// A visit is for the run that is open by then.
fn latest(execution: &WorkflowExecution) -> WorkflowExecution {
    WorkflowExecution {
        workflow_id: execution.workflow_id.clone(),
        run_id: String::new(),
    }
}
