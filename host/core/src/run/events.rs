//! The only way to write history: ids in order, buffering while a worker has the workflow task, and a tail in memory.

use std::collections::HashMap;

use prost::Message;
use temporalio_protos::temporal::api::{
    enums::v1::EventType,
    history::v1::{HistoryEvent, history_event::Attributes},
    sdk::v1::UserMetadata,
};

use super::Run;
use crate::time::Timestamp;

/// The id of an event that waits in the buffer, as Temporal numbers it.
pub(crate) const BUFFERED_EVENT_ID: i64 = -123;

/// Written events that are still in memory, a suffix of the history.
#[derive(Default)]
pub(crate) struct Tail {
    /// Events of the transaction that is being made; at the end of `events`.
    pub(crate) unsealed: usize,
    pub(crate) events: Vec<HistoryEvent>,
    pub(crate) bytes: usize,
}

/// A tail is cut to its last events beyond this: enough for a whole short history, little for 10,000 runs.
const TAIL_LIMIT_BYTES: usize = 32 * 1024;

impl Tail {
    /// Forgets the oldest sealed events beyond the limit.
    pub(crate) fn trim(&mut self) {
        if self.bytes <= TAIL_LIMIT_BYTES {
            return;
        }
        let mut cut = 0;
        for event in &self.events {
            if self.bytes <= TAIL_LIMIT_BYTES / 2 {
                break;
            }
            self.bytes = self.bytes.saturating_sub(event.encoded_len());
            cut += 1;
        }
        self.events.drain(..cut);
    }
}

impl Run {
    /// Written events from `from_event_id` on, if all of them are still in memory.
    #[must_use]
    pub fn recent_history(&self, from_event_id: i64) -> Option<&[HistoryEvent]> {
        if from_event_id >= self.head.next_event_id {
            return Some(&[]);
        }
        let first = self.tail.events.first()?.event_id;
        let offset = usize::try_from(from_event_id.checked_sub(first)?).ok()?;
        self.tail.events.get(offset..)
    }

    /// Writes an event, or buffers it while a worker has the workflow task and the event is not that task's own.
    /// Returns its id, [`BUFFERED_EVENT_ID`] while it waits.
    pub(crate) fn add_event(&mut self, now: Timestamp, attributes: impl Into<Attributes>) -> i64 {
        self.add_event_with(now, attributes, None)
    }

    pub(crate) fn add_event_with(
        &mut self,
        now: Timestamp,
        attributes: impl Into<Attributes>,
        user_metadata: Option<UserMetadata>,
    ) -> i64 {
        let attributes = attributes.into();
        let event_type = attributes.event_type();
        let event = HistoryEvent {
            event_id: BUFFERED_EVENT_ID,
            event_time: Some(now.to_proto()),
            event_type: event_type as i32,
            user_metadata,
            attributes: Some(attributes),
            ..Default::default()
        };
        if !is_of_workflow_task(event_type) {
            self.make_speculative_task_normal(now);
        }
        if self.started.is_some() && is_buffered(event_type) {
            self.touch();
            self.buffered.insert(self.buffered.last_id() + 1, event);
            return BUFFERED_EVENT_ID;
        }
        self.write(event)
    }

    fn write(&mut self, mut event: HistoryEvent) -> i64 {
        self.touch();
        let id = self.head.next_event_id;
        self.head.next_event_id += 1;
        event.event_id = id;
        event.task_id = id;
        self.tail.unsealed += 1;
        self.tail.events.push(event);
        id
    }

    /// Moves what was buffered into the history. Call only when no workflow task is started. Returns how many.
    ///
    /// Ends of activities and children come last, as on Temporal, so that they follow their started events.
    pub(crate) fn flush_buffered(&mut self) -> usize {
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
                if let Some(child) = self.children.get_mut(scheduled_event_id) {
                    child.started_event_id = id;
                }
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

fn is_buffered(event_type: EventType) -> bool {
    use EventType as E;
    match event_type {
        // The workflow task's own, and what its commands write.
        E::WorkflowExecutionStarted
        | E::WorkflowExecutionCompleted
        | E::WorkflowExecutionFailed
        | E::WorkflowExecutionTimedOut
        | E::WorkflowExecutionTerminated
        | E::WorkflowExecutionContinuedAsNew
        | E::WorkflowExecutionCanceled
        | E::WorkflowTaskScheduled
        | E::WorkflowTaskStarted
        | E::WorkflowTaskCompleted
        | E::WorkflowTaskFailed
        | E::WorkflowTaskTimedOut
        | E::ActivityTaskScheduled
        | E::ActivityTaskCancelRequested
        | E::TimerStarted
        | E::TimerCanceled
        | E::RequestCancelExternalWorkflowExecutionInitiated
        | E::MarkerRecorded
        | E::StartChildWorkflowExecutionInitiated
        | E::SignalExternalWorkflowExecutionInitiated
        | E::UpsertWorkflowSearchAttributes
        | E::WorkflowPropertiesModified
        | E::WorkflowExecutionUpdateAccepted
        | E::WorkflowExecutionUpdateCompleted
        | E::WorkflowExecutionUpdateRejected
        | E::NexusOperationScheduled
        | E::NexusOperationCancelRequested => false,
        // What comes from elsewhere.
        E::Unspecified
        | E::ActivityTaskStarted
        | E::ActivityTaskCompleted
        | E::ActivityTaskFailed
        | E::ActivityTaskTimedOut
        | E::ActivityTaskCanceled
        | E::TimerFired
        | E::RequestCancelExternalWorkflowExecutionFailed
        | E::ExternalWorkflowExecutionCancelRequested
        | E::SignalExternalWorkflowExecutionFailed
        | E::ExternalWorkflowExecutionSignaled
        | E::StartChildWorkflowExecutionFailed
        | E::ChildWorkflowExecutionStarted
        | E::ChildWorkflowExecutionCompleted
        | E::ChildWorkflowExecutionFailed
        | E::ChildWorkflowExecutionCanceled
        | E::ChildWorkflowExecutionTimedOut
        | E::ChildWorkflowExecutionTerminated
        | E::WorkflowExecutionSignaled
        | E::WorkflowExecutionCancelRequested
        | E::WorkflowExecutionUpdateAdmitted
        | E::WorkflowExecutionOptionsUpdated
        | E::WorkflowExecutionPaused
        | E::WorkflowExecutionUnpaused
        | E::WorkflowExecutionTimeSkippingTransitioned
        | E::WorkflowPropertiesModifiedExternally
        | E::ActivityPropertiesModifiedExternally
        | E::NexusOperationStarted
        | E::NexusOperationCompleted
        | E::NexusOperationFailed
        | E::NexusOperationCanceled
        | E::NexusOperationTimedOut
        | E::NexusOperationCancelRequestCompleted
        | E::NexusOperationCancelRequestFailed => true,
    }
}

fn ends_something_started(event_type: EventType) -> bool {
    matches!(
        event_type,
        EventType::ActivityTaskCompleted
            | EventType::ActivityTaskFailed
            | EventType::ActivityTaskTimedOut
            | EventType::ActivityTaskCanceled
            | EventType::ChildWorkflowExecutionCompleted
            | EventType::ChildWorkflowExecutionFailed
            | EventType::ChildWorkflowExecutionCanceled
            | EventType::ChildWorkflowExecutionTimedOut
            | EventType::ChildWorkflowExecutionTerminated
    )
}

fn started_of(attributes: &Attributes) -> Option<i64> {
    match attributes {
        Attributes::ActivityTaskStartedEventAttributes(a) => Some(a.scheduled_event_id),
        Attributes::ChildWorkflowExecutionStartedEventAttributes(a) => Some(a.initiated_event_id),
        _ => None,
    }
}

fn fix_started_event_id(attributes: &mut Attributes, started_ids: &HashMap<i64, i64>) {
    let (origin, started) = match attributes {
        Attributes::ActivityTaskCompletedEventAttributes(a) => {
            (a.scheduled_event_id, &mut a.started_event_id)
        }
        Attributes::ActivityTaskFailedEventAttributes(a) => {
            (a.scheduled_event_id, &mut a.started_event_id)
        }
        Attributes::ActivityTaskTimedOutEventAttributes(a) => {
            (a.scheduled_event_id, &mut a.started_event_id)
        }
        Attributes::ActivityTaskCanceledEventAttributes(a) => {
            (a.scheduled_event_id, &mut a.started_event_id)
        }
        Attributes::ChildWorkflowExecutionCompletedEventAttributes(a) => {
            (a.initiated_event_id, &mut a.started_event_id)
        }
        Attributes::ChildWorkflowExecutionFailedEventAttributes(a) => {
            (a.initiated_event_id, &mut a.started_event_id)
        }
        Attributes::ChildWorkflowExecutionCanceledEventAttributes(a) => {
            (a.initiated_event_id, &mut a.started_event_id)
        }
        Attributes::ChildWorkflowExecutionTimedOutEventAttributes(a) => {
            (a.initiated_event_id, &mut a.started_event_id)
        }
        Attributes::ChildWorkflowExecutionTerminatedEventAttributes(a) => {
            (a.initiated_event_id, &mut a.started_event_id)
        }
        _ => return,
    };
    if *started == BUFFERED_EVENT_ID
        && let Some(id) = started_ids.get(&origin)
    {
        *started = *id;
    }
}
