//! Requests that are wrong, and a server that stops.

use std::time::{Duration, Instant};

use prost::Message;
use temporalio_protos::{
    google,
    temporal::api::{
        errordetails::v1::NamespaceNotFoundFailure,
        workflowservice::v1::{
            CreateWorkflowRuleRequest, DescribeWorkflowExecutionRequest,
            GetWorkerVersioningRulesRequest, ListArchivedWorkflowExecutionsRequest,
            ListWorkflowExecutionsRequest, RespondWorkflowTaskCompletedRequest,
            SignalWorkflowExecutionRequest,
        },
    },
};
use tonic::{Code, Status};

use crate::harness::{execution, fixture, payloads, poll_request, start, timed};

fn said(status: &Status) -> String {
    format!("{:?}: {}", status.code(), status.message())
}

fn describe(namespace: &str, workflow_id: &str) -> DescribeWorkflowExecutionRequest {
    DescribeWorkflowExecutionRequest {
        namespace: namespace.into(),
        execution: execution(workflow_id),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_unknown_is_said_in_temporals_words() {
    let mut f = fixture().await;
    let mut run = describe("default", "w");
    if let Some(execution) = &mut run.execution {
        execution.run_id = "nonsense".into();
    }
    let mut said_of = Vec::new();
    for request in [
        describe("", "w"),
        describe("nowhere", "w"),
        describe("default", ""),
        describe("default", "w"),
        DescribeWorkflowExecutionRequest {
            execution: None,
            ..describe("default", "w")
        },
        run,
    ] {
        let status = f
            .workflows
            .describe_workflow_execution(request)
            .await
            .expect_err("is wrong");
        said_of.push(said(&status));
    }
    assert_eq!(said_of[0], "InvalidArgument: Namespace is empty.");
    assert_eq!(said_of[1], "NotFound: Namespace nowhere is not found.");
    assert_eq!(
        said_of[2],
        "InvalidArgument: WorkflowId is not set on request."
    );
    assert!(said_of[3].starts_with("NotFound: "), "{}", said_of[3]);
    assert_eq!(
        said_of[4],
        "InvalidArgument: Execution is not set on request."
    );
    assert_eq!(said_of[5], "InvalidArgument: Invalid RunId.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_namespace_is_in_the_details() {
    let mut f = fixture().await;
    let request = describe("nowhere", "w");
    let status = f
        .workflows
        .describe_workflow_execution(request)
        .await
        .expect_err("is unknown");
    let details = google::rpc::Status::decode(status.details()).expect("is a status");
    assert_eq!(
        details.details[0].type_url,
        "type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure"
    );
    let failure = NamespaceNotFoundFailure::decode(details.details[0].value.as_slice())
        .expect("is of that type");
    assert_eq!(failure.namespace, "nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_is_not_there_is_named() {
    let mut f = fixture().await;
    let status = f
        .workflows
        .create_workflow_rule(CreateWorkflowRuleRequest::default())
        .await
        .expect_err("is not there");
    assert_eq!(
        said(&status),
        "Unimplemented: method CreateWorkflowRule of WorkflowService is not implemented by this server"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_old_clients_ask_for_is_refused_in_temporals_words() {
    let mut f = fixture().await;
    let status = f
        .workflows
        .get_worker_versioning_rules(GetWorkerVersioningRulesRequest {
            namespace: "default".into(),
            ..Default::default()
        })
        .await
        .expect_err("is not there any more");
    assert_eq!(
        said(&status),
        "PermissionDenied: Worker versioning v0.2 (Rules-based, deprecated) is disabled on this namespace."
    );
    let status = f
        .workflows
        .list_archived_workflow_executions(ListArchivedWorkflowExecutionsRequest::default())
        .await
        .expect_err("names no namespace");
    assert_eq!(said(&status), "InvalidArgument: Namespace is empty.");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_in_the_place_of_tokens_and_filters_is_refused() {
    let mut f = fixture().await;
    for token in [b"".to_vec(), b"garbage".to_vec(), vec![0xff; 64]] {
        let request = RespondWorkflowTaskCompletedRequest {
            task_token: token,
            ..Default::default()
        };
        let status = f.answer_with(request).await.expect_err("is no token");
        assert_eq!(status.code(), Code::InvalidArgument, "{}", status.message());
    }
    let list = ListWorkflowExecutionsRequest {
        namespace: "default".into(),
        query: "this is no query".into(),
        ..Default::default()
    };
    let status = f
        .workflows
        .list_workflow_executions(list)
        .await
        .expect_err("is no query");
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_over_the_limit_is_refused_and_so_is_a_message() {
    let mut f = fixture().await;
    let mut request = start("w");
    request.input = payloads(&"x".repeat(2 * 1024 * 1024 + 1));
    let status = f
        .workflows
        .start_workflow_execution(request)
        .await
        .expect_err("is too large");
    assert_eq!(
        said(&status),
        "InvalidArgument: Blob data size exceeds limit."
    );
    let mut request = start("w");
    request.input = payloads(&"x".repeat(5 * 1024 * 1024));
    let status = f
        .workflows
        .start_workflow_execution(request)
        .await
        .expect_err("is too large");
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(
        status
            .message()
            .starts_with("grpc: received message larger than max (")
    );
    // The connection is as good as before.
    f.start("w").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_to_nobody_is_not_found() {
    let mut f = fixture().await;
    let status = f
        .workflows
        .signal_workflow_execution(SignalWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_execution: execution("nobody"),
            signal_name: "s".into(),
            ..Default::default()
        })
        .await
        .expect_err("is not there");
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_the_polls_at_once() {
    let f = fixture().await;
    let mut worker = f.workflows.clone();
    let poll = tokio::spawn(async move {
        worker
            .poll_workflow_task_queue(timed(poll_request(None)))
            .await
    });
    // The poll is there when another call on the same connection has been answered.
    f.workflows
        .clone()
        .describe_workflow_execution(describe("default", "w"))
        .await
        .expect_err("is not there");
    let before = Instant::now();
    f.server.shutdown().await;
    assert!(
        before.elapsed() < Duration::from_secs(3),
        "took {:?}",
        before.elapsed()
    );
    let answer = poll.await.expect("ends");
    if let Ok(answer) = answer {
        assert!(answer.into_inner().task_token.is_empty());
    }
}
