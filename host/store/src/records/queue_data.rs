//! What users set for a task queue.

use super::ids::{kind_number, no_namespace, read_namespace_key};
use crate::{
    error::StoreError,
    queues::{QueueData, QueueDataKey},
    sql::{Sql, Statement},
};

pub(crate) async fn get(
    sql: &dyn Sql,
    queue: &QueueDataKey,
) -> Result<Option<QueueData>, StoreError> {
    let statement = Statement::new(
        "SELECT revision, body FROM queue_data WHERE name = $2 AND kind = $3 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1)",
    );
    let statement = statement
        .bind(queue.namespace_id)
        .bind(&*queue.name)
        .bind(kind_number(queue.kind));
    let mut rows = sql
        .read("reading the settings of a task queue", statement)
        .await?;
    let data = |row: &mut crate::sql::Row| {
        Ok(QueueData {
            revision: row.integer(0)?,
            body: row.take_bytes(1)?,
        })
    };
    rows.first_mut().map(data).transpose()
}

pub(crate) async fn put(
    sql: &dyn Sql,
    queue: &QueueDataKey,
    expected_revision: i64,
    body: Vec<u8>,
) -> Result<i64, StoreError> {
    let Some(namespace_key) = read_namespace_key(sql, queue.namespace_id).await? else {
        return Err(no_namespace(queue.namespace_id));
    };
    let statement = Statement::new(if expected_revision == 0 {
        "INSERT INTO queue_data (namespace_key, kind, name, revision, body) VALUES ($1, $2, $3, 1 + $4, $5) \
         ON CONFLICT DO NOTHING RETURNING revision"
    } else {
        "UPDATE queue_data SET revision = revision + 1, body = $5 \
         WHERE namespace_key = $1 AND kind = $2 AND name = $3 AND revision = $4 RETURNING revision"
    });
    let statement = statement
        .bind(namespace_key)
        .bind(kind_number(queue.kind))
        .bind(&*queue.name)
        .bind(expected_revision)
        .bind(body);
    let rows = sql
        .write("storing the settings of a task queue", statement)
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(StoreError::Stale {
            what: format!("the settings of task queue {}", queue.name),
        }),
    }
}
