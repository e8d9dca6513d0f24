//! The modules that this host serves: where they come from, their bytes, and that these are the right ones.
//!
//! A source tells of versions as they appear; [`loader`] turns a version into something that makes runs. Which of them are polled
//! for is the supervisor's.

use std::{fmt, sync::Arc};

use sundial_sandbox::SandboxError;
use thiserror::Error;

use crate::temporal::DeploymentVersion;

pub(crate) mod byte_store;
pub(crate) mod folder;
mod folder_changes;
pub(crate) mod loader;
pub(crate) mod registry;

/// A version of a module: a component under a name, on a task queue of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ModuleVersion {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) digest: String,
    pub(crate) task_queue: String,
}

impl ModuleVersion {
    /// How Worker Deployments name it.
    pub(crate) fn deployment_version(&self) -> DeploymentVersion {
        DeploymentVersion {
            deployment_name: self.name.clone(),
            build_id: self.digest.clone(),
        }
    }
}

impl fmt::Display for ModuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = self.digest.get(..12).unwrap_or(&self.digest);
        write!(
            f,
            "module {} ({digest}) of namespace {} on task queue {}",
            self.name, self.namespace, self.task_queue
        )
    }
}

/// What a source tells.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A version is there, perhaps not for the first time.
    Found(Found),
    /// All versions that were there at the start have been told.
    CaughtUp,
}

/// A version that a source has.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) version: ModuleVersion,
    /// Its bytes, where the source has them at hand.
    pub(crate) bytes: Option<Arc<Vec<u8>>>,
    /// Whether it should become the version that new runs start on. A registry decides that itself.
    pub(crate) wants_to_be_current: bool,
}

/// Why a version can't be served.
#[derive(Debug, Error)]
pub(crate) enum ModuleError {
    /// The registry can't be asked, or not now.
    #[error("the registry gave no component: {0}")]
    Fetch(String),
    /// What came is not what was asked for.
    #[error(
        "the component that came has digest {actual}, not {expected}; it was damaged on its way or in the registry"
    )]
    WrongDigest { expected: String, actual: String },
    /// The sandbox can't run it, and will not be able to.
    #[error(transparent)]
    Unusable(#[from] SandboxError),
}

impl ModuleError {
    /// Whether it may go better the next time.
    pub(crate) fn is_worth_a_retry(&self) -> bool {
        match self {
            Self::Fetch(_) | Self::WrongDigest { .. } => true,
            Self::Unusable(_) => false,
        }
    }
}

/// Whether a name can be that of a module, which is also that of its deployment: 1 to 128 characters of a-z, 0-9 and `-`,
/// starting with a letter.
fn is_module_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_names_are_those_that_the_registry_accepts() {
        assert!(is_module_name("orders-2"));
        for name in [
            "",
            "Orders",
            "2orders",
            "-orders",
            "or.ders",
            "or_ders",
            &"a".repeat(129),
        ] {
            assert!(!is_module_name(name), "{name}");
        }
    }
}
