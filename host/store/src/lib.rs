//! Durable state of the server: the [`Store`] trait, on SQLite and on PostgreSQL.
//!
//! A store keeps what the core decided (runs, histories, tasks, transfers), what lists and counts show, and the
//! server's own records (namespaces, modules, deployments, queue data). It decides nothing about workflows and runs none
//! of their timers: its only waiting is for a database to answer. SQL and sqlx stay inside this crate; nothing in the trait is particular to one database.

pub mod attributes;
mod compression;
pub mod deployments;
pub mod error;
mod filter;
mod fold;
pub mod jobs;
mod lists;
pub mod modules;
pub mod namespaces;
mod page_token;
pub mod postgres;
pub mod queues;
mod records;
pub mod runs;
pub mod shards;
mod sql;
pub mod sqlite;
pub mod store;
pub mod visibility;

pub use attributes::{attribute_types_key, read_attribute_types};
pub use deployments::{Deployment, DeploymentChange, DeploymentVersionRecord};
pub use error::StoreError;
pub use filter::records::{AttributeValue, RecordFilter};
pub use jobs::{Job, JobCursor, JobKey, JobKind, JobWake};
pub use modules::{MODULE_CHUNK_BYTES, ModuleVersion};
pub use namespaces::NamespaceRecord;
pub use postgres::{PostgresOptions, PostgresStore};
pub use queues::{QueueBacklog, QueueData, QueueDataKey, QueueKey};
pub use runs::{Direction, HistoryPage, HistoryRange, StoredRun, WakeCursor, WakePage};
pub use shards::{ShardBatch, ShardLease};
pub use sqlite::{Durability, SqliteOptions, SqliteStore};
pub use store::Store;
pub use visibility::{CountGroup, ListPage, ListQuery, ListedRun, RunCount};
