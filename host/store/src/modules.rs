//! Modules: components by name and digest.

use sundial_core::{NamespaceId, Timestamp};

/// How large the pieces are in which a component's bytes are stored and read.
pub const MODULE_CHUNK_BYTES: usize = 1024 * 1024;

/// A version of a module. Its identity is (namespace, name, digest, task queue).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleVersion {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// The module's name, which is the deployment's.
    pub name: String,
    /// Lower-case hexadecimal SHA-256 of the bytes.
    pub digest: String,
    /// Where workers poll for it.
    pub task_queue: String,
    /// Of the component, in bytes.
    pub size: i64,
    /// When it was first pushed.
    pub pushed_at: Timestamp,
    /// What the component says of itself, encoded by the server.
    pub definitions: Vec<u8>,
}
