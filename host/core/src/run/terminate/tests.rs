//! Termination.

use crate::run::harness::check;

#[test]
fn a_run_is_terminated_whatever_is_pending() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a, activity b, timer t 5s
        take a
        terminate
        terminate
        done a
        +5s
    "), @r#"
        > complete: activity a, activity b, timer t 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 ActivityTaskScheduled b on q close 0s start 0s run 10s beat 0s
          7 TimerStarted t 5s
          + activity task 5 for q
          + activity task 6 for q
          - workflow task 2 for q
          wakes at 5s
        > take a
          - activity task 5 for q
          activity a attempt 1 with in
        > terminate
          8 WorkflowExecutionTerminated "enough"  by client
          - activity task 6 for q
          wakes never
        > terminate
          refused: NotFound: workflow execution already completed
        > done a
          refused: NotFound: workflow execution already completed
        > +5s
        "#);
}

#[test]
fn a_run_is_terminated_while_a_worker_has_its_task() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        terminate
        complete
    "), @r#"
        > signal one
        > terminate
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionTerminated "enough"  by client
          - workflow task 2 for q
        > complete
          refused: NotFound: Workflow task not found.
        "#);
}

#[test]
fn a_retried_task_leaves_no_trace_in_a_terminated_run() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        poll
        signal one
        terminate
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > signal one
        > terminate
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionTerminated "enough"  by client
          - workflow task 5 for q
        "#);
}

#[test]
fn a_speculative_task_is_written_when_its_run_is_terminated() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        update u
        poll
        terminate
        ask u
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > update u
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > terminate
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskFailed of 5/6 ForceCloseCommand
          8 WorkflowExecutionTerminated "enough"  by client
        > ask u
          Admitted NotFound: workflow update was aborted by closing workflow
        "#);
}
