//! What travels to a shard: a step, boxed, with the way back for its answer.

use sundial_core::Cx;
use tokio::sync::oneshot;

use super::{Target, cell::Cell, error::EngineError};

/// What a step may touch.
pub(crate) struct Stage<'a, 'c> {
    /// The run, with what waits for it; `None` if there is no such run.
    pub(crate) cell: Option<&'a mut Cell>,
    /// Time, ids, limits, and what the step asks for in return.
    pub(crate) cx: &'a mut Cx<'c>,
    /// What it asks of the shard.
    pub(crate) wishes: &'a mut Wishes,
}

/// What a step asks of its shard, besides what it changed in the run.
#[derive(Default)]
pub(crate) struct Wishes {
    /// Task rows that turned out stale.
    pub(crate) stale_tasks: Vec<i64>,
    /// Transfer rows whose run is gone.
    pub(crate) stale_transfers: Vec<i64>,
    /// Others who get told when the step's result is durable.
    pub(crate) replies: Vec<Box<dyn Reply>>,
    /// The run is not needed in memory any more.
    pub(crate) leave: bool,
}

/// What to do with a command whose run does not exist, or is not in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// Load it; without a run the answer is NOT_FOUND.
    Refuse,
    /// Load it; without a run the step runs all the same.
    Pass,
    /// Never load it; the step runs without it.
    DoNotLoad,
}

/// How a command is run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    /// See [`Absence`].
    pub(crate) absence: Absence,
    /// True if the step changes nothing of the run, so that nobody who waits for changes need be asked.
    pub(crate) read_only: bool,
}

/// Somebody who gets told how it ended, once that is durable.
pub(crate) trait Reply: Send {
    /// The result is durable: tell it.
    fn send(self: Box<Self>);
    /// What the result was built on is lost: tell that.
    fn fail(self: Box<Self>, error: EngineError);
}

/// A step on its way to a run, then its result on its way back.
pub(crate) trait Command: Reply {
    fn target(&self) -> &Target;
    fn mode(&self) -> Mode;
    /// True if nobody waits for the answer any more. What was not begun then need not be.
    fn is_abandoned(&self) -> bool;
    /// Runs the step, once; the result is kept.
    fn step(&mut self, stage: Stage<'_, '_>);
}

/// The one implementation of [`Command`] for steps with an answer.
pub(crate) struct Typed<F, R> {
    target: Target,
    mode: Mode,
    step: Option<F>,
    result: Option<Result<R, EngineError>>,
    answer: oneshot::Sender<Result<R, EngineError>>,
}

impl<F, R> Typed<F, R> {
    pub(crate) fn new(
        target: Target,
        mode: Mode,
        step: F,
        answer: oneshot::Sender<Result<R, EngineError>>,
    ) -> Self {
        Self {
            target,
            mode,
            step: Some(step),
            result: None,
            answer,
        }
    }
}

impl<F: Send, R: Send> Reply for Typed<F, R> {
    fn send(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(EngineError::absent()));
        // A caller that has gone needs no answer.
        let _ = self.answer.send(result);
    }

    fn fail(self: Box<Self>, error: EngineError) {
        let _ = self.answer.send(Err(error));
    }
}

impl<F, R> Command for Typed<F, R>
where
    F: FnOnce(Stage<'_, '_>) -> Result<R, EngineError> + Send,
    R: Send,
{
    fn target(&self) -> &Target {
        &self.target
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn step(&mut self, stage: Stage<'_, '_>) {
        if let Some(step) = self.step.take() {
            self.result = Some(step(stage));
        }
    }
}

/// Brings a run into memory so that its time-outs fire; nobody waits for it.
pub(crate) struct Nudge {
    target: Target,
}

impl Nudge {
    pub(crate) fn new(key: &sundial_core::RunKey) -> Self {
        Self {
            target: Target::run(key),
        }
    }
}

impl Reply for Nudge {
    fn send(self: Box<Self>) {}

    fn fail(self: Box<Self>, error: EngineError) {
        tracing::warn!(%error, workflow_id = %self.target.workflow_id, "a run could not be woken");
    }
}

impl Command for Nudge {
    fn target(&self) -> &Target {
        &self.target
    }

    fn mode(&self) -> Mode {
        Mode {
            absence: Absence::Pass,
            read_only: true,
        }
    }

    fn is_abandoned(&self) -> bool {
        false
    }

    fn step(&mut self, _stage: Stage<'_, '_>) {}
}
