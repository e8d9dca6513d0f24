//! `sundial worker`: the worker host alone, for a server of ours or of Temporal's.

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc};

use clap::Args;
use serde::Serialize;
use sundial_worker::{ModuleSource, NativeActivities, Statistics, WorkerHost, WorkerOptions};

use crate::{
    arguments::{Hosting, Security, Watching},
    commands::server::{chain, sandbox_options, stop_within_limit},
    interrupt::Interrupt,
    metrics_page::{self, MetricsPage},
    printer::Printer,
    problem::Problem,
    server_address::ServerAddress,
    settings::{Overrides, Settings},
};

/// Arguments of `sundial worker`.
#[derive(Debug, Args)]
pub(crate) struct Worker {
    /// The server, as host:port
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
    /// Namespace to serve; may be given more than once
    #[arg(long = "namespace", short, value_name = "NAME")]
    namespaces: Vec<String>,
    #[command(flatten)]
    hosting: Hosting,
    #[command(flatten)]
    watching: Watching,
    #[command(flatten)]
    security: Security,
}

/// What is there once the worker host has started.
#[derive(Debug, Serialize)]
struct Ready {
    server: String,
    metrics: Option<SocketAddr>,
    namespaces: Vec<String>,
    modules: Option<PathBuf>,
    pid: u32,
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sundial worker {} is ready", env!("CARGO_PKG_VERSION"))?;
        writeln!(f, "  server      {}", self.server)?;
        writeln!(f, "  namespaces  {}", self.namespaces.join(", "))?;
        match &self.modules {
            Some(folder) => writeln!(f, "  modules     {}", folder.display()),
            None => writeln!(f, "  modules     from the server's registry"),
        }?;
        metrics_page::show(f, self.metrics)
    }
}

/// What the worker host did, and where its CPU time went.
#[derive(Debug, Serialize)]
struct Ended {
    activations: u64,
    replayed_activations: u64,
    instantiations: u64,
    evictions: u64,
    failed_workflow_tasks: u64,
    activities: u64,
    /// CPU time of the process.
    cpu_seconds: f64,
    /// The part of it that made instances of components.
    instantiation_cpu_seconds: f64,
    /// The part of it that ran workflow code.
    activation_cpu_seconds: f64,
}

impl From<Statistics> for Ended {
    fn from(statistics: Statistics) -> Self {
        Self {
            activations: statistics.activations,
            replayed_activations: statistics.replayed_activations,
            instantiations: statistics.instantiations,
            evictions: statistics.evictions,
            failed_workflow_tasks: statistics.failed_workflow_tasks,
            activities: statistics.activities,
            cpu_seconds: statistics.process_cpu.as_secs_f64(),
            instantiation_cpu_seconds: statistics.instantiation_cpu.as_secs_f64(),
            activation_cpu_seconds: statistics.activation_cpu.as_secs_f64(),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.cpu_seconds - self.instantiation_cpu_seconds - self.activation_cpu_seconds;
        writeln!(
            f,
            "ended after {} activations ({} replayed) in {} instances, {} activities, {} failed workflow tasks",
            self.activations,
            self.replayed_activations,
            self.instantiations,
            self.activities,
            self.failed_workflow_tasks
        )?;
        writeln!(
            f,
            "  CPU         {:.2} s: {:.2} s in workflow code, {:.2} s making instances, {rest:.2} s polling, answering and the rest",
            self.cpu_seconds, self.activation_cpu_seconds, self.instantiation_cpu_seconds
        )
    }
}

impl Worker {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        overrides.address = self.address.clone();
        overrides.namespaces = (!self.namespaces.is_empty()).then(|| self.namespaces.join(","));
        self.hosting.overrides(overrides);
        self.watching.overrides(overrides);
        self.security.overrides(overrides);
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let mut interrupt = Interrupt::listen()?;
        let page = MetricsPage::open(settings).await?;
        let server = ServerAddress::of(settings)?;
        let host = start(settings, server).await?;
        if let Some(page) = &page {
            page.show_host(Arc::new(host.statistics_reader()));
        }
        printer.report(&Ready {
            metrics: page.as_ref().map(MetricsPage::address),
            server: settings.address.value.clone(),
            namespaces: settings.namespaces.value.clone(),
            modules: settings.modules.value.clone(),
            pid: std::process::id(),
        });
        interrupt.wait().await;
        printer.note("stopping");
        let statistics = stop_within_limit(&mut interrupt, host.shutdown()).await?;
        printer.report(&Ended::from(statistics));
        Ok(())
    }
}

/// Starts a worker host for a server.
pub(crate) async fn start(
    settings: &Settings,
    server: ServerAddress,
) -> Result<WorkerHost, Problem> {
    let options = WorkerOptions {
        address: server.url,
        credentials: server.credentials,
        namespaces: settings.namespaces.value.clone(),
        modules: match &settings.modules.value {
            Some(folder) => ModuleSource::Folder(folder.clone()),
            None => ModuleSource::Registry,
        },
        task_queue_for_folder: settings.task_queue.value.clone(),
        activities_file: settings.activities.value.clone(),
        cache_dir: Some(settings.modules_folder()),
        cache_limit_bytes: settings.cache_limit.value.0,
        sandbox: sandbox_options(settings),
        ..WorkerOptions::default()
    };
    WorkerHost::start(options, NativeActivities::default())
        .await
        .map_err(|error| Problem::new(format!("the worker host can't start: {}", chain(&error))))
}
