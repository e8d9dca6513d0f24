//! Runs by the time that they want to be woken.

use std::sync::Arc;

use sqlx::{Row, sqlite::SqliteRow};
use sundial_core::{RunKey, Timestamp};

use super::{
    Shared,
    errors::{from_sqlx, while_doing},
    runs::{namespace_id_of, run_id_of},
};
use crate::{
    error::StoreError,
    runs::{WakeCursor, WakePage},
};

pub(super) async fn runs_to_wake(
    shared: &Shared,
    shard_id: i32,
    after: Option<WakeCursor>,
    until: Timestamp,
    limit: usize,
) -> Result<WakePage, StoreError> {
    const DOING: &str = "reading alarms";
    let after = after.unwrap_or(WakeCursor {
        wake_at: Timestamp(i64::MIN),
        run: i64::MIN,
    });
    let rows = sqlx::query(
        "SELECT n.id, r.workflow_id, r.run_id, s.run_key, s.wake_at FROM run_states s \
         JOIN runs r ON r.run_key = s.run_key JOIN namespaces n ON n.namespace_key = r.namespace_key \
         WHERE s.shard_id = ?1 AND s.wake_at IS NOT NULL AND s.wake_at <= ?2 AND (s.wake_at, s.run_key) > (?3, ?4) \
         ORDER BY s.wake_at, s.run_key LIMIT ?5",
    )
    .bind(shard_id)
    .bind(until.0)
    .bind(after.wake_at.0)
    .bind(after.run)
    .bind(limit_number(limit))
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(DOING))?;
    let mut page = WakePage::default();
    for row in &rows {
        let wake_at = Timestamp(row.try_get(4).map_err(while_doing(DOING))?);
        page.runs.push((run_key_of(row)?, wake_at));
    }
    if rows.len() >= limit
        && let Some(last) = rows.last()
    {
        page.next = Some(WakeCursor {
            wake_at: Timestamp(last.try_get(4).map_err(while_doing(DOING))?),
            run: last.try_get(3).map_err(while_doing(DOING))?,
        });
    }
    Ok(page)
}

/// A run from the columns namespace id, workflow id, run id, which come first.
pub(super) fn run_key_of(row: &SqliteRow) -> Result<RunKey, StoreError> {
    let failed = |error| from_sqlx("reading the key of a run", error);
    Ok(RunKey {
        namespace_id: namespace_id_of(row.try_get(0).map_err(failed)?)?,
        workflow_id: Arc::from(row.try_get::<&str, _>(1).map_err(failed)?),
        run_id: run_id_of(row.try_get(2).map_err(failed)?)?,
    })
}

/// A limit as SQLite takes it.
pub(super) fn limit_number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
