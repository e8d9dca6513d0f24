//! `sundial module pin`: an open run stays on, or moves to, a version that is named, whatever becomes current.

use std::fmt;

use clap::Args;
use prost_wkt_types::FieldMask;
use serde::Serialize;
use temporalio_protos::temporal::api::{
    deployment::v1::WorkerDeploymentVersion,
    workflow::v1::{
        VersioningOverride, WorkflowExecutionOptions,
        versioning_override::{Override, PinnedOverride, PinnedOverrideBehavior},
    },
    workflowservice::v1::UpdateWorkflowExecutionOptionsRequest,
};

use super::deployment::{Deployment, build_id, short};
use crate::{
    arguments::{Connection, Target},
    client::{Client, identity},
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial module pin`.
#[derive(Debug, Args)]
pub(crate) struct Pin {
    /// The module's name
    name: String,
    /// The version, by its digest or the beginning of it
    #[arg(long, value_name = "DIGEST", required_unless_present = "release")]
    version: Option<String>,
    /// Undo a pin: the run goes on as its own version says
    #[arg(long, conflicts_with = "version")]
    release: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Pinned {
    workflow_id: String,
    name: String,
    version: Option<String>,
}

impl fmt::Display for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => writeln!(
                f,
                "{} is pinned to {} {}",
                self.workflow_id,
                self.name,
                short(version)
            ),
            None => writeln!(f, "{} is pinned no longer", self.workflow_id),
        }
    }
}

impl Pin {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let deployment = Deployment::of(client, &self.name).await?;
        let version = match &self.version {
            Some(digest) => Some(build_id(deployment.version(digest)?).to_owned()),
            None => None,
        };
        let versioning_override = version.clone().map(|build_id| VersioningOverride {
            r#override: Some(Override::Pinned(PinnedOverride {
                behavior: PinnedOverrideBehavior::Pinned as i32,
                version: Some(WorkerDeploymentVersion {
                    deployment_name: self.name.clone(),
                    build_id,
                }),
            })),
            ..Default::default()
        });
        let request = UpdateWorkflowExecutionOptionsRequest {
            namespace: client.namespace.clone(),
            workflow_execution: Some(self.target.execution()),
            workflow_execution_options: Some(WorkflowExecutionOptions {
                versioning_override,
                ..Default::default()
            }),
            update_mask: Some(FieldMask {
                paths: vec!["versioning_override".to_owned()],
            }),
            identity: identity(),
        };
        client
            .workflows()
            .update_workflow_execution_options(request)
            .await
            .map_err(|status| client.problem(&status))?;
        printer.report(&Pinned {
            workflow_id: self.target.workflow_id,
            name: self.name,
            version,
        });
        Ok(())
    }
}
