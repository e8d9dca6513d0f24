//! Signals, and signals with start.

use crate::run::harness::check;

#[test]
fn a_signal_is_written_once_per_request() {
    insta::assert_snapshot!(check("
        start
        signal one request=r
        signal one request=r
        signal two
        signal two
        crash
        signal one request=r
        terminate
        signal one request=r
        signal three
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > signal one request=r
          3 WorkflowExecutionSignaled one
        > signal one request=r
        > signal two
          4 WorkflowExecutionSignaled two
        > signal two
          5 WorkflowExecutionSignaled two
        > crash
        > signal one request=r
        > terminate
          6 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
        > signal one request=r
        > signal three
          refused: NotFound: workflow execution already completed
        "#);
}

#[test]
fn signals_that_wait_keep_their_order() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        signal two
        signal three
        complete
    "), @r#"
        > signal one
        > signal two
        > signal three
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionSignaled two
          7 WorkflowExecutionSignaled three
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          - workflow task 2 for q
        "#);
}

#[test]
fn a_signal_does_not_end_a_start_delay_but_one_with_start_does() {
    insta::assert_snapshot!(check("
        start delay=10s
        signal one
        +10s
    "), @r#"
        > start delay=10s
          new run 1
          1 WorkflowExecutionStarted q in 10s
          wakes at 10s
        > signal one
          2 WorkflowExecutionSignaled one
        > +10s
          3 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 3 for q
          wakes never
        "#);
    insta::assert_snapshot!(check("
        start delay=10s
        signal-start one
        +10s
    "), @r#"
        > start delay=10s
          new run 1
          1 WorkflowExecutionStarted q in 10s
          wakes at 10s
        > signal-start one
          2 WorkflowExecutionSignaled one
          3 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 3 for q
          wakes never
          started false
        > +10s
        "#);
}

#[test]
fn a_run_takes_so_many_signals_and_no_more() {
    insta::assert_snapshot!(check("
        limit signals=1
        start
        signal one
        signal two
    "), @r#"
        > limit signals=1
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > signal one
          3 WorkflowExecutionSignaled one
        > signal two
          refused: InvalidArgument: exceeded workflow execution limit for signal events
        "#);
}

#[test]
fn a_run_that_could_not_close_takes_no_signals_during_the_next_attempt() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        complete: finish
        signal two
        poll
        signal three
        update u
        complete: finish
    "), @r#"
        > signal one
        > complete: finish
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 UnhandledCommand "UnhandledCommand"
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 2 for q
          refused: CommandsRefused: UnhandledCommand
        > signal two
          7 WorkflowExecutionSignaled two
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 6 by worker]
        > signal three
          refused: WorkflowClosing: workflow operation can not be applied because workflow is closing
        > update u
          refused: WorkflowClosing: workflow operation can not be applied because workflow is closing
        > complete: finish
          8 WorkflowTaskStarted of 6 by worker
          9 WorkflowTaskCompleted of 6/8
          10 WorkflowExecutionCompleted
          - workflow task 6 for q
        "#);
}

#[test]
fn a_signal_with_start_begins_a_run_or_goes_to_the_one_that_is_there() {
    insta::assert_snapshot!(check("
        signal-start one request=a
        signal-start two request=b
        signal-start two request=b
        terminate
        signal-start three request=c
    "), @r#"
        > signal-start one request=a
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowExecutionSignaled one
          3 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 3 for q
          started true
        > signal-start two request=b
          4 WorkflowExecutionSignaled two
          started false
        > signal-start two request=b
          started false
        > terminate
          5 WorkflowExecutionTerminated "enough"  by client
          - workflow task 3 for q
        > signal-start three request=c
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowExecutionSignaled three
          3 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 3 for q
          started true
        "#);
}

#[test]
fn a_signal_with_start_keeps_to_the_policies() {
    insta::assert_snapshot!(check("
        start
        signal-start one request=a conflict=terminate
        terminate
        signal-start one request=b reuse=reject
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > signal-start one request=a conflict=terminate
          3 WorkflowExecutionTerminated "TerminateIfRunning WorkflowIdReusePolicy" "terminated by new runID: 00000000-0000-0000-0000-000000000002" by history-service
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowExecutionSignaled one
          3 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 3 for q
          started true
        > terminate
          4 WorkflowExecutionTerminated "enough"  by client
          - workflow task 3 for q
        > signal-start one request=b reuse=reject
          refused: AlreadyStarted: Workflow execution already finished. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000002. Workflow Id reuse policy: reject duplicate workflow Id.
        "#);
}
