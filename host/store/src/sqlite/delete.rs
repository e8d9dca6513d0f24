//! Deletes a run with all its rows.

use sqlx::{Connection, SqliteConnection};
use sundial_core::RunKey;

use super::keys::namespace;
use crate::{
    lists::OPEN,
    records::{
        ids::{MAX_EVENT_ID, history_key, run_namespace_key},
        keys::SharedKeys,
    },
};

/// Everything of a run but its row in `runs`. `tasks` has no index by run: a closed run has no tasks.
const DELETE_ROWS: [&str; 3] = [
    "DELETE FROM run_states WHERE run_key = ?",
    "DELETE FROM run_parts WHERE run_key = ?",
    "DELETE FROM transfers WHERE run_key = ?",
];

/// False if there is no such run.
pub(super) async fn delete_run(
    connection: &mut SqliteConnection,
    keys: &SharedKeys,
    run: &RunKey,
) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let Some(namespace_key) = namespace(keys, run.namespace_id, &mut transaction).await? else {
        return Ok(false);
    };
    let namespace_key = run_namespace_key(namespace_key, run.archetype);
    let deleted: Option<(i64, i64)> = sqlx::query_as(
        "DELETE FROM runs WHERE run_id = ? AND namespace_key = ? AND workflow_id = ? RETURNING run_key, close_time",
    )
    .bind(run.run_id.0.as_bytes().as_slice())
    .bind(namespace_key)
    .bind(&*run.workflow_id)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some((run_key, close_time)) = deleted else {
        return Ok(false);
    };
    for statement in DELETE_ROWS {
        sqlx::query(statement)
            .bind(run_key)
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query("DELETE FROM history WHERE history_key BETWEEN ? AND ?")
        .bind(history_key(run_key, 0))
        .bind(history_key(run_key, MAX_EVENT_ID))
        .execute(&mut *transaction)
        .await?;
    if close_time == OPEN {
        sqlx::query("DELETE FROM tasks WHERE run_key = ?")
            .bind(run_key)
            .execute(&mut *transaction)
            .await?;
    }
    // An older run must not become current because the newest is gone.
    sqlx::query(
        "UPDATE runs SET current_deleted = 1 WHERE run_key < ?1 AND run_key = \
         (SELECT max(run_key) FROM runs WHERE namespace_key = ?2 AND workflow_id = ?3)",
    )
    .bind(run_key)
    .bind(namespace_key)
    .bind(&*run.workflow_id)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}
