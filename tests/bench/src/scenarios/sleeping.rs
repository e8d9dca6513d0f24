//! Runs that wait for a timer of a day: what each keeps in memory.

use anyhow::Result;

use crate::{
    client::Client,
    plan::Plan,
    report::Column,
    scenarios::{Scale, start_many, task_queue},
    target::Server,
    worker::Worker,
};

const HOURS: u32 = 24;

pub(crate) async fn sleeping(server: &Server, scale: Scale, column: &mut Column) -> Result<()> {
    let queue = task_queue("sleeping");
    let client = Client::connect(&server.address).await?;
    let worker = Worker::new(server.client.clone(), &queue);
    let before = server.usage()?;
    let load = Box::pin(async {
        let all = worker.completions(scale.sleeping);
        start_many(&client, Plan::Sleep(HOURS), &queue, scale.sleeping).await?;
        all.await;
        Ok(())
    });
    worker.clone().beside(load).await?;
    column.put("sleeping: runs", Some(f64::from(scale.sleeping)));
    let grown = before
        .zip(server.usage()?)
        .map(|(before, after)| after.resident_megabytes() - before.resident_megabytes());
    column.put(
        "sleeping: memory of each, KB",
        grown.map(|megabytes| 1000.0 * megabytes / f64::from(scale.sleeping)),
    );
    Ok(())
}
