//! Jobs as rows.

use sundial_core::{NamespaceId, Timestamp};

use super::ids::{corrupt, limit_number, namespace_id_of, no_namespace, read_namespace_key};
use crate::{
    error::StoreError,
    jobs::{Job, JobCursor, JobKey, JobKind, JobWake},
    sql::{Row, Sql, Statement},
};

const READING: &str = "reading jobs";
const STORING: &str = "storing a job";

pub(crate) async fn create(sql: &dyn Sql, job: &Job) -> Result<(), StoreError> {
    let Some(namespace_key) = read_namespace_key(sql, job.key.namespace_id).await? else {
        return Err(no_namespace(job.key.namespace_id));
    };
    let statement = Statement::new(
        "INSERT INTO jobs (namespace_key, kind, id, revision, created_at, wake_at, body) \
         VALUES ($1, $2, $3, 1, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING revision",
    );
    let statement = statement
        .bind(namespace_key)
        .bind(i64::from(job.key.kind.number()))
        .bind(&job.key.id)
        .bind(job.created_at.0)
        .bind(job.wake_at.map(|at| at.0))
        .bind(job.body.clone());
    match sql.write(STORING, statement).await?.first() {
        Some(_) => Ok(()),
        None => Err(StoreError::AlreadyExists {
            what: format!("job {}", job.key.id),
        }),
    }
}

pub(crate) async fn get(sql: &dyn Sql, key: &JobKey) -> Result<Option<Job>, StoreError> {
    let statement = of_key(
        "SELECT id, revision, created_at, wake_at, body FROM jobs WHERE kind = $2 AND id = $3 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1)",
        key,
    );
    let mut rows = sql.read(READING, statement).await?;
    rows.first_mut()
        .map(|row| job_of(row, key.namespace_id, key.kind))
        .transpose()
}

pub(crate) async fn update(sql: &dyn Sql, job: &Job) -> Result<i64, StoreError> {
    let statement = of_key(
        "UPDATE jobs SET revision = revision + 1, wake_at = $5, body = $6 \
         WHERE kind = $2 AND id = $3 AND revision = $4 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1) RETURNING revision",
        &job.key,
    );
    let statement = statement
        .bind(job.revision)
        .bind(job.wake_at.map(|at| at.0))
        .bind(job.body.clone());
    match sql.write(STORING, statement).await?.first() {
        Some(row) => row.integer(0),
        None => Err(stale(&job.key)),
    }
}

pub(crate) async fn delete(sql: &dyn Sql, key: &JobKey, revision: i64) -> Result<(), StoreError> {
    let statement = of_key(
        "DELETE FROM jobs WHERE kind = $2 AND id = $3 AND revision = $4 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1) RETURNING revision",
        key,
    );
    match sql.write(STORING, statement.bind(revision)).await?.first() {
        Some(_) => Ok(()),
        None => Err(stale(key)),
    }
}

pub(crate) async fn list(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    kind: JobKind,
    after: Option<&JobCursor>,
    limit: usize,
) -> Result<Vec<Job>, StoreError> {
    let statement = Statement::new(
        "SELECT id, revision, created_at, wake_at, body FROM jobs WHERE namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1) AND kind = $2 \
         AND ($3 IS NULL OR (created_at, id) < ($3, $4)) ORDER BY created_at DESC, id DESC LIMIT $5",
    );
    let statement = statement
        .bind(namespace_id)
        .bind(i64::from(kind.number()))
        .bind(after.map(|cursor| cursor.created_at.0))
        .bind(after.map(|cursor| cursor.id.as_str()))
        .bind(limit_number(limit));
    let mut rows = sql.read(READING, statement).await?;
    rows.iter_mut()
        .map(|row| job_of(row, namespace_id, kind))
        .collect()
}

pub(crate) async fn to_wake(
    sql: &dyn Sql,
    until: Timestamp,
    after: Option<&JobWake>,
    limit: usize,
) -> Result<Vec<JobWake>, StoreError> {
    let statement = Statement::new(
        "SELECT n.id, j.kind, j.id, j.wake_at, j.job_key FROM jobs j JOIN namespaces n USING (namespace_key) \
         WHERE j.wake_at <= $1 AND (j.wake_at, j.job_key) > ($2, $3) ORDER BY j.wake_at, j.job_key LIMIT $4",
    );
    let statement = statement
        .bind(until.0)
        .bind(after.map_or(i64::MIN, |wake| wake.at.0))
        .bind(after.map_or(i64::MIN, |wake| wake.row))
        .bind(limit_number(limit));
    let rows = sql.read(READING, statement).await?;
    let entry = |row: &Row| {
        let number = row.integer(1)?;
        let kind = i16::try_from(number)
            .ok()
            .and_then(JobKind::of_number)
            .ok_or_else(|| corrupt(format!("a job has the unknown kind {number}")))?;
        let key = JobKey {
            namespace_id: namespace_id_of(row.bytes(0)?)?,
            kind,
            id: row.text(2)?.to_owned(),
        };
        Ok(JobWake {
            key,
            at: Timestamp(row.integer(3)?),
            row: row.integer(4)?,
        })
    };
    rows.iter().map(entry).collect()
}

/// A statement whose first parameters are namespace id, kind and id.
fn of_key(text: &'static str, key: &JobKey) -> Statement {
    Statement::new(text)
        .bind(key.namespace_id)
        .bind(i64::from(key.kind.number()))
        .bind(&key.id)
}

fn job_of(row: &mut Row, namespace_id: NamespaceId, kind: JobKind) -> Result<Job, StoreError> {
    Ok(Job {
        key: JobKey {
            namespace_id,
            kind,
            id: row.text(0)?.to_owned(),
        },
        revision: row.integer(1)?,
        created_at: Timestamp(row.integer(2)?),
        wake_at: row.integer_or_null(3)?.map(Timestamp),
        body: row.take_bytes(4)?,
    })
}

fn stale(key: &JobKey) -> StoreError {
    StoreError::Stale {
        what: format!("job {}", key.id),
    }
}
