//! What is measured, one file each. Every scenario puts its figures into a column of the report.

mod idle;
mod long_run;
mod signals;
mod throughput;
mod unloaded;
mod worker_host;

use std::time::Duration;

pub(crate) use self::{
    idle::idle, long_run::long_run, signals::signals, throughput::throughput, unloaded::unloaded,
    worker_host::worker_host,
};

/// How much load there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// How long workflows are started for.
    pub(crate) duration: Duration,
    pub(crate) in_flight: usize,
    /// Activities of the long run.
    pub(crate) long_run: u32,
}

/// A task queue of the scenario's own, so that none sees another's tasks.
fn task_queue(scenario: &str) -> String {
    format!("{scenario}-{}", uuid::Uuid::new_v4())
}
