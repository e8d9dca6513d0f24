//! Worker deployments: which versions of a worker there are, and which of them new work goes to.
//!
//! The store has the truth; a change is stored first and then told to matching, which routes by it. A version becomes
//! known when a worker polls with it, when its module is pushed, or when somebody makes it current.

mod changes;
mod describe;
mod drainage;
mod metadata;
mod polls;
mod routing;

use std::sync::Arc;

use sundial_core::{DeploymentVersion, NamespaceId};
use sundial_store::{Deployment, DeploymentVersionRecord, Store, StoreError};
use temporalio_protos::temporal::api::deployment::v1::{RoutingConfig, WorkerDeploymentVersion};

use crate::{clock::Clock, matching::Matching};

use self::polls::SeenPolls;
pub(crate) use self::{
    changes::DeploymentError,
    drainage::quoted,
    routing::{PreviousVersion, RoutingChange},
};

/// How long a deployment's name and the list of its versions may be read again after somebody else changed it.
const CHANGE_ATTEMPTS: usize = 10;

/// A cloneable handle.
#[derive(Clone)]
pub(crate) struct Deployments {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    matching: Matching,
    clock: Arc<dyn Clock>,
    seen: SeenPolls,
}

/// A deployment with its versions, newest first, as they are stored.
pub(crate) struct Snapshot {
    pub(crate) deployment: Deployment,
    pub(crate) versions: Vec<DeploymentVersionRecord>,
}

impl Snapshot {
    fn version(&self, build_id: &str) -> Option<&DeploymentVersionRecord> {
        self.versions
            .iter()
            .find(|record| record.version.build_id == build_id)
    }
}

impl Deployments {
    pub(crate) fn new(store: Arc<dyn Store>, matching: Matching, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                matching,
                clock,
                seen: SeenPolls::default(),
            }),
        }
    }

    /// A deployment as it is stored.
    pub(crate) async fn snapshot(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Option<Snapshot>, StoreError> {
        let Some(deployment) = self.inner.store.deployment(namespace_id, name).await? else {
            return Ok(None);
        };
        let versions = self
            .inner
            .store
            .deployment_versions(namespace_id, name)
            .await?;
        Ok(Some(Snapshot {
            deployment,
            versions,
        }))
    }

    /// Where new work of a deployment goes.
    pub(crate) async fn routing(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Option<RoutingConfig>, StoreError> {
        let deployment = self.inner.store.deployment(namespace_id, name).await?;
        Ok(deployment.and_then(|deployment| deployment.info.routing_config))
    }

    /// The build id that new work of a deployment goes to.
    pub(crate) async fn current_build_id(
        &self,
        namespace_id: NamespaceId,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        let routing = self.routing(namespace_id, name).await?;
        Ok(routing.and_then(|routing| Some(routing.current_deployment_version?.build_id)))
    }

    /// Every deployment of a namespace, in order of name.
    pub(crate) async fn list(
        &self,
        namespace_id: NamespaceId,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Deployment>, StoreError> {
        self.inner
            .store
            .list_deployments(namespace_id, after_name, limit)
            .await
    }
}

/// The protobuf form of a version.
pub(crate) fn version_proto(version: &DeploymentVersion) -> WorkerDeploymentVersion {
    WorkerDeploymentVersion {
        deployment_name: version.deployment_name.clone(),
        build_id: version.build_id.clone(),
    }
}

/// The old textual form of a version, of "no version" where there is none.
pub(crate) fn version_text(version: Option<&DeploymentVersion>) -> String {
    const UNVERSIONED: &str = "__unversioned__";
    version.map_or_else(
        || UNVERSIONED.to_owned(),
        |version| format!("{}.{}", version.deployment_name, version.build_id),
    )
}
