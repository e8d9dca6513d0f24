//! Names of things: namespaces, runs, deployment versions.

use std::{fmt, sync::Arc};

use uuid::Uuid;

use crate::rejection::Rejection;

/// The identity of a namespace; its name may change hands, this never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespaceId(pub Uuid);

/// One run of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub Uuid);

/// What kind of execution a run is. Each kind has ids of its own: a workflow and a stand-alone activity may share one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Archetype {
    /// A run of a workflow.
    #[default]
    Workflow,
    /// An activity that no workflow scheduled.
    Activity,
}

/// Where a run is found: the namespace, the id that its user chose, and the run id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// What it is a run of.
    pub archetype: Archetype,
    /// The workflow id, or the id of a stand-alone activity. At most 1,000 bytes.
    pub workflow_id: Arc<str>,
    /// The run.
    pub run_id: RunId,
}

/// A version of a worker deployment. For a module the deployment is its name, the build id its digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeploymentVersion {
    /// The deployment's name.
    pub deployment_name: String,
    /// The version within it.
    pub build_id: String,
}

impl RunId {
    /// Reads the textual form; a run id that is no UUID is refused as Temporal refuses it.
    pub fn parse(text: &str) -> Result<Self, Rejection> {
        Uuid::try_parse(text)
            .map(Self)
            .map_err(|_| Rejection::InvalidArgument("Invalid RunId.".into()))
    }
}

impl fmt::Display for NamespaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.workflow_id, self.run_id)
    }
}

/// What the core needs to know of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceInfo {
    /// Its identity.
    pub id: NamespaceId,
    /// Its name now.
    pub name: Arc<str>,
}
