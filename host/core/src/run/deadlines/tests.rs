//! Timers, and the instants that a run waits for.

use crate::run::{
    deadlines::{Deadline, activity_deadline},
    harness::check,
    state::Activity,
};
use temporalio_protos::temporal::api::enums::v1::TimeoutType;

#[test]
fn a_timer_fires() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: timer a 5s, timer b 3s
        +2s
        +1s
        poll
        +2s
        complete
    "), @r#"
        > complete: timer a 5s, timer b 3s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted a 5s
          6 TimerStarted b 3s
          - workflow task 2 for q
          wakes at 3s
        > +2s
        > +1s
          7 TimerFired b of 6
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..8 then [9 WorkflowTaskStarted of 8 by worker]
        > +2s
          wakes never
        > complete
          9 WorkflowTaskStarted of 8 by worker
          10 WorkflowTaskCompleted of 8/9
          11 TimerFired a of 5
          12 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 12 for q
          - workflow task 8 for q
        "#);
}

#[test]
fn a_timer_is_canceled() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: timer a 5s
        poll
        complete: cancel-timer a
    "), @r#"
        > complete force: timer a 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted a 5s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 2 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: cancel-timer a
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 TimerCanceled a of 5 by worker
          - workflow task 6 for q
          wakes never
        "#);
}

#[test]
fn a_timer_that_fired_unseen_can_still_be_canceled_and_the_run_may_close() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: timer a 5s
        poll
        +5s
        complete: cancel-timer a, finish
    "), @r#"
        > complete force: timer a 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted a 5s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 2 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > +5s
          wakes never
        > complete: cancel-timer a, finish
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 TimerCanceled a of 5 by worker
          10 WorkflowExecutionCompleted
          - workflow task 6 for q
        "#);
}

#[test]
fn a_timer_that_fired_unseen_keeps_the_run_open() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: timer a 5s
        poll
        +5s
        complete: finish
    "), @r#"
        > complete force: timer a 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted a 5s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q
          - workflow task 2 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > +5s
          wakes never
        > complete: finish
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskFailed of 6/7 UnhandledCommand "UnhandledCommand"
          9 TimerFired a of 5
          10 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 10 for q
          - workflow task 6 for q
          refused: CommandsRefused: UnhandledCommand
        "#);
}

#[test]
fn a_timer_of_no_time_fires_at_once() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: timer a 0s
        +0s
    "), @r#"
        > complete: timer a 0s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted a 0s
          - workflow task 2 for q
          wakes at 0s
        > +0s
          6 TimerFired a of 5
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          wakes never
        "#);
}

#[test]
fn a_timer_survives_a_crash() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: timer a 5s
        crash
        +5s
    "), @r#"
        > complete: timer a 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted a 5s
          - workflow task 2 for q
          wakes at 5s
        > crash
        > +5s
          6 TimerFired a of 5
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
          wakes never
        "#);
}

#[test]
fn of_several_time_outs_at_one_instant_the_first_kind_counts() {
    let kind = |change: fn(&mut Activity)| {
        let mut activity = Activity {
            scheduled_time: 100,
            attempt_scheduled_time: 100,
            schedule_to_close: 10,
            schedule_to_start: 10,
            start_to_close: 10,
            heartbeat: 10,
            ..Default::default()
        };
        change(&mut activity);
        activity_deadline(&activity)
    };
    assert_eq!(
        kind(|_| {}),
        Some((110, Deadline::TimeOut(TimeoutType::ScheduleToStart)))
    );
    assert_eq!(
        kind(|a| a.started_time = 100),
        Some((110, Deadline::TimeOut(TimeoutType::ScheduleToClose)))
    );
    assert_eq!(
        kind(|a| {
            a.started_time = 100;
            a.schedule_to_close = 0;
        }),
        Some((110, Deadline::TimeOut(TimeoutType::StartToClose)))
    );
    assert_eq!(
        kind(|a| a.started_time = 105),
        Some((110, Deadline::TimeOut(TimeoutType::ScheduleToClose)))
    );
    assert_eq!(
        kind(|a| {
            a.started_time = 100;
            a.schedule_to_close = 0;
            a.start_to_close = 20;
            a.last_heartbeat_time = 104;
        }),
        Some((114, Deadline::TimeOut(TimeoutType::Heartbeat)))
    );
    assert_eq!(
        kind(|a| {
            a.backing_off = true;
            a.attempt_scheduled_time = 107;
        }),
        Some((107, Deadline::Retry))
    );
    assert_eq!(
        kind(|a| *a = Activity {
            scheduled_time: 100,
            ..Default::default()
        }),
        None
    );
}
