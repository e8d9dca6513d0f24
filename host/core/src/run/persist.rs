//! To and from the store: what a transaction writes, and how a run comes back from it.

use prost::Message;

use super::{
    Run,
    parts::{Item, Parts, kind},
    state::{Head, InlinePart, TaskNature},
};
use crate::{
    context::{Cx, Effect},
    ids::RunKey,
    time::Timestamp,
    write::{HistoryBatch, Part, PartKey, RunWrite},
};

/// A run as the store gives it back.
#[derive(Clone, Debug)]
pub struct StoredState {
    /// The run.
    pub key: RunKey,
    /// What [`RunWrite::state`] held last.
    pub state: Vec<u8>,
    /// Every part row of the run.
    pub parts: Vec<Part>,
}

/// Stored bytes that are no run.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the stored state of run {key} can't be read: {reason}")]
pub struct CorruptState {
    /// The run.
    pub key: RunKey,
    /// What failed.
    pub reason: String,
}

/// With more parts than this a run keeps them in rows, for the rest of its life: below, one blob is cheaper. Tests have
/// a small one, so that they see both.
const INLINE_PARTS: usize = if cfg!(test) { 4 } else { 24 };

impl Run {
    /// Ends a command: gives what must be stored, `None` if nothing durable changed.
    pub fn seal(&mut self, cx: &mut Cx<'_>) -> Option<RunWrite> {
        if !self.dirty {
            return None;
        }
        self.head.transition_count += 1;
        self.enforce_buffer_limits(cx);
        self.enforce_history_limits(cx);
        self.add_workflow_task_row(cx);
        let history = self.seal_history();
        let closed_at = self.closed_at();
        if closed_at.is_some() && self.visibility_dirty {
            cx.effects.push(Effect::Closed(self.key.clone()));
        }
        let (parts_put, parts_removed) = self.seal_parts();
        let visibility = self.visibility_dirty.then(|| self.visibility());
        self.visibility_dirty = false;
        self.dirty = false;
        let state = self.head.encode_to_vec();
        self.state_bytes = state.len();
        self.head.parts.clear();
        let outbox = std::mem::take(&mut self.outbox);
        Some(RunWrite {
            key: self.key.clone(),
            created: std::mem::take(&mut self.created),
            state,
            parts_put,
            parts_removed,
            history,
            tasks_added: outbox.tasks_added,
            tasks_removed: outbox.tasks_removed,
            transfers_added: outbox.transfers_added,
            transfers_removed: outbox.transfers_removed,
            wake_at: self.durable_wake_at(),
            visibility,
            closed_at,
        })
    }

    fn seal_history(&mut self) -> Option<HistoryBatch> {
        let batch = self.tail.seal()?;
        self.head.history_size_bytes += batch.events.len() as u64;
        self.trim_tail();
        Some(batch)
    }

    fn part_count(&self) -> usize {
        self.activities.len()
            + self.timers.len()
            + self.children.len()
            + self.externals.len()
            + self.nexus_operations.len()
            + self.updates.len()
            + self.buffered.len()
            + self.seen_requests.len()
    }

    fn seal_parts(&mut self) -> (Vec<Part>, Vec<PartKey>) {
        let (mut put, mut removed) = (Vec::new(), Vec::new());
        self.started_attributes.rows(false, &mut put, &mut removed);
        let spill_now = !self.head.spilled && self.part_count() > INLINE_PARTS;
        if !self.head.spilled && !spill_now {
            let mut inline: Vec<InlinePart> = Vec::new();
            self.activities.inline(&mut inline);
            self.timers.inline(&mut inline);
            self.children.inline(&mut inline);
            self.externals.inline(&mut inline);
            self.nexus_operations.inline(&mut inline);
            self.updates.inline(&mut inline);
            self.buffered.inline(&mut inline);
            self.seen_requests.inline(&mut inline);
            self.head.parts = inline;
            return (put, removed);
        }
        self.head.spilled = true;
        self.activities.rows(spill_now, &mut put, &mut removed);
        self.timers.rows(spill_now, &mut put, &mut removed);
        self.children.rows(spill_now, &mut put, &mut removed);
        self.externals.rows(spill_now, &mut put, &mut removed);
        self.nexus_operations
            .rows(spill_now, &mut put, &mut removed);
        self.updates.rows(spill_now, &mut put, &mut removed);
        self.buffered.rows(spill_now, &mut put, &mut removed);
        self.seen_requests.rows(spill_now, &mut put, &mut removed);
        if spill_now {
            // What never was a row needs no deletion.
            removed.retain(|key| key.kind == kind::STARTED);
        }
        (put, removed)
    }

    /// Rebuilds a run. A workflow task that was started is offered again from its row; what was buffered behind it
    /// is history now; an update that only speculation knew of is forgotten.
    pub fn load(stored: StoredState) -> Result<Self, CorruptState> {
        let corrupt = |reason: String| CorruptState {
            key: stored.key.clone(),
            reason,
        };
        let mut head = Head::decode(stored.state.as_slice()).map_err(|e| corrupt(e.to_string()))?;
        if head.next_event_id < 1 {
            return Err(corrupt("it has no events".into()));
        }
        let inline = std::mem::take(&mut head.parts);
        let mut run = Self::empty(stored.key.clone(), head);
        let inline = inline
            .into_iter()
            .map(|part| (part.kind, part.id, part.body));
        let rows = stored
            .parts
            .into_iter()
            .map(|part| (part.key.kind, part.key.id, part.body));
        for (part_kind, id, body) in inline.chain(rows) {
            run.restore_part(part_kind, id, &body)
                .map_err(|e| CorruptState {
                    key: run.key.clone(),
                    reason: format!("part {part_kind}/{id}: {e}"),
                })?;
        }
        if run
            .head
            .workflow_task
            .as_ref()
            .is_some_and(|task| task.nature == TaskNature::Speculative as i32)
        {
            run.head.workflow_task = None;
        }
        run.state_bytes = stored.state.len();
        run.load_admitted_again();
        run.flush_buffered();
        Ok(run)
    }

    fn restore_part(&mut self, part_kind: i32, id: i64, body: &[u8]) -> Result<(), String> {
        fn put<T: Item>(parts: &mut Parts<T>, id: i64, body: &[u8]) -> Result<(), String> {
            parts.restore(id, body).map_err(|e| e.to_string())
        }
        match part_kind {
            kind::ACTIVITY => put(&mut self.activities, id, body),
            kind::TIMER => put(&mut self.timers, id, body),
            kind::CHILD => put(&mut self.children, id, body),
            kind::EXTERNAL => put(&mut self.externals, id, body),
            kind::UPDATE => put(&mut self.updates, id, body),
            kind::BUFFERED_EVENT => put(&mut self.buffered, id, body),
            kind::SEEN_REQUEST => put(&mut self.seen_requests, id, body),
            kind::NEXUS_OPERATION => put(&mut self.nexus_operations, id, body),
            kind::STARTED => put(&mut self.started_attributes, id, body),
            other => Err(format!("unknown kind {other}")),
        }
    }

    /// The wake-up that must survive a crash: everything but the started workflow task's own timeout.
    fn durable_wake_at(&self) -> Option<Timestamp> {
        self.earliest_deadline(false)
    }
}

#[cfg(test)]
mod tests;
