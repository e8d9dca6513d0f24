//! Ends of runs by time, and their retries.

use crate::run::harness::check;

#[test]
fn a_run_times_out() {
    insta::assert_snapshot!(check("
        start run=5s
        poll
        complete: timer t 9s
        +5s
    "), @r#"
        > start run=5s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 5s
          + workflow task 2 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: timer t 9s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 9s
          - workflow task 2 for q
        > +5s
          6 WorkflowExecutionTimedOut RetryPolicyNotSet
          wakes never
        "#);
}

#[test]
fn a_run_times_out_while_a_worker_has_its_task() {
    insta::assert_snapshot!(check("
        start run=5s
        poll
        signal one
        +5s
    "), @r#"
        > start run=5s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 5s
          + workflow task 2 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > signal one
        > +5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionTimedOut RetryPolicyNotSet
          - workflow task 2 for q
          wakes never
        "#);
}

#[test]
fn a_run_that_times_out_is_retried_until_the_whole_execution_times_out() {
    insta::assert_snapshot!(check("
        start run=5s exec=8s retry=1s
        +5s
        +1s
        +2s
    "), @r#"
        > start run=5s exec=8s retry=1s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 5s
          + workflow task 2 for q
          wakes at 5s
        > +5s
          3 WorkflowExecutionTimedOut InProgress next is 2
          - workflow task 2 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q Retry after 1 attempt 2 in 1s since "workflow timeout" (StartToClose)
          wakes at 6s
        > +1s
          2 WorkflowTaskScheduled q attempt 1 in 5s
          + workflow task 2 for q
          wakes at 8s
        > +2s
          3 WorkflowExecutionTimedOut Timeout
          - workflow task 2 for q
          wakes never
        "#);
}

#[test]
fn a_run_that_fails_is_retried() {
    insta::assert_snapshot!(check("
        start retry=2s attempts=2
        poll
        complete: break
        +2s
        poll
        complete: break
    "), @r#"
        > start retry=2s attempts=2
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed InProgress "it failed" () next is 3
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q Retry after 1 attempt 2 in 2s since "it failed" ()
          wakes at 2s
        > +2s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed MaximumAttemptsReached "it failed" ()
          - workflow task 2 for q
        "#);
}

#[test]
fn a_run_that_fails_for_good_is_not_retried() {
    insta::assert_snapshot!(check("
        start retry=2s
        poll
        complete: break for-good
    "), @r#"
        > start retry=2s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: break for-good
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed NonRetryableFailure "it failed" ()
          - workflow task 2 for q
        "#);
}

#[test]
fn a_run_with_no_retry_policy_is_not_retried() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: break
    "), @r#"
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed RetryPolicyNotSet "it failed" ()
          - workflow task 2 for q
        "#);
}

#[test]
fn a_retry_survives_a_crash() {
    insta::assert_snapshot!(check("
        start retry=2s
        poll
        crash
        poll
        complete: break
        crash
        +2s
    "), @r#"
        > start retry=2s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > crash
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed InProgress "it failed" () next is 4
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q Retry after 1 attempt 2 in 2s since "it failed" ()
          wakes at 2s
        > crash
        > +2s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        "#);
}

#[test]
fn a_run_does_not_close_over_the_head_of_what_it_has_not_seen() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        complete: finish
        poll
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
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: finish
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 WorkflowExecutionCompleted
          - workflow task 6 for q
        "#);
}
