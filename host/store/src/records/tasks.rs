//! Rows of tasks, as both databases read them back.

use std::sync::Arc;

use sundial_core::{DeploymentVersion, Fairness, RunKey, Task, Timestamp};

use super::ids::{archetype_of, kind_of, namespace_id_of, run_id_of};
use crate::{
    error::StoreError,
    queues::{QueueBacklog, QueueKey},
    sql::Row,
};

/// From the columns namespace id, kind, queue, deployment, build id, number of tasks, first task id.
pub(crate) fn backlog_of(row: &Row) -> Result<QueueBacklog, StoreError> {
    let (deployment, build_id) = (row.text(3)?, row.text(4)?);
    let queue = QueueKey {
        namespace_id: namespace_id_of(row.bytes(0)?)?,
        kind: kind_of(row.integer(1)?)?,
        name: Arc::from(row.text(2)?),
        version: (!build_id.is_empty()).then(|| DeploymentVersion {
            deployment_name: deployment.to_owned(),
            build_id: build_id.to_owned(),
        }),
    };
    Ok(QueueBacklog {
        queue,
        tasks: row.integer(5)?,
        first_task_id: row.integer(6)?,
    })
}

/// From the columns task id, workflow id, run id, normal queue, scheduled event id, stamp, creation time, priority, fairness key and
/// weight, the run's own namespace key.
pub(crate) fn task_of(row: &Row, queue: &QueueKey) -> Result<Task, StoreError> {
    Ok(Task {
        id: row.integer(0)?,
        kind: queue.kind,
        run: RunKey {
            namespace_id: queue.namespace_id,
            archetype: archetype_of(row.integer(10)?),
            workflow_id: Arc::from(row.text(1)?),
            run_id: run_id_of(row.bytes(2)?)?,
        },
        queue: Arc::clone(&queue.name),
        normal_queue: row.text_or_null(3)?.map(Arc::from),
        version: queue.version.clone(),
        scheduled_event_id: row.integer(4)?,
        stamp: row.small(5)?,
        created_at: Timestamp(row.integer(6)?),
        priority_key: row.small(7)?,
        fairness: match row.text_or_null(8)? {
            Some(key) => Some(Fairness {
                key: Arc::from(key),
                weight_thousandths: row.small(9)?,
            }),
            None => None,
        },
    })
}
