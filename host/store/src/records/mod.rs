//! What is read and written by statements that both databases take as they are. One file per group of tables.

pub(crate) mod alarms;
pub(crate) mod deployments;
pub(crate) mod history;
pub(crate) mod ids;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod metadata;
pub(crate) mod modules;
pub(crate) mod namespaces;
pub(crate) mod queue_data;
pub(crate) mod runs;
pub(crate) mod tasks;
pub(crate) mod transfers;
