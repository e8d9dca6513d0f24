//! Activities: starts, ends, retries, time-outs, heartbeats, cancellation.

use sundial_core::{
    Rejection,
    run::{ActivityRef, token::ActivityTaskToken},
    time::Span,
};
use temporalio_protos::temporal::api::{
    command::v1::{RequestCancelActivityTaskCommandAttributes, command::Attributes},
    common::v1::{Payload, Payloads, RetryPolicy},
    enums::v1::{RetryState, TimeoutType},
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    history::v1::history_event::Attributes as Event,
    workflowservice::v1::PollActivityTaskQueueResponse,
};

use crate::harness::{Bench, schedule_activity};

/// A run whose first task scheduled one activity, at event 5.
fn with_activity(
    change: impl FnOnce(
        &mut temporalio_protos::temporal::api::command::v1::ScheduleActivityTaskCommandAttributes,
    ),
) -> Bench {
    let mut bench = Bench::new();
    bench.poll_and_complete(vec![schedule_activity("a", change)]);
    bench
}

fn take(bench: &mut Bench) -> PollActivityTaskQueueResponse {
    let row = bench
        .writes
        .iter()
        .rev()
        .find_map(|write| {
            write
                .tasks_added
                .iter()
                .find(|task| task.scheduled_event_id == 5)
        })
        .unwrap()
        .clone();
    let poller = bench.poller.clone();
    bench
        .step(|run, cx| run.start_activity_task(cx, 5, row.stamp, &poller))
        .unwrap()
}

fn fail(bench: &mut Bench, task: &PollActivityTaskQueueResponse, info: ApplicationFailureInfo) {
    let token = ActivityTaskToken::decode_token(&task.task_token).unwrap();
    let failure = Failure {
        message: "no".into(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
        ..Default::default()
    };
    bench
        .step(|run, cx| {
            run.fail_activity(cx, ActivityRef::Token(&token), Some(failure), None, "me")
        })
        .unwrap();
}

fn payloads() -> Payloads {
    Payloads {
        payloads: vec![Payload {
            data: b"1".to_vec(),
            ..Default::default()
        }],
    }
}

#[test]
fn a_start_is_stored_before_the_task_is_handed_out_and_written_with_the_end() {
    let mut bench = with_activity(|_| {});
    let writes = bench.writes.len();
    let task = take(&mut bench);
    assert_eq!(bench.writes.len(), writes + 1);
    assert_eq!((task.attempt, task.activity_id.as_str()), (1, "a"));
    let token = ActivityTaskToken::decode_token(&task.task_token).unwrap();
    bench
        .step(|run, cx| run.complete_activity(cx, ActivityRef::Token(&token), None, "me"))
        .unwrap();
    assert_eq!(
        bench.events_from(5),
        [
            "ActivityTaskScheduled",
            "ActivityTaskStarted",
            "ActivityTaskCompleted",
            "WorkflowTaskScheduled"
        ]
    );
}

#[test]
fn a_failed_attempt_is_tried_again_after_its_backoff_and_leaves_no_event() {
    let mut bench = with_activity(|_| {});
    let task = take(&mut bench);
    fail(&mut bench, &task, ApplicationFailureInfo::default());
    assert_eq!(bench.events().len(), 5);
    assert!(bench.last_write().tasks_added.is_empty());
    bench.advance(1);
    assert_eq!(bench.last_write().tasks_added.len(), 1);
    assert_eq!(take(&mut bench).attempt, 2);
}

#[test]
fn the_failure_may_ask_for_its_own_delay() {
    let mut bench = with_activity(|_| {});
    let task = take(&mut bench);
    let info = ApplicationFailureInfo {
        next_retry_delay: Some(Span::from_seconds(9).to_proto()),
        ..Default::default()
    };
    fail(&mut bench, &task, info);
    bench.advance(8);
    assert!(bench.last_write().tasks_added.is_empty());
    bench.advance(1);
    assert_eq!(bench.last_write().tasks_added.len(), 1);
}

#[test]
fn retries_end_with_the_attempts_or_a_failure_that_forbids_them() {
    let once = RetryPolicy {
        maximum_attempts: 1,
        ..Default::default()
    };
    let named = RetryPolicy {
        non_retryable_error_types: vec!["Bad".into()],
        ..Default::default()
    };
    for (policy, kind, non_retryable, state) in [
        (once, "", false, RetryState::MaximumAttemptsReached),
        (named, "Bad", false, RetryState::NonRetryableFailure),
        (
            RetryPolicy::default(),
            "",
            true,
            RetryState::NonRetryableFailure,
        ),
    ] {
        let mut bench = with_activity(|a| a.retry_policy = Some(policy));
        let task = take(&mut bench);
        let info = ApplicationFailureInfo {
            r#type: kind.into(),
            non_retryable,
            ..Default::default()
        };
        fail(&mut bench, &task, info);
        let Some(Event::ActivityTaskFailedEventAttributes(failed)) = &bench.history[6].attributes
        else {
            panic!("{:?}", bench.events());
        };
        assert_eq!(failed.retry_state(), state);
    }
}

#[test]
fn each_time_out_has_its_own_rule() {
    let no_retry = || {
        Some(RetryPolicy {
            maximum_attempts: 1,
            ..Default::default()
        })
    };
    let after = |seconds| Some(Span::from_seconds(seconds).to_proto());
    // The seconds after which a worker takes it: where several time-outs come at once, the earlier kind is told.
    let cases: [(&str, TimeoutType, Option<i64>); 5] = [
        ("start to close", TimeoutType::StartToClose, Some(0)),
        ("schedule to start", TimeoutType::ScheduleToStart, None),
        ("schedule to close", TimeoutType::ScheduleToClose, Some(3)),
        ("heartbeat", TimeoutType::Heartbeat, Some(0)),
        (
            "schedule to close, untaken",
            TimeoutType::ScheduleToStart,
            None,
        ),
    ];
    for (name, timeout_type, taken_after) in cases {
        let mut bench = with_activity(|a| {
            a.retry_policy = no_retry();
            match timeout_type {
                _ if name.ends_with("untaken") => a.schedule_to_close_timeout = after(7),
                TimeoutType::StartToClose => a.start_to_close_timeout = after(7),
                TimeoutType::ScheduleToStart => a.schedule_to_start_timeout = after(7),
                TimeoutType::ScheduleToClose => a.schedule_to_close_timeout = after(7),
                _ => a.heartbeat_timeout = after(7),
            }
        });
        if let Some(seconds) = taken_after {
            bench.advance(seconds);
            take(&mut bench);
        }
        bench.advance(6 - taken_after.unwrap_or(0));
        assert_eq!(bench.events().len(), 5, "{name}");
        bench.advance(1);
        let timed_out = bench
            .history
            .iter()
            .find_map(|event| match &event.attributes {
                Some(Event::ActivityTaskTimedOutEventAttributes(a)) => a.failure.clone(),
                _ => None,
            });
        let Some(FailureInfo::TimeoutFailureInfo(info)) = timed_out.unwrap().failure_info else {
            panic!("{name} is no time-out");
        };
        assert_eq!(info.timeout_type(), timeout_type, "{name}");
    }
}

#[test]
fn a_heartbeat_prolongs_the_attempt_and_its_details_reach_the_next_one() {
    let mut bench = with_activity(|a| a.heartbeat_timeout = Some(Span::from_seconds(5).to_proto()));
    let task = take(&mut bench);
    let token = ActivityTaskToken::decode_token(&task.task_token).unwrap();
    bench.advance(4);
    bench
        .step(|run, cx| {
            run.heartbeat_activity(cx, ActivityRef::Token(&token), Some(payloads()), "")
        })
        .unwrap();
    bench.advance(4);
    assert!(bench.run.describe().pending_activities[0].attempt == 1);
    bench.advance(1);
    bench.advance(1);
    let task = take(&mut bench);
    assert_eq!(
        (task.attempt, task.heartbeat_details),
        (2, Some(payloads()))
    );
}

#[test]
fn a_cancel_before_the_start_ends_the_activity_and_after_it_asks_the_worker() {
    let cancel = || {
        vec![Attributes::RequestCancelActivityTaskCommandAttributes(
            RequestCancelActivityTaskCommandAttributes {
                scheduled_event_id: 5,
            },
        )]
    };
    let mut bench = with_activity(|_| {});
    bench.signal("s");
    bench.poll_and_complete(cancel());
    assert_eq!(
        bench.events_from(10),
        [
            "ActivityTaskCancelRequested",
            "ActivityTaskCanceled",
            "WorkflowTaskScheduled"
        ]
    );

    let mut bench = with_activity(|_| {});
    let task = take(&mut bench);
    bench.signal("s");
    bench.poll_and_complete(cancel());
    let token = ActivityTaskToken::decode_token(&task.task_token).unwrap();
    let beat = bench
        .step(|run, cx| run.heartbeat_activity(cx, ActivityRef::Token(&token), None, ""))
        .unwrap();
    assert!(beat.cancel_requested);
    bench
        .step(|run, cx| run.cancel_activity(cx, ActivityRef::Id("a"), None, "me"))
        .unwrap();
    assert_eq!(
        bench.events_from(11),
        [
            "ActivityTaskStarted",
            "ActivityTaskCanceled",
            "WorkflowTaskScheduled"
        ]
    );
}

#[test]
fn an_attempt_that_is_over_can_not_be_completed() {
    let mut bench = with_activity(|_| {});
    let task = take(&mut bench);
    fail(&mut bench, &task, ApplicationFailureInfo::default());
    let token = ActivityTaskToken::decode_token(&task.task_token).unwrap();
    let late =
        bench.step(|run, cx| run.complete_activity(cx, ActivityRef::Token(&token), None, "me"));
    assert!(matches!(late, Err(Rejection::NotFound(_))));
}

#[test]
fn after_a_restart_the_scheduled_event_has_to_be_supplied() {
    let mut bench = with_activity(|_| {});
    let event = bench.history[4].clone();
    bench.crash();
    assert!(bench.run.activity_needs_event(5));
    bench.run.supply_event(event);
    assert_eq!(take(&mut bench).attempt, 1);
}
