//! `sundial server`: the server alone, until it is asked to end.

use std::{fmt, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use clap::Args;
use serde::Serialize;
use sundial_sandbox::{Sandbox, SandboxOptions};
use sundial_server::{Database, ServerOptions, Time};

use crate::{
    arguments::Serving,
    inspector::SandboxInspector,
    interrupt::Interrupt,
    printer::Printer,
    problem::Problem,
    settings::{DatabaseAddress, FromText, Overrides, Settings},
};

/// Longer than this an orderly end may not take: what is durable is durable, and clients try again.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(20);

/// Arguments of `sundial server`.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// PostgreSQL database to use instead of a file, as postgres://user:password@host:5432/database
    #[arg(long, value_name = "ADDRESS", conflicts_with = "db")]
    database: Option<String>,
    #[command(flatten)]
    serving: Serving,
}

/// What is there once the server has started.
#[derive(Debug, Serialize)]
struct Ready {
    address: String,
    database: String,
    namespaces: Vec<String>,
    pid: u32,
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sundial server {} is ready", env!("CARGO_PKG_VERSION"))?;
        writeln!(f, "  address     {}", self.address)?;
        writeln!(f, "  namespaces  {}", self.namespaces.join(", "))?;
        writeln!(f, "  database    {}", self.database)
    }
}

impl Server {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        self.serving.overrides(overrides);
        if let Some(address) = &self.database {
            overrides.database = Some(address.clone());
        }
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let mut interrupt = Interrupt::listen()?;
        let database = match settings.database.value.clone() {
            DatabaseAddress::File(path) => Database::SqliteFile(path),
            DatabaseAddress::Postgres(address) => Database::Postgres(address),
        };
        let server = tokio::select! {
            server = start(settings, database, Time::Real) => server?,
            // It may be waiting for another server to end.
            () = interrupt.wait() => return Ok(()),
        };
        printer.report(&Ready {
            address: server.local_address().to_string(),
            database: settings.database.value.to_text(),
            namespaces: settings.namespaces.value.clone(),
            pid: std::process::id(),
        });
        let has_lost = tokio::select! {
            () = interrupt.wait() => false,
            () = server.lost_its_shards() => true,
        };
        printer.note("stopping");
        stop_within_limit(&mut interrupt, server.shutdown()).await?;
        if has_lost {
            return Err(Problem::new(
                "another server on the same database took this server's shards over",
            )
            .hint("one server at a time works on a database; start this one again to have it stand by"));
        }
        Ok(())
    }
}

/// Starts a server on the address that the settings name.
pub(crate) async fn start(
    settings: &Settings,
    database: Database,
    time: Time,
) -> Result<sundial_server::Server, Problem> {
    if let Database::SqliteFile(path) = &database
        && let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|error| {
            Problem::new(format!(
                "can't make the database's folder {}: {error}",
                folder.display()
            ))
        })?;
    }
    let address = SocketAddr::new(settings.ip.value, settings.port.value);
    let inspector = SandboxInspector::new(sandbox(settings)?);
    let options = ServerOptions {
        address,
        database,
        namespaces: settings.namespaces.value.clone(),
        time,
        ..ServerOptions::default()
    };
    sundial_server::Server::start(options, Arc::new(inspector))
        .await
        .map_err(|error| {
            let problem = Problem::new(format!("the server can't start: {}", chain(&error)));
            match address_in_use(&error) {
                true => problem.hint(format!(
                    "{address} is taken: choose another with --port, or end what runs there"
                )),
                false => problem,
            }
        })
}

/// Waits for an orderly end, at most as long as the limit and until a second signal comes.
pub(crate) async fn stop_within_limit<T>(
    interrupt: &mut Interrupt,
    shutdown: impl Future<Output = T>,
) -> Result<T, Problem> {
    tokio::select! {
        last_words = shutdown => Ok(last_words),
        () = interrupt.wait() => Err(Problem::new("ended at once by a second signal")),
        () = tokio::time::sleep(SHUTDOWN_LIMIT) => {
            Err(Problem::new(format!("the shutdown took longer than {SHUTDOWN_LIMIT:?} and was cut off")))
        }
    }
}

/// The sandbox with the limits that the settings name.
pub(crate) fn sandbox(settings: &Settings) -> Result<Sandbox, Problem> {
    Sandbox::new(sandbox_options(settings))
        .map_err(|error| Problem::new(format!("the sandbox can't start: {}", chain(&error))))
}

pub(crate) fn sandbox_options(settings: &Settings) -> SandboxOptions {
    SandboxOptions {
        cache_dir: Some(settings.compiled_folder()),
        memory_limit_bytes: settings.memory_limit.value.0,
        cpu_limit_ms: settings.cpu_limit_ms.value,
        ..SandboxOptions::default()
    }
}

/// An error with its causes, without saying anything twice.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

fn address_in_use(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let kind = inner
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        if kind == Some(std::io::ErrorKind::AddrInUse) {
            return true;
        }
        cause = inner.source();
    }
    false
}
