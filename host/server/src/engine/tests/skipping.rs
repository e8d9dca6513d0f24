//! Runs under a clock that skips idle time and does not go on by itself: what happens, happens by a jump.

use std::sync::Arc;

use prost_wkt_types as wkt;
use sundial_core::{TaskKind, run::ActivityRef, time::Span};
use temporalio_protos::temporal::api::{
    command::v1::{CancelTimerCommandAttributes, Command, command::Attributes},
    enums::v1::{CommandType, EventType},
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    workflowservice::v1::StartWorkflowExecutionRequest,
};

use super::{
    QUEUE, World, complete_workflow, fake_store::FakeStore, schedule_activity, settle, start_timer,
};
use crate::{
    clock::{Clock, SkippingClock, StillClock},
    engine::EngineOptions,
};

async fn world(is_locked: bool) -> (World, SkippingClock) {
    let clock = SkippingClock::new(Arc::new(StillClock), is_locked);
    let options = EngineOptions::default();
    let world = World::on(FakeStore::new(), options, Arc::new(clock.clone())).await;
    (world, clock)
}

fn passed(world: &World) -> Span {
    world.now().since(StillClock.now())
}

fn cancel_timer(timer_id: &str) -> Command {
    Command {
        command_type: CommandType::CancelTimer as i32,
        attributes: Some(Attributes::CancelTimerCommandAttributes(
            CancelTimerCommandAttributes {
                timer_id: timer_id.into(),
            },
        )),
        ..Default::default()
    }
}

#[tokio::test]
async fn timers_fire_one_after_the_other_and_history_has_their_time() {
    const YEAR: i64 = 365 * 24 * 60 * 60;
    let (world, _) = world(false).await;
    let timers = vec![start_timer("year", YEAR), start_timer("day", 24 * 60 * 60)];
    let key = world.begin("w", timers).await;
    for seconds in [24 * 60 * 60, YEAR] {
        let task = world.workflow_task().await;
        let fired = world.events(&key).await;
        let fired = fired
            .iter()
            .rfind(|event| event.event_type() == EventType::TimerFired);
        let time = fired.and_then(|event| event.event_time).unwrap();
        assert_eq!(time.seconds - StillClock.now().to_proto().seconds, seconds);
        world.complete(&task, Vec::new()).await.unwrap();
    }
}

#[tokio::test]
async fn a_lock_and_a_workflow_task_keep_the_time() {
    let (world, clock) = world(true).await;
    world.begin("w", vec![start_timer("t", 60)]).await;
    settle().await;
    assert_eq!(passed(&world), Span::ZERO);
    world.start("another").await.unwrap();
    clock.unlock().unwrap();
    settle().await;
    assert_eq!(passed(&world), Span::ZERO, "nobody took its task yet");
    let task = world.workflow_task().await;
    settle().await;
    assert_eq!(passed(&world), Span::ZERO, "a worker has it");
    world
        .complete(&task, vec![complete_workflow()])
        .await
        .unwrap();
    world.workflow_task().await;
    assert_eq!(passed(&world), Span::from_seconds(60));
}

#[tokio::test]
async fn an_activity_keeps_the_time_and_its_backoff_does_not() {
    let (world, _) = world(false).await;
    world.begin("w", vec![schedule_activity("a")]).await;
    settle().await;
    assert_eq!(passed(&world), Span::ZERO, "it waits for a worker");
    for attempt in 1..=3 {
        let poll = world.poll_of(TaskKind::Activity, QUEUE);
        let task = world
            .engine
            .next_activity_task(poll)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(task.attempt, attempt);
        let before = passed(&world);
        settle().await;
        assert_eq!(passed(&world), before, "it runs");
        let failure = Failure {
            failure_info: Some(FailureInfo::ApplicationFailureInfo(
                ApplicationFailureInfo {
                    next_retry_delay: Some(wkt::Duration {
                        seconds: 3600,
                        nanos: 0,
                    }),
                    ..Default::default()
                },
            )),
            ..Default::default()
        };
        world
            .engine
            .transact(world.current("w"), move |run, cx| {
                run.fail_activity(cx, ActivityRef::Id("a"), Some(failure), None, "worker")
            })
            .await
            .unwrap();
        settle().await;
        assert_eq!(
            passed(&world),
            Span::from_seconds(3600 * i64::from(attempt))
        );
    }
}

#[tokio::test]
async fn nothing_is_skipped_for_what_will_not_happen() {
    let (world, clock) = world(false).await;
    let request = StartWorkflowExecutionRequest {
        workflow_id: "w".into(),
        workflow_execution_timeout: Some(wkt::Duration {
            seconds: 7200,
            nanos: 0,
        }),
        ..Default::default()
    };
    let key = world.start_with(request).await.unwrap();
    let task = world.workflow_task().await;
    let commands = vec![start_timer("never", 600), start_timer("soon", 60)];
    world.complete(&task, commands).await.unwrap();
    let task = world.workflow_task().await;
    assert_eq!(task.run, key);
    assert_eq!(passed(&world), Span::from_seconds(60));
    world
        .complete(&task, vec![cancel_timer("never"), complete_workflow()])
        .await
        .unwrap();
    clock.stalled().await;
    assert_eq!(passed(&world), Span::from_seconds(60));
}
