//! What callers see of a running workflow: a [`Guest`] per run, whatever its contract.

use temporalio_protos::coresdk::{
    workflow_activation::WorkflowActivation, workflow_completion::Success,
};

use crate::failure::TaskFailure;

/// One workflow run: an instance of its component.
///
/// It may move between threads, but is called by one at a time. After a [`TaskFailure`] it is worth nothing any more: drop it, and
/// let the history be replayed in a new one.
pub trait Guest: Send {
    /// Lets the workflow take in what happened, until it is blocked again, and returns its commands.
    ///
    /// Blocks the calling thread for as long as the guest computes, at most the CPU limit. An activation that only evicts the run
    /// reaches no guest code and gives an empty answer.
    fn activate(&mut self, activation: &WorkflowActivation) -> Result<Success, TaskFailure>;

    /// About how much memory of this process goes when the run does, in bytes.
    ///
    /// An estimate from page faults: what is shared with the module's image does not count, what the guest has written does. It is
    /// cheap, and for small guests two to four times too high, since pages that were only read count, too.
    fn memory_bytes(&self) -> u64;

    /// A hash of everything that the workflow knows, if its component was made [`observable`](crate::observable()); nothing otherwise.
    /// Two runs that were given the same activations have the same one. It takes about a millisecond for each 4 MB of memory.
    fn state_hash(&mut self) -> Result<Option<u64>, TaskFailure> {
        Ok(None)
    }
}

/// Facts about a run that activations do not carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunContext {
    /// The namespace's name.
    pub namespace: String,
    /// The task queue that the worker polls.
    pub task_queue: String,
    /// The workflow id that the client chose.
    pub workflow_id: String,
    /// The id of this run.
    pub run_id: String,
    /// The workflow type.
    pub workflow_type: String,
}
