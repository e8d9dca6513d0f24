//! Nothing is answered before it is durable, and what is lost is lost with everything built on it.

use sundial_core::Rejection;
use temporalio_protos::temporal::api::enums::v1::EventType;

use super::{World, complete_workflow, settle, spawn};
use crate::engine::{EngineError, Target};

#[tokio::test(start_paused = true)]
async fn an_answer_comes_only_after_its_commit() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    world.store.hold_commits();
    let signal = spawn(world.signal(Target::run(&key), "s"));
    settle().await;
    assert!(!signal.is_finished());
    world.store.release_commits();
    signal.await.unwrap().unwrap();
    assert_eq!(world.types(&key).await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_comes_during_a_commit_shares_the_next_one() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let before = world.store.commits();
    world.store.hold_commits();
    let first = spawn(world.signal(Target::run(&key), "first"));
    settle().await;
    let others: Vec<_> = (0..20)
        .map(|n| spawn(world.signal(Target::run(&key), &format!("s{n}"))))
        .collect();
    settle().await;
    world.store.release_commits();
    first.await.unwrap().unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(world.store.commits() - before, 2);
    let ids: Vec<i64> = world
        .events(&key)
        .await
        .iter()
        .map(|event| event.event_id)
        .collect();
    assert_eq!(ids, (1..=23).collect::<Vec<i64>>());
}

#[tokio::test(start_paused = true)]
async fn a_read_waits_for_what_it_saw() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    world.store.hold_commits();
    let signal = spawn(world.signal(Target::run(&key), "s"));
    settle().await;
    let engine = world.engine.clone();
    let target = Target::run(&key);
    let read = spawn(async move { engine.read(target, sundial_core::Run::next_event_id).await });
    settle().await;
    assert!(!read.is_finished());
    world.store.release_commits();
    assert_eq!(read.await.unwrap().unwrap(), 4);
    signal.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lost_commit_takes_with_it_what_was_built_on_it() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    world.store.hold_commits();
    let first = spawn(world.signal(Target::run(&key), "first"));
    settle().await;
    let second = spawn(world.signal(Target::run(&key), "second"));
    settle().await;
    world.store.fail_commits(1);
    world.store.release_commits();
    assert!(matches!(
        first.await.unwrap(),
        Err(EngineError::Unavailable(_))
    ));
    assert!(matches!(
        second.await.unwrap(),
        Err(EngineError::Unavailable(_))
    ));
    // The run is what the store has, and goes on from there.
    assert_eq!(world.types(&key).await.len(), 2);
    world.signal(Target::run(&key), "third").await.unwrap();
    assert_eq!(
        world.types(&key).await,
        [
            EventType::WorkflowExecutionStarted,
            EventType::WorkflowTaskScheduled,
            EventType::WorkflowExecutionSignaled
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_was_not_stored_has_not_happened() {
    let world = World::new().await;
    world.store.fail_commits(1);
    assert!(matches!(
        world.start("w").await,
        Err(EngineError::Unavailable(_))
    ));
    let read = world.engine.read(world.current("w"), |_| ()).await;
    assert!(matches!(
        read,
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
    world.start("w").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_task_is_offered_only_after_its_commit() {
    let world = World::new().await;
    world.store.hold_commits();
    let engine = world.engine.clone();
    let poll = world.poll_of(sundial_core::TaskKind::Workflow, super::QUEUE);
    let poll = spawn(async move { engine.next_workflow_task(poll).await });
    let namespace = world.namespace.clone();
    let request =
        temporalio_protos::temporal::api::workflowservice::v1::StartWorkflowExecutionRequest {
            workflow_id: "w".into(),
            request_id: "r".into(),
            task_queue: Some(temporalio_protos::temporal::api::taskqueue::v1::TaskQueue {
                name: super::QUEUE.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
    let engine = world.engine.clone();
    let start = spawn(async move {
        let owned = namespace.clone();
        engine
            .transact_workflow(&namespace, "w", move |current, cx| {
                sundial_core::run::start::start_workflow(current, cx, &owned, &request)
            })
            .await
    });
    settle().await;
    assert!(!poll.is_finished() && !start.is_finished());
    world.store.release_commits();
    assert!(poll.await.unwrap().unwrap().is_some());
    start.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_task_was_lost_with_a_commit_is_followed_by_another() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let lost = world.workflow_task().await;
    world.store.fail_commits(1);
    let result = world.signal(Target::run(&key), "s").await;
    assert!(matches!(result, Err(EngineError::Unavailable(_))));
    // That the task is started was in memory alone, so the same task is handed out again.
    let again = world.workflow_task().await;
    assert_eq!(again.run, key);
    let refused = world.complete(&lost, vec![complete_workflow()]).await;
    assert!(matches!(
        refused,
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
    world
        .complete(&again, vec![complete_workflow()])
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_step_that_panics_harms_no_one_else() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let result: Result<(), _> = world
        .engine
        .transact(Target::run(&key), |_, _| panic!("a fault, on purpose"))
        .await;
    assert!(matches!(result, Err(EngineError::Internal(_))));
    world.signal(Target::run(&key), "s").await.unwrap();
    assert_eq!(world.types(&key).await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn commands_after_the_shutdown_are_refused_and_those_before_are_stored() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    world.store.hold_commits();
    let before = spawn(world.signal(Target::run(&key), "before"));
    settle().await;
    let engine = world.engine.clone();
    let shutdown = spawn(async move { engine.shutdown().await });
    settle().await;
    let after = spawn(world.signal(Target::run(&key), "after"));
    settle().await;
    world.store.release_commits();
    before.await.unwrap().unwrap();
    assert!(matches!(
        after.await.unwrap(),
        Err(EngineError::ShuttingDown)
    ));
    shutdown.await.unwrap();
}
