//! One test from start to end: starts the workflow, does the visits, and finds out how it ended or what it waits for.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use sundial_server::clock::{Clock, SkippingClock};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution, workflowservice::v1::StartWorkflowExecutionRequest,
};
use tokio::sync::mpsc;

use super::{
    follow::{End, Follower, is_running},
    perform::{Visited, perform, perform_all},
    report::Status,
    visit::Visit,
};
use crate::{client::Client, problem::Problem};

/// How the workflow stands when nothing more will happen.
pub(super) struct Ending {
    pub(super) status: Status,
    /// Its result or failure.
    pub(super) value: Value,
    pub(super) visited: Vec<Visited>,
    /// Workflow time from start to end.
    pub(super) took_ms: u64,
}

/// Runs the workflow to its end, or until nothing more can happen, within `limit` of real time.
pub(super) async fn drive(
    follower: Arc<Follower>,
    mut task_failures: mpsc::UnboundedReceiver<Value>,
    clock: &SkippingClock,
    request: StartWorkflowExecutionRequest,
    visits: &[Visit],
    limit: Duration,
) -> Result<Ending, Problem> {
    let client = follower.client.clone();
    let started_at = clock.now();
    let execution = start(&client, request).await?;
    let mut at_times: Vec<Visit> = visits
        .iter()
        .filter(|visit| visit.at.is_some())
        .cloned()
        .collect();
    // Stable, so that those of one time come in the order in which they were given.
    at_times.sort_by_key(|visit| visit.at);
    let (done, mut visited) = mpsc::unbounded_channel();
    let visiting = tokio::spawn(perform_all(
        client.clone(),
        clock.clone(),
        execution.clone(),
        at_times.clone(),
        done,
    ));
    let mut following = tokio::spawn(follower.clone().follow(execution.clone()));
    let (status, value) = tokio::select! {
        end = &mut following => stands(end.ok().flatten())?,
        Some(failure) = task_failures.recv() => (Status::TaskFailed, failure),
        stalled = stall(&client, clock, &execution) => {
            stalled?;
            (Status::Waiting, Value::Null)
        }
        () = tokio::time::sleep(limit) => {
            return Err(Problem::new(format!("the workflow did not end within {limit:?} of real time"))
                .hint("give it more time with --limit, unless it goes on for ever"));
        }
    };
    let took_ms = u64::try_from(clock.now().since(started_at).0 / 1_000_000).unwrap_or(0);
    following.abort();
    visiting.abort();
    // Closed once the visits have ended; what was done is in it.
    visited.close();
    let mut all: Vec<Visited> = Vec::new();
    while let Some(visit) = visited.recv().await {
        all.push(visit);
    }
    let missed = at_times.iter().skip(all.len()).map(Visited::missed);
    all.extend(missed.collect::<Vec<_>>());
    if status != Status::TaskFailed {
        for visit in visits.iter().filter(|visit| visit.at.is_none()) {
            all.push(perform(&client, &execution, visit).await);
        }
        for visit in &mut all {
            visit.settle(&client).await;
        }
    }
    // The end of a parent may be read before those of its children, whose last commands belong into the report.
    follower.finish_children().await;
    Ok(Ending {
        status,
        value,
        visited: all,
        took_ms,
    })
}

async fn start(
    client: &Client,
    request: StartWorkflowExecutionRequest,
) -> Result<WorkflowExecution, Problem> {
    let workflow_id = request.workflow_id.clone();
    let answer = client.workflows().start_workflow_execution(request).await;
    let answer = answer.map_err(|status| client.problem(&status))?;
    Ok(WorkflowExecution {
        workflow_id,
        run_id: answer.into_inner().run_id,
    })
}

fn stands(end: Option<End>) -> Result<(Status, Value), Problem> {
    Ok(match end {
        Some(End::Completed(result)) => (Status::Completed, result),
        Some(End::Failed(failure)) => (Status::Failed, failure),
        Some(End::Cancelled) => (Status::Cancelled, Value::Null),
        Some(End::TimedOut) => (Status::TimedOut, Value::Null),
        Some(End::Terminated) => (Status::Terminated, Value::Null),
        None => {
            return Err(Problem::new(
                "the test's own server ended; its log says more",
            ));
        }
    })
}

/// Ends when nothing will happen any more and the workflow is still open.
async fn stall(
    client: &Client,
    clock: &SkippingClock,
    execution: &WorkflowExecution,
) -> Result<(), Problem> {
    clock.stalled().await;
    if !is_running(client, &execution.workflow_id).await? {
        // It has ended: its history says how, in a moment.
        std::future::pending::<()>().await;
    }
    Ok(())
}
