//! Ids and keys, as columns hold them.

use std::sync::Arc;

use sundial_core::{Archetype, NamespaceId, RunId, RunKey, TaskKind};
use uuid::Uuid;

use crate::{
    error::StoreError,
    queues::QueueKey,
    sql::{Row, Sql, Statement},
};

/// Bits of a history key that hold the event id, and so the most events that a history may have: a million.
pub(crate) const EVENT_ID_BITS: u32 = 20;
/// The last event id that a history may have.
pub(crate) const MAX_EVENT_ID: i64 = (1 << EVENT_ID_BITS) - 1;

/// The number of a task's kind in the tables.
pub(crate) fn kind_number(kind: TaskKind) -> i64 {
    match kind {
        TaskKind::Workflow => 0,
        TaskKind::Activity => 1,
    }
}

/// The kind of a number in the tables.
pub(crate) fn kind_of(number: i64) -> Result<TaskKind, StoreError> {
    match number {
        0 => Ok(TaskKind::Workflow),
        1 => Ok(TaskKind::Activity),
        _ => Err(corrupt(format!(
            "a task queue of the unknown kind {number}"
        ))),
    }
}

/// The history key of the batch that begins with this event.
pub(crate) fn history_key(run_key: i64, event_id: i64) -> i64 {
    (run_key << EVENT_ID_BITS) | event_id.clamp(0, MAX_EVENT_ID)
}

/// The version of a queue as its row has it.
pub(crate) fn version_texts(queue: &QueueKey) -> (&str, &str) {
    queue.version.as_ref().map_or(("", ""), |version| {
        (version.deployment_name.as_str(), version.build_id.as_str())
    })
}

pub(crate) fn run_id_of(bytes: &[u8]) -> Result<RunId, StoreError> {
    Uuid::from_slice(bytes)
        .map(RunId)
        .map_err(|_| corrupt(format!("a run id of {} bytes", bytes.len())))
}

pub(crate) fn namespace_id_of(bytes: &[u8]) -> Result<NamespaceId, StoreError> {
    Uuid::from_slice(bytes)
        .map(NamespaceId)
        .map_err(|_| corrupt(format!("a namespace id of {} bytes", bytes.len())))
}

/// A run from the columns namespace id, workflow id, run id and its own namespace key, which come first.
pub(crate) fn run_key_of(row: &Row) -> Result<RunKey, StoreError> {
    Ok(RunKey {
        namespace_id: namespace_id_of(row.bytes(0)?)?,
        archetype: archetype_of(row.integer(3)?),
        workflow_id: Arc::from(row.text(1)?),
        run_id: run_id_of(row.bytes(2)?)?,
    })
}

/// The namespace key that a run's row has. Each kind of execution has ids, lists and counts of its own: rows of stand-alone
/// activities have the negative key of their namespace, so that every index keeps them apart from workflows.
pub(crate) fn run_namespace_key(namespace_key: i64, archetype: Archetype) -> i64 {
    namespace_key * archetype_sign(archetype)
}

/// What makes a run's namespace key of its namespace's key: 1 or -1.
pub(crate) fn archetype_sign(archetype: Archetype) -> i64 {
    match archetype {
        Archetype::Workflow => 1,
        Archetype::Activity => -1,
    }
}

/// The kind of a run from the namespace key that its row has.
pub(crate) fn archetype_of(run_namespace_key: i64) -> Archetype {
    if run_namespace_key < 0 {
        Archetype::Activity
    } else {
        Archetype::Workflow
    }
}

/// The key of a namespace, `None` if there is no such namespace.
pub(crate) async fn read_namespace_key(
    sql: &dyn Sql,
    id: NamespaceId,
) -> Result<Option<i64>, StoreError> {
    let statement = Statement::new("SELECT namespace_key FROM namespaces WHERE id = $1").bind(id);
    let rows = sql.read("looking up a namespace", statement).await?;
    rows.first().map(|row| row.integer(0)).transpose()
}

/// The key of a run, `None` if there is no such run.
pub(crate) async fn read_run_key(sql: &dyn Sql, id: RunId) -> Result<Option<i64>, StoreError> {
    let statement = Statement::new("SELECT run_key FROM runs WHERE run_id = $1").bind(id);
    let rows = sql.read("looking up a run", statement).await?;
    rows.first().map(|row| row.integer(0)).transpose()
}

/// A limit as a statement takes it.
pub(crate) fn limit_number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Stored bytes do not make sense.
pub(crate) fn corrupt(what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { what: what.into() }
}

/// The namespace of a request is not there.
pub(crate) fn no_namespace(id: NamespaceId) -> StoreError {
    StoreError::NotFound {
        what: format!("namespace {id}"),
    }
}
