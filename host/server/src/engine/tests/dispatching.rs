//! Tasks from the run to the worker.

use std::time::Duration;

use sundial_core::{Rejection, TaskKind, run::ActivityRef, run::token::ActivityTaskToken};
use temporalio_protos::temporal::api::{
    command::v1::command::Attributes,
    enums::v1::EventType,
    workflowservice::v1::{PollActivityTaskQueueResponse, RespondWorkflowTaskCompletedRequest},
};

use super::{QUEUE, World, complete_workflow, schedule_activity, settle, spawn, sticky_to};
use crate::engine::{EngineError, Target};

async fn activity(world: &World) -> PollActivityTaskQueueResponse {
    world
        .engine
        .next_activity_task(world.poll_of(TaskKind::Activity, QUEUE))
        .await
        .expect("a poll does not fail")
        .expect("there is an activity task")
}

async fn complete_activity(world: &World, task: &PollActivityTaskQueueResponse) {
    let token = ActivityTaskToken::decode_token(&task.task_token).unwrap();
    let target = Target::run(&token.key().unwrap());
    world
        .engine
        .transact(target, move |run, cx| {
            run.complete_activity(cx, ActivityRef::Token(&token), None, "worker")
        })
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_workflow_with_one_activity_runs_from_start_to_end() {
    let world = World::new().await;
    let key = world.begin("w", vec![schedule_activity("a")]).await;
    let task = activity(&world).await;
    assert_eq!(task.activity_id, "a");
    complete_activity(&world, &task).await;
    let task = world.workflow_task().await;
    let events = task.events.clone().expect("the whole history is in memory");
    assert_eq!(events.first().map(|event| event.event_id), Some(1));
    assert_eq!(
        events.last().map(|event| event.event_id),
        Some(task.task.history_to)
    );
    world
        .complete(&task, vec![complete_workflow()])
        .await
        .unwrap();
    assert_eq!(
        world.types(&key).await,
        [
            EventType::WorkflowExecutionStarted,
            EventType::WorkflowTaskScheduled,
            EventType::WorkflowTaskStarted,
            EventType::WorkflowTaskCompleted,
            EventType::ActivityTaskScheduled,
            EventType::ActivityTaskStarted,
            EventType::ActivityTaskCompleted,
            EventType::WorkflowTaskScheduled,
            EventType::WorkflowTaskStarted,
            EventType::WorkflowTaskCompleted,
            EventType::WorkflowExecutionCompleted,
        ]
    );
    settle().await;
    assert!(world.store.task_ids().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_next_workflow_task_comes_with_the_answer_and_to_no_one_else() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let task = world.workflow_task().await;
    world.signal(Target::run(&key), "meanwhile").await.unwrap();
    let completed = world
        .complete_with(
            &task,
            RespondWorkflowTaskCompletedRequest {
                return_new_workflow_task: true,
                sticky_attributes: Some(sticky_to("own")),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    let next = completed.new_task.expect("the signal needs another task");
    let events = next.events.clone().expect("it is in memory");
    // The worker has the run in its cache, so it gets what is new.
    assert_eq!(events.first().map(|event| event.event_id), Some(4));
    let poll = world.poll_of(TaskKind::Workflow, QUEUE);
    let poll = world.engine.next_workflow_task(super::Poll {
        limit: Duration::from_secs(5),
        ..poll
    });
    assert!(poll.await.unwrap().is_none());
    world
        .complete(&next, vec![complete_workflow()])
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_activity_that_the_worker_takes_along_is_offered_to_no_one_else() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let task = world.workflow_task().await;
    let mut commands = vec![schedule_activity("along"), schedule_activity("later")];
    if let Some(Attributes::ScheduleActivityTaskCommandAttributes(along)) =
        &mut commands[0].attributes
    {
        along.request_eager_execution = true;
    }
    let before = world.store.commits();
    let completed = world.complete(&task, commands).await.unwrap();
    assert_eq!(world.store.commits() - before, 1);
    let [along] = completed.response.activity_tasks.as_slice() else {
        panic!("one activity was to be taken along");
    };
    assert_eq!(along.activity_id, "along");
    assert_eq!(activity(&world).await.activity_id, "later");
    let poll = super::Poll {
        limit: Duration::from_secs(1),
        ..world.poll_of(TaskKind::Activity, QUEUE)
    };
    assert!(
        world
            .engine
            .next_activity_task(poll)
            .await
            .unwrap()
            .is_none()
    );
    complete_activity(&world, along).await;
    assert!(
        world
            .types(&key)
            .await
            .contains(&EventType::ActivityTaskCompleted)
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_are_found_again_after_a_crash() {
    let world = World::new().await;
    let second = world.begin("second", vec![schedule_activity("a")]).await;
    let first = world.start("first").await.unwrap();
    // One is handed out when the server dies: nobody will complete it.
    let lost = world.workflow_task().await;
    assert_eq!(lost.run, first);
    let world = world.crash().await;
    assert!(matches!(
        world.complete(&lost, vec![complete_workflow()]).await,
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
    let task = world.workflow_task().await;
    assert_eq!(task.run, first);
    // The scheduled event is not in memory any more, so it is read.
    let task = activity(&world).await;
    assert_eq!(
        task.workflow_execution
            .as_ref()
            .map(|e| e.workflow_id.as_str()),
        Some("second")
    );
    complete_activity(&world, &task).await;
    assert!(
        world
            .types(&second)
            .await
            .contains(&EventType::ActivityTaskCompleted)
    );
}

#[tokio::test(start_paused = true)]
async fn a_stale_task_is_dropped_with_its_row_and_the_poll_goes_on() {
    let world = World::new().await;
    world.store.add_tasks([sundial_core::Task {
        id: 7,
        kind: TaskKind::Workflow,
        run: sundial_core::RunKey {
            namespace_id: world.namespace.id,
            archetype: sundial_core::Archetype::Workflow,
            workflow_id: "gone".into(),
            run_id: sundial_core::RunId(uuid::Uuid::from_u128(9)),
        },
        queue: QUEUE.into(),
        normal_queue: None,
        version: None,
        scheduled_event_id: 2,
        stamp: 1,
        created_at: world.now(),
        priority_key: 3,
        fairness: None,
    }]);
    let world = world.crash().await;
    let key = world.start("w").await.unwrap();
    assert_eq!(world.workflow_task().await.run, key);
    settle().await;
    assert!(!world.store.task_ids().contains(&7));
}

#[tokio::test(start_paused = true)]
async fn a_task_of_a_worker_that_died_goes_to_the_normal_queue_at_once() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let task = world.workflow_task().await;
    let engine = world.engine.clone();
    let poll = world.sticky_poll("own");
    let own = spawn(async move { engine.next_workflow_task(poll).await });
    settle().await;
    world
        .complete_with(
            &task,
            RespondWorkflowTaskCompletedRequest {
                sticky_attributes: Some(sticky_to("own")),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    // The worker dies: its poll is dropped and its connection closed.
    own.abort();
    world.matching.connection_closed(super::CONNECTION);
    let before = world.now();
    world.signal(Target::run(&key), "s").await.unwrap();
    let task = world.workflow_task().await;
    assert_eq!(task.run, key);
    assert_eq!(task.task.history_from, 1);
    assert_eq!(world.now(), before);
}

#[tokio::test(start_paused = true)]
async fn a_worker_with_the_run_in_its_cache_gets_its_tasks_on_its_own_queue() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let task = world.workflow_task().await;
    let engine = world.engine.clone();
    let poll = world.sticky_poll("own");
    let own = spawn(async move { engine.next_workflow_task(poll).await });
    settle().await;
    world
        .complete_with(
            &task,
            RespondWorkflowTaskCompletedRequest {
                sticky_attributes: Some(sticky_to("own")),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    world.signal(Target::run(&key), "s").await.unwrap();
    let task = own
        .await
        .unwrap()
        .unwrap()
        .expect("the task is for this worker");
    assert!(task.task.history_from > 1);
    world
        .complete(&task, vec![complete_workflow()])
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn many_workflows_need_few_transactions() {
    let world = World::new().await;
    let before = world.store.commits();
    world.store.hold_commits();
    let engine = world.engine.clone();
    let mut starts = Vec::new();
    for n in 0..200 {
        let (engine, namespace) = (engine.clone(), world.namespace.clone());
        starts.push(spawn(async move {
            let request = temporalio_protos::temporal::api::workflowservice::v1::StartWorkflowExecutionRequest {
                workflow_id: format!("w{n}"),
                request_id: format!("r{n}"),
                ..Default::default()
            };
            let owned = namespace.clone();
            let id = request.workflow_id.clone();
            engine
                .transact_workflow(&namespace, &id, move |current, cx| {
                    sundial_core::run::start::start_workflow(current, cx, &owned, &request)
                })
                .await
        }));
    }
    settle().await;
    world.store.release_commits();
    for start in starts {
        start.await.unwrap().unwrap();
    }
    assert!(
        world.store.commits() - before <= 12,
        "{}",
        world.store.commits() - before
    );
}
