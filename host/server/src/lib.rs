//! The Sundial server: Temporal's gRPC API, and the module registry, over a store.
//!
//! [`rpc`] takes requests apart and hands them on; [`engine`] runs them on the pure core and commits; [`matching`]
//! brings tasks and workers together; [`deployments`] and [`registry`] know which versions of workers there are.
//! Data goes one way: rpc, engine, core, store, then the effects. gRPC statuses are made in `rpc` alone.

mod batches;
pub mod clock;
mod deployments;
pub mod engine;
mod ephemeral;
pub mod ids;
mod jobs;
pub mod matching;
pub mod namespaces;
mod nexus;
mod options;
mod registry;
mod rpc;
mod schedules;
mod server;

pub use options::{Database, HttpApi, ServerOptions, Time, Tls};
pub use registry::{COMPONENT_SIZE_BYTES, ComponentInspector, PIECE_SIZE_BYTES};
pub use rpc::http::TlsError;
pub use server::{Server, ServerError};
