//! What is measured, one file each. Every scenario puts its figures into a column of the report.

mod backlog;
mod closed;
mod idle;
mod long_run;
mod signals;
mod sleeping;
mod spread_signals;
mod throughput;
mod unloaded;
mod worker_host;

use std::time::Duration;

use anyhow::Result;
use futures::future::try_join_all;

pub(crate) use self::{
    backlog::backlog, closed::closed, idle::idle, long_run::long_run, signals::signals,
    sleeping::sleeping, spread_signals::spread_signals, throughput::throughput, unloaded::unloaded,
    worker_host::worker_host,
};
use crate::{client::Client, plan::Plan, process::Usage};

/// Calls in flight while many runs are started.
const STARTERS: u32 = 100;

/// How much load there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// How long workflows are started for.
    pub(crate) duration: Duration,
    pub(crate) in_flight: usize,
    /// Activities of the long run.
    pub(crate) long_run: u32,
    /// Tasks that pile up.
    pub(crate) backlog: u32,
    /// Runs that wait for a timer.
    pub(crate) sleeping: u32,
    /// Closed runs that are listed.
    pub(crate) closed: u32,
}

/// A task queue of the scenario's own, so that none sees another's tasks.
fn task_queue(scenario: &str) -> String {
    format!("{scenario}-{}", uuid::Uuid::new_v4())
}

/// Starts so many runs, as fast as they are acknowledged.
async fn start_many(client: &Client, plan: Plan, task_queue: &str, count: u32) -> Result<()> {
    let starter = async |number: u32| {
        for _ in (number..count).step_by(STARTERS as usize) {
            client.start(plan, task_queue).await?;
        }
        anyhow::Ok(())
    };
    try_join_all((0..STARTERS).map(starter)).await?;
    Ok(())
}

/// CPU seconds for each thousand of `count`. None if the process is not known.
fn per_thousand(before: Option<Usage>, after: Option<Usage>, count: f64) -> Option<f64> {
    let cpu = after?.cpu_since(&before?);
    Some(1000.0 * cpu.as_secs_f64() / count)
}
