//! Many closed runs: how long listing and counting by a filter take.

use std::time::Instant;

use anyhow::Result;

use crate::{
    client::Client,
    plan::Plan,
    report::{Column, Latencies},
    scenarios::{Scale, start_many, task_queue},
    target::Server,
    worker::Worker,
};

const QUESTIONS: usize = 20;

pub(crate) async fn closed(server: &Server, scale: Scale, column: &mut Column) -> Result<()> {
    let queue = task_queue("closed");
    let client = Client::connect(&server.address).await?;
    let worker = Worker::new(server.client.clone(), &queue);
    let load = Box::pin(async {
        let all = worker.completions(scale.closed);
        start_many(&client, Plan::Activities(0), &queue, scale.closed).await?;
        all.await;
        Ok(())
    });
    worker.clone().beside(load).await?;
    column.put("closed: runs", Some(f64::from(scale.closed)));
    let filters = [
        ("all", String::new()),
        (
            "by type and status",
            "WorkflowType = 'activities-0' AND ExecutionStatus = 'Completed'".into(),
        ),
        ("by task queue", format!("TaskQueue = '{queue}'")),
        ("that none matches", "WorkflowType = 'unknown'".into()),
    ];
    for (name, filter) in &filters {
        let mut lists = Latencies::default();
        let mut counts = Latencies::default();
        for _ in 0..QUESTIONS {
            let began = Instant::now();
            client.list(filter).await?;
            lists.add(began.elapsed());
            let began = Instant::now();
            client.count(filter).await?;
            counts.add(began.elapsed());
        }
        column.put(
            format!("closed: list {name} p50, ms"),
            lists.percentile_ms(0.50),
        );
        column.put(
            format!("closed: count {name} p50, ms"),
            counts.percentile_ms(0.50),
        );
    }
    Ok(())
}
