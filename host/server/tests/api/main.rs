//! The server as its clients see it: a whole one in this process, on a free port, driven by generated gRPC clients.

mod harness;

mod deployments;
mod errors;
mod history;
mod lists;
mod namespaces;
mod registry;
mod system;
mod updates;
mod workers;
mod workflows;
