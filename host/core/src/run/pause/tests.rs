//! A run that people pause, and what happens to it meanwhile.

use crate::run::harness::check;

/// What was logged of each step after the `--`, without the step itself.
fn steps(script: &str) -> Vec<String> {
    check(script)
        .split("> ")
        .skip(1)
        .map(|step| step.split_once('\n').map_or("", |(_, log)| log).to_owned())
        .collect()
}

#[track_caller]
fn has(step: &str, words: &[&str]) {
    for word in words {
        assert!(step.contains(word), "no {word:?} in:\n{step}");
    }
}

#[track_caller]
fn has_not(step: &str, words: &[&str]) {
    for word in words {
        assert!(!step.contains(word), "{word:?} in:\n{step}");
    }
}

const OFFERED: &str = "+ workflow task";
const ACTIVITY_OFFERED: &str = "+ activity task";
const SCHEDULED: &str = "WorkflowTaskScheduled";

#[test]
fn a_waiting_workflow_task_is_taken_back_and_offered_again() {
    let steps = steps("start\n--\nhold\nsignal s\nrelease\n");
    has(&steps[0], &["WorkflowExecutionPaused", "- workflow task 2"]);
    has(&steps[1], &["WorkflowExecutionSignaled"]);
    has_not(&steps[1], &[SCHEDULED, OFFERED]);
    has(
        &steps[2],
        &["WorkflowExecutionUnpaused", "+ workflow task 2"],
    );
    has_not(&steps[2], &[SCHEDULED]);
}

#[test]
fn what_happens_meanwhile_is_written_and_seen_later() {
    let steps = steps(
        "start\npoll\ncomplete: timer t 5s\n--\nhold\nsignal s\ncancel\n+5s\ncrash\nrelease\n",
    );
    has(&steps[1], &["WorkflowExecutionSignaled"]);
    has(&steps[2], &["WorkflowExecutionCancelRequested"]);
    has(&steps[3], &["TimerFired"]);
    for step in &steps[..5] {
        has_not(step, &[SCHEDULED, OFFERED]);
    }
    has(
        &steps[5],
        &["WorkflowExecutionUnpaused", SCHEDULED, OFFERED],
    );
}

#[test]
fn a_worker_that_has_the_task_answers_it_and_gets_no_other() {
    let steps = steps(
        "start\npoll\n--\nhold\nsignal s\ncomplete: activity a run=5s, timer t 5s\nrelease\n",
    );
    has_not(&steps[0], &["WorkflowExecutionPaused"]);
    has(
        &steps[2],
        &[
            "WorkflowTaskCompleted",
            "ActivityTaskScheduled",
            "WorkflowExecutionPaused",
            "WorkflowExecutionSignaled",
        ],
    );
    has_not(&steps[2], &[SCHEDULED, OFFERED, ACTIVITY_OFFERED]);
    has(&steps[3], &[SCHEDULED, OFFERED, ACTIVITY_OFFERED]);
}

#[test]
fn a_workflow_that_wants_to_end_meanwhile_is_asked_again() {
    let steps = steps("start\npoll\n--\nhold\ncomplete: finish\nrelease\npoll\ncomplete: finish\n");
    has(&steps[1], &["UnhandledCommand", "WorkflowExecutionPaused"]);
    has_not(&steps[1], &[SCHEDULED, OFFERED]);
    has(&steps[2], &[SCHEDULED, OFFERED]);
    has(&steps[4], &["WorkflowExecutionCompleted"]);
}

#[test]
fn a_task_that_is_lost_meanwhile_is_not_tried_again_before_the_run_goes_on() {
    let steps = steps("start\npoll\n--\nhold\n+10s\n+60s\nrelease\n");
    has(&steps[1], &["WorkflowTaskTimedOut"]);
    has_not(&steps[1], &[OFFERED]);
    has_not(&steps[2], &[SCHEDULED, OFFERED]);
    has(&steps[3], &[SCHEDULED, OFFERED]);
}

#[test]
fn nobody_gets_the_task_of_a_worker_that_a_crash_cut_off() {
    let steps = steps("start\npoll\n--\nhold\ncrash\nrelease\n");
    has_not(&steps[1], &[OFFERED]);
    has(&steps[2], &[OFFERED]);
}

#[test]
fn a_worker_can_ask_for_no_more_time() {
    let steps = steps("start\npoll\nhold\n--\ncomplete force:\n");
    has(
        &steps[0],
        &["refused", "force create new workflow task is not allowed"],
    );
}

#[test]
fn attempts_that_run_end_and_no_other_begins() {
    let steps = steps(
        "start\npoll\ncomplete: activity a run=50s retry=1s, activity b run=50s retry=1s, activity c run=50s retry=1s\n\
         take a\ntake b\n--\nhold\ntake c\ndone a\nlose b\n+10s\npause c\nrelease\nunpause c\n",
    );
    has(&steps[1], &["no task"]);
    has(&steps[2], &["ActivityTaskCompleted"]);
    for step in &steps[..6] {
        has_not(step, &[SCHEDULED, ACTIVITY_OFFERED]);
    }
    assert_eq!(steps[6].matches(ACTIVITY_OFFERED).count(), 1, "b alone");
    has(&steps[6], &[SCHEDULED]);
    has(&steps[7], &[ACTIVITY_OFFERED]);
}

#[test]
fn a_backoff_that_is_not_over_goes_on() {
    let steps = steps(
        "start\npoll\ncomplete: activity a run=50s retry=30s\ntake a\nlose a\n--\nhold\n+10s\nrelease\n+20s\n",
    );
    for step in &steps[..3] {
        has_not(step, &[ACTIVITY_OFFERED]);
    }
    has(&steps[3], &[ACTIVITY_OFFERED]);
}

#[test]
fn a_sticky_task_waits_for_its_worker_from_when_the_run_goes_on() {
    let steps = steps("start\npoll\ncomplete sticky=s:\nsignal s\n--\nhold\n+60s\nrelease\n+1s\n");
    for step in &steps {
        has_not(step, &["WorkflowTaskTimedOut"]);
    }
    has(&steps[2], &["for s else q"]);
}

#[test]
fn a_start_delay_passes_and_is_not_cut_short() {
    let steps = steps("start delay=10s\n--\nhold\nrelease\nhold\n+10s\nrelease\n");
    for step in &steps[..4] {
        has_not(step, &[SCHEDULED, OFFERED]);
    }
    has(&steps[4], &[SCHEDULED, OFFERED]);
}

#[test]
fn updates_are_refused() {
    let steps = steps("start\npoll\ncomplete:\n--\nhold\nupdate u\n");
    has(&steps[1], &["refused", "Cannot update the workflow."]);
}

#[test]
fn the_same_request_pauses_once() {
    let steps = steps(
        "start\n--\nrelease\nhold request=r\nhold request=r\nhold request=s\nhold\nterminate\nhold request=r\nrelease\n",
    );
    has(&steps[0], &["workflow is not paused."]);
    has(&steps[1], &["WorkflowExecutionPaused"]);
    has_not(&steps[2], &["WorkflowExecutionPaused", "refused"]);
    has(&steps[3], &["workflow is already paused."]);
    has(&steps[4], &["workflow is already paused."]);
    has(&steps[5], &["WorkflowExecutionTerminated"]);
    has(&steps[6], &["already completed"]);
    has(&steps[7], &["already completed"]);
}

#[test]
fn a_paused_run_times_out() {
    let steps = steps("start run=30s\n--\nhold\n+30s\n");
    has(&steps[1], &["WorkflowExecutionTimedOut"]);
}
