//! From start to close, and what follows a close.

use sundial_core::{
    Cx, Rejection,
    run::start::{signal_with_start, start_workflow},
    time::Span,
};
use temporalio_protos::temporal::api::{
    command::v1::{
        ContinueAsNewWorkflowExecutionCommandAttributes, FailWorkflowExecutionCommandAttributes,
        command::Attributes,
    },
    common::v1::RetryPolicy,
    enums::v1::{
        RetryState, WorkflowExecutionStatus as Status, WorkflowIdConflictPolicy,
        WorkflowIdReusePolicy,
    },
    failure::v1::Failure,
    history::v1::history_event::Attributes as Event,
    workflowservice::v1::{
        RequestCancelWorkflowExecutionRequest, SignalWithStartWorkflowExecutionRequest,
        StartWorkflowExecutionRequest, TerminateWorkflowExecutionRequest,
    },
};

use crate::harness::{Bench, complete_workflow, name, namespace, start_request, start_timer};

fn start_again(
    bench: &mut Bench,
    change: impl FnOnce(&mut StartWorkflowExecutionRequest),
) -> Result<bool, Rejection> {
    let mut request = StartWorkflowExecutionRequest {
        request_id: "again".into(),
        ..start_request()
    };
    change(&mut request);
    bench
        .step(|run, cx| start_workflow(Some(run), cx, &namespace(), &request))
        .map(|r| r.started)
}

#[test]
fn the_same_request_starts_one_run() {
    let mut bench = Bench::new();
    assert_eq!(
        start_again(&mut bench, |r| r.request_id = "start".into()),
        Ok(true)
    );
    assert!(bench.created.is_empty());
}

#[test]
fn an_open_run_is_in_the_way_unless_the_conflict_policy_says_otherwise() {
    let mut bench = Bench::new();
    let refused = start_again(&mut bench, |_| {});
    assert!(matches!(refused, Err(Rejection::AlreadyStarted { .. })));
    let use_it = |r: &mut StartWorkflowExecutionRequest| {
        r.set_workflow_id_conflict_policy(WorkflowIdConflictPolicy::UseExisting);
    };
    assert_eq!(start_again(&mut bench, use_it), Ok(false));
    let end_it = |r: &mut StartWorkflowExecutionRequest| {
        r.set_workflow_id_conflict_policy(WorkflowIdConflictPolicy::TerminateExisting);
    };
    assert_eq!(start_again(&mut bench, end_it), Ok(true));
    assert_eq!(bench.run.status(), Status::Terminated);
    assert_eq!(bench.created.len(), 1);
}

#[test]
fn a_closed_run_is_in_the_way_if_the_reuse_policy_says_so() {
    for (policy, allowed) in [
        (WorkflowIdReusePolicy::AllowDuplicate, true),
        (WorkflowIdReusePolicy::AllowDuplicateFailedOnly, false),
        (WorkflowIdReusePolicy::RejectDuplicate, false),
    ] {
        let mut bench = Bench::new();
        bench.poll_and_complete(vec![complete_workflow()]);
        let result = start_again(&mut bench, |r| r.set_workflow_id_reuse_policy(policy));
        assert_eq!(result.is_ok(), allowed, "{policy:?}");
    }
}

#[test]
fn a_signal_with_start_is_the_first_thing_that_a_new_run_sees() {
    let mut bench = Bench::new();
    bench.poll_and_complete(vec![complete_workflow()]);
    let request = SignalWithStartWorkflowExecutionRequest {
        workflow_id: "w".into(),
        signal_name: "s".into(),
        request_id: "again".into(),
        ..Default::default()
    };
    bench
        .step(|run, cx| signal_with_start(Some(run), cx, &namespace(), &request))
        .unwrap();
    let events: Vec<String> = bench.created[0]
        .recent_history(1)
        .unwrap()
        .map(|event| name(event.event_type()))
        .collect();
    assert_eq!(
        events,
        [
            "WorkflowExecutionStarted",
            "WorkflowExecutionSignaled",
            "WorkflowTaskScheduled"
        ]
    );
}

#[test]
fn a_start_delay_holds_the_first_task_back_whatever_is_signalled() {
    let request = StartWorkflowExecutionRequest {
        workflow_start_delay: Some(Span::from_seconds(60).to_proto()),
        ..start_request()
    };
    let mut bench = Bench::started_with(&request);
    assert_eq!(bench.events(), ["WorkflowExecutionStarted"]);
    bench.signal("s");
    assert_eq!(bench.events_from(2), ["WorkflowExecutionSignaled"]);
    bench.advance(60);
    assert_eq!(bench.events_from(3), ["WorkflowTaskScheduled"]);
}

#[test]
fn a_signal_counts_once_per_request() {
    let mut bench = Bench::new();
    bench.signal("s");
    bench.signal("s");
    assert_eq!(bench.events_from(3), ["WorkflowExecutionSignaled"]);
}

#[test]
fn a_cancel_request_is_written_once_and_means_nothing_to_a_closed_run() {
    let mut bench = Bench::new();
    let request = RequestCancelWorkflowExecutionRequest::default();
    bench
        .step(|run, cx| run.request_cancel(cx, &request))
        .unwrap();
    bench
        .step(|run, cx| run.request_cancel(cx, &request))
        .unwrap();
    assert_eq!(bench.events_from(3), ["WorkflowExecutionCancelRequested"]);
    bench.poll_and_complete(vec![complete_workflow()]);
    let events = bench.events().len();
    bench
        .step(|run, cx| run.request_cancel(cx, &request))
        .unwrap();
    assert_eq!(bench.events().len(), events);
}

#[test]
fn a_termination_ends_the_task_that_a_worker_has() {
    let mut bench = Bench::new();
    bench.poll();
    bench.signal("s");
    let request = TerminateWorkflowExecutionRequest::default();
    bench.step(|run, cx| run.terminate(cx, &request)).unwrap();
    assert_eq!(
        bench.events_from(3),
        [
            "WorkflowTaskStarted",
            "WorkflowTaskFailed",
            "WorkflowExecutionSignaled",
            "WorkflowExecutionTerminated"
        ]
    );
    let again = bench.step(|run, cx| run.terminate(cx, &request));
    assert!(matches!(again, Err(Rejection::NotFound(_))));
    assert_eq!(bench.run.wake_at(), None);
}

#[test]
fn a_run_that_takes_too_long_times_out() {
    let request = StartWorkflowExecutionRequest {
        workflow_run_timeout: Some(Span::from_seconds(5).to_proto()),
        ..start_request()
    };
    let mut bench = Bench::started_with(&request);
    bench.advance(5);
    assert_eq!(bench.run.status(), Status::TimedOut);
    let Some(Event::WorkflowExecutionTimedOutEventAttributes(timed_out)) =
        &bench.history.last().unwrap().attributes
    else {
        panic!("{:?}", bench.events());
    };
    assert_eq!(timed_out.retry_state(), RetryState::RetryPolicyNotSet);
}

#[test]
fn a_failed_run_with_attempts_left_is_followed_by_another() {
    let request = StartWorkflowExecutionRequest {
        retry_policy: Some(RetryPolicy {
            maximum_attempts: 2,
            ..Default::default()
        }),
        ..start_request()
    };
    let mut bench = Bench::started_with(&request);
    let fail = Attributes::FailWorkflowExecutionCommandAttributes(
        FailWorkflowExecutionCommandAttributes {
            failure: Some(Failure::default()),
        },
    );
    bench.poll_and_complete(vec![fail]);
    let next = &bench.created[0];
    assert_eq!(bench.run.new_run_id(), Some(next.key().run_id));
    assert_eq!(next.first_run_id(), bench.run.key().run_id.to_string());
    assert!(
        !next.has_pending_workflow_task(),
        "it waits for its backoff"
    );
}

#[test]
fn a_run_that_continues_as_new_hands_its_name_on() {
    let mut bench = Bench::new();
    let command = Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(
        ContinueAsNewWorkflowExecutionCommandAttributes::default(),
    );
    // One that is older than a second is followed at once.
    bench.advance(1);
    bench.poll_and_complete(vec![command]);
    assert_eq!(bench.run.status(), Status::ContinuedAsNew);
    let next = &bench.created[0];
    assert_eq!((next.workflow_type(), next.task_queue()), ("T", "q"));
    assert!(next.has_pending_workflow_task());
}

#[test]
fn a_history_that_outgrows_its_limit_ends_its_run() {
    let mut bench = Bench::new();
    bench.limits.history_count_events = 5;
    bench.poll_and_complete(vec![start_timer("t", 60)]);
    assert_eq!(bench.run.status(), Status::Running);
    bench.signal("s");
    assert_eq!(bench.run.status(), Status::Terminated);
}

#[test]
fn a_refused_start_leaves_everything_as_it_was() {
    let mut bench = Bench::new();
    let before = bench.run.describe();
    let writes = bench.writes.len();
    let _ = start_again(&mut bench, |_| {});
    assert_eq!(bench.run.describe(), before);
    assert_eq!(bench.writes.len(), writes);
    let mut cx = Cx::new(bench.now, &mut bench.ids, &bench.limits);
    assert!(bench.run.seal(&mut cx).is_none());
}
