//! Jobs as rows.

use sqlx::{Row, sqlite::SqliteRow};
use sundial_core::{NamespaceId, Timestamp};

use super::{
    Shared,
    alarms::limit_number,
    errors::{corrupt, from_sqlx, is_constraint, while_doing},
    runs::namespace_id_of,
};
use crate::{
    error::StoreError,
    jobs::{Job, JobCursor, JobKey, JobKind},
};

const READING: &str = "reading jobs";
const STORING: &str = "storing a job";

pub(super) async fn create(shared: &Shared, job: &Job) -> Result<(), StoreError> {
    let stored = sqlx::query(
        "INSERT INTO jobs (namespace_key, kind, id, revision, created_at, wake_at, body) \
         SELECT namespace_key, ?2, ?3, 1, ?4, ?5, ?6 FROM namespaces WHERE id = ?1",
    )
    .bind(job.key.namespace_id.0.as_bytes().as_slice())
    .bind(job.key.kind.number())
    .bind(&job.key.id)
    .bind(job.created_at.0)
    .bind(job.wake_at.map(|at| at.0))
    .bind(&job.body)
    .execute(&mut *shared.write.take().await?)
    .await;
    match stored {
        Ok(done) if done.rows_affected() == 0 => Err(StoreError::NotFound {
            what: format!("namespace {}", job.key.namespace_id),
        }),
        Ok(_) => Ok(()),
        Err(error) if is_constraint(&error) => Err(StoreError::AlreadyExists {
            what: format!("job {}", job.key.id),
        }),
        Err(error) => Err(from_sqlx(STORING, error)),
    }
}

pub(super) async fn get(shared: &Shared, key: &JobKey) -> Result<Option<Job>, StoreError> {
    let row = sqlx::query(
        "SELECT id, revision, created_at, wake_at, body FROM jobs WHERE kind = ?2 AND id = ?3 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1)",
    )
    .bind(key.namespace_id.0.as_bytes().as_slice())
    .bind(key.kind.number())
    .bind(&key.id)
    .fetch_optional(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    row.map(|row| job_of(&row, key.namespace_id, key.kind))
        .transpose()
}

pub(super) async fn update(shared: &Shared, job: &Job) -> Result<i64, StoreError> {
    let revision: Option<i64> = sqlx::query_scalar(
        "UPDATE jobs SET revision = revision + 1, wake_at = ?5, body = ?6 \
         WHERE kind = ?2 AND id = ?3 AND revision = ?4 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1) RETURNING revision",
    )
    .bind(job.key.namespace_id.0.as_bytes().as_slice())
    .bind(job.key.kind.number())
    .bind(&job.key.id)
    .bind(job.revision)
    .bind(job.wake_at.map(|at| at.0))
    .bind(&job.body)
    .fetch_optional(&mut *shared.write.take().await?)
    .await
    .map_err(while_doing(STORING))?;
    revision.ok_or_else(|| StoreError::Stale {
        what: format!("job {}", job.key.id),
    })
}

pub(super) async fn delete(shared: &Shared, key: &JobKey, revision: i64) -> Result<(), StoreError> {
    let done = sqlx::query(
        "DELETE FROM jobs WHERE kind = ?2 AND id = ?3 AND revision = ?4 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1)",
    )
    .bind(key.namespace_id.0.as_bytes().as_slice())
    .bind(key.kind.number())
    .bind(&key.id)
    .bind(revision)
    .execute(&mut *shared.write.take().await?)
    .await
    .map_err(while_doing(STORING))?;
    match done.rows_affected() {
        0 => Err(StoreError::Stale {
            what: format!("job {}", key.id),
        }),
        _ => Ok(()),
    }
}

pub(super) async fn list(
    shared: &Shared,
    namespace_id: NamespaceId,
    kind: JobKind,
    after: Option<&JobCursor>,
    limit: usize,
) -> Result<Vec<Job>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, revision, created_at, wake_at, body FROM jobs WHERE namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1) AND kind = ?2 \
         AND (?3 IS NULL OR (created_at, id) < (?3, ?4)) ORDER BY created_at DESC, id DESC LIMIT ?5",
    )
    .bind(namespace_id.0.as_bytes().as_slice())
    .bind(kind.number())
    .bind(after.map(|cursor| cursor.created_at.0))
    .bind(after.map(|cursor| cursor.id.as_str()))
    .bind(limit_number(limit))
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    rows.iter()
        .map(|row| job_of(row, namespace_id, kind))
        .collect()
}

pub(super) async fn to_wake(
    shared: &Shared,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<(JobKey, Timestamp)>, StoreError> {
    let rows = sqlx::query(
        "SELECT n.id, j.kind, j.id, j.wake_at FROM jobs j JOIN namespaces n USING (namespace_key) \
         WHERE j.wake_at <= ? ORDER BY j.wake_at LIMIT ?",
    )
    .bind(until.0)
    .bind(limit_number(limit))
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    let entry = |row: &SqliteRow| {
        let failed = |error| from_sqlx(READING, error);
        let number: i16 = row.try_get(1).map_err(failed)?;
        let kind = JobKind::of_number(number)
            .ok_or_else(|| corrupt(format!("a job has the unknown kind {number}")))?;
        let key = JobKey {
            namespace_id: namespace_id_of(row.try_get(0).map_err(failed)?)?,
            kind,
            id: row.try_get(2).map_err(failed)?,
        };
        Ok((key, Timestamp(row.try_get(3).map_err(failed)?)))
    };
    rows.iter().map(entry).collect()
}

fn job_of(row: &SqliteRow, namespace_id: NamespaceId, kind: JobKind) -> Result<Job, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    let wake_at: Option<i64> = row.try_get(3).map_err(failed)?;
    Ok(Job {
        key: JobKey {
            namespace_id,
            kind,
            id: row.try_get(0).map_err(failed)?,
        },
        revision: row.try_get(1).map_err(failed)?,
        created_at: Timestamp(row.try_get(2).map_err(failed)?),
        wake_at: wake_at.map(Timestamp),
        body: row.try_get(4).map_err(failed)?,
    })
}
