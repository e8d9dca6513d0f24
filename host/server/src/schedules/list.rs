//! Lists and counts of schedules: newest first, with a filter that is checked row by row.

use sundial_core::{
    NamespaceId,
    schedule::{Listing, ScheduleState},
};
use sundial_store::{AttributeValue, JobCursor, JobKind, RecordFilter, StoreError};

use super::{ScheduleError, Schedules, decode};

/// Rows that are read at once while a filter is looked for.
const ROWS: usize = 500;

/// A page of schedules.
#[derive(Debug)]
pub(crate) struct ListedSchedules {
    /// Ids and what is shown.
    pub(crate) schedules: Vec<(String, Listing)>,
    /// For the page after this one; empty if there is none.
    pub(crate) next_page_token: Vec<u8>,
}

impl Schedules {
    /// A page of the schedules that pass a filter.
    pub(crate) async fn list(
        &self,
        namespace_id: NamespaceId,
        filter: &RecordFilter,
        page_size: usize,
        page_token: &[u8],
    ) -> Result<ListedSchedules, ScheduleError> {
        let mut after = read_token(page_token)?;
        let mut schedules = Vec::new();
        loop {
            let rows = self
                .store
                .list_jobs(namespace_id, JobKind::Schedule, after.as_ref(), ROWS)
                .await?;
            let is_last = rows.len() < ROWS;
            for (position, job) in rows.iter().enumerate() {
                after = Some(job.cursor());
                let state = decode(job)?;
                if !filter.matches(|name| attribute(&state, name)) {
                    continue;
                }
                schedules.push((job.key.id.clone(), state.listing()));
                if schedules.len() == page_size {
                    let has_more = !is_last || position + 1 < rows.len();
                    return Ok(ListedSchedules {
                        schedules,
                        next_page_token: match after {
                            Some(cursor) if has_more => cursor.to_token(),
                            Some(_) | None => Vec::new(),
                        },
                    });
                }
            }
            if is_last {
                return Ok(ListedSchedules {
                    schedules,
                    next_page_token: Vec::new(),
                });
            }
        }
    }

    /// How many schedules pass a filter.
    pub(crate) async fn count(
        &self,
        namespace_id: NamespaceId,
        filter: &RecordFilter,
    ) -> Result<i64, ScheduleError> {
        let mut after = None;
        let mut count = 0;
        loop {
            let rows = self
                .store
                .list_jobs(namespace_id, JobKind::Schedule, after.as_ref(), ROWS)
                .await?;
            for job in &rows {
                let state = decode(job)?;
                count += i64::from(filter.matches(|name| attribute(&state, name)));
                after = Some(job.cursor());
            }
            if rows.len() < ROWS {
                return Ok(count);
            }
        }
    }
}

/// What a filter sees of a schedule.
fn attribute(state: &ScheduleState, name: &str) -> Option<AttributeValue> {
    match name {
        "TemporalSchedulePaused" => Some(AttributeValue::Boolean(state.is_paused())),
        "ScheduleId" => Some(AttributeValue::Text(state.record().schedule_id.clone())),
        other => {
            let attributes = state.record().search_attributes.as_ref()?;
            AttributeValue::of_payload(attributes.indexed_fields.get(other)?)
        }
    }
}

fn read_token(token: &[u8]) -> Result<Option<JobCursor>, ScheduleError> {
    if token.is_empty() {
        return Ok(None);
    }
    match JobCursor::from_token(token) {
        Some(cursor) => Ok(Some(cursor)),
        None => Err(StoreError::InvalidPageToken.into()),
    }
}
