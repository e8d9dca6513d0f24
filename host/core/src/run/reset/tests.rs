//! Resets: what the new run has, and what becomes of the old one.

use temporalio_protos::temporal::api::{
    common::v1::Priority, workflow::v1::WorkflowExecutionOptions,
};

use crate::run::{
    harness::{after, check},
    options::ChangedOptions,
};

#[test]
fn a_run_begins_again_at_a_workflow_task_and_hears_signals_again() {
    insta::assert_snapshot!(check("
        start run=300s
        poll
        complete: timer t 60s, activity a
        signal one
        poll
        complete: timer t2 60s
        signal two
        --
        reset 4
        poll
        complete: finish
    "), @r#"
        > reset 4
          14 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 13 for q
          - activity task 6 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionSignaled two
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          wakes at 300s
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 7 by worker]
        > complete: finish
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskCompleted of 7/8
          10 WorkflowExecutionCompleted
          - workflow task 7 for q
          wakes never
        "#);
}

#[test]
fn what_was_pending_then_is_pending_again() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 60s, activity a, child c, signal other go
        signal one
        poll
        complete: finish
        --
        reset 12
        take a
        done a
        +60s
    "), @r#"
        > reset 12
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 60s
          6 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          7 StartChildWorkflowExecutionInitiated c
          8 SignalExternalWorkflowExecutionInitiated
          9 WorkflowExecutionSignaled one
          10 WorkflowTaskScheduled q attempt 1 in 10s
          11 WorkflowTaskStarted of 10 by worker
          12 WorkflowTaskFailed of 10/11 ResetWorkflow "try again"
          13 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 6 for q
          + workflow task 13 for q
          + start child 7
          + signal external 8
          wakes at 60s
        > take a
          - activity task 6 for q
          wakes at 10s
          activity a attempt 1 with in
        > done a
          14 ActivityTaskStarted of 6 attempt 1 by hand
          15 ActivityTaskCompleted of 6/14
          wakes at 60s
        > +60s
          16 TimerFired t of 5
          wakes never
        "#);
}

#[test]
fn what_ended_before_the_cut_is_not_pending() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 5s, activity a
        take a
        done a
        +5s
        poll
        complete: timer t2 60s
        signal one
        --
        reset 12
        +60s
    "), @r#"
        > reset 12
          16 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 15 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 5s
          6 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          7 ActivityTaskStarted of 6 attempt 1 by hand
          8 ActivityTaskCompleted of 6/7
          9 WorkflowTaskScheduled q attempt 1 in 10s
          10 TimerFired t of 5
          11 WorkflowTaskStarted of 9 by worker
          12 WorkflowTaskFailed of 9/11 ResetWorkflow "try again"
          13 WorkflowExecutionSignaled one
          14 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 14 for q
        > +60s
        "#);
}

#[test]
fn a_task_that_was_not_started_is_started_for_its_end() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        reset 3
    "), @r#"
        > reset 3
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by history-service
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 5 for q
        "#);
}

#[test]
fn only_a_pending_workflow_task_can_be_begun_again() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 60s
        --
        reset 5
        reset 2
    "), @r#"
        > reset 5
          refused: InvalidArgument: Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: 5
        > reset 2
          refused: InvalidArgument: Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: 2
        "#);
}

#[test]
fn the_same_request_makes_one_run() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        reset 3
        reset 3
    "), @r#"
        > reset 3
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by history-service
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 5 for q
        > reset 3
        "#);
}

#[test]
fn an_older_run_can_be_begun_again_while_a_newer_one_is_open() {
    insta::assert_snapshot!(check("
        limit interval=0
        start
        poll
        signal one
        complete: timer t 60s
        poll
        complete: continue
        signal two
        --
        reset 4 from=1
    "), @r#"
        > reset 4 from=1
          4 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 2 for q
          new run 3
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionSignaled two
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
        "#);
}

#[test]
fn what_the_request_leaves_out_is_not_said_again() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 60s
        signal one
        --
        reset 4 without=signal
    "), @r#"
        > reset 4 without=signal
          8 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 7 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 5 for q
        "#);
}

#[test]
fn a_cancellation_is_not_said_again() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 60s
        cancel
        --
        reset 4
        cancel
    "), @r#"
        > reset 4
          8 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 7 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 5 for q
        > cancel
          6 WorkflowExecutionCancelRequested enough by client
        "#);
}

#[test]
fn an_update_that_was_accepted_after_the_cut_is_asked_again() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 60s
        update u
        poll
        complete: accept u command
        --
        reset 4
        ask u
        crash
        ask u
        poll
        complete: accept u command, respond u result=42 command
        crash
        ask u
    "), @r#"
        > reset 4
          10 WorkflowExecutionTerminated "try again"  by history-resetter
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowExecutionUpdateAdmitted
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
        > ask u
          Admitted
        > crash
        > ask u
          Admitted
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: accept u command, respond u result=42 command
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 WorkflowExecutionUpdateAccepted u after 1
          10 WorkflowExecutionUpdateCompleted of 9
          - workflow task 6 for q
        > crash
        > ask u
          Completed see event 10
        "#);
}

#[test]
fn a_signal_that_waited_behind_a_task_is_not_lost() {
    insta::assert_snapshot!(check("
        start
        poll
        signal one
        --
        reset 3
    "), @r#"
        > reset 3
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionTerminated "try again"  by history-resetter
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by history-service
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
        "#);
}

#[test]
fn a_description_names_both_runs() {
    let mut house = after(
        "
        start
        +5s
        reset 3
    ",
    );
    house.at = 0;
    let old = house
        .run()
        .describe()
        .workflow_extended_info
        .expect("is there");
    house.at = 1;
    let new = house
        .run()
        .describe()
        .workflow_extended_info
        .expect("is there");
    assert_eq!(old.reset_run_id, house.run().key().run_id.to_string());
    assert_eq!(new.original_start_time, old.original_start_time);
    let reset_at = new.last_reset_time.expect("it was reset");
    let began = old.original_start_time.expect("it began");
    assert_eq!(reset_at.seconds - began.seconds, 5);
    assert_eq!(old.last_reset_time, None);
}

#[test]
fn changed_options_are_changed_again_whatever_is_left_out() {
    let mut house = after(
        "
        start
        poll
        complete: timer t 60s
    ",
    );
    house
        .act(|run, cx| {
            let options = WorkflowExecutionOptions {
                priority: Some(Priority {
                    priority_key: 2,
                    ..Priority::default()
                }),
                ..Default::default()
            };
            let changed = ChangedOptions {
                priority: true,
                ..ChangedOptions::default()
            };
            run.update_options(cx, &options, changed, "somebody")
        })
        .expect("the run is open");
    insta::assert_snapshot!(house.check("reset 4 without=signal,update"), @r#"
        > reset 4 without=signal,update
          7 WorkflowExecutionTerminated "try again"  by history-resetter
          wakes never
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ResetWorkflow "try again"
          5 WorkflowExecutionOptionsUpdated
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
        "#);
}
