//! Worker Deployments: whether the server has them, which versions it knows, and which one is current.

use temporalio_client::grpc::WorkflowService;
use temporalio_protos::temporal::api::{
    enums::v1::WorkerDeploymentVersionStatus,
    workflowservice::v1::{
        DescribeWorkerDeploymentRequest, SetWorkerDeploymentCurrentVersionRequest,
    },
};
use tonic::{Code, IntoRequest, Status};

use super::{CoreError, DeploymentVersion, connection::TemporalClient};

/// What the server says of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deployment {
    /// The server has no Worker Deployments, or they are turned off in the namespace.
    Unsupported,
    /// The server has them, but none of this name.
    Unknown,
    Known {
        /// The version that new runs start on, if one was chosen.
        current_build_id: Option<String>,
        /// The versions that have runs or may get some.
        live_build_ids: Vec<String>,
    },
}

/// Why a version could not be made current.
#[derive(Debug)]
pub(crate) enum NotCurrent {
    /// The server has no Worker Deployments.
    Unsupported,
    /// Not now: most often its pollers were not seen yet.
    NotYet(String),
}

impl TemporalClient {
    /// What the server knows of a deployment.
    pub(crate) async fn deployment(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Deployment, CoreError> {
        let request = DescribeWorkerDeploymentRequest {
            namespace: namespace.to_owned(),
            deployment_name: name.to_owned(),
        };
        let mut connection = self.connection(namespace).await?;
        match connection
            .describe_worker_deployment(request.into_request())
            .await
        {
            Ok(response) => {
                let info = response
                    .into_inner()
                    .worker_deployment_info
                    .unwrap_or_default();
                let current = info
                    .routing_config
                    .and_then(|routing| routing.current_deployment_version);
                let live_build_ids = info
                    .version_summaries
                    .into_iter()
                    .filter(|summary| summary.status() != WorkerDeploymentVersionStatus::Drained)
                    .filter_map(|summary| summary.deployment_version)
                    .map(|version| version.build_id)
                    .collect();
                Ok(Deployment::Known {
                    current_build_id: current.map(|version| version.build_id),
                    live_build_ids,
                })
            }
            Err(status) if is_unsupported(&status) => Ok(Deployment::Unsupported),
            Err(status) if status.code() == Code::NotFound => Ok(Deployment::Unknown),
            Err(status) => Err(CoreError::Namespace {
                namespace: namespace.to_owned(),
                reason: status.message().to_owned(),
            }),
        }
    }

    /// Makes a version the one that new runs start on.
    pub(crate) async fn set_current(
        &self,
        namespace: &str,
        version: &DeploymentVersion,
    ) -> Result<(), NotCurrent> {
        let request = SetWorkerDeploymentCurrentVersionRequest {
            namespace: namespace.to_owned(),
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
            identity: self.identity().to_owned(),
            ..Default::default()
        };
        let mut connection = self
            .connection(namespace)
            .await
            .map_err(|error| NotCurrent::NotYet(error.to_string()))?;
        match connection
            .set_worker_deployment_current_version(request.into_request())
            .await
        {
            Ok(_) => Ok(()),
            Err(status) if is_unsupported(&status) => Err(NotCurrent::Unsupported),
            Err(status) => Err(NotCurrent::NotYet(status.message().to_owned())),
        }
    }
}

fn is_unsupported(status: &Status) -> bool {
    // A Temporal server answers PERMISSION_DENIED where its operator turned deployments off.
    matches!(status.code(), Code::Unimplemented | Code::PermissionDenied)
}
