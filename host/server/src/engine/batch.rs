//! What goes into one transaction, and what happens once it is durable.
//!
//! Batches are numbered. One may be on its way to the store while the next is being gathered. Whatever was computed on
//! top of a batch waits for that batch: answers, tasks to offer, messages to other runs. Nothing here does I/O.

use sundial_core::{RunId, RunWrite, Task, TransferRow};

use super::command::Reply;

/// What waits for a batch to be durable.
#[derive(Default)]
pub(crate) struct After {
    /// Who gets told.
    pub(crate) replies: Vec<Box<dyn Reply>>,
    /// New task rows.
    pub(crate) tasks: Vec<Task>,
    /// New tasks without rows.
    pub(crate) volatile_tasks: Vec<Task>,
    /// New requests to other runs.
    pub(crate) transfers: Vec<TransferRow>,
    /// Runs that closed.
    pub(crate) closed: Vec<RunId>,
    /// Runs that the batch writes.
    pub(crate) runs: Vec<RunId>,
}

impl After {
    fn is_empty(&self) -> bool {
        self.replies.is_empty() && self.volatile_tasks.is_empty() && self.closed.is_empty()
    }
}

/// What one transaction stores.
#[derive(Default)]
pub(crate) struct Contents {
    /// In order.
    pub(crate) writes: Vec<RunWrite>,
    /// Stale rows of runs that do not change.
    pub(crate) tasks_removed: Vec<i64>,
    /// Rows of runs that are gone.
    pub(crate) transfers_removed: Vec<i64>,
}

impl Contents {
    fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.tasks_removed.is_empty() && self.transfers_removed.is_empty()
    }
}

/// The batch that is being gathered, the one that is on its way, and what waits for neither.
pub(crate) struct Batches {
    contents: Contents,
    /// Roughly, of the contents.
    bytes: usize,
    gathering: After,
    /// The number of the batch that is being gathered; the one on its way has the number before it.
    number: u64,
    in_flight: Option<After>,
    ready: After,
}

impl Batches {
    pub(crate) fn new() -> Self {
        Self {
            contents: Contents::default(),
            bytes: 0,
            gathering: After::default(),
            number: 1,
            in_flight: None,
            ready: After::default(),
        }
    }

    /// The number of the newest batch that is stored.
    pub(crate) fn durable(&self) -> u64 {
        self.number - 1 - u64::from(self.in_flight.is_some())
    }

    /// Adds a write to the batch that is being gathered, and gives that one's number.
    pub(crate) fn add(&mut self, write: RunWrite) -> u64 {
        self.bytes += write.state.len() + write.history.as_ref().map_or(0, |h| h.events.len());
        let removed = &write.tasks_removed;
        let tasks = write
            .tasks_added
            .iter()
            .filter(|task| !removed.contains(&task.id));
        self.gathering.tasks.extend(tasks.cloned());
        self.gathering
            .transfers
            .extend(write.transfers_added.iter().cloned());
        self.gathering.runs.push(write.key.run_id);
        self.contents.writes.push(write);
        self.number
    }

    /// Removes rows with the batch that is being gathered.
    pub(crate) fn remove_rows(&mut self, tasks: Vec<i64>, transfers: Vec<i64>) {
        self.contents.tasks_removed.extend(tasks);
        self.contents.transfers_removed.extend(transfers);
    }

    /// Where consequences go of what was computed on top of batch `number`.
    pub(crate) fn after(&mut self, number: u64) -> &mut After {
        if number == self.number {
            return &mut self.gathering;
        }
        match &mut self.in_flight {
            Some(in_flight) if number + 1 == self.number => in_flight,
            _ => &mut self.ready,
        }
    }

    /// What waits for nothing.
    pub(crate) fn take_ready(&mut self) -> Option<After> {
        (!self.ready.is_empty()).then(|| std::mem::take(&mut self.ready))
    }

    /// True if the batch that is being gathered is as large as one should be, so that no more commands should be taken.
    pub(crate) fn is_full(&self) -> bool {
        // More in one transaction is not cheaper per run, and every answer waits for all of it.
        const WRITES: usize = 1024;
        const BYTES: usize = 16 * 1024 * 1024;
        self.contents.writes.len() >= WRITES || self.bytes >= BYTES
    }

    /// Sends the gathered batch on its way, unless one is, or there is nothing to store.
    pub(crate) fn launch(&mut self) -> Option<Contents> {
        if self.in_flight.is_some() || self.contents.is_empty() {
            return None;
        }
        self.number += 1;
        self.bytes = 0;
        self.in_flight = Some(std::mem::take(&mut self.gathering));
        Some(std::mem::take(&mut self.contents))
    }

    /// The batch on its way is durable: gives what waited for it.
    pub(crate) fn landed(&mut self) -> After {
        self.in_flight.take().unwrap_or_default()
    }

    /// The batch on its way is lost, and with it what was gathered on top of it: gives what waited for either.
    pub(crate) fn lost(&mut self) -> [After; 2] {
        self.contents = Contents::default();
        self.bytes = 0;
        // A number is not used twice: runs remember the numbers of batches that they were written by.
        self.number += 1;
        [
            self.in_flight.take().unwrap_or_default(),
            std::mem::take(&mut self.gathering),
        ]
    }

    /// True if nothing is to be stored or being stored.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.is_none() && self.contents.is_empty()
    }
}
