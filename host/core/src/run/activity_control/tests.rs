//! Activities that people pause, let go on, begin again and change.

use crate::run::harness::{House, after, check};

#[test]
fn a_paused_activity_waits_until_it_may_go_on() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=5s
        --
        pause a
        pause a
        take a
        +60s
        unpause a
        take a
        done a
    "), @r#"
        > pause a
          - activity task 5 for q
        > pause a
        > take a
          no task
        > +60s
        > unpause a
          + activity task 5 for q
        > take a
          - activity task 5 for q
          wakes at 65s
          activity a attempt 1 with in
        > done a
          6 ActivityTaskStarted of 5 attempt 1 by hand
          7 ActivityTaskCompleted of 5/6
          8 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 8 for q
          wakes never
        "#);
}

#[test]
fn a_running_attempt_ends_and_no_other_begins() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=50s retry=1s
        take a
        --
        pause all
        beat a
        lose a
        +10s
        crash
        +10s
        unpause all
    "), @r#"
        > pause all
        > beat a
        > lose a
          wakes never
        > +10s
        > crash
        > +10s
        > unpause all
          + activity task 5 for q
        "#);
}

#[test]
fn one_that_begins_again_counts_from_one() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=50s retry=1s
        take a
        lose a
        --
        restart a
        take a
        lose a
        +1s
        take a
        beat a details=x
        restart a beat
        beat a details=y
        lose a
        +1s
        take a
    "), @r#"
        > restart a
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 50s
          activity a attempt 1 with in
        > lose a
          wakes at 1s
        > +1s
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 51s
          activity a attempt 2 with in
        > beat a details=x
        > restart a beat
        > beat a details=y
        > lose a
          wakes at 2s
        > +1s
          + activity task 5 for q
          wakes never
        > take a
          - activity task 5 for q
          wakes at 52s
          activity a attempt 2 with in
        "#);
}

#[test]
fn one_that_is_let_go_during_its_backoff_begins_at_once() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=50s retry=100s
        take a
        lose a
        pause a
        --
        unpause a
        take a
    "), @r#"
        > unpause a
          + activity task 5 for q
        > take a
          - activity task 5 for q
          wakes at 50s
          activity a attempt 2 with in
        "#);
}

#[test]
fn options_change_what_waits_and_can_be_restored() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=5s
        --
        tune a queue=other run=9s
        tune a original
        tune a memo=1
        tune nobody run=1s
    "), @r#"
        > tune a queue=other run=9s
          + activity task 5 for other
          - activity task 5 for q
        > tune a original
          + activity task 5 for q
          - activity task 5 for other
        > tune a memo=1
          + activity task 5 for q
          - activity task 5 for q
        > tune nobody run=1s
          refused: NotFound: Can't find pending activity with such ID. Invalid activityID or activity already completed
        "#);
}

#[test]
fn a_description_says_who_paused_what() {
    let mut house = after("start\npoll\ncomplete: activity a run=5s");
    house.play("pause a");
    let described = house.run().describe();
    let pending = &described.pending_activities[0];
    assert!(pending.paused);
    assert_eq!(
        pending.state().as_str_name(),
        "PENDING_ACTIVITY_STATE_PAUSED"
    );
    assert!(pending.pause_info.is_some());
    house.play("unpause a\ntake a\npause a");
    let described = house.run().describe();
    let state = described.pending_activities[0].state();
    assert_eq!(
        state.as_str_name(),
        "PENDING_ACTIVITY_STATE_PAUSE_REQUESTED"
    );
}

#[test]
fn an_attempt_that_runs_keeps_its_token_when_the_next_is_to_be_the_first() {
    let told = check(
        "
        start
        poll
        complete: activity a run=50s retry=1s
        take a
        lose a
        +1s
        take a
        pause a
        --
        unpause a attempts
        done a
    ",
    );
    assert!(told.contains("ActivityTaskCompleted"), "{told}");
}

#[test]
fn a_paused_activity_shows_its_retry_interval_and_no_next_attempt() {
    let mut house = after("start\npoll\ncomplete: activity a run=50s retry=60s\ntake a\nlose a");
    let pending = |house: &House| house.run().describe().pending_activities[0].clone();
    assert!(pending(&house).next_attempt_schedule_time.is_some());
    house.play("pause a");
    let shown = pending(&house);
    assert_eq!(
        shown
            .current_retry_interval
            .map(|interval| interval.seconds),
        Some(60)
    );
    assert_eq!(shown.next_attempt_schedule_time, None);
    assert!(shown.last_failure.is_some());
    house.play("unpause a");
    assert_eq!(pending(&house).last_failure, None, "it begins anew");
}

#[test]
fn options_that_one_activity_can_not_have_change_none() {
    let told = check(
        "
        start
        poll
        complete: activity a run=5s close=60s, activity b run=5s
        --
        tune all run=0s
        take a
    ",
    );
    assert!(told.contains("refused: InvalidArgument"), "{told}");
    assert!(told.contains("wakes at 5s"), "a keeps its time-out: {told}");
}
