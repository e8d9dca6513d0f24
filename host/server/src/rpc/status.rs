//! The one place where refusals become gRPC statuses.
//!
//! SDKs read the code, then the first detail, then the message: all three are Temporal's. Which refusal it is has
//! been decided elsewhere.

use bytes::Bytes;
use prost::{Message, Name};
use prost_wkt_types::Any;
use sundial_core::{Rejection, RunId};
use sundial_store::StoreError;
use temporalio_protos::{
    google,
    temporal::api::{
        enums::v1::{NamespaceState, ResourceExhaustedCause, ResourceExhaustedScope},
        errordetails::v1::{
            ActivityExecutionAlreadyStartedFailure, MultiOperationExecutionFailure,
            NamespaceAlreadyExistsFailure, NamespaceInvalidStateFailure, NamespaceNotFoundFailure,
            NotFoundFailure, PermissionDeniedFailure, QueryFailedFailure, ResourceExhaustedFailure,
            WorkflowExecutionAlreadyStartedFailure, WorkflowNotReadyFailure,
            multi_operation_execution_failure::OperationStatus,
        },
        failure::v1::{Failure, MultiOperationExecutionAborted},
    },
};
use tonic::{Code, Status};

use crate::{
    batches::BatchError,
    clock::Unbalanced,
    deployments::DeploymentError,
    engine::EngineError,
    jobs::TurnError,
    namespaces::{NamespaceError, deletion::DeletionError},
    nexus::endpoints::EndpointError,
    schedules::ScheduleError,
};

/// Everything that a call can be answered with instead of its response.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum RpcError {
    /// The core refused, or a check before it did.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// No namespace of this name or id.
    #[error("Namespace {0} is not found.")]
    NamespaceNotFound(String),
    /// The name is taken.
    #[error("Namespace {0:?} already exists")]
    NamespaceExists(String),
    /// The namespace is not in a state that allows the call.
    #[error("Namespace has invalid state: {state:?}. Must be {allowed:?}.")]
    NamespaceState {
        /// The namespace.
        namespace: String,
        /// The state that it is in.
        state: NamespaceState,
        /// The state that the call needs.
        allowed: NamespaceState,
    },
    /// The worker answered a query with a failure.
    #[error("{message}")]
    QueryFailed {
        /// What the worker said.
        message: String,
        /// The same with its stack trace and type.
        failure: Option<Box<Failure>>,
    },
    /// One of several operations that go together failed, so that none was done, or only the first.
    #[error("{message}")]
    MultiOperation {
        /// What failed.
        message: String,
        /// How each fared, in the order of the request.
        operations: Vec<OperationEnd>,
    },
    /// Trying again is right: what was in the way is about to be gone.
    #[error("{0}")]
    Aborted(String),
    /// A rule of the API forbids it, whoever asks.
    #[error("{0}")]
    PermissionDenied(String),
    /// The caller's time is up, or ours for this call.
    #[error("{0}")]
    DeadlineExceeded(String),
    /// Something that the API has and this server has not.
    #[error("{0}")]
    Unimplemented(String),
    /// Trying again may help: shutdown, a database that does not answer.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours, or a damaged database.
    #[error("{0}")]
    Internal(String),
}

/// How one of several operations that go together fared.
#[derive(Clone, Debug)]
pub(crate) enum OperationEnd {
    /// It is done, and stays done.
    Done,
    /// It was not done, because another failed.
    Aborted,
    /// This is the one that failed.
    Failed(Box<RpcError>),
}

/// INVALID_ARGUMENT in few characters, for the many checks.
pub(crate) fn invalid(message: impl Into<String>) -> RpcError {
    RpcError::Rejected(Rejection::InvalidArgument(message.into()))
}

/// NOT_FOUND in few characters.
pub(crate) fn not_found(message: impl Into<String>) -> RpcError {
    RpcError::Rejected(Rejection::NotFound(message.into()))
}

/// FAILED_PRECONDITION in few characters.
pub(crate) fn failed_precondition(message: impl Into<String>) -> RpcError {
    RpcError::Rejected(Rejection::FailedPrecondition(message.into()))
}

impl From<StoreError> for RpcError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::InvalidFilter(_)
            | StoreError::InvalidPageToken
            | StoreError::ZeroByte { .. } => invalid(message),
            StoreError::NotFound { .. } => not_found(message),
            StoreError::AlreadyExists { .. } => Self::Rejected(Rejection::AlreadyExists(message)),
            StoreError::Stale { .. } => failed_precondition(message),
            StoreError::Unavailable { .. } | StoreError::Closed | StoreError::LeaseLost { .. } => {
                Self::Unavailable(message)
            }
            StoreError::InUse { .. }
            | StoreError::Newer { .. }
            | StoreError::Refused { .. }
            | StoreError::Foreign { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Contradiction { .. } => Self::Internal(message),
        }
    }
}

impl From<Unbalanced> for RpcError {
    fn from(unbalanced: Unbalanced) -> Self {
        failed_precondition(unbalanced.to_string())
    }
}

impl From<EngineError> for RpcError {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Rejected(rejection) => Self::Rejected(rejection),
            EngineError::Unavailable(_) | EngineError::ShuttingDown => Self::Unavailable(message),
            EngineError::Internal(_) => Self::Internal(message),
            EngineError::NoPollers => failed_precondition(message),
            EngineError::QueryFailed { message, failure } => Self::QueryFailed { message, failure },
            EngineError::DeadlineExceeded => Self::DeadlineExceeded(message),
        }
    }
}

impl From<NamespaceError> for RpcError {
    fn from(error: NamespaceError) -> Self {
        match error {
            NamespaceError::NotFound(name) => Self::NamespaceNotFound(name),
            NamespaceError::Store(error) => error.into(),
        }
    }
}

impl From<DeletionError> for RpcError {
    fn from(error: DeletionError) -> Self {
        match error {
            DeletionError::Namespace(error) => error.into(),
            DeletionError::Contended => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<EndpointError> for RpcError {
    fn from(error: EndpointError) -> Self {
        let message = error.to_string();
        match error {
            EndpointError::NotFound(_) => not_found(message),
            EndpointError::NameTaken(_) => Self::Rejected(Rejection::AlreadyExists(message)),
            EndpointError::Changed { .. } => failed_precondition(message),
            EndpointError::Store(error) => error.into(),
        }
    }
}

impl From<ScheduleError> for RpcError {
    fn from(error: ScheduleError) -> Self {
        let message = error.to_string();
        match error {
            ScheduleError::NotFound(_) => not_found(message),
            ScheduleError::AlreadyExists { run_id, .. } => already_started(message, &run_id),
            ScheduleError::Turn(error) => error.into(),
        }
    }
}

impl From<BatchError> for RpcError {
    fn from(error: BatchError) -> Self {
        let message = error.to_string();
        match error {
            BatchError::NotFound(_) | BatchError::Ended => not_found(message),
            BatchError::AlreadyExists { run_id, .. } => already_started(message, &run_id),
            BatchError::TooMany => Self::Rejected(Rejection::ResourceExhausted(message)),
            BatchError::Turn(error) => error.into(),
        }
    }
}

/// A job of ours in the way, told as the workflow that it is on Temporal's server.
fn already_started(message: String, run_id: &str) -> RpcError {
    match RunId::parse(run_id) {
        Ok(run_id) => RpcError::Rejected(Rejection::AlreadyStarted {
            message,
            start_request_id: String::new(),
            run_id,
        }),
        Err(refused) => RpcError::Internal(refused.to_string()),
    }
}

impl From<TurnError> for RpcError {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Store(error) => error.into(),
            TurnError::Damaged(_) | TurnError::Panicked(_) => Self::Internal(error.to_string()),
            TurnError::Call(_) | TurnError::Contended => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<DeploymentError> for RpcError {
    fn from(error: DeploymentError) -> Self {
        let message = error.to_string();
        match error {
            DeploymentError::NotFound(_) => not_found(message),
            DeploymentError::NoPollersYet(_)
            | DeploymentError::Conflict
            | DeploymentError::Precondition(_) => failed_precondition(message),
            DeploymentError::Store(error) => error.into(),
        }
    }
}

impl From<RpcError> for Status {
    fn from(error: RpcError) -> Self {
        let message = error.to_string();
        match error {
            RpcError::Rejected(rejection) => status_of(rejection),
            RpcError::NamespaceNotFound(namespace) => with_detail(
                Code::NotFound,
                message,
                &NamespaceNotFoundFailure { namespace },
            ),
            RpcError::NamespaceExists(_) => with_detail(
                Code::AlreadyExists,
                message,
                &NamespaceAlreadyExistsFailure {},
            ),
            RpcError::NamespaceState {
                namespace,
                state,
                allowed,
            } => {
                let detail = NamespaceInvalidStateFailure {
                    namespace,
                    state: state as i32,
                    allowed_states: vec![allowed as i32],
                };
                with_detail(Code::FailedPrecondition, message, &detail)
            }
            RpcError::QueryFailed { failure, .. } => {
                let detail = QueryFailedFailure {
                    failure: failure.map(|failure| *failure),
                };
                with_detail(Code::InvalidArgument, message, &detail)
            }
            RpcError::MultiOperation { operations, .. } => multi_operation(message, operations),
            RpcError::Aborted(_) => Self::aborted(message),
            RpcError::PermissionDenied(_) => {
                let detail = PermissionDeniedFailure::default();
                with_detail(Code::PermissionDenied, message, &detail)
            }
            RpcError::DeadlineExceeded(_) => Self::deadline_exceeded(message),
            RpcError::Unimplemented(_) => Self::unimplemented(message),
            RpcError::Unavailable(_) => Self::unavailable(message),
            RpcError::Internal(_) => {
                tracing::error!(%message, "a call failed for a reason of the server's own");
                Self::internal(message)
            }
        }
    }
}

fn status_of(rejection: Rejection) -> Status {
    let message = rejection.to_string();
    match rejection {
        Rejection::InvalidArgument(_) | Rejection::CommandsRefused(_) => {
            Status::invalid_argument(message)
        }
        Rejection::NotFound(_) => with_detail(Code::NotFound, message, &NotFoundFailure::default()),
        Rejection::AlreadyStarted {
            start_request_id,
            run_id,
            ..
        } => {
            let detail = WorkflowExecutionAlreadyStartedFailure {
                start_request_id,
                run_id: run_id.to_string(),
                ..Default::default()
            };
            with_detail(Code::AlreadyExists, message, &detail)
        }
        Rejection::ActivityAlreadyStarted {
            start_request_id,
            run_id,
        } => {
            let detail = ActivityExecutionAlreadyStartedFailure {
                start_request_id,
                run_id: run_id.to_string(),
            };
            with_detail(Code::AlreadyExists, message, &detail)
        }
        Rejection::AlreadyExists(_) => Status::already_exists(message),
        Rejection::FailedPrecondition(_) => Status::failed_precondition(message),
        Rejection::WorkflowNotReady(_) => with_detail(
            Code::FailedPrecondition,
            message,
            &WorkflowNotReadyFailure {},
        ),
        Rejection::ResourceExhausted(_) => {
            exhausted(ResourceExhaustedCause::ConcurrentLimit, message)
        }
        Rejection::WorkflowClosing => exhausted(ResourceExhaustedCause::BusyWorkflow, message),
    }
}

/// The code is that of the operation that failed; each has a status of its own in the detail.
fn multi_operation(message: String, operations: Vec<OperationEnd>) -> Status {
    let mut code = Code::Aborted;
    let statuses = operations
        .into_iter()
        .map(|operation| match operation {
            OperationEnd::Done => OperationStatus::default(),
            OperationEnd::Aborted => {
                let message = "Operation was aborted.".to_owned();
                operation_status(&with_detail(
                    Code::Aborted,
                    message,
                    &MultiOperationExecutionAborted {},
                ))
            }
            OperationEnd::Failed(error) => {
                let status = Status::from(*error);
                code = status.code();
                operation_status(&status)
            }
        })
        .collect();
    with_detail(code, message, &MultiOperationExecutionFailure { statuses })
}

fn operation_status(status: &Status) -> OperationStatus {
    // It is a status of our own, so its details can be read.
    let details = google::rpc::Status::decode(status.details()).unwrap_or_default();
    OperationStatus {
        code: status.code() as i32,
        message: status.message().to_owned(),
        details: details.details,
    }
}

fn exhausted(cause: ResourceExhaustedCause, message: String) -> Status {
    let detail = ResourceExhaustedFailure {
        cause: cause as i32,
        scope: ResourceExhaustedScope::Namespace as i32,
    };
    with_detail(Code::ResourceExhausted, message, &detail)
}

fn with_detail<D: Message + Name>(code: Code, message: String, detail: &D) -> Status {
    let details = google::rpc::Status {
        code: code as i32,
        message: message.clone(),
        details: vec![Any {
            type_url: format!("type.googleapis.com/{}", D::full_name()),
            value: detail.encode_to_vec(),
        }],
    };
    Status::with_details(code, message, Bytes::from(details.encode_to_vec()))
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, sync::Arc};

    use sundial_core::RunId;
    use uuid::Uuid;

    use super::*;

    /// Code, message and the details' types and sizes, one line each.
    fn check(error: RpcError) -> String {
        let status = Status::from(error);
        let details = google::rpc::Status::decode(status.details()).expect("details are a Status");
        let types: Vec<String> = details
            .details
            .iter()
            .map(|any| format!("{} {:?}", any.type_url, any.value))
            .collect();
        if !status.details().is_empty() {
            assert_eq!(
                (details.code, details.message.as_str()),
                (status.code() as i32, status.message())
            );
        }
        format!(
            "{:?}: {} {}",
            status.code(),
            status.message(),
            types.join(", ")
        )
    }

    #[test]
    fn a_namespace_that_is_not_there_is_named_in_the_detail() {
        insta::assert_snapshot!(
            check(RpcError::NamespaceNotFound("foo".into())),
            @"NotFound: Namespace foo is not found. type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure [10, 3, 102, 111, 111]"
        );
    }

    #[test]
    fn a_run_in_the_way_is_named_in_the_detail() {
        let error = Rejection::AlreadyStarted {
            message: "Workflow execution is already running.".into(),
            start_request_id: "r".into(),
            run_id: RunId(Uuid::nil()),
        };
        let status = Status::from(RpcError::from(error));
        let details = google::rpc::Status::decode(status.details()).expect("details are a Status");
        let detail =
            WorkflowExecutionAlreadyStartedFailure::decode(details.details[0].value.as_slice())
                .expect("the detail is of that type");
        assert_eq!(status.code(), Code::AlreadyExists);
        assert_eq!(detail.start_request_id, "r");
        assert_eq!(detail.run_id, "00000000-0000-0000-0000-000000000000");
    }

    #[test]
    fn a_run_that_is_not_there_carries_the_plain_detail() {
        insta::assert_snapshot!(
            check(not_found("workflow not found for ID: w")),
            @"NotFound: workflow not found for ID: w type.googleapis.com/temporal.api.errordetails.v1.NotFoundFailure []"
        );
    }

    #[test]
    fn a_bad_request_has_no_detail() {
        insta::assert_snapshot!(
            check(invalid("WorkflowId is not set on request.")),
            @"InvalidArgument: WorkflowId is not set on request. "
        );
    }

    #[test]
    fn commands_that_were_refused_are_a_bad_request() {
        insta::assert_snapshot!(
            check(Rejection::CommandsRefused("UnhandledCommand".into()).into()),
            @"InvalidArgument: UnhandledCommand "
        );
    }

    #[test]
    fn a_query_failure_keeps_what_the_worker_said() {
        let failure = Failure {
            message: "no such query".into(),
            ..Default::default()
        };
        let failure = Some(Box::new(failure));
        let status = Status::from(RpcError::QueryFailed {
            message: "no such query".into(),
            failure,
        });
        let details = google::rpc::Status::decode(status.details()).expect("details are a Status");
        let detail = QueryFailedFailure::decode(details.details[0].value.as_slice())
            .expect("the detail is of that type");
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(
            detail.failure.map(|f| f.message).as_deref(),
            Some("no such query")
        );
    }

    #[test]
    fn operations_that_go_together_have_a_status_each() {
        let failed: RpcError = Rejection::AlreadyExists("taken".into()).into();
        let status = Status::from(RpcError::MultiOperation {
            message: "not done".into(),
            operations: vec![
                OperationEnd::Failed(Box::new(failed)),
                OperationEnd::Aborted,
            ],
        });
        assert_eq!(
            (status.code(), status.message()),
            (Code::AlreadyExists, "not done")
        );
        let details = google::rpc::Status::decode(status.details()).expect("details are a Status");
        let detail = MultiOperationExecutionFailure::decode(details.details[0].value.as_slice())
            .expect("the detail is of that type");
        let [start, update] = detail.statuses.as_slice() else {
            panic!("there were two operations");
        };
        assert_eq!(start.message, "taken");
        assert_eq!(update.code, Code::Aborted as i32);
        assert_eq!(
            update.details[0].type_url,
            "type.googleapis.com/temporal.api.failure.v1.MultiOperationExecutionAborted"
        );
        let status = Status::from(RpcError::MultiOperation {
            message: "half done".into(),
            operations: vec![
                OperationEnd::Done,
                OperationEnd::Failed(Box::new(RpcError::Aborted("try again".into()))),
            ],
        });
        assert_eq!(status.code(), Code::Aborted);
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_a_bad_request() {
        insta::assert_snapshot!(
            check(StoreError::InvalidFilter("unknown field Foo".into()).into()),
            @"InvalidArgument: invalid query: unknown field Foo "
        );
    }

    #[test]
    fn a_database_that_does_not_answer_can_be_tried_again() {
        let source = Arc::new(std::io::Error::other("disk full"));
        insta::assert_snapshot!(
            check(StoreError::Unavailable { doing: "committing".into(), source }.into()),
            @"Unavailable: the database failed while committing: disk full "
        );
    }

    #[test]
    fn a_damaged_database_is_an_internal_error() {
        let error = StoreError::Foreign {
            path: PathBuf::from("x"),
            why: "no header".into(),
        };
        assert_eq!(Status::from(RpcError::from(error)).code(), Code::Internal);
    }

    #[test]
    fn what_is_exhausted_says_which_kind_it_is() {
        for (rejection, cause) in [
            (
                Rejection::ResourceExhausted("too many".into()),
                ResourceExhaustedCause::ConcurrentLimit,
            ),
            (
                Rejection::WorkflowClosing,
                ResourceExhaustedCause::BusyWorkflow,
            ),
        ] {
            let status = Status::from(RpcError::from(rejection));
            let details =
                google::rpc::Status::decode(status.details()).expect("details are a Status");
            let detail = ResourceExhaustedFailure::decode(details.details[0].value.as_slice())
                .expect("the detail is of that type");
            assert_eq!(status.code(), Code::ResourceExhausted);
            assert_eq!(detail.cause(), cause);
        }
    }
}
