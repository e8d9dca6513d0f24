//! Updates that may start their workflow.

use crate::run::harness::{after, check};

#[test]
fn a_run_that_is_not_there_is_started_with_the_update() {
    insta::assert_snapshot!(check("
        update-start u1
        poll
        complete: accept u1, respond u1 result=42
    "), @r#"
        > update-start u1
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          started true, the update is Admitted
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u1/request)
        > complete: accept u1, respond u1 result=42
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionUpdateAccepted u1 after 1
          6 WorkflowExecutionUpdateCompleted of 5
          - workflow task 2 for q
        "#);
}

#[test]
fn an_open_run_gets_the_update_if_the_start_allows_that() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 60s
        --
        update-start u1 request=other
        update-start u1 request=other conflict=use
        update-start u1 request=other
        update-start u2 request=start-1
    "), @r#"
        > update-start u1 request=other
          Start failed: Workflow execution is already running. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000001.
        > update-start u1 request=other conflict=use
          offered workflow task 6 for q
          started false, the update is Admitted
        > update-start u1 request=other
          started false, the update is Admitted
        > update-start u2 request=start-1
          started false, the update is Admitted
        "#);
}

#[test]
fn an_existing_run_makes_way_if_the_start_wants_that() {
    insta::assert_snapshot!(check("
        start
        --
        update-start u1 request=other conflict=terminate
        poll
    "), @r#"
        > update-start u1 request=other conflict=terminate
          3 WorkflowExecutionTerminated "TerminateIfRunning WorkflowIdReusePolicy" "terminated by new runID: 00000000-0000-0000-0000-000000000002" by history-service
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          started true, the update is Admitted
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u1/request)
        "#);
}

#[test]
fn a_completed_update_is_answered_even_from_a_closed_run() {
    let mut house = after(
        "
        update-start u1
        poll
        complete: accept u1, respond u1 result=42
        signal one
        poll
        complete: finish
    ",
    );
    insta::assert_snapshot!(house.check("
        update-start u1 request=other
        update-start u2
        update-start u2 request=other reuse=reject
        update-start u2 request=other
    "), @r#"
        > update-start u1 request=other
          started false, the update is Completed
        > update-start u2
          Update failed: workflow execution already completed
        > update-start u2 request=other reuse=reject
          Start failed: Workflow execution already finished. WorkflowId: w, RunId: 00000000-0000-0000-0000-000000000001. Workflow Id reuse policy: reject duplicate workflow Id.
        > update-start u2 request=other
          new run 2
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          started true, the update is Admitted
        "#);
}

#[test]
fn an_update_that_is_refused_leaves_everything_as_it_was() {
    insta::assert_snapshot!(check("
        limit updates=0
        start
        --
        update-start u1 request=other conflict=terminate
        update-start u1 request=other conflict=use
        poll
    "), @r#"
        > update-start u1 request=other conflict=terminate
          Update failed: limit on number of concurrent in-flight updates has been reached (0)
        > update-start u1 request=other conflict=use
          Update failed: limit on number of concurrent in-flight updates has been reached (0)
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        "#);
}
