//! Measures any server that speaks Temporal's API: throughput, latency, CPU per workflow, memory.
//!
//! The load comes from raw gRPC calls, with no SDK between, so that the client's own cost stays small and is the
//! same for every server. In one run it takes Sundial and Temporal's development server in turn and prints ratios.

mod client;
mod plan;
mod printer;
mod process;
mod report;
mod scenarios;
mod target;
mod worker;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::{
    report::Report,
    scenarios::Scale,
    target::{Kind, Postgres, Target},
};

/// What to measure, and how long.
#[derive(Debug, Parser)]
#[command(name = "sundial-bench", max_term_width = 100)]
struct Arguments {
    /// Servers to start and measure, in this order; ratios are against the first [default: all, sundial-postgres
    /// where there is --postgres]
    #[arg(long, value_enum, value_delimiter = ',')]
    servers: Vec<Kind>,
    /// Measure the server that already runs at HOST:PORT instead
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "servers")]
    address: Option<String>,
    /// Process of the server at --address, for its CPU and memory
    #[arg(long, requires = "address")]
    pid: Option<u32>,
    /// An empty PostgreSQL database for sundial-postgres, as postgres://user:password@host:5432/database
    #[arg(long, env = "SUNDIAL_BENCH_POSTGRES", value_name = "ADDRESS")]
    postgres: Option<String>,
    /// PostgreSQL's first process, for the CPU of the database
    #[arg(
        long,
        env = "SUNDIAL_BENCH_POSTGRES_PID",
        value_name = "PID",
        requires = "postgres"
    )]
    postgres_pid: Option<u32>,
    /// Seconds that each measurement of throughput lasts
    #[arg(long, default_value_t = 6.0)]
    seconds: f64,
    /// Workflows in flight while throughput is measured
    #[arg(long, default_value_t = 50)]
    in_flight: usize,
    /// Activities of the one long run
    #[arg(long, default_value_t = 1000)]
    long_run: u32,
    /// Tasks that pile up for `--only backlog`
    #[arg(long, default_value_t = 100_000)]
    backlog: u32,
    /// Runs that wait for `--only sleeping`
    #[arg(long, default_value_t = 100_000)]
    sleeping: u32,
    /// Runs that close for `--only closed`
    #[arg(long, default_value_t = 100_000)]
    closed: u32,
    /// Measure only these [default: all but backlog, sleeping and closed, which take minutes]
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Measurement>,
    /// Write all figures to FILE as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The sundial binary [default: beside this one]
    #[arg(long, env = "SUNDIAL_BINARY", value_name = "FILE")]
    sundial: Option<PathBuf>,
    /// The temporal CLI [default: from PATH]
    #[arg(
        long,
        env = "TEMPORAL_BINARY",
        value_name = "FILE",
        default_value = "temporal"
    )]
    temporal: PathBuf,
    /// A component with the workflow types Greet and HelloWorld, to measure the worker host with
    #[arg(long, value_name = "FILE")]
    component: Option<PathBuf>,
}

/// The measurements there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// Start-up time and memory when nothing happens
    Idle,
    /// One workflow at a time
    Unloaded,
    /// As many workflows as there is time for
    Throughput,
    /// Signals to one run
    Signals,
    /// Signals spread over many runs
    SpreadSignals,
    /// One run of many activities, one after the other
    LongRun,
    /// CPU of `sundial worker` per workflow
    WorkerHost,
    /// Memory and poll rate when many tasks wait
    Backlog,
    /// Memory of runs that wait for a timer
    Sleeping,
    /// Lists and counts of many closed runs
    Closed,
}

impl Measurement {
    /// Those that fill a server with so much that it takes minutes are done when they are asked for.
    fn is_usual(self) -> bool {
        !matches!(self, Self::Backlog | Self::Sleeping | Self::Closed)
    }
}

impl Arguments {
    fn wants(&self, measurement: Measurement) -> bool {
        if self.only.is_empty() {
            measurement.is_usual()
        } else {
            self.only.contains(&measurement)
        }
    }

    fn targets(&self) -> Vec<Target> {
        match &self.address {
            Some(address) => vec![Target::running(address.clone(), self.pid)],
            None => self
                .kinds()
                .iter()
                .map(|kind| Target::new(*kind, self.binary(*kind), self.database()))
                .collect(),
        }
    }

    fn kinds(&self) -> Vec<Kind> {
        if !self.servers.is_empty() {
            return self.servers.clone();
        }
        let has_postgres = self.postgres.is_some();
        let all = Kind::value_variants().iter().copied();
        all.filter(|kind| has_postgres || *kind != Kind::SundialPostgres)
            .collect()
    }

    fn database(&self) -> Option<Postgres> {
        self.postgres.clone().map(|address| Postgres {
            address,
            pid: self.postgres_pid,
        })
    }

    fn binary(&self, kind: Kind) -> PathBuf {
        match kind {
            Kind::TemporalMemory | Kind::TemporalDisk => self.temporal.clone(),
            Kind::Sundial | Kind::SundialPostgres => self.sundial(),
        }
    }

    fn sundial(&self) -> PathBuf {
        self.sundial.clone().unwrap_or_else(|| {
            let beside = std::env::current_exe().map(|own| own.with_file_name("sundial"));
            beside.unwrap_or_else(|_| "sundial".into())
        })
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // One thread: what the load costs is taken from the server's machine, so it should be little.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = runtime.block_on(measure(&arguments))?;
    printer::print(&report.table());
    if let Some(path) = &arguments.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

async fn measure(arguments: &Arguments) -> Result<Report> {
    let scale = Scale {
        duration: Duration::from_secs_f64(arguments.seconds),
        in_flight: arguments.in_flight,
        long_run: arguments.long_run,
        backlog: arguments.backlog,
        sleeping: arguments.sleeping,
        closed: arguments.closed,
    };
    let mut report = Report::default();
    for target in arguments.targets() {
        printer::note(&format!("measuring {}", target.name()));
        let server = target.start().await?;
        let column = report.column(target.name());
        if arguments.wants(Measurement::Idle) {
            scenarios::idle(&server, column).await?;
        }
        if arguments.wants(Measurement::Unloaded) {
            scenarios::unloaded(&server, column).await?;
        }
        if arguments.wants(Measurement::Throughput) {
            for activities in [0, 1, 10] {
                scenarios::throughput(&server, activities, scale, column).await?;
            }
        }
        if arguments.wants(Measurement::Signals) {
            scenarios::signals(&server, column).await?;
        }
        if arguments.wants(Measurement::SpreadSignals) {
            scenarios::spread_signals(&server, column).await?;
        }
        if arguments.wants(Measurement::LongRun) {
            scenarios::long_run(&server, scale, column).await?;
        }
        if let Some(component) = &arguments.component
            && arguments.wants(Measurement::WorkerHost)
        {
            scenarios::worker_host(&server, &arguments.sundial(), component, scale, column).await?;
        }
        if arguments.wants(Measurement::Backlog) {
            scenarios::backlog(&server, scale, column).await?;
        }
        if arguments.wants(Measurement::Sleeping) {
            scenarios::sleeping(&server, scale, column).await?;
        }
        if arguments.wants(Measurement::Closed) {
            scenarios::closed(&server, scale, column).await?;
        }
        column.put(
            "memory afterwards, MB",
            server.usage()?.map(|usage| usage.resident_megabytes()),
        );
        server.stop();
    }
    Ok(report)
}
