//! When runs want to be woken: a heap of instants, for runs in memory and for those that the store names.
//!
//! The store is asked for a window of time, well before the window before it is over. Runs in memory set their own
//! alarms, so rows that the store has for them are passed over. An alarm that is not the run's own any more is noticed
//! when it goes off, or when it is the next; it is never looked for in the heap.

use std::{cmp::Reverse, collections::BinaryHeap};

use sundial_core::{RunId, RunKey, Timestamp, time::Span};
use sundial_store::{WakeCursor, WakePage};

use super::cell::{ByRunId, Cell, Cells};

/// How far ahead the store is read.
pub(crate) const WINDOW: Span = Span::from_seconds(60);
/// Under a clock that jumps, all alarms are known from the start.
pub(crate) const ALL_TIME: Span = Span(i64::MAX);
/// How long before the end of the window the next one is read.
const OVERLAP: Span = Span::from_seconds(30);
/// After the store failed to answer.
const PAUSE: Span = Span::from_seconds(1);
/// Runs that are not in memory and have an alarm here; the rest of the window is read as these are woken.
const SLEEPERS: usize = 10_000;
/// An alarm that was due already goes off this much later, so that a run that is due for ever can't stop its shard.
const SHORTEST: Span = Span::from_millis(1);

/// A page of the window to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) after: Option<WakeCursor>,
    pub(crate) until: Timestamp,
}

impl Look {
    /// Rows that are read at once.
    pub(crate) const PAGE: usize = 1000;
}

enum Window {
    /// All of it is known.
    Known { look_again: Timestamp },
    /// A page is to be read, as soon as there is room.
    Wanted(Look),
    /// A page is being read.
    Reading(Look),
}

/// The alarms of one shard.
pub(crate) struct Alarms {
    heap: BinaryHeap<Reverse<(Timestamp, RunId)>>,
    sleeping: ByRunId<(RunKey, Timestamp)>,
    /// Every run that is not in memory and wakes up to here is in `sleeping`, or will be by the page that is read.
    horizon: Timestamp,
    ahead: Span,
    window: Window,
}

impl Alarms {
    /// Knows nothing: the first look finds what is overdue. It reads so far `ahead`.
    pub(crate) fn new(ahead: Span) -> Self {
        Self {
            heap: BinaryHeap::new(),
            sleeping: ByRunId::default(),
            horizon: Timestamp(0),
            ahead,
            window: Window::Known {
                look_again: Timestamp(0),
            },
        }
    }

    /// Sets the alarm that the run wants, unless an earlier one is set.
    pub(crate) fn set(&mut self, cell: &mut Cell, now: Timestamp) {
        let Some(at) = cell.execution.wake_at() else {
            return;
        };
        let at = at.max(now.plus(SHORTEST));
        if cell.alarm.is_none_or(|alarm| at < alarm) {
            cell.alarm = Some(at);
            self.heap.push(Reverse((at, cell.execution.key().run_id)));
        }
    }

    /// The run is in memory from now on, and sets its own.
    pub(crate) fn run_came(&mut self, run_id: RunId) {
        self.sleeping.remove(&run_id);
    }

    /// The run leaves memory: its alarm is kept if the store will not be asked for it again.
    pub(crate) fn run_left(&mut self, cell: &Cell) {
        if let Some(at) = cell.execution.wake_at()
            && at <= self.horizon
        {
            self.add_sleeper(cell.execution.key().clone(), at);
        }
    }

    fn add_sleeper(&mut self, key: RunKey, at: Timestamp) {
        let run_id = key.run_id;
        self.sleeping.insert(run_id, (key, at));
        self.heap.push(Reverse((at, run_id)));
    }

    /// Takes out the next alarm that is due.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, RunId)> {
        let Reverse((at, _)) = self.heap.peek()?;
        if *at > now {
            return None;
        }
        self.heap.pop().map(|Reverse(alarm)| alarm)
    }

    /// The run that sleeps until this alarm, if there is one.
    pub(crate) fn take_sleeper(&mut self, run_id: RunId, at: Timestamp) -> Option<RunKey> {
        if self.sleeping.get(&run_id)?.1 != at {
            return None;
        }
        self.sleeping.remove(&run_id).map(|(key, _)| key)
    }

    /// When the shard must look here again.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let look = match self.window {
            Window::Known { look_again } => Some(look_again),
            Window::Wanted(_) | Window::Reading(_) => None,
        };
        let alarm = self.heap.peek().map(|Reverse((at, _))| *at);
        match (look, alarm) {
            (Some(look), Some(alarm)) => Some(look.min(alarm)),
            (look, alarm) => look.or(alarm),
        }
    }

    /// When the next run is due, after those alarms before it are dropped that are no run's own any more.
    pub(crate) fn next_due(&mut self, cells: &mut Cells, now: Timestamp) -> Option<Timestamp> {
        loop {
            let Reverse((at, run_id)) = *self.heap.peek()?;
            if let Some(cell) = cells.get_mut(run_id) {
                if cell.alarm == Some(at) && cell.execution.wake_at().is_some_and(|due| due <= at) {
                    return Some(at);
                }
                self.heap.pop();
                if cell.alarm == Some(at) {
                    cell.alarm = None;
                    self.set(cell, now);
                }
            } else if self
                .sleeping
                .get(&run_id)
                .is_some_and(|(_, sleeper)| *sleeper == at)
            {
                return Some(at);
            } else {
                self.heap.pop();
            }
        }
    }

    /// The page to read now, if one is wanted and there is room.
    pub(crate) fn look(&mut self, now: Timestamp) -> Option<Look> {
        let look = match self.window {
            Window::Known { look_again } if look_again <= now => {
                self.horizon = now.plus(self.ahead);
                Look {
                    after: None,
                    until: self.horizon,
                }
            }
            Window::Wanted(look) if self.sleeping.len() < SLEEPERS => look,
            Window::Known { .. } | Window::Wanted(_) | Window::Reading(_) => return None,
        };
        self.window = Window::Reading(look);
        Some(look)
    }

    /// A page was read.
    pub(crate) fn learn(&mut self, page: WakePage, cells: &Cells) {
        let Window::Reading(look) = self.window else {
            return;
        };
        for (key, at) in page.runs {
            if cells.get(key.run_id).is_none() {
                self.add_sleeper(key, at);
            }
        }
        self.window = match page.next {
            Some(after) => Window::Wanted(Look {
                after: Some(after),
                until: look.until,
            }),
            None => Window::Known {
                look_again: Timestamp(look.until.0 - OVERLAP.0),
            },
        };
    }

    /// The page could not be read, or runs left memory in a way that [`Alarms::run_left`] was not told of.
    pub(crate) fn forget_window(&mut self, now: Timestamp) {
        self.horizon = Timestamp(0);
        self.window = Window::Known {
            look_again: now.plus(PAUSE),
        };
    }

    /// Drops alarms that are no run's own any more, before they outnumber those that are.
    pub(crate) fn sweep(&mut self, cells: &Cells) {
        const SLACK: usize = 1024;
        if self.heap.len() <= 2 * (cells.len() + self.sleeping.len()) + SLACK {
            return;
        }
        let sleeping = &self.sleeping;
        self.heap.retain(|Reverse((at, run_id))| {
            cells
                .get(*run_id)
                .is_some_and(|cell| cell.alarm == Some(*at))
                || sleeping
                    .get(run_id)
                    .is_some_and(|(_, sleeper)| sleeper == at)
        });
    }
}
