//! Signals to one run, as fast as they are acknowledged, ten callers at a time.

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

const CALLERS: usize = 10;
/// Below Temporal's limit of 10,000 signals of a run.
const SIGNALS_EACH: u32 = 100;

pub(crate) async fn signals(server: &Server, column: &mut Column) -> Result<()> {
    let queue = task_queue("signals");
    let count = CALLERS as u32 * SIGNALS_EACH;
    let client = Client::connect(&server.address).await?;
    // A chain of calls makes a large future: it goes to the heap.
    let load = Box::pin(async {
        let run = client.start(Plan::Signals(count), &queue).await?;
        let before = server.usage()?;
        let began = Instant::now();
        let caller = || async {
            for _ in 0..SIGNALS_EACH {
                client.signal(&run).await?;
            }
            anyhow::Ok(())
        };
        try_join_all((0..CALLERS).map(|_| caller())).await?;
        let acknowledged = began.elapsed();
        client.completed(&run).await?;
        anyhow::Ok((acknowledged, before, server.usage()?))
    });
    let (acknowledged, before, after) = Worker::new(server.client.clone(), &queue)
        .beside(load)
        .await?;
    column.put(
        "signals to one run: per s",
        Some(f64::from(count) / acknowledged.as_secs_f64()),
    );
    column.put(
        "signals to one run: server CPU s per 1,000",
        per_thousand(before, after, f64::from(count)),
    );
    Ok(())
}
