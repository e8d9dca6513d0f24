//! Versions of workers: known by polling, made current, pinned to, drained, removed.

use temporalio_protos::temporal::api::{
    common::v1::Payload,
    deployment::v1::{WorkerDeploymentOptions, WorkerDeploymentVersion},
    enums::v1::{
        TaskQueueType, VersioningBehavior, WorkerDeploymentVersionStatus, WorkerVersioningMode,
    },
    workflowservice::v1::{
        DeleteWorkerDeploymentVersionRequest, DescribeTaskQueueRequest,
        DescribeWorkerDeploymentRequest, DescribeWorkerDeploymentVersionRequest,
        ListWorkerDeploymentsRequest, PollWorkflowTaskQueueRequest,
        RespondWorkflowTaskCompletedRequest, SetWorkerDeploymentCurrentVersionRequest,
        SetWorkerDeploymentRampingVersionRequest, SignalWorkflowExecutionRequest,
        UpdateWorkerDeploymentVersionMetadataRequest,
    },
};
use tonic::Code;

use crate::harness::{Fixture, complete, execution, fixture, poll_request, timed, timer};

fn options(build_id: &str) -> Option<WorkerDeploymentOptions> {
    Some(WorkerDeploymentOptions {
        deployment_name: "order".into(),
        build_id: build_id.into(),
        worker_versioning_mode: WorkerVersioningMode::Versioned as i32,
    })
}

fn version(build_id: &str) -> WorkerDeploymentVersion {
    WorkerDeploymentVersion {
        deployment_name: "order".into(),
        build_id: build_id.into(),
    }
}

fn poll_as(build_id: &str) -> PollWorkflowTaskQueueRequest {
    PollWorkflowTaskQueueRequest {
        deployment_options: options(build_id),
        ..poll_request(None)
    }
}

fn set_current(build_id: &str) -> SetWorkerDeploymentCurrentVersionRequest {
    SetWorkerDeploymentCurrentVersionRequest {
        namespace: "default".into(),
        deployment_name: "order".into(),
        build_id: build_id.into(),
        identity: "me".into(),
        ..Default::default()
    }
}

/// A poll that finds nothing makes its version known.
async fn make_known(f: &mut Fixture, build_id: &str) {
    let mut request = tonic::Request::new(poll_as(build_id));
    request.set_timeout(std::time::Duration::from_millis(1050));
    let answer = f
        .workflows
        .poll_workflow_task_queue(request)
        .await
        .expect("polls")
        .into_inner();
    assert!(answer.task_token.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_polls_is_known_and_can_be_made_current() {
    let mut f = fixture().await;
    let unknown = f
        .workflows
        .set_worker_deployment_current_version(set_current("a"))
        .await
        .expect_err("nobody has heard of it");
    assert_eq!(unknown.code(), Code::FailedPrecondition);
    make_known(&mut f, "a").await;
    make_known(&mut f, "b").await;
    f.workflows
        .set_worker_deployment_current_version(set_current("a"))
        .await
        .expect("is made current");
    f.workflows
        .set_worker_deployment_ramping_version(SetWorkerDeploymentRampingVersionRequest {
            namespace: "default".into(),
            deployment_name: "order".into(),
            build_id: "b".into(),
            percentage: 10.0,
            ..Default::default()
        })
        .await
        .expect("ramps");
    let described = f
        .workflows
        .describe_worker_deployment(DescribeWorkerDeploymentRequest {
            namespace: "default".into(),
            deployment_name: "order".into(),
        })
        .await
        .expect("is there")
        .into_inner();
    let info = described.worker_deployment_info.expect("is described");
    let mut states: Vec<(String, WorkerDeploymentVersionStatus)> = info
        .version_summaries
        .iter()
        .filter_map(|s| Some((s.deployment_version.clone()?.build_id, s.status())))
        .collect();
    states.sort();
    assert_eq!(
        states,
        [
            ("a".to_owned(), WorkerDeploymentVersionStatus::Current),
            ("b".to_owned(), WorkerDeploymentVersionStatus::Ramping)
        ]
    );
    let stale = SetWorkerDeploymentCurrentVersionRequest {
        conflict_token: vec![0; 8],
        ..set_current("b")
    };
    let refused = f
        .workflows
        .set_worker_deployment_current_version(stale)
        .await
        .expect_err("somebody else changed it");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let listed = f
        .workflows
        .list_worker_deployments(ListWorkerDeploymentsRequest {
            namespace: "default".into(),
            ..Default::default()
        })
        .await
        .expect("are listed")
        .into_inner();
    assert_eq!(listed.worker_deployments[0].name, "order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_run_stays_on_its_version_and_new_ones_go_to_the_current() {
    let mut f = fixture().await;
    make_known(&mut f, "a").await;
    make_known(&mut f, "b").await;
    f.workflows
        .set_worker_deployment_current_version(set_current("a"))
        .await
        .expect("is made current");
    f.start("old").await;
    let task = f.poll_with(poll_as("a")).await;
    f.answer_with(RespondWorkflowTaskCompletedRequest {
        namespace: "default".into(),
        task_token: task.task_token,
        commands: vec![timer("t", 60)],
        deployment_options: options("a"),
        versioning_behavior: VersioningBehavior::Pinned as i32,
        ..Default::default()
    })
    .await
    .expect("is accepted");
    f.workflows
        .set_worker_deployment_current_version(set_current("b"))
        .await
        .expect("is made current");
    f.start("new").await;
    f.workflows
        .signal_workflow_execution(SignalWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_execution: execution("old"),
            signal_name: "s".into(),
            ..Default::default()
        })
        .await
        .expect("is taken");
    let id_of = |task: &temporalio_protos::temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse| {
        task.workflow_execution.clone().unwrap_or_default().workflow_id
    };
    let of_b = f.poll_with(poll_as("b")).await;
    assert_eq!(id_of(&of_b), "new");
    let of_a = f.poll_with(poll_as("a")).await;
    assert_eq!(id_of(&of_a), "old");

    let version = |build_id: &str| DescribeWorkerDeploymentVersionRequest {
        namespace: "default".into(),
        deployment_version: Some(WorkerDeploymentVersion {
            deployment_name: "order".into(),
            build_id: build_id.into(),
        }),
        ..Default::default()
    };
    let status = async |f: &mut Fixture| {
        f.workflows
            .describe_worker_deployment_version(version("a"))
            .await
            .expect("is there")
            .into_inner()
            .worker_deployment_version_info
            .expect("is described")
            .status()
    };
    assert_eq!(
        status(&mut f).await,
        WorkerDeploymentVersionStatus::Draining
    );
    f.answer_with(RespondWorkflowTaskCompletedRequest {
        namespace: "default".into(),
        task_token: of_a.task_token,
        commands: vec![complete("done")],
        deployment_options: options("a"),
        versioning_behavior: VersioningBehavior::Pinned as i32,
        ..Default::default()
    })
    .await
    .expect("is accepted");
    // Nothing needs it any more, but it drains for a while all the same.
    assert_eq!(
        status(&mut f).await,
        WorkerDeploymentVersionStatus::Draining
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_current_is_not_removed() {
    let mut f = fixture().await;
    make_known(&mut f, "a").await;
    f.workflows
        .set_worker_deployment_current_version(set_current("a"))
        .await
        .expect("is made current");
    let delete = DeleteWorkerDeploymentVersionRequest {
        namespace: "default".into(),
        deployment_version: Some(WorkerDeploymentVersion {
            deployment_name: "order".into(),
            build_id: "a".into(),
        }),
        ..Default::default()
    };
    let refused = f
        .workflows
        .delete_worker_deployment_version(delete)
        .await
        .expect_err("is needed");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(
        refused.message().contains("is current or ramping"),
        "{}",
        refused.message()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_without_its_build_id_is_refused() {
    let mut f = fixture().await;
    let refused = f
        .workflows
        .poll_workflow_task_queue(timed(poll_as("")))
        .await
        .expect_err("names half a version");
    assert_eq!(
        refused.message(),
        "Both deployment name and build id must be set when versioning is enabled."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_users_note_of_a_version_is_kept_with_it() {
    let mut f = fixture().await;
    let update = |keys: &[&str], removed: &[&str]| UpdateWorkerDeploymentVersionMetadataRequest {
        namespace: "default".into(),
        deployment_version: Some(version("a")),
        upsert_entries: keys
            .iter()
            .map(|key| ((*key).to_owned(), Payload::default()))
            .collect(),
        remove_entries: removed.iter().map(|key| (*key).to_owned()).collect(),
        ..Default::default()
    };
    let unknown = f
        .workflows
        .update_worker_deployment_version_metadata(update(&["owner"], &[]))
        .await
        .expect_err("there is no such version");
    assert_eq!(unknown.code(), Code::NotFound);
    make_known(&mut f, "a").await;
    f.workflows
        .update_worker_deployment_version_metadata(update(&["owner", "old"], &[]))
        .await
        .expect("is noted");
    f.workflows
        .update_worker_deployment_version_metadata(update(&[], &["old"]))
        .await
        .expect("is removed");
    let described = f
        .workflows
        .describe_worker_deployment_version(DescribeWorkerDeploymentVersionRequest {
            namespace: "default".into(),
            deployment_version: Some(version("a")),
            ..Default::default()
        })
        .await
        .expect("is there")
        .into_inner();
    let metadata = described
        .worker_deployment_version_info
        .and_then(|info| info.metadata)
        .expect("has metadata");
    assert_eq!(metadata.entries.keys().collect::<Vec<_>>(), ["owner"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_says_which_version_gets_its_work() {
    let mut f = fixture().await;
    make_known(&mut f, "a").await;
    f.workflows
        .set_worker_deployment_current_version(set_current("a"))
        .await
        .expect("is made current");
    let described = f
        .workflows
        .describe_task_queue(DescribeTaskQueueRequest {
            namespace: "default".into(),
            task_queue: poll_as("a").task_queue,
            task_queue_type: TaskQueueType::Workflow as i32,
            ..Default::default()
        })
        .await
        .expect("is there")
        .into_inner();
    let versioning = described.versioning_info.expect("is told");
    assert_eq!(versioning.current_deployment_version, Some(version("a")));
}
