//! What is shown of deployments, and their removal.

use sundial_core::{DeploymentVersion, NamespaceId};
use sundial_store::{Deployment, StoreError};
use temporalio_protos::temporal::api::{
    deployment::v1::{
        WorkerDeploymentInfo, WorkerDeploymentVersionInfo,
        worker_deployment_info::WorkerDeploymentVersionSummary,
    },
    enums::v1::WorkerDeploymentVersionStatus,
};

use super::{
    Deployments, Snapshot,
    changes::{Decision, DeploymentError, conflict_token, own_info},
    routing::check_manager,
};

impl Deployments {
    /// A deployment with a line for each of its versions, and its conflict token.
    pub(crate) async fn describe(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<(WorkerDeploymentInfo, Vec<u8>), DeploymentError> {
        let Snapshot {
            deployment,
            versions,
        } = self
            .snapshot(namespace_id, name)
            .await?
            .ok_or_else(|| DeploymentError::NotFound("Worker Deployment not found".into()))?;
        let mut info = own_info(&deployment);
        for version in &versions {
            let observed = self.observed(namespace_id, version).await?;
            info.version_summaries.push(summary(&observed));
        }
        Ok((info, conflict_token(deployment.revision)))
    }

    /// The newest, the current and the ramping version of a deployment, in a line each.
    pub(crate) async fn summaries(
        &self,
        deployment: &Deployment,
    ) -> Result<[Option<WorkerDeploymentVersionSummary>; 3], StoreError> {
        let namespace_id = deployment.namespace_id;
        let versions = self
            .inner
            .store
            .deployment_versions(namespace_id, &deployment.name)
            .await?;
        let config = deployment.info.routing_config.clone().unwrap_or_default();
        let wanted = [
            versions
                .first()
                .map(|version| version.version.build_id.clone()),
            config
                .current_deployment_version
                .map(|version| version.build_id),
            config
                .ramping_deployment_version
                .map(|version| version.build_id),
        ];
        let mut summaries = [None, None, None];
        for (place, build_id) in summaries.iter_mut().zip(wanted) {
            let record = versions
                .iter()
                .find(|v| Some(&v.version.build_id) == build_id.as_ref());
            if let Some(record) = record {
                *place = Some(summary(&self.observed(namespace_id, record).await?));
            }
        }
        Ok(summaries)
    }

    /// A version with all that is known of it.
    pub(crate) async fn describe_version(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
    ) -> Result<WorkerDeploymentVersionInfo, DeploymentError> {
        let snapshot = self
            .snapshot(namespace_id, &version.deployment_name)
            .await?;
        let record = snapshot
            .as_ref()
            .and_then(|snapshot| snapshot.version(&version.build_id))
            .ok_or_else(|| {
                DeploymentError::NotFound("Worker Deployment Version not found".into())
            })?;
        Ok(self.observed(namespace_id, record).await?)
    }

    /// Removes a version that nothing needs any more; one that its deployment does not have is removed already.
    pub(crate) async fn delete_version(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
        skip_drainage: bool,
        identity: &str,
    ) -> Result<(), DeploymentError> {
        let name = &version.deployment_name;
        let Some(snapshot) = self.snapshot(namespace_id, name).await? else {
            return Err(DeploymentError::no_deployment(name));
        };
        let Some(record) = snapshot.version(&version.build_id) else {
            return Ok(());
        };
        let refuse = |why: &str| {
            Err(DeploymentError::Precondition(format!(
                "Version cannot be deleted since it {why}."
            )))
        };
        match self.observed(namespace_id, record).await?.status() {
            WorkerDeploymentVersionStatus::Current | WorkerDeploymentVersionStatus::Ramping => {
                return refuse("is current or ramping");
            }
            WorkerDeploymentVersionStatus::Draining if !skip_drainage => {
                return refuse("is draining");
            }
            _ => {}
        }
        if self.has_pollers(namespace_id, record).await {
            return refuse("has active pollers");
        }
        self.change(namespace_id, name, &[], |snapshot| {
            let Some(snapshot) = snapshot else {
                return Ok(((), None));
            };
            let mut info = own_info(&snapshot.deployment);
            check_manager(&info.manager_identity, identity)?;
            let config = info.routing_config.clone().unwrap_or_default();
            let routed = [
                config.current_deployment_version,
                config.ramping_deployment_version,
            ];
            if routed
                .iter()
                .flatten()
                .any(|routed| routed.build_id == version.build_id)
            {
                return refuse("is current or ramping").map(|()| ((), None));
            }
            identity.clone_into(&mut info.last_modifier_identity);
            Ok((
                (),
                Some(Decision {
                    info: Some(info),
                    versions_put: Vec::new(),
                    versions_removed: vec![version.build_id.clone()],
                }),
            ))
        })
        .await?;
        self.inner.seen.forget(namespace_id, name);
        Ok(())
    }

    /// Removes a deployment without versions; one that is not there is removed already.
    pub(crate) async fn delete(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        identity: &str,
    ) -> Result<(), DeploymentError> {
        self.change(namespace_id, name, &[], |snapshot| {
            let Some(snapshot) = snapshot else {
                return Ok(((), None));
            };
            check_manager(&snapshot.deployment.info.manager_identity, identity)?;
            if !snapshot.versions.is_empty() {
                return Err(DeploymentError::Precondition(
                    "deployment has versions, can't be deleted".into(),
                ));
            }
            Ok((
                (),
                Some(Decision {
                    info: None,
                    versions_put: Vec::new(),
                    versions_removed: Vec::new(),
                }),
            ))
        })
        .await?;
        self.inner.seen.forget(namespace_id, name);
        Ok(())
    }

    /// Names who alone may change the deployment, or nobody. Gives who it was, and the new conflict token.
    pub(crate) async fn set_manager(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        manager: &str,
        token: &[u8],
        identity: &str,
    ) -> Result<(String, Vec<u8>), DeploymentError> {
        self.change(namespace_id, name, token, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| DeploymentError::no_deployment(name))?;
            let mut info = own_info(&snapshot.deployment);
            let previous = std::mem::replace(&mut info.manager_identity, manager.to_owned());
            if previous == manager {
                return Ok((previous, None));
            }
            identity.clone_into(&mut info.last_modifier_identity);
            Ok((
                previous,
                Some(Decision {
                    info: Some(info),
                    versions_put: Vec::new(),
                    versions_removed: Vec::new(),
                }),
            ))
        })
        .await
    }
}

#[allow(deprecated, reason = "clients still read the old fields")]
fn summary(info: &WorkerDeploymentVersionInfo) -> WorkerDeploymentVersionSummary {
    WorkerDeploymentVersionSummary {
        version: info.version.clone(),
        status: info.status,
        deployment_version: info.deployment_version.clone(),
        create_time: info.create_time,
        drainage_status: info.drainage_info.map_or(0, |drainage| drainage.status),
        drainage_info: info.drainage_info,
        current_since_time: info.current_since_time,
        ramping_since_time: info.ramping_since_time,
        routing_update_time: info.routing_changed_time,
        first_activation_time: info.first_activation_time,
        last_current_time: info.last_current_time,
        last_deactivation_time: info.last_deactivation_time,
        ..Default::default()
    }
}
