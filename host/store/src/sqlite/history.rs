//! Reads histories: compressed batches in the tables, single events outside.

use futures::TryStreamExt;
use prost::Message;
use sqlx::{Row, sqlite::SqliteRow};
use sundial_core::RunKey;
use temporalio_protos::temporal::api::history::v1::{History, HistoryEvent};

use super::{
    Shared,
    errors::{corrupt, from_sqlx},
    keys::{EVENT_ID_BITS, history_key},
};
use crate::{
    compression::unpack,
    error::StoreError,
    runs::{Direction, HistoryPage, HistoryRange},
};

const READING: &str = "reading a history";
const MAX_EVENT_ID: i64 = (1 << EVENT_ID_BITS) - 1;

/// From the batch that holds the first event on.
const SELECT_FORWARD: &str = "SELECT history_key, codec, events FROM history WHERE history_key BETWEEN \
     coalesce((SELECT max(history_key) FROM history WHERE history_key BETWEEN ?1 AND ?2), ?1) AND ?3 \
     ORDER BY history_key";
const SELECT_REVERSE: &str = "SELECT history_key, codec, events FROM history WHERE history_key BETWEEN \
     coalesce((SELECT max(history_key) FROM history WHERE history_key BETWEEN ?1 AND ?2), ?1) AND ?3 \
     ORDER BY history_key DESC";

pub(super) async fn read(
    shared: &Shared,
    run: &RunKey,
    range: HistoryRange,
) -> Result<HistoryPage, StoreError> {
    let mut page = HistoryPage::default();
    let first = range.first_event_id.max(1);
    let last = range.last_event_id.min(MAX_EVENT_ID);
    if first > last {
        return Ok(page);
    }
    let Some(run_key) = run_key(shared, run).await? else {
        return Ok(page);
    };
    let statement = match range.direction {
        Direction::Forward => SELECT_FORWARD,
        Direction::Reverse => SELECT_REVERSE,
    };
    let mut connection = shared.read.take().await?;
    let mut rows = sqlx::query(statement)
        .bind(history_key(run_key, 0))
        .bind(history_key(run_key, first))
        .bind(history_key(run_key, last))
        .fetch(&mut *connection);
    let mut bytes = 0;
    while let Some(row) = rows
        .try_next()
        .await
        .map_err(|error| from_sqlx(READING, error))?
    {
        let mut events = decode(&row, run)?;
        events.retain(|event| (first..=last).contains(&event.event_id));
        if range.direction == Direction::Reverse {
            events.reverse();
        }
        for event in events {
            if bytes >= range.max_bytes && !page.events.is_empty() {
                page.next_event_id = Some(event.event_id);
                return Ok(page);
            }
            bytes += event.encoded_len();
            page.events.push(event);
        }
    }
    Ok(page)
}

pub(super) async fn read_event(
    shared: &Shared,
    run: &RunKey,
    event_id: i64,
) -> Result<Option<HistoryEvent>, StoreError> {
    if !(1..=MAX_EVENT_ID).contains(&event_id) {
        return Ok(None);
    }
    let Some(run_key) = run_key(shared, run).await? else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT history_key, codec, events FROM history WHERE history_key BETWEEN ?1 AND ?2 \
         ORDER BY history_key DESC LIMIT 1",
    )
    .bind(history_key(run_key, 0))
    .bind(history_key(run_key, event_id))
    .fetch_optional(&mut *shared.read.take().await?)
    .await
    .map_err(|error| from_sqlx(READING, error))?;
    match row {
        Some(row) => Ok(decode(&row, run)?
            .into_iter()
            .find(|event| event.event_id == event_id)),
        None => Ok(None),
    }
}

async fn run_key(shared: &Shared, run: &RunKey) -> Result<Option<i64>, StoreError> {
    if let Some(key) = shared.keys.run(run.run_id) {
        return Ok(Some(key));
    }
    let found = sqlx::query_scalar("SELECT run_key FROM runs WHERE run_id = ?")
        .bind(run.run_id.0.as_bytes().as_slice())
        .fetch_optional(&mut *shared.read.take().await?)
        .await
        .map_err(|error| from_sqlx(READING, error))?;
    if let Some(key) = found {
        shared.keys.remember_run(run.run_id, key);
    }
    Ok(found)
}

fn decode(row: &SqliteRow, run: &RunKey) -> Result<Vec<HistoryEvent>, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    let key: i64 = row.try_get(0).map_err(failed)?;
    let stored: Vec<u8> = row.try_get(2).map_err(failed)?;
    let plain = unpack(row.try_get(1).map_err(failed)?, stored)?;
    let history = History::decode(plain.as_slice()).map_err(|error| {
        corrupt(format!(
            "the history of run {run} from event {} on: {error}",
            key & MAX_EVENT_ID
        ))
    })?;
    Ok(history.events)
}
