//! Reads the rows of task queues.

use sundial_core::Task;

use super::Shared;
use crate::{
    error::StoreError,
    queues::{QueueBacklog, QueueKey},
    records::{
        ids::{kind_number, limit_number, version_texts},
        tasks::{backlog_of, task_of},
    },
    sql::{Sql, Statement},
};

const READING: &str = "reading a task queue";

pub(super) async fn backlogs(shared: &Shared) -> Result<Vec<QueueBacklog>, StoreError> {
    let statement = Statement::new(
        "SELECT n.id, q.kind, q.name, q.deployment, q.build_id, b.tasks, b.first FROM \
         (SELECT queue_key, count(*) AS tasks, min(task_id) AS first FROM tasks GROUP BY queue_key) b \
         JOIN task_queues q ON q.queue_key = b.queue_key JOIN namespaces n ON n.namespace_key = q.namespace_key",
    );
    let rows = shared.read(READING, statement).await?;
    rows.iter().map(backlog_of).collect()
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
    let statement = Statement::new(
        "SELECT t.task_id, r.workflow_id, r.run_id, n.name, t.scheduled_event_id, t.stamp, t.created_at, \
         t.priority_key, t.fairness_key, t.fairness_weight, r.namespace_key FROM tasks t \
         JOIN runs r ON r.run_key = t.run_key \
         LEFT JOIN names n ON n.name_key = t.normal_queue \
         WHERE t.queue_key = (SELECT queue_key FROM task_queues WHERE namespace_key = $1 AND kind = $2 \
         AND name = $3 AND deployment = $4 AND build_id = $5) AND t.task_id > $6 ORDER BY t.task_id LIMIT $7",
    );
    let statement = statement
        .bind(namespace_key)
        .bind(kind_number(queue.kind))
        .bind(&*queue.name)
        .bind(deployment)
        .bind(build_id)
        .bind(after_id)
        .bind(limit_number(limit));
    let rows = shared.read(READING, statement).await?;
    rows.iter().map(|row| task_of(row, queue)).collect()
}
