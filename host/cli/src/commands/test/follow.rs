//! Reads the histories of the workflow and of its children as they grow, and sees to it that what they wait for is mocked.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::{HistoryEventFilterType, WorkflowTaskFailedCause},
    history::v1::{HistoryEvent, history_event::Attributes},
    workflowservice::v1::GetWorkflowExecutionHistoryRequest,
};
use tokio::{sync::mpsc, task::JoinSet};

use super::{failure, timeline::Timeline, workers::MockWorkers};
use crate::{client::Client, payload};

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
    pub(super) children: Mutex<JoinSet<()>>,
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
                    self.children
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .spawn(async move {
                            // Its end is in its parent's history.
                            let _ = follower.follow(child).await;
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
