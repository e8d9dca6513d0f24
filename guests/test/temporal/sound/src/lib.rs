//! Workflows as an author writes them with Temporal's Rust SDK: one that is talked to, one that is patched, one that is cancelled.

use std::time::Duration;

use temporalio_workflow::{
    SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
    export_workflow_module, workflow, workflow_methods,
};

/// Waits until its number reaches a target, or for an hour; then returns the number.
#[workflow]
#[derive(Default)]
pub struct Counter {
    number: i64,
}

#[workflow_methods]
impl Counter {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, target: i64) -> WorkflowResult<i64> {
        ctx.set_current_details(format!("waiting for {target}"));
        ctx.timer(Duration::from_secs(3600)).await;
        ctx.wait_condition(|s| s.number >= target).await?;
        Ok(ctx.state(|s| s.number))
    }

    #[signal]
    pub fn add(&mut self, _ctx: &mut SyncWorkflowContext<Self>, amount: i64) {
        self.number += amount;
    }

    #[query]
    pub fn number(&self, _ctx: &WorkflowContextView) -> i64 {
        self.number
    }

    #[update_validator(set)]
    fn validate_set(
        &self,
        _ctx: &WorkflowContextView,
        number: &i64,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if *number < 0 {
            Err("the number must not be negative".into())
        } else {
            Ok(())
        }
    }

    #[update]
    pub async fn set(ctx: &mut WorkflowContext<Self>, number: i64) -> i64 {
        ctx.timer(Duration::from_secs(1)).await;
        ctx.state_mut(|s| std::mem::replace(&mut s.number, number))
    }
}

/// Says which side of a patch it took.
#[workflow]
#[derive(Default)]
pub struct Patched;

#[workflow_methods]
impl Patched {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<String> {
        Ok(if ctx.patched("faster") { "new" } else { "old" }.to_owned())
    }
}

/// Panics.
#[workflow]
#[derive(Default)]
pub struct Panicking;

#[workflow_methods]
impl Panicking {
    #[run]
    pub async fn run(_ctx: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        reserve_stock();
        Ok(())
    }
}

#[inline(never)]
fn reserve_stock() {
    let stock: Vec<u32> = std::hint::black_box(Vec::new());
    std::hint::black_box(stock[3]);
}

export_workflow_module!([Counter, Patched, Panicking]);
