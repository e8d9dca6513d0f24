//! Each transition of a stand-alone activity, by scripts of calls.

use std::fmt::Write;

use insta::assert_snapshot;
use prost_wkt_types::Duration;
use temporalio_protos::temporal::api::{
    activity::v1::{ActivityOptions, activity_execution_outcome::Value},
    common::v1::{ActivityType, Link, OnConflictOptions, Payload, Payloads, RetryPolicy},
    enums::v1::{
        ActivityIdConflictPolicy, ActivityIdReusePolicy, PendingActivityState, RetryState,
    },
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        PollActivityTaskQueueResponse, RequestCancelActivityExecutionRequest,
        StartActivityExecutionRequest, TerminateActivityExecutionRequest,
    },
};
use uuid::Uuid;

use super::*;
use crate::{
    Cx, IdSource, Limits, NamespaceId, NamespaceInfo, Part, Rejection, RunWrite,
    run::{ActivityRef, Poller, StoredState, token::ActivityTaskToken},
    time::Span,
};

#[derive(Default)]
struct Counting(i64);

impl IdSource for Counting {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(u128::from(self.0.unsigned_abs()))
    }

    fn task_id(&mut self) -> i64 {
        self.0 += 1;
        self.0
    }
}

/// Plays engine, store and clock, and checks after each step that what is stored gives the same activity again.
struct House {
    activity: Option<StandaloneActivity>,
    ids: Counting,
    now: Timestamp,
    state: Vec<u8>,
    parts: Vec<Part>,
    tasks: Vec<Task>,
    last: Option<RunWrite>,
}

fn seconds(seconds: i64) -> Option<Duration> {
    Some(Span::from_seconds(seconds).to_proto())
}

fn payloads(text: &str) -> Payloads {
    Payloads {
        payloads: vec![Payload {
            data: text.into(),
            ..Default::default()
        }],
    }
}

fn failure(message: &str) -> Option<Failure> {
    Some(Failure {
        message: message.into(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(
            ApplicationFailureInfo::default(),
        )),
        ..Default::default()
    })
}

fn request() -> StartActivityExecutionRequest {
    StartActivityExecutionRequest {
        activity_id: "a".into(),
        activity_type: Some(ActivityType {
            name: "Greet".into(),
        }),
        task_queue: Some(TaskQueue {
            name: "queue".into(),
            ..Default::default()
        }),
        request_id: "first".into(),
        start_to_close_timeout: seconds(10),
        input: Some(payloads("input")),
        retry_policy: Some(RetryPolicy {
            initial_interval: seconds(1),
            maximum_attempts: 3,
            ..Default::default()
        }),
        ..Default::default()
    }
}

impl House {
    fn empty() -> Self {
        Self {
            activity: None,
            ids: Counting::default(),
            now: Timestamp(0).plus(Span::from_seconds(1000)),
            state: Vec::new(),
            parts: Vec::new(),
            tasks: Vec::new(),
            last: None,
        }
    }

    fn new(change: impl FnOnce(&mut StartActivityExecutionRequest)) -> Self {
        let mut house = Self::empty();
        let mut request = request();
        change(&mut request);
        house.start(&request).expect("the id is free");
        house
    }

    fn start(&mut self, request: &StartActivityExecutionRequest) -> Result<bool, Rejection> {
        let namespace = NamespaceInfo {
            id: NamespaceId(Uuid::from_u128(1)),
            name: "default".into(),
        };
        let limits = Limits::default();
        let mut cx = Cx::new(self.now, &mut self.ids, &limits);
        let response = start(self.activity.as_mut(), &mut cx, &namespace, request)?;
        let created = std::mem::take(&mut cx.created_activities).pop();
        if let Some(activity) = created {
            assert!(response.started);
            self.parts.clear();
            self.activity = Some(activity);
        }
        self.settle();
        Ok(response.started)
    }

    fn step<R>(
        &mut self,
        step: impl FnOnce(&mut StandaloneActivity, &mut Cx<'_>) -> Result<R, Rejection>,
    ) -> Result<R, String> {
        let limits = Limits::default();
        let mut cx = Cx::new(self.now, &mut self.ids, &limits);
        let activity = self.activity.as_mut().expect("it was started");
        let before = activity.state.clone();
        let result = step(activity, &mut cx);
        if result.is_err() {
            assert_eq!(activity.state, before, "a refusal changed something");
        }
        self.settle();
        result.map_err(|rejection| rejection.to_string())
    }

    /// Stores what changed, and loads it again.
    fn settle(&mut self) {
        let limits = Limits::default();
        let mut cx = Cx::new(self.now, &mut self.ids, &limits);
        let activity = self.activity.as_mut().expect("it was started");
        let Some(write) = activity.seal(&mut cx) else {
            return;
        };
        self.state.clone_from(&write.state);
        self.parts.extend(write.parts_put.iter().cloned());
        self.tasks
            .retain(|task| !write.tasks_removed.contains(&task.id));
        self.tasks.extend(write.tasks_added.iter().cloned());
        assert_eq!(write.wake_at, activity.wake_at());
        assert_eq!(write.closed_at.is_some(), activity.is_closed());
        if activity.is_closed() {
            assert!(self.tasks.is_empty(), "a closed one waits for nobody");
        }
        let loaded = StandaloneActivity::load(StoredState {
            key: activity.key().clone(),
            state: self.state.clone(),
            parts: self.parts.clone(),
        })
        .expect("it was stored");
        assert_eq!(loaded.state, activity.state);
        assert_eq!(loaded.request, activity.request);
        self.activity = Some(loaded);
        self.last = Some(write);
    }

    fn poll(&mut self) -> PollActivityTaskQueueResponse {
        let task = self.tasks.first().expect("a task waits").clone();
        let poller = Poller {
            identity: "worker".into(),
            request_id: "poll".into(),
            ..Poller::default()
        };
        self.step(|activity, cx| activity.start_task(cx, task.stamp, &poller))
            .expect("the task is good")
    }

    fn token(&mut self) -> ActivityTaskToken {
        let response = self.poll();
        ActivityTaskToken::decode_token(&response.task_token).expect("it is a token")
    }

    fn fail(&mut self, token: &ActivityTaskToken, message: &str) -> Result<(), String> {
        self.step(|activity, cx| {
            activity.fail(
                cx,
                ActivityRef::Token(token),
                failure(message),
                None,
                "worker",
            )
        })
    }

    /// Lets time pass, and what is due happen.
    fn pass(&mut self, milliseconds: i64) {
        let end = self.now.plus(Span::from_millis(milliseconds));
        loop {
            let activity = self.activity.as_ref().expect("it was started");
            match activity.wake_at() {
                Some(at) if at <= end => self.now = self.now.max(at),
                _ => break,
            }
            self.step(|activity, cx| {
                activity.wake(cx);
                Ok(())
            })
            .expect("waking never fails");
        }
        self.now = end;
    }

    fn show(&self) -> String {
        let activity = self.activity.as_ref().expect("it was started");
        let detail = Detail {
            input: true,
            outcome: true,
            heartbeat_details: true,
            last_failure: true,
        };
        let shown = activity.describe(self.now, detail);
        let info = shown.info.expect("there is one");
        let state = PendingActivityState::try_from(info.run_state).expect("is known");
        let mut text = format!(
            "{} {state:?} attempt {}",
            status_name(activity.status()),
            info.attempt
        );
        if !self.tasks.is_empty() {
            text.push_str(", waits");
        }
        if let Some(at) = info.next_attempt_schedule_time {
            let after = Timestamp::from_proto(&at).since(self.now).0 / 1_000_000;
            write!(text, ", next in {after} ms").expect("strings grow");
        }
        if let Some(outcome) = shown.outcome {
            let retry_state = RetryState::try_from(outcome.retry_state).expect("is known");
            match outcome.value.expect("there is one") {
                Value::Result(result) => {
                    let data = String::from_utf8_lossy(&result.payloads[0].data).into_owned();
                    write!(text, ", result {data}").expect("strings grow");
                }
                Value::Failure(failure) => {
                    write!(text, ", {}, {retry_state:?}", failure.message).expect("strings grow");
                    if let Some(cause) = failure.cause {
                        write!(text, ", after {}", cause.message).expect("strings grow");
                    }
                }
            }
        }
        text
    }
}

#[test]
fn a_worker_gets_what_the_start_named_and_completes_it() {
    let mut house = House::new(|_| {});
    assert_eq!(house.show(), "Running Scheduled attempt 1, waits");
    let response = house.poll();
    assert_eq!(response.input, Some(payloads("input")));
    assert_eq!(response.activity_id, "a");
    assert!(!response.activity_run_id.is_empty());
    assert_eq!(
        response.workflow_execution.map(|of| of.workflow_id),
        Some(String::new())
    );
    assert_eq!(house.show(), "Running Started attempt 1");
    let token = ActivityTaskToken::decode_token(&response.task_token).expect("it is a token");
    assert_eq!(
        token.key().expect("is good").archetype,
        crate::Archetype::Activity
    );
    house
        .step(|activity, cx| {
            let result = Some(payloads("done"));
            activity.complete(cx, ActivityRef::Token(&token), result, "worker")
        })
        .expect("it is running");
    assert_eq!(house.show(), "Completed Unspecified attempt 1, result done");
    let again = house
        .step(|activity, cx| activity.complete(cx, ActivityRef::Token(&token), None, "worker"));
    assert_eq!(again, Err("activity task not found".into()));
}

#[test]
fn it_may_be_completed_by_its_id_before_a_worker_comes() {
    let mut house = House::new(|_| {});
    house
        .step(|activity, cx| {
            activity.complete(
                cx,
                ActivityRef::Id("a"),
                Some(payloads("early")),
                "somebody",
            )
        })
        .expect("it is open");
    assert_eq!(
        house.show(),
        "Completed Unspecified attempt 1, result early"
    );
}

#[test]
fn a_failure_is_retried_as_the_policy_says() {
    let mut house = House::new(|_| {});
    let mut log = String::new();
    for attempt in 1..=3 {
        let token = house.token();
        house.fail(&token, "no luck").expect("it is running");
        writeln!(log, "{}", house.show()).expect("strings grow");
        let stale = house.fail(&token, "again");
        assert_eq!(stale, Err("activity task not found".into()), "{attempt}");
        house.pass(2000);
    }
    assert_snapshot!(log, @r"
    Running Scheduled attempt 2, next in 1000 ms
    Running Scheduled attempt 3, next in 2000 ms
    Failed Unspecified attempt 3, no luck, MaximumAttemptsReached
    ");
}

#[test]
fn what_is_not_to_be_retried_ends_it() {
    let mut house = House::new(|_| {});
    let token = house.token();
    house
        .step(|activity, cx| activity.fail(cx, ActivityRef::Token(&token), None, None, ""))
        .expect("it is running");
    assert_eq!(house.show(), "Running Scheduled attempt 2, next in 1000 ms");
    house.pass(1000);
    let token = house.token();
    let mut failure = failure("hopeless").expect("is one");
    failure.failure_info = Some(FailureInfo::ApplicationFailureInfo(
        ApplicationFailureInfo {
            non_retryable: true,
            ..Default::default()
        },
    ));
    house
        .step(|activity, cx| activity.fail(cx, ActivityRef::Token(&token), Some(failure), None, ""))
        .expect("it is running");
    assert_eq!(
        house.show(),
        "Failed Unspecified attempt 2, hopeless, NonRetryableFailure"
    );
}

#[test]
fn each_time_out_ends_an_attempt_or_all() {
    let waits = |change: fn(&mut StartActivityExecutionRequest), polls: bool, milliseconds| {
        let mut house = House::new(change);
        if polls {
            house.poll();
        }
        house.pass(milliseconds);
        house.show()
    };
    assert_snapshot!(waits(|r| r.schedule_to_start_timeout = seconds(2), false, 2000),
        @"TimedOut Unspecified attempt 1, activity ScheduleToStart timeout, NonRetryableFailure");
    assert_snapshot!(waits(|r| r.schedule_to_close_timeout = seconds(5), true, 5000),
        @"TimedOut Unspecified attempt 1, activity ScheduleToClose timeout, NonRetryableFailure");
    assert_snapshot!(waits(|_| {}, true, 10_000), @"Running Scheduled attempt 2, next in 1000 ms");
    assert_snapshot!(waits(|r| r.heartbeat_timeout = seconds(3), true, 3000),
        @"Running Scheduled attempt 2, next in 1000 ms");
    assert_snapshot!(waits(|r| r.retry_policy.as_mut().expect("is set").maximum_attempts = 1, true, 10_000),
        @"TimedOut Unspecified attempt 1, activity StartToClose timeout, MaximumAttemptsReached");
}

#[test]
fn a_heartbeat_keeps_it_alive_and_tells_its_worker_of_a_cancellation() {
    let mut house = House::new(|r| r.heartbeat_timeout = seconds(3));
    let token = house.token();
    let beat = |house: &mut House| {
        house.step(|activity, cx| {
            activity.heartbeat(cx, ActivityRef::Token(&token), Some(payloads("half")), "")
        })
    };
    house.pass(2000);
    assert!(!beat(&mut house).expect("it runs").cancel_requested);
    house.pass(2000);
    house
        .step(|activity, cx| {
            let request = RequestCancelActivityExecutionRequest {
                request_id: "c".into(),
                reason: "changed our mind".into(),
                ..Default::default()
            };
            activity.request_cancel(cx, &request)
        })
        .expect("it is open");
    assert_eq!(house.show(), "Running CancelRequested attempt 1");
    assert!(beat(&mut house).expect("it runs").cancel_requested);
    house
        .step(|activity, cx| activity.cancel(cx, ActivityRef::Token(&token), None, "worker"))
        .expect("it was asked to");
    assert_eq!(
        house.show(),
        "Canceled Unspecified attempt 1, Activity canceled, Unspecified"
    );
    let info = house
        .activity
        .as_ref()
        .and_then(|activity| activity.describe(house.now, Detail::default()).info)
        .expect("there is one");
    assert_eq!(info.total_heartbeat_count, 2);
    assert_eq!(info.canceled_reason, "changed our mind");
    assert_eq!(info.heartbeat_details, None, "nobody asked for them");
}

#[test]
fn heartbeat_details_go_to_the_next_attempt() {
    let mut house = House::new(|_| {});
    let token = house.token();
    house
        .step(|activity, cx| {
            let details = Some(payloads("so far"));
            activity.fail(cx, ActivityRef::Token(&token), failure("oh"), details, "")
        })
        .expect("it is running");
    house.pass(1000);
    assert_eq!(house.poll().heartbeat_details, Some(payloads("so far")));
}

fn cancel(request_id: &str) -> RequestCancelActivityExecutionRequest {
    RequestCancelActivityExecutionRequest {
        request_id: request_id.into(),
        reason: "say \"no\"".into(),
        ..Default::default()
    }
}

#[test]
fn one_that_no_worker_has_is_canceled_at_once() {
    let mut house = House::new(|_| {});
    house
        .step(|activity, cx| activity.request_cancel(cx, &cancel("c")))
        .expect("it is open");
    assert_eq!(
        house.show(),
        "Canceled Unspecified attempt 1, Activity canceled, Unspecified"
    );
    let activity = house.activity.as_ref().expect("is there");
    let Some(Value::Failure(failure)) = activity.outcome().and_then(|o| o.value.clone()) else {
        panic!("it failed");
    };
    let Some(FailureInfo::CanceledFailureInfo(info)) = failure.failure_info else {
        panic!("it was canceled");
    };
    let details = info.details.expect("there are some");
    assert_eq!(details.payloads[0].data, br#""say \"no\"""#);
    let mut again = |id: &str| house.step(|activity, cx| activity.request_cancel(cx, &cancel(id)));
    assert_eq!(again("c"), Ok(()));
    assert_eq!(
        again("other"),
        Err("activity is in terminal state Canceled".into())
    );
}

#[test]
fn a_second_cancellation_is_refused_and_a_retry_is_not_made() {
    let mut house = House::new(|_| {});
    let token = house.token();
    let not_asked =
        house.step(|activity, cx| activity.cancel(cx, ActivityRef::Token(&token), None, ""));
    assert_eq!(not_asked, Err("invalid transition from Started".into()));
    house
        .step(|activity, cx| activity.request_cancel(cx, &cancel("c")))
        .expect("it is open");
    let second = house.step(|activity, cx| activity.request_cancel(cx, &cancel("d")));
    assert_eq!(
        second,
        Err("cancellation already requested with request ID c".into())
    );
    house.fail(&token, "broken").expect("it is running");
    assert_eq!(
        house.show(),
        "Failed Unspecified attempt 1, broken, CancelRequested"
    );
}

#[test]
fn a_termination_ends_it_whoever_has_it() {
    let mut house = House::new(|_| {});
    let token = house.token();
    let terminate = |request_id: &str| TerminateActivityExecutionRequest {
        request_id: request_id.into(),
        reason: "enough".into(),
        ..Default::default()
    };
    let mut end = |id: &str| house.step(|activity, cx| activity.terminate(cx, &terminate(id)));
    assert_eq!(end("t"), Ok(()));
    assert_eq!(end("t"), Ok(()));
    assert_eq!(end("u"), Err("already terminated with request ID t".into()));
    assert_eq!(
        house.show(),
        "Terminated Unspecified attempt 1, enough, Unspecified"
    );
    assert_eq!(
        house.fail(&token, "late"),
        Err("activity task not found".into())
    );
}

#[test]
fn a_delayed_start_waits_and_its_time_outs_count_from_there() {
    let mut house = House::new(|r| {
        r.start_delay = seconds(30);
        r.schedule_to_close_timeout = seconds(5);
    });
    assert_eq!(
        house.show(),
        "Running Scheduled attempt 1, next in 30000 ms"
    );
    house.pass(29_999);
    assert!(house.tasks.is_empty());
    house.pass(1);
    assert_eq!(house.show(), "Running Scheduled attempt 1, waits");
    house.pass(5000);
    assert_eq!(
        house.show(),
        "TimedOut Unspecified attempt 1, activity ScheduleToStart timeout, NonRetryableFailure"
    );
}

#[test]
fn the_id_is_free_again_as_the_policies_say() {
    const TAKEN: &str = "activity execution already started";
    let again = |status: &str, change: fn(&mut StartActivityExecutionRequest)| {
        let mut house = House::new(|_| {});
        if status != "running" {
            let token = house.token();
            match status {
                "completed" => house.step(|activity, cx| {
                    activity.complete(cx, ActivityRef::Token(&token), None, "")
                }),
                _ => house.step(|activity, cx| {
                    activity.terminate(cx, &TerminateActivityExecutionRequest::default())
                }),
            }
            .expect("it is running");
        }
        let mut second = request();
        second.request_id = "second".into();
        change(&mut second);
        match house.start(&second) {
            Ok(true) => "started".to_owned(),
            Ok(false) => "given".to_owned(),
            Err(rejection) => rejection.to_string(),
        }
    };
    let reject: fn(&mut StartActivityExecutionRequest) =
        |r| r.id_reuse_policy = ActivityIdReusePolicy::RejectDuplicate as i32;
    let failed_only: fn(&mut StartActivityExecutionRequest) =
        |r| r.id_reuse_policy = ActivityIdReusePolicy::AllowDuplicateFailedOnly as i32;
    let use_existing: fn(&mut StartActivityExecutionRequest) =
        |r| r.id_conflict_policy = ActivityIdConflictPolicy::UseExisting as i32;
    let same: fn(&mut StartActivityExecutionRequest) = |r| r.request_id = "first".into();
    assert_eq!(again("running", |_| {}), TAKEN);
    assert_eq!(again("running", use_existing), "given");
    assert_eq!(again("running", same), "given");
    assert_eq!(again("completed", same), "given");
    assert_eq!(again("completed", |_| {}), "started");
    assert_eq!(again("completed", reject), TAKEN);
    assert_eq!(again("completed", failed_only), TAKEN);
    assert_eq!(again("terminated", failed_only), "started");
    assert_eq!(again("terminated", reject), TAKEN);
}

#[test]
fn a_start_that_is_given_a_running_one_may_attach_to_it() {
    let mut house = House::new(|_| {});
    let mut second = request();
    second.request_id = "second".into();
    second.id_conflict_policy = ActivityIdConflictPolicy::UseExisting as i32;
    second.links = vec![Link::default()];
    second.on_conflict_options = Some(OnConflictOptions {
        attach_request_id: true,
        attach_links: true,
        ..Default::default()
    });
    for _ in 0..2 {
        assert_eq!(house.start(&second), Ok(false));
    }
    let activity = house.activity.as_ref().expect("is there");
    assert_eq!(activity.state.links.len(), 1, "attached once");
    second.id_conflict_policy = ActivityIdConflictPolicy::Fail as i32;
    assert_eq!(house.start(&second), Ok(false), "its request id is known");
}

fn pause(request_id: &str) -> Pause {
    Pause {
        request_id: request_id.into(),
        ..Pause::default()
    }
}

#[test]
fn a_paused_one_begins_no_attempt_until_it_goes_on() {
    let mut house = House::new(|_| {});
    let mut log = String::new();
    let mut note = |house: &House| writeln!(log, "{}", house.show()).expect("strings grow");
    house
        .step(|activity, cx| activity.pause(cx, &pause("p")))
        .expect("it is open");
    note(&house);
    assert!(house.tasks.is_empty());
    house.pass(60_000);
    let refused = house.step(|activity, cx| activity.pause(cx, &pause("q")));
    assert_eq!(refused, Err("activity is already paused".into()));
    house
        .step(|activity, cx| activity.unpause(cx, &Unpause::default()))
        .expect("it is paused");
    note(&house);
    // A repeated request changes nothing, although it is not paused any more.
    house
        .step(|activity, cx| activity.pause(cx, &pause("p")))
        .expect("it was done");
    note(&house);
    let token = house.token();
    house
        .step(|activity, cx| activity.pause(cx, &pause("r")))
        .expect("it is open");
    note(&house);
    house.fail(&token, "oh").expect("it is running");
    note(&house);
    house.pass(60_000);
    house
        .step(|activity, cx| activity.unpause(cx, &Unpause::default()))
        .expect("it is paused");
    note(&house);
    assert_snapshot!(log, @r"
    Paused Paused attempt 1
    Running Scheduled attempt 1, waits
    Running Scheduled attempt 1, waits
    Running PauseRequested attempt 1
    Paused Paused attempt 2
    Running Scheduled attempt 2, waits
    ");
    let refused = house.step(|activity, cx| activity.unpause(cx, &Unpause::default()));
    assert_eq!(
        refused,
        Err("activity is in non-unpausable state Running".into())
    );
}

#[test]
fn a_reset_counts_attempts_anew() {
    let mut house = House::new(|_| {});
    for _ in 0..2 {
        let token = house.token();
        house.fail(&token, "oh").expect("it is running");
        house.pass(2000);
    }
    assert_eq!(house.show(), "Running Scheduled attempt 3, waits");
    house
        .step(|activity, cx| activity.reset(cx, &Reset::default()))
        .expect("it is open");
    assert_eq!(house.show(), "Running Scheduled attempt 1, waits");
    // While a worker has it, its token stays good; what follows is the first attempt, at once.
    let token = house.token();
    let reset = Reset {
        heartbeat: true,
        ..Reset::default()
    };
    house
        .step(|activity, cx| activity.reset(cx, &reset))
        .expect("it is open");
    let told = house
        .step(|activity, cx| {
            activity.heartbeat(cx, ActivityRef::Token(&token), Some(payloads("x")), "")
        })
        .expect("it is running");
    assert!(told.activity_reset);
    house.fail(&token, "oh").expect("it is running");
    assert_eq!(house.show(), "Running Scheduled attempt 1, waits");
    assert_eq!(house.poll().heartbeat_details, None);
}

#[test]
fn options_change_what_comes_next_and_can_be_restored() {
    let mut house = House::new(|_| {});
    let options = ActivityOptions {
        task_queue: Some(TaskQueue {
            name: "other".into(),
            ..Default::default()
        }),
        heartbeat_timeout: seconds(60),
        ..Default::default()
    };
    let paths = ["task_queue.name".to_owned(), "heartbeatTimeout".to_owned()];
    let changed = house
        .step(|activity, cx| activity.update_options(cx, &options, &paths, false, "u"))
        .expect("it is open");
    assert_eq!(
        changed.heartbeat_timeout,
        seconds(10),
        "no longer than an attempt"
    );
    assert_eq!(&*house.tasks[0].queue, "other");
    let write = house.last.as_ref().expect("it was stored");
    let shown = write.visibility.as_ref().expect("lists show the queue");
    assert_eq!(shown.task_queue, "other");
    house
        .step(|activity, cx| {
            activity.update_options(cx, &ActivityOptions::default(), &[], true, "v")
        })
        .expect("it is open");
    assert_eq!(&*house.tasks[0].queue, "queue");
    house.poll();
    let late = house.step(|activity, cx| {
        let paths = ["start_delay".to_owned()];
        activity.update_options(cx, &ActivityOptions::default(), &paths, false, "w")
    });
    assert_eq!(
        late.map(|_| ()),
        Err(
            "cannot update start_delay: the first activity attempt has already been dispatched"
                .into()
        )
    );
}

#[test]
fn a_large_input_is_stored_once() {
    let large = "x".repeat(100_000);
    let mut house = House::new(|r| r.input = Some(payloads(&large)));
    assert!(house.state.len() < 1000, "{}", house.state.len());
    assert_eq!(house.parts.len(), 1);
    let token = house.token();
    house.fail(&token, "oh").expect("it is running");
    assert_eq!(house.parts.len(), 1);
    house.pass(1000);
    assert_eq!(house.poll().input, Some(payloads(&large)));
}

#[test]
fn what_is_no_activity_is_refused_by_name() {
    let house = House::new(|_| {});
    let key = house.activity.as_ref().expect("is there").key().clone();
    let load = |state: &[u8]| {
        StandaloneActivity::load(StoredState {
            key: key.clone(),
            state: state.to_vec(),
            parts: Vec::new(),
        })
        .err()
        .map(|error| error.to_string())
    };
    assert!(load(b"\xff").is_some_and(|error| error.contains("can't be read")));
    assert!(load(b"").is_some_and(|error| error.contains("is missing")));
}
