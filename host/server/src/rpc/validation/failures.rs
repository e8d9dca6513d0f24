//! Failures that workers report: cut rather than refused when they are too large.

use prost::Message;
use sundial_core::Limits;
use temporalio_protos::temporal::api::failure::v1::{
    ApplicationFailureInfo, Failure, ServerFailureInfo, failure::FailureInfo,
};

use crate::rpc::status::{RpcError, invalid};

/// Of a failure that is cut, this much of each text stays.
const TEXT_KEPT_BYTES: usize = 4096;

/// Temporal's words for what a worker sent too much of.
pub(crate) const FAILURE_TOO_LARGE: &str = "Failure exceeds size limit.";
/// The result of an activity.
pub(crate) const RESULT_TOO_LARGE: &str = "Complete result exceeds size limit.";
/// The details of a heartbeat.
pub(crate) const HEARTBEAT_TOO_LARGE: &str = "Heartbeat details exceed size limit.";
/// The details of a cancellation.
pub(crate) const CANCEL_DETAILS_TOO_LARGE: &str = "Cancel details exceed size limit.";

/// A failure of the server's own that is not retried.
pub(crate) fn of_server(message: &str) -> Failure {
    Failure {
        message: message.to_owned(),
        source: "Server".into(),
        failure_info: Some(FailureInfo::ServerFailureInfo(ServerFailureInfo {
            non_retryable: true,
        })),
        ..Default::default()
    }
}

/// Puts a failure that says what was too large in the place of one that is. True if it did.
pub(crate) fn cap(failure: &mut Option<Failure>, limits: &Limits) -> bool {
    let Some(large) = failure
        .as_ref()
        .filter(|f| f.encoded_len() > limits.blob_size_bytes)
    else {
        return false;
    };
    let mut capped = of_server(FAILURE_TOO_LARGE);
    capped.cause = Some(Box::new(summary(large)));
    *failure = Some(capped);
    true
}

/// The failure of an activity must be an application's.
pub(crate) fn of_activity(failure: Option<&Failure>) -> Result<(), RpcError> {
    match failure.map(|f| &f.failure_info) {
        None | Some(Some(FailureInfo::ApplicationFailureInfo(_))) => Ok(()),
        Some(_) => Err(invalid("Failure must have ApplicationFailureInfo.")),
    }
}

/// The outer failure without what makes it large.
fn summary(failure: &Failure) -> Failure {
    let failure_info = match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => Some(
            FailureInfo::ApplicationFailureInfo(ApplicationFailureInfo {
                r#type: cut(&info.r#type),
                non_retryable: info.non_retryable,
                ..Default::default()
            }),
        ),
        _ => None,
    };
    Failure {
        message: cut(&failure.message),
        source: cut(&failure.source),
        stack_trace: cut(&failure.stack_trace),
        failure_info,
        ..Default::default()
    }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT_KEPT_BYTES)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application(message: &str) -> Failure {
        Failure {
            message: message.into(),
            failure_info: Some(FailureInfo::ApplicationFailureInfo(
                ApplicationFailureInfo {
                    r#type: "Some".into(),
                    ..Default::default()
                },
            )),
            ..Default::default()
        }
    }

    #[test]
    fn a_failure_of_ordinary_size_stays_as_it_is() {
        let mut failure = Some(application("small"));
        assert!(!cap(&mut failure, &Limits::default()));
        assert_eq!(failure, Some(application("small")));
        assert!(!cap(&mut None, &Limits::default()));
    }

    #[test]
    fn a_failure_that_is_too_large_keeps_its_beginning_and_type() {
        // Two bytes a character, so that the cut must find a boundary.
        let mut failure = Some(application(&"é".repeat(2 * 1024 * 1024)));
        assert!(cap(&mut failure, &Limits::default()));
        let failure = failure.expect("is there");
        assert_eq!(failure.message, "Failure exceeds size limit.");
        let cause = failure.cause.expect("is the failure that was cut");
        assert!(cause.message.starts_with("éé"));
        assert!(cause.message.len() <= TEXT_KEPT_BYTES);
        assert!(matches!(
            cause.failure_info,
            Some(FailureInfo::ApplicationFailureInfo(info)) if info.r#type == "Some"
        ));
    }

    #[test]
    fn an_activity_fails_with_an_application_failure() {
        assert!(of_activity(None).is_ok());
        assert!(of_activity(Some(&application("x"))).is_ok());
        assert_eq!(
            of_activity(Some(&Failure::default()))
                .expect_err("is refused")
                .to_string(),
            "Failure must have ApplicationFailureInfo."
        );
    }
}
