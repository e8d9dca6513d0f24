//! Nexus operations that a run waits for.
//!
//! | state | what ends it |
//! |---|---|
//! | scheduled: an attempt to start it is under way | an answer, a timeout |
//! | backing off: the last attempt failed | the next attempt's time, a timeout |
//! | started: its handler goes on with it | a completion, a timeout |
//!
//! Requests to handlers are transfers: made at least once, with the same request id each time. A wish to cancel is told
//! to the handler once the operation is started, by transfers of its own.

mod answers;
mod attempts;
mod calls;
mod completion;
mod failures;
mod replay;

#[cfg(test)]
mod tests;

use temporalio_protos::temporal::api::{
    common::v1::{Link, Payload},
    failure::v1::Failure,
};

pub use self::calls::{NexusCancelCall, NexusStartCall};
pub(crate) use self::replay::operation_of;

/// What a handler answered to a request to start.
#[derive(Clone, Debug, PartialEq)]
pub enum StartAnswer {
    /// It is done already.
    Ended(NexusEnd),
    /// It goes on.
    Started {
        /// What the handler calls it.
        token: String,
        /// To what the handler started.
        links: Vec<Link>,
    },
    /// It will never be accepted.
    Refused(Box<Failure>),
    /// Trying again may help.
    Unavailable(Box<Failure>),
}

/// What a handler answered to a request to cancel.
#[derive(Clone, Debug, PartialEq)]
pub enum CancelAnswer {
    /// It knows of it.
    Accepted,
    /// It will never be accepted.
    Refused(Box<Failure>),
    /// Trying again may help.
    Unavailable(Box<Failure>),
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum NexusEnd {
    /// With a result.
    Completed {
        /// The result.
        result: Option<Payload>,
        /// To what the handler started.
        links: Vec<Link>,
    },
    /// With a failure.
    Failed(Box<Failure>),
    /// Cancelled.
    Canceled(Box<Failure>),
}
