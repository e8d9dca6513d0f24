//! Reads the rows of task queues; reads and writes what users set for a queue.

use std::sync::Arc;

use sqlx::{Connection, Row, sqlite::SqliteRow};
use sundial_core::{DeploymentVersion, RunKey, Task, Timestamp};

use super::{
    Shared,
    alarms::limit_number,
    errors::{corrupt, from_sqlx, while_doing},
    keys::{kind_number, kind_of, version_texts},
    runs::{namespace_id_of, run_id_of},
};
use crate::{
    error::StoreError,
    queues::{QueueBacklog, QueueData, QueueDataKey, QueueKey},
};

const READING: &str = "reading a task queue";
const SETTING: &str = "storing the settings of a task queue";

pub(super) async fn backlogs(shared: &Shared) -> Result<Vec<QueueBacklog>, StoreError> {
    let rows = sqlx::query(
        "SELECT n.id, q.kind, q.name, q.deployment, q.build_id, b.tasks, b.first FROM \
         (SELECT queue_key, count(*) AS tasks, min(task_id) AS first FROM tasks GROUP BY queue_key) b \
         JOIN task_queues q ON q.queue_key = b.queue_key JOIN namespaces n ON n.namespace_key = q.namespace_key",
    )
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    rows.iter().map(backlog_of).collect()
}

fn backlog_of(row: &SqliteRow) -> Result<QueueBacklog, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    let text = |index: usize| row.try_get::<String, _>(index).map_err(failed);
    let kind: i64 = row.try_get(1).map_err(failed)?;
    let (deployment_name, build_id) = (text(3)?, text(4)?);
    let queue = QueueKey {
        namespace_id: namespace_id_of(row.try_get(0).map_err(failed)?)?,
        kind: kind_of(kind)
            .ok_or_else(|| corrupt(format!("a task queue of the unknown kind {kind}")))?,
        name: Arc::from(text(2)?),
        version: (!build_id.is_empty()).then_some(DeploymentVersion {
            deployment_name,
            build_id,
        }),
    };
    Ok(QueueBacklog {
        queue,
        tasks: row.try_get(5).map_err(failed)?,
        first_task_id: row.try_get(6).map_err(failed)?,
    })
}

pub(super) async fn tasks(
    shared: &Shared,
    queue: &QueueKey,
    after_id: i64,
    limit: usize,
) -> Result<Vec<Task>, StoreError> {
    let Some(namespace_key) = shared.namespace_key(queue.namespace_id).await? else {
        return Ok(Vec::new());
    };
    let (deployment, build_id) = version_texts(queue);
    let rows = sqlx::query(
        "SELECT t.task_id, r.workflow_id, r.run_id, n.name, t.scheduled_event_id, t.stamp, t.created_at, \
         t.priority_key FROM tasks t JOIN runs r ON r.run_key = t.run_key \
         LEFT JOIN names n ON n.name_key = t.normal_queue \
         WHERE t.queue_key = (SELECT queue_key FROM task_queues WHERE namespace_key = ?1 AND kind = ?2 \
         AND name = ?3 AND deployment = ?4 AND build_id = ?5) AND t.task_id > ?6 ORDER BY t.task_id LIMIT ?7",
    )
    .bind(namespace_key)
    .bind(kind_number(queue.kind))
    .bind(&*queue.name)
    .bind(deployment)
    .bind(build_id)
    .bind(after_id)
    .bind(limit_number(limit))
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    rows.iter().map(|row| task_of(row, queue)).collect()
}

fn task_of(row: &SqliteRow, queue: &QueueKey) -> Result<Task, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    let run = RunKey {
        namespace_id: queue.namespace_id,
        workflow_id: Arc::from(row.try_get::<&str, _>(1).map_err(failed)?),
        run_id: run_id_of(row.try_get(2).map_err(failed)?)?,
    };
    Ok(Task {
        id: row.try_get(0).map_err(failed)?,
        kind: queue.kind,
        run,
        queue: Arc::clone(&queue.name),
        normal_queue: row
            .try_get::<Option<&str>, _>(3)
            .map_err(failed)?
            .map(Arc::from),
        version: queue.version.clone(),
        scheduled_event_id: row.try_get(4).map_err(failed)?,
        stamp: row.try_get(5).map_err(failed)?,
        created_at: Timestamp(row.try_get(6).map_err(failed)?),
        priority_key: row.try_get(7).map_err(failed)?,
    })
}

pub(super) async fn data(
    shared: &Shared,
    queue: &QueueDataKey,
) -> Result<Option<QueueData>, StoreError> {
    let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT revision, body FROM queue_data WHERE name = ?2 AND kind = ?3 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1)",
    )
    .bind(queue.namespace_id.0.as_bytes().as_slice())
    .bind(&*queue.name)
    .bind(kind_number(queue.kind))
    .fetch_optional(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    Ok(found.map(|(revision, body)| QueueData { revision, body }))
}

pub(super) async fn put_data(
    shared: &Shared,
    queue: &QueueDataKey,
    expected_revision: i64,
    body: Vec<u8>,
) -> Result<i64, StoreError> {
    let failed = |error| from_sqlx(SETTING, error);
    let mut connection = shared.write.take().await?;
    let mut transaction = connection.begin().await.map_err(failed)?;
    let Some(namespace_key) = shared
        .keys
        .namespace(queue.namespace_id, &mut transaction)
        .await
        .map_err(failed)?
    else {
        return Err(StoreError::NotFound {
            what: format!("namespace {}", queue.namespace_id),
        });
    };
    let statement = if expected_revision == 0 {
        "INSERT INTO queue_data (namespace_key, kind, name, revision, body) VALUES (?1, ?2, ?3, 1 + ?4, ?5) \
         ON CONFLICT DO NOTHING RETURNING revision"
    } else {
        "UPDATE queue_data SET revision = revision + 1, body = ?5 \
         WHERE namespace_key = ?1 AND kind = ?2 AND name = ?3 AND revision = ?4 RETURNING revision"
    };
    let stored: Option<i64> = sqlx::query_scalar(statement)
        .bind(namespace_key)
        .bind(kind_number(queue.kind))
        .bind(&*queue.name)
        .bind(expected_revision)
        .bind(body)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    stored.ok_or_else(|| StoreError::Stale {
        what: format!("the settings of task queue {}", queue.name),
    })
}
