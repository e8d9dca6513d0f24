//! A run that people pause, and what happens to it meanwhile.

use crate::run::harness::check;

#[test]
fn a_waiting_workflow_task_is_taken_back_and_offered_again() {
    insta::assert_snapshot!(check("
        start
        --
        hold
        poll
        signal s
        release
        poll
    "), @"");
}

#[test]
fn what_happens_meanwhile_is_written_and_seen_later() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: timer t 5s
        --
        hold
        signal s
        cancel
        +5s
        crash
        release
    "), @"");
}

#[test]
fn a_worker_that_has_the_task_answers_it_and_gets_no_other() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        hold
        signal s
        complete: activity a run=5s, timer t 5s
        take a
        release
        take a
    "), @"");
}

#[test]
fn a_workflow_that_wants_to_end_meanwhile_is_asked_again() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        hold
        complete: finish
        release
        poll
        complete: finish
    "), @"");
}

#[test]
fn a_task_that_is_lost_meanwhile_is_not_tried_again_before_the_run_goes_on() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        hold
        +10s
        +60s
        release
    "), @"");
}

#[test]
fn nobody_gets_the_task_of_a_worker_that_a_crash_cut_off() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        hold
        crash
        release
        poll
    "), @"");
}

#[test]
fn a_worker_can_ask_for_no_more_time() {
    insta::assert_snapshot!(check("
        start
        poll
        hold
        --
        complete force:
    "), @"");
}

#[test]
fn attempts_that_run_end_and_no_other_begins() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=50s retry=1s, activity b run=50s retry=1s, activity c run=50s retry=1s
        take a
        take b
        --
        hold
        take c
        beat a
        done a
        lose b
        +10s
        pause c
        release
        take b
        unpause c
    "), @"");
}

#[test]
fn a_backoff_that_is_not_over_goes_on() {
    insta::assert_snapshot!(check("
        start
        poll
        complete: activity a run=50s retry=30s
        take a
        lose a
        --
        hold
        +10s
        release
        +20s
    "), @"");
}

#[test]
fn a_sticky_task_waits_for_its_worker_from_when_the_run_goes_on() {
    insta::assert_snapshot!(check("
        start
        poll
        complete sticky=s:
        signal s
        --
        hold
        +60s
        release
        +5s
        +5s
    "), @"");
}

#[test]
fn a_start_delay_passes_and_is_not_cut_short() {
    insta::assert_snapshot!(check("
        start delay=10s
        --
        hold
        release
        hold
        +10s
        release
    "), @"");
}

#[test]
fn updates_are_refused_and_those_that_were_let_in_wait() {
    insta::assert_snapshot!(check("
        start
        poll
        complete:
        update u
        --
        hold
        update u
        update v
        release
        poll
    "), @"");
}

#[test]
fn the_same_request_pauses_once() {
    insta::assert_snapshot!(check("
        start
        --
        release
        hold request=r
        hold request=r
        hold request=s
        hold
        terminate
        hold request=r
        release
    "), @"");
}

#[test]
fn a_paused_run_times_out() {
    insta::assert_snapshot!(check("
        start run=30s
        --
        hold
        +30s
    "), @"");
}
