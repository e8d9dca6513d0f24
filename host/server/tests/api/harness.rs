//! A server and a client, and the requests that tests send over and over.

use std::{sync::Arc, time::Duration};

use sundial_proto::registry::{WorkflowDefinition, registry_service_client::RegistryServiceClient};
use sundial_server::{Database, Server, ServerOptions};
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, CompleteWorkflowExecutionCommandAttributes, ScheduleActivityTaskCommandAttributes,
        StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::{ActivityType, Payload, Payloads, WorkflowExecution, WorkflowType},
    enums::v1::{CommandType, EventType, TaskQueueKind},
    history::v1::HistoryEvent,
    operatorservice::v1::operator_service_client::OperatorServiceClient,
    taskqueue::v1::{StickyExecutionAttributes, TaskQueue},
    workflowservice::v1::{
        GetWorkflowExecutionHistoryRequest, PollActivityTaskQueueRequest,
        PollActivityTaskQueueResponse, PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse,
        RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse,
        StartWorkflowExecutionRequest, workflow_service_client::WorkflowServiceClient,
    },
};
use tonic::{Request, Status, transport::Channel};

/// A poll in a test ends with its task or fails the test after this long.
const POLL_TIMEOUT: Duration = Duration::from_secs(20);

/// A server with a client of each of its services. The server ends with it.
pub(crate) struct Fixture {
    pub(crate) server: Server,
    pub(crate) workflows: WorkflowServiceClient<Channel>,
    pub(crate) operator: OperatorServiceClient<Channel>,
    pub(crate) registry: RegistryServiceClient<Channel>,
}

/// Starts a server whose inspector takes every component that does not begin with `bad`.
pub(crate) async fn fixture() -> Fixture {
    fixture_on(Database::SqliteMemory).await
}

pub(crate) async fn fixture_on(database: Database) -> Fixture {
    let options = ServerOptions {
        address: ([127, 0, 0, 1], 0).into(),
        database,
        namespaces: vec!["other".into()],
        ..Default::default()
    };
    let server = Server::start(options, Arc::new(inspect))
        .await
        .expect("the server starts");
    let channel = connect(&server).await;
    Fixture {
        workflows: WorkflowServiceClient::new(channel.clone()),
        operator: OperatorServiceClient::new(channel.clone()),
        registry: RegistryServiceClient::new(channel),
        server,
    }
}

pub(crate) async fn connect(server: &Server) -> Channel {
    Channel::from_shared(format!("http://{}", server.local_address()))
        .expect("is an address")
        .connect()
        .await
        .expect("the server listens")
}

fn inspect(component: &[u8]) -> Result<Vec<WorkflowDefinition>, String> {
    if component.starts_with(b"bad") {
        return Err("the component imports wasi:sockets, which a workflow may not have".into());
    }
    Ok(vec![WorkflowDefinition {
        workflow_type: "order".into(),
        signals: vec!["approve".into()],
        queries: vec!["status".into()],
        updates: vec!["add_item".into()],
    }])
}

pub(crate) fn payloads(text: &str) -> Option<Payloads> {
    let payload = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: format!("{text:?}").into_bytes(),
        ..Default::default()
    };
    Some(Payloads {
        payloads: vec![payload],
    })
}

pub(crate) fn execution(workflow_id: &str) -> Option<WorkflowExecution> {
    Some(WorkflowExecution {
        workflow_id: workflow_id.into(),
        run_id: String::new(),
    })
}

pub(crate) fn queue(name: &str) -> Option<TaskQueue> {
    Some(TaskQueue {
        name: name.into(),
        kind: TaskQueueKind::Normal as i32,
        ..Default::default()
    })
}

pub(crate) fn start(workflow_id: &str) -> StartWorkflowExecutionRequest {
    StartWorkflowExecutionRequest {
        namespace: "default".into(),
        workflow_id: workflow_id.into(),
        workflow_type: Some(WorkflowType {
            name: "order".into(),
        }),
        task_queue: queue("q"),
        input: payloads("in"),
        identity: "client".into(),
        ..Default::default()
    }
}

fn command(command_type: CommandType, attributes: Attributes) -> Command {
    Command {
        command_type: command_type as i32,
        attributes: Some(attributes),
        ..Default::default()
    }
}

pub(crate) fn complete(result: &str) -> Command {
    command(
        CommandType::CompleteWorkflowExecution,
        Attributes::CompleteWorkflowExecutionCommandAttributes(
            CompleteWorkflowExecutionCommandAttributes {
                result: payloads(result),
            },
        ),
    )
}

pub(crate) fn timer(id: &str, seconds: i64) -> Command {
    command(
        CommandType::StartTimer,
        Attributes::StartTimerCommandAttributes(StartTimerCommandAttributes {
            timer_id: id.into(),
            start_to_fire_timeout: Some(prost_wkt_types::Duration { seconds, nanos: 0 }),
        }),
    )
}

pub(crate) fn activity(id: &str) -> Command {
    command(
        CommandType::ScheduleActivityTask,
        Attributes::ScheduleActivityTaskCommandAttributes(ScheduleActivityTaskCommandAttributes {
            activity_id: id.into(),
            activity_type: Some(ActivityType {
                name: "charge".into(),
            }),
            task_queue: queue("q"),
            input: payloads("amount"),
            start_to_close_timeout: Some(prost_wkt_types::Duration {
                seconds: 10,
                nanos: 0,
            }),
            ..Default::default()
        }),
    )
}

/// A request with a deadline, as SDKs send polls.
pub(crate) fn timed<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(POLL_TIMEOUT);
    request
}

pub(crate) fn poll_request(sticky: Option<&str>) -> PollWorkflowTaskQueueRequest {
    let task_queue = match sticky {
        None => queue("q"),
        Some(name) => Some(TaskQueue {
            name: name.into(),
            kind: TaskQueueKind::Sticky as i32,
            normal_name: "q".into(),
        }),
    };
    PollWorkflowTaskQueueRequest {
        namespace: "default".into(),
        task_queue,
        identity: "worker".into(),
        ..Default::default()
    }
}

impl Fixture {
    pub(crate) async fn start(&mut self, workflow_id: &str) -> String {
        self.workflows
            .start_workflow_execution(start(workflow_id))
            .await
            .expect("starts")
            .into_inner()
            .run_id
    }

    /// The next workflow task.
    pub(crate) async fn poll(&mut self) -> PollWorkflowTaskQueueResponse {
        self.poll_with(poll_request(None)).await
    }

    pub(crate) async fn poll_with(
        &mut self,
        request: PollWorkflowTaskQueueRequest,
    ) -> PollWorkflowTaskQueueResponse {
        let task = self
            .workflows
            .poll_workflow_task_queue(timed(request))
            .await
            .expect("polls")
            .into_inner();
        assert!(!task.task_token.is_empty(), "the poll ended without a task");
        task
    }

    pub(crate) async fn answer(
        &mut self,
        task: &PollWorkflowTaskQueueResponse,
        commands: Vec<Command>,
    ) -> RespondWorkflowTaskCompletedResponse {
        self.answer_with(RespondWorkflowTaskCompletedRequest {
            namespace: "default".into(),
            task_token: task.task_token.clone(),
            commands,
            identity: "worker".into(),
            ..Default::default()
        })
        .await
        .expect("is accepted")
    }

    pub(crate) async fn answer_with(
        &mut self,
        request: RespondWorkflowTaskCompletedRequest,
    ) -> Result<RespondWorkflowTaskCompletedResponse, Status> {
        Ok(self
            .workflows
            .respond_workflow_task_completed(request)
            .await?
            .into_inner())
    }

    /// Polls and answers.
    pub(crate) async fn answer_next(&mut self, commands: Vec<Command>) {
        let task = self.poll().await;
        self.answer(&task, commands).await;
    }

    pub(crate) async fn poll_activity(&mut self) -> PollActivityTaskQueueResponse {
        let request = PollActivityTaskQueueRequest {
            namespace: "default".into(),
            task_queue: queue("q"),
            identity: "worker".into(),
            ..Default::default()
        };
        let task = self
            .workflows
            .poll_activity_task_queue(timed(request))
            .await
            .expect("polls")
            .into_inner();
        assert!(
            !task.task_token.is_empty(),
            "the poll ended without an activity"
        );
        task
    }

    pub(crate) async fn history(&mut self, workflow_id: &str) -> Vec<HistoryEvent> {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: "default".into(),
            execution: execution(workflow_id),
            ..Default::default()
        };
        let page = self
            .workflows
            .get_workflow_execution_history(request)
            .await
            .expect("is there")
            .into_inner();
        assert!(
            page.next_page_token.is_empty(),
            "a short history is one page"
        );
        page.history.unwrap_or_default().events
    }
}

/// `RespondWorkflowTaskCompleted` that keeps the run in the worker's cache.
pub(crate) fn sticky(name: &str) -> Option<StickyExecutionAttributes> {
    Some(StickyExecutionAttributes {
        worker_task_queue: Some(TaskQueue {
            name: name.into(),
            kind: TaskQueueKind::Sticky as i32,
            normal_name: "q".into(),
        }),
        schedule_to_start_timeout: Some(prost_wkt_types::Duration {
            seconds: 30,
            nanos: 0,
        }),
    })
}

/// The events' types in one line, without their common prefix.
pub(crate) fn names(events: &[HistoryEvent]) -> String {
    let name = |event: &HistoryEvent| {
        EventType::try_from(event.event_type)
            .map_or("?", |t| t.as_str_name())
            .replace("EVENT_TYPE_", "")
    };
    for (index, event) in events.iter().enumerate().skip(1) {
        assert_eq!(
            event.event_id,
            events[index - 1].event_id + 1,
            "a gap or a repeat in the history"
        );
    }
    events.iter().map(name).collect::<Vec<_>>().join(" ")
}
