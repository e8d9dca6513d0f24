//! The servers that are measured: how each is started, known to be ready, and stopped.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tempfile::TempDir;

use crate::{client::Client, process::Usage};

/// A server that takes longer than this to start is taken for broken.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// What can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// `sundial dev` on a database file
    Sundial,
    /// `sundial server` on the PostgreSQL database of --postgres
    SundialPostgres,
    /// `temporal server start-dev`, in memory
    TemporalMemory,
    /// `temporal server start-dev` on a database file
    TemporalDisk,
}

/// A PostgreSQL database that holds nothing yet.
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    /// As `sundial server --database` takes it.
    pub(crate) address: String,
    /// Of PostgreSQL's first process, for what the database uses.
    pub(crate) pid: Option<u32>,
}

/// A server to measure.
#[derive(Debug)]
pub(crate) enum Target {
    /// To be started.
    New {
        kind: Kind,
        binary: PathBuf,
        database: Option<Postgres>,
    },
    /// Somebody else's.
    Running { address: String, pid: Option<u32> },
}

/// A server that answers.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) client: Client,
    /// From the start of the process to its first answer.
    pub(crate) startup: Option<Duration>,
    pid: Option<u32>,
    database_pid: Option<u32>,
    process: Option<Child>,
    _data: Option<TempDir>,
}

impl Target {
    /// `database` is for the kinds that need one.
    pub(crate) fn new(kind: Kind, binary: PathBuf, database: Option<Postgres>) -> Self {
        Self::New {
            kind,
            binary,
            database,
        }
    }

    pub(crate) fn running(address: String, pid: Option<u32>) -> Self {
        Self::Running { address, pid }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::New {
                kind: Kind::Sundial,
                ..
            } => "sundial",
            Self::New {
                kind: Kind::SundialPostgres,
                ..
            } => "sundial, postgres",
            Self::New {
                kind: Kind::TemporalMemory,
                ..
            } => "temporal, memory",
            Self::New {
                kind: Kind::TemporalDisk,
                ..
            } => "temporal, disk",
            Self::Running { .. } => "running server",
        }
    }

    /// Starts the server, if it does not run yet, and waits until it answers.
    pub(crate) async fn start(&self) -> Result<Server> {
        let (kind, binary, postgres) = match self {
            Self::New {
                kind,
                binary,
                database,
            } => (*kind, binary, database.as_ref()),
            Self::Running { address, pid } => {
                let client = ready(address, None).await?;
                return Ok(Server {
                    address: address.clone(),
                    client,
                    startup: None,
                    pid: *pid,
                    database_pid: None,
                    process: None,
                    _data: None,
                });
            }
        };
        let data = TempDir::new()?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let port = address.rsplit(':').next().unwrap_or_default();
        let database = data.path().join("bench.db");
        let mut command = Command::new(binary);
        match kind {
            Kind::Sundial => command
                .args(["dev", "--headless", "--port", port, "--db"])
                .arg(&database),
            Kind::SundialPostgres => {
                let postgres = postgres.context(
                    "sundial-postgres needs an empty database: --postgres ADDRESS (`cargo bench-all` starts one)",
                )?;
                command.args([
                    "server",
                    "--address",
                    &address,
                    "--database",
                    &postgres.address,
                ])
            }
            Kind::TemporalMemory => command.args([
                "server",
                "start-dev",
                "--headless",
                "--log-level",
                "error",
                "--port",
                port,
            ]),
            Kind::TemporalDisk => command
                .args([
                    "server",
                    "start-dev",
                    "--headless",
                    "--log-level",
                    "error",
                    "--port",
                    port,
                    "--db-filename",
                ])
                .arg(&database),
        };
        command
            .current_dir(data.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let began = Instant::now();
        let mut process = command
            .spawn()
            .with_context(|| format!("{} can't be started", binary.display()))?;
        let client = ready(&address, Some(&mut process)).await?;
        let startup = Some(began.elapsed());
        Ok(Server {
            address,
            client,
            startup,
            pid: Some(process.id()),
            database_pid: postgres
                .filter(|_| kind == Kind::SundialPostgres)
                .and_then(|postgres| postgres.pid),
            process: Some(process),
            _data: Some(data),
        })
    }
}

impl Server {
    /// None for a server whose process is not known.
    pub(crate) fn usage(&self) -> Result<Option<Usage>> {
        self.pid.map(Usage::of).transpose()
    }

    /// Of all processes of the server's database. None for a server that has no database process, or whose is not known.
    pub(crate) fn database_usage(&self) -> Result<Option<Usage>> {
        self.database_pid.map(Usage::of_family).transpose()
    }

    pub(crate) fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // It may have ended by itself, and then there is nothing to do.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

async fn ready(address: &str, mut process: Option<&mut Child>) -> Result<Client> {
    let began = Instant::now();
    loop {
        if let Some(process) = &mut process
            && let Some(status) = process.try_wait()?
        {
            bail!("the server ended at once: {status}");
        }
        match Client::connect(address).await {
            Ok(client) => return Ok(client),
            Err(error) if began.elapsed() > READY_WITHIN => {
                return Err(error.context(format!("{address} does not answer")));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(2)).await,
        }
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
