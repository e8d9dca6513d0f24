//! Nexus operations: how they begin, what their handlers answer, what time does to them, and who hears of a run's end.

use temporalio_protos::temporal::api::{
    common::v1::{Callback, Payload},
    enums::v1::{CallbackState, PendingNexusOperationState},
    failure::v1::Failure,
};

use super::{CancelAnswer, NexusEnd, StartAnswer};
use crate::{
    Rejection, Transfer,
    run::{
        callbacks::CallbackEnd,
        harness::{House, after, check},
    },
};

const SCHEDULED: &str = "
    start
    poll
    complete: operation o close=60s
";

fn failure(message: &str) -> Box<Failure> {
    Box::new(Failure {
        message: message.into(),
        ..Default::default()
    })
}

fn result(text: &str) -> NexusEnd {
    NexusEnd::Completed {
        result: Some(Payload {
            data: text.as_bytes().to_vec(),
            ..Default::default()
        }),
        links: Vec::new(),
    }
}

fn started() -> StartAnswer {
    StartAnswer::Started {
        token: "t".into(),
        links: Vec::new(),
    }
}

fn answer(house: &mut House, answer: StartAnswer) -> String {
    house.log.clear();
    house
        .act(|run, cx| {
            run.nexus_start_answered(cx, 5, answer);
            Ok(())
        })
        .expect("answers are never refused");
    house.log.clone()
}

fn answer_cancel(house: &mut House, answer: CancelAnswer) -> String {
    house.log.clear();
    house
        .act(|run, cx| {
            run.nexus_cancel_answered(cx, 5, answer);
            Ok(())
        })
        .expect("answers are never refused");
    house.log.clone()
}

fn complete(house: &mut House, request_id: &str) -> Result<(), Rejection> {
    let request_id = request_id.to_owned();
    house.act(move |run, cx| {
        run.nexus_completed(cx, 5, &request_id, "t".into(), Vec::new(), result("r"))
    })
}

fn request_id(house: &House) -> String {
    let call = house.run().nexus_start_call(5, house.now);
    call.expect("is asked for").request_id
}

#[test]
fn an_operation_is_asked_for_as_soon_as_it_is_scheduled() {
    insta::assert_snapshot!(check(SCHEDULED), @r"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: operation o close=60s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 NexusOperationScheduled o of endpoint-id in 60s
          - workflow task 2 for q
          + start operation 5
          wakes at 60s
        ");
}

#[test]
fn a_result_at_once_ends_it() {
    let mut house = after(SCHEDULED);
    insta::assert_snapshot!(answer(&mut house, StartAnswer::Ended(result("r"))), @r"
        6 NexusOperationCompleted of 5 r
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        wakes never
        ");
}

#[test]
fn what_handlers_say_against_it_fails_or_cancels_it() {
    let mut log = String::new();
    for said in [
        StartAnswer::Ended(NexusEnd::Failed(failure("no luck"))),
        StartAnswer::Ended(NexusEnd::Canceled(failure("called off"))),
        StartAnswer::Refused(failure("bad question")),
    ] {
        log += &answer(&mut after(SCHEDULED), said);
    }
    insta::assert_snapshot!(log, @r#"
        6 NexusOperationFailed of 5 "nexus operation completed unsuccessfully" <- "no luck"
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        wakes never
        6 NexusOperationCanceled of 5 "nexus operation completed unsuccessfully" <- "called off"
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        wakes never
        6 NexusOperationFailed of 5 "nexus operation completed unsuccessfully" <- "bad question"
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        wakes never
        "#);
}

#[test]
fn an_attempt_that_failed_is_followed_by_another_after_a_growing_pause() {
    let mut house = after(SCHEDULED);
    let mut log = String::new();
    for pause in ["+1s", "+2s", "+4s"] {
        log += &answer(&mut house, StartAnswer::Unavailable(failure("busy")));
        let shown = house.run().describe().pending_nexus_operations.remove(0);
        assert_eq!(shown.state(), PendingNexusOperationState::BackingOff);
        assert_eq!(shown.last_attempt_failure.expect("is told").message, "busy");
        log += &house.check(pause);
    }
    insta::assert_snapshot!(log, @r"
          wakes at 1s
        > +1s
          + start operation 5
          wakes at 60s
          wakes at 3s
        > +2s
          + start operation 5
          wakes at 60s
          wakes at 7s
        > +4s
          + start operation 5
          wakes at 60s
        ");
}

#[test]
fn an_operation_times_out_whatever_state_it_is_in() {
    let mut log = check(
        "
        start
        poll
        complete: operation o close=60s
        --
        +60s
    ",
    );
    let mut house = after(
        "
        start
        poll
        complete: operation o start=5s run=7s
    ",
    );
    log += &house.check("+5s");
    let mut house = after(
        "
        start
        poll
        complete: operation o start=5s run=7s
    ",
    );
    answer(&mut house, started());
    log += &house.check("+7s");
    insta::assert_snapshot!(log, @r#"
        > +60s
          6 NexusOperationTimedOut of 5 "nexus operation completed unsuccessfully" <- "operation timed out" (ScheduleToClose)
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          wakes never
        > +5s
          6 NexusOperationTimedOut of 5 "nexus operation completed unsuccessfully" <- "operation timed out" (ScheduleToStart)
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          wakes never
        > +7s
          8 NexusOperationTimedOut of 5 "nexus operation completed unsuccessfully" <- "operation timed out" (StartToClose)
          wakes never
        "#);
}

#[test]
fn an_operation_that_goes_on_is_completed_by_who_was_asked() {
    let mut house = after(SCHEDULED);
    let id = request_id(&house);
    let mut log = answer(&mut house, started());
    assert!(matches!(
        complete(&mut house, "another"),
        Err(Rejection::NotFound(_))
    ));
    house.log.clear();
    complete(&mut house, &id).expect("is waited for");
    log += &house.log.clone();
    assert!(matches!(
        complete(&mut house, &id),
        Err(Rejection::NotFound(_))
    ));
    insta::assert_snapshot!(log, @r"
        6 NexusOperationStarted of 5 as t
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        8 NexusOperationCompleted of 5 r
        wakes never
        ");
}

#[test]
fn a_completion_may_come_before_the_answer() {
    let mut house = after(SCHEDULED);
    let id = request_id(&house);
    house.log.clear();
    complete(&mut house, &id).expect("is waited for");
    insta::assert_snapshot!(house.log, @r"
        6 NexusOperationStarted of 5 as t
        7 NexusOperationCompleted of 5 r
        8 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 8 for q
        wakes never
        ");
    assert_eq!(
        answer(&mut house, started()),
        "",
        "nobody waits for the answer any more"
    );
}

#[test]
fn a_cancellation_is_told_once_the_operation_is_started() {
    let mut house = after(SCHEDULED);
    let mut log = house.check(
        "
        signal go
        poll
        complete: cancel-operation 5
    ",
    );
    log += &answer(&mut house, started());
    log += &answer_cancel(&mut house, CancelAnswer::Unavailable(failure("busy")));
    log += &house.check("+1s");
    log += &answer_cancel(&mut house, CancelAnswer::Accepted);
    insta::assert_snapshot!(log, @r"
        > signal go
          6 WorkflowExecutionSignaled go
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 7 by worker]
        > complete: cancel-operation 5
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskCompleted of 7/8
          10 NexusOperationCancelRequested of 5
          - workflow task 7 for q
          11 NexusOperationStarted of 5 as t
          12 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 12 for q
          + cancel operation 5
          wakes at 1s
        > +1s
          + cancel operation 5
          wakes at 60s
          13 NexusOperationCancelRequestCompleted of 5/10
        ");
}

#[test]
fn a_cancellation_that_is_refused_is_told_the_workflow() {
    let mut house = after(SCHEDULED);
    answer(&mut house, started());
    house.play(
        "
        poll
        complete: cancel-operation 5
    ",
    );
    insta::assert_snapshot!(answer_cancel(&mut house, CancelAnswer::Refused(failure("never heard of it"))), @r#"
        11 NexusOperationCancelRequestFailed of 5/10 "nexus operation completed unsuccessfully" <- "never heard of it"
        12 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 12 for q
        "#);
}

#[test]
fn commands_that_make_no_sense_fail_the_task() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: operation o close=60s
        signal go
        poll
        --
        complete: cancel-operation 9
        poll
        complete: cancel-operation 5, cancel-operation 5
    "), @r#"
        > complete: cancel-operation 9
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskFailed of 7/8 BadRequestCancelNexusOperationAttributes "BadRequestCancelNexusOperationAttributes: requested cancelation for a non-existing or already completed operation with scheduled event ID of 9"
          + workflow task 10 for q
          - workflow task 7 for q
          refused: CommandsRefused: BadRequestCancelNexusOperationAttributes: requested cancelation for a non-existing or already completed operation with scheduled event ID of 9
        > poll
          task attempt 2 events 1..9 then [10 WorkflowTaskScheduled q attempt 2 in 10s] [11 WorkflowTaskStarted of 10 by worker]
        > complete: cancel-operation 5, cancel-operation 5
          refused: CommandsRefused: BadRequestCancelNexusOperationAttributes: cancelation was already requested for an operation with scheduled event ID 5
        "#);
}

#[test]
fn a_run_that_ends_lets_its_operations_go() {
    let mut house = after(SCHEDULED);
    house.play(
        "
        signal go
        poll
        complete: finish
    ",
    );
    assert_eq!(house.run().nexus_start_call(5, house.now), None);
    assert_eq!(answer(&mut house, started()), "");
}

#[test]
fn a_crash_loses_nothing_of_an_operation() {
    let mut house = after(SCHEDULED);
    answer(&mut house, StartAnswer::Unavailable(failure("busy")));
    let before = house.run().describe().pending_nexus_operations;
    house.crash();
    assert_eq!(house.run().describe().pending_nexus_operations, before);
    assert_eq!(before.len(), 1);
}

#[test]
fn a_reset_asks_again_for_what_was_not_started() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: operation o close=60s
        signal go
        poll
        complete: timer t 5s
        --
        reset 9
    "), @r#"
        > reset 9
          11 WorkflowExecutionTerminated "try again"  by history-resetter
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 NexusOperationScheduled o of endpoint-id in 60s
          6 WorkflowExecutionSignaled go
          7 WorkflowTaskScheduled q attempt 1 in 10s
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskFailed of 7/8 ResetWorkflow "try again"
          10 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 10 for q
          + start operation 5
          wakes at 60s
        "#);
}

/// A run that somebody wants to hear the end of.
fn with_callback(script: &str) -> House {
    let mut house = after(script);
    house
        .act(|run, cx| {
            let callbacks = [Callback::default()];
            run.head.callbacks = crate::run::callbacks::standing_by(&callbacks, cx.now);
            run.touch();
            Ok(())
        })
        .expect("it is only noted");
    house.log.clear();
    house
}

#[test]
fn who_wants_to_hear_of_the_end_is_told_once() {
    let mut house = with_callback("start");
    house.log.clear();
    let log = house.check(
        "
        poll
        complete: finish
    ",
    );
    insta::assert_snapshot!(log, @r"
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: finish
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted
          - workflow task 2 for q
          + call back 0
        ");
    let due = house.run().due_callback(0).expect("is to be told");
    let CallbackEnd::Run(close_event) = due.end else {
        panic!("it is about the run: {due:?}");
    };
    assert_eq!(close_event.event_id, 5);
    house
        .act(|run, cx| {
            run.callback_answered(cx, 0, None);
            Ok(())
        })
        .expect("answers are never refused");
    assert_eq!(house.run().due_callback(0), None);
    let shown = house.run().describe().callbacks.remove(0);
    assert_eq!(shown.state(), CallbackState::Succeeded);
}

#[test]
fn the_end_of_a_chain_is_told_and_not_that_of_a_run_in_it() {
    let mut house = with_callback("start");
    house.play(
        "
        poll
        complete: continue
    ",
    );
    let old = &house.runs[0];
    assert!(
        !old.transfers
            .values()
            .any(|row| matches!(row.transfer, Transfer::CompletionCallback { .. }))
    );
    assert_eq!(house.run().describe().callbacks.len(), 1);
}
