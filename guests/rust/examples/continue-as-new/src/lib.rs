//! Continue-as-new: work without end, in runs whose histories stay short.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    ContinueAsNewOptions, SyncWorkflowContext, WorkflowContext, WorkflowContextView,
    WorkflowResult, export_workflow_module, workflow, workflow_methods,
};

/// What one run hands to the next.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// Steps that are still to be done.
    pub left: u64,
    /// Steps that one run does before it hands over.
    pub steps_per_run: u64,
    /// Runs so far.
    #[serde(default)]
    pub runs: u64,
    /// What signals added up to, over all runs.
    #[serde(default)]
    pub bonus: u64,
}

/// Counts down over as many runs as it takes; returns how it went.
#[workflow]
pub struct CountDown {
    progress: Progress,
}

#[workflow_methods]
impl CountDown {
    #[init]
    pub fn new(_ctx: &WorkflowContextView, progress: Progress) -> Self {
        Self { progress }
    }

    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<Progress> {
        ctx.state_mut(|s| s.progress.runs += 1);
        let steps = ctx.state(|s| s.progress.steps_per_run.min(s.progress.left));
        for _ in 0..steps {
            ctx.timer(Duration::from_millis(1)).await;
            ctx.state_mut(|s| s.progress.left -= 1);
            if ctx.continue_as_new_suggested() {
                break;
            }
        }
        let progress = ctx.state(|s| s.progress.clone());
        if progress.left > 0 {
            ctx.continue_as_new(progress.clone(), ContinueAsNewOptions::default())?;
        }
        Ok(progress)
    }

    /// Adds to the bonus, which the next run carries on.
    #[signal]
    pub fn add_bonus(&mut self, _ctx: &mut SyncWorkflowContext<Self>, amount: u64) {
        self.progress.bonus += amount;
    }

    /// How far it is.
    #[query]
    pub fn progress(&self, _ctx: &WorkflowContextView) -> Progress {
        self.progress.clone()
    }
}

export_workflow_module!([CountDown]);
