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
        "SELECT n.id, b.kind, b.queue, b.deployment, b.build_id, b.tasks, b.first FROM \
         (SELECT namespace_key, kind, queue, deployment, build_id, count(*) AS tasks, min(task_id) AS first \
         FROM tasks GROUP BY namespace_key, kind, queue, deployment, build_id) b \
         JOIN namespaces n ON n.namespace_key = b.namespace_key",
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
        "SELECT t.task_id, r.workflow_id, r.run_id, t.normal_queue, t.scheduled_event_id, t.stamp, t.created_at, \
         t.priority_key, t.fairness_key, t.fairness_weight, r.namespace_key FROM tasks t \
         JOIN runs r ON r.run_key = t.run_key \
         WHERE t.queue_hash = hashtextextended(concat_ws('/', $1, $2, $3, $4, $5), 0) AND t.task_id > $6 \
         AND t.namespace_key = $1 AND t.kind = $2 AND t.deployment = $3 AND t.build_id = $4 AND t.queue = $5 \
         ORDER BY t.task_id LIMIT $7",
    );
    let statement = statement
        .bind(namespace_key)
        .bind(kind_number(queue.kind))
        .bind(deployment)
        .bind(build_id)
        .bind(&*queue.name)
        .bind(after_id)
        .bind(limit_number(limit));
    let rows = shared.read(READING, statement).await?;
    rows.iter().map(|row| task_of(row, queue)).collect()
}
