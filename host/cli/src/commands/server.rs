//! `sundial server`: the server alone, until it is asked to end.

use std::{fmt, future::Future, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use serde::Serialize;
use sundial_sandbox::{Sandbox, SandboxOptions};
use sundial_server::{Database, HttpApi, ServerError, ServerOptions, Time, Tls};

use crate::{
    arguments::{Serving, text_of},
    certificates,
    inspector::SandboxInspector,
    interrupt::Interrupt,
    metrics_page::{self, MetricsPage},
    printer::Printer,
    problem::Problem,
    settings::{DatabaseAddress, FromText, Overrides, Secret, Settings},
};

/// Longer than this an orderly end may not take: what is durable is durable, and clients try again.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(20);

/// Arguments of `sundial server`.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// PostgreSQL database to use instead of a file, as postgres://user:password@host:5432/database
    #[arg(long, value_name = "ADDRESS", conflicts_with = "db")]
    database: Option<Secret>,
    #[command(flatten)]
    serving: Serving,
    /// Certificate to show to clients, as PEM; with it, only TLS is spoken
    #[arg(long, value_name = "FILE")]
    tls_cert_path: Option<PathBuf>,
    /// Private key of that certificate, as PEM
    #[arg(long, value_name = "FILE")]
    tls_key_path: Option<PathBuf>,
    /// Authority that must have signed the certificate of each client, as PEM
    #[arg(long, value_name = "FILE")]
    tls_client_ca_path: Option<PathBuf>,
}

/// What is there once the server has started.
#[derive(Debug, Serialize)]
struct Ready {
    address: String,
    http: Option<SocketAddr>,
    tls: bool,
    metrics: Option<SocketAddr>,
    database: String,
    namespaces: Vec<String>,
    pid: u32,
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sundial server {} is ready", env!("CARGO_PKG_VERSION"))?;
        let tls = if self.tls { ", TLS only" } else { "" };
        writeln!(f, "  address     {}{tls}", self.address)?;
        show_http(f, self.http, self.tls)?;
        writeln!(f, "  namespaces  {}", self.namespaces.join(", "))?;
        writeln!(f, "  database    {}", self.database)?;
        metrics_page::show(f, self.metrics)
    }
}

impl Server {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        self.serving.overrides(overrides);
        overrides.server_tls_cert_path = text_of(self.tls_cert_path.as_ref());
        overrides.server_tls_key_path = text_of(self.tls_key_path.as_ref());
        overrides.server_tls_client_ca_path = text_of(self.tls_client_ca_path.as_ref());
        if let Some(address) = &self.database {
            overrides.database = Some(address.0.clone());
        }
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let mut interrupt = Interrupt::listen()?;
        let database = match settings.database.value.clone() {
            DatabaseAddress::File(path) => Database::SqliteFile(path),
            DatabaseAddress::Postgres(address) => Database::Postgres(address),
        };
        let page = MetricsPage::open(settings).await?;
        let tls = tls(settings)?;
        let is_tls = tls.is_some();
        let server = tokio::select! {
            server = start(settings, database, Time::Real, tls) => server?,
            // It may be waiting for another server to end.
            () = interrupt.wait() => return Ok(()),
        };
        printer.report(&Ready {
            address: server.local_address().to_string(),
            http: server.http_address(),
            metrics: page.as_ref().map(MetricsPage::address),
            tls: is_tls,
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

/// The certificates that the settings name.
fn tls(settings: &Settings) -> Result<Option<Tls>, Problem> {
    let client_authority = certificates::read(
        "server_tls_client_ca_path",
        &settings.server_tls_client_ca_path,
    )?;
    let identity = certificates::read_pair(
        ("server_tls_cert_path", &settings.server_tls_cert_path),
        ("server_tls_key_path", &settings.server_tls_key_path),
    )?;
    match (identity, client_authority) {
        (Some((certificate, key)), client_authority) => Ok(Some(Tls {
            certificate,
            key,
            client_authority,
        })),
        (None, Some(_)) => Err(Problem::new(
            "setting server_tls_client_ca_path is given without server_tls_cert_path",
        )
        .hint(
            "clients show certificates over TLS alone: name the server's certificate and key too",
        )),
        (None, None) => Ok(None),
    }
}

/// Starts a server on the address that the settings name.
pub(crate) async fn start(
    settings: &Settings,
    database: Database,
    time: Time,
    tls: Option<Tls>,
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
        http: match time {
            Time::Real => settings.http_port.value,
            // Temporal's test server has none.
            Time::Skipping { .. } => HttpApi::Off,
        },
        tls,
        database,
        namespaces: settings.namespaces.value.clone(),
        time,
        ..ServerOptions::default()
    };
    sundial_server::Server::start(options, Arc::new(inspector))
        .await
        .map_err(|error| {
            let problem = Problem::new(format!("the server can't start: {}", chain(&error)));
            let (taken, flag) = match &error {
                ServerError::Listen { address: http, .. } if *http != address => {
                    (*http, "--http-port")
                }
                _ => (address, "--port"),
            };
            match address_in_use(&error) {
                true => problem.hint(format!(
                    "{taken} is taken: choose another with {flag}, or end what runs there"
                )),
                false => problem,
            }
        })
}

/// The line of a report that says where the HTTP API is, if it is anywhere.
pub(crate) fn show_http(
    f: &mut fmt::Formatter<'_>,
    address: Option<SocketAddr>,
    is_tls: bool,
) -> fmt::Result {
    let scheme = if is_tls { "https" } else { "http" };
    match address {
        Some(address) => writeln!(f, "  HTTP API    {scheme}://{address}"),
        None => Ok(()),
    }
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
