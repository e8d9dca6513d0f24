//! `sundial dev`: a server and a worker host in one process. They meet at gRPC even here.

use std::{fmt, net::SocketAddr, sync::Arc};

use clap::Args;
use serde::Serialize;
use sundial_server::{Database, Time};

use crate::{
    arguments::{Hosting, Serving},
    commands::{server, worker},
    interrupt::Interrupt,
    metrics_page::{self, MetricsPage},
    printer::Printer,
    problem::Problem,
    server_address::ServerAddress,
    settings::{DatabaseAddress, FromText, Overrides, Settings},
};

/// Arguments of `sundial dev`.
#[derive(Debug, Args)]
pub(crate) struct Dev {
    #[command(flatten)]
    serving: Serving,
    /// Keep nothing: the data is gone when the process ends
    #[arg(long, conflicts_with = "db")]
    ephemeral: bool,
    /// Serve no web page (there is none yet)
    #[arg(long)]
    headless: bool,
    #[command(flatten)]
    hosting: Hosting,
}

/// What is there once all has started.
#[derive(Debug, Serialize)]
struct Ready {
    address: String,
    http: Option<SocketAddr>,
    metrics: Option<SocketAddr>,
    database: Option<String>,
    namespaces: Vec<String>,
    pid: u32,
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sundial {} is ready", env!("CARGO_PKG_VERSION"))?;
        writeln!(f, "  address     {}", self.address)?;
        server::show_http(f, self.http, false)?;
        writeln!(f, "  namespaces  {}", self.namespaces.join(", "))?;
        match &self.database {
            Some(path) => writeln!(f, "  database    {}", path),
            None => writeln!(
                f,
                "  database    none: all data is gone when this process ends"
            ),
        }?;
        metrics_page::show(f, self.metrics)
    }
}

impl Dev {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        self.serving.overrides(overrides);
        self.hosting.overrides(overrides);
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let mut interrupt = Interrupt::listen()?;
        let page = MetricsPage::open(settings).await?;
        let database = match (&settings.database.value, self.ephemeral) {
            (_, true) => Database::SqliteMemory,
            (DatabaseAddress::File(path), false) => Database::SqliteFile(path.clone()),
            (DatabaseAddress::Postgres(_), false) => {
                return Err(Problem::new(
                    "`sundial dev` keeps its data in a file, not in PostgreSQL",
                )
                .hint("use `sundial server` with `sundial worker`, or name a file with --db"));
            }
        };
        let server = server::start(settings, database, Time::Real, None).await?;
        let address = server.local_address().to_string();
        let http = server.http_address();
        let host = match worker::start(settings, ServerAddress::plain(&address)?).await {
            Ok(host) => host,
            Err(problem) => {
                server.shutdown().await;
                return Err(problem);
            }
        };
        if let Some(page) = &page {
            page.show_host(Arc::new(host.statistics_reader()));
        }
        printer.report(&Ready {
            address,
            http,
            metrics: page.as_ref().map(MetricsPage::address),
            database: (!self.ephemeral).then(|| settings.database.value.to_text()),
            namespaces: settings.namespaces.value.clone(),
            pid: std::process::id(),
        });
        interrupt.wait().await;
        printer.note("stopping");
        server::stop_within_limit(&mut interrupt, async {
            host.shutdown().await;
            server.shutdown().await;
        })
        .await
    }
}
