//! Leases of shards, and how a server is known to be alive.
//!
//! | a shard is | when |
//! |---|---|
//! | free | it was released, its lease expired, or the opening that had it is gone |
//! | an opening's own | its row has the number of the opening |
//! | lost | its row has another epoch than the lease |
//!
//! An opening holds an advisory lock on a connection of its own, which PostgreSQL lets go of when the process ends: its
//! shards are free at once then, not only when the leases expire. The database's clock decides about expiry, so the
//! servers' clocks need not agree.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use sundial_core::Timestamp;
use tokio::time::Instant;

use super::{
    Shared,
    connections::{Failure, connect},
    errors::{from_sqlx, is_connection_lost},
    schema::{lock_class, locks_of_openings},
    statements::{PATIENCE, PAUSE},
};
use crate::{error::StoreError, shards::ShardLease};

const TAKING: &str = "taking shards";
const RENEWING: &str = "renewing leases";
const RELEASING: &str = "releasing shards";

/// Whether the opening `$3` may take a shard, as SQL. `$5` is the seconds after which a lock that is not held is lost.
macro_rules! may_be_taken {
    () => {
        concat!(
            "(shards.opening = $3 OR shards.expires_at <= now() \
             OR (pg_postmaster_start_time() < now() - make_interval(secs => $5) \
             AND NOT EXISTS (SELECT 1 FROM ",
            locks_of_openings!(),
            " AND objid::bigint = shards.opening)))"
        )
    };
}

/// Takes shards, owner, opening, seconds that a lease lasts, and seconds after which a lock that is not held is lost.
/// A row in conflict is locked whether it is changed or not: those of others are left out before, so that nobody waits for
/// their commits, nor they for this.
const TAKE: &str = concat!(
    "INSERT INTO shards (shard_id, owner, opening, epoch, commits, expires_at) \
     SELECT wanted.shard_id, $2, $3, 1, 0, now() + make_interval(secs => $4) FROM unnest($1) AS wanted (shard_id) \
     LEFT JOIN shards ON shards.shard_id = wanted.shard_id WHERE shards.shard_id IS NULL OR ",
    may_be_taken!(),
    " ORDER BY wanted.shard_id \
     ON CONFLICT (shard_id) DO UPDATE SET owner = excluded.owner, opening = excluded.opening, \
     epoch = shards.epoch + 1, commits = 0, expires_at = excluded.expires_at WHERE ",
    may_be_taken!(),
    " RETURNING shard_id, epoch, (extract(epoch FROM expires_at) * 1000000000)::bigint"
);

/// A lease in force.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) epoch: i64,
    /// How many transactions were committed under it; `None` while that is not known.
    pub(super) commits: Option<i64>,
}

/// The leases of this opening. Transactions of a shard are one after another.
#[derive(Debug, Default)]
pub(super) struct Leases {
    held: Mutex<HashMap<i32, Arc<tokio::sync::Mutex<Held>>>>,
}

impl Leases {
    /// The lease of a shard, if there is one.
    pub(super) fn of(&self, shard_id: i32) -> Option<Arc<tokio::sync::Mutex<Held>>> {
        self.map().get(&shard_id).cloned()
    }

    fn grant(&self, leases: &[ShardLease]) {
        self.map().extend(leases.iter().map(|lease| {
            let held = Held {
                epoch: lease.epoch,
                commits: Some(0),
            };
            (lease.shard_id, Arc::new(tokio::sync::Mutex::new(held)))
        }));
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<i32, Arc<tokio::sync::Mutex<Held>>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection that holds the lock of this opening.
pub(super) struct Keeper {
    options: PgConnectOptions,
    setup: &'static str,
    opening: i64,
    connection: tokio::sync::Mutex<Option<PgConnection>>,
}

/// How long one statement on leases may take. A transaction of the shard may be in its way, which takes far less.
const LIMIT: Duration = Duration::from_secs(5);
/// So long after the database has started, openings may not have their locks again yet.
const REGAIN_SECONDS: f64 = 10.0;

impl Keeper {
    pub(super) fn new(options: PgConnectOptions, setup: &'static str, opening: i64) -> Self {
        Self {
            options,
            setup,
            opening,
            connection: tokio::sync::Mutex::new(None),
        }
    }

    /// Lets the lock go.
    pub(super) async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            // The lock goes with the connection, however it ends.
            let _ = connection.close().await;
        }
    }

    /// Runs a statement that gives leases, on the connection that holds the lock.
    async fn leases(
        &self,
        statement: &'static str,
        arguments: impl Fn() -> Result<sqlx::postgres::PgArguments, sqlx::Error>,
    ) -> Result<Vec<ShardLease>, Failure> {
        let mut slot = self.connection.lock().await;
        let work = async {
            let connection = match &mut *slot {
                Some(connection) => connection,
                none => none.insert(self.locked().await?),
            };
            sqlx::query_as_with::<_, (i32, i64, i64), _>(statement, arguments()?)
                .fetch_all(connection)
                .await
        };
        let result = tokio::time::timeout(LIMIT, work).await.unwrap_or_else(|_| {
            Err(sqlx::Error::Io(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                "no answer within 5 s",
            )))
        });
        match result {
            Ok(rows) => Ok(rows
                .into_iter()
                .map(|(shard_id, epoch, expires_at)| ShardLease {
                    shard_id,
                    epoch,
                    expires_at: Some(Timestamp(expires_at)),
                })
                .collect()),
            Err(error) if is_connection_lost(&error) => {
                *slot = None;
                Err(Failure::Lost(error))
            }
            Err(error) => Err(Failure::Refused(error)),
        }
    }

    async fn locked(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = connect(&self.options, self.setup).await?;
        // Free, or about to be: nobody else has this number, but a connection of ours may still be ending.
        sqlx::query(concat!(
            "SELECT pg_advisory_lock(",
            lock_class!(),
            ", $1::int)"
        ))
        .bind(self.opening)
        .execute(&mut connection)
        .await?;
        Ok(connection)
    }
}

pub(super) async fn acquire(
    shared: &Shared,
    shard_ids: &[i32],
    owner: &str,
    lifetime: Duration,
) -> Result<Vec<ShardLease>, StoreError> {
    let arguments = || {
        use sqlx::Arguments as _;
        let mut arguments = sqlx::postgres::PgArguments::default();
        arguments
            .add(shard_ids)
            .and_then(|()| arguments.add(owner))
            .and_then(|()| arguments.add(shared.opening))
            .and_then(|()| arguments.add(lifetime.as_secs_f64()))
            .and_then(|()| arguments.add(REGAIN_SECONDS))
            .map_err(sqlx::Error::Encode)?;
        Ok(arguments)
    };
    let deadline = Instant::now() + PATIENCE;
    let mut leases = loop {
        // Taking a shard that this opening has already takes it anew: it does no harm to try again.
        match shared.keeper.leases(TAKE, arguments).await {
            Err(Failure::Lost(_)) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
            other => break other.map_err(|failure| failure.doing(TAKING))?,
        }
    };
    leases.sort_unstable_by_key(|lease| lease.shard_id);
    shared.leases.grant(&leases);
    // Run keys of a workflow id grow: those that were reserved before may be lower than the last owner's.
    shared.new_run_keys.lock().await.forget();
    Ok(leases)
}

fn shards_and_epochs(leases: &[ShardLease]) -> (Vec<i32>, Vec<i64>) {
    leases
        .iter()
        .map(|lease| (lease.shard_id, lease.epoch))
        .unzip()
}

pub(super) async fn renew(
    shared: &Shared,
    leases: &[ShardLease],
    lifetime: Duration,
) -> Result<Vec<ShardLease>, StoreError> {
    let (shards, epochs) = shards_and_epochs(leases);
    let arguments = || {
        use sqlx::Arguments as _;
        let mut arguments = sqlx::postgres::PgArguments::default();
        arguments
            .add(&shards)
            .and_then(|()| arguments.add(&epochs))
            .and_then(|()| arguments.add(lifetime.as_secs_f64()))
            .map_err(sqlx::Error::Encode)?;
        Ok(arguments)
    };
    let mut kept = shared
        .keeper
        .leases(
            "UPDATE shards SET expires_at = now() + make_interval(secs => $3) \
             FROM unnest($1::int[], $2::bigint[]) AS held (shard_id, epoch) \
             WHERE shards.shard_id = held.shard_id AND shards.epoch = held.epoch RETURNING shards.shard_id, \
             shards.epoch, (extract(epoch FROM expires_at) * 1000000000)::bigint",
            arguments,
        )
        .await
        .map_err(|failure| failure.doing(RENEWING))?;
    kept.sort_unstable_by_key(|lease| lease.shard_id);
    Ok(kept)
}

pub(super) async fn release(shared: &Shared, leases: &[ShardLease]) -> Result<(), StoreError> {
    for lease in leases {
        if let Some(held) = shared.leases.of(lease.shard_id) {
            let mut held = held.lock().await;
            if held.epoch == lease.epoch {
                // An epoch that no lease has.
                held.epoch = 0;
            }
        }
    }
    let (shards, epochs) = shards_and_epochs(leases);
    let released = async {
        let mut taken = shared.connections.take().await?;
        let limit = taken.limit();
        let work = sqlx::query(
            "UPDATE shards SET epoch = shards.epoch + 1, opening = 0, expires_at = '-infinity' \
             FROM unnest($1::int[], $2::bigint[]) AS held (shard_id, epoch) \
             WHERE shards.shard_id = held.shard_id AND shards.epoch = held.epoch",
        )
        .bind(&shards)
        .bind(&epochs)
        .execute(taken.connection());
        let result = tokio::time::timeout(limit, work).await;
        taken.finish(result)
    };
    match released.await {
        Ok(_) => Ok(()),
        Err(Failure::Refused(error)) => Err(from_sqlx(RELEASING, error)),
        Err(failure) => Err(failure.doing(RELEASING)),
    }
}
