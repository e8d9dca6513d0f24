//! Children: started beside their parent, heard of, and what their parent's end does to them.

use temporalio_protos::temporal::api::enums::v1::StartChildWorkflowExecutionFailedCause;

use crate::{
    Cx, Limits, RunId, Transfer,
    run::{
        Run,
        child::{ChildOutcome, start_child},
        harness::{House, after, namespace},
    },
};

/// Does what the engine does with the parent's request to start a child: makes it, without telling the parent.
fn make_child(house: &mut House, initiated_event_id: i64) -> Run {
    let start = house
        .run()
        .child_start(initiated_event_id)
        .expect("the child is asked for");
    let limits = Limits::default();
    let mut cx = Cx::new(house.now, &mut house.ids, &limits);
    let run_id = start_child(None, &mut cx, &namespace(), &start).expect("the id is free");
    let mut child = cx.created.pop().expect("it is a new run");
    assert_eq!(child.key().run_id, run_id);
    let again = start_child(Some(&mut child), &mut cx, &namespace(), &start);
    assert_eq!(again, Ok(run_id), "the same request gives the same run");
    child.seal(&mut cx);
    child
}

fn tell_started(house: &mut House, initiated_event_id: i64, child: &Run) {
    let run_id = child.key().run_id;
    house
        .act(|run, cx| {
            run.child_started(cx, initiated_event_id, run_id);
            Ok(())
        })
        .expect("news are never refused");
}

fn tell_closed(house: &mut House, outcome: &ChildOutcome) {
    house
        .act(|run, cx| {
            run.child_closed(cx, outcome);
            Ok(())
        })
        .expect("news are never refused");
}

fn end(house: &House, child: &mut Run) -> ChildOutcome {
    let limits = Limits::default();
    let mut ids = crate::run::harness::Counting::default();
    let mut cx = Cx::new(house.now, &mut ids, &limits);
    child
        .terminate(&mut cx, &Default::default())
        .expect("it is open");
    let write = child.seal(&mut cx).expect("it changed");
    assert!(
        write
            .transfers_added
            .iter()
            .any(|row| row.transfer == Transfer::ChildClosed)
    );
    child.child_outcome().expect("it has a parent to tell")
}

const PARENT: &str = "
    start
    poll
    complete: child c
";

#[test]
fn a_parent_hears_of_its_child() {
    let mut house = after(PARENT);
    let mut child = make_child(&mut house, 5);
    tell_started(&mut house, 5, &child);
    tell_started(&mut house, 5, &child);
    house.play("poll\ncomplete");
    let outcome = end(&house, &mut child);
    tell_closed(&mut house, &outcome);
    tell_closed(&mut house, &outcome);
    insta::assert_snapshot!(house.log, @r#"
          6 ChildWorkflowExecutionStarted of 5
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 7 by worker]
        > complete
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskCompleted of 7/8
          - workflow task 7 for q
          10 ChildWorkflowExecutionTerminated of 5/6
          11 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 11 for q
        "#);
}

#[test]
fn a_child_knows_its_parent_and_its_root() {
    let mut house = after(PARENT);
    let child = make_child(&mut house, 5);
    let info = child
        .describe()
        .workflow_execution_info
        .expect("it is described");
    let parent = house.run().key();
    let execution = info.parent_execution.expect("a parent");
    assert_eq!(
        (execution.workflow_id, execution.run_id),
        ("w".into(), parent.run_id.to_string())
    );
    assert_eq!(info.root_execution.expect("a root").workflow_id, "w");
}

#[test]
fn a_child_may_close_before_its_parent_hears_of_its_start() {
    let mut house = after(PARENT);
    let mut child = make_child(&mut house, 5);
    let outcome = end(&house, &mut child);
    tell_closed(&mut house, &outcome);
    tell_started(&mut house, 5, &child);
    insta::assert_snapshot!(house.log, @r#"
        6 ChildWorkflowExecutionStarted of 5
        7 ChildWorkflowExecutionTerminated of 5/6
        8 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 8 for q
        "#);
}

#[test]
fn news_that_wait_find_one_another() {
    let mut house = after(
        "
        start
        poll
        complete force: child c
        poll
    ",
    );
    let mut child = make_child(&mut house, 5);
    tell_started(&mut house, 5, &child);
    let outcome = end(&house, &mut child);
    tell_closed(&mut house, &outcome);
    insta::assert_snapshot!(house.check("complete"), @r#"
        > complete
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 ChildWorkflowExecutionStarted of 5
          10 ChildWorkflowExecutionTerminated of 5/9
          11 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 11 for q
          - workflow task 6 for q
        "#);
}

#[test]
fn a_start_that_waits_is_known_after_a_crash() {
    let mut house = after(
        "
        start
        poll
        complete force: child c
        poll
    ",
    );
    let mut child = make_child(&mut house, 5);
    tell_started(&mut house, 5, &child);
    house.play("crash\npoll\ncomplete");
    let outcome = end(&house, &mut child);
    tell_closed(&mut house, &outcome);
    insta::assert_snapshot!(house.log, @r#"
        > crash
        > poll
          7 ChildWorkflowExecutionStarted of 5
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 6 by worker]
        > complete
          8 WorkflowTaskStarted of 6 by worker
          9 WorkflowTaskCompleted of 6/8
          - workflow task 6 for q
          10 ChildWorkflowExecutionTerminated of 5/7
          11 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 11 for q
        "#);
}

#[test]
fn a_child_that_can_not_be_started_is_heard_of() {
    let mut house = after(PARENT);
    for _ in 0..2 {
        house
            .act(|run, cx| {
                let cause = StartChildWorkflowExecutionFailedCause::WorkflowAlreadyExists;
                run.child_start_failed(cx, 5, cause);
                Ok(())
            })
            .expect("news are never refused");
    }
    insta::assert_snapshot!(house.log, @r#"
        6 StartChildWorkflowExecutionFailed of 5 WorkflowAlreadyExists
        7 WorkflowTaskScheduled q attempt 1 in 10s
        + workflow task 7 for q
        "#);
}

#[test]
fn the_end_of_a_parent_is_the_end_of_its_children_unless_their_policy_says_otherwise() {
    let mut house = after(
        "
        start
        poll
        complete: child a, child b then=cancel, child c then=abandon, child d
    ",
    );
    for initiated in [5, 6, 7] {
        let child = make_child(&mut house, initiated);
        tell_started(&mut house, initiated, &child);
    }
    insta::assert_snapshot!(house.check("terminate"), @r#"
        > terminate
          13 WorkflowExecutionTerminated "enough"  by client
          - workflow task 10 for q
          + terminate child a
          + cancel child b
        "#);
    assert!(
        house.run().child_start(8).is_none(),
        "what was only asked for is not started any more"
    );
}

#[test]
fn a_child_whose_parent_closed_while_it_was_being_started_gets_its_due() {
    let mut house = after(PARENT);
    let child = make_child(&mut house, 5);
    house.play("terminate");
    house.log.clear();
    tell_started(&mut house, 5, &child);
    insta::assert_snapshot!(house.log, @r#"
          + terminate child c
        "#);
}

#[test]
fn a_closing_parent_terminates_or_cancels_the_chain_of_runs_that_it_started() {
    let mut house = after(PARENT);
    let parent = house.run().key().clone();
    let mut outcomes = Vec::new();
    for (first_run_id, terminate) in [("another", true), ("", false), ("", true), ("", true)] {
        let limits = Limits::default();
        let mut child = make_child(&mut house, 5);
        let first_run_id = if first_run_id.is_empty() {
            child.first_run_id().to_owned()
        } else {
            RunId(uuid::Uuid::from_u128(99)).to_string()
        };
        let mut cx = Cx::new(house.now, &mut house.ids, &limits);
        let result = child.parent_closed(&mut cx, &parent, &first_run_id, terminate);
        outcomes.push((
            result.is_ok(),
            child.is_closed(),
            child.head.cancel_requested,
        ));
    }
    assert_eq!(
        outcomes,
        [
            (false, false, false),
            (true, false, true),
            (true, true, false),
            (true, true, false)
        ]
    );
}

#[test]
fn the_last_run_of_a_child_speaks_for_the_first() {
    let mut house = after(PARENT);
    let mut child = make_child(&mut house, 5);
    tell_started(&mut house, 5, &child);
    let mut outcome = end(&house, &mut child);
    outcome.child.run_id = RunId(uuid::Uuid::from_u128(98)).to_string();
    let first = std::mem::replace(
        &mut outcome.first_run_id,
        RunId(uuid::Uuid::from_u128(99)).to_string(),
    );
    house.log.clear();
    tell_closed(&mut house, &outcome);
    assert_eq!(
        house.log, "",
        "a child that this run did not start is not meant"
    );
    outcome.first_run_id = first;
    tell_closed(&mut house, &outcome);
    insta::assert_snapshot!(house.log, @r#"
          8 ChildWorkflowExecutionTerminated of 5/6
        "#);
}

#[test]
fn a_reset_parent_hears_again_of_children_that_it_had_begun() {
    let mut house = after(
        "
        start
        poll
        complete: child c, child d
        signal one
        poll
        complete: timer t 60s
    ",
    );
    let first = make_child(&mut house, 5);
    tell_started(&mut house, 5, &first);
    let mut second = make_child(&mut house, 6);
    tell_started(&mut house, 6, &second);
    let outcome = end(&house, &mut second);
    tell_closed(&mut house, &outcome);
    insta::assert_snapshot!(house.check("reset 10"), @r#"
        > reset 10
          16 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 13 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 StartChildWorkflowExecutionInitiated c
          6 StartChildWorkflowExecutionInitiated d
          7 WorkflowExecutionSignaled one
          8 WorkflowTaskScheduled q attempt 1 in 10s
          9 WorkflowTaskStarted of 8 by worker
          10 WorkflowTaskFailed of 8/9 ResetWorkflow "try again"
          11 ChildWorkflowExecutionStarted of 5
          12 ChildWorkflowExecutionStarted of 6
          13 ChildWorkflowExecutionTerminated of 6/12
          14 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 14 for q
        "#);
}
