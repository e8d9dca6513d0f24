//! Workers and task queues as they are shown.

use temporalio_protos::temporal::api::{
    enums::v1::TaskQueueType,
    worker::v1::WorkerHeartbeat,
    workflowservice::v1::{
        DescribeTaskQueueRequest, DescribeWorkerRequest, ListTaskQueuePartitionsRequest,
        ListWorkersRequest, RecordWorkerHeartbeatRequest, ShutdownWorkerRequest,
    },
};
use tonic::Code;

use crate::harness::{fixture, poll_request, queue, timed};

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_report_themselves_are_listed() {
    let mut f = fixture().await;
    let heartbeat = WorkerHeartbeat {
        worker_instance_key: "k".into(),
        worker_identity: "me".into(),
        task_queue: "q".into(),
        ..Default::default()
    };
    f.workflows
        .record_worker_heartbeat(RecordWorkerHeartbeatRequest {
            namespace: "default".into(),
            worker_heartbeat: vec![heartbeat],
            ..Default::default()
        })
        .await
        .expect("is taken");
    let listed = f
        .workflows
        .list_workers(ListWorkersRequest {
            namespace: "default".into(),
            query: "TaskQueue = 'q'".into(),
            ..Default::default()
        })
        .await
        .expect("are listed")
        .into_inner();
    assert_eq!(listed.workers[0].worker_identity, "me");
    let describe = |key: &str| DescribeWorkerRequest {
        namespace: "default".into(),
        worker_instance_key: key.into(),
    };
    assert!(f.workflows.describe_worker(describe("k")).await.is_ok());
    let unknown = f
        .workflows
        .describe_worker(describe("x"))
        .await
        .expect_err("is unknown");
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_says_goodbye_has_its_polls_ended() {
    let mut f = fixture().await;
    let mut worker = f.workflows.clone();
    let mut request = poll_request(Some("own"));
    request.worker_instance_key = "k".into();
    let poll = tokio::spawn(async move { worker.poll_workflow_task_queue(timed(request)).await });
    // Seen once the poll is there.
    loop {
        let described = f
            .workflows
            .describe_task_queue(DescribeTaskQueueRequest {
                namespace: "default".into(),
                task_queue: poll_request(Some("own")).task_queue,
                task_queue_type: TaskQueueType::Workflow as i32,
                ..Default::default()
            })
            .await
            .expect("is described")
            .into_inner();
        if described
            .pollers
            .iter()
            .any(|poller| poller.identity == "worker")
        {
            break;
        }
        tokio::task::yield_now().await;
    }
    f.workflows
        .shutdown_worker(ShutdownWorkerRequest {
            namespace: "default".into(),
            sticky_task_queue: "own".into(),
            worker_instance_key: "k".into(),
            ..Default::default()
        })
        .await
        .expect("is taken");
    let answer = poll.await.expect("ends").expect("is no error").into_inner();
    assert!(answer.task_token.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_shows_what_waits_in_it() {
    let mut f = fixture().await;
    f.start("w").await;
    let described = f
        .workflows
        .describe_task_queue(DescribeTaskQueueRequest {
            namespace: "default".into(),
            task_queue: queue("q"),
            task_queue_type: TaskQueueType::Workflow as i32,
            report_stats: true,
            ..Default::default()
        })
        .await
        .expect("is described")
        .into_inner();
    assert_eq!(
        described.stats.map(|stats| stats.approximate_backlog_count),
        Some(1)
    );
    let partitions = f
        .workflows
        .list_task_queue_partitions(ListTaskQueuePartitionsRequest {
            namespace: "default".into(),
            task_queue: queue("q"),
        })
        .await
        .expect("are listed")
        .into_inner();
    assert_eq!(partitions.workflow_task_queue_partitions[0].key, "q");
}
