//! One run of a workflow, as a test describes it before it happens.

use std::{process::Command, time::Duration};

use serde::Serialize;

use crate::{
    component::output,
    mock::{Failure, argument, at, to_json},
    report::Run,
};

/// What is given to the workflow, and what happens to it. Each part is passed on to `sundial test`.
#[derive(Debug)]
#[must_use = "nothing happens before `run`"]
pub struct Workflow {
    command: Command,
}

impl Workflow {
    pub(crate) fn new(command: Command) -> Self {
        Self { command }
    }

    /// An argument of the workflow; the next one after those before.
    pub fn input(self, input: impl Serialize) -> Self {
        self.with("--input", to_json(&input).to_string())
    }

    /// The workflow's id, instead of a random one.
    pub fn id(self, workflow_id: &str) -> Self {
        self.with("--workflow-id", workflow_id.to_owned())
    }

    /// The component's task queue, instead of one that is named after its file.
    pub fn task_queue(self, task_queue: &str) -> Self {
        self.with("--task-queue", task_queue.to_owned())
    }

    /// How long the workflow may take in its own time.
    pub fn execution_timeout(self, timeout: Duration) -> Self {
        self.with("--execution-timeout", format!("{}ms", timeout.as_millis()))
    }

    /// An activity returns this. Given several times, the mocks answer one call after the other, and the last one all
    /// that follow.
    pub fn mock(self, activity: &str, result: impl Serialize) -> Self {
        self.with("--mock", argument(activity, &result))
    }

    /// An activity returns this after some time of the workflow's.
    pub fn mock_after(self, activity: &str, result: impl Serialize, takes: Duration) -> Self {
        self.with("--mock", argument(activity, &result) + &at(takes))
    }

    /// An activity fails.
    pub fn mock_failure(self, activity: &str, failure: &Failure) -> Self {
        self.with("--mock", failure.argument(activity))
    }

    /// A child on another task queue returns this.
    pub fn mock_child(self, workflow_type: &str, result: impl Serialize) -> Self {
        self.with("--mock-child", argument(workflow_type, &result))
    }

    /// A signal comes so long after the start.
    pub fn signal(self, name: &str, input: impl Serialize, after: Duration) -> Self {
        self.with("--signal", argument(name, &input) + &at(after))
    }

    /// A signal without argument comes so long after the start.
    pub fn bare_signal(self, name: &str, after: Duration) -> Self {
        self.with("--signal", name.to_owned() + &at(after))
    }

    /// An update comes so long after the start; its outcome is in [`Run::visits`].
    pub fn update(self, name: &str, input: impl Serialize, after: Duration) -> Self {
        self.with("--update", argument(name, &input) + &at(after))
    }

    /// A query is asked so long after the start; its answer is in [`Run::visits`].
    pub fn query_at(self, name: &str, after: Duration) -> Self {
        self.with("--query", name.to_owned() + &at(after))
    }

    /// A query is asked at the end; its answer is in [`Run::visits`].
    pub fn query(self, name: &str) -> Self {
        self.with("--query", name.to_owned())
    }

    /// Cancellation is asked for so long after the start.
    pub fn cancel(self, after: Duration) -> Self {
        self.with("--cancel", format!("{}ms", after.as_millis()))
    }

    /// Runs it to its end.
    ///
    /// # Panics
    ///
    /// If there is no `sundial`, or if it can't run the workflow at all. That the workflow failed is in the report.
    #[must_use]
    pub fn run(mut self) -> Run {
        let output = output(&mut self.command);
        Run::read(&output.stdout).unwrap_or_else(|| {
            panic!(
                "the workflow can't be run: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }

    fn with(mut self, flag: &str, value: String) -> Self {
        self.command.arg(flag).arg(value);
        self
    }
}
