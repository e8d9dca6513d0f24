//! Time that passes while runs are in memory, out of memory, or the server is down.

use std::time::Duration;

use prost_wkt_types as wkt;
use temporalio_protos::temporal::api::{
    enums::v1::{EventType, WorkflowExecutionStatus},
    workflowservice::v1::StartWorkflowExecutionRequest,
};

use super::{World, complete_workflow, schedule_activity, settle, start_timer};
use crate::engine::Target;

#[tokio::test(start_paused = true)]
async fn a_timer_fires_when_its_time_has_come_and_not_before() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 5)]).await;
    tokio::time::advance(Duration::from_millis(4_900)).await;
    settle().await;
    assert_eq!(
        world.types(&key).await.last(),
        Some(&EventType::TimerStarted)
    );
    let task = world.workflow_task().await;
    assert_eq!(task.run, key);
    let fired = world.events(&key).await;
    assert!(
        fired
            .iter()
            .any(|event| event.event_type() == EventType::TimerFired)
    );
    let started = fired.first().and_then(|event| event.event_time).unwrap();
    assert_eq!(started.seconds + 5, world.now().to_proto().seconds);
}

#[tokio::test(start_paused = true)]
async fn timers_of_runs_that_are_not_in_memory_fire() {
    let world = World::without_cache().await;
    let mut keys = Vec::new();
    for n in 0..20 {
        // Some within the window that is read ahead, some far beyond it.
        keys.push(
            world
                .begin(&format!("w{n}"), vec![start_timer("t", 1 + n * 20)])
                .await,
        );
    }
    for key in &keys {
        let task = world.workflow_task().await;
        assert_eq!(task.run, *key);
        world
            .complete(&task, vec![complete_workflow()])
            .await
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_timer_that_was_due_while_the_server_was_down_fires_at_the_start() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 5)]).await;
    world.engine.crash();
    tokio::time::advance(Duration::from_secs(3600)).await;
    let world = world.crash().await;
    settle().await;
    assert!(world.types(&key).await.contains(&EventType::TimerFired));
}

#[tokio::test(start_paused = true)]
async fn what_is_due_comes_before_the_command_that_finds_it_due() {
    let world = World::new().await;
    let key = world
        .start_with(StartWorkflowExecutionRequest {
            workflow_id: "w".into(),
            workflow_run_timeout: Some(wkt::Duration {
                seconds: 30,
                nanos: 0,
            }),
            ..Default::default()
        })
        .await
        .unwrap();
    let world = world.crash().await;
    tokio::time::advance(Duration::from_secs(31)).await;
    assert!(world.signal(Target::run(&key), "late").await.is_err());
    let status = world
        .engine
        .read(Target::run(&key), sundial_core::Run::status)
        .await
        .unwrap();
    assert_eq!(status, WorkflowExecutionStatus::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_workflow_task_that_is_not_completed_is_handed_out_again() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let first = world.workflow_task().await;
    let second = world.workflow_task().await;
    assert_eq!(second.run, key);
    assert_eq!(second.task.response.attempt, 2);
    assert!(world.complete(&first, vec![]).await.is_err());
    world
        .complete(&second, vec![schedule_activity("a")])
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_server_reads_no_runs() {
    let world = World::new().await;
    world.begin("w", vec![start_timer("t", 100_000)]).await;
    settle().await;
    let (loads, commits) = (world.store.loads(), world.store.commits());
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(
        (world.store.loads(), world.store.commits()),
        (loads, commits)
    );
}
