//! Cancel requests.

use crate::run::harness::check;

#[test]
fn a_cancel_request_is_heard_once() {
    insta::assert_snapshot!(check("
        start
        cancel
        cancel
        poll
        complete: give-up
        cancel
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > cancel
          3 WorkflowExecutionCancelRequested enough by client
        > cancel
        > poll
          task attempt 1 events 1..3 then [4 WorkflowTaskStarted of 2 by worker]
        > complete: give-up
          4 WorkflowTaskStarted of 2 by worker
          5 WorkflowTaskCompleted of 2/4
          6 WorkflowExecutionCanceled
          - workflow task 2 for q
        > cancel
        "#);
}

#[test]
fn a_cancel_request_ends_a_start_delay() {
    insta::assert_snapshot!(check("
        start delay=10s
        cancel
    "), @r#"
        > start delay=10s
          new run 1
          1 WorkflowExecutionStarted q in 10s
          wakes at 10s
        > cancel
          2 WorkflowExecutionCancelRequested enough by client
          3 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 3 for q
          wakes never
        "#);
}
