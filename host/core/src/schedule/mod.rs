//! Schedules: when they act, and what becomes of each action. Pure: state, a request or the passing of time, and what
//! is known of the runs that were started, give the new state and what is to be done.
//!
//! A turn of a schedule goes like this: [`ScheduleState::elapse`] finds what has become due, the runs that it started
//! are looked at ([`ScheduleState::record_outcome`]), [`ScheduleState::plan`] decides what begins and what is stopped,
//! the state is stored, the starts are made, and [`ScheduleState::record_start`] notes them. Who does all that, and
//! with which clock, is the server's business.

mod actions;
mod changes;
mod overlap;
mod show;
pub mod spec;
mod state;
mod times;

#[cfg(test)]
mod tests;

use prost::Message;
use temporalio_protos::temporal::api::{
    enums::v1::ScheduleOverlapPolicy,
    schedule::v1::{
        Schedule, ScheduleAction, ScheduleInfo, SchedulePolicies, ScheduleSpec,
        ScheduleState as Switches,
    },
};

use self::spec::CompiledSpec;
pub use self::{
    actions::{Outcome, Plan, StartResult},
    changes::{Creation, Update},
    show::{Description, Listing},
    state::{BufferedAction, ScheduleRecord, StartingAction},
};
use crate::time::{Span, Timestamp};

/// In front of a schedule's id where Temporal shows it as a workflow: in errors, and for the limit of its length.
pub const WORKFLOW_ID_PREFIX: &str = "temporal-sys-scheduler:";

/// Actions that are later than this are not taken, unless the schedule says otherwise. Temporal: 1 year.
const CATCH_UP_WINDOW: Span = Span::from_seconds(365 * 24 * 60 * 60);
/// A schedule can't have a shorter window. Temporal: 10 s.
const CATCH_UP_WINDOW_MIN: Span = Span::from_seconds(10);
/// Actions, and backfills, that can wait; more are dropped and counted. Temporal: 1,000.
const BUFFER_ACTIONS: usize = 1000;
/// Actions of backfills that are taken up in one turn. Temporal: 10.
const BACKFILL_ACTIONS: usize = 10;
/// The next part of a backfill comes this much later. Temporal: 1 s.
const BACKFILL_PAUSE: Span = Span::from_seconds(1);
/// How long a schedule is kept that has nothing left to do. Temporal: 7 days.
const IDLE_RETENTION: Span = Span::from_seconds(7 * 24 * 60 * 60);
/// While actions wait for a run to close, the run is looked at this often at least: its end is normally told at once.
const WATCH_PERIOD: Span = Span::from_seconds(30);
/// Times, and past actions, that a description has. Temporal: 10.
const DESCRIBED: usize = 10;
/// The same of an entry of a list. Temporal: 5.
const LISTED: usize = 5;
/// Update and patch requests that are remembered.
const REQUEST_IDS: usize = 100;
/// The first conflict token.
const FIRST_TOKEN: i64 = 1;

/// A schedule in memory.
#[derive(Clone, Debug)]
pub struct ScheduleState {
    record: ScheduleRecord,
    /// `None` if the stored spec is none any more: a time zone that was renamed. It then never acts.
    spec: Option<CompiledSpec>,
    seed: String,
    /// The next time of the spec, as far as the last [`ScheduleState::elapse`] saw.
    next: Option<Timestamp>,
}

impl ScheduleState {
    /// From stored bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, prost::DecodeError> {
        ScheduleRecord::decode(bytes).map(Self::of_record)
    }

    fn of_record(record: ScheduleRecord) -> Self {
        let mut state = Self {
            seed: format!("{}-{}", record.namespace_id, record.schedule_id),
            record,
            spec: None,
            next: None,
        };
        state.complete();
        state
    }

    /// The bytes to store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.record.encode_to_vec()
    }

    /// What is stored.
    #[must_use]
    pub fn record(&self) -> &ScheduleRecord {
        &self.record
    }

    /// Fills in what a schedule always has, and reads its spec.
    fn complete(&mut self) {
        let schedule = self.record.schedule.get_or_insert_default();
        schedule.spec.get_or_insert_default();
        schedule.action.get_or_insert_default();
        schedule.state.get_or_insert_default();
        let policies = schedule.policies.get_or_insert_default();
        if policies.overlap_policy() == ScheduleOverlapPolicy::Unspecified {
            policies.set_overlap_policy(ScheduleOverlapPolicy::Skip);
        }
        let window = match &policies.catchup_window {
            None => CATCH_UP_WINDOW,
            Some(asked) => Span::from_proto(Some(asked)).max(CATCH_UP_WINDOW_MIN),
        };
        policies.catchup_window = Some(window.to_proto());
        self.record.info.get_or_insert_default();
        self.spec = CompiledSpec::compile(self.spec_proto().clone()).ok();
    }

    fn schedule(&self) -> &Schedule {
        self.record
            .schedule
            .as_ref()
            .expect("`complete` filled it in")
    }

    fn spec_proto(&self) -> &ScheduleSpec {
        self.schedule()
            .spec
            .as_ref()
            .expect("`complete` filled it in")
    }

    fn action(&self) -> &ScheduleAction {
        self.schedule()
            .action
            .as_ref()
            .expect("`complete` filled it in")
    }

    fn policies(&self) -> &SchedulePolicies {
        self.schedule()
            .policies
            .as_ref()
            .expect("`complete` filled it in")
    }

    fn switches(&self) -> &Switches {
        self.schedule()
            .state
            .as_ref()
            .expect("`complete` filled it in")
    }

    fn switches_mut(&mut self) -> &mut Switches {
        let schedule = self.record.schedule.get_or_insert_default();
        schedule.state.get_or_insert_default()
    }

    fn info(&self) -> &ScheduleInfo {
        self.record.info.as_ref().expect("`complete` filled it in")
    }

    fn info_mut(&mut self) -> &mut ScheduleInfo {
        self.record.info.get_or_insert_default()
    }

    fn catch_up_window(&self) -> Span {
        Span::from_proto(self.policies().catchup_window.as_ref())
    }

    fn resolve(&self, policy: ScheduleOverlapPolicy) -> ScheduleOverlapPolicy {
        match policy {
            ScheduleOverlapPolicy::Unspecified => self.policies().overlap_policy(),
            asked => asked,
        }
    }

    /// Whether an action may be taken; one that is counts as taken where actions are limited.
    fn take_allowance(&mut self, manual: bool) -> bool {
        if manual {
            return true;
        }
        if !self.may_act() {
            return false;
        }
        if self.switches().limited_actions {
            self.switches_mut().remaining_actions -= 1;
            self.record.conflict_token += 1;
        }
        true
    }

    /// Whether the times of the spec mean anything now.
    fn may_act(&self) -> bool {
        let switches = self.switches();
        !switches.paused && (!switches.limited_actions || switches.remaining_actions > 0)
    }

    /// The last time that something happened to the schedule.
    fn last_event(&self) -> Timestamp {
        let info = self.info();
        let action = info
            .recent_actions
            .last()
            .and_then(|action| action.actual_time.as_ref());
        [info.create_time.as_ref(), info.update_time.as_ref(), action]
            .into_iter()
            .flatten()
            .map(Timestamp::from_proto)
            .max()
            .unwrap_or(Timestamp(0))
    }
}
