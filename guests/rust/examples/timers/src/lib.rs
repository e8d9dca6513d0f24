//! Timers: a plain one, one that races an activity, one that is cancelled.

use std::time::Duration;

use example_activities::ExampleActivities;
use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    ActivityCancellationType, ActivityOptions, CancellableFuture, TimerResult, WorkflowContext,
    WorkflowResult, export_workflow_module, workflow, workflow_methods,
    workflows::{join_all, select},
};

/// Sleeps, then says for how long it slept by its own clock, in milliseconds.
#[workflow]
#[derive(Default)]
pub struct Sleep;

#[workflow_methods]
impl Sleep {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, duration_ms: u64) -> WorkflowResult<u64> {
        let before = ctx.workflow_time();
        ctx.timer(Duration::from_millis(duration_ms)).await;
        let slept = match (before, ctx.workflow_time()) {
            (Some(before), Some(after)) => after.duration_since(before).unwrap_or_default(),
            _ => Duration::ZERO,
        };
        Ok(u64::try_from(slept.as_millis()).unwrap_or(u64::MAX))
    }
}

/// Starts many timers at once and waits for all; returns how many fired.
#[workflow]
#[derive(Default)]
pub struct ManyTimers;

#[workflow_methods]
impl ManyTimers {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, count: u64) -> WorkflowResult<usize> {
        let timers = (1..=count).map(|i| ctx.timer(Duration::from_millis(10 * i)));
        let fired = join_all(timers).await;
        Ok(fired
            .iter()
            .filter(|result| **result == TimerResult::Fired)
            .count())
    }
}

/// How long the activity takes, and how long to wait for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Race {
    pub work_ms: u64,
    pub deadline_ms: u64,
}

/// An activity with a deadline of the workflow's own. The loser is cancelled.
#[workflow]
#[derive(Default)]
pub struct Deadline;

#[workflow_methods]
impl Deadline {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, race: Race) -> WorkflowResult<String> {
        let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(60))
            .heartbeat_timeout(Duration::from_secs(5))
            .cancellation_type(ActivityCancellationType::TryCancel)
            .build();
        let mut work = ctx.execute_activity(ExampleActivities::work_for, race.work_ms, options);
        let mut timer = ctx.timer(Duration::from_millis(race.deadline_ms));
        select! {
            done = work => {
                timer.cancel();
                Ok(done?)
            }
            _ = timer => {
                work.cancel();
                Ok("too late".to_owned())
            }
        }
    }
}

export_workflow_module!([Sleep, ManyTimers, Deadline]);
