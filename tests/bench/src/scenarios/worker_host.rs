//! What `sundial worker` uses per workflow of a small component: with no activity (one task) and with one (two tasks).

use std::{
    cell::Cell,
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result};
use futures::future::try_join_all;
use tempfile::TempDir;

use crate::{
    client::Client,
    process::Usage,
    report::Column,
    scenarios::{Scale, task_queue},
    target::Server,
    worker::Worker,
};

/// The workflow types of the component, and how many workflow tasks each takes.
const WORKFLOW_TYPES: [(&str, u32); 2] = [("Greet", 1), ("HelloWorld", 2)];

pub(crate) async fn worker_host(
    server: &Server,
    sundial: &Path,
    component: &Path,
    scale: Scale,
    column: &mut Column,
) -> Result<()> {
    let queue = task_queue("worker-host");
    let modules = TempDir::new()?;
    std::fs::copy(component, modules.path().join("bench.wasm"))
        .with_context(|| component.display().to_string())?;
    let mut host = Host(
        Command::new(sundial)
            .args([
                "worker",
                "--json",
                "--address",
                &server.address,
                "--task-queue",
                &queue,
                "--modules",
            ])
            .arg(modules.path())
            .current_dir(modules.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} can't be started", sundial.display()))?,
    );
    for (workflow_type, tasks) in WORKFLOW_TYPES {
        measure(
            server,
            &mut host,
            &queue,
            workflow_type,
            tasks,
            scale,
            column,
        )
        .await?;
    }
    let ended = host.end()?;
    for (name, part) in [
        ("workflow code", "activation_cpu_seconds"),
        ("making instances", "instantiation_cpu_seconds"),
    ] {
        let share = ended[part]
            .as_f64()
            .zip(ended["cpu_seconds"].as_f64())
            .map(|(part, whole)| 100.0 * part / whole);
        column.put(format!("worker host: % of CPU in {name}"), share);
    }
    Ok(())
}

async fn measure(
    server: &Server,
    host: &mut Host,
    queue: &str,
    workflow_type: &str,
    tasks: u32,
    scale: Scale,
    column: &mut Column,
) -> Result<()> {
    let client = Client::connect(&server.address).await?;
    let count = Cell::new(0_u32);
    let execute = || async {
        let run = client
            .start_type(workflow_type.into(), queue, Some("bench"))
            .await?;
        client.completed(&run).await
    };
    let load = async {
        try_join_all((0..scale.in_flight).map(|_| execute())).await?;
        let before = Usage::of(host.0.id())?;
        let began = Instant::now();
        let caller = || async {
            while began.elapsed() < scale.duration {
                execute().await?;
                count.set(count.get() + 1);
            }
            anyhow::Ok(())
        };
        try_join_all((0..scale.in_flight).map(|_| caller())).await?;
        anyhow::Ok((
            began.elapsed(),
            Usage::of(host.0.id())?.cpu_since(&before),
            Usage::of(host.0.id())?,
        ))
    };
    let (elapsed, cpu, after) = Worker::new(server.client.clone(), queue)
        .activities_beside(load)
        .await?;
    let thousands = f64::from(count.get()) / 1000.0;
    let name = |figure: &str| format!("worker host, {tasks} tasks: {figure}");
    column.put(
        name("workflows/s"),
        Some(f64::from(count.get()) / elapsed.as_secs_f64()),
    );
    column.put(name("CPU s per 1,000"), Some(cpu.as_secs_f64() / thousands));
    column.put(name("memory, MB"), Some(after.resident_megabytes()));
    Ok(())
}

/// The worker host's process, which ends with this.
struct Host(Child);

impl Host {
    /// Asks it to end: what it then says of itself.
    fn end(&mut self) -> Result<serde_json::Value> {
        let pid = self.0.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        let mut output = String::new();
        let mut stdout = self.0.stdout.take().context("stdout is piped")?;
        stdout.read_to_string(&mut output)?;
        let last = output
            .lines()
            .last()
            .context("the worker host said nothing")?;
        Ok(serde_json::from_str(last)?)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
