//! The open connections: some that commit, some for all else.
//!
//! A connection that failed in any way but by a refused statement is thrown away, and with it those that wait idle:
//! what broke it most likely broke them. sqlx's own pool would ask each connection whether it lives each time that it
//! comes back, which is a round trip for every statement.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{sync::Semaphore, time::error::Elapsed};

use super::errors::is_connection_lost;

/// A server that accepts no connection within this time is not there.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Up to a number of connections with the same options, opened when they are needed and kept.
pub(super) struct Connections {
    options: PgConnectOptions,
    /// Run once on each new connection.
    setup: &'static str,
    /// How long one use may take.
    limit: Duration,
    most: u32,
    permits: Semaphore,
    idle: Mutex<Vec<PgConnection>>,
}

/// Why a use of a connection failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database refused; nothing of the statement happened.
    Refused(sqlx::Error),
    /// The connection broke or was too slow: whether the statement happened is unknown.
    Lost(sqlx::Error),
    /// The store is closed.
    Closed,
}

/// A connection in use. Dropped in the middle of it, the connection is closed: what it was doing is not known.
pub(super) struct Taken<'a> {
    home: &'a Connections,
    connection: Option<PgConnection>,
    _permit: tokio::sync::SemaphorePermit<'a>,
}

impl Connections {
    pub(super) fn new(
        options: PgConnectOptions,
        setup: &'static str,
        most: u32,
        limit: Duration,
    ) -> Self {
        let most = most.clamp(1, 1024);
        Self {
            options,
            setup,
            limit,
            most,
            permits: Semaphore::new(most as usize),
            idle: Mutex::default(),
        }
    }

    /// Waits for a connection; [`Taken::finish`] ends its use.
    pub(super) async fn take(&self) -> Result<Taken<'_>, Failure> {
        let permit = self.permits.acquire().await.map_err(|_| Failure::Closed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.options, self.setup)
                .await
                .map_err(Failure::Lost)?,
        };
        Ok(Taken {
            home: self,
            connection: Some(connection),
            _permit: permit,
        })
    }

    /// Waits for all connections to come back and closes them.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(self.most).await;
        self.permits.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            // All was committed: there is nothing to lose.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken<'_> {
    /// The connection itself, for the future that [`Taken::finish`] waits for.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.connection
            .as_mut()
            .expect("a taken connection is present until it is finished with")
    }

    /// Gives the connection back if it is as good as before, and throws it away if not.
    pub(super) fn finish<T>(
        mut self,
        result: Result<Result<T, sqlx::Error>, Elapsed>,
    ) -> Result<T, Failure> {
        let error = match result {
            Ok(Ok(done)) => {
                self.keep();
                return Ok(done);
            }
            Ok(Err(error)) => error,
            Err(_) => too_slow(self.home.limit),
        };
        if is_connection_lost(&error) {
            self.connection = None;
            drop(std::mem::take(&mut *self.home.idle()));
            Err(Failure::Lost(error))
        } else {
            self.keep();
            Err(Failure::Refused(error))
        }
    }

    /// How long one use may take.
    pub(super) fn limit(&self) -> Duration {
        self.home.limit
    }

    fn keep(&mut self) {
        // Before the permit is given back, so that the next taker finds it.
        self.home.idle().extend(self.connection.take());
    }
}

/// Opens a connection and prepares it.
pub(super) async fn connect(
    options: &PgConnectOptions,
    setup: &'static str,
) -> Result<PgConnection, sqlx::Error> {
    let opened = async {
        let mut connection = options.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(setup))
            .execute(&mut connection)
            .await?;
        Ok(connection)
    };
    tokio::time::timeout(CONNECT_LIMIT, opened)
        .await
        .unwrap_or_else(|_| Err(too_slow(CONNECT_LIMIT)))
}

fn too_slow(limit: Duration) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::TimedOut,
        format!("no answer within {} s", limit.as_secs()),
    ))
}
