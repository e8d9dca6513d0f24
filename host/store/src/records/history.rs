//! Reads histories: compressed batches in the tables, single events outside.

use prost::Message;
use sundial_core::RunKey;
use temporalio_protos::temporal::api::history::v1::{History, HistoryEvent};

use super::ids::{MAX_EVENT_ID, corrupt, history_key};
use crate::{
    compression::unpack,
    error::StoreError,
    runs::{Direction, HistoryPage, HistoryRange},
    sql::{Row, Sql, Statement},
};

const READING: &str = "reading a history";
/// Batches that the first statement of a page reads, and those that follow at most: a page of an ordinary history takes
/// few statements, and one of large events holds little in vain.
const FIRST_BATCHES: usize = 8;
const BATCHES_MAX: usize = 128;

/// From the batch that holds the first event on.
const SELECT_FORWARD: &str = "SELECT history_key, codec, events FROM history WHERE history_key BETWEEN \
     coalesce((SELECT max(history_key) FROM history WHERE history_key BETWEEN $1 AND $2), $1) AND $3 \
     ORDER BY history_key LIMIT $4";
const SELECT_REVERSE: &str = "SELECT history_key, codec, events FROM history WHERE history_key BETWEEN \
     coalesce((SELECT max(history_key) FROM history WHERE history_key BETWEEN $1 AND $2), $1) AND $3 \
     ORDER BY history_key DESC LIMIT $4";

/// `run_key` is the key of the run in the tables.
pub(crate) async fn read(
    sql: &dyn Sql,
    run_key: i64,
    run: &RunKey,
    range: HistoryRange,
) -> Result<HistoryPage, StoreError> {
    let mut page = HistoryPage::default();
    let mut first = range.first_event_id.max(1);
    let mut last = range.last_event_id.min(MAX_EVENT_ID);
    let mut bytes = 0;
    let mut batches = FIRST_BATCHES;
    while first <= last {
        let statement = Statement::new(match range.direction {
            Direction::Forward => SELECT_FORWARD,
            Direction::Reverse => SELECT_REVERSE,
        });
        let statement = statement
            .bind(history_key(run_key, 0))
            .bind(history_key(run_key, first))
            .bind(history_key(run_key, last))
            .bind(batches as i64);
        let mut rows = sql.read(READING, statement).await?;
        for row in &mut rows {
            let mut events = decode(row, run)?;
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
        if rows.len() < batches {
            break;
        }
        batches = (batches * 2).min(BATCHES_MAX);
        match (range.direction, page.events.last()) {
            (Direction::Forward, Some(event)) => first = event.event_id + 1,
            (Direction::Reverse, Some(event)) => last = event.event_id - 1,
            (Direction::Forward | Direction::Reverse, None) => break,
        }
    }
    Ok(page)
}

/// `run_key` is the key of the run in the tables.
pub(crate) async fn read_event(
    sql: &dyn Sql,
    run_key: i64,
    run: &RunKey,
    event_id: i64,
) -> Result<Option<HistoryEvent>, StoreError> {
    if !(1..=MAX_EVENT_ID).contains(&event_id) {
        return Ok(None);
    }
    let statement = Statement::new(
        "SELECT history_key, codec, events FROM history WHERE history_key BETWEEN $1 AND $2 \
         ORDER BY history_key DESC LIMIT 1",
    );
    let statement = statement
        .bind(history_key(run_key, 0))
        .bind(history_key(run_key, event_id));
    let mut rows = sql.read(READING, statement).await?;
    match rows.first_mut() {
        Some(row) => Ok(decode(row, run)?
            .into_iter()
            .find(|event| event.event_id == event_id)),
        None => Ok(None),
    }
}

fn decode(row: &mut Row, run: &RunKey) -> Result<Vec<HistoryEvent>, StoreError> {
    let key = row.integer(0)?;
    let plain = unpack(row.small(1)?, row.take_bytes(2)?)?;
    let history = History::decode(plain.as_slice()).map_err(|error| {
        corrupt(format!(
            "the history of run {run} from event {} on: {error}",
            key & MAX_EVENT_ID
        ))
    })?;
    Ok(history.events)
}
