//! Signals spread over many runs, one caller a run.

use std::time::Instant;

use anyhow::Result;
use futures::future::try_join_all;

use crate::{
    client::Client,
    plan::Plan,
    report::Column,
    scenarios::{per_thousand, task_queue},
    target::Server,
    worker::Worker,
};

const RUNS: u32 = 100;
const SIGNALS_EACH: u32 = 200;

pub(crate) async fn spread_signals(server: &Server, column: &mut Column) -> Result<()> {
    let queue = task_queue("spread-signals");
    let client = Client::connect(&server.address).await?;
    // A chain of calls makes a large future: it goes to the heap.
    let load = Box::pin(async {
        let starts = (0..RUNS).map(|_| client.start(Plan::Signals(SIGNALS_EACH), &queue));
        let runs = try_join_all(starts).await?;
        let before = server.usage()?;
        let began = Instant::now();
        let signals = runs.iter().map(async |run| {
            for _ in 0..SIGNALS_EACH {
                client.signal(run).await?;
            }
            anyhow::Ok(())
        });
        try_join_all(signals).await?;
        let acknowledged = began.elapsed();
        try_join_all(runs.iter().map(|run| client.completed(run))).await?;
        anyhow::Ok((acknowledged, before, server.usage()?))
    });
    let (acknowledged, before, after) = Worker::new(server.client.clone(), &queue)
        .beside(load)
        .await?;
    let count = f64::from(RUNS * SIGNALS_EACH);
    column.put(
        "signals spread over runs: per s",
        Some(count / acknowledged.as_secs_f64()),
    );
    column.put(
        "signals spread over runs: server CPU s per 1,000",
        per_thousand(before, after, count),
    );
    Ok(())
}
