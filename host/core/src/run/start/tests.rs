//! Starts: what a run begins with, and what a start does about a run that has its workflow id.

use crate::run::harness::check;

#[test]
fn the_same_request_again_is_answered_with_the_run_that_it_started() {
    insta::assert_snapshot!(check("
        start request=a
        start request=a
        terminate
        start request=a
    "), @r#"
        > start request=a
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > start request=a
        > terminate
          3 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
        > start request=a
        "#);
}

#[test]
fn a_workflow_id_is_taken_while_its_run_is_open() {
    insta::assert_snapshot!(check("
        start request=a
        start request=b
        start request=c conflict=fail
    "), @r#"
        > start request=a
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > start request=b
          refused: AlreadyStarted: Workflow execution is already running. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000001.
        > start request=c conflict=fail
          refused: AlreadyStarted: Workflow execution is already running. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000001.
        "#);
}

#[test]
fn a_start_may_use_the_run_that_is_there() {
    insta::assert_snapshot!(check("
        start request=a
        start request=b conflict=use
        start request=c conflict=use attach
        start request=c
    "), @r#"
        > start request=a
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > start request=b conflict=use
          answered with the run that is there
        > start request=c conflict=use attach
          3 WorkflowExecutionOptionsUpdated c
          answered with the run that is there
        > start request=c
          answered with the run that is there
        "#);
}

#[test]
fn a_start_may_terminate_the_run_that_is_there() {
    insta::assert_snapshot!(check("
        start request=a
        poll
        start request=b conflict=terminate
        start request=c reuse=terminate
    "), @r#"
        > start request=a
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > start request=b conflict=terminate
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionTerminated "TerminateIfRunning WorkflowIdReusePolicy" "terminated by new runID: 00000000-0000-0000-0000-000000000003" by history-service
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > start request=c reuse=terminate
          3 WorkflowExecutionTerminated "TerminateIfRunning WorkflowIdReusePolicy" "terminated by new runID: 00000000-0000-0000-0000-000000000004" by history-service
          - workflow task 2 for q
          new run 3
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        "#);
}

#[test]
fn what_became_of_the_last_run_may_forbid_another() {
    insta::assert_snapshot!(check("
        start request=a
        poll
        complete: finish
        start request=b reuse=failed
        start request=b reuse=reject
        start request=b
        terminate
        start request=c reuse=reject
        start request=c reuse=failed
    "), @r#"
        > start request=a
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: finish
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted
          - workflow task 2 for q
        > start request=b reuse=failed
          refused: AlreadyStarted: Workflow execution already finished successfully. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000001. Workflow Id reuse policy: allow duplicate workflow Id if last run failed.
        > start request=b reuse=reject
          refused: AlreadyStarted: Workflow execution already finished. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000001. Workflow Id reuse policy: reject duplicate workflow Id.
        > start request=b
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > terminate
          3 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
        > start request=c reuse=reject
          refused: AlreadyStarted: Workflow execution already finished. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000005. Workflow Id reuse policy: reject duplicate workflow Id.
        > start request=c reuse=failed
          new run 3
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        "#);
}

#[test]
fn a_delayed_start_waits() {
    insta::assert_snapshot!(check("
        start delay=10s run=5s
        poll
        crash
        +10s
        poll
        +5s
    "), @r#"
        > start delay=10s run=5s
          new run 1
          1 WorkflowExecutionStarted q in 10s
          wakes at 10s
        > poll
          no task
        > crash
        > +10s
          2 WorkflowTaskScheduled q attempt 1 in 5s
          + workflow task 2 for q
          wakes at 15s
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > +5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionTimedOut RetryPolicyNotSet
          - workflow task 2 for q
          wakes never
        "#);
}

#[test]
fn an_update_does_not_wait_for_a_delayed_start() {
    insta::assert_snapshot!(check("
        start delay=10s
        update u
        poll
        complete: reject u
        +10s
    "), @r#"
        > start delay=10s
          new run 1
          1 WorkflowExecutionStarted q in 10s
          wakes at 10s
        > update u
          offered workflow task 2 for q
        > poll
          task attempt 1 events 1..1 then [2 WorkflowTaskScheduled q attempt 1 in 10s] [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: reject u
        > +10s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        "#);
    insta::assert_snapshot!(check("
        start delay=10s
        update u
        +10s
        poll
        complete: reject u
    "), @r#"
        > start delay=10s
          new run 1
          1 WorkflowExecutionStarted q in 10s
          wakes at 10s
        > update u
          offered workflow task 2 for q
        > +10s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: reject u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        "#);
    insta::assert_snapshot!(check("
        start delay=5s
        update u
        poll
        +5s
        complete: reject u
    "), @r#"
        > start delay=5s
          new run 1
          1 WorkflowExecutionStarted q in 5s
          wakes at 5s
        > update u
          offered workflow task 2 for q
        > poll
          task attempt 1 events 1..1 then [2 WorkflowTaskScheduled q attempt 1 in 10s] [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > +5s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > complete: reject u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        "#);
}

#[test]
fn a_task_takes_no_longer_than_the_run_and_never_longer_than_two_minutes() {
    insta::assert_snapshot!(check("
        start task=500s
        terminate
        start request=b run=3s
        terminate
        start request=c exec=4s run=9s
    "), @r#"
        > start task=500s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 120s
          + workflow task 2 for q
        > terminate
          3 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
        > start request=b run=3s
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 3s
          + workflow task 2 for q
          wakes at 3s
        > terminate
          3 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
          wakes never
        > start request=c exec=4s run=9s
          new run 3
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 4s
          + workflow task 2 for q
          wakes at 4s
        "#);
}

#[test]
fn a_caller_that_asks_for_it_gets_the_first_task_with_the_answer() {
    insta::assert_snapshot!(check("
        start eager
        start eager
        start
        complete: timer t 5s
        start eager
    "), @r#"
        > start eager
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by client]
        > start eager
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by client]
        > start
        > complete: timer t 5s
          3 WorkflowTaskStarted of 2 by client
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 5s
          - workflow task 2 for q
          wakes at 5s
        > start eager
        "#);
}

#[test]
fn a_first_task_that_has_to_wait_is_for_the_queue() {
    insta::assert_snapshot!(check("
        start eager delay=5s
        +5s
        start eager request=other conflict=use
    "), @r#"
        > start eager delay=5s
          new run 1
          1 WorkflowExecutionStarted q in 5s
          wakes at 5s
        > +5s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > start eager request=other conflict=use
          answered with the run that is there
        "#);
}

#[test]
fn an_update_that_a_worker_has_when_the_delay_ends_does_not_cost_the_run_its_first_task() {
    insta::assert_snapshot!(check("
        start delay=5s
        update u
        poll
        --
        +5s
        crash
        poll
        complete: finish
    "), @r#"
        > +5s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > crash
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: finish
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted
          - workflow task 2 for q
        "#);
}
