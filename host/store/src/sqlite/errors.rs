//! Errors of SQLite and of the driver, as the store's own.

use std::sync::Arc;

use crate::error::StoreError;

/// Result codes of SQLite; the low byte of an extended code is the primary one.
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_CONSTRAINT: i32 = 19;
const SQLITE_NOTADB: i32 = 26;

pub(super) fn unavailable(
    doing: impl Into<String>,
    source: impl std::error::Error + Send + Sync + 'static,
) -> StoreError {
    StoreError::Unavailable {
        doing: doing.into(),
        source: Arc::new(source),
    }
}

/// For `map_err`: names what was being done.
pub(super) fn while_doing(doing: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |error| from_sqlx(doing, error)
}

pub(super) fn from_sqlx(doing: &str, error: sqlx::Error) -> StoreError {
    match primary_code(&error) {
        Some(SQLITE_CORRUPT | SQLITE_NOTADB) => StoreError::Corrupt {
            what: format!("{doing}: {error}"),
        },
        Some(_) | None => match error {
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => StoreError::Closed,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Corrupt {
                what: format!("{doing}: {error}"),
            },
            error => unavailable(doing, error),
        },
    }
}

/// True if a rule of the schema was broken, which retrying alone may show to be one batch's fault.
pub(super) fn is_constraint(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(SQLITE_CONSTRAINT)
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
