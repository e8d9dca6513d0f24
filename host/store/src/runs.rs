//! Runs, their histories and their alarms, as they are read back.

use sundial_core::{Part, RunKey, Timestamp};
use temporalio_protos::temporal::api::history::v1::HistoryEvent;

/// A run as it was last committed.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRun {
    /// Its key.
    pub key: RunKey,
    /// The shard that wrote it.
    pub shard_id: i32,
    /// The encoded state.
    pub state: Vec<u8>,
    /// State in rows of its own, ordered by key.
    pub parts: Vec<Part>,
    /// When the run wants to be woken.
    pub wake_at: Option<Timestamp>,
    /// When it closed, if it has.
    pub closed_at: Option<Timestamp>,
}

/// Which way a history is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the first event of the range.
    Forward,
    /// From the last event of the range, newest first.
    Reverse,
}

/// A piece of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryRange {
    /// The first event wanted; 1 is the first of the history.
    pub first_event_id: i64,
    /// The last event wanted; `i64::MAX` for all that is stored.
    pub last_event_id: i64,
    /// Stop after the event that reaches this many encoded bytes; at least one event is given.
    pub max_bytes: usize,
    /// Which end to begin at.
    pub direction: Direction,
}

/// Events in the direction that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryPage {
    /// Consecutive events.
    pub events: Vec<HistoryEvent>,
    /// Where to go on: the `first_event_id` (forward) or `last_event_id` (reverse) of the next range. `None`: the
    /// range is exhausted.
    pub next_event_id: Option<i64>,
}

/// A place in the order of alarms. Opaque outside the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WakeCursor {
    pub(crate) wake_at: Timestamp,
    pub(crate) run: i64,
}

/// Runs by the time that they want to be woken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WakePage {
    /// Earliest first.
    pub runs: Vec<(RunKey, Timestamp)>,
    /// Present when there may be more.
    pub next: Option<WakeCursor>,
}
