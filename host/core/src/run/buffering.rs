//! Which events wait while a worker has the workflow task, in what order they come out, and how they then find the ids
//! of one another.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    enums::v1::EventType, history::v1::history_event::Attributes,
};

use super::events::BUFFERED_EVENT_ID;

/// True for what comes from elsewhere, false for what a workflow task writes itself.
pub(crate) fn is_buffered(event_type: EventType) -> bool {
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

/// True for the ends of activities and children: they come last, as on Temporal, so that they follow their started
/// events.
pub(crate) fn ends_something_started(event_type: EventType) -> bool {
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

/// The origin of a started event.
pub(crate) fn started_of(attributes: &Attributes) -> Option<i64> {
    match attributes {
        Attributes::ActivityTaskStartedEventAttributes(a) => Some(a.scheduled_event_id),
        Attributes::ChildWorkflowExecutionStartedEventAttributes(a) => Some(a.initiated_event_id),
        _ => None,
    }
}

/// Gives the end of something the id of its started event, which waited too.
pub(crate) fn fix_started_event_id(attributes: &mut Attributes, started_ids: &HashMap<i64, i64>) {
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
