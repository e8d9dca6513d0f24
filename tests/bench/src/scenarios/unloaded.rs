//! One workflow of one activity at a time: how long from the call that starts it to its result.

use std::time::Instant;

use anyhow::Result;

use crate::{
    plan::Plan,
    report::{Column, Latencies},
    scenarios::task_queue,
    target::Server,
    worker::Worker,
};

const WARM_UP: usize = 5;
const WORKFLOWS: usize = 100;

pub(crate) async fn unloaded(server: &Server, column: &mut Column) -> Result<()> {
    let queue = task_queue("unloaded");
    let mut latencies = Latencies::default();
    let mut starts = Latencies::default();
    // A chain of calls makes a large future: it goes to the heap.
    let load = Box::pin(async {
        for number in 0..WARM_UP + WORKFLOWS {
            let began = Instant::now();
            let run = server.client.start(Plan::Activities(1), &queue).await?;
            let started = began.elapsed();
            server.client.completed(&run).await?;
            if number >= WARM_UP {
                starts.add(started);
                latencies.add(began.elapsed());
            }
        }
        Ok(())
    });
    Worker::new(server.client.clone(), &queue)
        .beside(load)
        .await?;
    column.put("unloaded: start call p50, ms", starts.percentile_ms(0.50));
    column.put(
        "unloaded: start to result p50, ms",
        latencies.percentile_ms(0.50),
    );
    column.put(
        "unloaded: start to result p99, ms",
        latencies.percentile_ms(0.99),
    );
    Ok(())
}
