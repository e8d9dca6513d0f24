//! The pure heart of the server: what a command does to a workflow run.
//!
//! Every function here takes state, input and time, and changes the state, or refuses with a [`Rejection`] and
//! leaves it as it was. What must be stored comes out as a [`RunWrite`], what must happen after that as an
//! [`Effect`]. There is no clock, no randomness, no I/O and no runtime in this crate; Temporal's protobuf messages
//! are its vocabulary.

pub mod context;
pub mod cron;
pub mod execution;
pub mod ids;
mod json;
pub mod limits;
pub mod rejection;
pub mod run;
pub mod schedule;
pub mod standalone;
pub mod task;
pub mod time;
pub mod write;

pub use context::{Cx, Effect, IdSource, NexusEndpoints};
pub use cron::CronSchedule;
pub use execution::Execution;
pub use ids::{Archetype, DeploymentVersion, NamespaceId, NamespaceInfo, RunId, RunKey};
pub use limits::Limits;
pub use rejection::Rejection;
pub use run::Run;
pub use standalone::StandaloneActivity;
pub use task::{Fairness, Task, TaskKind, Transfer, TransferRow};
pub use time::Timestamp;
pub use write::{HistoryBatch, Part, PartKey, RunWrite, Visibility};
