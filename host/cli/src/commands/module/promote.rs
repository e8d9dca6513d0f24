//! `sundial module promote` and `rollback`: which version new runs start on.

use std::fmt;

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::SetWorkerDeploymentCurrentVersionRequest;

use super::deployment::{Deployment, build_id, short};
use crate::{
    arguments::Connection,
    client::{Client, identity},
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial module promote`.
#[derive(Debug, Args)]
pub(crate) struct Promote {
    /// The module's name
    name: String,
    /// The version, by its digest or the beginning of it
    #[arg(long, value_name = "DIGEST")]
    version: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// Arguments of `sundial module rollback`.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// The module's name
    name: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Promoted {
    name: String,
    current: String,
    previous: Option<String>,
}

impl fmt::Display for Promoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = short(&self.current);
        match &self.previous {
            Some(previous) if *previous == self.current => {
                writeln!(f, "new runs of {} start on {current} already", self.name)
            }
            Some(previous) => writeln!(
                f,
                "new runs of {} start on {current} now, no longer on {}; open runs stay where they are",
                self.name,
                short(previous)
            ),
            None => writeln!(f, "new runs of {} start on {current} now", self.name),
        }
    }
}

impl Promote {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let deployment = Deployment::of(client, &self.name).await?;
        let version = build_id(deployment.version(&self.version)?).to_owned();
        set_current(client, printer, &deployment, version).await
    }
}

impl Rollback {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let deployment = Deployment::of(client, &self.name).await?;
        let version = build_id(deployment.previous()?).to_owned();
        set_current(client, printer, &deployment, version).await
    }
}

async fn set_current(
    client: &Client,
    printer: &Printer,
    deployment: &Deployment,
    version: String,
) -> Result<(), Problem> {
    let name = deployment.info.name.clone();
    let request = SetWorkerDeploymentCurrentVersionRequest {
        namespace: client.namespace.clone(),
        deployment_name: name.clone(),
        build_id: version.clone(),
        conflict_token: deployment.conflict_token.clone(),
        identity: identity(),
        ..Default::default()
    };
    client
        .workflows()
        .set_worker_deployment_current_version(request)
        .await
        .map_err(|status| client.problem(&status))?;
    printer.report(&Promoted {
        name,
        current: version,
        previous: deployment.current().map(str::to_owned),
    });
    Ok(())
}
