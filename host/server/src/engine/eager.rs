//! Starts whose first workflow task goes to the caller at once, because it has a worker with room for it.

use sundial_core::{
    Cx, NamespaceInfo, Run,
    run::start::{start_workflow, take_first_task},
};
use temporalio_protos::temporal::api::workflowservice::v1::{
    StartWorkflowExecutionRequest, StartWorkflowExecutionResponse,
};

use super::{Engine, StartedTask, dispatch::with_history, error::EngineError};

impl Engine {
    /// StartWorkflowExecution. The workflow task is there if the request asks for it and it can be had.
    pub async fn start_workflow(
        &self,
        namespace: &NamespaceInfo,
        request: StartWorkflowExecutionRequest,
    ) -> Result<(StartWorkflowExecutionResponse, Option<StartedTask>), EngineError> {
        let owned = namespace.clone();
        let workflow_id = request.workflow_id.clone();
        self.transact_workflow(namespace, &workflow_id, move |mut current, cx| {
            let response = start_workflow(current.as_deref_mut(), cx, &owned, &request)?;
            let first_task = match cx.created.pop() {
                Some(mut run) => {
                    let first_task = first_task_of(&mut run, cx, &request);
                    cx.created.push(run);
                    first_task
                }
                None => current.and_then(|run| first_task_of(run, cx, &request)),
            };
            Ok((response, first_task))
        })
        .await
    }
}

fn first_task_of(
    run: &mut Run,
    cx: &mut Cx<'_>,
    request: &StartWorkflowExecutionRequest,
) -> Option<StartedTask> {
    let task = take_first_task(run, cx, request)?;
    Some(with_history(run, task))
}
