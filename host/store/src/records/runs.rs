//! Reads runs with their parts. One statement each, so that what is read is of one moment.

use std::sync::Arc;

use sundial_core::{Archetype, NamespaceId, Part, PartKey, RunId, RunKey, Timestamp};

use super::ids::{archetype_sign, run_id_of};
use crate::{
    error::StoreError,
    runs::StoredRun,
    sql::{Row, Sql, Statement},
};

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
             FROM target t JOIN run_parts p ON p.run_key = t.run_key ORDER BY kind NULLS FIRST, id"
        )
    };
}

const SELECT_BY_RUN_ID: &str = select_run!(
    "SELECT run_key, run_id FROM runs WHERE run_id = $4 AND workflow_id = $3 AND namespace_key = \
     (SELECT namespace_key * $2 FROM namespaces WHERE id = $1)"
);
const SELECT_CURRENT: &str = select_run!(
    "SELECT run_key, run_id FROM (SELECT run_key, run_id, current_deleted FROM runs WHERE workflow_id = $3 \
     AND namespace_key = (SELECT namespace_key * $2 FROM namespaces WHERE id = $1) ORDER BY run_key DESC LIMIT 1) newest \
     WHERE current_deleted = 0"
);

/// The run and its key in the tables.
pub(crate) async fn load(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    archetype: Archetype,
    workflow_id: &str,
    run_id: Option<RunId>,
) -> Result<Option<(StoredRun, i64)>, StoreError> {
    let statement = Statement::new(match run_id {
        Some(_) => SELECT_BY_RUN_ID,
        None => SELECT_CURRENT,
    });
    let statement = statement
        .bind(namespace_id)
        .bind(archetype_sign(archetype))
        .bind(workflow_id);
    let statement = match run_id {
        Some(run_id) => statement.bind(run_id),
        None => statement,
    };
    let mut rows = sql.read("loading a run", statement).await?;
    // The run's own row has no kind and therefore comes first.
    let Some((first, parts)) = rows.split_first_mut() else {
        return Ok(None);
    };
    let time = |index: usize| first.integer_or_null(index).map(|time| time.map(Timestamp));
    let (wake_at, closed_at) = (time(4)?, time(5)?);
    let run = StoredRun {
        key: RunKey {
            namespace_id,
            archetype,
            workflow_id: Arc::from(workflow_id),
            run_id: run_id_of(first.bytes(2)?)?,
        },
        shard_id: first.small(3)?,
        state: first.take_bytes(6)?,
        parts: parts.iter_mut().map(part_of).collect::<Result<_, _>>()?,
        wake_at,
        closed_at,
    };
    Ok(Some((run, first.integer(1)?)))
}

pub(crate) async fn current(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    workflow_id: &str,
) -> Result<Option<RunId>, StoreError> {
    let statement = Statement::new(
        "SELECT run_id, current_deleted FROM runs WHERE workflow_id = $2 \
         AND namespace_key = (SELECT namespace_key FROM namespaces WHERE id = $1) ORDER BY run_key DESC LIMIT 1",
    );
    let statement = statement.bind(namespace_id).bind(workflow_id);
    let rows = sql.read("looking up the current run", statement).await?;
    match rows.first() {
        Some(row) if row.integer(1)? == 0 => run_id_of(row.bytes(0)?).map(Some),
        Some(_) | None => Ok(None),
    }
}

fn part_of(row: &mut Row) -> Result<Part, StoreError> {
    let key = PartKey {
        kind: row.small(0)?,
        id: row.integer(1)?,
    };
    Ok(Part {
        key,
        body: row.take_bytes(6)?,
    })
}
