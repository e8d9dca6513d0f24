//! `sundial module describe`: one module with every version.

use std::fmt;

use clap::Args;
use serde::Serialize;
use sundial_proto::registry::DescribeRequest;

use super::Version;
use crate::{
    arguments::Connection, client::Client, printer::Printer, problem::Problem, settings::ByteSize,
};

/// Arguments of `sundial module describe`.
#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// The module's name
    name: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Description {
    name: String,
    versions: Vec<Version>,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        for version in &self.versions {
            let size = ByteSize(u64::try_from(version.size).unwrap_or_default());
            let current = if version.current { ", current" } else { "" };
            let pushed = version.pushed_at.as_deref().unwrap_or("an unknown time");
            writeln!(f, "  {}", version.digest)?;
            writeln!(
                f,
                "    {size}, task queue {}, pushed {pushed}{current}",
                version.task_queue
            )?;
            version
                .workflows
                .iter()
                .try_for_each(|workflow| writeln!(f, "    {workflow}"))?;
        }
        Ok(())
    }
}

impl Describe {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let request = DescribeRequest {
            namespace: client.namespace.clone(),
            name: self.name.clone(),
        };
        let answer = client
            .registry()
            .describe(request)
            .await
            .map_err(|status| client.problem(&status))?;
        let versions = answer
            .into_inner()
            .versions
            .into_iter()
            .map(Version::from)
            .collect();
        printer.report(&Description {
            name: self.name,
            versions,
        });
        Ok(())
    }
}
