//! Updates: accepted, completed, rejected, asked about later.

use prost::Message;
use prost_wkt_types::Any;
use temporalio_protos::temporal::api::{
    enums::v1::UpdateWorkflowExecutionLifecycleStage as Stage,
    failure::v1::Failure,
    protocol::v1::Message as ProtocolMessage,
    update::v1::{
        Acceptance, Input, Meta, Outcome, Rejection, Request, Response, UpdateRef, WaitPolicy,
        outcome::Value,
    },
    workflowservice::v1::{
        PollWorkflowExecutionUpdateRequest, PollWorkflowTaskQueueResponse,
        RespondWorkflowTaskCompletedRequest, UpdateWorkflowExecutionRequest,
        respond_workflow_task_completed_request::Capabilities,
    },
};
use tonic::Code;

use crate::harness::{Fixture, execution, fixture, payloads, timed, timer};

fn update(id: &str, stage: Stage) -> UpdateWorkflowExecutionRequest {
    UpdateWorkflowExecutionRequest {
        namespace: "default".into(),
        workflow_execution: execution("w"),
        wait_policy: Some(WaitPolicy {
            lifecycle_stage: stage as i32,
        }),
        request: Some(Request {
            meta: Some(Meta {
                update_id: id.into(),
                identity: "client".into(),
            }),
            input: Some(Input {
                name: "add_item".into(),
                args: payloads("x"),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn say<M: Message + prost::Name>(update_id: &str, part: &str, message: &M) -> ProtocolMessage {
    ProtocolMessage {
        id: format!("{update_id}/{part}"),
        protocol_instance_id: update_id.into(),
        body: Some(Any {
            type_url: format!("type.googleapis.com/{}", M::full_name()),
            value: message.encode_to_vec(),
        }),
        ..Default::default()
    }
}

fn accept(id: &str) -> ProtocolMessage {
    say(
        id,
        "accept",
        &Acceptance {
            accepted_request_message_id: format!("{id}/request"),
            accepted_request_sequencing_event_id: 1,
            ..Default::default()
        },
    )
}

fn finish(id: &str, result: &str) -> ProtocolMessage {
    say(
        id,
        "complete",
        &Response {
            meta: Some(Meta {
                update_id: id.into(),
                ..Default::default()
            }),
            outcome: Some(Outcome {
                value: payloads(result).map(Value::Success),
            }),
        },
    )
}

async fn answer(
    f: &mut Fixture,
    task: PollWorkflowTaskQueueResponse,
    messages: Vec<ProtocolMessage>,
) {
    f.answer_with(RespondWorkflowTaskCompletedRequest {
        namespace: "default".into(),
        task_token: task.task_token,
        messages,
        identity: "worker".into(),
        capabilities: Some(Capabilities {
            discard_speculative_workflow_task_with_events: true,
        }),
        ..Default::default()
    })
    .await
    .expect("is accepted");
}

async fn waiting_run() -> Fixture {
    let mut f = fixture().await;
    f.start("w").await;
    f.answer_next(vec![timer("t", 60)]).await;
    f
}

fn poll(id: &str, stage: Stage) -> PollWorkflowExecutionUpdateRequest {
    PollWorkflowExecutionUpdateRequest {
        namespace: "default".into(),
        update_ref: Some(UpdateRef {
            workflow_execution: execution("w"),
            update_id: id.into(),
        }),
        wait_policy: Some(WaitPolicy {
            lifecycle_stage: stage as i32,
        }),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_waited_for_until_it_completes() {
    let mut f = waiting_run().await;
    let mut client = f.workflows.clone();
    let sent = tokio::spawn(async move {
        client
            .update_workflow_execution(timed(update("u", Stage::Completed)))
            .await
    });
    let task = f.poll().await;
    assert_eq!(task.messages.len(), 1);
    answer(&mut f, task, vec![accept("u"), finish("u", "added")]).await;
    let response = sent.await.expect("ends").expect("completes").into_inner();
    assert_eq!(response.stage(), Stage::Completed);
    let value = response.outcome.and_then(|outcome| outcome.value);
    assert_eq!(value, payloads("added").map(Value::Success));
    // The same update again has the same outcome, and no worker is asked.
    let again = f
        .workflows
        .update_workflow_execution(update("u", Stage::Completed))
        .await
        .expect("is known")
        .into_inner();
    assert_eq!(again.stage(), Stage::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_update_is_asked_about_later() {
    let mut f = waiting_run().await;
    let mut client = f.workflows.clone();
    let sent = tokio::spawn(async move {
        client
            .update_workflow_execution(timed(update("u", Stage::Accepted)))
            .await
    });
    let task = f.poll().await;
    answer(&mut f, task, vec![accept("u")]).await;
    let response = sent.await.expect("ends").expect("is accepted").into_inner();
    assert_eq!(
        (response.stage(), response.outcome),
        (Stage::Accepted, None)
    );
    let now = f
        .workflows
        .poll_workflow_execution_update(poll("u", Stage::Unspecified))
        .await
        .expect("is known")
        .into_inner();
    assert_eq!(now.stage(), Stage::Accepted);
    let unknown = f
        .workflows
        .poll_workflow_execution_update(poll("unknown", Stage::Completed))
        .await
        .expect_err("is not known");
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_update_completes_with_the_failure() {
    let mut f = waiting_run().await;
    let before = f.history("w").await.len();
    let mut client = f.workflows.clone();
    let sent = tokio::spawn(async move {
        client
            .update_workflow_execution(timed(update("u", Stage::Completed)))
            .await
    });
    let task = f.poll().await;
    let rejection = Rejection {
        rejected_request_message_id: "u/request".into(),
        failure: Some(Failure {
            message: "no such item".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    answer(&mut f, task, vec![say("u", "reject", &rejection)]).await;
    let response = sent.await.expect("ends").expect("is answered").into_inner();
    assert_eq!(response.stage(), Stage::Completed);
    let Some(Value::Failure(failure)) = response.outcome.and_then(|outcome| outcome.value) else {
        panic!("the outcome is a failure");
    };
    assert_eq!(failure.message, "no such item");
    assert_eq!(
        f.history("w").await.len(),
        before,
        "a rejected update leaves no trace"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_no_worker_takes_outlives_its_caller_and_is_merely_admitted() {
    let mut f = waiting_run().await;
    let mut client = f.workflows.clone();
    let sent = tokio::spawn(async move {
        client
            .update_workflow_execution(update("u", Stage::Completed))
            .await
    });
    while f
        .workflows
        .poll_workflow_execution_update(poll("u", Stage::Admitted))
        .await
        .is_err()
    {
        tokio::task::yield_now().await;
    }
    let mut again = tonic::Request::new(update("u", Stage::Completed));
    again.set_timeout(std::time::Duration::from_millis(50));
    let status = f
        .workflows
        .update_workflow_execution(again)
        .await
        .expect_err("its caller has no more time");
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status:?}"
    );
    sent.abort();
    for stage in [Stage::Unspecified, Stage::Admitted] {
        let response = f
            .workflows
            .poll_workflow_execution_update(poll("u", stage))
            .await
            .expect("is known")
            .into_inner();
        assert_eq!(
            (response.stage(), response.outcome),
            (Stage::Admitted, None)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_makes_no_sense_is_refused() {
    let mut f = waiting_run().await;
    let admitted = update("u", Stage::Admitted);
    let refused = f
        .workflows
        .update_workflow_execution(admitted)
        .await
        .expect_err("waits for it");
    assert_eq!(refused.code(), Code::PermissionDenied);
    let mut nameless = update("u", Stage::Completed);
    if let Some(input) = nameless.request.as_mut().and_then(|r| r.input.as_mut()) {
        input.name.clear();
    }
    let refused = f
        .workflows
        .update_workflow_execution(nameless)
        .await
        .expect_err("has no name");
    assert_eq!(refused.message(), "Update name is not set on request.");
}
