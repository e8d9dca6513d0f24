//! `sundial module drain`: whether anything still needs a version, and, if asked to, waiting until nothing does.
//!
//! A version drains by itself once it is neither current nor ramping. This only tells, and waits.

use std::{fmt, time::Duration};

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::{
    enums::v1::WorkerDeploymentVersionStatus, workflowservice::v1::CountWorkflowExecutionsRequest,
};

use super::deployment::{Deployment, build_id, short};
use crate::{
    arguments::Connection, client::Client, duration::parse, printer::Printer, problem::Problem,
};

/// The server looks at what drains this often at most.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Arguments of `sundial module drain`.
#[derive(Debug, Args)]
pub(crate) struct Drain {
    /// The module's name
    name: String,
    /// The version, by its digest or the beginning of it
    #[arg(long, value_name = "DIGEST")]
    version: String,
    /// Wait until no run needs it, at most this long, such as 10m
    #[arg(long, value_name = "DURATION", value_parser = parse)]
    wait: Option<prost_wkt_types::Duration>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Drainage {
    name: String,
    version: String,
    open_runs: i64,
}

impl fmt::Display for Drainage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = short(&self.version);
        match self.open_runs {
            0 => writeln!(
                f,
                "{} {version} is drained: no open run needs it",
                self.name
            ),
            open => writeln!(
                f,
                "{} {version} is draining: {open} open runs need it",
                self.name
            ),
        }
    }
}

impl Drain {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let deployment = Deployment::of(client, &self.name).await?;
        let summary = deployment.version(&self.version)?;
        let version = build_id(summary).to_owned();
        if matches!(
            summary.status(),
            WorkerDeploymentVersionStatus::Current | WorkerDeploymentVersionStatus::Ramping
        ) {
            return Err(Problem::new(format!(
                "new runs of {} start on {}, so it does not drain",
                self.name,
                short(&version)
            ))
            .hint(format!(
                "make another version current first: `sundial module promote {} --version DIGEST`",
                self.name
            )));
        }
        let deadline = match self.wait {
            Some(limit) => {
                let limit = Duration::try_from(limit)
                    .map_err(|_| Problem::new("a wait can't be negative"))?;
                Some(tokio::time::Instant::now() + limit)
            }
            None => None,
        };
        loop {
            let open_runs = open_runs(client, &self.name, &version).await?;
            let is_over = deadline.is_none_or(|deadline| tokio::time::Instant::now() >= deadline);
            if open_runs == 0 || self.wait.is_none() {
                printer.report(&Drainage {
                    name: self.name,
                    version,
                    open_runs,
                });
                return Ok(());
            }
            if is_over {
                return Err(Problem::new(format!(
                    "{open_runs} open runs still need {} {}",
                    self.name,
                    short(&version)
                ))
                .hint("wait longer, or move them with `sundial module pin`"));
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }
}

async fn open_runs(client: &Client, name: &str, version: &str) -> Result<i64, Problem> {
    let request = CountWorkflowExecutionsRequest {
        namespace: client.namespace.clone(),
        query: format!(
            "ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '{name}:{version}'"
        ),
    };
    let answer = client
        .workflows()
        .count_workflow_executions(request)
        .await
        .map_err(|status| client.problem(&status))?;
    Ok(answer.into_inner().count)
}
