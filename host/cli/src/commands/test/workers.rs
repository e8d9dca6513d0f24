//! Workers that answer from mocks: for every task queue on which an activity or a child is scheduled, as soon as it is.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sundial_server::clock::SkippingClock;
use sundial_worker::{ActivityContext, NativeActivities, cancelled_failure};
use temporalio_protos::temporal::api::{
    command::v1::{
        CancelWorkflowExecutionCommandAttributes, Command,
        CompleteWorkflowExecutionCommandAttributes, FailWorkflowExecutionCommandAttributes,
        StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::{Payload, Payloads},
    enums::v1::{CommandType, EventType},
    failure::v1::Failure,
    history::v1::HistoryEvent,
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

/// Answers local activities, which the worker host runs itself. Their workflow task goes on meanwhile, so no time is skipped: what
/// they take, they take in real time.
pub(super) fn local_activities(mocks: Arc<Mocks>) -> NativeActivities {
    let mut native = NativeActivities::new();
    native.register_for_other_local(move |context: ActivityContext, _| {
        let mock = mocks.answer(&context.info().activity_type);
        async move {
            tokio::select! {
                () = tokio::time::sleep(mock.takes) => mock.answer.map_err(|failure| *failure),
                _ = context.cancelled() => Err(cancelled_failure(None)),
            }
        }
    });
    native
}

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
        activities: Arc<Mocks>,
        children: Mocks,
    ) -> Self {
        Self {
            client,
            clock,
            activities,
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
                // By run id: all the tasks of a run have one mock.
                let mut answers: HashMap<String, Mock> = HashMap::new();
                while let Some(task) = next_child(&client, &task_queue).await {
                    if task.task_token.is_empty() {
                        continue;
                    }
                    let run_id = task.workflow_execution.as_ref().map(|run| &run.run_id);
                    let mock = answers.entry(name_of(run_id)).or_insert_with(|| {
                        mocks.answer(&name_of(task.workflow_type.as_ref().map(|kind| &kind.name)))
                    });
                    answer_child(&client, mock.clone(), task).await;
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

/// What a mocked child does in a workflow task.
#[derive(Debug, PartialEq)]
enum Step {
    /// Nothing: what woke it is not what it waits for.
    Wait,
    StartTimer(Duration),
    End(Result<Payload, Box<Failure>>),
    Cancel,
}

/// A child whose mock takes time ends when its timer has fired, whatever else happens to it; but a request to cancel it ends it at once.
fn next_step(history: &[HistoryEvent], mock: Mock) -> Step {
    let has = |kind: EventType| history.iter().any(|event| event.event_type() == kind);
    if has(EventType::WorkflowExecutionCancelRequested) {
        Step::Cancel
    } else if mock.takes.is_zero() || has(EventType::TimerFired) {
        Step::End(mock.answer)
    } else if has(EventType::TimerStarted) {
        Step::Wait
    } else {
        Step::StartTimer(mock.takes)
    }
}

async fn answer_child(client: &Client, mock: Mock, task: PollWorkflowTaskQueueResponse) {
    let history = task.history.unwrap_or_default().events;
    let command = match next_step(&history, mock) {
        Step::Wait => None,
        Step::StartTimer(takes) => Some((
            CommandType::StartTimer,
            Attributes::StartTimerCommandAttributes(StartTimerCommandAttributes {
                timer_id: "1".to_owned(),
                start_to_fire_timeout: takes.try_into().ok(),
            }),
        )),
        Step::End(Ok(result)) => Some((
            CommandType::CompleteWorkflowExecution,
            Attributes::CompleteWorkflowExecutionCommandAttributes(
                CompleteWorkflowExecutionCommandAttributes {
                    result: Some(Payloads {
                        payloads: vec![result],
                    }),
                },
            ),
        )),
        Step::End(Err(failure)) => Some((
            CommandType::FailWorkflowExecution,
            Attributes::FailWorkflowExecutionCommandAttributes(
                FailWorkflowExecutionCommandAttributes {
                    failure: Some(*failure),
                },
            ),
        )),
        Step::Cancel => Some((
            CommandType::CancelWorkflowExecution,
            Attributes::CancelWorkflowExecutionCommandAttributes(
                CancelWorkflowExecutionCommandAttributes::default(),
            ),
        )),
    };
    let commands = command.into_iter().map(|(kind, attributes)| Command {
        command_type: kind.into(),
        attributes: Some(attributes),
        ..Default::default()
    });
    let request = RespondWorkflowTaskCompletedRequest {
        task_token: task.task_token,
        namespace: client.namespace.clone(),
        identity: identity(),
        commands: commands.collect(),
        ..Default::default()
    };
    let _ = client
        .workflows()
        .respond_workflow_task_completed(request)
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(takes_ms: u64, history: &[EventType]) -> Step {
        let events: Vec<HistoryEvent> = history
            .iter()
            .map(|kind| HistoryEvent {
                event_type: (*kind).into(),
                ..Default::default()
            })
            .collect();
        let mock = Mock {
            answer: Ok(Payload::default()),
            takes: Duration::from_millis(takes_ms),
        };
        next_step(&events, mock)
    }

    #[test]
    fn a_child_ends_when_its_timer_has_fired_and_not_before() {
        use EventType as E;
        let end = || Step::End(Ok(Payload::default()));
        let started = E::WorkflowExecutionStarted;
        assert_eq!(step(0, &[started]), end());
        assert_eq!(
            step(5, &[started]),
            Step::StartTimer(Duration::from_millis(5))
        );
        let signaled = [started, E::TimerStarted, E::WorkflowExecutionSignaled];
        assert_eq!(step(5, &signaled), Step::Wait);
        assert_eq!(step(5, &[started, E::TimerStarted, E::TimerFired]), end());
    }

    #[test]
    fn a_child_that_is_to_be_cancelled_is() {
        use EventType as E;
        let history = [E::TimerStarted, E::WorkflowExecutionCancelRequested];
        assert_eq!(step(5, &history), Step::Cancel);
        assert_eq!(step(0, &history), Step::Cancel);
    }
}
