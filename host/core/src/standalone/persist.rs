//! To and from the store: what a transaction writes, and how a stand-alone activity comes back from it.

use prost::Message;

use super::{
    StandaloneActivity,
    state::{Request, State},
};
use crate::{
    context::{Cx, Effect},
    run::{CorruptState, StoredState, parts::kind},
    time::Timestamp,
    write::{Part, PartKey, RunWrite, Visibility},
};

/// What was asked for stays in the state, which every change stores anew, if it is not larger than this; else it is a row
/// of its own, which is written once. A row costs about as much as this many bytes more in every write.
const INLINE_REQUEST_BYTES: usize = 1024;

const REQUEST: PartKey = PartKey {
    kind: kind::ACTIVITY_REQUEST,
    id: 0,
};

impl StandaloneActivity {
    /// Ends a command: gives what must be stored, `None` if nothing changed.
    pub fn seal(&mut self, cx: &mut Cx<'_>) -> Option<RunWrite> {
        if !self.dirty {
            return None;
        }
        self.dirty = false;
        self.state.transition_count += 1;
        let created = std::mem::take(&mut self.created);
        let closed_at = self.is_closed().then_some(Timestamp(self.state.close_time));
        let mut parts_put = Vec::new();
        if self.request.size_bytes() <= INLINE_REQUEST_BYTES {
            self.state.request = Some(self.request.clone());
        } else if created {
            parts_put.push(Part {
                key: REQUEST,
                body: self.request.encode_to_vec(),
            });
        }
        if self.visibility_dirty {
            let size = self.state.encoded_len() + self.request.size_bytes();
            self.state.size_bytes = i64::try_from(size).unwrap_or(i64::MAX);
            if closed_at.is_some() {
                cx.effects.push(Effect::Closed(self.key.clone()));
            }
        }
        let state = self.state.encode_to_vec();
        self.state.request = None;
        self.state_bytes = state.len();
        let visibility = std::mem::take(&mut self.visibility_dirty).then(|| self.visibility());
        Some(RunWrite {
            key: self.key.clone(),
            created,
            state,
            parts_put,
            parts_removed: Vec::new(),
            history: None,
            tasks_added: std::mem::take(&mut self.tasks_added),
            tasks_removed: std::mem::take(&mut self.tasks_removed),
            transfers_added: Vec::new(),
            transfers_removed: Vec::new(),
            wake_at: self.wake_at(),
            visibility,
            closed_at,
        })
    }

    /// The row for lists and counts: its type is the activity's, its length the number of its changes.
    fn visibility(&self) -> Visibility {
        let activity = &self.state.activity;
        let closed = self.is_closed();
        Visibility {
            workflow_type: activity.activity_type.clone(),
            task_queue: activity.task_queue.clone(),
            status: self.state.status,
            start_time: Timestamp(activity.scheduled_time),
            execution_time: activity.first_attempt_at(),
            close_time: closed.then_some(Timestamp(self.state.close_time)),
            history_length: if closed {
                self.state.transition_count
            } else {
                0
            },
            history_size_bytes: if closed { self.state.size_bytes } else { 0 },
            parent: None,
            root: None,
            first_run_id: self.key.run_id,
            memo: None,
            search_attributes: self.state.search_attributes.clone(),
            version: None,
        }
    }

    /// Makes it again from what was stored last.
    pub fn load(stored: StoredState) -> Result<Self, CorruptState> {
        let corrupt = |reason: String| CorruptState {
            key: stored.key.clone(),
            reason,
        };
        let mut state =
            State::decode(stored.state.as_slice()).map_err(|error| corrupt(error.to_string()))?;
        let part = stored.parts.iter().find(|part| part.key == REQUEST);
        let request = match (state.request.take(), part) {
            (Some(request), _) => request,
            (None, Some(part)) => Request::decode(part.body.as_slice())
                .map_err(|error| corrupt(format!("its request: {error}")))?,
            (None, None) => return Err(corrupt("what it was asked for is missing".into())),
        };
        Ok(Self {
            state_bytes: stored.state.len(),
            key: stored.key,
            state,
            request,
            tasks_added: Vec::new(),
            tasks_removed: Vec::new(),
            dirty: false,
            created: false,
            visibility_dirty: false,
        })
    }
}
