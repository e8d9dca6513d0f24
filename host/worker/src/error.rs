//! Why a worker host could not be started. What goes wrong later is logged and tried again: a host outlives its server.

use std::path::PathBuf;

use sundial_sandbox::SandboxError;
use thiserror::Error;

/// An error of [`WorkerHost::start`](crate::WorkerHost::start).
#[derive(Debug, Error)]
pub enum WorkerError {
    /// An option that can't work.
    #[error("option {option}: {reason}")]
    Option {
        /// The field of [`WorkerOptions`](crate::WorkerOptions).
        option: &'static str,
        /// What to do about it.
        reason: &'static str,
    },
    /// The server's address can't be understood.
    #[error("address {address}: {reason}; write it as http://host:port")]
    Address {
        /// As given.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The activities file can't be used.
    #[error("activities file {path}: {reason}")]
    ActivitiesFile {
        /// As given.
        path: PathBuf,
        /// What is wrong, and on which line if it is about its text.
        reason: String,
    },
    /// Two activities have one name.
    #[error(
        "activity {0} is there twice; names of registered functions and of the activities file must differ"
    )]
    ActivityTwice(String),
    /// A folder can't be opened.
    #[error("folder {path} can't be opened: {source}")]
    Folder {
        /// As given.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The sandbox can't be set up.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// sdk-core can't be set up.
    #[error("temporal's core can't be set up: {0}")]
    Core(String),
    /// The operating system gave no thread.
    #[error("a thread can't be started: {0}")]
    Thread(std::io::Error),
}
