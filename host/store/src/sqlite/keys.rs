//! The integers that stand for names and queues in the tables, and how the committer finds and makes keys.

use std::collections::HashMap;

use sqlx::{Row as _, SqliteConnection};
use sundial_core::{NamespaceId, RunId};

use super::{
    open,
    rows::{Arguments, MAX_ROWS, Statement},
};
use crate::{
    queues::QueueKey,
    records::{
        ids::{kind_number, version_texts},
        keys::SharedKeys,
    },
};

/// Names or queues remembered; when there are more, all are forgotten and read again.
const MAX_NAMES: usize = 16_384;
static SELECT_RUN_KEYS: Statement =
    Statement::list("SELECT run_id, run_key FROM runs WHERE run_id IN");

/// The key of a namespace, read by the connection that the caller has.
pub(super) async fn namespace(
    keys: &SharedKeys,
    id: NamespaceId,
    connection: &mut SqliteConnection,
) -> Result<Option<i64>, sqlx::Error> {
    if let Some(key) = keys.known_namespace(id) {
        return Ok(Some(key));
    }
    let found: Option<i64> =
        sqlx::query_scalar("SELECT namespace_key FROM namespaces WHERE id = ?")
            .bind(id.0.as_bytes().as_slice())
            .fetch_optional(connection)
            .await?;
    if let Some(key) = found {
        keys.remember_namespace(id, key);
    }
    Ok(found)
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
