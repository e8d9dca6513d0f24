//! A turn of a schedule: what has become due is decided, stored, done and noted.

use sundial_core::{
    Timestamp,
    schedule::{Plan, ScheduleState, StartResult},
};
use sundial_store::{Job, JobKey, Store, StoreError};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    workflowservice::v1::{
        RequestCancelWorkflowExecutionRequest, StartWorkflowExecutionRequest,
        TerminateWorkflowExecutionRequest,
    },
};
use uuid::Uuid;

use super::{decode, look_at_runs};
use crate::{
    clock::Clock,
    jobs::{CallError, Calls, TurnEnd, TurnError, Watch},
};

/// Steps of a turn: each begins at least one action, gives one up, or makes way for somebody else's change.
const STEPS: usize = 1000;

/// Takes the turn. A schedule that is not there any more has none.
pub(crate) async fn turn(
    store: &dyn Store,
    clock: &dyn Clock,
    calls: &dyn Calls,
    key: &JobKey,
) -> Result<TurnEnd, TurnError> {
    for _ in 0..STEPS {
        let Some(job) = store.job(key).await? else {
            return Ok(TurnEnd::default());
        };
        match step(store, clock, calls, job).await {
            Ok(Some(end)) => return Ok(end),
            Ok(None) | Err(TurnError::Store(StoreError::Stale { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Err(TurnError::Contended)
}

/// One step; `None` if there may be another.
async fn step(
    store: &dyn Store,
    clock: &dyn Clock,
    calls: &dyn Calls,
    mut job: Job,
) -> Result<Option<TurnEnd>, TurnError> {
    let mut state = decode(&job)?;
    let now = clock.now();
    state.elapse(now);
    if state.expiry().is_some_and(|expiry| expiry <= now) {
        store.delete_job(&job.key, job.revision).await?;
        return Ok(Some(TurnEnd::default()));
    }
    if state.is_waiting() {
        look_at_runs(calls, &mut state).await?;
    }
    let plan = state.plan(now);
    save(store, &mut job, &state, now).await?;
    stop_runs(calls, &state, plan).await;
    let starts = state.starts();
    if starts.is_empty() {
        return Ok(Some(TurnEnd {
            wake_at: job.wake_at,
            watch: watch(&state),
        }));
    }
    let mut trouble = None;
    for (request, deadline) in starts {
        let request_id = request.request_id.clone();
        match start(calls, clock, request, deadline).await {
            Ok(result) => state.record_start(&request_id, result),
            Err(error) => trouble = Some(error),
        }
    }
    save(store, &mut job, &state, clock.now()).await?;
    trouble.map_or(Ok(None), |error| Err(error.into()))
}

/// Stores what has changed, if anything has.
async fn save(
    store: &dyn Store,
    job: &mut Job,
    state: &ScheduleState,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (body, wake_at) = (state.encode(), state.wake_at(now));
    if body != job.body || wake_at != job.wake_at {
        job.body = body;
        job.wake_at = wake_at;
        job.revision = store.update_job(job).await?;
    }
    Ok(())
}

async fn start(
    calls: &dyn Calls,
    clock: &dyn Clock,
    request: StartWorkflowExecutionRequest,
    deadline: Timestamp,
) -> Result<StartResult, CallError> {
    let workflow_id = request.workflow_id.clone();
    let now = clock.now();
    match calls.start(request).await {
        Ok(run_id) => Ok(StartResult::Started { run_id, at: now }),
        Err(CallError::Unavailable(reason)) if now <= deadline => {
            Err(CallError::Unavailable(reason))
        }
        Err(error) => {
            tracing::warn!(workflow_id, %error, "an action of a schedule is given up");
            Ok(StartResult::Refused)
        }
    }
}

/// Stops what is in the way. What fails is tried again by the next turn, as long as it is in the way.
async fn stop_runs(calls: &dyn Calls, state: &ScheduleState, plan: Plan) {
    let namespace = &state.record().namespace;
    // The newest run of the chain that was started, whichever that is.
    let newest = |execution: &WorkflowExecution| {
        Some(WorkflowExecution {
            workflow_id: execution.workflow_id.clone(),
            run_id: String::new(),
        })
    };
    for execution in &plan.cancel {
        let request = RequestCancelWorkflowExecutionRequest {
            namespace: namespace.clone(),
            workflow_execution: newest(execution),
            identity: state.identity(),
            request_id: Uuid::new_v4().to_string(),
            first_execution_run_id: execution.run_id.clone(),
            reason: "cancelled by schedule overlap policy".into(),
            ..Default::default()
        };
        log_trouble(execution, calls.cancel(request).await);
    }
    for execution in &plan.terminate {
        let request = TerminateWorkflowExecutionRequest {
            namespace: namespace.clone(),
            workflow_execution: newest(execution),
            identity: state.identity(),
            first_execution_run_id: execution.run_id.clone(),
            reason: "terminated by schedule overlap policy".into(),
            ..Default::default()
        };
        log_trouble(execution, calls.terminate(request).await);
    }
}

fn log_trouble(execution: &WorkflowExecution, result: Result<(), CallError>) {
    match result {
        // Closed already.
        Ok(()) | Err(CallError::NotFound(_)) => {}
        Err(error) => {
            let workflow_id = &execution.workflow_id;
            tracing::warn!(workflow_id, %error, "a run could not be stopped for its schedule");
        }
    }
}

/// The run whose end lets those go on that wait.
fn watch(state: &ScheduleState) -> Option<Watch> {
    let execution = state.running().first().filter(|_| state.is_waiting())?;
    Some(Watch {
        namespace: state.record().namespace.clone(),
        execution: execution.clone(),
    })
}
