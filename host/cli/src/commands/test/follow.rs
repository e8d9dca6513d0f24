//! Reads the histories of the workflow and of its children as they grow, and sees to it that what they wait for is mocked.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::{HistoryEventFilterType, WorkflowExecutionStatus, WorkflowTaskFailedCause},
    history::v1::{HistoryEvent, history_event::Attributes},
    workflowservice::v1::{DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest},
};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{failure, timeline::Timeline, workers::MockWorkers};
use crate::{client::Client, payload, problem::Problem};

/// How long the last events of a closed child may take to be read, in real time: they are there, so this is for a busy machine.
const CHILD_LIMIT: Duration = Duration::from_secs(5);

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    Completed(Value),
    Failed(Value),
    Cancelled,
    TimedOut,
    Terminated,
}

/// What all followers share.
pub(super) struct Follower {
    pub(super) client: Client,
    pub(super) workers: MockWorkers,
    /// The task queue of the component.
    pub(super) task_queue: String,
    pub(super) timeline: Mutex<Timeline>,
    /// Where failed workflow tasks are told, whoever's they are.
    pub(super) task_failures: mpsc::UnboundedSender<Value>,
    pub(super) children: Mutex<Vec<Child>>,
}

/// A child whose history is read.
pub(super) struct Child {
    workflow_id: String,
    following: JoinHandle<()>,
}

/// What follows from one event.
enum Turn {
    GoOn,
    NextRun(String),
    End(End),
}

impl Follower {
    /// Follows a workflow over all its runs to its end. `None` when the server has ended.
    pub(super) async fn follow(self: Arc<Self>, mut execution: WorkflowExecution) -> Option<End> {
        let mut next_page_token = Vec::new();
        loop {
            let request = GetWorkflowExecutionHistoryRequest {
                namespace: self.client.namespace.clone(),
                execution: Some(execution.clone()),
                next_page_token,
                wait_new_event: true,
                history_event_filter_type: HistoryEventFilterType::AllEvent.into(),
                ..Default::default()
            };
            let page = self
                .client
                .workflows()
                .get_workflow_execution_history(request)
                .await
                .ok()?
                .into_inner();
            let mut next_run = None;
            for event in page.history.unwrap_or_default().events {
                match self.take(&execution, &event) {
                    Turn::GoOn => {}
                    Turn::NextRun(run_id) => next_run = Some(run_id),
                    Turn::End(end) => return Some(end),
                }
            }
            next_page_token = page.next_page_token;
            if let Some(run_id) = next_run {
                execution.run_id = run_id;
                next_page_token = Vec::new();
            }
        }
    }

    /// Waits until the histories of closed children, and of theirs, have been read to their ends. Open ones are not followed any more.
    pub(super) async fn finish_children(&self) {
        loop {
            let children =
                std::mem::take(&mut *self.children.lock().unwrap_or_else(PoisonError::into_inner));
            if children.is_empty() {
                return;
            }
            for child in children {
                match is_running(&self.client, &child.workflow_id).await {
                    Ok(false) => {
                        let _ = tokio::time::timeout(CHILD_LIMIT, child.following).await;
                    }
                    Ok(true) | Err(_) => child.following.abort(),
                }
            }
        }
    }

    fn take(self: &Arc<Self>, execution: &WorkflowExecution, event: &HistoryEvent) -> Turn {
        use Attributes as A;
        self.timeline
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(&execution.workflow_id, &execution.run_id, event);
        let Some(attributes) = &event.attributes else {
            return Turn::GoOn;
        };
        let next_or = |run_id: &str, end: End| match run_id {
            "" => Turn::End(end),
            run_id => Turn::NextRun(run_id.to_owned()),
        };
        match attributes {
            A::ActivityTaskScheduledEventAttributes(a) => {
                if let Some(queue) = &a.task_queue {
                    self.workers.serve_activities(&queue.name);
                }
                Turn::GoOn
            }
            A::StartChildWorkflowExecutionInitiatedEventAttributes(a) => {
                if let Some(queue) = &a.task_queue
                    && queue.name != self.task_queue
                {
                    self.workers.serve_children(&queue.name);
                }
                Turn::GoOn
            }
            A::ChildWorkflowExecutionStartedEventAttributes(a) => {
                if let Some(child) = a.workflow_execution.clone() {
                    let follower = self.clone();
                    let workflow_id = child.workflow_id.clone();
                    let following = tokio::spawn(async move {
                        // Its end is in its parent's history.
                        let _ = follower.follow(child).await;
                    });
                    self.children
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(Child {
                            workflow_id,
                            following,
                        });
                }
                Turn::GoOn
            }
            A::WorkflowTaskFailedEventAttributes(a) => {
                // Something happened while the task ran: it is simply done again.
                if a.cause() != WorkflowTaskFailedCause::UnhandledCommand {
                    let mut told = failure::to_json(a.failure.as_ref());
                    if let Some(fields) = told.as_object_mut() {
                        fields.insert("cause_of_task".into(), json!(a.cause().as_str_name()));
                        fields.insert("workflow_id".into(), json!(execution.workflow_id));
                    }
                    let _ = self.task_failures.send(told);
                }
                Turn::GoOn
            }
            A::WorkflowExecutionContinuedAsNewEventAttributes(a) => {
                Turn::NextRun(a.new_execution_run_id.clone())
            }
            A::WorkflowExecutionCompletedEventAttributes(a) => next_or(
                &a.new_execution_run_id,
                End::Completed(payload::all_to_json(a.result.as_ref())),
            ),
            A::WorkflowExecutionFailedEventAttributes(a) => next_or(
                &a.new_execution_run_id,
                End::Failed(failure::to_json(a.failure.as_ref())),
            ),
            A::WorkflowExecutionTimedOutEventAttributes(a) => {
                next_or(&a.new_execution_run_id, End::TimedOut)
            }
            A::WorkflowExecutionCanceledEventAttributes(_) => Turn::End(End::Cancelled),
            A::WorkflowExecutionTerminatedEventAttributes(_) => Turn::End(End::Terminated),
            // What else happens is the workflow's own business.
            _ => Turn::GoOn,
        }
    }
}

/// Whether the last run of a workflow is open.
pub(super) async fn is_running(client: &Client, workflow_id: &str) -> Result<bool, Problem> {
    let request = DescribeWorkflowExecutionRequest {
        namespace: client.namespace.clone(),
        execution: Some(WorkflowExecution {
            workflow_id: workflow_id.to_owned(),
            run_id: String::new(),
        }),
    };
    let answer = client
        .workflows()
        .describe_workflow_execution(request)
        .await
        .map_err(|status| client.problem(&status))?;
    let status = answer
        .into_inner()
        .workflow_execution_info
        .map(|info| info.status());
    Ok(status == Some(WorkflowExecutionStatus::Running))
}
