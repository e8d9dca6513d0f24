//! The life of attempts between a poller and what runs them.

use temporalio_protos::{
    coresdk::{
        activity_result::{Cancellation, Success},
        activity_task::{ActivityCancelReason, ActivityTask, Cancel as CancelTask},
    },
    temporal::api::failure::v1::failure::FailureInfo,
};

use super::{
    super::{
        failures::cancelled_failure, functions::NativeActivities, handlers, payloads::json_payload,
    },
    *,
};
use crate::temporal::fake::{FakeServer, Told, fake};

fn serve(
    functions: &NativeActivities,
) -> (FakeServer, tokio::task::JoinHandle<Result<(), CoreError>>) {
    let (core, server) = fake();
    let poller = ActivityPoller {
        core,
        task_queue: "activities".to_owned(),
        handlers: Arc::new(handlers(functions.clone(), Vec::new()).unwrap()),
        functions_runtime: Handle::current(),
        counters: Arc::default(),
    };
    (server, tokio::spawn(poller.serve(CancellationToken::new())))
}

fn start(token: u8, activity_type: &str) -> ActivityTask {
    ActivityTask {
        task_token: vec![token],
        variant: Some(Variant::Start(Start {
            activity_type: activity_type.to_owned(),
            attempt: 1,
            input: vec![json_payload("1")],
            ..Default::default()
        })),
    }
}

fn cancel(token: u8) -> ActivityTask {
    ActivityTask {
        task_token: vec![token],
        variant: Some(Variant::Cancel(CancelTask {
            reason: ActivityCancelReason::Cancelled.into(),
            details: None,
        })),
    }
}

async fn result(server: &mut FakeServer) -> Status {
    match server.told.recv().await.unwrap() {
        Told::ActivityCompletion(completion) => completion.result.unwrap().status.unwrap(),
        other => panic!("no completion: {other:?}"),
    }
}

fn failure(status: Status) -> Failure {
    match status {
        Status::Failed(failed) => failed.failure.unwrap(),
        other => panic!("no failure: {other:?}"),
    }
}

#[tokio::test]
async fn a_function_is_given_its_input_and_its_result_comes_back() {
    let mut functions = NativeActivities::new();
    functions.register(
        "echo",
        |context: ActivityContext, mut input: Vec<Payload>| async move {
            context.heartbeat(vec![json_payload("7")]);
            Ok(input.remove(0))
        },
    );
    let (mut server, served) = serve(&functions);
    server.activities.send(start(1, "echo")).unwrap();
    assert_eq!(
        server.told.recv().await,
        Some(Told::Heartbeat(vec![json_payload("7")]))
    );
    assert_eq!(
        result(&mut server).await,
        Status::Completed(Success {
            result: Some(json_payload("1"))
        })
    );
    let FakeServer {
        activities,
        mut told,
        activations: _activations,
    } = server;
    drop(activities);
    served.await.unwrap().unwrap();
    assert_eq!(told.recv().await, Some(Told::Finished));
}

#[tokio::test]
async fn a_panic_fails_its_attempt_only() {
    let mut functions = NativeActivities::new();
    functions.register("panic", |_, _| async { panic!("out of cheese") });
    functions.register("at-once", |_, _| -> std::future::Ready<ActivityResult> {
        panic!("no future")
    });
    let (mut server, _served) = serve(&functions);
    server.activities.send(start(1, "panic")).unwrap();
    assert_eq!(
        failure(result(&mut server).await).message,
        "the activity panicked: out of cheese"
    );
    server.activities.send(start(2, "at-once")).unwrap();
    assert_eq!(
        failure(result(&mut server).await).message,
        "the activity panicked: no future"
    );
}

#[tokio::test]
async fn a_cancelled_function_that_says_so_is_cancelled() {
    let mut functions = NativeActivities::new();
    functions.register("wait", |context: ActivityContext, _| async move {
        assert_eq!(context.cancelled().await, CancelReason::Cancelled);
        Err(cancelled_failure(None))
    });
    let (mut server, _served) = serve(&functions);
    server.activities.send(start(1, "wait")).unwrap();
    server.activities.send(cancel(1)).unwrap();
    assert!(matches!(
        result(&mut server).await,
        Status::Cancelled(Cancellation { failure: Some(_) })
    ));
}

#[tokio::test]
async fn to_claim_cancellation_without_having_been_asked_is_a_failure() {
    let mut functions = NativeActivities::new();
    functions.register("quit", |_, _| async { Err(cancelled_failure(None)) });
    let (mut server, _served) = serve(&functions);
    server.activities.send(start(1, "quit")).unwrap();
    let failure = failure(result(&mut server).await);
    assert!(matches!(
        failure.failure_info,
        Some(FailureInfo::CanceledFailureInfo(_))
    ));
}

#[tokio::test]
async fn an_unknown_activity_fails_with_the_names_of_those_that_are_known() {
    let mut functions = NativeActivities::new();
    functions.register("one", |_, _| async { Ok(json_payload("1")) });
    functions.register("another", |_, _| async { Ok(json_payload("1")) });
    let (mut server, _served) = serve(&functions);
    server.activities.send(start(1, "other")).unwrap();
    let message = failure(result(&mut server).await).message;
    assert_eq!(
        message,
        "activity other is not known on task queue activities; known are: another, one"
    );
}

#[tokio::test]
async fn what_is_for_other_local_activities_runs_no_others() {
    let mut functions = NativeActivities::new();
    functions.register_for_other_local(|context: ActivityContext, _| async move {
        Ok(json_payload(format!("{:?}", context.info().activity_type)))
    });
    let (mut server, _served) = serve(&functions);
    let mut local = start(1, "any");
    if let Some(Variant::Start(start)) = &mut local.variant {
        start.is_local = true;
    }
    server.activities.send(local).unwrap();
    assert_eq!(
        result(&mut server).await,
        Status::Completed(Success {
            result: Some(json_payload("\"any\""))
        })
    );
    server.activities.send(start(2, "any")).unwrap();
    assert_eq!(
        failure(result(&mut server).await).message,
        "activity any is not known on task queue activities; known are: none"
    );
}

#[test]
fn two_activities_of_one_name_are_refused() {
    let mut functions = NativeActivities::new();
    functions.register("one", |_, _| async { Ok(json_payload("1")) });
    functions.register("one", |_, _| async { Ok(json_payload("2")) });
    assert!(
        matches!(handlers(functions, Vec::new()), Err(crate::WorkerError::ActivityTwice(name)) if name == "one")
    );
}
