//! Cancellation: an activity is told to stop, and the workflow still puts things in order.

use std::time::Duration;

use example_activities::ExampleActivities;
use temporalio_workflow::{
    ActivityCancellationType, ActivityExecutionError, ActivityOptions, WorkflowCancellationToken,
    WorkflowContext, WorkflowContextView, WorkflowResult, WorkflowTermination,
    export_workflow_module, workflow, workflow_methods,
};

/// Works for as many milliseconds as it is told to, unless it is cancelled; then it cleans up and ends as cancelled.
#[workflow]
#[derive(Default)]
pub struct Cancellable {
    cleaned_up: Option<String>,
}

#[workflow_methods]
impl Cancellable {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, duration_ms: u64) -> WorkflowResult<String> {
        let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(3_600))
            .heartbeat_timeout(Duration::from_secs(5))
            .cancellation_type(ActivityCancellationType::WaitCancellationCompleted)
            .build();
        let work = ctx
            .execute_activity(ExampleActivities::work_for, duration_ms, options)
            .await;
        match work {
            Ok(done) => Ok(done),
            Err(ActivityExecutionError::Cancelled(_)) => {
                let token = ctx.cancellation_token();
                let reason = token
                    .reason()
                    .unwrap_or_else(|| "no reason given".to_owned());
                clean_up(ctx, reason).await?;
                Err(WorkflowTermination::cancelled())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// What cleaning up said, once it is done.
    #[query]
    pub fn cleaned_up(&self, _ctx: &WorkflowContextView) -> Option<String> {
        self.cleaned_up.clone()
    }
}

/// Runs although the workflow is cancelled: its token is detached from the workflow's.
async fn clean_up(ctx: &WorkflowContext<Cancellable>, reason: String) -> WorkflowResult<()> {
    let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(10))
        .cancellation_token(WorkflowCancellationToken::new())
        .build();
    let said = ctx
        .execute_activity(ExampleActivities::clean_up, reason, options)
        .await?;
    ctx.state_mut(|s| s.cleaned_up = Some(said));
    Ok(())
}

export_workflow_module!([Cancellable]);
