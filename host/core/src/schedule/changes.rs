//! What users do to a schedule: create, update, patch.

use temporalio_protos::temporal::api::{
    common::v1::{Memo, SearchAttributes},
    schedule::v1::{Schedule, SchedulePatch},
};

use super::{
    BUFFER_ACTIONS, FIRST_TOKEN, REQUEST_IDS, ScheduleState,
    state::{BufferedAction, ScheduleRecord},
    times::A_MOMENT,
};
use crate::{ids::NamespaceInfo, time::Timestamp};

/// What a schedule is created from. The spec is in its canonical form.
#[derive(Clone, Debug, Default)]
pub struct Creation {
    /// Its id.
    pub schedule_id: String,
    /// A fresh UUID.
    pub run_id: String,
    /// The request.
    pub request_id: String,
    /// What the user wrote.
    pub schedule: Schedule,
    /// To be done at once.
    pub initial_patch: Option<SchedulePatch>,
    /// The user's memo.
    pub memo: Option<Memo>,
    /// The user's search attributes.
    pub search_attributes: Option<SearchAttributes>,
}

/// What an update replaces. The spec is in its canonical form.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// The request, empty if it has no id.
    pub request_id: String,
    /// What the user wrote; what is left out of it goes back to its default.
    pub schedule: Schedule,
    /// Kept if left out.
    pub memo: Option<Memo>,
    /// Kept if left out.
    pub search_attributes: Option<SearchAttributes>,
    /// The token of the schedule that the user saw; 0 for none.
    pub conflict_token: i64,
}

impl ScheduleState {
    /// A new schedule.
    #[must_use]
    pub fn create(namespace: &NamespaceInfo, creation: Creation, now: Timestamp) -> Self {
        let mut state = Self::of_record(ScheduleRecord {
            run_id: creation.run_id,
            create_request_id: creation.request_id,
            schedule: Some(creation.schedule),
            memo: creation.memo,
            search_attributes: creation.search_attributes,
            conflict_token: FIRST_TOKEN,
            processed_until: now.0,
            namespace: namespace.name.to_string(),
            namespace_id: namespace.id.to_string(),
            schedule_id: creation.schedule_id,
            ..Default::default()
        });
        state.info_mut().create_time = Some(now.to_proto());
        if let Some(patch) = creation.initial_patch {
            state.apply(patch, now);
        }
        state.elapse(now);
        state
    }

    /// Replaces what the user wrote. A token of another state makes the update do nothing, and the caller is not told:
    /// Temporal's server answers before it looks.
    pub fn update(&mut self, update: Update, now: Timestamp) {
        if self.is_repeated(&update.request_id) {
            return;
        }
        self.elapse(now);
        if update.conflict_token != 0 && update.conflict_token != self.record.conflict_token {
            return;
        }
        self.record.schedule = Some(update.schedule);
        if update.memo.is_some() {
            self.record.memo = update.memo;
        }
        if update.search_attributes.is_some() {
            self.record.search_attributes = update.search_attributes;
        }
        self.complete();
        self.info_mut().update_time = Some(now.to_proto());
        self.record.conflict_token += 1;
        self.elapse(now);
    }

    /// Does what a patch asks for.
    pub fn patch(&mut self, request_id: &str, patch: SchedulePatch, now: Timestamp) {
        if self.is_repeated(request_id) {
            return;
        }
        // What was due before is taken under the old switches.
        self.elapse(now);
        self.apply(patch, now);
        self.elapse(now);
    }

    fn apply(&mut self, patch: SchedulePatch, now: Timestamp) {
        if let Some(trigger) = patch.trigger_immediately {
            let at = trigger
                .scheduled_time
                .as_ref()
                .map_or(now, Timestamp::from_proto);
            self.buffer(BufferedAction {
                nominal: at.0,
                actual: at.0,
                overlap_policy: trigger.overlap_policy,
                manual: true,
            });
        }
        for mut backfill in patch.backfill_request {
            if self.record.backfills.len() >= BUFFER_ACTIONS {
                self.info_mut().buffer_dropped += 1;
                continue;
            }
            // The start itself belongs to the backfill.
            let start = backfill
                .start_time
                .as_ref()
                .map_or(Timestamp(0), Timestamp::from_proto);
            backfill.start_time = Some(Timestamp(start.0.saturating_sub(A_MOMENT.0)).to_proto());
            self.record.backfills.push(backfill);
        }
        for (notes, paused) in [(patch.pause, true), (patch.unpause, false)] {
            if !notes.is_empty() {
                let switches = self.switches_mut();
                switches.paused = paused;
                switches.notes = notes;
                self.record.conflict_token += 1;
            }
        }
    }

    /// Whether the request came before; remembers it if not.
    fn is_repeated(&mut self, request_id: &str) -> bool {
        if request_id.is_empty() {
            return false;
        }
        let known = &mut self.record.request_ids;
        if known.iter().any(|known| known == request_id) {
            return true;
        }
        known.push(request_id.to_owned());
        if known.len() > REQUEST_IDS {
            known.remove(0);
        }
        false
    }
}
