//! The worker host: polls a Temporal server and runs workflow components and native activities.
//!
//! It owns polling (through Temporal's sdk-core, hidden behind one trait), the set of modules and how it changes without a
//! restart, the threads that guests run on, the cache of live runs, and native activities. It does not know how a component is
//! run (that is the sandbox), nor anything of our server but the APIs that it serves: the same host polls a Temporal server.
//!
//! The way of a workflow task: [`temporal`] polls it as an activation → [`workflows`] gives it to the thread that holds the run's
//! instance → the guest answers → [`temporal`] sends the completion.

mod activities;
mod backoff;
mod cpu_time;
mod credentials;
mod error;
mod host;
mod identity;
mod modules;
mod options;
mod progress;
mod statistics;
mod supervisor;
mod temporal;
mod workflows;

pub use activities::context::{ActivityContext, ActivityInfo, CancelReason};
pub use activities::failures::{application_failure, cancelled_failure};
pub use activities::functions::NativeActivities;
pub use activities::payloads::{json_payload, null_payload};
pub use credentials::{Authorization, Credentials};
pub use error::WorkerError;
pub use host::WorkerHost;
pub use options::{ModuleSource, WorkerOptions};
pub use statistics::Statistics;

/// Directives for a log filter (in the syntax of `tracing-subscriber`) without which sdk-core formats each completion and each
/// task as the field of a span. Put them before those that the user gives.
pub const LOG_DIRECTIVES: &str = "temporalio_sdk_core=warn,temporalio_client=warn,temporalio_common=warn,h2=warn,hyper=warn,tower=warn";
