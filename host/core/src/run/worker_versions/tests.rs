//! What a run tells of the workers that it was on.

use temporalio_protos::temporal::api::{
    common::v1::WorkerVersionStamp,
    deployment::v1::WorkerDeploymentOptions,
    enums::v1::{VersioningBehavior, WorkerVersioningMode},
    workflow::v1::WorkflowExecutionInfo,
    workflowservice::v1::RespondWorkflowTaskCompletedRequest,
};

use crate::run::harness::{House, after};

fn complete(house: &mut House, request: RespondWorkflowTaskCompletedRequest) {
    let token = house.token.clone();
    let completed =
        house.act(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()));
    completed.expect("the task is the worker's");
}

#[expect(
    deprecated,
    reason = "unversioned workers have no other way to tell their build"
)]
fn by_build(build_id: &str) -> RespondWorkflowTaskCompletedRequest {
    RespondWorkflowTaskCompletedRequest {
        worker_version_stamp: Some(WorkerVersionStamp {
            build_id: build_id.into(),
            use_versioning: false,
        }),
        ..Default::default()
    }
}

fn by_version(build_id: &str, behavior: VersioningBehavior) -> RespondWorkflowTaskCompletedRequest {
    RespondWorkflowTaskCompletedRequest {
        versioning_behavior: behavior as i32,
        deployment_options: Some(WorkerDeploymentOptions {
            deployment_name: "shop".into(),
            build_id: build_id.into(),
            worker_versioning_mode: WorkerVersioningMode::Versioned as i32,
        }),
        ..by_build(build_id)
    }
}

fn info(house: &House) -> WorkflowExecutionInfo {
    house
        .run()
        .describe()
        .workflow_execution_info
        .unwrap_or_default()
}

/// The attributes of the run, in order of name.
fn attributes(house: &House) -> String {
    let attributes = info(house).search_attributes.unwrap_or_default();
    let mut shown: Vec<String> = attributes
        .indexed_fields
        .iter()
        .map(|(name, payload)| format!("{name} {}", String::from_utf8_lossy(&payload.data)))
        .collect();
    shown.sort();
    shown.join("\n")
}

#[test]
fn builds_of_unversioned_workers_are_listed_once_each() {
    let mut house = after("start\npoll");
    assert_eq!(attributes(&house), "");
    complete(&mut house, by_build("one"));
    house.play("signal a\npoll");
    complete(&mut house, by_build("two"));
    house.play("signal b\npoll");
    complete(&mut house, by_build("one"));
    assert_eq!(
        attributes(&house),
        r#"BuildIds ["unversioned","unversioned:one","unversioned:two"]"#
    );
    let listed = house.runs[0].visibility.clone().expect("it is listed");
    assert_eq!(listed.search_attributes, info(&house).search_attributes);
}

#[test]
fn a_worker_that_names_no_build_is_unversioned() {
    let mut house = after("start\npoll");
    complete(&mut house, RespondWorkflowTaskCompletedRequest::default());
    assert_eq!(attributes(&house), r#"BuildIds ["unversioned"]"#);
}

#[test]
fn a_versioned_run_tells_its_deployment_and_behavior() {
    let mut house = after("start\npoll");
    complete(&mut house, by_version("one", VersioningBehavior::Pinned));
    assert_eq!(
        attributes(&house),
        "BuildIds [\"pinned:shop:one\",\"unversioned:one\"]\n\
         TemporalWorkerDeployment \"shop\"\n\
         TemporalWorkerDeploymentVersion \"shop:one\"\n\
         TemporalWorkflowVersioningBehavior \"Pinned\""
    );
    house.play("signal a\npoll");
    complete(
        &mut house,
        by_version("two", VersioningBehavior::AutoUpgrade),
    );
    assert_eq!(
        attributes(&house),
        "BuildIds [\"unversioned:one\",\"unversioned:two\"]\n\
         TemporalWorkerDeployment \"shop\"\n\
         TemporalWorkerDeploymentVersion \"shop:two\"\n\
         TemporalWorkflowVersioningBehavior \"AutoUpgrade\""
    );
}

#[test]
fn build_ids_that_are_too_many_lose_the_oldest() {
    let mut house = after("start\npoll");
    let long = |n: usize| format!("{n}{}", "x".repeat(600));
    for n in 0..4 {
        complete(&mut house, by_build(&long(n)));
        house.play("signal a\npoll");
    }
    let shown = attributes(&house);
    assert!(shown.starts_with(&format!(
        "BuildIds [\"unversioned\",\"unversioned:{}\"",
        long(1)
    )));
}

#[test]
fn a_run_can_be_reset_to_where_each_build_began() {
    let mut house = after("limit interval=0\nstart\npoll");
    complete(&mut house, by_build("one"));
    house.play("signal a\npoll");
    complete(&mut house, by_build("one"));
    house.play("signal b\npoll");
    complete(&mut house, by_build("two"));
    let points = info(&house).auto_reset_points.unwrap_or_default().points;
    let shown: Vec<(&str, i64, bool)> = points
        .iter()
        .map(|point| {
            let id = point.first_workflow_task_completed_id;
            (point.build_id.as_str(), id, point.resettable)
        })
        .collect();
    assert_eq!(shown, [("one", 4, true), ("two", 12, true)]);
    house.play("signal c\npoll\ncomplete: continue");
    let next = info(&house).auto_reset_points.unwrap_or_default().points;
    assert_eq!(next, points);
}
