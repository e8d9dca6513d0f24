//! What the user is told when something can't be done: what was wrong and, where it helps, what to do.
//!
//! gRPC statuses become words here and nowhere else.

use std::{error::Error, fmt};

use prost::Message;
use temporalio_protos::google::rpc;
use tonic::{Code, Status};

/// A failed command. It is printed once, by `main`.
#[derive(Debug)]
pub(crate) struct Problem {
    /// What was wrong, and where.
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl Problem {
    /// A problem that speaks for itself.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Words for what the server at `address` answered.
    pub(crate) fn of_status(status: &Status, address: &str) -> Self {
        let said = sentence(status.message());
        match detail(status).as_deref().unwrap_or_default() {
            "NamespaceNotFoundFailure" => {
                return Self::new(said).hint("name another with --namespace or SUNDIAL_NAMESPACE");
            }
            "WorkflowExecutionAlreadyStartedFailure" => {
                return Self::new(said)
                    .hint("choose another --workflow-id, or say with --id-conflict-policy what to do with the old run");
            }
            _ => {}
        }
        match status.code() {
            Code::Unavailable => Self::new(format!("no server answers at {address}: {said}")).hint(
                "start one with `sundial dev`, or name another with --address HOST:PORT or SUNDIAL_ADDRESS",
            ),
            Code::NotFound => Self::new(said).hint("`sundial workflow list` and `sundial module list` show what there is"),
            Code::Unimplemented => Self::new(format!("the server at {address} can't do this: {said}"))
                .hint("the registry and its modules are found only on a Sundial server"),
            Code::DeadlineExceeded => Self::new(format!("the server at {address} did not answer in time: {said}"))
                .hint("is a worker polling the workflow's task queue? `sundial workflow describe` shows what it waits for"),
            Code::ResourceExhausted => Self::new(format!("the server at {address} refused: {said}")),
            Code::PermissionDenied | Code::Unauthenticated => {
                Self::new(format!("the server at {address} does not let you: {said}"))
            }
            // A status that comes from no server has a cause.
            Code::Unknown | Code::Cancelled if let Some(cause) = status.source() => {
                Self::new(format!("the connection to {address} broke: {}", root_cause(cause)))
                    .hint("a server with TLS needs --tls, and perhaps a certificate of yours: see --tls-cert-path")
            }
            Code::Internal | Code::Unknown | Code::DataLoss => {
                Self::new(format!("the server at {address} failed: {said}")).hint("its log says more")
            }
            Code::Ok
            | Code::Cancelled
            | Code::InvalidArgument
            | Code::AlreadyExists
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange => Self::new(said),
        }
    }
}

/// The innermost error says what happened; those around it say only that something did.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().to_lowercase()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::new(format!("{error:#}"))
    }
}

/// The name of the first typed detail that Temporal's API attaches to a status.
fn detail(status: &Status) -> Option<String> {
    let status = rpc::Status::decode(status.details()).ok()?;
    let url = status.details.first()?.type_url.clone();
    url.rsplit('.').next().map(str::to_owned)
}

/// Messages of servers come with capitals and full stops; ours have neither.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    if message.is_empty() {
        "no reason given".to_owned()
    } else {
        message.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_there_is_named_with_what_to_do() {
        let problem = Problem::of_status(&Status::unavailable("tcp connect error"), "127.0.0.1:1");
        assert_eq!(
            problem.what,
            "no server answers at 127.0.0.1:1: tcp connect error"
        );
        assert!(
            problem
                .hint
                .expect("there is something to do")
                .contains("sundial dev")
        );
    }

    #[test]
    fn a_typed_detail_decides_over_the_code() {
        let detail = prost_wkt_types::Any {
            type_url: "type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure"
                .into(),
            value: Vec::new(),
        };
        let details = rpc::Status {
            code: 5,
            message: String::new(),
            details: vec![detail],
        };
        let status = Status::with_details(
            Code::NotFound,
            "Namespace x is not found.",
            details.encode_to_vec().into(),
        );
        let problem = Problem::of_status(&status, "a");
        assert_eq!(problem.what, "Namespace x is not found");
        assert_eq!(
            problem.hint.as_deref(),
            Some("name another with --namespace or SUNDIAL_NAMESPACE")
        );
    }
}
