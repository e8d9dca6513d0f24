//! Continue-as-new.

use crate::run::harness::{after, check};

#[test]
fn a_run_continues_as_a_new_one() {
    insta::assert_snapshot!(check("
        start run=60s
        +2s
        poll
        complete: continue
        poll
        complete: continue in=5s
        +5s
    "), @r#"
        > start run=60s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes at 60s
        > +2s
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: continue
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionContinuedAsNew next is 3
          - workflow task 2 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q Workflow after 1
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes at 62s
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: continue in=5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionContinuedAsNew next is 6
          - workflow task 2 for q
          wakes never
          new run 3
          1 WorkflowExecutionStarted q Workflow after 3 in 5s
          wakes at 7s
        > +5s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes at 67s
        "#);
}

#[test]
fn runs_that_follow_one_another_without_a_pause_are_slowed_down() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: continue
        +999ms
        +1ms
    "), @r#"
        > complete: continue
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionContinuedAsNew next is 3
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q Workflow after 1 in 1s
          wakes at 1s
        > +999ms
        > +1ms
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        "#);
}

#[test]
fn a_chain_of_runs_keeps_its_deadline_and_its_name() {
    let mut house = after(
        "
        limit interval=0
        start exec=60s
        +10s
        poll
        complete: continue
        poll
        complete: continue
    ",
    );
    let first = house.runs[0].run.key().run_id.to_string();
    assert_eq!(house.run().first_run_id(), first);
    assert_eq!(
        house.runs[1].run.new_run_id(),
        Some(house.run().key().run_id)
    );
    assert_eq!(
        house.run().wake_at(),
        house.runs[0].wake_at.or(house.run().wake_at())
    );
    insta::assert_snapshot!(house.check("+50s"), @r#"
        > +50s
          3 WorkflowExecutionTimedOut Timeout
          - workflow task 2 for q
          wakes never
        "#);
}
