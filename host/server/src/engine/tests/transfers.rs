//! What runs ask of other runs.

use std::time::Duration;

use sundial_core::RunKey;
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, SignalExternalWorkflowExecutionCommandAttributes,
        StartChildWorkflowExecutionCommandAttributes, command::Attributes,
    },
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::{CommandType, EventType, ParentClosePolicy, WorkflowExecutionStatus},
    taskqueue::v1::TaskQueue,
};

use super::{QUEUE, World, complete_workflow, settle};
use crate::engine::{StartedTask, Target};

fn start_child(workflow_id: &str, policy: ParentClosePolicy) -> Command {
    Command {
        command_type: CommandType::StartChildWorkflowExecution as i32,
        attributes: Some(Attributes::StartChildWorkflowExecutionCommandAttributes(
            StartChildWorkflowExecutionCommandAttributes {
                workflow_id: workflow_id.into(),
                workflow_type: Some(WorkflowType {
                    name: "Child".into(),
                }),
                task_queue: Some(TaskQueue {
                    name: QUEUE.into(),
                    ..Default::default()
                }),
                parent_close_policy: policy as i32,
                ..Default::default()
            },
        )),
        ..Default::default()
    }
}

fn signal_external(workflow_id: &str, name: &str) -> Command {
    Command {
        command_type: CommandType::SignalExternalWorkflowExecution as i32,
        attributes: Some(
            Attributes::SignalExternalWorkflowExecutionCommandAttributes(
                SignalExternalWorkflowExecutionCommandAttributes {
                    execution: Some(WorkflowExecution {
                        workflow_id: workflow_id.into(),
                        run_id: String::new(),
                    }),
                    signal_name: name.into(),
                    ..Default::default()
                },
            ),
        ),
        ..Default::default()
    }
}

/// The next task of a workflow id; tasks of others that come first are completed empty.
async fn task_of(world: &World, workflow_id: &str) -> StartedTask {
    loop {
        let task = world.workflow_task().await;
        if *task.run.workflow_id == *workflow_id {
            return task;
        }
        world.complete(&task, vec![]).await.unwrap();
    }
}

async fn status(world: &World, key: &RunKey) -> WorkflowExecutionStatus {
    world
        .engine
        .read(Target::run(key), sundial_core::Run::status)
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_parent_hears_of_its_childs_start_and_end() {
    let world = World::new().await;
    let parent = world
        .begin(
            "parent",
            vec![start_child("child", ParentClosePolicy::Terminate)],
        )
        .await;
    let child = task_of(&world, "child").await;
    world
        .complete(&child, vec![complete_workflow()])
        .await
        .unwrap();
    settle().await;
    let types = world.types(&parent).await;
    assert!(types.contains(&EventType::ChildWorkflowExecutionStarted));
    assert!(types.contains(&EventType::ChildWorkflowExecutionCompleted));
    assert_eq!(world.store.transfer_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_child_whose_id_is_taken_is_a_failure_of_its_start() {
    let world = World::new().await;
    world.start("taken").await.unwrap();
    let task = world.workflow_task().await;
    world.complete(&task, vec![]).await.unwrap();
    let parent = world
        .begin(
            "parent",
            vec![start_child("taken", ParentClosePolicy::Abandon)],
        )
        .await;
    settle().await;
    let types = world.types(&parent).await;
    assert!(types.contains(&EventType::StartChildWorkflowExecutionFailed));
}

#[tokio::test(start_paused = true)]
async fn children_end_with_their_parent_as_it_said() {
    let world = World::new().await;
    let parent = world
        .begin(
            "parent",
            vec![
                start_child("ended", ParentClosePolicy::Terminate),
                start_child("asked", ParentClosePolicy::RequestCancel),
                start_child("left", ParentClosePolicy::Abandon),
            ],
        )
        .await;
    settle().await;
    let keys = {
        let mut keys = Vec::new();
        for id in ["ended", "asked", "left"] {
            keys.push(
                world
                    .engine
                    .read(world.current(id), |run| run.key().clone())
                    .await
                    .unwrap(),
            );
        }
        keys
    };
    let task = task_of(&world, "parent").await;
    world
        .complete(&task, vec![complete_workflow()])
        .await
        .unwrap();
    settle().await;
    assert_eq!(
        status(&world, &parent).await,
        WorkflowExecutionStatus::Completed
    );
    assert_eq!(
        status(&world, &keys[0]).await,
        WorkflowExecutionStatus::Terminated
    );
    assert_eq!(
        status(&world, &keys[1]).await,
        WorkflowExecutionStatus::Running
    );
    assert!(
        world
            .types(&keys[1])
            .await
            .contains(&EventType::WorkflowExecutionCancelRequested)
    );
    assert_eq!(
        status(&world, &keys[2]).await,
        WorkflowExecutionStatus::Running
    );
    assert!(
        !world
            .types(&keys[2])
            .await
            .contains(&EventType::WorkflowExecutionCancelRequested)
    );
    assert_eq!(world.store.transfer_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn signals_between_runs_arrive_in_order_or_fail() {
    let world = World::new().await;
    let target = world.begin("target", vec![]).await;
    let names: Vec<String> = (0..20).map(|n| format!("s{n}")).collect();
    let mut commands: Vec<Command> = names
        .iter()
        .map(|name| signal_external("target", name))
        .collect();
    commands.push(signal_external("nobody", "s"));
    let sender = world.begin("sender", commands).await;
    settle().await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    settle().await;
    let received: Vec<String> = world
        .events(&target)
        .await
        .into_iter()
        .filter_map(|event| match event.attributes {
            Some(temporalio_protos::temporal::api::history::v1::history_event::Attributes::WorkflowExecutionSignaledEventAttributes(a)) => {
                Some(a.signal_name)
            }
            _ => None,
        })
        .collect();
    assert_eq!(received, names);
    let types = world.types(&sender).await;
    let count = |wanted| {
        types
            .iter()
            .filter(|event_type| **event_type == wanted)
            .count()
    };
    assert_eq!(count(EventType::ExternalWorkflowExecutionSignaled), 20);
    assert_eq!(count(EventType::SignalExternalWorkflowExecutionFailed), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_crash_interrupted_is_done_after_it() {
    let world = World::new().await;
    world.start("parent").await.unwrap();
    let task = world.workflow_task().await;
    // The completion is stored; what it asks for waits behind a held store when the server dies.
    let engine = world.engine.clone();
    let token = task.task.response.task_token.clone();
    let completed = engine.complete_workflow_task(
        temporalio_protos::temporal::api::workflowservice::v1::RespondWorkflowTaskCompletedRequest {
            task_token: token,
            commands: vec![start_child("child", ParentClosePolicy::Terminate)],
            ..Default::default()
        },
        std::sync::Arc::default(),
    );
    completed.await.unwrap();
    world.store.hold_commits();
    settle().await;
    world.engine.crash();
    world.store.release_commits();
    let world = world.crash().await;
    let child = task_of(&world, "child").await;
    world
        .complete(&child, vec![complete_workflow()])
        .await
        .unwrap();
    settle().await;
    let parent = Target {
        run_id: Some(task.run.run_id),
        ..world.current("parent")
    };
    let events = world
        .engine
        .read(parent, sundial_core::Run::next_event_id)
        .await
        .unwrap();
    let types = world.types(&task.run).await;
    assert_eq!(types.len() as i64 + 1, events);
    let count = |wanted| {
        types
            .iter()
            .filter(|event_type| **event_type == wanted)
            .count()
    };
    assert_eq!(count(EventType::ChildWorkflowExecutionStarted), 1);
    assert_eq!(count(EventType::ChildWorkflowExecutionCompleted), 1);
    assert_eq!(world.store.transfer_count(), 0);
}
