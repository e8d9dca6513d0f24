//! The only way to write history: ids in order, buffering while a worker has the workflow task, and a tail in memory.

use std::collections::HashMap;

use prost::Message;
use temporalio_protos::temporal::api::{
    enums::v1::EventType,
    history::v1::{HistoryEvent, history_event::Attributes},
    sdk::v1::UserMetadata,
};

use super::{
    Run,
    buffering::{ends_something_started, fix_started_event_id, is_buffered, started_of},
    state::AttachedRequest,
};
use crate::time::Timestamp;

/// The id of an event that waits in the buffer, as Temporal numbers it.
pub(crate) const BUFFERED_EVENT_ID: i64 = -123;

/// What an event is written with, besides its attributes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(crate) user_metadata: Option<UserMetadata>,
    pub(crate) links: Vec<temporalio_protos::temporal::api::common::v1::Link>,
    /// True if a worker that does not know the event may pass over it.
    pub(crate) worker_may_ignore: bool,
}

impl Run {
    /// Written events from `from_event_id` on, if all of them are still in memory.
    #[must_use]
    pub fn recent_history(
        &self,
        from_event_id: i64,
    ) -> Option<impl Iterator<Item = HistoryEvent> + '_> {
        let is_at_end = from_event_id >= self.head.next_event_id;
        let recent = self.tail.from(from_event_id);
        (is_at_end || recent.is_some()).then(|| recent.into_iter().flatten())
    }

    /// Writes an event, or buffers it while a worker has the workflow task and the event is not that task's own.
    /// Returns its id, [`BUFFERED_EVENT_ID`] while it waits.
    pub(crate) fn add_event(&mut self, now: Timestamp, attributes: impl Into<Attributes>) -> i64 {
        self.add_event_with(now, attributes, Extras::default())
    }

    pub(crate) fn add_event_with(
        &mut self,
        now: Timestamp,
        attributes: impl Into<Attributes>,
        extras: Extras,
    ) -> i64 {
        let event = new_event(now, attributes.into(), extras);
        let event_type = event.event_type();
        if !is_of_workflow_task(event_type) {
            self.make_speculative_task_normal();
        }
        if self.started.is_some() && is_buffered(event_type) {
            self.buffer(event);
            return BUFFERED_EVENT_ID;
        }
        self.write(event)
    }

    /// Lets an event wait until the commands of the workflow task that is being completed have written theirs.
    pub(crate) fn add_event_after_commands(
        &mut self,
        now: Timestamp,
        attributes: impl Into<Attributes>,
    ) {
        self.buffer(new_event(now, attributes.into(), Extras::default()));
    }

    fn buffer(&mut self, event: HistoryEvent) {
        self.touch();
        self.buffered_bytes += event.encoded_len();
        self.buffered.insert(self.buffered.last_id() + 1, event);
    }

    /// Writes an event as it is, with the next id.
    pub(crate) fn write(&mut self, mut event: HistoryEvent) -> i64 {
        self.touch();
        let id = self.head.next_event_id;
        self.head.next_event_id += 1;
        event.event_id = id;
        event.task_id = id;
        if let Some(request_id) = attached_request(&event) {
            self.head.attached_requests.push(AttachedRequest {
                request_id: request_id.to_owned(),
                event_id: id,
            });
        }
        self.tail.push(event);
        id
    }

    /// Moves what was buffered into the history. Call only when no workflow task is started. Returns how many.
    pub(crate) fn flush_buffered(&mut self) -> usize {
        if self.buffered.is_empty() {
            return 0;
        }
        self.buffered_bytes = 0;
        let (last, first): (Vec<_>, Vec<_>) = self
            .buffered
            .clear()
            .into_iter()
            .partition(|event| ends_something_started(event.event_type()));
        let count = first.len() + last.len();
        let mut started_ids = HashMap::new();
        for mut event in first.into_iter().chain(last) {
            if let Some(attributes) = &mut event.attributes {
                fix_started_event_id(attributes, &started_ids);
            }
            let starts = event.attributes.as_ref().and_then(started_of);
            let id = self.write(event);
            if let Some(scheduled_event_id) = starts {
                started_ids.insert(scheduled_event_id, id);
                self.children
                    .update(scheduled_event_id, |child| child.started_event_id = id);
            }
        }
        count
    }

    /// Takes a buffered TimerFired back, because the workflow cancelled the timer meanwhile.
    pub(crate) fn unbuffer_timer_fired(&mut self, timer_id: &str) -> Option<i64> {
        let found = self
            .buffered
            .iter()
            .find_map(|(id, event)| match &event.attributes {
                Some(Attributes::TimerFiredEventAttributes(fired))
                    if fired.timer_id == timer_id =>
                {
                    Some((id, fired.started_event_id))
                }
                _ => None,
            });
        let (id, started_event_id) = found?;
        self.buffered.remove(id);
        Some(started_event_id)
    }

    /// The scheduled event of a pending activity, if it is in memory.
    pub(crate) fn activity_event(&self, scheduled_event_id: i64) -> Option<HistoryEvent> {
        match self.activity_events.get(&scheduled_event_id) {
            Some(event) => Some(HistoryEvent::clone(event)),
            None => self.tail.get(scheduled_event_id),
        }
    }

    pub(crate) fn has_activity_event(&self, scheduled_event_id: i64) -> bool {
        self.activity_events.contains_key(&scheduled_event_id) || self.tail.has(scheduled_event_id)
    }

    /// Keeps the scheduled event of a pending activity in memory, whatever becomes of the tail.
    pub(crate) fn keep_activity_event(&mut self, event: HistoryEvent) {
        if self.activities.get(event.event_id).is_some() {
            self.activity_event_bytes += size_of_val(&event) + event.encoded_len();
            self.activity_events.insert(event.event_id, Box::new(event));
        }
    }

    pub(crate) fn forget_activity_event(&mut self, scheduled_event_id: i64) {
        if let Some(event) = self.activity_events.remove(&scheduled_event_id) {
            self.activity_event_bytes = self
                .activity_event_bytes
                .saturating_sub(size_of_val(&*event) + event.encoded_len());
        }
    }

    /// Cuts the tail to its limit. What a pending activity's start needs stays.
    pub(crate) fn trim_tail(&mut self) {
        for event in self.tail.trim() {
            if event.event_type() == EventType::ActivityTaskScheduled {
                self.keep_activity_event(event);
            }
        }
    }
}

/// The request that a change of options notes on the run, if it came by one.
pub(crate) fn attached_request(event: &HistoryEvent) -> Option<&str> {
    match &event.attributes {
        Some(Attributes::WorkflowExecutionOptionsUpdatedEventAttributes(a)) => {
            Some(a.attached_request_id.as_str()).filter(|id| !id.is_empty())
        }
        _ => None,
    }
}

fn new_event(now: Timestamp, attributes: Attributes, extras: Extras) -> HistoryEvent {
    HistoryEvent {
        event_id: BUFFERED_EVENT_ID,
        event_time: Some(now.to_proto()),
        event_type: attributes.event_type() as i32,
        user_metadata: extras.user_metadata,
        links: extras.links,
        worker_may_ignore: extras.worker_may_ignore,
        attributes: Some(attributes),
        ..Default::default()
    }
}

fn is_of_workflow_task(event_type: EventType) -> bool {
    matches!(
        event_type,
        EventType::WorkflowTaskScheduled
            | EventType::WorkflowTaskStarted
            | EventType::WorkflowTaskCompleted
            | EventType::WorkflowTaskFailed
            | EventType::WorkflowTaskTimedOut
    )
}
