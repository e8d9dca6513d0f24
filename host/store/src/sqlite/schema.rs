//! The schema: migrations, and whether a file is one of ours at all.
//!
//! The version is SQLite's `user_version` and is set in the transaction that migrates, as is the `application_id` that
//! tells our files from others: a database is never between two versions.

use std::path::Path;

use sqlx::{Connection, Row, SqliteConnection};

use super::errors::{from_sqlx, while_doing};
use crate::error::StoreError;

/// "Sdl1" in ASCII.
const APPLICATION_ID: i64 = 0x5364_6c31;

/// In order; the index plus one is the version. Never edited after a release.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_initial.sql"),
    include_str!("../../migrations/sqlite/0002_jobs.sql"),
    include_str!("../../migrations/sqlite/0003_search_attributes.sql"),
    include_str!("../../migrations/sqlite/0004_ended_batches.sql"),
    include_str!("../../migrations/sqlite/0005_fairness.sql"),
    include_str!("../../migrations/sqlite/0006_server_attributes.sql"),
];

/// The version that this program writes.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Makes the schema current, or refuses the file.
pub(super) async fn migrate(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), StoreError> {
    let (application_id, version, tables) = identity(connection).await?;
    if application_id != APPLICATION_ID {
        if tables > 0 || application_id != 0 {
            let why = if application_id == 0 {
                "it has the tables of another program".to_owned()
            } else {
                format!("its application id is {application_id}")
            };
            return Err(StoreError::Foreign {
                path: path.to_owned(),
                why,
            });
        }
    } else if version > VERSION {
        return Err(StoreError::Newer {
            database: path.display().to_string(),
            found: version,
            known: VERSION,
        });
    } else if version < 1 {
        return Err(StoreError::Corrupt {
            what: format!("the schema version is {version}"),
        });
    }
    let done = if application_id == APPLICATION_ID {
        version
    } else {
        0
    };
    for (number, migration) in (1..=VERSION)
        .zip(MIGRATIONS)
        .filter(|(number, _)| *number > done)
    {
        apply(connection, number, migration).await?;
    }
    Ok(())
}

async fn identity(connection: &mut SqliteConnection) -> Result<(i64, i64, i64), StoreError> {
    let row = sqlx::query(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), \
         (SELECT count(*) FROM sqlite_schema)",
    )
    .fetch_one(connection)
    .await
    .map_err(while_doing("reading the schema version"))?;
    let value = |index: usize| {
        row.try_get(index)
            .map_err(while_doing("reading the schema version"))
    };
    Ok((value(0)?, value(1)?, value(2)?))
}

async fn apply(
    connection: &mut SqliteConnection,
    number: i64,
    migration: &'static str,
) -> Result<(), StoreError> {
    let doing = format!("migrating to schema version {number}");
    let failed = |error| from_sqlx(&doing, error);
    let mut transaction = connection.begin().await.map_err(failed)?;
    sqlx::raw_sql(migration)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let stamp = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(stamp))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)
}
