//! The workflow task: attempts, what is buffered, sticky queues, crashes.

use sundial_core::{Rejection, run::token::WorkflowTaskToken};
use temporalio_protos::temporal::api::{
    command::v1::{CancelTimerCommandAttributes, command::Attributes},
    workflowservice::v1::RespondWorkflowTaskFailedRequest,
};

use crate::harness::{Bench, complete_workflow, start_timer, sticky, with_commands};

fn fail(bench: &mut Bench) {
    let task = bench.poll();
    let token = WorkflowTaskToken::decode_token(&task.response.task_token).unwrap();
    let request = RespondWorkflowTaskFailedRequest::default();
    bench
        .step(|run, cx| run.fail_workflow_task(cx, &request, &token))
        .unwrap();
}

#[test]
fn a_run_begins_with_its_first_task() {
    let bench = Bench::new();
    assert_eq!(
        bench.events(),
        ["WorkflowExecutionStarted", "WorkflowTaskScheduled"]
    );
    let write = bench.last_write();
    assert!(write.created && write.visibility.is_some());
    assert_eq!(write.tasks_added.len(), 1);
}

#[test]
fn a_start_is_not_stored_and_its_event_comes_with_the_end() {
    let mut bench = Bench::new();
    let task = bench.poll();
    assert_eq!(bench.writes.len(), 1);
    assert_eq!(task.preview.len(), 1);
    assert_eq!(
        (
            task.history_from,
            task.history_to,
            task.response.started_event_id
        ),
        (1, 2, 3)
    );
    bench.complete(&task, vec![complete_workflow()]);
    assert_eq!(
        bench.events_from(3),
        [
            "WorkflowTaskStarted",
            "WorkflowTaskCompleted",
            "WorkflowExecutionCompleted"
        ]
    );
    let row = bench.writes[0].tasks_added[0].id;
    assert_eq!(bench.last_write().tasks_removed, [row]);
    assert!(bench.last_write().closed_at.is_some());
}

#[test]
fn a_task_is_handed_out_once_and_a_poll_repeated_gets_it_again() {
    let mut bench = Bench::new();
    bench.poll();
    bench.poll();
    bench.poller.request_id = "another poll".into();
    assert!(matches!(bench.try_poll(), Err(Rejection::AlreadyExists(_))));
}

#[test]
fn a_stale_token_is_refused_and_changes_nothing() {
    let mut bench = Bench::new();
    let task = bench.poll();
    bench.complete(&task, vec![start_timer("t", 5)]);
    let writes = bench.writes.len();
    let again = bench.answer(&task, with_commands(vec![complete_workflow()]));
    assert!(matches!(again, Err(Rejection::NotFound(_))));
    assert_eq!(bench.writes.len(), writes);
}

#[test]
fn only_the_first_failed_attempt_leaves_an_event() {
    let mut bench = Bench::new();
    fail(&mut bench);
    fail(&mut bench);
    fail(&mut bench);
    assert_eq!(
        bench.events_from(3),
        ["WorkflowTaskStarted", "WorkflowTaskFailed"]
    );
    let task = bench.poll();
    assert_eq!((task.response.attempt, task.preview.len()), (4, 2));
    bench.complete(&task, vec![]);
    assert_eq!(
        bench.events_from(5),
        [
            "WorkflowTaskScheduled",
            "WorkflowTaskStarted",
            "WorkflowTaskCompleted"
        ]
    );
}

#[test]
fn a_signal_between_attempts_makes_the_next_one_a_task_of_its_own() {
    let mut bench = Bench::new();
    fail(&mut bench);
    bench.signal("s");
    let task = bench.poll();
    assert_eq!(task.response.attempt, 1);
    assert_eq!(
        bench.events_from(4),
        [
            "WorkflowTaskFailed",
            "WorkflowExecutionSignaled",
            "WorkflowTaskScheduled"
        ]
    );
}

#[test]
fn a_crash_after_an_attempt_became_a_task_of_its_own_finds_it_by_its_row() {
    let mut bench = Bench::new();
    fail(&mut bench);
    let old_row = bench.last_write().tasks_added[0].id;
    bench.signal("s");
    bench.poll();
    assert_eq!(bench.last_write().tasks_removed, [old_row]);
    let row = bench.last_write().tasks_added[0].clone();
    bench.crash();
    assert_eq!(
        bench.run.pending_task_name(),
        Some((row.scheduled_event_id, row.stamp))
    );
    assert_eq!(bench.poll().response.attempt, 1);
}

#[test]
fn a_task_that_is_not_answered_times_out_and_is_offered_again() {
    let mut bench = Bench::new();
    bench.poll();
    bench.advance(9);
    assert_eq!(bench.events().len(), 2);
    bench.advance(1);
    assert_eq!(
        bench.events_from(3),
        ["WorkflowTaskStarted", "WorkflowTaskTimedOut"]
    );
    assert_eq!(bench.last_write().tasks_added.len(), 1);
}

#[test]
fn what_comes_while_a_worker_has_the_task_waits_behind_it() {
    let mut bench = Bench::new();
    let task = bench.poll();
    bench.signal("s");
    assert_eq!(bench.events().len(), 2);
    bench.complete(&task, vec![start_timer("t", 5)]);
    assert_eq!(
        bench.events_from(3),
        [
            "WorkflowTaskStarted",
            "WorkflowTaskCompleted",
            "TimerStarted",
            "WorkflowExecutionSignaled",
            "WorkflowTaskScheduled"
        ]
    );
}

#[test]
fn a_run_does_not_end_over_a_signal_that_it_has_not_seen() {
    let mut bench = Bench::new();
    let task = bench.poll();
    bench.signal("s");
    let refused = bench.answer(&task, with_commands(vec![complete_workflow()]));
    assert!(
        matches!(refused, Err(Rejection::CommandsRefused(words)) if words == "UnhandledCommand")
    );
    assert_eq!(
        bench.events_from(4),
        [
            "WorkflowTaskFailed",
            "WorkflowExecutionSignaled",
            "WorkflowTaskScheduled"
        ]
    );
}

#[test]
fn a_timer_that_fired_unseen_can_still_be_cancelled() {
    let mut bench = Bench::new();
    bench.poll_and_complete(vec![start_timer("t", 5)]);
    bench.signal("s");
    let task = bench.poll();
    bench.advance(5);
    let cancel = Attributes::CancelTimerCommandAttributes(CancelTimerCommandAttributes {
        timer_id: "t".into(),
    });
    bench.complete(&task, vec![cancel]);
    assert_eq!(
        bench.events_from(8),
        [
            "WorkflowTaskStarted",
            "WorkflowTaskCompleted",
            "TimerCanceled"
        ]
    );
}

#[test]
fn a_crash_gives_the_task_to_the_next_poller_and_keeps_what_was_buffered() {
    let mut bench = Bench::new();
    let lost = bench.poll();
    bench.signal("s");
    bench.crash();
    assert!(!bench.run.is_workflow_task_started());
    let task = bench.poll();
    assert_eq!(task.response.started_event_id, 4);
    assert!(matches!(
        bench.answer(&lost, with_commands(vec![])),
        Err(Rejection::NotFound(_))
    ));
    bench.complete(&task, vec![complete_workflow()]);
    assert_eq!(
        bench.events_from(3),
        [
            "WorkflowExecutionSignaled",
            "WorkflowTaskStarted",
            "WorkflowTaskCompleted",
            "WorkflowExecutionCompleted"
        ]
    );
}

#[test]
fn a_sticky_task_waits_on_the_workers_own_queue_and_falls_back_in_time() {
    let mut bench = Bench::new();
    let task = bench.poll();
    bench.answer(&task, sticky("mine")).unwrap();
    bench.signal("s");
    let row = bench.last_write().tasks_added[0].clone();
    assert_eq!(
        (&*row.queue, row.normal_queue.as_deref()),
        ("mine", Some("q"))
    );
    bench.advance(5);
    let row = &bench.last_write().tasks_added[0];
    assert_eq!((&*row.queue, row.normal_queue.as_deref()), ("q", None));
    assert_eq!(
        bench.events_from(8),
        ["WorkflowTaskTimedOut", "WorkflowTaskScheduled"]
    );
}

#[test]
fn nothing_may_follow_the_command_that_ends_the_run() {
    let mut bench = Bench::new();
    let task = bench.poll();
    let refused = bench.answer(
        &task,
        with_commands(vec![complete_workflow(), start_timer("t", 1)]),
    );
    assert!(matches!(refused, Err(Rejection::InvalidArgument(_))));
    assert!(bench.run.is_workflow_task_started());
}
