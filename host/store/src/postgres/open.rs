//! Opening a database: address, checks, migrations, the connections, and the number that each opening takes.

use std::{str::FromStr, time::Duration};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{
    PostgresOptions,
    connections::{Connections, connect},
    errors::{address, refusal, unavailable, words},
    leases::Keeper,
    schema::{Refusal, lock_class, locks_of_openings, migrate},
    statements::fetch,
};
use crate::{
    error::StoreError,
    records::{ids::corrupt, modules::incomplete_cleared},
};

/// Run on each connection. Whatever the database's own settings are, what was answered is durable, transactions see
/// what others have committed, and no time goes into compiling statements that take microseconds.
const SETUP: &str = "SET default_transaction_isolation = 'read committed'; SET jit = off; \
     SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; \
     SET statement_timeout = '30s'";
/// Run on each connection that commits. Its statements come again and again with arrays of other lengths, for which
/// one plan is right; planning them takes longer than running them.
const COMMIT_SETUP: &str = "SET default_transaction_isolation = 'read committed'; SET jit = off; \
     SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; \
     SET plan_cache_mode = force_generic_plan; SET statement_timeout = '30s'";
/// How long one statement may take: a batch of 16 MB on a slow disk, a count without an index. PostgreSQL itself gives
/// it up after the same time.
const STATEMENT_LIMIT: Duration = Duration::from_secs(31);
/// Statements that each connection keeps prepared: all that there are, but for filters.
const STATEMENTS: usize = 128;

/// An open database.
pub(super) struct Opened {
    pub(super) commits: Connections,
    pub(super) connections: Connections,
    pub(super) keeper: Keeper,
    pub(super) epoch: i64,
}

/// Reads an address. Nothing of it is shown in the error: it may hold a password.
pub(super) fn read_address(url: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(url)
        .map(|options| {
            let options = match options.get_application_name() {
                Some(_) => options,
                None => options.application_name("sundial"),
            };
            options.statement_cache_capacity(STATEMENTS)
        })
        .map_err(|error| StoreError::Refused {
            database: "named by the address".into(),
            why: words(&error),
            hint: "an address looks like postgres://user:password@host:5432/database".into(),
        })
}

pub(super) async fn open(url: &str, options: &PostgresOptions) -> Result<Opened, StoreError> {
    let settings = read_address(url)?;
    let shown = address(&settings);
    let failed = |error: sqlx::Error| {
        refusal(&settings, &error)
            .unwrap_or_else(|| unavailable(format!("connecting to {shown}"), error))
    };
    let mut connection = connect(&settings, SETUP).await.map_err(failed)?;
    migrate(&mut connection, &shown)
        .await
        .map_err(|why| match why {
            Refusal::Store(error) => error,
            Refusal::Database(error) => failed(error),
        })?;
    let epoch = take_epoch(&mut connection).await.map_err(failed)?;
    let epoch =
        epoch.ok_or_else(|| corrupt(format!("{shown}: the counter of openings is missing")))?;
    // It has served; should closing fail, it is gone all the same.
    let _ = connection.close().await;
    Ok(Opened {
        commits: Connections::new(
            settings.clone(),
            COMMIT_SETUP,
            options.commit_connections,
            STATEMENT_LIMIT,
        ),
        connections: Connections::new(
            settings.clone(),
            SETUP,
            options.connections,
            STATEMENT_LIMIT,
        ),
        keeper: Keeper::new(settings, SETUP, epoch),
        epoch,
    })
}

/// A new epoch, durable before anything uses it. Clears left-overs if no other server has the database open.
async fn take_epoch(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let epoch = sqlx::query_scalar(
        "UPDATE counters SET value = value + 1 WHERE name = 'epoch' RETURNING value",
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let others: i64 = sqlx::query_scalar(concat!("SELECT count(*) FROM ", locks_of_openings!()))
        .fetch_one(&mut *transaction)
        .await?;
    if others == 0 {
        for statement in incomplete_cleared() {
            fetch(&mut transaction, &statement).await?;
        }
    }
    transaction.commit().await?;
    Ok(epoch)
}
