//! One run of many activities, one after the other: what a long history costs.

use std::time::Instant;

use anyhow::Result;

use crate::{
    plan::Plan,
    report::Column,
    scenarios::{Scale, task_queue},
    target::Server,
    worker::Worker,
};

pub(crate) async fn long_run(server: &Server, scale: Scale, column: &mut Column) -> Result<()> {
    let queue = task_queue("long-run");
    // A chain of calls makes a large future: it goes to the heap.
    let load = Box::pin(async {
        let before = server.usage()?;
        let began = Instant::now();
        server
            .client
            .execute(Plan::Activities(scale.long_run), &queue)
            .await?;
        let elapsed = began.elapsed();
        let cpu = before
            .zip(server.usage()?)
            .map(|(before, after)| after.cpu_since(&before));
        anyhow::Ok((elapsed, cpu))
    });
    let (elapsed, cpu) = Worker::new(server.client.clone(), &queue)
        .beside(load)
        .await?;
    let name = |figure: &str| format!("one run of {} activities: {figure}", scale.long_run);
    column.put(name("s"), Some(elapsed.as_secs_f64()));
    column.put(name("server CPU s"), cpu.map(|cpu| cpu.as_secs_f64()));
    Ok(())
}
