//! What a schedule shows of itself: descriptions and entries of lists.

use temporalio_protos::temporal::api::{
    common::v1::{Memo, SearchAttributes},
    schedule::v1::{Schedule, ScheduleInfo, ScheduleListInfo, schedule_action::Action},
};

use super::{DESCRIBED, LISTED, ScheduleState, spec};
use crate::time::Timestamp;

/// Calendars, intervals and exclusions of each kind that an entry of a list shows. Temporal: 10.
const LISTED_SPECS: usize = 10;

/// A whole schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// What its user wrote, with defaults filled in.
    pub schedule: Schedule,
    /// What it has done and will do.
    pub info: ScheduleInfo,
    /// The user's memo.
    pub memo: Option<Memo>,
    /// The user's search attributes.
    pub search_attributes: Option<SearchAttributes>,
    /// For an update that must not overwrite what came between.
    pub conflict_token: i64,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The short form.
    pub info: ScheduleListInfo,
    /// The user's memo.
    pub memo: Option<Memo>,
    /// The user's search attributes.
    pub search_attributes: Option<SearchAttributes>,
}

impl ScheduleState {
    /// Everything that a user is shown.
    #[must_use]
    pub fn describe(&self) -> Description {
        let mut schedule = self.schedule().clone();
        if let Some(shown) = &mut schedule.spec {
            spec::show(shown);
        }
        let mut info = self.info().clone();
        info.future_action_times = protos(&self.future_times(DESCRIBED));
        info.buffer_size = i64::try_from(self.record.buffer.len()).unwrap_or(i64::MAX);
        Description {
            schedule,
            info,
            memo: self
                .record
                .memo
                .clone()
                .filter(|memo| !memo.fields.is_empty()),
            search_attributes: self.shown_search_attributes(),
            conflict_token: self.record.conflict_token,
        }
    }

    /// The short form.
    #[must_use]
    pub fn listing(&self) -> Listing {
        let mut shown = self.spec_proto().clone();
        shown.timezone_data.clear();
        shown.structured_calendar.truncate(LISTED_SPECS);
        shown.exclude_structured_calendar.truncate(LISTED_SPECS);
        shown.interval.truncate(LISTED_SPECS);
        spec::show(&mut shown);
        let workflow_type = match &self.action().action {
            Some(Action::StartWorkflow(workflow)) => workflow.workflow_type.clone(),
            None => None,
        };
        let recent = &self.info().recent_actions;
        let info = ScheduleListInfo {
            spec: Some(shown),
            workflow_type,
            notes: self.switches().notes.clone(),
            paused: self.switches().paused,
            recent_actions: recent[recent.len().saturating_sub(LISTED)..].to_vec(),
            future_action_times: protos(&self.future_times(LISTED)),
            ..Default::default()
        };
        Listing {
            info,
            memo: self
                .record
                .memo
                .clone()
                .filter(|memo| !memo.fields.is_empty()),
            search_attributes: self.shown_search_attributes(),
        }
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.switches().paused
    }

    fn shown_search_attributes(&self) -> Option<SearchAttributes> {
        self.record
            .search_attributes
            .clone()
            .filter(|attributes| !attributes.indexed_fields.is_empty())
    }
}

fn protos(times: &[Timestamp]) -> Vec<prost_wkt_types::Timestamp> {
    times.iter().map(|time| time.to_proto()).collect()
}
