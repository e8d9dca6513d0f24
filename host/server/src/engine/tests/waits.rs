//! Waiting for something to become true of a run.

use std::time::Duration;

use super::{World, complete_workflow, settle, spawn};
use crate::engine::Target;

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_what_it_waits_for_is_durable() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let engine = world.engine.clone();
    let target = Target::run(&key);
    let wait = spawn(async move {
        engine
            .wait(target, Duration::from_secs(60), |run| {
                (run.next_event_id() > 3).then(|| run.next_event_id())
            })
            .await
    });
    settle().await;
    assert!(!wait.is_finished());
    world.store.hold_commits();
    let signal = spawn(world.signal(Target::run(&key), "s"));
    settle().await;
    assert!(!wait.is_finished());
    world.store.release_commits();
    assert_eq!(wait.await.unwrap().unwrap(), Some(4));
    signal.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_true_already_is_not_waited_for() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let answer = world
        .engine
        .wait(Target::run(&key), Duration::ZERO, |run| {
            Some(run.next_event_id())
        })
        .await;
    // Even with no time at all, what is true now may be said; with none left it may not.
    assert!(matches!(answer, Ok(Some(3) | None)));
    let answer = world
        .engine
        .wait(Target::run(&key), Duration::from_secs(1), |run| {
            Some(run.next_event_id())
        })
        .await
        .unwrap();
    assert_eq!(answer, Some(3));
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_nothing_when_its_time_is_over() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let before = world.now();
    let answer = world
        .engine
        .wait(Target::run(&key), Duration::from_secs(20), |run| {
            run.is_closed().then_some(())
        })
        .await
        .unwrap();
    assert_eq!(answer, None);
    assert_eq!(world.now().since(before).0, 20_000_000_000);
}

#[tokio::test(start_paused = true)]
async fn a_wait_keeps_its_run_in_memory() {
    let world = World::without_cache().await;
    let key = world.start("w").await.unwrap();
    let engine = world.engine.clone();
    let target = Target::run(&key);
    let wait = spawn(async move {
        engine
            .wait(target, Duration::from_secs(60), |run| {
                run.is_closed().then_some(())
            })
            .await
    });
    settle().await;
    for n in 0..300 {
        world.start(&format!("other{n}")).await.unwrap();
    }
    let loads = world.store.loads();
    let task = world.workflow_task().await;
    assert_eq!(task.run, key);
    world
        .complete(&task, vec![complete_workflow()])
        .await
        .unwrap();
    assert_eq!(wait.await.unwrap().unwrap(), Some(()));
    assert_eq!(world.store.loads(), loads);
}
