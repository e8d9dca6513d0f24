//! Workers that answer from mocks: for every task queue on which an activity or a child is scheduled, as soon as it is.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sundial_server::clock::SkippingClock;
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, CompleteWorkflowExecutionCommandAttributes,
        FailWorkflowExecutionCommandAttributes, StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::Payloads,
    enums::v1::CommandType,
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        PollActivityTaskQueueRequest, PollActivityTaskQueueResponse, PollWorkflowTaskQueueRequest,
        PollWorkflowTaskQueueResponse, RespondActivityTaskCompletedRequest,
        RespondActivityTaskFailedRequest, RespondWorkflowTaskCompletedRequest,
    },
};
use tokio::task::JoinSet;

use super::mocks::{Mock, Mocks};
use crate::client::{Client, identity};

/// All of them; they end when this is dropped.
pub(super) struct MockWorkers {
    client: Client,
    clock: SkippingClock,
    pub(super) activities: Arc<Mocks>,
    pub(super) children: Arc<Mocks>,
    polled: Mutex<Polled>,
}

#[derive(Default)]
struct Polled {
    activity_queues: HashSet<String>,
    workflow_queues: HashSet<String>,
    tasks: JoinSet<()>,
}

impl MockWorkers {
    pub(super) fn new(
        client: Client,
        clock: SkippingClock,
        activities: Mocks,
        children: Mocks,
    ) -> Self {
        Self {
            client,
            clock,
            activities: Arc::new(activities),
            children: Arc::new(children),
            polled: Mutex::default(),
        }
    }

    /// Answers the activities of a task queue from now on.
    pub(super) fn serve_activities(&self, task_queue: &str) {
        let mut polled = self.polled.lock().unwrap_or_else(PoisonError::into_inner);
        if polled.activity_queues.insert(task_queue.to_owned()) {
            let (client, clock) = (self.client.clone(), self.clock.clone());
            let (mocks, task_queue) = (self.activities.clone(), task_queue.to_owned());
            polled.tasks.spawn(async move {
                let mut answering = JoinSet::new();
                while let Some(task) = next_activity(&client, &task_queue).await {
                    if task.task_token.is_empty() {
                        continue;
                    }
                    let mock =
                        mocks.answer(&name_of(task.activity_type.as_ref().map(|kind| &kind.name)));
                    answering.spawn(answer_activity(client.clone(), clock.clone(), task, mock));
                }
            });
        }
    }

    /// Answers the children of a task queue from now on.
    pub(super) fn serve_children(&self, task_queue: &str) {
        let mut polled = self.polled.lock().unwrap_or_else(PoisonError::into_inner);
        if polled.workflow_queues.insert(task_queue.to_owned()) {
            let client = self.client.clone();
            let (mocks, task_queue) = (self.children.clone(), task_queue.to_owned());
            polled.tasks.spawn(async move {
                let mut sleeping = HashMap::new();
                while let Some(task) = next_child(&client, &task_queue).await {
                    if !task.task_token.is_empty() {
                        let mock = mock_of_child(&mocks, &mut sleeping, &task);
                        answer_child(&client, mock, task).await;
                    }
                }
            });
        }
    }
}

fn name_of(name: Option<&String>) -> String {
    name.cloned().unwrap_or_default()
}

fn queue(name: &str) -> Option<TaskQueue> {
    Some(TaskQueue {
        name: name.to_owned(),
        ..Default::default()
    })
}

/// `None` when the server has ended; without a token when nothing came in time.
async fn next_activity(client: &Client, task_queue: &str) -> Option<PollActivityTaskQueueResponse> {
    let request = PollActivityTaskQueueRequest {
        namespace: client.namespace.clone(),
        task_queue: queue(task_queue),
        identity: identity(),
        ..Default::default()
    };
    let polled = client.workflows().poll_activity_task_queue(request).await;
    polled.ok().map(tonic::Response::into_inner)
}

async fn next_child(client: &Client, task_queue: &str) -> Option<PollWorkflowTaskQueueResponse> {
    let request = PollWorkflowTaskQueueRequest {
        namespace: client.namespace.clone(),
        task_queue: queue(task_queue),
        identity: identity(),
        ..Default::default()
    };
    let polled = client.workflows().poll_workflow_task_queue(request).await;
    polled.ok().map(tonic::Response::into_inner)
}

/// An answer may come too late: then the server has no use for it, and the workflow knows of the time-out.
async fn answer_activity(
    client: Client,
    clock: SkippingClock,
    task: PollActivityTaskQueueResponse,
    mock: Mock,
) {
    if !mock.takes.is_zero() {
        // The activity itself holds the time, so there is something to release.
        let _ = clock.unlock_while_sleeping(mock.takes).await;
    }
    match mock.answer {
        Ok(result) => {
            let request = RespondActivityTaskCompletedRequest {
                task_token: task.task_token,
                namespace: client.namespace.clone(),
                identity: identity(),
                result: Some(Payloads {
                    payloads: vec![result],
                }),
                ..Default::default()
            };
            let _ = client
                .workflows()
                .respond_activity_task_completed(request)
                .await;
        }
        Err(failure) => {
            let request = RespondActivityTaskFailedRequest {
                task_token: task.task_token,
                namespace: client.namespace.clone(),
                identity: identity(),
                failure: Some(*failure),
                ..Default::default()
            };
            let _ = client
                .workflows()
                .respond_activity_task_failed(request)
                .await;
        }
    }
}

/// A child whose mock takes time has two tasks: the first one starts a timer, the second one ends it.
fn mock_of_child(
    mocks: &Mocks,
    sleeping: &mut HashMap<String, Mock>,
    task: &PollWorkflowTaskQueueResponse,
) -> Mock {
    let run_id = task.workflow_execution.as_ref().map(|run| &run.run_id);
    let run_id = name_of(run_id);
    if let Some(mock) = sleeping.remove(&run_id) {
        return Mock {
            takes: Duration::ZERO,
            ..mock
        };
    }
    let mock = mocks.answer(&name_of(task.workflow_type.as_ref().map(|kind| &kind.name)));
    if !mock.takes.is_zero() {
        sleeping.insert(run_id, mock.clone());
    }
    mock
}

async fn answer_child(client: &Client, mock: Mock, task: PollWorkflowTaskQueueResponse) {
    let command = match (mock.takes.is_zero(), mock.answer) {
        (false, _) => Command {
            command_type: CommandType::StartTimer.into(),
            attributes: Some(Attributes::StartTimerCommandAttributes(
                StartTimerCommandAttributes {
                    timer_id: "1".to_owned(),
                    start_to_fire_timeout: mock.takes.try_into().ok(),
                },
            )),
            ..Default::default()
        },
        (true, Ok(result)) => Command {
            command_type: CommandType::CompleteWorkflowExecution.into(),
            attributes: Some(Attributes::CompleteWorkflowExecutionCommandAttributes(
                CompleteWorkflowExecutionCommandAttributes {
                    result: Some(Payloads {
                        payloads: vec![result],
                    }),
                },
            )),
            ..Default::default()
        },
        (true, Err(failure)) => Command {
            command_type: CommandType::FailWorkflowExecution.into(),
            attributes: Some(Attributes::FailWorkflowExecutionCommandAttributes(
                FailWorkflowExecutionCommandAttributes {
                    failure: Some(*failure),
                },
            )),
            ..Default::default()
        },
    };
    let request = RespondWorkflowTaskCompletedRequest {
        task_token: task.task_token,
        namespace: client.namespace.clone(),
        identity: identity(),
        commands: vec![command],
        ..Default::default()
    };
    let _ = client
        .workflows()
        .respond_workflow_task_completed(request)
        .await;
}
