//! Jobs: what the server does by itself on a user's behalf, schedules and batch operations.
//!
//! The store has a row per job. [`waker`] takes a turn of each that is due, was changed, or waited for a run that has
//! closed. What a turn is, the job's own module knows; what it does to runs, it does through [`Calls`], as a client
//! would. A turn may be taken again after a crash, so that all it does must bear being done twice.

mod calls;
mod resting;
pub(crate) mod waker;
mod watches;

#[cfg(test)]
mod tests;

pub(crate) use self::calls::{CallError, Calls, outcome};

use sundial_core::Timestamp;
use sundial_store::StoreError;
use temporalio_protos::temporal::api::common::v1::WorkflowExecution;

/// What a turn left behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TurnEnd {
    /// When the next turn is due, as it is stored.
    pub(crate) wake_at: Option<Timestamp>,
    /// A run whose end brings the next turn.
    pub(crate) watch: Option<Watch>,
}

/// A run that a job waits for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Watch {
    /// The namespace's name.
    pub(crate) namespace: String,
    /// The first run of the chain.
    pub(crate) execution: WorkflowExecution,
}

/// Why a turn was broken off. It is taken again later.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum TurnError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A call could not be made now.
    #[error("{0}")]
    Call(#[from] CallError),
    /// The stored job can't be read.
    #[error("the stored state of the job can't be read: {0}")]
    Damaged(#[from] prost::DecodeError),
    /// Others changed the job again and again.
    #[error("the job is being changed by others all the time")]
    Contended,
    /// A bug of ours.
    #[error("the job's turn panicked: {0}")]
    Panicked(String),
}
