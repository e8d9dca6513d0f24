//! Messages between runs: what the sender writes, and what the receiver makes of them.

use crate::{
    Rejection,
    run::{
        ExternalFailure,
        external::ExternalMessage,
        harness::{House, after},
    },
};

fn message_of(house: &House, initiated_event_id: i64) -> ExternalMessage {
    let mut message = house
        .run()
        .external_message(initiated_event_id)
        .expect("it waits");
    // The receiver in these tests has the same workflow id as the sender.
    message.sender.workflow_id = "sender".into();
    message
}

fn deliver(house: &mut House, message: &ExternalMessage) -> Result<(), Rejection> {
    house.act(|run, cx| run.receive_external(cx, message))
}

#[test]
fn a_signal_is_delivered_once_and_its_sender_hears_of_it() {
    let mut sender = after(
        "
        start
        poll
        complete: signal other go
    ",
    );
    let message = message_of(&sender, 5);
    let mut receiver = after("start");
    deliver(&mut receiver, &message).expect("it is open");
    deliver(&mut receiver, &message).expect("it was seen");
    insta::assert_snapshot!(receiver.log, @r#"
          3 WorkflowExecutionSignaled go sender
        "#);
    for _ in 0..2 {
        sender
            .act(|run, cx| {
                run.external_answered(cx, 5, None);
                Ok(())
            })
            .expect("answers are never refused");
    }
    insta::assert_snapshot!(sender.log, @r#"
        6 ExternalWorkflowExecutionSignaled of 5
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        "#);
}

#[test]
fn a_signal_that_finds_nobody_is_heard_of() {
    for failure in [
        ExternalFailure::NotFound,
        ExternalFailure::NamespaceNotFound,
        ExternalFailure::TooManySignals,
    ] {
        let mut sender = after(
            "
            start
            poll
            complete: signal other go
        ",
        );
        sender
            .act(|run, cx| {
                run.external_answered(cx, 5, Some(failure));
                Ok(())
            })
            .expect("answers are never refused");
        let expected = format!(
            "SignalExternalWorkflowExecutionFailed of 5 cause {}",
            failure as i32 + 1
        );
        assert!(sender.log.contains(&expected), "{}", sender.log);
    }
}

#[test]
fn a_cancel_request_is_delivered_and_one_for_a_closed_run_has_nothing_to_do() {
    let sender = after(
        "
        start
        poll
        complete: cancel other
    ",
    );
    let message = message_of(&sender, 5);
    let mut receiver = after("start");
    deliver(&mut receiver, &message).expect("it is open");
    receiver.play("terminate");
    receiver.log.push_str("again\n");
    deliver(&mut receiver, &message).expect("it is closed already");
    insta::assert_snapshot!(receiver.log, @r#"
          3 WorkflowExecutionCancelRequested enough by history-service sender
        > terminate
          4 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
        again
        "#);
}

#[test]
fn a_message_for_children_alone_is_refused_by_others() {
    let sender = after(
        "
        start
        poll
        complete: signal other go child
    ",
    );
    let message = message_of(&sender, 5);
    let mut receiver = after("start");
    assert_eq!(
        deliver(&mut receiver, &message),
        Err(Rejection::NotFound("workflow parent does not match".into()))
    );
}

#[test]
fn a_run_does_not_reach_itself() {
    let mut house = after(
        "
        start
        poll
        complete: signal w go
    ",
    );
    let message = house.run().external_message(5).expect("it waits");
    assert!(deliver(&mut house, &message).is_err());
    house
        .act(|run, cx| {
            run.external_answered(cx, 5, Some(ExternalFailure::NotFound));
            Ok(())
        })
        .expect("answers are never refused");
    insta::assert_snapshot!(house.log, @r#"
        refused: NotFound: workflow execution not found
        6 SignalExternalWorkflowExecutionFailed of 5 cause 1
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        "#);
}

#[test]
fn a_message_waits_through_a_crash_and_through_its_senders_end() {
    let mut house = after(
        "
        start
        poll
        complete: signal other go, cancel other
        crash
        terminate
        crash
    ",
    );
    assert!(house.run().external_message(5).is_some());
    assert!(house.run().external_message(6).is_some());
    house
        .act(|run, cx| {
            run.external_answered(cx, 5, None);
            Ok(())
        })
        .expect("answers are never refused");
    assert_eq!(house.log, "", "nothing is written after the end");
    assert!(house.run().external_message(5).is_none());
}
