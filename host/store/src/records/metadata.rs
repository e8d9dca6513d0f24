//! The server's own values.

use crate::{
    error::StoreError,
    sql::{Sql, Statement},
};

const READING: &str = "reading server metadata";
const STORING: &str = "storing server metadata";

pub(crate) async fn get(sql: &dyn Sql, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let statement = Statement::new("SELECT value FROM metadata WHERE name = $1").bind(key);
    let mut rows = sql.read(READING, statement).await?;
    rows.first_mut().map(|row| row.take_bytes(0)).transpose()
}

pub(crate) async fn put(sql: &dyn Sql, key: &str, value: &[u8]) -> Result<(), StoreError> {
    let statement = Statement::new(
        "INSERT INTO metadata (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value \
         RETURNING name",
    );
    let statement = statement.bind(key).bind(value);
    sql.write(STORING, statement).await.map(|_| ())
}

pub(crate) async fn put_if_absent(
    sql: &dyn Sql,
    key: &str,
    value: &[u8],
) -> Result<Vec<u8>, StoreError> {
    // An update that changes nothing, so that the value comes back whoever was first.
    let statement = Statement::new(
        "INSERT INTO metadata (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = metadata.value \
         RETURNING value",
    );
    let mut rows = sql.write(STORING, statement.bind(key).bind(value)).await?;
    match rows.first_mut() {
        Some(row) => row.take_bytes(0),
        None => Err(StoreError::Corrupt {
            what: format!("the server's value {key} can't be stored"),
        }),
    }
}
