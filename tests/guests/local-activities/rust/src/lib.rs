//! A workflow around one local activity, told by its input how the activity is asked for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use temporalio_macros::activity_definitions;
use temporalio_workflow::{
    ActivityExecutionError, CancellableFuture, LocalActivityOptions, RetryPolicy,
    SyncWorkflowContext, WorkflowContext, WorkflowResult, export_workflow_module, workflow,
    workflow_methods, workflows::select,
};

/// What the program `local_step.py` is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Work {
    record: String,
    failures: u32,
    takes_ms: u64,
}

/// What it did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    attempt: u32,
}

/// The work, and how it is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    work: Work,
    start_to_close_ms: u64,
    maximum_attempts: u32,
    initial_interval_ms: u64,
    timer_threshold_ms: u64,
    cancel_after_ms: u64,
}

pub struct Activities;

#[activity_definitions]
impl Activities {
    #[activity(name = "local_step")]
    pub fn local_step(work: Work) -> Done {
        unimplemented!()
    }

    #[activity(name = "unknown_step")]
    pub fn unknown_step(work: Work) -> Done {
        unimplemented!()
    }
}

/// Says what came of the activity once it is told to finish.
#[workflow]
#[derive(Default)]
pub struct LocalStep {
    may_finish: bool,
}

#[workflow_methods]
impl LocalStep {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, step: Step) -> WorkflowResult<String> {
        let options = LocalActivityOptions::builder()
            .start_to_close_timeout(Duration::from_millis(step.start_to_close_ms))
            .timer_backoff_threshold(Duration::from_millis(step.timer_threshold_ms))
            .retry_policy(
                RetryPolicy::builder()
                    .initial_interval(Duration::from_millis(step.initial_interval_ms))
                    .maximum_attempts(step.maximum_attempts)
                    .build(),
            )
            .build();
        let mut work = ctx.execute_local_activity(Activities::local_step, step.work, options);
        let done = if step.cancel_after_ms == 0 {
            work.await
        } else {
            let mut timer = ctx.timer(Duration::from_millis(step.cancel_after_ms));
            select! {
                done = work => done,
                _ = timer => {
                    work.cancel();
                    work.await
                }
            }
        };
        let outcome = match done {
            Ok(done) => format!("done in attempt {}", done.attempt),
            Err(error) if error.as_timeout().is_some() => "timed out".to_owned(),
            Err(error) if error.as_cancelled().is_some() => "cancelled".to_owned(),
            Err(ActivityExecutionError::Failed(_)) => "failed".to_owned(),
            Err(error) => return Err(error.into()),
        };
        ctx.wait_condition(|s| s.may_finish).await?;
        Ok(outcome)
    }

    #[signal]
    pub fn finish(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.may_finish = true;
    }
}

/// Asks for a local activity that nobody knows.
#[workflow]
#[derive(Default)]
pub struct UnknownStep;

#[workflow_methods]
impl UnknownStep {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, work: Work) -> WorkflowResult<u32> {
        let done = ctx.execute_local_activity(
            Activities::unknown_step,
            work,
            LocalActivityOptions::default(),
        );
        Ok(done.await?.attempt)
    }
}

export_workflow_module!([LocalStep, UnknownStep]);
