//! Resets of a batch operation: which workflow task of a run is meant by the first, the last, or the first of a build id.

use temporalio_protos::temporal::api::{
    batch::v1::BatchOperationReset,
    common::v1::{WorkflowExecution, reset_options::Target},
    enums::v1::ResetType,
    history::v1::{HistoryEvent, WorkflowTaskCompletedEventAttributes, history_event::Attributes},
    workflowservice::v1::{
        GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryReverseRequest,
        ResetWorkflowExecutionRequest,
    },
};

use crate::jobs::{CallError, Calls};

/// Runs of a chain that are gone through for a build id: a chain is read from its newest run back.
const CHAIN_RUNS: usize = 100;

/// Resets the run that `request` names to where `operation` says.
pub(super) async fn reset_run(
    calls: &dyn Calls,
    operation: &BatchOperationReset,
    mut request: ResetWorkflowExecutionRequest,
) -> Result<(), CallError> {
    request.identity.clone_from(&operation.identity);
    request
        .post_reset_operations
        .clone_from(&operation.post_reset_operations);
    set_reapplied(operation, &mut request);
    let execution = request.workflow_execution.clone().unwrap_or_default();
    let (execution, event_id) = match target(operation) {
        Some(Target::FirstWorkflowTask(_)) => {
            let event_id = first_task(calls, &request.namespace, &execution).await?;
            (execution, event_id)
        }
        Some(Target::LastWorkflowTask(_)) => {
            let event_id = last_task(calls, &request.namespace, &execution).await?;
            (execution, event_id)
        }
        Some(Target::WorkflowTaskId(event_id)) => (execution, event_id),
        Some(Target::BuildId(build_id)) => {
            let current_run_only = operation
                .options
                .as_ref()
                .is_some_and(|options| options.current_run_only);
            first_task_of_build(
                calls,
                &request.namespace,
                execution,
                &build_id,
                current_run_only,
            )
            .await?
        }
        None => return Err(CallError::Refused("batch reset missing target".into())),
    };
    request.workflow_execution = Some(execution);
    request.workflow_task_finish_event_id = event_id;
    calls.reset(request).await
}

/// Where to reset to: the newer field decides.
pub(crate) fn target(operation: &BatchOperationReset) -> Option<Target> {
    if let Some(options) = &operation.options {
        return options.target.clone();
    }
    #[expect(deprecated, reason = "clients of this generation still send it")]
    let reset_type = operation.reset_type;
    match ResetType::try_from(reset_type) {
        Ok(ResetType::FirstWorkflowTask) => Some(Target::FirstWorkflowTask(())),
        Ok(ResetType::LastWorkflowTask) => Some(Target::LastWorkflowTask(())),
        Ok(ResetType::Unspecified) | Err(_) => None,
    }
}

#[expect(deprecated, reason = "clients of this generation still send it")]
fn set_reapplied(operation: &BatchOperationReset, request: &mut ResetWorkflowExecutionRequest) {
    match &operation.options {
        Some(options) => {
            request.reset_reapply_type = options.reset_reapply_type;
            request
                .reset_reapply_exclude_types
                .clone_from(&options.reset_reapply_exclude_types);
        }
        None => request.reset_reapply_type = operation.reset_reapply_type,
    }
}

/// Goes through a history's workflow tasks: the first that completed; if none did, the event after that of the first one.
async fn first_task(
    calls: &dyn Calls,
    namespace: &str,
    execution: &WorkflowExecution,
) -> Result<i64, CallError> {
    let mut scheduled = None;
    let mut pages = Pages::new(namespace, execution);
    while let Some(events) = pages.next(calls).await? {
        for event in events {
            match event.attributes {
                Some(Attributes::WorkflowTaskCompletedEventAttributes(_)) => {
                    return Ok(event.event_id);
                }
                Some(Attributes::WorkflowTaskScheduledEventAttributes(_)) => {
                    scheduled.get_or_insert(event.event_id + 1);
                }
                Some(_) | None => {}
            }
        }
    }
    scheduled.ok_or_else(no_task)
}

async fn last_task(
    calls: &dyn Calls,
    namespace: &str,
    execution: &WorkflowExecution,
) -> Result<i64, CallError> {
    let mut scheduled = None;
    let mut request = GetWorkflowExecutionHistoryReverseRequest {
        namespace: namespace.to_owned(),
        execution: Some(execution.clone()),
        ..Default::default()
    };
    loop {
        let page = calls.history_reverse(request.clone()).await?;
        for event in page
            .history
            .map(|history| history.events)
            .unwrap_or_default()
        {
            match event.attributes {
                Some(Attributes::WorkflowTaskCompletedEventAttributes(_)) => {
                    return Ok(event.event_id);
                }
                Some(Attributes::WorkflowTaskScheduledEventAttributes(_)) => {
                    scheduled = Some(event.event_id + 1);
                }
                Some(_) | None => {}
            }
        }
        if page.next_page_token.is_empty() {
            return scheduled.ok_or_else(no_task);
        }
        request.next_page_token = page.next_page_token;
    }
}

/// The first task that the build completed, in the oldest run of the chain that has one.
async fn first_task_of_build(
    calls: &dyn Calls,
    namespace: &str,
    mut execution: WorkflowExecution,
    build_id: &str,
    current_run_only: bool,
) -> Result<(WorkflowExecution, i64), CallError> {
    let mut found = None;
    for _ in 0..CHAIN_RUNS {
        let mut previous = String::new();
        let mut first = None;
        let mut pages = Pages::new(namespace, &execution);
        while first.is_none()
            && let Some(events) = pages.next(calls).await?
        {
            for event in events {
                match event.attributes {
                    Some(Attributes::WorkflowExecutionStartedEventAttributes(started)) => {
                        previous = started.continued_execution_run_id;
                    }
                    Some(Attributes::WorkflowTaskCompletedEventAttributes(completed))
                        if is_of_build(&completed, build_id) =>
                    {
                        first.get_or_insert(event.event_id);
                    }
                    Some(_) | None => {}
                }
            }
        }
        if let Some(event_id) = first {
            found = Some((execution.clone(), event_id));
        }
        if current_run_only || previous.is_empty() {
            break;
        }
        execution.run_id = previous;
    }
    found.ok_or_else(|| CallError::Refused(format!("Can't find reset point for {build_id}")))
}

#[expect(
    deprecated,
    reason = "workers of older generations name their build there"
)]
fn is_of_build(completed: &WorkflowTaskCompletedEventAttributes, build_id: &str) -> bool {
    let deployment = completed.deployment_version.as_ref();
    let worker = completed.worker_version.as_ref();
    completed.binary_checksum == build_id
        || deployment.is_some_and(|version| version.build_id == build_id)
        || worker.is_some_and(|version| version.build_id == build_id)
}

/// A history, page by page.
struct Pages {
    request: Option<GetWorkflowExecutionHistoryRequest>,
}

impl Pages {
    fn new(namespace: &str, execution: &WorkflowExecution) -> Self {
        Self {
            request: Some(GetWorkflowExecutionHistoryRequest {
                namespace: namespace.to_owned(),
                execution: Some(execution.clone()),
                ..Default::default()
            }),
        }
    }

    async fn next(&mut self, calls: &dyn Calls) -> Result<Option<Vec<HistoryEvent>>, CallError> {
        let Some(mut request) = self.request.take() else {
            return Ok(None);
        };
        let page = calls.history(request.clone()).await?;
        if !page.next_page_token.is_empty() {
            request.next_page_token = page.next_page_token;
            self.request = Some(request);
        }
        Ok(Some(
            page.history
                .map(|history| history.events)
                .unwrap_or_default(),
        ))
    }
}

fn no_task() -> CallError {
    CallError::Refused("unable to find any scheduled or completed task".into())
}
