//! What can go wrong in a store. Mapping to gRPC codes is the server's.

use std::{path::PathBuf, sync::Arc};

/// Why a store operation failed. Nothing of the failed operation is stored, unless the variant says otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another server has the database open.
    #[error("the database {} is in use by another server; stop that one or give this one a file of its own", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The database was written by a newer version of this program.
    #[error(
        "the database {database} has schema version {found}, this program knows versions up to {known}; use the newer program, or another database"
    )]
    Newer {
        /// The database.
        database: String,
        /// The schema version in it.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The file is no database of this program.
    #[error("{} is not a Sundial database ({why}); give the path of another file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// How it was told.
        why: String,
    },
    /// The database server can't be used as it is.
    #[error("the database {database} can't be used: {why}; {hint}")]
    Refused {
        /// Its address, without the password.
        database: String,
        /// What is wrong.
        why: String,
        /// What to do.
        hint: String,
    },
    /// Stored bytes do not make sense: damage, or a bug. Restarting does not help.
    #[error("the database is damaged: {what}; restore it from a backup")]
    Corrupt {
        /// What was read and how it is wrong.
        what: String,
    },
    /// The shard belongs to another owner now, or was never taken. The caller must stop acting for it.
    #[error("the lease of shard {shard_id} is lost: another server owns it now")]
    LeaseLost {
        /// The shard.
        shard_id: i32,
    },
    /// A write contradicts what is stored, which the caller's own rules exclude: a bug or a second writer.
    #[error("the write contradicts what is stored: {what}")]
    Contradiction {
        /// Which row, and how.
        what: String,
    },
    /// What was to be created is there already.
    #[error("{what} already exists")]
    AlreadyExists {
        /// Noun and name.
        what: String,
    },
    /// What was to be changed is not there.
    #[error("{what} does not exist")]
    NotFound {
        /// Noun and name.
        what: String,
    },
    /// The record has changed since the caller read it: read again and decide again.
    #[error("{what} was changed by someone else in the meantime")]
    Stale {
        /// Noun and name.
        what: String,
    },
    /// A list or count filter that can't be understood, in Temporal's words.
    #[error("invalid query: {0}")]
    InvalidFilter(String),
    /// A page token that this store did not give for this query.
    #[error("invalid next page token")]
    InvalidPageToken,
    /// A text holds a zero byte, which PostgreSQL's texts can't; it is refused on every database alike.
    #[error("a text with a zero byte can neither be stored nor looked up: {text:?}")]
    ZeroByte {
        /// The text.
        text: String,
    },
    /// The database does not answer, or refuses for a reason that may pass (a full disk, a lost connection).
    /// After a failed commit the outcome is unknown only if the connection was lost; SQLite's is always "not stored".
    /// Either way what comes later is right: a transaction that was given up writes nothing any more.
    #[error("the database failed while {doing}: {source}")]
    Unavailable {
        /// What the store was doing.
        doing: String,
        /// The driver's error.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The store is closing and takes no more work.
    #[error("the store is closed")]
    Closed,
}
