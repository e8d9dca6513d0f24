//! The server's own values.

use super::{Shared, errors::while_doing};
use crate::error::StoreError;

const READING: &str = "reading server metadata";
const STORING: &str = "storing server metadata";

pub(super) async fn get(shared: &Shared, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    sqlx::query_scalar("SELECT value FROM metadata WHERE name = ?")
        .bind(key)
        .fetch_optional(&mut *shared.read.take().await?)
        .await
        .map_err(while_doing(READING))
}

pub(super) async fn put(shared: &Shared, key: &str, value: &[u8]) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO metadata (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(key)
        .bind(value)
        .execute(&mut *shared.write.take().await?)
        .await
        .map(|_| ())
        .map_err(while_doing(STORING))
}

pub(super) async fn put_if_absent(
    shared: &Shared,
    key: &str,
    value: &[u8],
) -> Result<Vec<u8>, StoreError> {
    sqlx::query_scalar(
        "INSERT INTO metadata (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value \
         RETURNING value",
    )
    .bind(key)
    .bind(value)
    .fetch_one(&mut *shared.write.take().await?)
    .await
    .map_err(while_doing(STORING))
}
