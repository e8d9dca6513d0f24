//! A run with a clock and ids that count, driven by short calls.

use std::{collections::HashMap, sync::Arc};

use sundial_core::{
    Cx, IdSource, Limits, NamespaceId, NamespaceInfo, Rejection, Run, RunWrite, Timestamp,
    run::{
        CompletedWorkflowTask, Poller, StartedWorkflowTask, StoredState, start::start_workflow,
        token::WorkflowTaskToken,
    },
    time::Span,
};
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, CompleteWorkflowExecutionCommandAttributes, ScheduleActivityTaskCommandAttributes,
        StartTimerCommandAttributes, command::Attributes,
    },
    enums::v1::{CommandType, EventType},
    history::v1::{History, HistoryEvent},
    protocol::v1::Message,
    taskqueue::v1::{StickyExecutionAttributes, TaskQueue},
    workflowservice::v1::{
        RespondWorkflowTaskCompletedRequest, SignalWorkflowExecutionRequest,
        StartWorkflowExecutionRequest, respond_workflow_task_completed_request::Capabilities,
    },
};
use uuid::Uuid;

/// Ids that count up.
#[derive(Default)]
pub(crate) struct Counting {
    uuids: u128,
    tasks: i64,
}

impl IdSource for Counting {
    fn uuid(&mut self) -> Uuid {
        self.uuids += 1;
        Uuid::from_u128(self.uuids)
    }

    fn task_id(&mut self) -> i64 {
        self.tasks += 1;
        self.tasks
    }
}

/// A run, the time, and everything that it would have stored.
pub(crate) struct Bench {
    pub(crate) run: Run,
    pub(crate) now: Timestamp,
    pub(crate) limits: Limits,
    pub(crate) ids: Counting,
    pub(crate) writes: Vec<RunWrite>,
    pub(crate) created: Vec<Run>,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) poller: Poller,
}

pub(crate) fn namespace() -> NamespaceInfo {
    NamespaceInfo {
        id: NamespaceId(Uuid::from_u128(7)),
        name: Arc::from("default"),
    }
}

pub(crate) fn start_request() -> StartWorkflowExecutionRequest {
    StartWorkflowExecutionRequest {
        namespace: "default".into(),
        workflow_id: "w".into(),
        workflow_type: Some("T".to_owned().into()),
        task_queue: Some(TaskQueue {
            name: "q".into(),
            ..Default::default()
        }),
        request_id: "start".into(),
        ..Default::default()
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::started_with(&start_request())
    }

    pub(crate) fn started_with(request: &StartWorkflowExecutionRequest) -> Self {
        let limits = Limits::default();
        let mut ids = Counting::default();
        let now = Timestamp(1_000_000_000_000);
        let mut cx = Cx::new(now, &mut ids, &limits);
        start_workflow(None, &mut cx, &namespace(), request).unwrap();
        let mut run = cx.created.pop().unwrap();
        let write = run.seal(&mut cx).unwrap();
        let poller = Poller {
            identity: "me".into(),
            request_id: "poll".into(),
            ..Default::default()
        };
        let mut bench = Self {
            run,
            now,
            limits,
            ids,
            writes: Vec::new(),
            created: Vec::new(),
            history: Vec::new(),
            poller,
        };
        bench.keep(write);
        bench
    }

    fn keep(&mut self, write: RunWrite) {
        use prost::Message as _;
        if let Some(batch) = &write.history {
            let events = History::decode(batch.events.clone()).unwrap().events;
            assert_eq!(events.first().unwrap().event_id, batch.first_event_id);
            assert_eq!(events.last().unwrap().event_id, batch.last_event_id);
            self.history.extend(events);
        }
        for (position, event) in self.history.iter().enumerate() {
            assert_eq!(event.event_id, position as i64 + 1, "event ids have no gap");
        }
        self.writes.push(write);
    }

    /// Runs a command, seals, and keeps what it stored.
    pub(crate) fn step<R>(&mut self, step: impl FnOnce(&mut Run, &mut Cx<'_>) -> R) -> R {
        let mut cx = Cx::new(self.now, &mut self.ids, &self.limits);
        let result = step(&mut self.run, &mut cx);
        let write = self.run.seal(&mut cx);
        self.created.append(&mut cx.created);
        if let Some(write) = write {
            self.keep(write);
        }
        result
    }

    pub(crate) fn advance(&mut self, seconds: i64) {
        self.now = self.now.plus(Span::from_seconds(seconds));
        if self.run.wake_at().is_some_and(|at| at <= self.now) {
            self.step(Run::wake);
        }
    }

    pub(crate) fn poll(&mut self) -> StartedWorkflowTask {
        self.try_poll().unwrap()
    }

    pub(crate) fn try_poll(&mut self) -> Result<StartedWorkflowTask, Rejection> {
        let (_, stamp) = self
            .run
            .pending_task_name()
            .expect("a workflow task is pending");
        let poller = self.poller.clone();
        self.step(|run, cx| run.start_workflow_task(cx, stamp, &poller, HashMap::new()))
    }

    pub(crate) fn answer(
        &mut self,
        task: &StartedWorkflowTask,
        request: RespondWorkflowTaskCompletedRequest,
    ) -> Result<CompletedWorkflowTask, Rejection> {
        let token = WorkflowTaskToken::decode_token(&task.response.task_token).unwrap();
        self.step(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()))
    }

    pub(crate) fn complete(&mut self, task: &StartedWorkflowTask, commands: Vec<Attributes>) {
        self.answer(task, with_commands(commands)).unwrap();
    }

    pub(crate) fn poll_and_complete(&mut self, commands: Vec<Attributes>) {
        let task = self.poll();
        self.complete(&task, commands);
    }

    pub(crate) fn signal(&mut self, name: &str) {
        let request = SignalWorkflowExecutionRequest {
            signal_name: name.into(),
            request_id: name.into(),
            ..Default::default()
        };
        self.step(|run, cx| run.signal(cx, &request)).unwrap();
    }

    /// What a crash leaves: the run as its last write has it.
    pub(crate) fn crash(&mut self) {
        let write = self.writes.last().unwrap();
        let mut parts = HashMap::new();
        for write in &self.writes {
            for part in &write.parts_put {
                parts.insert(part.key, part.clone());
            }
            for key in &write.parts_removed {
                parts.remove(key);
            }
        }
        let stored = StoredState {
            key: write.key.clone(),
            state: write.state.clone(),
            parts: parts.into_values().collect(),
        };
        self.run = Run::load(stored).unwrap();
    }

    /// The history's event types, in short.
    pub(crate) fn events(&self) -> Vec<String> {
        self.history
            .iter()
            .map(|event| name(event.event_type()))
            .collect()
    }

    /// The types of the events from an id on.
    pub(crate) fn events_from(&self, event_id: usize) -> Vec<String> {
        self.events().split_off(event_id - 1)
    }

    pub(crate) fn last_write(&self) -> &RunWrite {
        self.writes.last().unwrap()
    }
}

/// `WorkflowTaskScheduled` and the like.
pub(crate) fn name(event_type: EventType) -> String {
    event_type
        .as_str_name()
        .trim_start_matches("EVENT_TYPE_")
        .split('_')
        .map(|word| word[..1].to_owned() + &word[1..].to_lowercase())
        .collect()
}

pub(crate) fn with_commands(commands: Vec<Attributes>) -> RespondWorkflowTaskCompletedRequest {
    RespondWorkflowTaskCompletedRequest {
        identity: "me".into(),
        commands: commands
            .into_iter()
            .map(|attributes| Command {
                command_type: type_of(&attributes) as i32,
                attributes: Some(attributes),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

/// The types of the commands that these tests give.
fn type_of(attributes: &Attributes) -> CommandType {
    match attributes {
        Attributes::ScheduleActivityTaskCommandAttributes(_) => CommandType::ScheduleActivityTask,
        Attributes::RequestCancelActivityTaskCommandAttributes(_) => {
            CommandType::RequestCancelActivityTask
        }
        Attributes::StartTimerCommandAttributes(_) => CommandType::StartTimer,
        Attributes::CancelTimerCommandAttributes(_) => CommandType::CancelTimer,
        Attributes::CompleteWorkflowExecutionCommandAttributes(_) => {
            CommandType::CompleteWorkflowExecution
        }
        Attributes::FailWorkflowExecutionCommandAttributes(_) => CommandType::FailWorkflowExecution,
        Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(_) => {
            CommandType::ContinueAsNewWorkflowExecution
        }
        Attributes::ProtocolMessageCommandAttributes(_) => CommandType::ProtocolMessage,
        other => panic!("these tests give no {other:?}"),
    }
}

pub(crate) fn with_messages(messages: Vec<Message>) -> RespondWorkflowTaskCompletedRequest {
    RespondWorkflowTaskCompletedRequest {
        messages,
        capabilities: Some(Capabilities {
            discard_speculative_workflow_task_with_events: true,
        }),
        ..with_commands(Vec::new())
    }
}

pub(crate) fn sticky(queue: &str) -> RespondWorkflowTaskCompletedRequest {
    RespondWorkflowTaskCompletedRequest {
        sticky_attributes: Some(StickyExecutionAttributes {
            worker_task_queue: Some(TaskQueue {
                name: queue.into(),
                ..Default::default()
            }),
            schedule_to_start_timeout: Some(Span::from_seconds(5).to_proto()),
        }),
        ..with_commands(vec![start_timer("sticky", 3600)])
    }
}

pub(crate) fn complete_workflow() -> Attributes {
    Attributes::CompleteWorkflowExecutionCommandAttributes(
        CompleteWorkflowExecutionCommandAttributes::default(),
    )
}

pub(crate) fn start_timer(id: &str, seconds: i64) -> Attributes {
    Attributes::StartTimerCommandAttributes(StartTimerCommandAttributes {
        timer_id: id.into(),
        start_to_fire_timeout: Some(Span::from_seconds(seconds).to_proto()),
    })
}

pub(crate) fn schedule_activity(
    id: &str,
    change: impl FnOnce(&mut ScheduleActivityTaskCommandAttributes),
) -> Attributes {
    let mut attributes = ScheduleActivityTaskCommandAttributes {
        activity_id: id.into(),
        activity_type: Some(temporalio_protos::temporal::api::common::v1::ActivityType {
            name: "A".into(),
        }),
        start_to_close_timeout: Some(Span::from_seconds(30).to_proto()),
        ..Default::default()
    };
    change(&mut attributes);
    Attributes::ScheduleActivityTaskCommandAttributes(attributes)
}
