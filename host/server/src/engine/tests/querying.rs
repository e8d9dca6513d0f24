//! Queries: which worker answers, when, and what is said if none does.

use std::{collections::HashMap, time::Duration};

use sundial_core::{Rejection, RunKey, TaskKind};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    enums::v1::{QueryRejectCondition, QueryResultType, WorkflowExecutionStatus},
    query::v1::{WorkflowQuery, WorkflowQueryResult},
    workflowservice::v1::{
        QueryWorkflowResponse, RespondQueryTaskCompletedRequest,
        RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskFailedRequest,
        StartWorkflowExecutionRequest, TerminateWorkflowExecutionRequest,
    },
};
use tokio::task::JoinHandle;

use super::{QUEUE, World, complete_workflow, settle, spawn, start_timer, sticky_to};
use crate::engine::{EngineError, StartedTask, Target};

type Asked = JoinHandle<Result<QueryWorkflowResponse, EngineError>>;

fn payloads(text: &str) -> Payloads {
    Payloads {
        payloads: vec![Payload {
            data: text.into(),
            ..Default::default()
        }],
    }
}

fn ask_unless(world: &World, target: Target, condition: QueryRejectCondition) -> Asked {
    let engine = world.engine.clone();
    let query = WorkflowQuery {
        query_type: "status".into(),
        ..Default::default()
    };
    spawn(async move {
        engine
            .query(target, query, condition, Duration::from_secs(10))
            .await
    })
}

fn ask(world: &World, target: Target) -> Asked {
    ask_unless(world, target, QueryRejectCondition::None)
}

fn answer_directly(world: &World, task: &StartedTask, text: &str) {
    world
        .engine
        .answer_query(RespondQueryTaskCompletedRequest {
            task_token: task.task.response.task_token.clone(),
            completed_type: QueryResultType::Answered as i32,
            query_result: Some(payloads(text)),
            ..Default::default()
        })
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_run_is_asked_directly() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 1000)]).await;
    let asked = ask(&world, Target::run(&key));
    let task = world.workflow_task().await;
    assert_eq!(
        task.task
            .response
            .query
            .as_ref()
            .map(|q| q.query_type.as_str()),
        Some("status")
    );
    assert_eq!(task.events.as_ref().map(Vec::len), Some(5));
    answer_directly(&world, &task, "fine");
    assert_eq!(
        asked.await.unwrap().unwrap().query_result,
        Some(payloads("fine"))
    );
    // The answer may be given once.
    let again = world.engine.answer_query(RespondQueryTaskCompletedRequest {
        task_token: task.task.response.task_token.clone(),
        ..Default::default()
    });
    assert!(matches!(
        again,
        Err(EngineError::Rejected(Rejection::NotFound(_)))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_query_goes_with_the_pending_workflow_task() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 1000)]).await;
    world.signal(Target::run(&key), "s").await.unwrap();
    let asked = ask(&world, Target::run(&key));
    settle().await;
    let task = world.workflow_task().await;
    let id = task
        .task
        .response
        .queries
        .keys()
        .next()
        .expect("the task carries the query")
        .clone();
    let result = WorkflowQueryResult {
        result_type: QueryResultType::Answered as i32,
        answer: Some(payloads("after the signal")),
        ..Default::default()
    };
    world
        .complete_with(
            &task,
            RespondWorkflowTaskCompletedRequest {
                query_results: HashMap::from([(id, result)]),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(
        asked.await.unwrap().unwrap().query_result,
        Some(payloads("after the signal"))
    );
}

async fn start_after(world: &World, workflow_id: &str, delay_seconds: i64) -> RunKey {
    let request = StartWorkflowExecutionRequest {
        workflow_id: workflow_id.into(),
        workflow_start_delay: Some(prost_wkt_types::Duration {
            seconds: delay_seconds,
            nanos: 0,
        }),
        ..Default::default()
    };
    world.start_with(request).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_query_waits_for_a_first_task_that_comes_before_its_caller_leaves() {
    let world = World::new().await;
    let key = start_after(&world, "soon", 5).await;
    let asked = ask(&world, Target::run(&key));
    let task = world.workflow_task().await;
    assert_eq!(task.task.response.queries.len(), 1);
    let key = start_after(&world, "late", 60).await;
    let refused = ask(&world, Target::run(&key)).await.unwrap();
    let Err(EngineError::Rejected(Rejection::WorkflowNotReady(why))) = refused else {
        panic!("the query should be refused: {refused:?}");
    };
    assert_eq!(why, "Workflow task is not scheduled yet.");
    drop(asked);
}

#[tokio::test(start_paused = true)]
async fn a_query_ends_with_a_run_that_has_had_no_task() {
    let world = World::new().await;
    let key = start_after(&world, "w", 5).await;
    let waiting = ask(&world, Target::run(&key));
    settle().await;
    let request = TerminateWorkflowExecutionRequest::default();
    world
        .engine
        .transact(Target::run(&key), move |run, cx| {
            run.terminate(cx, &request)
        })
        .await
        .unwrap();
    for asked in [waiting, ask(&world, Target::run(&key))] {
        let Err(EngineError::Rejected(Rejection::WorkflowNotReady(why))) = asked.await.unwrap()
        else {
            panic!("the query should be refused");
        };
        assert_eq!(
            why,
            "Workflow execution closed before WorkflowTaskStarted event"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_query_that_came_while_the_task_was_out_goes_directly_afterwards() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let task = world.workflow_task().await;
    let asked = ask(&world, Target::run(&key));
    settle().await;
    assert!(!asked.is_finished());
    world
        .complete(&task, vec![start_timer("t", 1000)])
        .await
        .unwrap();
    let task = world.workflow_task().await;
    assert!(task.task.response.query.is_some());
    answer_directly(&world, &task, "fine");
    asked.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_failure_of_a_query_reaches_its_asker() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 1000)]).await;
    let asked = ask(&world, Target::run(&key));
    let task = world.workflow_task().await;
    world
        .engine
        .answer_query(RespondQueryTaskCompletedRequest {
            task_token: task.task.response.task_token.clone(),
            completed_type: QueryResultType::Failed as i32,
            error_message: "unknown query status".into(),
            ..Default::default()
        })
        .unwrap();
    let Err(EngineError::QueryFailed { message, .. }) = asked.await.unwrap() else {
        panic!("the query should fail");
    };
    assert_eq!(message, "unknown query status");
}

#[tokio::test(start_paused = true)]
async fn without_a_worker_a_query_is_told_so_before_its_caller_gives_up() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 1000)]).await;
    world.matching.connection_closed(super::CONNECTION);
    let before = world.now();
    let result = ask(&world, Target::run(&key)).await.unwrap();
    assert!(matches!(result, Err(EngineError::NoPollers)));
    assert_eq!(world.now().since(before).0, 9_000_000_000);
    // The same for a run that waits for its first task.
    let key = world.start("first").await.unwrap();
    let result = ask(&world, Target::run(&key)).await.unwrap();
    assert!(matches!(result, Err(EngineError::NoPollers)));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_comes_late_still_answers() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 1000)]).await;
    world.matching.connection_closed(super::CONNECTION);
    let asked = ask(&world, Target::run(&key));
    tokio::time::sleep(Duration::from_secs(8)).await;
    let task = world.workflow_task().await;
    answer_directly(&world, &task, "fine");
    asked.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_closed_run_is_asked_unless_the_asker_does_not_want_it() {
    let world = World::new().await;
    let key = world.begin("w", vec![complete_workflow()]).await;
    let rejected = ask_unless(&world, Target::run(&key), QueryRejectCondition::NotOpen)
        .await
        .unwrap();
    let status = rejected
        .unwrap()
        .query_rejected
        .map(|rejected| rejected.status);
    assert_eq!(status, Some(WorkflowExecutionStatus::Completed as i32));
    let asked = ask_unless(
        &world,
        Target::run(&key),
        QueryRejectCondition::NotCompletedCleanly,
    );
    let task = world.workflow_task().await;
    answer_directly(&world, &task, "done");
    assert_eq!(
        asked.await.unwrap().unwrap().query_result,
        Some(payloads("done"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_tasks_keep_failing_is_not_asked() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let asked = ask(&world, Target::run(&key));
    settle().await;
    for _ in 0..2 {
        let task = world.workflow_task().await;
        let token = sundial_core::run::token::WorkflowTaskToken::decode_token(
            &task.task.response.task_token,
        )
        .unwrap();
        world
            .engine
            .transact(Target::run(&key), move |run, cx| {
                run.fail_workflow_task(cx, &RespondWorkflowTaskFailedRequest::default(), &token)
            })
            .await
            .unwrap();
    }
    for asked in [asked, ask(&world, Target::run(&key))] {
        let result = asked.await.unwrap();
        assert!(matches!(
            result,
            Err(EngineError::Rejected(Rejection::WorkflowNotReady(_)))
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn a_query_goes_to_the_worker_that_has_the_run_and_past_it_when_it_is_gone() {
    let world = World::new().await;
    let key = world.start("w").await.unwrap();
    let task = world.workflow_task().await;
    let poll_own = |world: &World| {
        let (engine, poll) = (world.engine.clone(), world.sticky_poll("own"));
        spawn(async move { engine.next_workflow_task(poll).await })
    };
    let own = poll_own(&world);
    settle().await;
    world
        .complete_with(
            &task,
            RespondWorkflowTaskCompletedRequest {
                commands: vec![start_timer("t", 1000)],
                sticky_attributes: Some(sticky_to("own")),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    let asked = ask(&world, Target::run(&key));
    let task = own
        .await
        .unwrap()
        .unwrap()
        .expect("the query is for this worker");
    assert!(task.task.history_from > 1);
    answer_directly(&world, &task, "cached");
    assert_eq!(
        asked.await.unwrap().unwrap().query_result,
        Some(payloads("cached"))
    );

    world
        .matching
        .shutdown_worker(world.namespace.id, "own", "");
    let before = world.now();
    let asked = ask(&world, Target::run(&key));
    let task = world.workflow_task().await;
    assert_eq!(task.task.history_from, 1);
    answer_directly(&world, &task, "replayed");
    assert_eq!(
        asked.await.unwrap().unwrap().query_result,
        Some(payloads("replayed"))
    );
    assert_eq!(world.now(), before);
}

#[tokio::test(start_paused = true)]
async fn a_query_that_a_poll_did_not_deliver_goes_to_the_next() {
    let world = World::new().await;
    let key = world.begin("w", vec![start_timer("t", 1000)]).await;
    let asked = ask(&world, Target::run(&key));
    settle().await;
    // Taken, and dropped before it is answered to anyone.
    let held = world
        .matching
        .poll_workflow(world.poll_of(TaskKind::Workflow, QUEUE))
        .await;
    assert!(matches!(held, Some(crate::matching::Dispatch::Query(_))));
    drop(held);
    let task = world.workflow_task().await;
    answer_directly(&world, &task, "fine");
    asked.await.unwrap().unwrap();
}
