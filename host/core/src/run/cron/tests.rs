//! Runs on a schedule. Every test begins at 13:46:40.

use crate::run::harness::{after, check};

#[test]
fn the_first_run_waits_for_its_schedule_and_the_next_follows_it() {
    insta::assert_snapshot!(check("
        start cron=*/5_*_*_*_*
        +200s
        poll
        +5s
        complete: finish ok
        +295s
    "), @r#"
        > start cron=*/5_*_*_*_*
          new run 1
          1 WorkflowExecutionStarted q CronSchedule after  in 200s
          wakes at 200s
        > +200s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > +5s
        > complete: finish ok
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted ok next is 3
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q CronSchedule after 1 in 295s with ok
          wakes at 500s
        > +295s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        "#);
}

#[test]
fn a_run_that_fails_is_followed_too_and_the_last_result_is_kept() {
    insta::assert_snapshot!(check("
        start cron=@every_60s
        +60s
        poll
        complete: finish ok
        +60s
        poll
        --
        complete: break
        +60s
        poll
        complete: finish ok
    "), @r#"
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed RetryPolicyNotSet "it failed" () next is 6
          - workflow task 2 for q
          new run 3
          1 WorkflowExecutionStarted q CronSchedule after 3 in 60s since "it failed" () with ok
          wakes at 180s
        > +60s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: finish ok
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted ok next is 9
          - workflow task 2 for q
          new run 4
          1 WorkflowExecutionStarted q CronSchedule after 6 in 60s with ok
          wakes at 240s
        "#);
}

#[test]
fn retries_come_before_the_schedule() {
    insta::assert_snapshot!(check("
        start cron=@every_60s retry=1s attempts=2
        +60s
        poll
        --
        complete: break
        +1s
        poll
        complete: break
    "), @r#"
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed InProgress "it failed" () next is 3
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q Retry after 1 attempt 2 in 1s since "it failed" ()
          wakes at 61s
        > +1s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: break
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionFailed MaximumAttemptsReached "it failed" () next is 6
          - workflow task 2 for q
          new run 3
          1 WorkflowExecutionStarted q CronSchedule after 3 in 60s since "it failed" ()
          wakes at 121s
        "#);
}

#[test]
fn a_run_that_times_out_is_followed() {
    insta::assert_snapshot!(check("
        start cron=@every_60s run=10s
        +60s
        --
        +10s
    "), @r#"
        > +10s
          3 WorkflowExecutionTimedOut RetryPolicyNotSet next is 2
          - workflow task 2 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q CronSchedule after 1 in 50s since "workflow timeout" (StartToClose)
          wakes at 120s
        "#);
}

#[test]
fn a_schedule_ends_with_the_deadline_of_its_chain() {
    insta::assert_snapshot!(check("
        start cron=@every_60s exec=100s
        +60s
        poll
        --
        complete: finish ok
        +40s
    "), @r#"
        > complete: finish ok
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted ok next is 3
          - workflow task 2 for q
          wakes never
          new run 2
          1 WorkflowExecutionStarted q CronSchedule after 1 in 60s with ok
          wakes at 100s
        > +40s
          2 WorkflowExecutionTimedOut Timeout
          wakes never
        "#);
}

#[test]
fn a_signal_waits_with_the_run_and_a_cancellation_does_not() {
    insta::assert_snapshot!(check("
        start cron=@every_60s
        --
        signal one
        cancel
        poll
        complete: give-up
    "), @r#"
        > signal one
          2 WorkflowExecutionSignaled one
        > cancel
          3 WorkflowExecutionCancelRequested enough by client
          4 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 4 for q
          wakes never
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskStarted of 4 by worker]
        > complete: give-up
          5 WorkflowTaskStarted of 4 by worker
          6 WorkflowTaskCompleted of 4/5
          7 WorkflowExecutionCanceled
          - workflow task 4 for q
        "#);
}

#[test]
fn times_that_a_run_was_too_slow_for_are_left_out() {
    let mut house = after(
        "
        start cron=*_*_*_*_*
        +20s
        +150s
        poll
    ",
    );
    insta::assert_snapshot!(house.check("complete: finish ok"), @r#"
        > complete: finish ok
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted ok next is 3
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q CronSchedule after 1 in 30s with ok
          wakes at 200s
        "#);
}

#[test]
fn a_run_of_a_schedule_comes_back_from_a_crash_and_goes_on() {
    insta::assert_snapshot!(check("
        start cron=@every_60s
        +60s
        poll
        complete: finish ok
        crash
        --
        +60s
        poll
        complete: finish ok
    "), @r#"
        > +60s
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
          wakes never
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: finish ok
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted ok next is 6
          - workflow task 2 for q
          new run 3
          1 WorkflowExecutionStarted q CronSchedule after 3 in 60s with ok
          wakes at 180s
        "#);
}
