//! Updates: admitted, accepted, completed, rejected.

use prost::Message as _;
use prost_wkt_types::Any;
use sundial_core::{Rejection, run::UpdateStage};
use temporalio_protos::temporal::api::{
    failure::v1::Failure,
    protocol::v1::Message,
    update::v1::{
        Acceptance, Input, Meta, Outcome, Rejection as Refused, Request, Response, outcome,
    },
    workflowservice::v1::UpdateWorkflowExecutionRequest,
};

use crate::harness::{Bench, complete_workflow, start_timer, with_commands, with_messages};

fn admit(bench: &mut Bench, id: &str) -> Result<(), Rejection> {
    let request = UpdateWorkflowExecutionRequest {
        request: Some(Request {
            meta: Some(Meta {
                update_id: id.into(),
                ..Default::default()
            }),
            input: Some(Input {
                name: "u".into(),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    bench.step(|run, cx| run.admit_update(cx, &request))
}

fn message(id: &str, name: &str, body: Vec<u8>) -> Message {
    Message {
        id: format!("{id}/{name}"),
        protocol_instance_id: id.into(),
        body: Some(Any {
            type_url: format!("type.googleapis.com/temporal.api.update.v1.{name}"),
            value: body,
        }),
        ..Default::default()
    }
}

fn accept(id: &str) -> Message {
    let acceptance = Acceptance {
        accepted_request_message_id: format!("{id}/request"),
        accepted_request_sequencing_event_id: 1,
        ..Default::default()
    };
    message(id, "Acceptance", acceptance.encode_to_vec())
}

fn complete(id: &str) -> Message {
    let response = Response {
        meta: Some(Meta {
            update_id: id.into(),
            ..Default::default()
        }),
        outcome: Some(Outcome {
            value: Some(outcome::Value::Success(Default::default())),
        }),
    };
    message(id, "Response", response.encode_to_vec())
}

fn reject(id: &str) -> Message {
    let refused = Refused {
        failure: Some(Failure::default()),
        ..Default::default()
    };
    message(id, "Rejection", refused.encode_to_vec())
}

/// A run that waits for a timer, with no workflow task.
fn waiting() -> Bench {
    let mut bench = Bench::new();
    bench.poll_and_complete(vec![start_timer("t", 3600)]);
    bench
}

#[test]
fn an_update_travels_with_a_task_of_its_own_and_is_written_once_accepted() {
    let mut bench = waiting();
    let writes = bench.writes.len();
    admit(&mut bench, "u1").unwrap();
    assert_eq!(
        bench.writes.len(),
        writes,
        "an admitted update is not stored"
    );
    let task = bench.poll();
    assert_eq!(task.response.messages.len(), 1);
    bench
        .answer(&task, with_messages(vec![accept("u1"), complete("u1")]))
        .unwrap();
    assert_eq!(
        bench.events_from(6),
        [
            "WorkflowTaskScheduled",
            "WorkflowTaskStarted",
            "WorkflowTaskCompleted",
            "WorkflowExecutionUpdateAccepted",
            "WorkflowExecutionUpdateCompleted"
        ]
    );
    let view = bench.run.update_state("u1").unwrap();
    assert_eq!(view.stage, UpdateStage::Completed);
    assert!(view.outcome.is_some());
}

#[test]
fn a_rejected_update_leaves_no_trace_in_history() {
    let mut bench = waiting();
    let writes = bench.writes.len();
    admit(&mut bench, "u1").unwrap();
    let task = bench.poll();
    let answered = bench
        .answer(&task, with_messages(vec![reject("u1")]))
        .unwrap();
    assert_eq!(answered.response.reset_history_event_id, 3);
    assert_eq!((bench.writes.len(), bench.events().len()), (writes, 5));
    let view = bench.run.update_state("u1").unwrap();
    assert!(matches!(
        view.outcome.unwrap().value,
        Some(outcome::Value::Failure(_))
    ));
    assert!(!bench.run.has_pending_workflow_task());
}

#[test]
fn a_signal_beside_an_update_makes_its_task_one_like_any_other() {
    let mut bench = waiting();
    admit(&mut bench, "u1").unwrap();
    bench.signal("s");
    assert_eq!(
        bench.events_from(6),
        ["WorkflowTaskScheduled", "WorkflowExecutionSignaled"]
    );
    assert_eq!(bench.last_write().tasks_added.len(), 1);
    let task = bench.poll();
    bench
        .answer(&task, with_messages(vec![reject("u1")]))
        .unwrap();
    assert_eq!(
        bench.events_from(8),
        ["WorkflowTaskStarted", "WorkflowTaskCompleted"]
    );
}

#[test]
fn the_same_update_id_is_the_same_update() {
    let mut bench = waiting();
    admit(&mut bench, "u1").unwrap();
    admit(&mut bench, "u1").unwrap();
    let task = bench.poll();
    assert_eq!(task.response.messages.len(), 1);
    bench
        .answer(&task, with_messages(vec![accept("u1")]))
        .unwrap();
    admit(&mut bench, "u1").unwrap();
    assert_eq!(
        bench.run.update_state("u1").unwrap().stage,
        UpdateStage::Accepted
    );
    assert!(!bench.run.has_pending_workflow_task());
}

#[test]
fn a_worker_that_says_nothing_of_an_update_does_not_know_updates() {
    let mut bench = waiting();
    admit(&mut bench, "u1").unwrap();
    let task = bench.poll();
    bench.complete(&task, vec![]);
    let view = bench.run.update_state("u1").unwrap();
    let Some(outcome::Value::Failure(failure)) = view.outcome.unwrap().value else {
        panic!("it was not rejected");
    };
    assert!(failure.message.contains("wasn't processed by worker"));
}

#[test]
fn an_update_of_a_failed_task_is_sent_again() {
    let mut bench = waiting();
    admit(&mut bench, "u1").unwrap();
    bench.poll();
    bench.advance(10);
    assert_eq!(bench.poll().response.messages.len(), 1);
}

#[test]
fn a_message_on_an_unknown_update_fails_the_task() {
    let mut bench = waiting();
    admit(&mut bench, "u1").unwrap();
    let task = bench.poll();
    let refused = bench.answer(&task, with_messages(vec![accept("other")]));
    assert!(matches!(refused, Err(Rejection::CommandsRefused(_))));
}

#[test]
fn a_closed_run_takes_no_update_and_ends_those_that_it_accepted() {
    let mut bench = waiting();
    admit(&mut bench, "u1").unwrap();
    let task = bench.poll();
    bench
        .answer(&task, with_messages(vec![accept("u1")]))
        .unwrap();
    bench.signal("s");
    let task = bench.poll();
    bench
        .answer(&task, with_commands(vec![complete_workflow()]))
        .unwrap();
    let view = bench.run.update_state("u1").unwrap();
    let Some(outcome::Value::Failure(failure)) = view.outcome.unwrap().value else {
        panic!("it has no failure");
    };
    assert!(
        failure
            .message
            .contains("completed before the Update completed")
    );
    assert!(matches!(
        admit(&mut bench, "u2"),
        Err(Rejection::NotFound(_))
    ));
}

#[test]
fn too_many_updates_at_once_are_refused() {
    let mut bench = waiting();
    for number in 0..10 {
        admit(&mut bench, &format!("u{number}")).unwrap();
    }
    assert!(matches!(
        admit(&mut bench, "u10"),
        Err(Rejection::ResourceExhausted(_))
    ));
}
