//! `sundial module list`: the current version of each module of a namespace.

use std::fmt;

use clap::Args;
use serde::Serialize;
use sundial_proto::registry::ListRequest;

use super::Version;
use crate::{
    arguments::Connection,
    client::Client,
    printer::{Printer, Table},
    problem::Problem,
};

/// Arguments of `sundial module list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Listing {
    modules: Vec<Version>,
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["name", "version", "task queue", "pushed", "workflows"]);
        for module in &self.modules {
            table.row([
                module.name.clone(),
                module.short_digest().to_owned(),
                module.task_queue.clone(),
                module.pushed_at.clone().unwrap_or_default(),
                module.workflow_types(),
            ]);
        }
        write!(f, "{table}")
    }
}

impl List {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let request = ListRequest {
            namespace: client.namespace.clone(),
        };
        let answer = client
            .registry()
            .list(request)
            .await
            .map_err(|status| client.problem(&status))?;
        let modules: Vec<Version> = answer
            .into_inner()
            .modules
            .into_iter()
            .map(Version::from)
            .collect();
        if modules.is_empty() {
            printer.note(format!(
                "namespace {} has no modules: `sundial module push FILE` adds one",
                client.namespace
            ));
        }
        printer.report(&Listing { modules });
        Ok(())
    }
}
