//! The worker's side, in raw calls: polls workflow and activity tasks and answers them, with a sticky queue and a
//! cache of counts, as SDKs have. It fails loudly: a benchmark that lost a task measures nothing.

use std::{cell::RefCell, collections::HashMap, rc::Rc, time::Duration};

use anyhow::{Context, Result, bail};
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, CompleteWorkflowExecutionCommandAttributes, ScheduleActivityTaskCommandAttributes,
        StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::ActivityType,
    enums::v1::{CommandType, EventType, TaskQueueKind},
    history::v1::HistoryEvent,
    taskqueue::v1::{StickyExecutionAttributes, TaskQueue},
    workflowservice::v1::{
        GetWorkflowExecutionHistoryRequest, PollActivityTaskQueueRequest,
        PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse,
        RespondActivityTaskCompletedRequest, RespondWorkflowTaskCompletedRequest,
    },
};
use tokio::{
    sync::watch,
    task::{JoinSet, LocalSet},
};

use crate::{
    client::{Client, NAMESPACE, json_string, long_poll},
    plan::{Plan, Step},
};

/// Polls of each kind that wait at a time. SDKs have 5 by default and go up to 100 when there is much to do.
const POLLERS: usize = 10;
const STICKY_TIMEOUT_SECONDS: i64 = 10;
const ACTIVITY_TIMEOUT_SECONDS: i64 = 60;

/// A worker of one task queue.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    client: Client,
    task_queue: String,
    sticky_queue: String,
    /// How far each open run is: what an SDK keeps in its cache.
    done: Rc<RefCell<HashMap<String, u32>>>,
    /// How many runs it took to where nothing more is to do: closed, or asleep.
    completed: Rc<watch::Sender<u32>>,
}

impl Worker {
    pub(crate) fn new(client: Client, task_queue: &str) -> Self {
        let sticky_queue = format!("{task_queue}-sticky-{}", uuid::Uuid::new_v4());
        Self {
            client,
            task_queue: task_queue.into(),
            sticky_queue,
            done: Rc::default(),
            completed: Rc::new(watch::Sender::new(0)),
        }
    }

    /// Runs `load` while this worker polls, and ends with the first of the two that fails.
    pub(crate) async fn beside<T>(self, load: impl Future<Output = Result<T>>) -> Result<T> {
        let mut pollers = JoinSet::new();
        let local = LocalSet::new();
        for _ in 0..POLLERS {
            pollers.spawn_local_on(self.clone().workflow_tasks(self.normal()), &local);
            pollers.spawn_local_on(self.clone().workflow_tasks(self.sticky()), &local);
        }
        self.poll_beside(pollers, local, load).await
    }

    /// Runs `load` while this worker polls for activities only.
    pub(crate) async fn activities_beside<T>(
        self,
        load: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.poll_beside(JoinSet::new(), LocalSet::new(), load)
            .await
    }

    async fn poll_beside<T>(
        self,
        mut pollers: JoinSet<Result<()>>,
        local: LocalSet,
        load: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        for _ in 0..POLLERS {
            pollers.spawn_local_on(self.clone().activity_tasks(), &local);
        }
        let first_to_end = async {
            match pollers.join_next().await {
                Some(Ok(Err(error))) => error.context("a poller failed"),
                other => anyhow::anyhow!("a poller ended: {other:?}"),
            }
        };
        let load_beside_pollers = async {
            tokio::select! {
                error = first_to_end => Err(error),
                result = load => result,
            }
        };
        local.run_until(load_beside_pollers).await
    }

    /// Activities completed, or signals received, by the open runs that it has.
    pub(crate) fn progress(&self) -> u32 {
        self.done.borrow().values().sum()
    }

    /// How many runs it took to where nothing more is to do.
    pub(crate) fn completed(&self) -> u32 {
        *self.completed.borrow()
    }

    /// Ends when so many more of them are there than at this call.
    pub(crate) fn completions(&self, count: u32) -> impl Future<Output = ()> + use<> {
        let enough = self.completed() + count;
        let mut completed = self.completed.subscribe();
        async move {
            let waited = completed.wait_for(|completed| *completed >= enough);
            waited
                .await
                .expect("a worker holds the sender while it runs");
        }
    }

    fn normal(&self) -> TaskQueue {
        TaskQueue {
            name: self.task_queue.clone(),
            ..Default::default()
        }
    }

    fn sticky(&self) -> TaskQueue {
        TaskQueue {
            name: self.sticky_queue.clone(),
            kind: TaskQueueKind::Sticky.into(),
            normal_name: self.task_queue.clone(),
        }
    }

    async fn workflow_tasks(self, task_queue: TaskQueue) -> Result<()> {
        let request = PollWorkflowTaskQueueRequest {
            namespace: NAMESPACE.into(),
            task_queue: Some(task_queue),
            identity: "bench".into(),
            ..Default::default()
        };
        loop {
            let task = self
                .client
                .service
                .clone()
                .poll_workflow_task_queue(long_poll(request.clone()))
                .await?
                .into_inner();
            if !task.task_token.is_empty() {
                self.answer(task).await?;
            }
        }
    }

    async fn answer(&self, task: PollWorkflowTaskQueueResponse) -> Result<()> {
        let run_id = task
            .workflow_execution
            .as_ref()
            .context("a task without a run")?
            .run_id
            .clone();
        let workflow_type = task
            .workflow_type
            .as_ref()
            .context("a task without a type")?
            .name
            .as_str();
        let plan = Plan::parse(workflow_type)
            .with_context(|| format!("unknown workflow type {workflow_type}"))?;
        let events = self.events(&task).await?;
        let from_the_start = events.first().is_some_and(|event| event.event_id == 1);
        let before = match self.done.borrow().get(&run_id) {
            _ if from_the_start => 0,
            Some(done) => *done,
            None => bail!("a sticky task of a run that is not cached"),
        };
        let counted = |event: &&HistoryEvent| {
            matches!(
                event.event_type(),
                EventType::ActivityTaskCompleted | EventType::WorkflowExecutionSignaled
            )
        };
        let done = before + events.iter().filter(counted).count() as u32;
        let commands = match plan.next(done) {
            Step::Complete => vec![complete()],
            Step::ScheduleActivity(number) => vec![self.schedule_activity(number)],
            Step::StartTimer { hours } => vec![start_timer(hours)],
            Step::Wait => Vec::new(),
        };
        let ends = matches!(plan.next(done), Step::Complete | Step::StartTimer { .. });
        match plan.next(done) {
            Step::Complete => self.done.borrow_mut().remove(&run_id),
            Step::ScheduleActivity(_) | Step::Wait => self.done.borrow_mut().insert(run_id, done),
            // Nothing comes for it while the benchmark lasts.
            Step::StartTimer { .. } => None,
        };
        let request = RespondWorkflowTaskCompletedRequest {
            namespace: NAMESPACE.into(),
            task_token: task.task_token,
            commands,
            identity: "bench".into(),
            sticky_attributes: Some(StickyExecutionAttributes {
                worker_task_queue: Some(self.sticky()),
                schedule_to_start_timeout: Some(seconds(STICKY_TIMEOUT_SECONDS)),
            }),
            ..Default::default()
        };
        match self
            .client
            .service
            .clone()
            .respond_workflow_task_completed(request)
            .await
        {
            Ok(_) => {
                if ends {
                    self.completed.send_modify(|completed| *completed += 1);
                }
                Ok(())
            }
            // A signal came while the task ran: the server takes the completion back and sends a new task.
            Err(status) if status.message().contains("UnhandledCommand") => Ok(()),
            Err(status) => Err(status.into()),
        }
    }

    /// The events that came with the task, and those on further pages.
    async fn events(&self, task: &PollWorkflowTaskQueueResponse) -> Result<Vec<HistoryEvent>> {
        let mut events = task
            .history
            .as_ref()
            .map(|history| history.events.clone())
            .unwrap_or_default();
        let mut token = task.next_page_token.clone();
        while !token.is_empty() {
            let request = GetWorkflowExecutionHistoryRequest {
                namespace: NAMESPACE.into(),
                execution: task.workflow_execution.clone(),
                next_page_token: token,
                ..Default::default()
            };
            let page = self
                .client
                .service
                .clone()
                .get_workflow_execution_history(request)
                .await?
                .into_inner();
            events.extend(
                page.history
                    .map(|history| history.events)
                    .unwrap_or_default(),
            );
            token = page.next_page_token;
        }
        Ok(events)
    }

    async fn activity_tasks(self) -> Result<()> {
        let request = PollActivityTaskQueueRequest {
            namespace: NAMESPACE.into(),
            task_queue: Some(self.normal()),
            identity: "bench".into(),
            ..Default::default()
        };
        loop {
            let task = self
                .client
                .service
                .clone()
                .poll_activity_task_queue(long_poll(request.clone()))
                .await?
                .into_inner();
            if task.task_token.is_empty() {
                continue;
            }
            let request = RespondActivityTaskCompletedRequest {
                namespace: NAMESPACE.into(),
                task_token: task.task_token,
                result: Some(json_string("done")),
                identity: "bench".into(),
                ..Default::default()
            };
            self.client
                .service
                .clone()
                .respond_activity_task_completed(request)
                .await?;
        }
    }

    fn schedule_activity(&self, number: u32) -> Command {
        command(
            CommandType::ScheduleActivityTask,
            Attributes::ScheduleActivityTaskCommandAttributes(
                ScheduleActivityTaskCommandAttributes {
                    activity_id: number.to_string(),
                    activity_type: Some(ActivityType {
                        name: "work".into(),
                    }),
                    task_queue: Some(self.normal()),
                    start_to_close_timeout: Some(seconds(ACTIVITY_TIMEOUT_SECONDS)),
                    ..Default::default()
                },
            ),
        )
    }
}

fn start_timer(hours: u32) -> Command {
    command(
        CommandType::StartTimer,
        Attributes::StartTimerCommandAttributes(StartTimerCommandAttributes {
            timer_id: "1".into(),
            start_to_fire_timeout: Some(seconds(3600 * i64::from(hours))),
        }),
    )
}

fn complete() -> Command {
    command(
        CommandType::CompleteWorkflowExecution,
        Attributes::CompleteWorkflowExecutionCommandAttributes(
            CompleteWorkflowExecutionCommandAttributes {
                result: Some(json_string("done")),
            },
        ),
    )
}

fn command(command_type: CommandType, attributes: Attributes) -> Command {
    Command {
        command_type: command_type.into(),
        attributes: Some(attributes),
        ..Default::default()
    }
}

fn seconds<D: TryFrom<Duration>>(seconds: i64) -> D
where
    D::Error: std::fmt::Debug,
{
    Duration::from_secs(seconds.unsigned_abs())
        .try_into()
        .expect("a small number of seconds is a duration")
}
