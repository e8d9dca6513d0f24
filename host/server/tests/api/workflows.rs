//! Runs from start to end: workflow tasks, activities, signals, timers, what a worker's leaving does.

use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::{QueryResultType, WorkflowExecutionStatus, WorkflowIdConflictPolicy},
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    query::v1::WorkflowQuery,
    workflowservice::v1::{
        DescribeWorkflowExecutionRequest, QueryWorkflowRequest, RecordActivityTaskHeartbeatRequest,
        RespondActivityTaskCompletedByIdRequest, RespondActivityTaskCompletedRequest,
        RespondActivityTaskFailedRequest, RespondQueryTaskCompletedRequest,
        RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskFailedRequest,
        SignalWithStartWorkflowExecutionRequest, SignalWorkflowExecutionRequest,
        TerminateWorkflowExecutionRequest,
    },
};
use tonic::Code;

use crate::harness::{
    activity, complete, execution, fixture, names, payloads, poll_request, queue, start, sticky,
    timed, timer,
};

fn signal(workflow_id: &str, name: &str) -> SignalWorkflowExecutionRequest {
    SignalWorkflowExecutionRequest {
        namespace: "default".into(),
        workflow_execution: execution(workflow_id),
        signal_name: name.into(),
        input: payloads("now"),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_with_an_activity_completes() {
    let mut f = fixture().await;
    f.start("w").await;
    let task = f.poll().await;
    assert_eq!(task.started_event_id, 3);
    let events = task.history.clone().unwrap_or_default().events;
    assert_eq!(
        names(&events),
        "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED"
    );
    f.answer(&task, vec![activity("a")]).await;

    let activity_task = f.poll_activity().await;
    assert_eq!(activity_task.activity_id, "a");
    assert_eq!(activity_task.input, payloads("amount"));
    let heartbeat = RecordActivityTaskHeartbeatRequest {
        namespace: "default".into(),
        task_token: activity_task.task_token.clone(),
        details: payloads("half"),
        ..Default::default()
    };
    let answer = f
        .workflows
        .record_activity_task_heartbeat(heartbeat)
        .await
        .expect("is taken")
        .into_inner();
    assert!(!answer.cancel_requested);
    f.workflows
        .respond_activity_task_completed(RespondActivityTaskCompletedRequest {
            namespace: "default".into(),
            task_token: activity_task.task_token,
            result: payloads("paid"),
            identity: "worker".into(),
            ..Default::default()
        })
        .await
        .expect("is taken");

    f.answer_next(vec![complete("done")]).await;
    assert_eq!(
        names(&f.history("w").await),
        "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED WORKFLOW_TASK_COMPLETED ACTIVITY_TASK_SCHEDULED ACTIVITY_TASK_STARTED ACTIVITY_TASK_COMPLETED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED WORKFLOW_TASK_COMPLETED WORKFLOW_EXECUTION_COMPLETED"
    );
    let described = f
        .workflows
        .describe_workflow_execution(DescribeWorkflowExecutionRequest {
            namespace: "default".into(),
            execution: execution("w"),
        })
        .await
        .expect("is there")
        .into_inner();
    let info = described.workflow_execution_info.expect("is described");
    assert_eq!(info.status(), WorkflowExecutionStatus::Completed);
    f.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_starts_once_and_another_is_told_of_the_run() {
    let mut f = fixture().await;
    let mut request = start("w");
    request.request_id = "mine".into();
    let first = f
        .workflows
        .start_workflow_execution(request.clone())
        .await
        .expect("starts");
    let second = f
        .workflows
        .start_workflow_execution(request.clone())
        .await
        .expect("is the same");
    assert_eq!(first.get_ref().run_id, second.get_ref().run_id);
    let refused = f
        .workflows
        .start_workflow_execution(start("w"))
        .await
        .expect_err("is taken");
    assert_eq!(refused.code(), Code::AlreadyExists);
    assert!(!refused.details().is_empty());
    request.request_id.clear();
    request.workflow_id_conflict_policy = WorkflowIdConflictPolicy::UseExisting as i32;
    let used = f
        .workflows
        .start_workflow_execution(request)
        .await
        .expect("uses it")
        .into_inner();
    assert_eq!(used.run_id, first.get_ref().run_id);
    assert!(!used.started);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_wakes_a_run_and_signal_with_start_starts_one() {
    let mut f = fixture().await;
    let request = SignalWithStartWorkflowExecutionRequest {
        namespace: "default".into(),
        workflow_id: "w".into(),
        workflow_type: start("w").workflow_type,
        task_queue: queue("q"),
        signal_name: "first".into(),
        ..Default::default()
    };
    let started = f
        .workflows
        .signal_with_start_workflow_execution(request)
        .await
        .expect("starts")
        .into_inner();
    assert!(started.started);
    f.answer_next(vec![timer("t", 60)]).await;
    f.workflows
        .signal_workflow_execution(signal("w", "approve"))
        .await
        .expect("is taken");
    let task = f.poll().await;
    let events = task.history.unwrap_or_default().events;
    assert!(names(&events).ends_with(
        "TIMER_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_fails_and_is_completed_by_its_id() {
    let mut f = fixture().await;
    f.start("w").await;
    f.answer_next(vec![activity("a")]).await;
    let first = f.poll_activity().await;
    let failure = Failure {
        message: "no luck".into(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(
            ApplicationFailureInfo {
                next_retry_delay: Some(prost_wkt_types::Duration {
                    seconds: 0,
                    nanos: 1_000_000,
                }),
                ..Default::default()
            },
        )),
        ..Default::default()
    };
    f.workflows
        .respond_activity_task_failed(RespondActivityTaskFailedRequest {
            namespace: "default".into(),
            task_token: first.task_token.clone(),
            failure: Some(failure),
            ..Default::default()
        })
        .await
        .expect("is taken");
    let second = f.poll_activity().await;
    assert_eq!(second.attempt, 2);
    let late = f
        .workflows
        .respond_activity_task_completed(RespondActivityTaskCompletedRequest {
            namespace: "default".into(),
            task_token: first.task_token,
            ..Default::default()
        })
        .await
        .expect_err("is of an earlier attempt");
    assert_eq!(late.code(), Code::NotFound);
    f.workflows
        .respond_activity_task_completed_by_id(RespondActivityTaskCompletedByIdRequest {
            namespace: "default".into(),
            workflow_id: "w".into(),
            activity_id: "a".into(),
            result: payloads("ok"),
            ..Default::default()
        })
        .await
        .expect("is taken");
    f.answer_next(vec![complete("done")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_too_large_fails_the_activity() {
    let mut f = fixture().await;
    f.start("w").await;
    f.answer_next(vec![activity("a")]).await;
    let task = f.poll_activity().await;
    let large = "x".repeat(2 * 1024 * 1024 + 1);
    f.workflows
        .respond_activity_task_completed(RespondActivityTaskCompletedRequest {
            namespace: "default".into(),
            task_token: task.task_token,
            result: payloads(&large),
            ..Default::default()
        })
        .await
        .expect("is taken, as a failure");
    let task = f.poll().await;
    let events = task.history.unwrap_or_default().events;
    assert!(
        names(&events).contains("ACTIVITY_TASK_FAILED"),
        "{}",
        names(&events)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_workflow_task_comes_again() {
    let mut f = fixture().await;
    f.start("w").await;
    let task = f.poll().await;
    f.workflows
        .respond_workflow_task_failed(RespondWorkflowTaskFailedRequest {
            namespace: "default".into(),
            task_token: task.task_token,
            failure: Some(Failure {
                message: "broken".into(),
                ..Default::default()
            }),
            ..Default::default()
        })
        .await
        .expect("is taken");
    let again = f.poll().await;
    assert_eq!(again.attempt, 2);
    f.answer(&again, vec![complete("done")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_task_comes_with_the_answer_if_it_is_asked_for() {
    let mut f = fixture().await;
    f.start("w").await;
    let task = f.poll().await;
    let request = RespondWorkflowTaskCompletedRequest {
        namespace: "default".into(),
        task_token: task.task_token,
        force_create_new_workflow_task: true,
        return_new_workflow_task: true,
        sticky_attributes: sticky("own"),
        identity: "worker".into(),
        ..Default::default()
    };
    let answer = f.answer_with(request).await.expect("is accepted");
    let next = answer.workflow_task.expect("there is a next task");
    let events = next.history.clone().unwrap_or_default().events;
    assert_eq!(
        names(&events),
        "WORKFLOW_TASK_COMPLETED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED"
    );
    f.answer(&next, vec![complete("done")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_gone_leaves_its_runs_to_others_at_once() {
    let mut f = fixture().await;
    f.start("w").await;
    let task = f.poll().await;
    let request = RespondWorkflowTaskCompletedRequest {
        namespace: "default".into(),
        task_token: task.task_token,
        commands: vec![timer("t", 60)],
        sticky_attributes: sticky("own"),
        identity: "worker".into(),
        ..Default::default()
    };
    f.answer_with(request).await.expect("is accepted");
    {
        // A worker with a connection of its own polls its own queue, and is gone.
        let channel = crate::harness::connect(&f.server).await;
        let mut worker = temporalio_protos::temporal::api::workflowservice::v1::workflow_service_client::WorkflowServiceClient::new(channel);
        let poll = tokio::spawn(async move {
            worker
                .poll_workflow_task_queue(timed(poll_request(Some("own"))))
                .await
        });
        f.workflows
            .signal_workflow_execution(signal("w", "one"))
            .await
            .expect("is taken");
        let got = poll.await.expect("ends").expect("polls").into_inner();
        assert!(!got.task_token.is_empty());
        f.answer_with(RespondWorkflowTaskCompletedRequest {
            namespace: "default".into(),
            task_token: got.task_token,
            sticky_attributes: sticky("own"),
            identity: "worker".into(),
            ..Default::default()
        })
        .await
        .expect("is accepted");
    }
    f.workflows
        .signal_workflow_execution(signal("w", "two"))
        .await
        .expect("is taken");
    // The sticky queue's own timeout is 30 s; the poll would fail before that.
    let task = f.poll().await;
    assert_eq!(
        task.history.unwrap_or_default().events[0].event_id,
        1,
        "with the whole history"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_answered_by_a_worker_or_refused_without_one() {
    let mut f = fixture().await;
    f.start("w").await;
    f.answer_next(vec![timer("t", 60)]).await;
    let query = QueryWorkflowRequest {
        namespace: "default".into(),
        execution: execution("w"),
        query: Some(WorkflowQuery {
            query_type: "status".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let mut asker = f.workflows.clone();
    let asked = query.clone();
    let answer = tokio::spawn(async move { asker.query_workflow(timed(asked)).await });
    let task = f.poll().await;
    assert_eq!(
        task.query.as_ref().map(|q| q.query_type.as_str()),
        Some("status")
    );
    assert_eq!(
        task.history.clone().unwrap_or_default().events[0].event_id,
        1
    );
    f.workflows
        .respond_query_task_completed(RespondQueryTaskCompletedRequest {
            namespace: "default".into(),
            task_token: task.task_token,
            completed_type: QueryResultType::Answered as i32,
            query_result: payloads("waiting"),
            ..Default::default()
        })
        .await
        .expect("is taken");
    let answer = answer
        .await
        .expect("ends")
        .expect("is answered")
        .into_inner();
    assert_eq!(answer.query_result, payloads("waiting"));

    let mut unknown = query;
    unknown.query = None;
    let refused = f
        .workflows
        .query_workflow(unknown)
        .await
        .expect_err("asks nothing");
    assert_eq!(refused.message(), "WorkflowQuery is not set on request.");
}

#[tokio::test(flavor = "multi_thread")]
async fn termination_ends_a_run_and_the_next_has_another_id() {
    let mut f = fixture().await;
    let first = f.start("w").await;
    f.workflows
        .terminate_workflow_execution(TerminateWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_execution: Some(WorkflowExecution {
                workflow_id: "w".into(),
                run_id: first.clone(),
            }),
            ..Default::default()
        })
        .await
        .expect("ends it");
    let history = f.history("w").await;
    assert!(names(&history).ends_with("WORKFLOW_EXECUTION_TERMINATED"));
    let again = f
        .workflows
        .terminate_workflow_execution(TerminateWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_execution: execution("w"),
            ..Default::default()
        })
        .await
        .expect_err("is closed");
    assert_eq!(again.code(), Code::NotFound);
    assert_ne!(f.start("w").await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_a_restart() {
    use crate::harness::fixture_on;
    use sundial_server::Database;

    let folder = tempfile::tempdir().expect("is made");
    let database = Database::SqliteFile(folder.path().join("s.db"));
    let mut f = fixture_on(database.clone()).await;
    let run_id = f.start("w").await;
    f.answer_next(vec![activity("a")]).await;
    f.server.shutdown().await;

    let mut f = fixture_on(database).await;
    let task = f.poll_activity().await;
    assert_eq!(task.workflow_execution.map(|e| e.run_id), Some(run_id));
    f.workflows
        .respond_activity_task_completed(RespondActivityTaskCompletedRequest {
            namespace: "default".into(),
            task_token: task.task_token,
            ..Default::default()
        })
        .await
        .expect("is taken");
    f.answer_next(vec![complete("done")]).await;
    assert!(names(&f.history("w").await).ends_with("WORKFLOW_EXECUTION_COMPLETED"));
}
