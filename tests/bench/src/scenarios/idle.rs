//! Start-up time, and memory and CPU of a server that has nothing to do.

use std::time::Duration;

use anyhow::Result;

use crate::{report::Column, target::Server};

/// Long enough to see what a server does by itself.
const IDLE: Duration = Duration::from_secs(3);

pub(crate) async fn idle(server: &Server, column: &mut Column) -> Result<()> {
    column.put(
        "start-up, s",
        server.startup.map(|startup| startup.as_secs_f64()),
    );
    let Some(before) = server.usage()? else {
        return Ok(());
    };
    tokio::time::sleep(IDLE).await;
    let Some(after) = server.usage()? else {
        return Ok(());
    };
    column.put("idle memory, MB", Some(after.resident_megabytes()));
    column.put(
        "idle CPU, % of a core",
        Some(100.0 * after.cpu_since(&before).as_secs_f64() / IDLE.as_secs_f64()),
    );
    Ok(())
}
