//! As many workflows as there is time for, a fixed number of them in flight.

use std::{cell::RefCell, time::Instant};

use anyhow::Result;
use futures::future::try_join_all;

use crate::{
    client::Client,
    plan::Plan,
    process::Usage,
    report::{Column, Latencies},
    scenarios::{Scale, per_thousand, task_queue},
    target::Server,
    worker::Worker,
};

/// Workflows that run before the measurement, for each in flight.
const WARM_UP_EACH: usize = 1;

pub(crate) async fn throughput(
    server: &Server,
    activities: u32,
    scale: Scale,
    column: &mut Column,
) -> Result<()> {
    let queue = task_queue("throughput");
    let plan = Plan::Activities(activities);
    // Callers have a connection of their own, as clients and workers do.
    let client = Client::connect(&server.address).await?;
    let latencies = RefCell::new(Latencies::default());
    let load = async {
        try_join_all((0..scale.in_flight * WARM_UP_EACH).map(|_| client.execute(plan, &queue)))
            .await?;
        let (before, own_before) = (server.usage()?, Usage::own()?);
        let database_before = server.database_usage()?;
        let began = Instant::now();
        let caller = || async {
            while began.elapsed() < scale.duration {
                let began = Instant::now();
                client.execute(plan, &queue).await?;
                latencies.borrow_mut().add(began.elapsed());
            }
            anyhow::Ok(())
        };
        try_join_all((0..scale.in_flight).map(|_| caller())).await?;
        let elapsed = began.elapsed();
        let (after, own_after) = (server.usage()?, Usage::own()?);
        let database = (database_before, server.database_usage()?);
        anyhow::Ok((elapsed, (before, after), (own_before, own_after), database))
    };
    let (elapsed, usage, own, database) = Worker::new(server.client.clone(), &queue)
        .beside(load)
        .await?;
    let latencies = latencies.into_inner();
    let count = latencies.count() as f64;
    let name = |figure: &str| format!("{activities} activities: {figure}");
    column.put(name("workflows/s"), Some(count / elapsed.as_secs_f64()));
    column.put(
        name("start to result p50, ms"),
        latencies.percentile_ms(0.50),
    );
    column.put(
        name("start to result p99, ms"),
        latencies.percentile_ms(0.99),
    );
    column.put(
        name("server CPU s per 1,000"),
        per_thousand(usage.0, usage.1, count),
    );
    column.put(
        name("database CPU s per 1,000"),
        per_thousand(database.0, database.1, count),
    );
    column.put(
        name("load's own CPU s per 1,000"),
        per_thousand(Some(own.0), Some(own.1), count),
    );
    column.put(
        name("memory, MB"),
        usage.1.map(|usage| usage.resident_megabytes()),
    );
    Ok(())
}
