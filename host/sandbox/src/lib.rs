//! The sandbox: workflow components, compiled once and run one instance per workflow run.
//!
//! It owns everything that touches wasmtime: the engine and its limits, what a component may import, the compile cache, the two
//! contracts of `wit/`, and the words in which a guest's failure is told. It does not poll, does not decide which module runs what,
//! keeps no instances (the caller holds a [`Guest`] per run and drops it after a failure), and has no clock.
//!
//! The way through: bytes → [`Sandbox::inspect`] (cheap, at upload) → [`Sandbox::load`] (compiled or from the cache, once per
//! digest) → [`Module::instantiate`] (one run) → [`Guest::activate`].
//!
//! A guest can't harm the host: it may loop, eat memory, recurse, trap, or answer with garbage, and each is a [`TaskFailure`] of
//! that one workflow task. Nothing here panics on what a guest sent.

mod cache_folder;
mod code_cache;
mod commands;
mod compile;
mod contract;
mod cut;
mod definitions;
mod digest;
mod encode;
mod engine;
mod error;
mod failure;
mod function_cache;
mod guest;
mod guest_log;
mod host_state;
mod imports;
mod inspection;
mod instance;
mod language_runtime;
mod limits;
mod loads;
mod memory_return;
mod module;
mod observation;
mod options;
mod sandbox;
mod statistics;
mod sundial_contract;
mod template;
mod temporal_contract;
mod wasi;

pub use contract::Contract;
pub use definitions::{Handler, WorkflowDefinition};
pub use digest::digest;
pub use encode::{BuildError, encode_component, encode_component_with};
pub use error::SandboxError;
pub use failure::TaskFailure;
pub use guest::{Guest, RunContext};
pub use imports::RefusedImport;
pub use inspection::{Inspection, MAX_COMPONENT_BYTES, Refusal};
pub use module::Module;
pub use observation::{NotObservable, observable};
pub use options::SandboxOptions;
pub use sandbox::Sandbox;
pub use statistics::Statistics;
