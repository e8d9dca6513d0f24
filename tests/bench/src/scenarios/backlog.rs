//! Tasks that pile up with nobody polling: what each keeps in memory, and whether workers that come then are slower.

use std::time::Instant;

use anyhow::Result;

use crate::{
    client::Client,
    plan::Plan,
    report::Column,
    scenarios::{Scale, per_thousand, start_many, task_queue},
    target::Server,
    worker::Worker,
};

/// Tasks that the poll rate is measured with, before and after the backlog grew.
const PROBE: u32 = 2000;

pub(crate) async fn backlog(server: &Server, scale: Scale, column: &mut Column) -> Result<()> {
    let queue = task_queue("backlog");
    probe(server, &queue, "small", column).await?;
    let client = Client::connect(&server.address).await?;
    let before = server.usage()?;
    let began = Instant::now();
    start_many(&client, Plan::Activities(0), &queue, scale.backlog).await?;
    let elapsed = began.elapsed().as_secs_f64();
    let after = server.usage()?;
    column.put("backlog: tasks", Some(f64::from(scale.backlog)));
    column.put(
        "backlog: starts/s",
        Some(f64::from(scale.backlog) / elapsed),
    );
    column.put(
        "backlog: memory growth, MB",
        before
            .zip(after)
            .map(|(before, after)| after.resident_megabytes() - before.resident_megabytes()),
    );
    probe(server, &queue, "grown", column).await
}

/// How fast a worker that comes now takes so many tasks, which all wait for it.
async fn probe(server: &Server, queue: &str, state: &str, column: &mut Column) -> Result<()> {
    start_many(&server.client, Plan::Activities(0), queue, PROBE).await?;
    let worker = Worker::new(server.client.clone(), queue);
    let before = server.usage()?;
    let began = Instant::now();
    let all = worker.completions(PROBE);
    let load = async {
        all.await;
        Ok(worker.completed())
    };
    let count = f64::from(worker.clone().beside(load).await?);
    let (elapsed, after) = (began.elapsed(), server.usage()?);
    column.put(
        format!("{state} queue: tasks/s"),
        Some(count / elapsed.as_secs_f64()),
    );
    column.put(
        format!("{state} queue: server CPU s per 1,000 tasks"),
        per_thousand(before, after, count),
    );
    Ok(())
}
