//! Runs that are not in memory.

use std::time::Duration;

use sundial_core::Rejection;
use temporalio_protos::temporal::api::history::v1::{HistoryEvent, history_event::Attributes};

use super::{RETENTION, World, complete_workflow, settle, spawn};
use crate::engine::{EngineError, Target};

fn signal_names(events: &[HistoryEvent]) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| match &event.attributes {
            Some(Attributes::WorkflowExecutionSignaledEventAttributes(a)) => {
                Some(a.signal_name.clone())
            }
            _ => None,
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn commands_keep_their_order_while_their_run_is_read_and_it_is_read_once() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let world = world.crash().await;
    let before = world.store.loads();
    world.store.hold_reads();
    let mut signals = Vec::new();
    for n in 0..10 {
        signals.push(spawn(world.signal(Target::run(&key), &format!("s{n}"))));
        settle().await;
    }
    world.store.release_reads();
    for signal in signals {
        signal.await.unwrap().unwrap();
    }
    let names: Vec<String> = (0..10).map(|n| format!("s{n}")).collect();
    assert_eq!(signal_names(&world.events(&key).await), names);
    assert_eq!(world.store.loads() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_run_is_not_found_and_asked_for_again() {
    let world = World::new().await;
    for _ in 0..2 {
        let before = world.store.loads();
        let result = world.signal(world.current("nobody"), "s").await;
        let Err(EngineError::Rejected(Rejection::NotFound(message))) = result else {
            panic!("{result:?}");
        };
        assert_eq!(message, "workflow not found for ID: nobody");
        assert_eq!(world.store.loads() - before, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_of_another_workflow_is_not_found_by_its_run_id() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let wrong = Target {
        workflow_id: "other".into(),
        ..Target::run(&key)
    };
    let result = world.signal(wrong, "s").await;
    assert!(matches!(
        result,
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
}

#[tokio::test(start_paused = true)]
async fn runs_leave_memory_and_come_back_as_they_were() {
    let world = World::without_cache().await;
    let keys: Vec<_> = {
        let mut keys = Vec::new();
        for n in 0..50 {
            keys.push(world.start(&format!("w{n}")).await.unwrap());
        }
        keys
    };
    for round in 0..3 {
        for key in &keys {
            world
                .signal(Target::run(key), &format!("s{round}"))
                .await
                .unwrap();
        }
    }
    for key in &keys {
        assert_eq!(signal_names(&world.events(key).await), ["s0", "s1", "s2"]);
    }
    assert!(
        world.store.loads() > 150,
        "every signal had to read its run"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_of_the_current_run_is_no_older_than_a_run_started_meanwhile() {
    let world = World::new().await;
    let first = world.begin("w", vec![complete_workflow()]).await;
    let world = world.crash().await;
    // The read of the current run sees the first one, and arrives when the second is there.
    world.store.hold_reads();
    let signal = spawn(world.signal(world.current("w"), "s"));
    settle().await;
    let second = spawn({
        let namespace = world.namespace.clone();
        let engine = world.engine.clone();
        let first = first.clone();
        async move {
            engine
                .transact(Target::run(&first), |run, _| Ok(run.key().run_id))
                .await
                .map(|run_id| (namespace, run_id))
        }
    });
    settle().await;
    world.store.release_reads();
    second.await.unwrap().unwrap();
    // The current run is the closed one: it refuses.
    assert!(matches!(
        signal.await.unwrap(),
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
    let key = world.start("w").await.unwrap();
    assert_ne!(key, first);
    world.signal(world.current("w"), "s").await.unwrap();
    assert_eq!(signal_names(&world.events(&key).await), ["s"]);
}

#[tokio::test(start_paused = true)]
async fn a_closed_run_is_deleted_for_good_and_an_open_one_is_not() {
    let world = World::new().await;
    let closed = world.begin("w", vec![complete_workflow()]).await;
    let open = world.start("open").await.unwrap();
    assert!(world.engine.delete_run(&closed).await.unwrap());
    assert!(matches!(
        world.engine.delete_run(&closed).await,
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
    assert!(world.events(&closed).await.is_empty());
    assert!(matches!(
        world.engine.delete_run(&open).await,
        Err(EngineError::Rejected(Rejection::FailedPrecondition(_)))
    ));
}

#[tokio::test(start_paused = true)]
async fn closed_runs_go_when_their_retention_is_over_and_open_ones_stay() {
    let world = World::new().await;
    let closed = world.begin("closed", vec![complete_workflow()]).await;
    let open = world.begin("open", vec![]).await;
    tokio::time::sleep(RETENTION - Duration::from_secs(3600)).await;
    assert!(!world.events(&closed).await.is_empty());
    tokio::time::sleep(Duration::from_secs(2 * 3600)).await;
    assert!(world.events(&closed).await.is_empty());
    assert!(!world.events(&open).await.is_empty());
}
