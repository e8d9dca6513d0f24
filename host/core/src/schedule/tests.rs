//! Schedules over time, with runs that end when the test says so.

use prost_wkt_types as wkt;
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    enums::v1::{ScheduleOverlapPolicy as Policy, WorkflowExecutionStatus as Status},
    failure::v1::Failure,
    schedule::v1::{
        BackfillRequest, IntervalSpec, Schedule, ScheduleAction, SchedulePatch, SchedulePolicies,
        ScheduleSpec, ScheduleState as Switches, TriggerImmediatelyRequest,
        schedule_action::Action,
    },
    workflow::v1::NewWorkflowExecutionInfo,
};
use uuid::Uuid;

use super::*;
use crate::ids::{NamespaceId, NamespaceInfo};

/// Every ten seconds.
fn schedule(policy: Policy) -> Schedule {
    Schedule {
        spec: Some(ScheduleSpec {
            interval: vec![IntervalSpec {
                interval: Some(Span::from_seconds(10).to_proto()),
                phase: None,
            }],
            ..Default::default()
        }),
        action: Some(ScheduleAction {
            action: Some(Action::StartWorkflow(NewWorkflowExecutionInfo {
                workflow_id: "w".into(),
                ..Default::default()
            })),
        }),
        policies: Some(SchedulePolicies {
            overlap_policy: policy as i32,
            ..Default::default()
        }),
        state: None,
    }
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp(seconds * 1_000_000_000)
}

fn proto(at: i64) -> Option<wkt::Timestamp> {
    Some(seconds(at).to_proto())
}

fn created(schedule: Schedule) -> ScheduleState {
    let namespace = NamespaceInfo {
        id: NamespaceId(Uuid::from_u128(1)),
        name: "default".into(),
    };
    let creation = Creation {
        schedule_id: "s".into(),
        run_id: "r".into(),
        request_id: "q".into(),
        schedule,
        ..Default::default()
    };
    ScheduleState::create(&namespace, creation, seconds(1000))
}

/// A turn in which every start succeeds: what was begun, and what was asked to stop.
fn turn(state: &mut ScheduleState, at: i64) -> String {
    let now = seconds(at);
    let mut done = Vec::new();
    loop {
        state.elapse(now);
        let plan = state.plan(now);
        for (list, what) in [(plan.cancel, "cancel"), (plan.terminate, "terminate")] {
            done.extend(list.iter().map(|e| format!("{what} {}", e.workflow_id)));
        }
        let starts = state.starts();
        if starts.is_empty() {
            return done.join(", ");
        }
        *state = ScheduleState::decode(&state.encode()).expect("is what was encoded");
        state.elapse(now);
        for (start, _) in starts {
            done.push(start.workflow_id.clone());
            let started = StartResult::Started {
                run_id: format!("run of {}", start.workflow_id),
                at: now,
            };
            state.record_start(&start.request_id, started);
        }
    }
}

fn close(state: &mut ScheduleState, workflow_id: &str, status: Status) {
    let result = (status == Status::Completed).then(|| Payloads {
        payloads: vec![Payload::default()],
    });
    let failure = (status == Status::Failed).then(|| {
        Box::new(Failure {
            message: "boom".into(),
            ..Default::default()
        })
    });
    let outcome = Outcome::Closed {
        status,
        result,
        failure,
    };
    state.record_outcome(workflow_id, outcome);
}

const W1010: &str = "w-1970-01-01T00:16:50Z";
const W1020: &str = "w-1970-01-01T00:17:00Z";
const W1030: &str = "w-1970-01-01T00:17:10Z";

#[test]
fn an_action_is_taken_when_it_is_due() {
    let mut state = created(schedule(Policy::Skip));
    assert_eq!(state.wake_at(seconds(1000)), Some(seconds(1010)));
    assert_eq!(turn(&mut state, 1009), "");
    assert_eq!(turn(&mut state, 1010), W1010);
    assert_eq!(turn(&mut state, 1011), "");
    assert_eq!(state.wake_at(seconds(1011)), Some(seconds(1020)));
    let info = state.describe().info;
    assert_eq!((info.action_count, info.running_workflows.len()), (1, 1));
    assert_eq!(info.future_action_times.len(), 10);
    assert_eq!(info.future_action_times.first(), proto(1020).as_ref());
}

#[test]
fn skip_gives_up_what_overlaps() {
    let mut state = created(schedule(Policy::Skip));
    assert_eq!(turn(&mut state, 1010), W1010);
    assert_eq!(turn(&mut state, 1020), "");
    close(&mut state, W1010, Status::Completed);
    assert_eq!(turn(&mut state, 1030), W1030);
    assert_eq!(state.describe().info.overlap_skipped, 1);
}

#[test]
fn buffered_actions_begin_when_the_one_before_has_closed() {
    let mut state = created(schedule(Policy::BufferAll));
    assert_eq!(turn(&mut state, 1035), W1010);
    assert_eq!(state.describe().info.buffer_size, 2);
    assert_eq!(state.wake_at(seconds(1035)), Some(seconds(1040)));
    close(&mut state, W1010, Status::Completed);
    assert_eq!(turn(&mut state, 1036), W1020);
    close(&mut state, W1020, Status::Failed);
    assert_eq!(turn(&mut state, 1037), W1030);
    assert!(!state.is_waiting());
}

#[test]
fn others_are_cancelled_or_terminated() {
    for (policy, what) in [
        (Policy::CancelOther, "cancel"),
        (Policy::TerminateOther, "terminate"),
    ] {
        let mut state = created(schedule(policy));
        assert_eq!(turn(&mut state, 1010), W1010);
        assert_eq!(turn(&mut state, 1020), format!("{what} {W1010}"));
        close(&mut state, W1010, Status::Terminated);
        assert_eq!(turn(&mut state, 1021), W1020);
    }
}

#[test]
fn allow_all_begins_all_and_tracks_none() {
    let mut state = created(schedule(Policy::AllowAll));
    assert_eq!(turn(&mut state, 1020), format!("{W1010}, {W1020}"));
    assert!(state.running().is_empty());
}

#[test]
fn a_start_is_made_again_under_the_same_id_after_a_crash() {
    let mut state = created(schedule(Policy::Skip));
    state.elapse(seconds(1010));
    state.plan(seconds(1010));
    let before = state.starts();
    let mut after = ScheduleState::decode(&state.encode()).expect("is what was encoded");
    after.elapse(seconds(1025));
    after.plan(seconds(1025));
    assert_eq!(after.starts(), before);
    assert_eq!(before[0].0.request_id, "r/1010000000000/1");
    assert_eq!(after.wake_at(seconds(1025)), Some(seconds(1025)));
}

#[test]
fn a_refused_start_is_given_up() {
    let mut state = created(schedule(Policy::Skip));
    state.elapse(seconds(1010));
    state.plan(seconds(1010));
    state.record_start(
        &state.starts()[0].0.request_id.clone(),
        StartResult::Refused,
    );
    assert_eq!(turn(&mut state, 1011), "");
    assert_eq!(state.describe().info.action_count, 0);
    assert_eq!(turn(&mut state, 1020), W1020);
}

#[test]
fn what_is_later_than_the_catch_up_window_is_missed_once() {
    let mut schedule = schedule(Policy::AllowAll);
    let policies = schedule.policies.get_or_insert_default();
    policies.catchup_window = Some(Span::from_seconds(15).to_proto());
    let mut state = created(schedule);
    assert_eq!(turn(&mut state, 1032), format!("{W1020}, {W1030}"));
    assert_eq!(turn(&mut state, 1033), "");
    assert_eq!(state.describe().info.missed_catchup_window, 1);
}

#[test]
fn a_pause_skips_time_and_is_told_apart_by_its_token() {
    let mut state = created(schedule(Policy::Skip));
    let patch = |pause: &str, unpause: &str| SchedulePatch {
        pause: pause.into(),
        unpause: unpause.into(),
        ..Default::default()
    };
    state.patch("a", patch("for a while", ""), seconds(1005));
    state.patch("a", patch("", "repeated"), seconds(1006));
    assert_eq!(turn(&mut state, 1020), "");
    assert_eq!(state.wake_at(seconds(1020)), None);
    let shown = state.describe();
    assert_eq!(shown.conflict_token, 2);
    assert_eq!(
        shown.schedule.state.map(|state| state.notes).as_deref(),
        Some("for a while")
    );
    state.patch("b", patch("", "go on"), seconds(1025));
    assert_eq!(turn(&mut state, 1030), W1030);
    assert_eq!(state.describe().info.missed_catchup_window, 0);
}

#[test]
fn limited_actions_run_out_and_the_schedule_goes() {
    let mut schedule = schedule(Policy::AllowAll);
    schedule.state = Some(Switches {
        limited_actions: true,
        remaining_actions: 2,
        ..Default::default()
    });
    let mut state = created(schedule);
    assert_eq!(state.future_times(9), [seconds(1010), seconds(1020)]);
    assert_eq!(turn(&mut state, 1035), format!("{W1010}, {W1020}"));
    assert_eq!(turn(&mut state, 1045), "");
    assert!(state.future_times(9).is_empty());
    let week = 7 * 24 * 60 * 60;
    assert_eq!(state.expiry(), Some(seconds(1035 + week)));
    assert_eq!(state.wake_at(seconds(1045)), state.expiry());
}

#[test]
fn a_trigger_acts_although_paused() {
    let mut schedule = schedule(Policy::Skip);
    schedule.state = Some(Switches {
        paused: true,
        ..Default::default()
    });
    let mut state = created(schedule);
    let trigger = SchedulePatch {
        trigger_immediately: Some(TriggerImmediatelyRequest {
            scheduled_time: proto(1003),
            ..Default::default()
        }),
        ..Default::default()
    };
    state.patch("", trigger, seconds(1004));
    assert_eq!(turn(&mut state, 1004), "w-1970-01-01T00:16:43Z");
}

#[test]
fn a_backfill_takes_its_times_ten_by_ten_from_the_first_on() {
    let mut state = created(schedule(Policy::Skip));
    let backfill = SchedulePatch {
        backfill_request: vec![BackfillRequest {
            start_time: proto(500),
            end_time: proto(610),
            overlap_policy: Policy::AllowAll as i32,
        }],
        ..Default::default()
    };
    state.patch("", backfill, seconds(1001));
    let begun = turn(&mut state, 1001);
    assert_eq!(begun.split(", ").count(), 12, "{begun}");
    assert!(begun.starts_with("w-1970-01-01T00:08:20Z, "), "{begun}");
    assert!(begun.ends_with("w-1970-01-01T00:10:10Z"), "{begun}");
}

#[test]
fn a_failure_pauses_and_is_carried_on() {
    let mut schedule = schedule(Policy::Skip);
    schedule.policies.get_or_insert_default().pause_on_failure = true;
    let mut state = created(schedule);
    assert_eq!(turn(&mut state, 1010), W1010);
    close(&mut state, W1010, Status::Completed);
    assert_eq!(turn(&mut state, 1020), W1020);
    close(&mut state, W1020, Status::Failed);
    assert_eq!(turn(&mut state, 1030), "");
    let switches = state.describe().schedule.state.expect("is filled in");
    assert!(switches.paused);
    assert_eq!(
        switches.notes,
        format!("paused due to workflow failure: {W1020}: boom")
    );
    let trigger = SchedulePatch {
        trigger_immediately: Some(TriggerImmediatelyRequest::default()),
        ..Default::default()
    };
    state.patch("", trigger, seconds(1031));
    state.plan(seconds(1031));
    let (start, _) = &state.starts()[0];
    assert!(start.last_completion_result.is_some());
    assert_eq!(
        start.continued_failure.as_ref().map(|f| f.message.as_str()),
        Some("boom")
    );
}

#[test]
fn an_update_replaces_the_schedule_unless_its_token_is_old() {
    let mut state = created(schedule(Policy::Skip));
    let mut hourly = schedule(Policy::Skip);
    let spec = hourly.spec.get_or_insert_default();
    spec.interval[0].interval = Some(Span::from_seconds(3600).to_proto());
    let mut update = Update {
        schedule: hourly,
        conflict_token: 7,
        ..Default::default()
    };
    state.update(update.clone(), seconds(1001));
    assert_eq!(state.future_times(1), [seconds(1010)]);
    update.conflict_token = 1;
    state.update(update, seconds(1001));
    assert_eq!(state.future_times(1), [seconds(3600)]);
    let shown = state.describe();
    assert_eq!(
        (shown.conflict_token, shown.info.update_time),
        (2, proto(1001))
    );
}

#[test]
fn workflow_ids_can_be_kept() {
    let mut schedule = schedule(Policy::Skip);
    let policies = schedule.policies.get_or_insert_default();
    policies.keep_original_workflow_id = true;
    let mut state = created(schedule);
    assert_eq!(turn(&mut state, 1010), "w");
    close(&mut state, "w", Status::Completed);
    assert_eq!(turn(&mut state, 1020), "w");
}

#[test]
fn a_started_run_knows_its_schedule() {
    let mut state = created(schedule(Policy::Skip));
    state.elapse(seconds(1010));
    state.plan(seconds(1010));
    let (start, deadline) = state.starts().remove(0);
    assert_eq!(start.identity, "temporal-scheduler-default-s");
    assert_eq!(deadline, seconds(1010 + 3600));
    let fields = start.search_attributes.unwrap_or_default().indexed_fields;
    let text = |name: &str| String::from_utf8_lossy(&fields[name].data).into_owned();
    assert_eq!(
        text("TemporalScheduledStartTime"),
        "\"1970-01-01T00:16:50Z\""
    );
    assert_eq!(text("TemporalScheduledById"), "\"s\"");
}
