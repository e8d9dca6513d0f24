//! The integers that stand for runs, namespaces, names and queues in the tables, and the caches of them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sqlx::{Row as _, SqliteConnection};
use sundial_core::{NamespaceId, RunId, TaskKind};

use super::{
    open,
    rows::{Arguments, MAX_ROWS, Statement},
};
use crate::queues::QueueKey;

/// Half of the run keys that are remembered, about 48 bytes each: enough for the runs that are active at a time.
const RUN_KEYS_PER_GENERATION: usize = 32_768;
/// Names or queues remembered; when there are more, all are forgotten and read again.
const MAX_NAMES: usize = 16_384;
/// Bits of a history key that hold the event id, and so the most events that a history may have: a million.
pub(super) const EVENT_ID_BITS: u32 = 20;

static SELECT_RUN_KEYS: Statement =
    Statement::list("SELECT run_id, run_key FROM runs WHERE run_id IN");

/// The number of a task's kind in the tables.
pub(super) fn kind_number(kind: TaskKind) -> i64 {
    match kind {
        TaskKind::Workflow => 0,
        TaskKind::Activity => 1,
    }
}

/// The kind of a number in the tables.
pub(super) fn kind_of(number: i64) -> Option<TaskKind> {
    match number {
        0 => Some(TaskKind::Workflow),
        1 => Some(TaskKind::Activity),
        _ => None,
    }
}

/// The history key of the batch that begins with this event.
pub(super) fn history_key(run_key: i64, event_id: i64) -> i64 {
    (run_key << EVENT_ID_BITS) | event_id.clamp(0, (1 << EVENT_ID_BITS) - 1)
}

/// Keys that committer and readers share.
#[derive(Debug, Default)]
pub(super) struct SharedKeys {
    runs: Mutex<RunKeys>,
    namespaces: Mutex<HashMap<NamespaceId, i64>>,
}

/// Two generations: when the young one is full it becomes the old one, and the old one is forgotten.
#[derive(Debug, Default)]
struct RunKeys {
    young: HashMap<RunId, i64>,
    old: HashMap<RunId, i64>,
}

impl SharedKeys {
    pub(super) fn run(&self, run_id: RunId) -> Option<i64> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = runs.young.get(&run_id) {
            return Some(*key);
        }
        let key = runs.old.remove(&run_id)?;
        runs.remember(run_id, key);
        Some(key)
    }

    pub(super) fn remember_run(&self, run_id: RunId, key: i64) {
        self.runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remember(run_id, key);
    }

    pub(super) fn forget_run(&self, run_id: RunId) {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.young.remove(&run_id);
        runs.old.remove(&run_id);
    }

    pub(super) fn known_namespace(&self, id: NamespaceId) -> Option<i64> {
        self.namespaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .copied()
    }

    /// The key of a namespace. Namespaces are few and keep their keys.
    pub(super) async fn namespace(
        &self,
        id: NamespaceId,
        connection: &mut SqliteConnection,
    ) -> Result<Option<i64>, sqlx::Error> {
        if let Some(key) = self.known_namespace(id) {
            return Ok(Some(key));
        }
        let found: Option<i64> =
            sqlx::query_scalar("SELECT namespace_key FROM namespaces WHERE id = ?")
                .bind(id.0.as_bytes().as_slice())
                .fetch_optional(connection)
                .await?;
        if let Some(key) = found {
            self.namespaces
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id, key);
        }
        Ok(found)
    }
}

impl RunKeys {
    fn remember(&mut self, run_id: RunId, key: i64) {
        if self.young.len() >= RUN_KEYS_PER_GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(run_id, key);
    }
}

/// Keys that only the committer makes, before the transaction that needs them: a name without a use does no harm.
#[derive(Debug)]
pub(super) struct CommitterKeys {
    names: HashMap<String, i64>,
    queues: HashMap<QueueKey, i64>,
    next_run_key: i64,
    reserved_run_keys: i64,
}

impl CommitterKeys {
    /// `next_run_key` begins a fresh block.
    pub(super) fn new(next_run_key: i64) -> Self {
        Self {
            names: HashMap::new(),
            queues: HashMap::new(),
            next_run_key,
            reserved_run_keys: open::RUN_KEY_BLOCK,
        }
    }

    pub(super) async fn new_run(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<i64, sqlx::Error> {
        if self.reserved_run_keys == 0 {
            self.next_run_key = open::reserve_run_keys(connection).await?;
            self.reserved_run_keys = open::RUN_KEY_BLOCK;
        }
        let key = self.next_run_key;
        self.next_run_key += 1;
        self.reserved_run_keys -= 1;
        Ok(key)
    }

    pub(super) async fn name(
        &mut self,
        name: &str,
        connection: &mut SqliteConnection,
    ) -> Result<i64, sqlx::Error> {
        if let Some(key) = self.names.get(name) {
            return Ok(*key);
        }
        sqlx::query("INSERT INTO names (name) VALUES (?) ON CONFLICT DO NOTHING")
            .bind(name)
            .execute(&mut *connection)
            .await?;
        let key = sqlx::query_scalar("SELECT name_key FROM names WHERE name = ?")
            .bind(name)
            .fetch_one(connection)
            .await?;
        if self.names.len() >= MAX_NAMES {
            self.names.clear();
        }
        self.names.insert(name.to_owned(), key);
        Ok(key)
    }

    pub(super) async fn queue(
        &mut self,
        queue: QueueKey,
        namespace_key: i64,
        connection: &mut SqliteConnection,
    ) -> Result<i64, sqlx::Error> {
        if let Some(key) = self.queues.get(&queue) {
            return Ok(*key);
        }
        let (deployment, build_id) = version_texts(&queue);
        sqlx::query(
            "INSERT INTO task_queues (namespace_key, kind, name, deployment, build_id) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(namespace_key)
        .bind(kind_number(queue.kind))
        .bind(&*queue.name)
        .bind(deployment)
        .bind(build_id)
        .execute(&mut *connection)
        .await?;
        let key = sqlx::query_scalar(SELECT_QUEUE_KEY)
            .bind(namespace_key)
            .bind(kind_number(queue.kind))
            .bind(&*queue.name)
            .bind(deployment)
            .bind(build_id)
            .fetch_one(connection)
            .await?;
        if self.queues.len() >= MAX_NAMES {
            self.queues.clear();
        }
        self.queues.insert(queue, key);
        Ok(key)
    }
}

/// Takes namespace key, kind, name, deployment, build id.
pub(super) const SELECT_QUEUE_KEY: &str = "SELECT queue_key FROM task_queues \
     WHERE namespace_key = ?1 AND kind = ?2 AND name = ?3 AND deployment = ?4 AND build_id = ?5";

/// The version of a queue as its row has it.
pub(super) fn version_texts(queue: &QueueKey) -> (&str, &str) {
    queue.version.as_ref().map_or(("", ""), |version| {
        (version.deployment_name.as_str(), version.build_id.as_str())
    })
}

/// Reads the keys of runs; those that do not exist are left out.
pub(super) async fn read_run_keys(
    connection: &mut SqliteConnection,
    run_ids: &[RunId],
) -> Result<HashMap<RunId, i64>, sqlx::Error> {
    let mut keys = HashMap::with_capacity(run_ids.len());
    for chunk in run_ids.chunks(MAX_ROWS) {
        let mut arguments = Arguments::default();
        SELECT_RUN_KEYS.bind(0..chunk.len(), &mut arguments, |index, to| {
            to.add(chunk[index].0.as_bytes().as_slice())
        });
        let text = SELECT_RUN_KEYS.text(chunk.len());
        for row in sqlx::query_with(text, arguments.finish()?)
            .fetch_all(&mut *connection)
            .await?
        {
            if let Ok(run_id) = uuid::Uuid::from_slice(row.try_get(0)?) {
                keys.insert(RunId(run_id), row.try_get(1)?);
            }
        }
    }
    Ok(keys)
}
