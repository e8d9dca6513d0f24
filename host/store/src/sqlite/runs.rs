//! Reads runs with their parts. One statement each, so that what is read is of one moment.

use std::sync::Arc;

use sqlx::{Row, sqlite::SqliteRow};
use sundial_core::{NamespaceId, Part, PartKey, RunId, RunKey, Timestamp};
use uuid::Uuid;

use super::{
    Shared,
    errors::{corrupt, from_sqlx, while_doing},
};
use crate::{error::StoreError, runs::StoredRun};

const LOADING: &str = "loading a run";

/// Rows of two kinds: the run (kind null) and its parts.
macro_rules! select_run {
    ($target:literal) => {
        concat!(
            "WITH target AS (",
            $target,
            ") \
             SELECT NULL AS kind, s.run_key AS id, t.run_id, s.shard_id, s.wake_at, s.closed_at, s.state AS body \
             FROM target t JOIN run_states s ON s.run_key = t.run_key \
             UNION ALL \
             SELECT p.kind, p.id, NULL, NULL, NULL, NULL, p.body \
             FROM target t JOIN run_parts p ON p.run_key = t.run_key ORDER BY kind, id"
        )
    };
}

const SELECT_BY_RUN_ID: &str = select_run!(
    "SELECT run_key, run_id FROM runs WHERE run_id = ?3 AND workflow_id = ?2 AND namespace_key = \
     (SELECT namespace_key FROM namespaces WHERE id = ?1)"
);
const SELECT_CURRENT: &str = select_run!(
    "SELECT run_key, run_id FROM (SELECT run_key, run_id, current_deleted FROM runs WHERE workflow_id = ?2 \
     AND namespace_key = (SELECT namespace_key FROM namespaces WHERE id = ?1) ORDER BY run_key DESC LIMIT 1) \
     WHERE current_deleted = 0"
);

pub(super) async fn load(
    shared: &Shared,
    namespace_id: NamespaceId,
    workflow_id: &str,
    run_id: Option<RunId>,
) -> Result<Option<StoredRun>, StoreError> {
    let query = match run_id {
        Some(_) => sqlx::query(SELECT_BY_RUN_ID),
        None => sqlx::query(SELECT_CURRENT),
    };
    let mut query = query
        .bind(namespace_id.0.as_bytes().as_slice())
        .bind(workflow_id);
    if let Some(run_id) = run_id {
        query = query.bind(run_id.0.as_bytes().as_slice());
    }
    let rows = query
        .fetch_all(&mut *shared.read.take().await?)
        .await
        .map_err(while_doing(LOADING))?;
    // The run's own row has no kind and therefore comes first.
    let Some((first, parts)) = rows.split_first() else {
        return Ok(None);
    };
    let failed = |error| from_sqlx(LOADING, error);
    let run_id = run_id_of(first.try_get(2).map_err(failed)?)?;
    shared
        .keys
        .remember_run(run_id, first.try_get(1).map_err(failed)?);
    let key = RunKey {
        namespace_id,
        workflow_id: Arc::from(workflow_id),
        run_id,
    };
    let time = |index: usize| {
        first
            .try_get::<Option<i64>, _>(index)
            .map(|time| time.map(Timestamp))
            .map_err(failed)
    };
    Ok(Some(StoredRun {
        key,
        shard_id: first.try_get(3).map_err(failed)?,
        state: first.try_get(6).map_err(failed)?,
        parts: parts
            .iter()
            .map(part_of)
            .collect::<Result<_, _>>()
            .map_err(failed)?,
        wake_at: time(4)?,
        closed_at: time(5)?,
    }))
}

pub(super) async fn current(
    shared: &Shared,
    namespace_id: NamespaceId,
    workflow_id: &str,
) -> Result<Option<RunId>, StoreError> {
    let found: Option<(Vec<u8>, bool)> = sqlx::query_as(
        "SELECT run_id, current_deleted FROM runs WHERE workflow_id = ?2 \
         AND namespace_key = (SELECT namespace_key FROM namespaces WHERE id = ?1) ORDER BY run_key DESC LIMIT 1",
    )
    .bind(namespace_id.0.as_bytes().as_slice())
    .bind(workflow_id)
    .fetch_optional(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing("looking up the current run"))?;
    match found {
        Some((run_id, false)) => run_id_of(&run_id).map(Some),
        Some((_, true)) | None => Ok(None),
    }
}

fn part_of(row: &SqliteRow) -> Result<Part, sqlx::Error> {
    let key = PartKey {
        kind: row.try_get(0)?,
        id: row.try_get(1)?,
    };
    Ok(Part {
        key,
        body: row.try_get(6)?,
    })
}

pub(super) fn run_id_of(bytes: &[u8]) -> Result<RunId, StoreError> {
    Uuid::from_slice(bytes)
        .map(RunId)
        .map_err(|_| corrupt(format!("a run id of {} bytes", bytes.len())))
}

pub(super) fn namespace_id_of(bytes: &[u8]) -> Result<NamespaceId, StoreError> {
    Uuid::from_slice(bytes)
        .map(NamespaceId)
        .map_err(|_| corrupt(format!("a namespace id of {} bytes", bytes.len())))
}
