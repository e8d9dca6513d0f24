//! The schema: migrations, and whether a database is one of ours at all.
//!
//! The version stands in the table `sundial_schema` and is set in the transaction that migrates: a database is never
//! between two versions. An advisory lock lets one server migrate at a time; the others wait and find it done.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::error::StoreError;

/// In order; the index plus one is the version. Never edited after a release.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_initial.sql"),
    include_str!("../../migrations/postgres/0002_jobs.sql"),
    include_str!("../../migrations/postgres/0003_search_attributes.sql"),
    include_str!("../../migrations/postgres/0004_ended_batches.sql"),
    include_str!("../../migrations/postgres/0005_fairness.sql"),
    include_str!("../../migrations/postgres/0006_server_attributes.sql"),
];

/// The version that this program writes.
const VERSION: i64 = MIGRATIONS.len() as i64;
/// PostgreSQL 15; earlier ones lack what the statements use.
const OLDEST_SERVER: i32 = 150_000;
/// Names the advisory locks of one schema, as SQL. With 0 it is the lock of migrations, with another number that of an
/// opening. A macro, so that statements are constants.
macro_rules! lock_class {
    () => {
        "hashtext('sundial ' || current_schema())"
    };
}
/// Finds the locks of openings in `pg_locks`, as SQL.
macro_rules! locks_of_openings {
    () => {
        concat!(
            "pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND objid != 0 AND granted \
             AND classid::bigint = (",
            lock_class!(),
            "::bigint & 4294967295) AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    };
}
pub(super) use {lock_class, locks_of_openings};

/// Why a database can't be used as it is.
pub(super) enum Refusal {
    Database(sqlx::Error),
    Store(StoreError),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Makes the schema current, or refuses the database; `shown` is its name in errors.
pub(super) async fn migrate(connection: &mut PgConnection, shown: &str) -> Result<(), Refusal> {
    check_server(connection, shown).await?;
    let mut transaction = connection.begin().await?;
    // Another server's migration is waited for, and a large table takes its time.
    sqlx::raw_sql("SET LOCAL statement_timeout = 0")
        .execute(&mut *transaction)
        .await?;
    sqlx::query(concat!(
        "SELECT pg_advisory_xact_lock(",
        lock_class!(),
        ", 0)"
    ))
    .execute(&mut *transaction)
    .await?;
    let done = version(&mut transaction, shown).await?;
    if done > VERSION {
        return Err(Refusal::Store(StoreError::Newer {
            database: shown.to_owned(),
            found: done,
            known: VERSION,
        }));
    }
    for (number, migration) in (1..=VERSION)
        .zip(MIGRATIONS)
        .filter(|(number, _)| *number > done)
    {
        sqlx::raw_sql(AssertSqlSafe(*migration))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE sundial_schema SET version = $1")
            .bind(number)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn check_server(connection: &mut PgConnection, shown: &str) -> Result<(), Refusal> {
    let (number, name, encoding): (i32, String, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), \
         current_setting('server_encoding')",
    )
    .fetch_one(connection)
    .await?;
    let refuse = |why: String, hint: &str| {
        Err(Refusal::Store(StoreError::Refused {
            database: shown.to_owned(),
            why,
            hint: hint.to_owned(),
        }))
    };
    if number < OLDEST_SERVER {
        return refuse(
            format!("it is PostgreSQL {name}"),
            "use PostgreSQL 15 or later",
        );
    }
    if encoding != "UTF8" {
        return refuse(
            format!("its encoding is {encoding}"),
            "make a database with ENCODING 'UTF8' TEMPLATE template0",
        );
    }
    Ok(())
}

/// The version of the schema; 0 for an empty database, which then has the table for it.
async fn version(connection: &mut PgConnection, shown: &str) -> Result<i64, Refusal> {
    let (ours, others): (bool, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE tablename = 'sundial_schema') > 0, count(*) FROM pg_tables \
         WHERE schemaname = current_schema()",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !ours {
        if others > 0 {
            return Err(Refusal::Store(StoreError::Refused {
                database: shown.to_owned(),
                why: "it has the tables of another program".into(),
                hint:
                    "use a database, or a schema (`?options=-csearch_path%3Dsundial`), of its own"
                        .into(),
            }));
        }
        sqlx::raw_sql(
            "CREATE TABLE sundial_schema (version BIGINT NOT NULL); \
             INSERT INTO sundial_schema (version) VALUES (0)",
        )
        .execute(connection)
        .await?;
        return Ok(0);
    }
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM sundial_schema")
        .fetch_all(connection)
        .await?;
    match versions[..] {
        [version] if version >= 1 => Ok(version),
        _ => Err(Refusal::Store(StoreError::Corrupt {
            what: format!("{shown}: the schema versions are {versions:?}"),
        })),
    }
}
