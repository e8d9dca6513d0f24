//! scratch
//! A worker host in a program of one's own, with Rust functions as activities.
//!
//!     cargo run --release -p sundial-worker --example native_activities -- ADDRESS [MODULE_FOLDER]
//!
//! Without a folder it takes its modules from the server's registry. It serves until it is interrupted, and then logs what it has
//! done.

use std::time::Duration;

use sundial_worker::{
    ActivityContext, LOG_DIRECTIVES, ModuleSource, NativeActivities, WorkerHost, WorkerOptions,
    application_failure, cancelled_failure, json_payload,
};
use temporalio_protos::temporal::api::{common::v1::Payload, failure::v1::Failure};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::new(format!("{LOG_DIRECTIVES},info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let mut arguments = std::env::args().skip(1);
    let address = arguments
        .next()
        .unwrap_or_else(|| "http://127.0.0.1:7233".to_owned());
    let modules = match arguments.next() {
        Some(folder) => ModuleSource::Folder(folder.into()),
        None => ModuleSource::Registry,
    };

    let mut activities = NativeActivities::new();
    if std::env::var("ACT").is_err() {
        activities
            .register("compose_greeting", compose_greeting)
            .register("wait", wait);
    }
    let mut options = WorkerOptions {
        address,
        modules,
        ..Default::default()
    };
    let env = |n: &str| std::env::var(n).ok();
    if let Some(v) = env("ACT") {
        options.activities_file = Some(v.into());
    }
    if let Some(v) = env("CACHE") {
        options.cache_dir = Some(v.clone().into());
        options.sandbox.cache_dir = Some((v + "/compiled").into());
    }
    if let Some(v) = env("LIMIT") {
        options.cache_limit_bytes = v.parse()?;
    }
    if let Some(v) = env("POLLERS") {
        options.workflow_pollers = v.parse()?;
    }
    if let Some(v) = env("IO") {
        options.io_threads = v.parse()?;
    }
    if let Some(v) = env("GUESTS") {
        options.guest_threads = v.parse()?;
    }
    if let Some(v) = env("GRACE") {
        options.shutdown_grace_ms = v.parse()?;
    }
    let host = WorkerHost::start(options, activities).await?;
    host.ready().await;
    tracing::info!("ready");
    tokio::signal::ctrl_c().await?;
    tracing::info!("{:?}", host.statistics());
    host.shutdown().await;
    Ok(())
}

/// Takes a name and returns a greeting.
async fn compose_greeting(_: ActivityContext, input: Vec<Payload>) -> Result<Payload, Failure> {
    let name: String = input
        .first()
        .and_then(|payload| serde_json::from_slice(&payload.data).ok())
        .ok_or_else(|| application_failure("BadInput", "give a name, as a string", true))?;
    Ok(json_payload(
        serde_json::json!(format!("Hello, {name}!")).to_string(),
    ))
}

/// Heartbeats once a second until it is cancelled.
async fn wait(context: ActivityContext, _: Vec<Payload>) -> Result<Payload, Failure> {
    loop {
        context.heartbeat(Vec::new());
        tokio::select! {
            _ = context.cancelled() => return Err(cancelled_failure(None)),
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}
