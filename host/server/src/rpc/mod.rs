//! The face of the server, gRPC and HTTP: requests are checked and converted, handed on, and their errors mapped once.
//!
//! Nothing is decided here. A method is found in the file of its group under `workflow_service`; what all of them need
//! is in [`backend`].

mod accepting;
pub(crate) mod backend;
pub(crate) mod call;
mod connection;
mod first_words;
pub(crate) mod http;
mod measured;
mod nexus_endpoints;
mod operator_service;
mod plain_errors;
mod reflection;
mod reply;
mod search_attributes;
pub(crate) mod serve;
pub(crate) mod status;
mod test_service;
pub(crate) mod validation;
pub(crate) mod workers;
pub(crate) mod workflow_service;
