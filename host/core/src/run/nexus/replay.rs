//! Operations of a run that a reset makes: what its history says of them, and how they go on.

use temporalio_protos::temporal::api::history::v1::{
    NexusOperationScheduledEventAttributes, history_event::Attributes,
};

use crate::{
    context::Cx,
    run::{
        Run,
        state::{NexusCancellation, NexusOperation},
    },
    time::{Span, Timestamp},
};

/// An operation as its scheduled event describes it.
pub(crate) fn operation_of(
    a: &NexusOperationScheduledEventAttributes,
    scheduled_event_id: i64,
    at: Timestamp,
) -> NexusOperation {
    let span = |of: &Option<prost_wkt_types::Duration>| Span::from_proto(of.as_ref()).0;
    NexusOperation {
        scheduled_event_id,
        endpoint: a.endpoint.clone(),
        endpoint_id: a.endpoint_id.clone(),
        service: a.service.clone(),
        operation: a.operation.clone(),
        input: a.input.clone(),
        header: a.nexus_header.clone(),
        request_id: a.request_id.clone(),
        scheduled_time: at.0,
        schedule_to_close: span(&a.schedule_to_close_timeout),
        schedule_to_start: span(&a.schedule_to_start_timeout),
        start_to_close: span(&a.start_to_close_timeout),
        ..Default::default()
    }
}

impl Run {
    /// Makes of the operations what this event of the history says.
    pub(crate) fn replay_nexus(&mut self, id: i64, at: Timestamp, attributes: Attributes) {
        use Attributes as A;
        match attributes {
            A::NexusOperationScheduledEventAttributes(a) => {
                self.nexus_operations.insert(id, operation_of(&a, id, at));
            }
            A::NexusOperationStartedEventAttributes(a) => {
                self.nexus_operations
                    .update(a.scheduled_event_id, |operation| {
                        operation.started_time = at.0;
                        operation.attempt = 1;
                        operation.input = None;
                        operation.token = a.operation_token;
                    });
            }
            A::NexusOperationCancelRequestedEventAttributes(a) => {
                self.nexus_operations
                    .update(a.scheduled_event_id, |operation| {
                        operation.cancellation = Some(NexusCancellation {
                            requested_event_id: id,
                            requested_time: at.0,
                            workflow_task_completed_event_id: a.workflow_task_completed_event_id,
                            ..Default::default()
                        });
                    });
            }
            A::NexusOperationCompletedEventAttributes(a) => {
                self.nexus_operations.remove(a.scheduled_event_id);
            }
            A::NexusOperationFailedEventAttributes(a) => {
                self.nexus_operations.remove(a.scheduled_event_id);
            }
            A::NexusOperationCanceledEventAttributes(a) => {
                self.nexus_operations.remove(a.scheduled_event_id);
            }
            A::NexusOperationTimedOutEventAttributes(a) => {
                self.nexus_operations.remove(a.scheduled_event_id);
            }
            // The rest leaves nothing in the state.
            _ => {}
        }
    }

    /// What was not started is started now, and what was to be cancelled is asked for again.
    pub(crate) fn resume_nexus_operations(&mut self, cx: &mut Cx<'_>) {
        let operations: Vec<(i64, bool, bool)> = self
            .nexus_operations
            .iter()
            .map(|(id, operation)| {
                (
                    id,
                    operation.started_time != 0,
                    operation.cancellation.is_some(),
                )
            })
            .collect();
        for (id, is_started, is_to_be_cancelled) in operations {
            if !is_started {
                self.attempt_nexus_start(cx, id);
            } else if is_to_be_cancelled {
                self.attempt_nexus_cancel(cx, id);
            }
        }
    }
}
