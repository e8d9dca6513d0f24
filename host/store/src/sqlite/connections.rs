//! The open connections: one that writes, a few that read.
//!
//! sqlx's own pool pings a connection each time that it comes back, which doubles what a short read costs; here one
//! is simply put back.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::errors::while_doing;
use crate::error::StoreError;

/// Up to a number of connections with the same options, opened when they are needed and kept.
pub(super) struct Connections {
    options: SqliteConnectOptions,
    most: u32,
    permits: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Connections {
    pub(super) fn new(options: SqliteConnectOptions, most: u32) -> Self {
        let most = most.clamp(1, 64);
        Self {
            options,
            most,
            permits: Semaphore::new(most as usize),
            idle: Mutex::default(),
        }
    }

    /// Waits for a connection; it goes back when it is dropped.
    pub(super) async fn take(&self) -> Result<Taken<'_>, StoreError> {
        let permit = self
            .permits
            .acquire()
            .await
            .map_err(|_| StoreError::Closed)?;
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self
                .options
                .connect()
                .await
                .map_err(while_doing("opening the database"))?,
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
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            // It was only for reading, or all was committed: there is nothing to lose.
            let _ = connection.close().await;
        }
    }
}

/// A connection that is in use.
pub(super) struct Taken<'a> {
    home: &'a Connections,
    /// Present until dropped.
    connection: Option<SqliteConnection>,
    _permit: SemaphorePermit<'a>,
}

impl Deref for Taken<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection
            .as_ref()
            .expect("a taken connection is present until it is dropped")
    }
}

impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection
            .as_mut()
            .expect("a taken connection is present until it is dropped")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // Before the permit is given back, so that the next taker finds it.
        self.home
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(self.connection.take());
    }
}
