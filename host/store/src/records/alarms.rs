//! Runs by the time that they want to be woken.

use sundial_core::Timestamp;

use super::ids::{limit_number, run_key_of};
use crate::{
    error::StoreError,
    runs::{WakeCursor, WakePage},
    sql::{Sql, Statement},
};

pub(crate) async fn runs_to_wake(
    sql: &dyn Sql,
    shard_id: i32,
    after: Option<WakeCursor>,
    until: Timestamp,
    limit: usize,
) -> Result<WakePage, StoreError> {
    let after = after.unwrap_or(WakeCursor {
        wake_at: Timestamp(i64::MIN),
        run: i64::MIN,
    });
    let statement = Statement::new(
        "SELECT n.id, r.workflow_id, r.run_id, r.namespace_key, s.run_key, s.wake_at FROM run_states s \
         JOIN runs r ON r.run_key = s.run_key JOIN namespaces n ON n.namespace_key = abs(r.namespace_key) \
         WHERE s.shard_id = $1 AND s.wake_at IS NOT NULL AND s.wake_at <= $2 AND (s.wake_at, s.run_key) > ($3, $4) \
         ORDER BY s.wake_at, s.run_key LIMIT $5",
    );
    let statement = statement
        .bind(i64::from(shard_id))
        .bind(until.0)
        .bind(after.wake_at.0)
        .bind(after.run)
        .bind(limit_number(limit));
    let rows = sql.read("reading alarms", statement).await?;
    let mut page = WakePage::default();
    for row in &rows {
        page.runs
            .push((run_key_of(row)?, Timestamp(row.integer(5)?)));
    }
    if rows.len() >= limit
        && let Some(last) = rows.last()
    {
        page.next = Some(WakeCursor {
            wake_at: Timestamp(last.integer(5)?),
            run: last.integer(4)?,
        });
    }
    Ok(page)
}
