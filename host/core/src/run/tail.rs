//! The newest events of a history in memory: as they are stored once they are, since a decoded event takes up ten times
//! as much.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};
use prost::Message;
use temporalio_protos::temporal::api::history::v1::HistoryEvent;

use crate::write::HistoryBatch;

/// A tail is cut to its last events beyond this: enough for a whole short history, little for 10,000 runs.
const LIMIT_BYTES: usize = 32 * 1024;

/// Field 1 of `temporal.api.history.v1.History`, length-delimited.
const EVENT_KEY: u8 = 0x0A;

/// A suffix of the history.
#[derive(Default)]
pub(crate) struct Tail {
    sealed: VecDeque<Batch>,
    /// Events of the transaction that is being made.
    unsealed: Vec<HistoryEvent>,
    /// Of what is sealed.
    bytes: usize,
}

/// The rest of a batch as it is stored: events one after the other, each with its key and length.
struct Batch {
    /// The id of the first event that is still in `events`.
    first_event_id: i64,
    last_event_id: i64,
    events: Bytes,
}

impl Tail {
    pub(crate) fn push(&mut self, event: HistoryEvent) {
        self.unsealed.push(event);
    }

    /// The event that this transaction wrote last.
    pub(crate) fn last_written(&self) -> Option<&HistoryEvent> {
        self.unsealed.last()
    }

    /// How many events this transaction has written.
    #[cfg(test)]
    pub(crate) fn unsealed(&self) -> usize {
        self.unsealed.len()
    }

    /// Memory that the events take up, about.
    pub(crate) fn memory_bytes(&self) -> usize {
        const BATCH_BYTES: usize = 100;
        self.bytes
            + BATCH_BYTES * self.sealed.len()
            + size_of::<HistoryEvent>() * self.unsealed.capacity()
    }

    /// Ends the transaction: what it wrote, for the store. `None` if it wrote nothing.
    pub(crate) fn seal(&mut self) -> Option<HistoryBatch> {
        let written = std::mem::take(&mut self.unsealed);
        let (first, last) = (written.first()?, written.last()?);
        let events = Bytes::from(encoded(&written));
        let (first_event_id, last_event_id) = (first.event_id, last.event_id);
        self.bytes += events.len();
        self.sealed.push_back(Batch {
            first_event_id,
            last_event_id,
            events: events.clone(),
        });
        Some(HistoryBatch {
            first_event_id,
            last_event_id,
            events,
        })
    }

    pub(crate) fn get(&self, event_id: i64) -> Option<HistoryEvent> {
        self.from(event_id)?.next()
    }

    pub(crate) fn has(&self, event_id: i64) -> bool {
        self.first_event_id()
            .is_some_and(|first| first <= event_id && event_id <= self.last_event_id())
    }

    /// Events from this one on, if it is here.
    pub(crate) fn from(&self, event_id: i64) -> Option<impl Iterator<Item = HistoryEvent> + '_> {
        if !self.has(event_id) {
            return None;
        }
        let sealed = self
            .sealed
            .iter()
            .skip_while(move |batch| batch.last_event_id < event_id)
            .flat_map(move |batch| batch.from(event_id));
        let unsealed = self
            .unsealed
            .iter()
            .skip_while(move |event| event.event_id < event_id);
        Some(sealed.chain(unsealed.cloned()))
    }

    /// Takes out the oldest sealed events beyond the limit.
    pub(crate) fn trim(&mut self) -> Vec<HistoryEvent> {
        let mut cut = Vec::new();
        if self.bytes <= LIMIT_BYTES {
            return cut;
        }
        while self.bytes > LIMIT_BYTES / 2
            && let Some(batch) = self.sealed.front_mut()
        {
            let before = batch.events.len();
            cut.extend(batch.take_first());
            self.bytes -= before - batch.events.len();
            if batch.events.is_empty() {
                self.sealed.pop_front();
            }
        }
        if let Some(batch) = self.sealed.front_mut() {
            // The bytes of a batch leave memory together: what stays of one that was cut gets its own.
            batch.events = Bytes::copy_from_slice(&batch.events);
        }
        cut
    }

    fn first_event_id(&self) -> Option<i64> {
        let sealed = self.sealed.front().map(|batch| batch.first_event_id);
        sealed.or_else(|| self.unsealed.first().map(|event| event.event_id))
    }

    fn last_event_id(&self) -> i64 {
        let unsealed = self.unsealed.last().map(|event| event.event_id);
        let sealed = || self.sealed.back().map(|batch| batch.last_event_id);
        unsealed.or_else(sealed).unwrap_or_default()
    }
}

impl Batch {
    fn from(&self, event_id: i64) -> impl Iterator<Item = HistoryEvent> + use<> {
        let skipped = usize::try_from(event_id - self.first_event_id).unwrap_or_default();
        let mut rest = self.events.clone();
        for _ in 0..skipped {
            take_encoded(&mut rest);
        }
        std::iter::from_fn(move || decoded(take_encoded(&mut rest)?))
    }

    fn take_first(&mut self) -> Option<HistoryEvent> {
        self.first_event_id += 1;
        decoded(take_encoded(&mut self.events)?)
    }
}

/// The bytes of the first event of a batch, which leave it.
fn take_encoded(batch: &mut Bytes) -> Option<Bytes> {
    if batch.is_empty() {
        return None;
    }
    batch.advance(size_of_val(&EVENT_KEY));
    let len = prost::decode_length_delimiter(&mut *batch).expect("it was written by this file");
    Some(batch.split_to(len))
}

fn decoded(event: Bytes) -> Option<HistoryEvent> {
    Some(HistoryEvent::decode(event).expect("it was written by this file"))
}

/// Encodes events as `temporal.api.history.v1.History`.
fn encoded(events: &[HistoryEvent]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(events.iter().map(stored_len).sum());
    for event in events {
        bytes.push(EVENT_KEY);
        // A Vec grows, so there is always room.
        let _ = event.encode_length_delimited(&mut bytes);
    }
    bytes
}

/// The bytes that an event takes up in a batch: itself, its key and its length.
pub(crate) fn stored_len(event: &HistoryEvent) -> usize {
    let len = event.encoded_len();
    size_of_val(&EVENT_KEY) + prost::length_delimiter_len(len) + len
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(event_id: i64) -> HistoryEvent {
        HistoryEvent {
            event_id,
            task_id: event_id,
            ..HistoryEvent::default()
        }
    }

    /// Batches of these sizes, the last one not sealed yet.
    fn tail(batches: &[i64]) -> Tail {
        let mut tail = Tail::default();
        let mut next = 1;
        for (index, size) in batches.iter().enumerate() {
            for _ in 0..*size {
                tail.push(event(next));
                next += 1;
            }
            if index + 1 < batches.len() {
                tail.seal();
            }
        }
        tail
    }

    fn ids_from(tail: &Tail, event_id: i64) -> Option<Vec<i64>> {
        Some(tail.from(event_id)?.map(|event| event.event_id).collect())
    }

    #[test]
    fn events_are_read_from_anywhere_whether_they_are_sealed_or_not() {
        let tail = tail(&[2, 3, 2]);
        for from in 1..=7 {
            assert_eq!(ids_from(&tail, from), Some((from..=7).collect()));
            assert_eq!(tail.get(from), Some(event(from)));
        }
        assert_eq!(ids_from(&tail, 0), None);
        assert_eq!(ids_from(&tail, 8), None);
        assert_eq!(tail.get(8), None);
    }

    #[test]
    fn what_is_sealed_is_a_history() {
        let mut tail = tail(&[2, 3]);
        let batch = tail.seal().expect("three events wait");
        assert_eq!((batch.first_event_id, batch.last_event_id), (3, 5));
        let history = temporalio_protos::temporal::api::history::v1::History::decode(batch.events)
            .expect("it is one");
        assert_eq!(history.events, [event(3), event(4), event(5)]);
        assert!(tail.seal().is_none());
    }

    #[test]
    fn the_oldest_events_leave_within_a_batch_too() {
        let each = stored_len(&event(1000)) as i64;
        let many = LIMIT_BYTES as i64 / each + 1100;
        let mut tail = tail(&[2, many, 1]);
        let cut = tail.trim();
        let first = cut.len() as i64 + 1;
        assert!(first > 3 && first < many);
        assert_eq!(cut.last(), Some(&event(first - 1)));
        assert_eq!(ids_from(&tail, first - 1), None);
        assert_eq!(ids_from(&tail, first), Some((first..=many + 3).collect()));
        assert!(tail.bytes <= LIMIT_BYTES / 2);
        assert!(tail.trim().is_empty());
    }
}
