//! What the methods need: the engine and its neighbours, and the few questions that every method asks first.

use std::{sync::Arc, time::Duration};

use sundial_core::{Limits, NamespaceId, NamespaceInfo};
use sundial_store::Store;
use temporalio_protos::temporal::api::{common::v1::WorkflowExecution, enums::v1::NamespaceState};
use tokio_util::sync::CancellationToken;

use super::{
    search_attributes::RegisteredAttributes,
    status::{RpcError, invalid},
    validation::names,
    workers::Workers,
};
use crate::{
    batches::Batches,
    deployments::Deployments,
    engine::{Engine, Target},
    matching::Matching,
    namespaces::{Namespaces, deletion::Deletions},
    schedules::Schedules,
};

/// A poll for tasks comes back with nothing after this long. Temporal: 1 min.
pub(crate) const POLL_LIMIT: Duration = Duration::from_secs(60);

/// A wait for an event or an update comes back with nothing after this long. Temporal: 20 s.
pub(crate) const WAIT_LIMIT: Duration = Duration::from_secs(20);

/// A query is given up after this long, whatever its caller says. Temporal's clients wait 10 to 30 s.
pub(crate) const QUERY_LIMIT: Duration = Duration::from_secs(60);

/// What this server is called and made of.
#[derive(Clone, Debug)]
pub(crate) struct ClusterFacts {
    /// A UUID, the same for ever.
    pub(crate) cluster_id: String,
    /// How many shards runs are spread over.
    pub(crate) shard_count: i32,
    /// The database's name.
    pub(crate) persistence_store: &'static str,
}

/// Handles to all that answers requests.
pub(crate) struct Backend {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) engine: Engine,
    pub(crate) deployments: Deployments,
    pub(crate) schedules: Schedules,
    pub(crate) batches: Batches,
    pub(crate) deletions: Deletions,
    pub(crate) workers: Workers,
    pub(crate) limits: Limits,
    pub(crate) cluster: ClusterFacts,
    pub(crate) registered: RegisteredAttributes,
    /// Cancelled when the server stops: long polls end then.
    pub(crate) stopping: CancellationToken,
}

impl Backend {
    pub(crate) fn namespaces(&self) -> &Namespaces {
        self.engine.namespaces()
    }

    pub(crate) fn matching(&self) -> &Matching {
        self.engine.matching()
    }

    /// The namespace that a request must name. Temporal asks for it before it looks at anything else.
    pub(crate) async fn namespace(&self, name: &str) -> Result<NamespaceInfo, RpcError> {
        match self.named_namespace(name).await? {
            Some(namespace) => Ok(namespace),
            None => Err(invalid("Namespace is empty.")),
        }
    }

    /// The namespace that a request may name.
    pub(crate) async fn named_namespace(
        &self,
        name: &str,
    ) -> Result<Option<NamespaceInfo>, RpcError> {
        if name.is_empty() {
            return Ok(None);
        }
        names::namespace(name, &self.limits)?;
        Ok(Some(self.namespaces().info(name).await?))
    }

    /// The namespace that a request must name, if new runs may start in it.
    pub(crate) async fn open_namespace(&self, name: &str) -> Result<NamespaceInfo, RpcError> {
        let namespace = self.namespace(name).await?;
        let record = self.namespaces().by_name(name).await?;
        let state = record.info.state();
        if state != NamespaceState::Registered {
            return Err(RpcError::NamespaceState {
                namespace: name.to_owned(),
                state,
                allowed: NamespaceState::Registered,
            });
        }
        Ok(namespace)
    }

    /// The namespace and the run that a request must name.
    pub(crate) async fn target(
        &self,
        namespace: &str,
        execution: Option<WorkflowExecution>,
    ) -> Result<(NamespaceInfo, Target), RpcError> {
        let namespace = self.namespace(namespace).await?;
        let (workflow_id, run_id) = names::execution(execution)?;
        let target = Target::new(&namespace, &workflow_id, run_id);
        Ok((namespace, target))
    }
}

/// A task token is good in its own namespace only. `named` is the one that its request names, if it does: that is looked
/// up before the token is read.
pub(crate) fn check_token_namespace(
    named: Option<&NamespaceInfo>,
    token_namespace: NamespaceId,
) -> Result<(), RpcError> {
    match named {
        Some(namespace) if namespace.id != token_namespace => Err(invalid(
            "Operation requested with a token from a different namespace.",
        )),
        Some(_) | None => Ok(()),
    }
}
