//! What is shown of Nexus operations.

use temporalio_protos::temporal::api::{
    enums::v1::{NexusOperationCancellationState, PendingNexusOperationState},
    workflow::v1::{NexusOperationCancellationInfo, PendingNexusOperationInfo},
};

use super::instant;
use crate::{
    run::{
        Run,
        state::{NexusCancellation, NexusOperation},
    },
    time::Span,
};

impl Run {
    pub(super) fn pending_nexus_operations(&self) -> Vec<PendingNexusOperationInfo> {
        self.nexus_operations
            .iter()
            .map(|(_, operation)| pending(operation))
            .collect()
    }
}

#[expect(
    deprecated,
    reason = "clients of this generation read the token in the older field, too"
)]
fn pending(operation: &NexusOperation) -> PendingNexusOperationInfo {
    let state = if operation.started_time != 0 {
        PendingNexusOperationState::Started
    } else if operation.next_attempt_time != 0 {
        PendingNexusOperationState::BackingOff
    } else {
        PendingNexusOperationState::Scheduled
    };
    PendingNexusOperationInfo {
        endpoint: operation.endpoint.clone(),
        service: operation.service.clone(),
        operation: operation.operation.clone(),
        operation_id: operation.token.clone(),
        operation_token: operation.token.clone(),
        schedule_to_close_timeout: timeout(operation.schedule_to_close),
        schedule_to_start_timeout: timeout(operation.schedule_to_start),
        start_to_close_timeout: timeout(operation.start_to_close),
        scheduled_time: instant(operation.scheduled_time),
        state: state as i32,
        attempt: operation.attempt,
        last_attempt_complete_time: instant(operation.last_attempt_complete_time),
        last_attempt_failure: operation.last_failure.clone(),
        next_attempt_schedule_time: instant(operation.next_attempt_time),
        cancellation_info: operation.cancellation.as_ref().map(cancellation),
        scheduled_event_id: operation.scheduled_event_id,
        ..Default::default()
    }
}

fn timeout(span: i64) -> Option<prost_wkt_types::Duration> {
    (span != 0).then(|| Span(span).to_proto())
}

fn cancellation(cancellation: &NexusCancellation) -> NexusOperationCancellationInfo {
    let state = NexusOperationCancellationState::try_from(cancellation.state)
        .unwrap_or(NexusOperationCancellationState::Unspecified);
    NexusOperationCancellationInfo {
        requested_time: instant(cancellation.requested_time),
        state: state as i32,
        attempt: cancellation.attempt,
        last_attempt_complete_time: instant(cancellation.last_attempt_complete_time),
        last_attempt_failure: cancellation.last_failure.clone(),
        next_attempt_schedule_time: instant(cancellation.next_attempt_time),
        ..Default::default()
    }
}
