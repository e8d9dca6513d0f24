//! What an engine call can end with instead of its answer.

use sundial_core::Rejection;
use sundial_store::StoreError;
use temporalio_protos::temporal::api::failure::v1::Failure;

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// The core refused.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The store failed, so nothing is known to have happened. Trying again may help.
    #[error("{0}")]
    Unavailable(String),
    /// Stored state that can't be read, or a broken invariant of ours. Trying again does not help.
    #[error("{0}")]
    Internal(String),
    /// FAILED_PRECONDITION: a query found no worker.
    #[error("no poller seen for task queue recently, worker may be down")]
    NoPollers,
    /// The worker answered a query with a failure.
    #[error("{message}")]
    QueryFailed {
        /// What the worker said.
        message: String,
        /// The same with its stack trace and type.
        failure: Option<Box<Failure>>,
    },
    /// The caller's time is over.
    #[error("context deadline exceeded")]
    DeadlineExceeded,
    /// The server is stopping. Trying again, elsewhere or later, helps.
    #[error("the server is shutting down")]
    ShuttingDown,
}

impl EngineError {
    /// The target of a command that needs a run has none. The shard answers such commands itself and knows the
    /// words; this is what is left if it ever does not.
    pub(super) fn absent() -> Self {
        Self::Rejected(Rejection::NotFound("workflow execution not found".into()))
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Corrupt { .. }
            | StoreError::Contradiction { .. }
            | StoreError::InUse { .. }
            | StoreError::Newer { .. }
            | StoreError::Refused { .. }
            | StoreError::Foreign { .. } => Self::Internal(message),
            StoreError::Closed => Self::ShuttingDown,
            StoreError::NotFound { .. } => Self::Rejected(Rejection::NotFound(message)),
            StoreError::AlreadyExists { .. } => Self::Rejected(Rejection::AlreadyExists(message)),
            StoreError::Stale { .. } => Self::Rejected(Rejection::FailedPrecondition(message)),
            StoreError::InvalidFilter(_)
            | StoreError::InvalidPageToken
            | StoreError::ZeroByte { .. } => Self::Rejected(Rejection::InvalidArgument(message)),
            StoreError::LeaseLost { .. } | StoreError::Unavailable { .. } => {
                Self::Unavailable(message)
            }
        }
    }
}
