//! One run of many activities, one after the other: what a long history costs, and whether its end costs more than
//! its beginning.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{
    plan::Plan,
    process::Usage,
    report::Column,
    scenarios::{Scale, per_thousand, task_queue},
    target::Server,
    worker::Worker,
};

/// How often the worker's count is looked at, to notice when a fifth is done.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

pub(crate) async fn long_run(server: &Server, scale: Scale, column: &mut Column) -> Result<()> {
    let queue = task_queue("long-run");
    let worker = Worker::new(server.client.clone(), &queue);
    let fifth = scale.long_run / 5;
    let marks = [fifth, 4 * fifth];
    // A chain of calls makes a large future: it goes to the heap.
    let load = Box::pin(async {
        let before = server.usage()?;
        let began = Instant::now();
        let run = server
            .client
            .start(Plan::Activities(scale.long_run), &queue)
            .await?;
        let mut at_marks = Vec::new();
        for mark in marks {
            while worker.progress() < mark {
                tokio::time::sleep(LOOK_INTERVAL).await;
            }
            at_marks.push((worker.progress(), server.usage()?));
        }
        server.client.completed(&run).await?;
        anyhow::Ok((began.elapsed(), before, at_marks, server.usage()?))
    });
    let (elapsed, before, at_marks, after) = worker.clone().beside(load).await?;
    let name = |figure: &str| format!("one run of {} activities: {figure}", scale.long_run);
    column.put(name("s"), Some(elapsed.as_secs_f64()));
    let cpu = |from: Option<Usage>, to: Option<Usage>, activities: u32| {
        per_thousand(from, to, f64::from(activities.max(1)))
    };
    column.put(
        name("server CPU s per 1,000 activities"),
        cpu(before, after, scale.long_run),
    );
    if let [(first, at_first), (last, at_last)] = at_marks[..] {
        column.put(name("the same, first fifth"), cpu(before, at_first, first));
        column.put(
            name("the same, last fifth"),
            cpu(at_last, after, scale.long_run.saturating_sub(last)),
        );
    }
    Ok(())
}
