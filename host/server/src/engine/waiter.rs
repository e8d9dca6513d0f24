//! Those who wait for something to become true of a run: long polls of its history, callers of updates.

use sundial_core::Execution;
use tokio::sync::oneshot;

use super::{command::Reply, error::EngineError};

/// A condition on a run, and somebody who waits for it.
pub(crate) trait Waiter: Reply {
    /// Looks at the run; true if it is as wanted, and the result is kept.
    fn check(&mut self, execution: &Execution) -> bool;
    /// True if nobody waits any more.
    fn is_abandoned(&self) -> bool;
}

/// The one implementation of [`Waiter`].
pub(crate) struct TypedWaiter<F, R> {
    check: F,
    result: Option<R>,
    answer: oneshot::Sender<Result<R, EngineError>>,
}

impl<F: FnMut(&Execution) -> Option<R>, R> TypedWaiter<F, R> {
    pub(crate) fn new(check: F, answer: oneshot::Sender<Result<R, EngineError>>) -> Self {
        Self {
            check,
            result: None,
            answer,
        }
    }

    /// The result if the run is as wanted already.
    pub(crate) fn now(&mut self, execution: &Execution) -> Option<R> {
        (self.check)(execution)
    }
}

impl<F: Send, R: Send> Reply for TypedWaiter<F, R> {
    fn send(self: Box<Self>) {
        if let Some(result) = self.result {
            // One that has given up needs no answer.
            let _ = self.answer.send(Ok(result));
        }
    }

    fn fail(self: Box<Self>, error: EngineError) {
        let _ = self.answer.send(Err(error));
    }
}

impl<F, R> Waiter for TypedWaiter<F, R>
where
    F: FnMut(&Execution) -> Option<R> + Send,
    R: Send,
{
    fn check(&mut self, execution: &Execution) -> bool {
        self.result = (self.check)(execution);
        self.result.is_some()
    }

    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }
}
