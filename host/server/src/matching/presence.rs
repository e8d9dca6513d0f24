//! Whether somebody is there: which connections poll a queue, or did so a moment ago.
//!
//! A worker between two polls is still there, so one that was given a task or nothing in time is expected back. One whose
//! connection closed, or that gave a poll up, is not.

use std::collections::HashMap;

use sundial_core::{Timestamp, time::Span};

use super::ConnectionId;

/// How long a worker may be between two polls of its own queue. Temporal: 10 s.
pub(super) const STICKY_ABSENCE: Span = Span::from_seconds(10);
/// How long a queue without polls counts as served, where a query asks. Temporal: 20 s.
pub(super) const NORMAL_ABSENCE: Span = Span::from_seconds(20);

#[derive(Clone, Copy, Debug)]
struct Presence {
    polls: u32,
    last_seen: Timestamp,
}

/// The connections that poll a queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Presences(HashMap<ConnectionId, Presence>);

impl Presences {
    pub(super) fn poll_began(&mut self, connection: ConnectionId, now: Timestamp) {
        let presence = self.0.entry(connection).or_insert(Presence {
            polls: 0,
            last_seen: now,
        });
        presence.polls += 1;
        presence.last_seen = now;
    }

    /// The worker was given something, or nothing in time.
    pub(super) fn poll_ended(&mut self, connection: ConnectionId, now: Timestamp) {
        if let Some(presence) = self.0.get_mut(&connection) {
            presence.polls = presence.polls.saturating_sub(1);
            presence.last_seen = now;
        }
    }

    /// The worker gave up a poll: it is gone, unless it has others.
    pub(super) fn poll_dropped(&mut self, connection: ConnectionId) {
        if let Some(presence) = self.0.get_mut(&connection) {
            presence.polls = presence.polls.saturating_sub(1);
            if presence.polls == 0 {
                self.0.remove(&connection);
            }
        }
    }

    pub(super) fn connection_closed(&mut self, connection: ConnectionId) -> bool {
        self.0.remove(&connection).is_some()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// True if somebody polls, or is expected back.
    pub(super) fn is_served(&self, now: Timestamp, absence: Span) -> bool {
        self.0
            .values()
            .any(|p| p.polls > 0 || p.last_seen.plus(absence) > now)
    }

    /// When those that are expected back are not any more; `None` if somebody polls, or nobody is expected.
    pub(super) fn lapses_at(&self, absence: Span) -> Option<Timestamp> {
        if self.0.values().any(|presence| presence.polls > 0) {
            return None;
        }
        self.0
            .values()
            .map(|presence| presence.last_seen.plus(absence))
            .max()
    }

    /// Forgets those that are not expected back any more.
    pub(super) fn forget_absent(&mut self, now: Timestamp) {
        self.0
            .retain(|_, p| p.polls > 0 || p.last_seen.plus(NORMAL_ABSENCE) > now);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
