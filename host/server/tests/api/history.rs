//! Reading histories: pages, backwards, waiting, the closing event; and histories that are too long for one answer.

use temporalio_protos::temporal::api::{
    command::v1::{Command, RecordMarkerCommandAttributes, command::Attributes},
    common::v1::{Payload, Payloads},
    enums::v1::{CommandType, HistoryEventFilterType},
    history::v1::HistoryEvent,
    workflowservice::v1::{
        GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse,
        GetWorkflowExecutionHistoryReverseRequest, RespondWorkflowTaskCompletedRequest,
        SignalWorkflowExecutionRequest,
    },
};
use tonic::Code;

use crate::harness::{Fixture, complete, execution, fixture, names, timed};

fn request() -> GetWorkflowExecutionHistoryRequest {
    GetWorkflowExecutionHistoryRequest {
        namespace: "default".into(),
        execution: execution("w"),
        ..Default::default()
    }
}

async fn read(
    f: &mut Fixture,
    request: GetWorkflowExecutionHistoryRequest,
) -> GetWorkflowExecutionHistoryResponse {
    f.workflows
        .get_workflow_execution_history(timed(request))
        .await
        .expect("is there")
        .into_inner()
}

fn events(page: &GetWorkflowExecutionHistoryResponse) -> Vec<HistoryEvent> {
    page.history.clone().unwrap_or_default().events
}

fn marker(bytes: usize) -> Command {
    let payload = Payload {
        data: vec![b'x'; bytes],
        ..Default::default()
    };
    Command {
        command_type: CommandType::RecordMarker as i32,
        attributes: Some(Attributes::RecordMarkerCommandAttributes(
            RecordMarkerCommandAttributes {
                marker_name: "m".into(),
                details: [(
                    "d".to_owned(),
                    Payloads {
                        payloads: vec![payload],
                    },
                )]
                .into(),
                ..Default::default()
            },
        )),
        ..Default::default()
    }
}

async fn grow(f: &mut Fixture, tasks: usize, bytes: usize) {
    for _ in 0..tasks {
        let task = f.poll().await;
        f.answer_with(RespondWorkflowTaskCompletedRequest {
            namespace: "default".into(),
            task_token: task.task_token,
            commands: vec![marker(bytes)],
            force_create_new_workflow_task: true,
            ..Default::default()
        })
        .await
        .expect("is accepted");
    }
}

async fn signal(f: &mut Fixture) {
    f.workflows
        .signal_workflow_execution(SignalWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_execution: execution("w"),
            signal_name: "s".into(),
            ..Default::default()
        })
        .await
        .expect("is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_joined_are_the_history_forwards_and_backwards() {
    let mut f = fixture().await;
    f.start("w").await;
    grow(&mut f, 5, 10).await;
    f.answer_next(vec![complete("done")]).await;
    let whole = f.history("w").await;
    let (mut joined, mut token, mut pages) = (Vec::new(), Vec::new(), 0);
    loop {
        let page = read(
            &mut f,
            GetWorkflowExecutionHistoryRequest {
                maximum_page_size: 4,
                next_page_token: token,
                ..request()
            },
        )
        .await;
        joined.extend(events(&page));
        pages += 1;
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(joined, whole);
    assert_eq!(pages, whole.len().div_ceil(4));

    let (mut backwards, mut token) = (Vec::new(), Vec::new());
    loop {
        let page = f
            .workflows
            .get_workflow_execution_history_reverse(GetWorkflowExecutionHistoryReverseRequest {
                namespace: "default".into(),
                execution: execution("w"),
                maximum_page_size: 4,
                next_page_token: token,
            })
            .await
            .expect("is there")
            .into_inner();
        backwards.extend(page.history.unwrap_or_default().events);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    backwards.reverse();
    assert_eq!(backwards, whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_for_news_ends_with_them() {
    let mut f = fixture().await;
    f.start("w").await;
    let first = read(
        &mut f,
        GetWorkflowExecutionHistoryRequest {
            wait_new_event: true,
            ..request()
        },
    )
    .await;
    assert_eq!(
        names(&events(&first)),
        "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED"
    );
    let mut reader = f.workflows.clone();
    let next = GetWorkflowExecutionHistoryRequest {
        wait_new_event: true,
        next_page_token: first.next_page_token,
        ..request()
    };
    let waiting =
        tokio::spawn(async move { reader.get_workflow_execution_history(timed(next)).await });
    signal(&mut f).await;
    let second = waiting.await.expect("ends").expect("is there").into_inner();
    assert_eq!(names(&events(&second)), "WORKFLOW_EXECUTION_SIGNALED");
    assert_eq!(events(&second)[0].event_id, 3);
    assert!(!second.next_page_token.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_started_task_is_seen_once() {
    let mut f = fixture().await;
    f.start("w").await;
    let task = f.poll().await;
    let first = read(
        &mut f,
        GetWorkflowExecutionHistoryRequest {
            wait_new_event: true,
            ..request()
        },
    )
    .await;
    assert!(names(&events(&first)).ends_with("WORKFLOW_TASK_STARTED"));
    f.answer(&task, vec![complete("done")]).await;
    let second = read(
        &mut f,
        GetWorkflowExecutionHistoryRequest {
            wait_new_event: true,
            next_page_token: first.next_page_token,
            ..request()
        },
    )
    .await;
    assert_eq!(
        names(&events(&second)),
        "WORKFLOW_TASK_COMPLETED WORKFLOW_EXECUTION_COMPLETED"
    );
    assert!(second.next_page_token.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_closing_event_comes_alone_when_it_comes() {
    let mut f = fixture().await;
    f.start("w").await;
    let close = GetWorkflowExecutionHistoryRequest {
        history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
        ..request()
    };
    let early = read(&mut f, close.clone()).await;
    assert!(events(&early).is_empty());
    assert!(early.next_page_token.is_empty());
    let mut reader = f.workflows.clone();
    let wait = GetWorkflowExecutionHistoryRequest {
        wait_new_event: true,
        ..close.clone()
    };
    let waiting =
        tokio::spawn(async move { reader.get_workflow_execution_history(timed(wait)).await });
    signal(&mut f).await;
    f.answer_next(vec![complete("done")]).await;
    let page = waiting.await.expect("ends").expect("is there").into_inner();
    assert_eq!(names(&events(&page)), "WORKFLOW_EXECUTION_COMPLETED");
    assert!(page.next_page_token.is_empty());
    assert_eq!(events(&read(&mut f, close).await), events(&page));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_sees_nothing_can_be_taken_up_again() {
    let mut f = fixture().await;
    f.start("w").await;
    let mut wait = tonic::Request::new(GetWorkflowExecutionHistoryRequest {
        history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
        wait_new_event: true,
        ..request()
    });
    // The server answers a second before its caller would give up.
    wait.set_timeout(std::time::Duration::from_millis(1100));
    let page = f
        .workflows
        .get_workflow_execution_history(wait)
        .await
        .expect("is in time")
        .into_inner();
    assert!(events(&page).is_empty());
    let again = GetWorkflowExecutionHistoryRequest {
        history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
        wait_new_event: true,
        next_page_token: page.next_page_token,
        ..request()
    };
    let mut reader = f.workflows.clone();
    let waiting =
        tokio::spawn(async move { reader.get_workflow_execution_history(timed(again)).await });
    f.answer_next(vec![complete("done")]).await;
    let page = waiting.await.expect("ends").expect("is there").into_inner();
    assert_eq!(names(&events(&page)), "WORKFLOW_EXECUTION_COMPLETED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_comes_to_its_worker_in_pages() {
    let mut f = fixture().await;
    f.start("w").await;
    grow(&mut f, 6, 700 * 1024).await;
    let task = f.poll().await;
    let mut joined = task.history.unwrap_or_default().events;
    assert!(
        !task.next_page_token.is_empty(),
        "4 MB are more than a page"
    );
    let mut token = task.next_page_token;
    while !token.is_empty() {
        let page = read(
            &mut f,
            GetWorkflowExecutionHistoryRequest {
                next_page_token: token,
                ..request()
            },
        )
        .await;
        joined.extend(events(&page));
        token = page.next_page_token;
    }
    assert_eq!(joined.len() as i64, task.started_event_id);
    assert!(names(&joined).ends_with("WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_run_is_refused() {
    let mut f = fixture().await;
    f.start("w").await;
    let first = read(
        &mut f,
        GetWorkflowExecutionHistoryRequest {
            wait_new_event: true,
            ..request()
        },
    )
    .await;
    let mut other = request();
    other.next_page_token = first.next_page_token;
    if let Some(execution) = &mut other.execution {
        execution.run_id = "00000000-0000-4000-8000-000000000000".into();
    }
    let refused = f
        .workflows
        .get_workflow_execution_history(other)
        .await
        .expect_err("does not match");
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(
        refused.message(),
        "RunId in the request does not match the NextPageToken."
    );
}
