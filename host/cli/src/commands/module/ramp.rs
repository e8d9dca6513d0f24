//! `sundial module ramp`: some of the new runs start on another version than the current one.

use std::fmt;

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::SetWorkerDeploymentRampingVersionRequest;

use super::deployment::{Deployment, build_id, short};
use crate::{
    arguments::Connection,
    client::{Client, identity},
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial module ramp`.
#[derive(Debug, Args)]
pub(crate) struct Ramp {
    /// The module's name
    name: String,
    /// The version, by its digest or the beginning of it
    #[arg(long, value_name = "DIGEST", required_unless_present = "end")]
    version: Option<String>,
    /// How many of a hundred new runs start on it
    #[arg(long, value_name = "PERCENT", required_unless_present = "end", value_parser = percent)]
    percent: Option<f32>,
    /// End ramping: all new runs start on the current version
    #[arg(long, conflicts_with_all = ["version", "percent"])]
    end: bool,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Ramped {
    name: String,
    ramping: Option<String>,
    percent: f32,
    current: Option<String>,
}

impl fmt::Display for Ramped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.current.as_deref().map_or("none", short);
        match &self.ramping {
            Some(ramping) => writeln!(
                f,
                "{} % of the new runs of {} start on {}, the rest on {current}",
                self.percent,
                self.name,
                short(ramping)
            ),
            None => writeln!(f, "all new runs of {} start on {current}", self.name),
        }
    }
}

impl Ramp {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let deployment = Deployment::of(client, &self.name).await?;
        let ramping = match &self.version {
            Some(digest) => Some(build_id(deployment.version(digest)?).to_owned()),
            None => None,
        };
        let percent = self.percent.unwrap_or_default();
        let request = SetWorkerDeploymentRampingVersionRequest {
            namespace: client.namespace.clone(),
            deployment_name: self.name.clone(),
            build_id: ramping.clone().unwrap_or_default(),
            percentage: percent,
            conflict_token: deployment.conflict_token.clone(),
            identity: identity(),
            ..Default::default()
        };
        client
            .workflows()
            .set_worker_deployment_ramping_version(request)
            .await
            .map_err(|status| client.problem(&status))?;
        printer.report(&Ramped {
            name: self.name,
            ramping,
            percent,
            current: deployment.current().map(str::to_owned),
        });
        Ok(())
    }
}

fn percent(text: &str) -> Result<f32, String> {
    match text.trim_end_matches('%').parse::<f32>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("it must be a number from 0 to 100".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_from_0_to_100() {
        assert_eq!(percent("12.5"), Ok(12.5));
        assert_eq!(percent("100%"), Ok(100.0));
        for text in ["-1", "101", "all", "NaN", ""] {
            assert!(percent(text).is_err(), "{text}");
        }
    }
}
