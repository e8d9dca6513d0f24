//! The module registry: components by name and digest, and who is told of new ones.
//!
//! The store keeps the bytes; a module's deployment, in [`crate::deployments`], says which of its versions new runs
//! start on. What a component may contain is decided by the inspector that the server is given.

mod catalog;
mod download;
mod names;
mod push;
mod service;
mod watch;

use std::sync::Arc;

use sundial_proto::registry::WorkflowDefinition;

pub(crate) use self::service::{Registry, RegistryHandler};

/// Largest component that is taken, in bytes. The largest in use, a whole Python, has 49 MB.
pub const COMPONENT_SIZE_BYTES: i64 = 128 * 1024 * 1024;

/// Largest piece of an upload, in bytes, and the size of those of a download.
pub const PIECE_SIZE_BYTES: usize = 1024 * 1024;

/// Looks into a component before it is stored. It runs on a thread that may block.
pub trait ComponentInspector: Send + Sync {
    /// The workflows that the component has, or what is wrong with it and what to do about that.
    fn inspect(&self, component: &[u8]) -> Result<Vec<WorkflowDefinition>, String>;
}

/// For servers that take every component as it is, without knowing what is in it.
impl<F> ComponentInspector for F
where
    F: Fn(&[u8]) -> Result<Vec<WorkflowDefinition>, String> + Send + Sync,
{
    fn inspect(&self, component: &[u8]) -> Result<Vec<WorkflowDefinition>, String> {
        self(component)
    }
}

/// As it is shared.
pub(crate) type SharedInspector = Arc<dyn ComponentInspector>;
