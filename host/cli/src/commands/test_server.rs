//! `sundial test-server`: an ephemeral server whose clock skips, as the test environments of Temporal's SDKs start one.
//!
//! They start it by its port alone, poll until it answers, control the time through TestService, and kill it.

use std::fmt;

use clap::Args;
use serde::Serialize;
use sundial_server::{Database, Time};

use crate::{
    commands::server,
    interrupt::Interrupt,
    printer::Printer,
    problem::Problem,
    settings::{Overrides, Settings},
};

/// Arguments of `sundial test-server`.
#[derive(Debug, Args)]
pub(crate) struct TestServer {
    /// Port to listen on; 0 takes a free one
    #[arg(value_name = "PORT")]
    port: u16,
    /// Skip idle time from the start, without waiting for TestService to unlock it
    #[arg(long)]
    enable_time_skipping: bool,
    /// Address to listen on
    #[arg(long, value_name = "IP")]
    ip: Option<String>,
    /// Namespace to register beside `default`; may be given more than once
    #[arg(long = "namespace", short, value_name = "NAME")]
    namespaces: Vec<String>,
}

/// What is there once the server has started.
#[derive(Debug, Serialize)]
struct Ready {
    address: String,
    namespaces: Vec<String>,
    skips_time: bool,
    pid: u32,
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = match self.skips_time {
            true => "skips whenever nothing runs",
            false => "real until TestService unlocks it",
        };
        writeln!(
            f,
            "sundial test server {} is ready",
            env!("CARGO_PKG_VERSION")
        )?;
        writeln!(f, "  address     {}", self.address)?;
        writeln!(f, "  namespaces  {}", self.namespaces.join(", "))?;
        writeln!(f, "  time        {time}")
    }
}

impl TestServer {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        overrides.port = Some(self.port.to_string());
        overrides.ip = self.ip.clone();
        overrides.namespaces = (!self.namespaces.is_empty()).then(|| self.namespaces.join(","));
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let mut interrupt = Interrupt::listen()?;
        let time = Time::Skipping {
            is_locked: !self.enable_time_skipping,
        };
        let server = server::start(settings, Database::SqliteMemory, time, None).await?;
        printer.report(&Ready {
            address: server.local_address().to_string(),
            namespaces: settings.namespaces.value.clone(),
            skips_time: self.enable_time_skipping,
            pid: std::process::id(),
        });
        interrupt.wait().await;
        printer.note("stopping");
        server::stop_within_limit(&mut interrupt, server.shutdown()).await
    }
}
