//! Handing tasks to workers, and taking the results of workflow tasks.
//!
//! A task that matching hands out is only a hint: the run says whether it is still wanted. One that is not is dropped
//! with its row, and the poll goes on.

use std::time::Duration;

use sundial_core::{
    Archetype, Cx, Rejection, Run, RunKey, Task,
    run::{Poller, StartedWorkflowTask, token::WorkflowTaskToken},
};
use temporalio_protos::temporal::api::{
    command::v1::command::Attributes as Command,
    enums::v1::WorkerVersioningMode,
    history::v1::HistoryEvent,
    workflowservice::v1::{
        PollActivityTaskQueueResponse, RespondWorkflowTaskCompletedRequest,
        RespondWorkflowTaskCompletedResponse,
    },
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    Engine, Target,
    cell::Cell,
    command::{Absence, Mode},
    error::EngineError,
    history::recent_events,
    queries::QueryToken,
};
use crate::matching::{Dispatch, HeldQuery, HeldTask, Poll};

/// A started task carries its history if it is in memory and not larger than this; the rest is for the caller to read,
/// page by page. Temporal's pages are 256 events; this is one of those with payloads of common size.
const INLINE_HISTORY_BYTES: usize = 1024 * 1024;

const CHANGES: Mode = Mode {
    absence: Absence::Pass,
    read_only: false,
};

/// A workflow task, or a query in the form of one, on its way to a worker.
#[derive(Clone, Debug)]
pub struct StartedTask {
    /// The run.
    pub run: RunKey,
    /// Everything but the history, with the range of events to send.
    pub task: StartedWorkflowTask,
    /// The events `task.history_from..=task.history_to`, if they were at hand. `task.preview` is not in them.
    pub events: Option<Vec<HistoryEvent>>,
}

/// What came of a completed workflow task.
#[derive(Clone, Debug)]
pub struct CompletedTask {
    /// The answer, without the workflow task.
    pub response: RespondWorkflowTaskCompletedResponse,
    /// The next workflow task, started already, if the worker wants it with the answer.
    pub new_task: Option<StartedTask>,
}

/// How the start of an activity went.
enum ActivityStart {
    Started(Box<PollActivityTaskQueueResponse>),
    NeedsEvent,
    Stale,
}

impl Engine {
    /// PollWorkflowTaskQueue: waits for a workflow task or a query, and starts it. `None` when the poll's time is over.
    pub async fn next_workflow_task(&self, poll: Poll) -> Result<Option<StartedTask>, EngineError> {
        let deadline = Instant::now() + poll.limit;
        loop {
            let Some(dispatch) = self
                .inner
                .matching
                .poll_workflow(left_of(&poll, deadline))
                .await
            else {
                return Ok(None);
            };
            let started = match dispatch {
                Dispatch::Task(held) => self.start_workflow_task(held, &poll).await?,
                Dispatch::Query(held) => self.start_query(held, &poll).await?,
            };
            if started.is_some() {
                return Ok(started);
            }
        }
    }

    /// PollActivityTaskQueue: waits for an activity task, and starts it. `None` when the poll's time is over.
    pub async fn next_activity_task(
        &self,
        poll: Poll,
    ) -> Result<Option<PollActivityTaskQueueResponse>, EngineError> {
        let deadline = Instant::now() + poll.limit;
        loop {
            let Some(held) = self
                .inner
                .matching
                .poll_activity(left_of(&poll, deadline))
                .await
            else {
                return Ok(None);
            };
            if let Some(started) = self.start_activity_task(held, &poll).await? {
                return Ok(Some(started));
            }
        }
    }

    /// RespondWorkflowTaskCompleted, with the answers to the queries that the task carried.
    pub async fn complete_workflow_task(
        &self,
        mut request: RespondWorkflowTaskCompletedRequest,
    ) -> Result<CompletedTask, EngineError> {
        let token = WorkflowTaskToken::decode_token(&request.task_token)?;
        let target = Target::run(&token.key()?);
        let nexus_endpoints = self.inner.nexus.endpoints.names();
        self.submit(
            target,
            Mode {
                absence: Absence::Refuse,
                read_only: false,
            },
            move |stage| {
                let cell = stage.cell.ok_or_else(EngineError::absent)?;
                stage.cx.nexus_endpoints = nexus_endpoints;
                let query_results = std::mem::take(&mut request.query_results);
                let completed = cell
                    .workflow_mut()?
                    .complete_workflow_task(stage.cx, &request, &token)?;
                stage
                    .wishes
                    .replies
                    .append(&mut cell.take_answered(query_results));
                let poller = poller_of_completion(&request);
                let mut response = completed.response;
                response.activity_tasks =
                    take_activities_along(cell.workflow_mut()?, stage.cx, &request, &poller);
                let new_task = match completed.new_task {
                    Some((_, stamp)) if request.return_new_workflow_task => {
                        // The completion stands whatever becomes of this.
                        start_in_cell(cell, stage.cx, stamp, &poller).ok()
                    }
                    _ => None,
                };
                Ok(CompletedTask { response, new_task })
            },
        )
        .await
    }

    async fn start_workflow_task(
        &self,
        held: HeldTask,
        poll: &Poll,
    ) -> Result<Option<StartedTask>, EngineError> {
        let task = held.task();
        let (row, stamp) = (task.id, task.stamp);
        let poller = poller_of_poll(poll);
        let result = self
            .submit(Target::run(&task.run), CHANGES, move |stage| {
                let Some(cell) = stage.cell else {
                    stage.wishes.stale_tasks.push(row);
                    return Ok(None);
                };
                match start_in_cell(cell, stage.cx, stamp, &poller) {
                    Ok(started) => Ok(Some(started)),
                    Err(EngineError::Rejected(Rejection::NotFound(_))) => {
                        stage.wishes.stale_tasks.push(row);
                        Ok(None)
                    }
                    // Another poll has it; its row goes with the task's end.
                    Err(EngineError::Rejected(Rejection::AlreadyExists(_))) => Ok(None),
                    Err(error) => Err(error),
                }
            })
            .await;
        settle(held, &result);
        result
    }

    async fn start_activity_task(
        &self,
        held: HeldTask,
        poll: &Poll,
    ) -> Result<Option<PollActivityTaskQueueResponse>, EngineError> {
        let poller = poller_of_poll(poll);
        let task = held.task();
        let result = match task.run.archetype {
            Archetype::Workflow => self.start_activity(task, poller).await,
            Archetype::Activity => self.start_standalone_task(task, poller).await,
        };
        settle(held, &result);
        result
    }

    async fn start_activity(
        &self,
        task: &Task,
        poller: Poller,
    ) -> Result<Option<PollActivityTaskQueueResponse>, EngineError> {
        let mut event = None;
        // Twice at most: once without the scheduled event, and once with it.
        loop {
            let (row, event_id, stamp) = (task.id, task.scheduled_event_id, task.stamp);
            let (poller, supplied) = (poller.clone(), event.take());
            let is_second = supplied.is_some();
            let start = self
                .submit(Target::run(&task.run), CHANGES, move |stage| {
                    let Some(cell) = stage.cell else {
                        stage.wishes.stale_tasks.push(row);
                        return Ok(ActivityStart::Stale);
                    };
                    let run = cell.workflow_mut()?;
                    if let Some(event) = supplied {
                        run.supply_event(event);
                    }
                    if run.activity_needs_event(event_id) {
                        return Ok(ActivityStart::NeedsEvent);
                    }
                    match run.start_activity_task(stage.cx, event_id, stamp, &poller) {
                        Ok(started) => Ok(ActivityStart::Started(Box::new(started))),
                        Err(Rejection::NotFound(_)) => {
                            stage.wishes.stale_tasks.push(row);
                            Ok(ActivityStart::Stale)
                        }
                        Err(rejection) => Err(EngineError::Rejected(rejection)),
                    }
                })
                .await?;
            match start {
                ActivityStart::Started(started) => return Ok(Some(*started)),
                ActivityStart::Stale => return Ok(None),
                ActivityStart::NeedsEvent if is_second => {
                    return Err(EngineError::Internal(format!(
                        "event {event_id} of run {} is not the scheduled event of its activity",
                        task.run
                    )));
                }
                ActivityStart::NeedsEvent => {
                    event = self.event(&task.run, event_id).await?;
                    if event.is_none() {
                        return Err(EngineError::Internal(format!(
                            "event {event_id} of run {}, which scheduled an activity, is missing",
                            task.run
                        )));
                    }
                }
            }
        }
    }

    async fn start_query(
        &self,
        held: HeldQuery,
        poll: &Poll,
    ) -> Result<Option<StartedTask>, EngineError> {
        let query = held.query();
        let (run, asked) = (query.run.clone(), query.query.clone());
        let sticky = poll.normal_queue.is_some();
        let started = self
            .read(Target::run(&query.run), move |run| {
                start_query_in(run, sticky, &asked)
            })
            .await;
        match started {
            Ok((mut task, events)) => {
                task.response.task_token = QueryToken::of(query);
                held.accept();
                Ok(Some(StartedTask { run, task, events }))
            }
            Err(error) => {
                // The asker hears of it; the worker goes on polling.
                if let Some(answer) = self.inner.direct_queries.end(held.query().id) {
                    let _ = answer.send(Err(error));
                }
                held.accept();
                Ok(None)
            }
        }
    }
}

fn start_query_in(
    run: &Run,
    sticky: bool,
    query: &temporalio_protos::temporal::api::query::v1::WorkflowQuery,
) -> (StartedWorkflowTask, Option<Vec<HistoryEvent>>) {
    let task = run.query_task(sticky, query);
    let events = inline_history(run, &task);
    (task, events)
}

fn start_in_cell(
    cell: &mut Cell,
    cx: &mut Cx<'_>,
    stamp: i32,
    poller: &Poller,
) -> Result<StartedTask, EngineError> {
    let queries = cell.queries_to_attach();
    let run = cell.workflow_mut()?;
    let task = run.start_workflow_task(cx, stamp, poller, queries)?;
    Ok(with_history(run, task))
}

/// A started task with its history, if that is at hand.
pub(super) fn with_history(run: &Run, task: StartedWorkflowTask) -> StartedTask {
    StartedTask {
        run: run.key().clone(),
        events: inline_history(run, &task),
        task,
    }
}

/// The history that a task is sent with, if all of it is in memory.
fn inline_history(run: &Run, task: &StartedWorkflowTask) -> Option<Vec<HistoryEvent>> {
    let events = recent_events(
        run,
        task.history_from,
        task.history_to,
        INLINE_HISTORY_BYTES,
    )?;
    let last = events
        .last()
        .map_or(task.history_from - 1, |event| event.event_id);
    (last >= task.history_to).then_some(events)
}

/// Starts the activities that the worker has room for and wants at once, in the transaction that schedules them.
///
/// Not so if another version's workers should get them: that is for matching to see to.
fn take_activities_along(
    run: &mut Run,
    cx: &mut Cx<'_>,
    request: &RespondWorkflowTaskCompletedRequest,
    poller: &Poller,
) -> Vec<PollActivityTaskQueueResponse> {
    if run.is_closed() || run.pinned_version() != poller.version {
        return Vec::new();
    }
    let wanted = request
        .commands
        .iter()
        .filter_map(|command| match &command.attributes {
            Some(Command::ScheduleActivityTaskCommandAttributes(activity))
                if activity.request_eager_execution =>
            {
                Some(activity.activity_id.as_str())
            }
            _ => None,
        });
    let mut taken = Vec::new();
    for activity_id in wanted {
        let Some((event_id, stamp)) = run.waiting_activity(activity_id) else {
            continue;
        };
        let poller = Poller {
            request_id: Uuid::new_v4().to_string(),
            ..poller.clone()
        };
        // One that can't be started waits in its queue, like any other.
        taken.extend(run.start_activity_task(cx, event_id, stamp, &poller).ok());
    }
    taken
}

/// What a task is held for is done, unless the store may yet recover: then the next poll gets it.
fn settle<R>(held: HeldTask, result: &Result<Option<R>, EngineError>) {
    match result {
        Err(EngineError::Unavailable(_) | EngineError::ShuttingDown) => drop(held),
        Ok(Some(_)) | Err(_) => held.done(),
        Ok(None) => held.void(),
    }
}

fn left_of(poll: &Poll, deadline: Instant) -> Poll {
    let limit: Duration = deadline.saturating_duration_since(Instant::now());
    Poll {
        limit,
        ..poll.clone()
    }
}

fn poller_of_poll(poll: &Poll) -> Poller {
    Poller {
        identity: poll.poller.identity.clone(),
        request_id: Uuid::new_v4().to_string(),
        sticky: poll.normal_queue.is_some(),
        inline: false,
        version: poll.poller.version.clone(),
    }
}

/// The poll that a task has which goes back with a completion. Temporal's words.
const INLINE_REQUEST_ID: &str = "request-from-RespondWorkflowTaskCompleted";

fn poller_of_completion(request: &RespondWorkflowTaskCompletedRequest) -> Poller {
    let version = request
        .deployment_options
        .as_ref()
        .filter(|options| options.worker_versioning_mode() == WorkerVersioningMode::Versioned)
        .map(|options| sundial_core::DeploymentVersion {
            deployment_name: options.deployment_name.clone(),
            build_id: options.build_id.clone(),
        });
    Poller {
        identity: request.identity.clone(),
        request_id: INLINE_REQUEST_ID.to_owned(),
        sticky: request.sticky_attributes.is_some(),
        inline: true,
        version,
    }
}
