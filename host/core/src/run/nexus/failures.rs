//! Failures of operations, in Temporal's words.

use temporalio_protos::temporal::api::{
    enums::v1::TimeoutType,
    failure::v1::{Failure, NexusOperationFailureInfo, TimeoutFailureInfo, failure::FailureInfo},
};

use crate::run::state::NexusOperation;

/// The failure of an operation, around what caused it.
#[expect(
    deprecated,
    reason = "clients of this generation read the token in the older field, too"
)]
pub(super) fn unsuccessful(operation: &NexusOperation, cause: Failure) -> Failure {
    Failure {
        message: "nexus operation completed unsuccessfully".into(),
        cause: Some(Box::new(cause)),
        failure_info: Some(FailureInfo::NexusOperationExecutionFailureInfo(
            NexusOperationFailureInfo {
                scheduled_event_id: operation.scheduled_event_id,
                endpoint: operation.endpoint.clone(),
                service: operation.service.clone(),
                operation: operation.operation.clone(),
                operation_id: operation.token.clone(),
                operation_token: operation.token.clone(),
            },
        )),
        ..Default::default()
    }
}

pub(super) fn timed_out(operation: &NexusOperation, timeout_type: TimeoutType) -> Failure {
    let cause = Failure {
        message: "operation timed out".into(),
        failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo {
            timeout_type: timeout_type as i32,
            last_heartbeat_details: None,
        })),
        ..Default::default()
    };
    unsuccessful(operation, cause)
}
