//! The failures that activities end with, in Temporal's form.

use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    failure::v1::{ApplicationFailureInfo, CanceledFailureInfo, Failure, failure::FailureInfo},
};

/// A failure of the activity's own. `failure_type` is what retry policies and workflows tell failures apart by;
/// a non-retryable one is the last.
pub fn application_failure(
    failure_type: impl Into<String>,
    message: impl Into<String>,
    non_retryable: bool,
) -> Failure {
    application_failure_with(
        message.into(),
        ApplicationFailureInfo {
            r#type: failure_type.into(),
            non_retryable,
            ..Default::default()
        },
    )
}

/// As [`application_failure`], with all that Temporal knows of one.
pub(crate) fn application_failure_with(message: String, info: ApplicationFailureInfo) -> Failure {
    Failure {
        message,
        source: "sundial".to_owned(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
        ..Default::default()
    }
}

/// What an activity returns that ends because it was asked to.
pub fn cancelled_failure(details: Option<Payloads>) -> Failure {
    Failure {
        message: "the activity ended because it was cancelled".to_owned(),
        source: "sundial".to_owned(),
        failure_info: Some(FailureInfo::CanceledFailureInfo(CanceledFailureInfo {
            details,
            ..Default::default()
        })),
        ..Default::default()
    }
}

/// Whether a failure says that the activity was cancelled.
pub(crate) fn is_cancelled(failure: &Failure) -> bool {
    matches!(
        failure.failure_info,
        Some(FailureInfo::CanceledFailureInfo(_))
    )
}
