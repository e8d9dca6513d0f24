//! How a guest's failure is told: which workflow, which of its functions, what happened, and what to do.
//!
//! All of these fail the workflow task, never the workflow: the server retries the task, so a fixed module or a higher limit lets
//! the run go on.

use std::fmt;

use prost::Message;
use temporalio_protos::temporal::api::{
    enums::v1::WorkflowTaskFailedCause,
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
};
use thiserror::Error;

use crate::{cut::cut, language_runtime::CallRefused, limits::StackTooSmall};

mod advice;
mod backtrace;
mod kind;

use backtrace::GuestBacktrace;
use kind::Kind;

/// A workflow task that failed.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{}", failure.message)]
pub struct TaskFailure {
    /// What happened, for people, and in its application failure type, for programs: `GuestTrap`, `GuestRefusedCall`,
    /// `GuestCpuLimit`, `GuestMemoryLimit`, `GuestStackOverflow`, `GuestMalformedAnswer`, `SandboxUnavailable`, or whatever the guest
    /// itself said.
    pub failure: Failure,
    /// The cause to record, where it is not simply that the worker failed.
    pub cause: Option<WorkflowTaskFailedCause>,
}

/// The longest message and the longest stack trace, in bytes. A failure that is too large for a request would not be recorded, and the
/// task would hang until its timeout.
const MAX_TEXT_BYTES: usize = 16 << 10;

/// The largest failure of a guest's own, in bytes, that keeps its details and causes.
const MAX_FAILURE_BYTES: usize = 256 << 10;

/// What went wrong between host and guest, before it is known whose workflow it was.
#[derive(Debug)]
pub(crate) enum GuestError {
    /// The call itself failed: a trap, a limit, or a refusal of a host function.
    Call(wasmtime::Error),
    /// The call returned, but with something that makes no sense.
    Malformed {
        /// The exported function that returned it.
        function: &'static str,
        /// A clause.
        reason: String,
    },
    /// The guest answered with a failure of its own.
    Reported {
        /// The exported function that returned it.
        function: &'static str,
        failure: Box<Failure>,
        cause: Option<WorkflowTaskFailedCause>,
    },
    /// No guest was reached.
    Unavailable(String),
}

impl From<wasmtime::Error> for GuestError {
    fn from(error: wasmtime::Error) -> Self {
        Self::Call(error)
    }
}

impl From<StackTooSmall> for GuestError {
    fn from(error: StackTooSmall) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// What a host function found wrong with what the guest gave it.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct HostCallRefused(pub(crate) String);

/// What is known of a failed activation besides the error itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Testimony<'a> {
    /// What the guest logged as an error, or wrote to standard error.
    pub(crate) last_words: Option<&'a str>,
    /// What the guest was refused by an error of its own, which says less than the host can.
    pub(crate) refused: Option<&'a CallRefused>,
}

impl fmt::Display for Testimony<'_> {
    /// Clauses that follow what happened.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(refused) = self.refused {
            write!(
                f,
                "; it had been refused {}: {}",
                refused.call, refused.instead
            )?;
        }
        if let Some(words) = self.last_words {
            write!(f, "; it logged before: {words}")?;
        }
        Ok(())
    }
}

impl TaskFailure {
    /// Tells of `error` in a run of `workflow_type` that was called by `entry`.
    pub(crate) fn tell(
        workflow_type: &str,
        entry: &str,
        error: GuestError,
        testimony: Testimony<'_>,
    ) -> Self {
        match error {
            GuestError::Call(error) => Self::of_call(workflow_type, entry, &error, testimony),
            GuestError::Malformed { function, reason } => Self::new(
                Kind::MalformedAnswer,
                format!(
                    "workflow {workflow_type} gave a malformed answer from guest function `{function}`: {reason}"
                ),
                String::new(),
            ),
            GuestError::Reported {
                function,
                mut failure,
                cause,
            } => {
                // What was logged is in the log; what the guest reports stands for itself.
                let refused = Testimony {
                    last_words: None,
                    ..testimony
                };
                failure.message = format!(
                    "workflow {workflow_type} failed in guest function `{function}`: {}{refused}",
                    failure.message
                );
                Self {
                    failure: bounded(*failure),
                    cause,
                }
            }
            GuestError::Unavailable(reason) => Self::new(
                Kind::Unavailable,
                format!("workflow {workflow_type} can't run: {reason}"),
                String::new(),
            ),
        }
    }

    /// A failure of the sandbox before any guest was called.
    pub(crate) fn unavailable(workflow_type: &str, reason: impl fmt::Display) -> Self {
        Self::tell(
            workflow_type,
            "",
            GuestError::Unavailable(reason.to_string()),
            Testimony::default(),
        )
    }

    fn of_call(
        workflow_type: &str,
        entry: &str,
        error: &wasmtime::Error,
        testimony: Testimony<'_>,
    ) -> Self {
        let (kind, reason) = Kind::of(error);
        if kind == Kind::Unavailable {
            return Self::unavailable(workflow_type, reason);
        }
        let backtrace = GuestBacktrace::of(error);
        let (kind, reason) = match (kind, advice::refused(backtrace.functions())) {
            (Kind::Trap, Some(refused)) => (Kind::RefusedCall, refused.to_string()),
            (kind, _) => (kind, reason),
        };
        let place = match backtrace.culprit() {
            Some(frame) => frame.to_string(),
            None => format!("`{entry}`"),
        };
        Self::new(
            kind,
            format!(
                "workflow {workflow_type} failed in guest function {place}: {reason}{testimony}"
            ),
            backtrace.to_string(),
        )
    }

    fn new(kind: Kind, message: String, stack_trace: String) -> Self {
        let info = ApplicationFailureInfo {
            r#type: kind.name().to_owned(),
            ..Default::default()
        };
        let failure = Failure {
            message,
            source: "sundial".to_owned(),
            stack_trace,
            failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
            ..Default::default()
        };
        Self {
            failure: bounded(failure),
            cause: None,
        }
    }
}

/// The failure, small enough to be recorded.
fn bounded(mut failure: Failure) -> Failure {
    failure
        .message
        .truncate(cut(&failure.message, MAX_TEXT_BYTES).len());
    failure
        .stack_trace
        .truncate(cut(&failure.stack_trace, MAX_TEXT_BYTES).len());
    if failure.encoded_len() <= MAX_FAILURE_BYTES {
        return failure;
    }
    Failure {
        message: failure.message,
        stack_trace: failure.stack_trace,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::Trap;

    use super::*;

    fn kind(failure: &TaskFailure) -> &str {
        match &failure.failure.failure_info {
            Some(FailureInfo::ApplicationFailureInfo(info)) => &info.r#type,
            other => panic!("an unexpected kind of failure: {other:?}"),
        }
    }

    #[test]
    fn a_trap_names_workflow_and_last_words() {
        let error = GuestError::Call(Trap::UnreachableCodeReached.into());
        let testimony = Testimony {
            last_words: Some("index out of bounds"),
            refused: None,
        };
        let failure = TaskFailure::tell("Order", "activate", error, testimony);
        assert_eq!(kind(&failure), "GuestTrap");
        assert_eq!(
            failure.to_string(),
            "workflow Order failed in guest function `activate`: it trapped, which is how a panic or an abort in the workflow's code ends; it logged before: \
             index out of bounds"
        );
    }

    #[test]
    fn what_the_guest_was_refused_is_told_with_its_own_failure() {
        let refused = CallRefused {
            call: "the network".into(),
            instead: "make the call in an activity",
        };
        let testimony = Testimony {
            last_words: Some("Traceback"),
            refused: Some(&refused),
        };
        let error = GuestError::Reported {
            function: "activate",
            failure: Box::new(Failure {
                message: "PermissionError".into(),
                ..Default::default()
            }),
            cause: None,
        };
        assert_eq!(
            TaskFailure::tell("Order", "activate", error, testimony).to_string(),
            "workflow Order failed in guest function `activate`: PermissionError; it had been refused the network: make the call in an activity"
        );
    }

    #[test]
    fn what_the_guest_reports_keeps_its_details() {
        let reported = Failure {
            message: "bad input".into(),
            stack_trace: "at run".into(),
            ..Default::default()
        };
        let failure = TaskFailure::tell(
            "Order",
            "activate",
            GuestError::Reported {
                function: "activate",
                failure: Box::new(reported),
                cause: Some(WorkflowTaskFailedCause::NonDeterministicError),
            },
            Testimony::default(),
        );
        assert_eq!(
            failure.to_string(),
            "workflow Order failed in guest function `activate`: bad input"
        );
        assert_eq!(failure.failure.stack_trace, "at run");
        assert_eq!(
            failure.cause,
            Some(WorkflowTaskFailedCause::NonDeterministicError)
        );
    }

    #[test]
    fn a_failure_is_never_too_large_to_be_recorded() {
        let reported = Failure {
            message: "m".repeat(1 << 20),
            stack_trace: "s".repeat(1 << 20),
            cause: Some(Box::new(Failure {
                message: "c".repeat(1 << 20),
                ..Default::default()
            })),
            ..Default::default()
        };
        let error = GuestError::Reported {
            function: "activate",
            failure: Box::new(reported),
            cause: None,
        };
        let failure = TaskFailure::tell("Order", "activate", error, Testimony::default()).failure;
        assert!(failure.message.starts_with("workflow Order failed"));
        assert!(
            failure.encoded_len() < 64 << 10,
            "{} bytes",
            failure.encoded_len()
        );
    }

    #[test]
    fn an_unknown_error_of_the_call_is_a_malformed_answer() {
        let error = GuestError::Call(wasmtime::Error::msg("string is no UTF-8"));
        let failure = TaskFailure::tell("Order", "activate", error, Testimony::default());
        assert_eq!(kind(&failure), "GuestMalformedAnswer");
        assert!(failure.to_string().contains("string is no UTF-8"));
    }
}
