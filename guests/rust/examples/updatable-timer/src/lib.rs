//! A timer whose end can be moved while it runs.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    CancellableFuture, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
    export_workflow_module, workflow, workflow_methods, workflows::select,
};

/// How the wait went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Woken {
    /// When it was to wake up in the end, in milliseconds since 1970.
    pub wake_up_at_ms: u64,
    /// How often that was changed.
    pub changes: u32,
}

/// Waits for a moment, given in milliseconds since 1970; a signal moves it, forward or back.
#[workflow]
pub struct UpdatableTimer {
    wake_up_at_ms: u64,
    changes: u32,
}

#[workflow_methods]
impl UpdatableTimer {
    #[init]
    pub fn new(_ctx: &WorkflowContextView, wake_up_at_ms: u64) -> Self {
        Self {
            wake_up_at_ms,
            changes: 0,
        }
    }

    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<Woken> {
        loop {
            let changes = ctx.state(|s| s.changes);
            let left = ctx.state(|s| s.wake_up_at_ms).saturating_sub(now_ms(ctx));
            if left == 0 {
                return Ok(ctx.state(|s| Woken {
                    wake_up_at_ms: s.wake_up_at_ms,
                    changes: s.changes,
                }));
            }
            let mut timer = ctx.timer(Duration::from_millis(left));
            select! {
                _ = timer => {}
                changed = ctx.wait_condition(|s| s.changes != changes) => {
                    changed?;
                    timer.cancel();
                }
            }
        }
    }

    /// Moves the moment.
    #[signal]
    pub fn wake_up_at(&mut self, _ctx: &mut SyncWorkflowContext<Self>, wake_up_at_ms: u64) {
        self.wake_up_at_ms = wake_up_at_ms;
        self.changes += 1;
    }

    /// The moment, as it stands.
    #[query]
    pub fn wake_up_time(&self, _ctx: &WorkflowContextView) -> u64 {
        self.wake_up_at_ms
    }
}

/// Workflow time: when this activation happened, the same in every replay.
fn now_ms(ctx: &WorkflowContext<UpdatableTimer>) -> u64 {
    ctx.workflow_time()
        .and_then(|now| now.duration_since(SystemTime::UNIX_EPOCH).ok())
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}

export_workflow_module!([UpdatableTimer]);
