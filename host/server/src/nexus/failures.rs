//! Failures between Nexus's words and Temporal's.

use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    enums::v1::NexusHandlerErrorRetryBehavior as RetryBehavior,
    failure::v1::{
        ApplicationFailureInfo, CanceledFailureInfo, Failure, NexusHandlerFailureInfo,
        failure::FailureInfo,
    },
    nexus::v1::{Failure as NexusFailure, HandlerError, UnsuccessfulOperationError},
};

/// The type of a Nexus failure whose details are a failure of Temporal's.
const TEMPORAL_FAILURE: &str = "temporal.api.failure.v1.Failure";

/// A handler's refusal of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HandlerRefusal {
    /// What the run is told.
    pub(crate) failure: Box<Failure>,
    /// Whether trying again may help.
    pub(crate) is_retryable: bool,
}

impl HandlerRefusal {
    /// A refusal in the older form.
    pub(crate) fn of_error(error: HandlerError) -> Self {
        let message = error
            .failure
            .as_ref()
            .map_or("", |cause| cause.message.as_str());
        let failure = Failure {
            message: format!("handler error ({}): {message}", error.error_type),
            cause: error.failure.map(|cause| Box::new(from_nexus(cause))),
            failure_info: Some(FailureInfo::NexusHandlerFailureInfo(
                NexusHandlerFailureInfo {
                    r#type: error.error_type.clone(),
                    retry_behavior: error.retry_behavior,
                },
            )),
            ..Default::default()
        };
        Self::new(failure, &error.error_type, error.retry_behavior)
    }

    /// A refusal that is a failure of Temporal's.
    pub(crate) fn of_failure(failure: Failure) -> Self {
        let (kind, behavior) = match &failure.failure_info {
            Some(FailureInfo::NexusHandlerFailureInfo(info)) => {
                (info.r#type.clone(), info.retry_behavior)
            }
            Some(_) | None => ("INTERNAL".to_owned(), RetryBehavior::Unspecified as i32),
        };
        Self::new(failure, &kind, behavior)
    }

    /// A refusal of the server's own.
    pub(crate) fn own(kind: &str, message: &str) -> Self {
        let failure = Failure {
            message: format!("handler error ({kind}): {message}"),
            failure_info: Some(FailureInfo::NexusHandlerFailureInfo(
                NexusHandlerFailureInfo {
                    r#type: kind.to_owned(),
                    retry_behavior: RetryBehavior::Unspecified as i32,
                },
            )),
            ..Default::default()
        };
        Self::new(failure, kind, RetryBehavior::Unspecified as i32)
    }

    fn new(failure: Failure, kind: &str, behavior: i32) -> Self {
        let is_retryable = match RetryBehavior::try_from(behavior) {
            Ok(RetryBehavior::Retryable) => true,
            Ok(RetryBehavior::NonRetryable) => false,
            Ok(RetryBehavior::Unspecified) | Err(_) => is_retryable(kind),
        };
        Self {
            failure: Box::new(failure),
            is_retryable,
        }
    }
}

/// What the Nexus specification says of each type of error; unknown ones may be tried again.
fn is_retryable(kind: &str) -> bool {
    !matches!(
        kind,
        "BAD_REQUEST"
            | "UNAUTHENTICATED"
            | "UNAUTHORIZED"
            | "NOT_FOUND"
            | "CONFLICT"
            | "NOT_IMPLEMENTED"
    )
}

/// An operation that ended without a result: whether it was cancelled, and its failure.
pub(crate) fn of_operation(error: UnsuccessfulOperationError) -> (bool, Failure) {
    let is_canceled = error.operation_state == "canceled";
    let cause = error.failure.unwrap_or_default();
    let mut failure = from_nexus(cause);
    if failure.failure_info.is_none() {
        failure.failure_info = Some(if is_canceled {
            FailureInfo::CanceledFailureInfo(CanceledFailureInfo::default())
        } else {
            FailureInfo::ApplicationFailureInfo(ApplicationFailureInfo {
                r#type: "NexusOperationFailure".into(),
                non_retryable: true,
                ..Default::default()
            })
        });
    }
    (is_canceled, failure)
}

/// A failure in Temporal's words. One that is none of Temporal's keeps its details as a payload.
pub(crate) fn from_nexus(failure: NexusFailure) -> Failure {
    if failure.metadata.get("type").map(String::as_str) == Some(TEMPORAL_FAILURE)
        && let Ok(mut known) = serde_json::from_slice::<Failure>(&failure.details)
    {
        known.message = failure.message;
        if known.stack_trace.is_empty() {
            known.stack_trace = failure.stack_trace;
        }
        return known;
    }
    let details = (!failure.details.is_empty() || !failure.metadata.is_empty()).then(|| Payloads {
        payloads: vec![Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: details_of(&failure),
            ..Default::default()
        }],
    });
    Failure {
        message: failure.message,
        stack_trace: failure.stack_trace,
        cause: failure.cause.map(|cause| Box::new(from_nexus(*cause))),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(
            ApplicationFailureInfo {
                r#type: "NexusFailure".into(),
                non_retryable: true,
                details,
                ..Default::default()
            },
        )),
        ..Default::default()
    }
}

/// Metadata and details as JSON.
fn details_of(failure: &NexusFailure) -> Vec<u8> {
    let details: serde_json::Value =
        serde_json::from_slice(&failure.details).unwrap_or(serde_json::Value::Null);
    let all = serde_json::json!({ "metadata": failure.metadata, "details": details });
    all.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nexus_failure(details: &str) -> NexusFailure {
        NexusFailure {
            message: "broken".into(),
            metadata: [("type".to_owned(), TEMPORAL_FAILURE.to_owned())].into(),
            details: details.as_bytes().to_vec(),
            ..Default::default()
        }
    }

    #[test]
    fn a_failure_of_temporals_is_read_from_its_details() {
        let details =
            r#"{"stackTrace":"here","applicationFailureInfo":{"type":"T","nonRetryable":true}}"#;
        let failure = from_nexus(nexus_failure(details));
        assert_eq!(
            (failure.message.as_str(), failure.stack_trace.as_str()),
            ("broken", "here")
        );
        let Some(FailureInfo::ApplicationFailureInfo(info)) = failure.failure_info else {
            panic!("an application failure");
        };
        assert_eq!((info.r#type.as_str(), info.non_retryable), ("T", true));
    }

    #[test]
    fn any_other_failure_keeps_its_details() {
        let failure = from_nexus(nexus_failure("not json"));
        let Some(FailureInfo::ApplicationFailureInfo(info)) = failure.failure_info else {
            panic!("an application failure");
        };
        assert_eq!(info.r#type, "NexusFailure");
        assert!(info.details.is_some());
    }

    #[test]
    fn the_type_says_whether_to_try_again_unless_the_handler_does() {
        let error = |kind: &str, behavior: RetryBehavior| {
            HandlerRefusal::of_error(HandlerError {
                error_type: kind.into(),
                retry_behavior: behavior as i32,
                ..Default::default()
            })
            .is_retryable
        };
        assert!(error("UNAVAILABLE", RetryBehavior::Unspecified));
        assert!(error("INTERNAL", RetryBehavior::Unspecified));
        assert!(!error("BAD_REQUEST", RetryBehavior::Unspecified));
        assert!(error("BAD_REQUEST", RetryBehavior::Retryable));
        assert!(!error("INTERNAL", RetryBehavior::NonRetryable));
    }
}
