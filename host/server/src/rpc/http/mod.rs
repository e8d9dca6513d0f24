//! The HTTP API: the same calls as JSON, for those who have no gRPC.
//!
//! Which path is which call is Temporal's ([`routes`]); what a message is as JSON is protobuf's own mapping, but for payloads
//! ([`payloads`]). A call goes through the gRPC services of this process, so that nothing is decided or checked here that is
//! not there too.

mod answer;
mod call;
mod format;
mod gateway;
mod incoming;
mod json;
mod payloads;
mod query;
mod routes;
mod schema;
mod serve;

pub(crate) use gateway::Gateway;
pub use incoming::TlsError;
pub(crate) use incoming::acceptor;
pub(crate) use serve::serve;
