//! The workflow task's state machine, transition by transition.

use std::collections::HashMap;

use crate::run::{
    Poller,
    harness::{after, check},
};

#[test]
fn a_task_is_scheduled_started_and_completed() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 5s
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > complete: timer t 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 5s
          - workflow task 2 for q
          wakes at 5s
        "#);
}

#[test]
fn a_task_can_be_started_once() {
    insta::assert_snapshot!(check("
        start
        poll request=one
        --
        poll request=two
        poll request=one
    "), @r#"
        > poll request=two
          refused: AlreadyExists: workflow task is already started
        > poll request=one
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        "#);
}

#[test]
fn what_comes_while_a_worker_has_the_task_is_written_after_it_and_makes_another() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        complete
        poll
    "), @r#"
        > signal one
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 2 for q
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        "#);
}

#[test]
fn ends_of_activities_come_after_everything_else_that_waited() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a
        poll
        take a
        done a result=1
        signal one
        complete
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
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > done a result=1
          wakes never
        > signal one
        > complete
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 ActivityTaskStarted of 5 attempt 1 by hand
          10 WorkflowExecutionSignaled one
          11 ActivityTaskCompleted of 5/9 1
          12 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 12 for q
          - workflow task 6 for q
        "#);
}

#[test]
fn a_failed_task_is_tried_again_and_leaves_no_events_after_the_first_attempt() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        poll
        fail
        poll
        complete: finish
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > fail
          + workflow task 5 for q
          - workflow task 5 for q
        > poll
          task attempt 3 events 1..4 then [5 WorkflowTaskScheduled q attempt 3 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > complete: finish
          5 WorkflowTaskScheduled q attempt 3 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionCompleted
          - workflow task 5 for q
        "#);
}

#[test]
fn attempts_get_more_and_more_time() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        poll
        fail
        poll
        fail
        poll
        fail
        poll
        complete
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > fail
          + workflow task 5 for q
          - workflow task 5 for q
        > poll
          task attempt 3 events 1..4 then [5 WorkflowTaskScheduled q attempt 3 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > fail
          + workflow task 5 for q
          - workflow task 5 for q
        > poll
          task attempt 4 events 1..4 then [5 WorkflowTaskScheduled q attempt 4 in 15s] [6 WorkflowTaskStarted of 5 by worker]
        > fail
          + workflow task 5 for q
          - workflow task 5 for q
        > poll
          task attempt 5 events 1..4 then [5 WorkflowTaskScheduled q attempt 5 in 20s] [6 WorkflowTaskStarted of 5 by worker]
        > complete
          5 WorkflowTaskScheduled q attempt 5 in 20s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          - workflow task 5 for q
        "#);
}

#[test]
fn a_task_that_fails_on_its_sticky_queue_starts_over_on_the_normal_one() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete sticky=s force
        poll sticky
        fail
        poll
        fail
    "), @r#"
        > complete sticky=s force
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowTaskScheduled s sticky attempt 1 in 10s
          + workflow task 5 for s else q
          - workflow task 2 for q
        > poll sticky
          task attempt 1 events 4..5 then [6 WorkflowTaskStarted of 5 by worker]
        > fail
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskFailed of 5/6 WorkflowWorkerUnhandledFailure
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          - workflow task 5 for s else q
        > poll
          task attempt 1 events 1..8 then [9 WorkflowTaskStarted of 8 by worker]
        > fail
          9 WorkflowTaskStarted of 8 by worker
          10 WorkflowTaskFailed of 8/9 WorkflowWorkerUnhandledFailure
          + workflow task 11 for q
          - workflow task 8 for q
        "#);
}

#[test]
fn what_comes_between_a_failed_attempt_and_the_next_makes_that_a_task_like_any_other() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        signal one
        poll
        complete
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > signal one
          5 WorkflowExecutionSignaled one
        > poll
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 5 for q
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          - workflow task 6 for q
        "#);
}

#[test]
fn what_comes_while_an_attempt_runs_that_fails_makes_the_next_a_task_like_any_other() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        fail
        poll
        fail
        poll
        signal two
        fail
    "), @r#"
        > signal one
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 2 for q
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > fail
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskFailed of 6/7 WorkflowWorkerUnhandledFailure
          + workflow task 9 for q
          - workflow task 6 for q
        > poll
          task attempt 2 events 1..8 then [9 WorkflowTaskScheduled q attempt 2 in 10s] [10 WorkflowTaskStarted of 9 by worker]
        > signal two
        > fail
          9 WorkflowExecutionSignaled two
          10 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 10 for q
          - workflow task 9 for q
        "#);
}

#[test]
fn a_retried_task_that_became_a_normal_one_has_a_row_of_its_own() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        signal one
        poll
        signal two
        crash
        poll
        complete
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > signal one
          5 WorkflowExecutionSignaled one
        > poll
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 5 for q
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > signal two
        > crash
        > poll
          7 WorkflowExecutionSignaled two
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 6 by worker]
        > complete
          8 WorkflowTaskStarted of 6 by worker
          9 WorkflowTaskCompleted of 6/8
          - workflow task 6 for q
        "#);
}

#[test]
fn a_started_task_times_out() {
    insta::assert_snapshot!(check("
        start task=3s
        poll
        +3s
        poll
        +2s
        +1s
        poll
        complete
    "), @r#"
        > start task=3s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 3s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > +3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskTimedOut of 2/3 StartToClose
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 3s] [6 WorkflowTaskStarted of 5 by worker]
        > +2s
        > +1s
          + workflow task 5 for q
          - workflow task 5 for q
        > poll
          task attempt 3 events 1..4 then [5 WorkflowTaskScheduled q attempt 3 in 3s] [6 WorkflowTaskStarted of 5 by worker]
        > complete
          5 WorkflowTaskScheduled q attempt 3 in 3s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          - workflow task 5 for q
        "#);
}

#[test]
fn a_sticky_worker_that_does_not_come_loses_the_task() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete sticky=s
        signal one
        +5s
        poll
    "), @r#"
        > complete sticky=s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > signal one
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled s sticky attempt 1 in 10s
          + workflow task 6 for s else q
        > +5s
          7 WorkflowTaskTimedOut of 6/0 ScheduleToStart
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          - workflow task 6 for s else q
        > poll
          task attempt 1 events 1..8 then [9 WorkflowTaskStarted of 8 by worker]
        "#);
}

#[test]
fn a_sticky_worker_gets_what_is_new_and_another_gets_everything() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete sticky=s
        signal one
        poll sticky
        complete sticky=s
        signal two
        poll
        fail
    "), @r#"
        > complete sticky=s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > signal one
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled s sticky attempt 1 in 10s
          + workflow task 6 for s else q
        > poll sticky
          task attempt 1 events 4..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete sticky=s
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          - workflow task 6 for s else q
        > signal two
          9 WorkflowExecutionSignaled two
          10 WorkflowTaskScheduled s sticky attempt 1 in 10s
          + workflow task 10 for s else q
        > poll
          task attempt 1 events 1..10 then [11 WorkflowTaskStarted of 10 by worker]
        > fail
          11 WorkflowTaskStarted of 10 by worker
          12 WorkflowTaskFailed of 10/11 WorkflowWorkerUnhandledFailure
          + workflow task 13 for q
          - workflow task 10 for s else q
        "#);
}

#[test]
fn resetting_stickiness_sends_the_next_task_to_the_normal_queue() {
    let mut house = after(
        "
        start
        poll
        complete sticky=s
    ",
    );
    house
        .act(|run, _| run.reset_sticky())
        .expect("the run is open");
    insta::assert_snapshot!(house.check("signal one"), @r#"
        > signal one
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
        "#);
}

#[test]
fn an_answer_to_a_task_that_is_over_is_refused() {
    insta::assert_snapshot!(check("
        start task=3s
        poll
        +3s
        complete: finish
        fail
        poll
        complete
        complete
        terminate
        complete
        fail
    "), @r#"
        > start task=3s
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 3s
          + workflow task 2 for q
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker]
        > +3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskTimedOut of 2/3 StartToClose
          + workflow task 5 for q
          - workflow task 2 for q
        > complete: finish
          refused: NotFound: Workflow task not found.
        > fail
          refused: NotFound: Workflow task not found.
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 3s] [6 WorkflowTaskStarted of 5 by worker]
        > complete
          5 WorkflowTaskScheduled q attempt 2 in 3s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          - workflow task 5 for q
        > complete
          refused: NotFound: Workflow task not found.
        > terminate
          8 WorkflowExecutionTerminated "enough"  by client
        > complete
          refused: NotFound: Workflow task not found.
        > fail
          refused: NotFound: workflow execution already completed
        "#);
}

#[test]
fn a_crash_offers_a_started_task_again_and_what_waited_is_history() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        signal one
        crash
        complete
        poll
        complete
    "), @r#"
        > signal one
        > crash
        > complete
          3 WorkflowExecutionSignaled one
          refused: NotFound: Workflow task not found.
        > poll
          task attempt 1 events 1..3 then [4 WorkflowTaskStarted of 2 by worker]
        > complete
          4 WorkflowTaskStarted of 2 by worker
          5 WorkflowTaskCompleted of 2/4
          - workflow task 2 for q
        "#);
}

#[test]
fn a_crash_keeps_the_attempt() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        poll
        crash
        poll
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > crash
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        "#);
}

#[test]
fn a_worker_may_ask_for_more_time_for_half_an_hour() {
    insta::assert_snapshot!(check("
        start task=60s
        poll
        --
        complete force
        +1799s
        poll
        complete force
        +2s
        poll
        complete force
        poll
    "), @r#"
        > complete force
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowTaskScheduled q attempt 1 in 60s
          + workflow task 5 for q
          - workflow task 2 for q
        > +1799s
        > poll
          task attempt 1 events 1..5 then [6 WorkflowTaskStarted of 5 by worker]
        > complete force
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowTaskScheduled q attempt 1 in 60s
          + workflow task 8 for q
          - workflow task 5 for q
        > +2s
        > poll
          task attempt 1 events 1..8 then [9 WorkflowTaskStarted of 8 by worker]
        > complete force
          9 WorkflowTaskStarted of 8 by worker
          10 WorkflowTaskTimedOut of 8/9 StartToClose
          + workflow task 11 for q
          - workflow task 8 for q
          refused: NotFound: workflow task heartbeat timeout
        > poll
          task attempt 2 events 1..10 then [11 WorkflowTaskScheduled q attempt 2 in 60s] [12 WorkflowTaskStarted of 11 by worker]
        "#);
}

#[test]
fn too_much_that_waits_takes_the_task_from_its_worker() {
    insta::assert_snapshot!(check("
        limit buffered=2
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
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 ForceCloseCommand
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionSignaled two
          7 WorkflowExecutionSignaled three
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          - workflow task 2 for q
        > complete
          refused: NotFound: Workflow task not found.
        "#);
}

#[test]
fn a_long_history_suggests_a_new_run() {
    insta::assert_snapshot!(check("
        limit suggest=7
        start
        poll
        --
        complete force
        poll
        complete force
        poll
    "), @r#"
        > complete force
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 1 events 1..5 then [6 WorkflowTaskStarted of 5 by worker]
        > complete force
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          - workflow task 5 for q
        > poll
          task attempt 1 events 1..8 then [9 WorkflowTaskStarted of 8 by worker suggests a new run]
        "#);
}

#[test]
fn a_history_that_outgrows_its_limit_ends_the_run() {
    insta::assert_snapshot!(check("
        limit events=5
        start
        signal one
        signal two
        signal three
        signal four
    "), @r#"
        > limit events=5
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > signal one
          3 WorkflowExecutionSignaled one
        > signal two
          4 WorkflowExecutionSignaled two
        > signal three
          5 WorkflowExecutionSignaled three
        > signal four
          6 WorkflowExecutionSignaled four
          7 WorkflowExecutionTerminated "Workflow history count exceeds limit."  by history-service
          - workflow task 2 for q
        "#);
    insta::assert_snapshot!(check("
        limit history=300
        start
        poll
        --
        complete: marker m, marker m, marker m, marker m
        signal one
    "), @r#"
        > complete: marker m, marker m, marker m, marker m
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 MarkerRecorded m
          6 MarkerRecorded m
          7 MarkerRecorded m
          8 MarkerRecorded m
          - workflow task 2 for q
        > signal one
          9 WorkflowExecutionSignaled one
          10 WorkflowTaskScheduled q attempt 1 in 10s
          11 WorkflowExecutionTerminated "Workflow history size exceeds limit."  by history-service
        "#);
}

#[test]
fn a_stale_task_is_refused() {
    let mut house = after("start");
    let task = house.workflow_task().expect("it was scheduled");
    house.play("terminate");
    let started = house.act(|run, cx| {
        run.start_workflow_task(cx, task.stamp, &Poller::default(), HashMap::new())
            .map(|_| ())
    });
    assert!(started.is_err());
    let mut house = after("start");
    let started = house.act(|run, cx| {
        run.start_workflow_task(cx, task.stamp + 1, &Poller::default(), HashMap::new())
            .map(|_| ())
    });
    assert!(started.is_err());
}

#[test]
fn what_a_worker_was_shown_is_what_is_written() {
    for script in [
        "start\npoll",
        "start\npoll\nfail\npoll",
        "start\npoll\nfail\nsignal one\npoll",
    ] {
        let mut house = after(script);
        let preview = house.run().started_event_preview();
        house.play("complete: finish");
        let written = &house.runs[0].history;
        let shown = written
            .iter()
            .filter(|event| preview.iter().any(|p| p.event_id == event.event_id));
        for (written, shown) in shown.zip(&preview) {
            assert_eq!(written, shown);
        }
        assert!(written.len() > preview.len());
    }
}

#[test]
fn a_query_alone_brings_the_history_that_its_worker_lacks() {
    let house = after(
        "
        start
        poll
        complete sticky=s
    ",
    );
    let query = temporalio_protos::temporal::api::query::v1::WorkflowQuery::default();
    let task = house.run().query_task(true, &query);
    assert_eq!((task.history_from, task.history_to), (4, 4));
    let task = house.run().query_task(false, &query);
    assert_eq!((task.history_from, task.history_to), (1, 4));
    assert_eq!(task.response.previous_started_event_id, 3);
}
