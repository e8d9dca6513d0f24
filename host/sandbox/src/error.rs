//! Why the sandbox could not be set up or a module not be loaded. What goes wrong in a running workflow is a
//! [`TaskFailure`](crate::TaskFailure) instead.

use std::path::PathBuf;

use thiserror::Error;

use crate::inspection::Refusal;

/// An error of [`Sandbox::new`](crate::Sandbox::new) or [`Sandbox::load`](crate::Sandbox::load). It can be cloned because callers
/// that wait for the same load share its outcome.
#[derive(Clone, Debug, Error)]
pub enum SandboxError {
    /// Settings that the engine can't be made with.
    #[error("the sandbox can't be set up: {0}")]
    Setup(String),
    /// The cache folder can't be used.
    #[error("the compile cache {path} can't be opened: {reason}")]
    CacheFolder {
        /// The folder, as configured.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// The component is not acceptable; it would have been refused at upload.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The compiler gave up.
    #[error("the component can't be compiled: {0}")]
    Compile(String),
    /// The component's functions are not those of its contract.
    #[error("the component does not implement {contract} as declared: {reason}")]
    Mismatch {
        /// The contract's WIT package.
        contract: &'static str,
        /// What differs.
        reason: String,
    },
    /// The component failed while it was asked for its workflows, or gave an answer that can't be used.
    #[error("the component does not say which workflows it has: {0}")]
    Definitions(String),
}
