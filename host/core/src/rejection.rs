//! Why a command was refused. The state is then as it was.

use crate::ids::RunId;

/// A refusal that the caller can act on. The gRPC code of each is given; the mapping itself is the server's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// INVALID_ARGUMENT: the request can never be accepted as it is.
    #[error("{0}")]
    InvalidArgument(String),
    /// NOT_FOUND: no such run, activity, update or task, or the run is closed.
    #[error("{0}")]
    NotFound(String),
    /// ALREADY_EXISTS: the workflow id is taken, under the policies that the caller gave.
    #[error("{message}")]
    AlreadyStarted {
        /// What is said to people.
        message: String,
        /// The request id that started the run in the way.
        start_request_id: String,
        /// The run in the way.
        run_id: RunId,
    },
    /// ALREADY_EXISTS: the id of a stand-alone activity is taken, under the policies that the caller gave.
    #[error("activity execution already started")]
    ActivityAlreadyStarted {
        /// The request id that started the run in the way.
        start_request_id: String,
        /// The run in the way.
        run_id: RunId,
    },
    /// ALREADY_EXISTS of any other kind.
    #[error("{0}")]
    AlreadyExists(String),
    /// FAILED_PRECONDITION: the state does not allow it now.
    #[error("{0}")]
    FailedPrecondition(String),
    /// FAILED_PRECONDITION: the run has no completed workflow task yet.
    #[error("{0}")]
    WorkflowNotReady(String),
    /// RESOURCE_EXHAUSTED: a limit of this run or server is reached.
    #[error("{0}")]
    ResourceExhausted(String),
    /// RESOURCE_EXHAUSTED with cause BUSY_WORKFLOW: the run is about to end, or lives on in a new run. Try again: what
    /// the workflow id means then is another run, or the same one if it did not end after all.
    #[error("workflow operation can not be applied because workflow is closing")]
    WorkflowClosing,
    /// INVALID_ARGUMENT after the state changed: a workflow task whose commands were refused has been failed.
    /// The change must be stored, the caller gets the message.
    #[error("{0}")]
    CommandsRefused(String),
}
