//! Activities: starts, ends, retries, time-outs, cancellation.

use crate::run::harness::{after, check};

#[test]
fn an_activity_is_started_and_completed() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a
        take a
        done a result=42
        done a result=43
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > done a result=42
          6 ActivityTaskStarted of 5 attempt 1 by hand
          7 ActivityTaskCompleted of 5/6 42
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        > done a result=43
          refused: NotFound: invalid activityID or activity already timed out or invoking workflow is completed
        "#);
}

#[test]
fn an_activity_waits_no_longer_than_its_schedule_to_start_timeout() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a start=3s
        +3s
    "), @r#"
        > complete: activity a start=3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 3s run 10s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
          wakes at 3s
        > +3s
          6 ActivityTaskTimedOut of 5/0 NonRetryableFailure "activity ScheduleToStart timeout" (ScheduleToStart)
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          - activity task 5 for q
          wakes never
        "#);
}

#[test]
fn an_activity_runs_no_longer_than_its_start_to_close_timeout() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a run=3s attempts=1
        take a
        +3s
    "), @r#"
        > complete: activity a run=3s attempts=1
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 3s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 3s
          activity a attempt 1 with in
        > +3s
          6 ActivityTaskStarted of 5 attempt 1 by hand
          7 ActivityTaskTimedOut of 5/6 MaximumAttemptsReached "activity StartToClose timeout" (StartToClose)
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
}

#[test]
fn an_activity_in_all_takes_no_longer_than_its_schedule_to_close_timeout() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a run=10s close=3s
        +1s
        take a
        +2s
    "), @r#"
        > complete: activity a run=10s close=3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 3s start 3s run 3s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
          wakes at 3s
        > +1s
        > take a
          - activity task 5 for q
          activity a attempt 1 with in
        > +2s
          6 ActivityTaskStarted of 5 attempt 1 by hand
          7 ActivityTaskTimedOut of 5/6 NonRetryableFailure "activity ScheduleToClose timeout" (ScheduleToClose)
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
}

#[test]
fn an_activity_that_nobody_takes_in_all_its_time_waited_too_long() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a close=3s
        +3s
    "), @r#"
        > complete: activity a close=3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 3s start 3s run 3s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
          wakes at 3s
        > +3s
          6 ActivityTaskTimedOut of 5/0 NonRetryableFailure "activity ScheduleToStart timeout" (ScheduleToStart)
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          - activity task 5 for q
          wakes never
        "#);
}

#[test]
fn an_activity_that_falls_silent_is_tried_again_with_what_it_said_last() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a run=60s beat=2s attempts=2
        take a
        +1s
        beat a details=half
        +1s
        +1s
        +1s
        take a
        +2s
    "), @r#"
        > complete: activity a run=60s beat=2s attempts=2
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 60s beat 2s
          + activity task 5 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 2s
          activity a attempt 1 with in
        > +1s
        > beat a details=half
          wakes at 3s
        > +1s
        > +1s
          wakes at 4s
        > +1s
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 6s
          activity a attempt 2 with in half
        > +2s
          6 ActivityTaskStarted of 5 attempt 2 by hand "activity Heartbeat timeout" (Heartbeat)
          7 ActivityTaskTimedOut of 5/6 MaximumAttemptsReached "activity Heartbeat timeout" (Heartbeat beat half) <- "activity Heartbeat timeout" (Heartbeat)
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
}

#[test]
fn a_failed_attempt_is_followed_by_another_after_a_growing_interval() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a retry=1s attempts=3
        take a
        lose a
        +1s
        take a
        lose a details=kept
        +1s
        +1s
        take a
        lose a
    "), @r#"
        > complete: activity a retry=1s attempts=3
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > lose a
          wakes at 1s
        > +1s
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 11s
          activity a attempt 2 with in
        > lose a details=kept
          wakes at 3s
        > +1s
        > +1s
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 13s
          activity a attempt 3 with in kept
        > lose a
          6 ActivityTaskStarted of 5 attempt 3 by hand "it failed" ()
          7 ActivityTaskFailed of 5/6 MaximumAttemptsReached "it failed" ()
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
}

#[test]
fn a_failure_may_say_when_to_try_again_or_never() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a, activity b never=Bad, activity c
        take a
        lose a delay=500s
        take b
        lose b type=Bad
        take c
        lose c for-good
    "), @r#"
        > complete: activity a, activity b never=Bad, activity c
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 ActivityTaskScheduled b on q close 0s start 0s run 10s beat 0s
          7 ActivityTaskScheduled c on q close 0s start 0s run 10s beat 0s
          + activity task 5 for q
          + activity task 6 for q
          + activity task 7 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > lose a delay=500s
          wakes at 500s
        > take b
          - activity task 6 for q
          wakes at 10s
          activity b attempt 1 with in
        > lose b type=Bad
          8 ActivityTaskStarted of 6 attempt 1 by hand
          9 ActivityTaskFailed of 6/8 NonRetryableFailure "it failed" (Bad)
          10 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 10 for q
          wakes at 500s
        > take c
          - activity task 7 for q
          wakes at 10s
          activity c attempt 1 with in
        > lose c for-good
          11 ActivityTaskStarted of 7 attempt 1 by hand
          12 ActivityTaskFailed of 7/11 NonRetryableFailure "it failed" ()
          wakes at 500s
        "#);
}

#[test]
fn an_attempt_that_could_only_begin_too_late_is_not_made() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a retry=4s close=3s
        take a
        lose a
    "), @r#"
        > complete: activity a retry=4s close=3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 3s start 3s run 3s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
          wakes at 3s
        > take a
          - activity task 5 for q
          activity a attempt 1 with in
        > lose a
          6 ActivityTaskStarted of 5 attempt 1 by hand
          7 ActivityTaskFailed of 5/6 Timeout "it failed" ()
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a retry=4s close=3s run=1s
        take a
        +1s
    "), @r#"
        > complete: activity a retry=4s close=3s run=1s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 3s start 3s run 1s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
          wakes at 3s
        > take a
          - activity task 5 for q
          wakes at 1s
          activity a attempt 1 with in
        > +1s
          6 ActivityTaskStarted of 5 attempt 1 by hand
          7 ActivityTaskTimedOut of 5/6 Timeout "activity ScheduleToClose timeout" (ScheduleToClose)
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
}

#[test]
fn time_outs_are_no_longer_than_the_run() {
    insta::assert_snapshot!(check("
        start run=8s
        poll
        complete: activity a run=60s beat=60s, activity b close=60s run=5s beat=7s, activity c run=2s start=1s
    "), @r#"
        > start run=8s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 8s
          + workflow task 2 for q
          wakes at 8s
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: activity a run=60s beat=60s, activity b close=60s run=5s beat=7s, activity c run=2s start=1s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 8s start 8s run 8s beat 8s
          6 ActivityTaskScheduled b on q close 8s start 8s run 5s beat 5s
          7 ActivityTaskScheduled c on q close 8s start 1s run 2s beat 0s
          + activity task 5 for q
          + activity task 6 for q
          + activity task 7 for q
          - workflow task 2 for q
          wakes at 1s
        "#);
}

#[test]
fn an_answer_from_an_attempt_that_is_over_is_refused() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a run=3s
        take a
        +3s
        done a
        beat a
        +1s
        take a
        done a
        terminate
        done a
    "), @r#"
        > complete: activity a run=3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 3s beat 0s
          + activity task 5 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 3s
          activity a attempt 1 with in
        > +3s
          wakes at 4s
        > done a
          refused: NotFound: invalid activityID or activity already timed out or invoking workflow is completed
        > beat a
          refused: NotFound: invalid activityID or activity already timed out or invoking workflow is completed
        > +1s
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 7s
          activity a attempt 2 with in
        > done a
          6 ActivityTaskStarted of 5 attempt 2 by hand "activity StartToClose timeout" (StartToClose)
          7 ActivityTaskCompleted of 5/6
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        > terminate
          9 WorkflowExecutionTerminated "enough"  by client
          - workflow task 8 for q
        > done a
          refused: NotFound: workflow execution already completed
        "#);
}

#[test]
fn a_row_of_an_earlier_attempt_starts_nothing() {
    let mut house = after(
        "
        start
        poll
        complete: activity a retry=1s
    ",
    );
    let row = house.runs[0]
        .tasks
        .values()
        .next()
        .cloned()
        .expect("the activity's row");
    house.play(
        "
        take a
        lose a
        +1s
    ",
    );
    let started = house.act(|run, cx| {
        let poller = crate::run::Poller::default();
        run.start_activity_task(cx, row.scheduled_event_id, row.stamp, &poller)
            .map(|_| ())
    });
    assert!(started.is_err());
}

#[test]
fn the_same_poll_gets_the_same_start() {
    let mut house = after(
        "
        start
        poll
        complete: activity a
    ",
    );
    let row = house.runs[0]
        .tasks
        .values()
        .next()
        .cloned()
        .expect("the activity's row");
    let poller = crate::run::Poller {
        request_id: "poll".into(),
        ..Default::default()
    };
    let mut start = || {
        house.act(|run, cx| run.start_activity_task(cx, row.scheduled_event_id, row.stamp, &poller))
    };
    let first = start().expect("it waits");
    let second = start().expect("it is the same poll");
    assert_eq!(first, second);
}

#[test]
fn an_activity_is_canceled_at_once_if_nobody_has_it() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a
        poll
        complete: cancel-activity a, timer t 5s
        done a
    "), @r#"
        > complete force: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 5 for q
          + workflow task 6 for q
          - workflow task 2 for q
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: cancel-activity a, timer t 5s
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 ActivityTaskCancelRequested of 5
          10 TimerStarted t 5s
          11 ActivityTaskCanceled of 5/0 asked by 9 "ACTIVITY_ID_NOT_STARTED" by worker
          12 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 12 for q
          - workflow task 6 for q
          - activity task 5 for q
          wakes at 5s
        > done a
          refused: NotFound: invalid activityID or activity already timed out or invoking workflow is completed
        "#);
}

#[test]
fn an_activity_that_runs_hears_of_its_cancellation_when_it_beats() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a
        take a
        yield a
        poll
        complete: cancel-activity a
        beat a
        yield a details=undone
    "), @r#"
        > complete force: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 5 for q
          + workflow task 6 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > yield a
          refused: InvalidArgument: unable to mark activity as canceled without activity being request canceled first
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: cancel-activity a
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 ActivityTaskCancelRequested of 5
          - workflow task 6 for q
        > beat a
          cancel requested
        > yield a details=undone
          10 ActivityTaskStarted of 5 attempt 1 by hand
          11 ActivityTaskCanceled of 5/10 asked by 9 undone by hand
          12 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 12 for q
          wakes never
        "#);
}

#[test]
fn an_activity_that_was_to_be_canceled_may_end_otherwise() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a, activity b
        take a
        take b
        poll
        complete: cancel-activity a, cancel-activity b
        done a
        lose b
    "), @r#"
        > complete force: activity a, activity b
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 ActivityTaskScheduled b on q close 0s start 0s run 10s beat 0s
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 5 for q
          + activity task 6 for q
          + workflow task 7 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > take b
          - activity task 6 for q
          activity b attempt 1 with in
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 7 by worker]
        > complete: cancel-activity a, cancel-activity b
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskCompleted of 7/8
          10 ActivityTaskCancelRequested of 5
          11 ActivityTaskCancelRequested of 6
          - workflow task 7 for q
        > done a
          12 ActivityTaskStarted of 5 attempt 1 by hand
          13 ActivityTaskCompleted of 5/12
          14 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 14 for q
        > lose b
          15 ActivityTaskStarted of 6 attempt 1 by hand
          16 ActivityTaskFailed of 6/15 CancelRequested "it failed" ()
          wakes never
        "#);
}

#[test]
fn an_activity_is_scheduled_and_canceled_by_one_answer() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a, cancel-activity 5, activity a
    "), @r#"
        > complete: activity a, cancel-activity 5, activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 ActivityTaskCancelRequested of 5
          7 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          8 ActivityTaskCanceled of 5/0 asked by 6 "ACTIVITY_ID_NOT_STARTED" by worker
          9 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 7 for q
          + workflow task 9 for q
          - workflow task 2 for q
        "#);
}

#[test]
fn a_run_that_closes_forgets_the_activities_that_it_cancels() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a
        poll
        complete: cancel-activity a, finish
    "), @r#"
        > complete force: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 5 for q
          + workflow task 6 for q
          - workflow task 2 for q
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: cancel-activity a, finish
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 ActivityTaskCancelRequested of 5
          10 WorkflowExecutionCompleted
          - workflow task 6 for q
          - activity task 5 for q
        "#);
}

#[test]
fn an_activity_is_ended_by_its_id_whether_it_is_started_or_not() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a, activity b
        done a by-id
        beat b by-id
        lose b by-id
        take b
        beat b by-id
        lose b by-id for-good
        done c by-id
    "), @r#"
        > complete: activity a, activity b
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 ActivityTaskScheduled b on q close 0s start 0s run 10s beat 0s
          + activity task 5 for q
          + activity task 6 for q
          - workflow task 2 for q
        > done a by-id
          7 ActivityTaskStarted of 5 attempt 1 by hand
          8 ActivityTaskCompleted of 5/7
          9 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 9 for q
          - activity task 5 for q
        > beat b by-id
          refused: NotFound: invalid activityID or activity already timed out or invoking workflow is completed
        > lose b by-id
          refused: NotFound: invalid activityID or activity already timed out or invoking workflow is completed
        > take b
          - activity task 6 for q
          wakes at 10s
          activity b attempt 1 with in
        > beat b by-id
        > lose b by-id for-good
          10 ActivityTaskStarted of 6 attempt 1 by hand
          11 ActivityTaskFailed of 6/10 NonRetryableFailure "it failed" ()
          wakes never
        > done c by-id
          refused: NotFound: cannot find pending activity with ActivityID c, check workflow execution history for more details
        "#);
}

#[test]
fn an_activity_survives_a_crash() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a beat=5s retry=1s, activity b
        take a
        beat a details=half
        crash
        beat a details=more
        take b
        crash
        done b
        +5s
        +1s
        crash
        take a
    "), @r#"
        > complete: activity a beat=5s retry=1s, activity b
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 5s
          6 ActivityTaskScheduled b on q close 0s start 0s run 10s beat 0s
          + activity task 5 for q
          + activity task 6 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 5s
          activity a attempt 1 with in
        > beat a details=half
        > crash
        > beat a details=more
        > take b
          - activity task 6 for q
          activity b attempt 1 with in
        > crash
        > done b
          7 ActivityTaskStarted of 6 attempt 1 by hand
          8 ActivityTaskCompleted of 6/7
          9 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 9 for q
        > +5s
          wakes at 6s
        > +1s
          + activity task 5 for q
          wakes never
        > crash
        > take a
          - activity task 5 for q
          wakes at 11s
          activity a attempt 2 with in more
        "#);
}

#[test]
fn several_time_outs_that_are_late_come_in_the_order_of_their_deadlines() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: activity a start=4s, activity b start=3s, timer t 5s, timer u 2s
        +10s
    "), @r#"
        > complete: activity a start=4s, activity b start=3s, timer t 5s, timer u 2s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 4s run 10s beat 0s
          6 ActivityTaskScheduled b on q close 0s start 3s run 10s beat 0s
          7 TimerStarted t 5s
          8 TimerStarted u 2s
          + activity task 5 for q
          + activity task 6 for q
          - workflow task 2 for q
          wakes at 2s
        > +10s
          9 TimerFired u of 8
          10 TimerFired t of 7
          11 WorkflowTaskScheduled q attempt 1 in 10s
          12 ActivityTaskTimedOut of 6/0 NonRetryableFailure "activity ScheduleToStart timeout" (ScheduleToStart)
          13 ActivityTaskTimedOut of 5/0 NonRetryableFailure "activity ScheduleToStart timeout" (ScheduleToStart)
          + workflow task 11 for q
          - activity task 6 for q
          - activity task 5 for q
          wakes never
        "#);
}
