//! A module's deployment, as the commands that route its runs see it: its versions, and which one is meant.

use temporalio_protos::temporal::api::{
    deployment::v1::{
        WorkerDeploymentInfo, WorkerDeploymentVersion,
        worker_deployment_info::WorkerDeploymentVersionSummary,
    },
    workflowservice::v1::DescribeWorkerDeploymentRequest,
};
use tonic::Code;

use super::SHORT_DIGEST_LENGTH;
use crate::{client::Client, problem::Problem};

/// A module's deployment, read just now.
pub(super) struct Deployment {
    pub(super) info: WorkerDeploymentInfo,
    /// Lets a change fail if somebody else was faster.
    pub(super) conflict_token: Vec<u8>,
}

impl Deployment {
    /// Reads it from the server.
    pub(super) async fn of(client: &Client, name: &str) -> Result<Self, Problem> {
        let request = DescribeWorkerDeploymentRequest {
            namespace: client.namespace.clone(),
            deployment_name: name.to_owned(),
        };
        let answer = client
            .workflows()
            .describe_worker_deployment(request)
            .await
            .map_err(|status| match status.code() {
                Code::NotFound => Problem::new(format!(
                    "there is no module {name} in namespace {}",
                    client.namespace
                ))
                .hint("`sundial module list` shows those that there are"),
                _ => client.problem(&status),
            })?
            .into_inner();
        let info = answer
            .worker_deployment_info
            .ok_or_else(|| Problem::new(format!("the server said nothing of module {name}")))?;
        Ok(Self {
            info,
            conflict_token: answer.conflict_token,
        })
    }

    /// The build id of the current version.
    pub(super) fn current(&self) -> Option<&str> {
        self.info
            .routing_config
            .as_ref()?
            .current_deployment_version
            .as_ref()
            .map(|version| version.build_id.as_str())
    }

    /// The version whose digest begins so. It must be one alone.
    pub(super) fn version(&self, digest: &str) -> Result<&WorkerDeploymentVersionSummary, Problem> {
        let mut found = self
            .info
            .version_summaries
            .iter()
            .filter(|summary| build_id(summary).starts_with(digest));
        let name = &self.info.name;
        match (found.next(), found.next()) {
            (Some(version), None) => Ok(version),
            (None, _) => Err(Problem::new(format!(
                "module {name} has no version whose digest begins with `{digest}`"
            ))
            .hint(format!(
                "`sundial module describe {name}` shows its versions"
            ))),
            (Some(_), Some(_)) => Err(Problem::new(format!(
                "module {name} has several versions whose digests begin with `{digest}`"
            ))
            .hint("give more of the digest")),
        }
    }

    /// The version that was current before this one.
    pub(super) fn previous(&self) -> Result<&WorkerDeploymentVersionSummary, Problem> {
        let current = self.current();
        self.info
            .version_summaries
            .iter()
            .filter(|summary| summary.last_current_time.is_some())
            .filter(|summary| Some(build_id(summary)) != current)
            .max_by_key(|summary| {
                let at = summary.last_current_time.unwrap_or_default();
                (at.seconds, at.nanos)
            })
            .ok_or_else(|| {
                let name = &self.info.name;
                Problem::new(format!(
                    "no other version of module {name} has been current yet"
                ))
                .hint(format!(
                    "name one: `sundial module promote {name} --version DIGEST`"
                ))
            })
    }
}

/// A version's digest.
pub(super) fn build_id(summary: &WorkerDeploymentVersionSummary) -> &str {
    summary
        .deployment_version
        .as_ref()
        .map_or("", |version: &WorkerDeploymentVersion| &version.build_id)
}

/// As much of a digest as tells it from others.
pub(super) fn short(digest: &str) -> &str {
    digest.get(..SHORT_DIGEST_LENGTH).unwrap_or(digest)
}
