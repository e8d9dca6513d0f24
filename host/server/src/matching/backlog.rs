//! Tasks of one version of a queue that wait: the head of them in memory, in order, the rest in the store.
//!
//! Every task is offered once it is durable. If the head is full, or older tasks are in the store alone, it is let go
//! again and its id remembered: from there on the store is read when the head runs low. A task may be read twice, or be
//! read and offered; in the head it is there once, and one that was handed out already is refused when it is started.

use std::{collections::BTreeMap, time::Duration};

use sundial_core::{Task, Timestamp};
use sundial_store::QueueKey;

use super::{QueueStatistics, rate::Rate};

/// Tasks of one version of a queue that are kept in memory.
const HEAD: usize = 1000;
/// With fewer than this the store is read.
const REFILL_BELOW: usize = 250;
/// Tasks that are more urgent than this jump the tasks that are in the store alone. Temporal's middle of 1 to 5.
const MIDDLE_PRIORITY: i32 = 3;

/// A task that waits.
#[derive(Clone, Debug)]
pub(super) struct QueuedTask {
    pub(super) task: Task,
    /// False for a task that is nowhere but here.
    pub(super) has_row: bool,
}

impl QueuedTask {
    fn rank(&self) -> (i32, i64) {
        (self.task.priority_key, self.task.id)
    }

    fn store_key(&self) -> QueueKey {
        QueueKey {
            namespace_id: self.task.run.namespace_id,
            kind: self.task.kind,
            name: self.task.queue.clone(),
            version: self.task.version.clone(),
        }
    }
}

/// Rows that are in the store and not here.
#[derive(Clone, Debug)]
pub(super) struct Source {
    key: QueueKey,
    /// Rows from this id on are not all here.
    from_id: i64,
    /// The read that is going on.
    read: Option<u64>,
    /// The lowest id that was let go during the read, which the read may have missed.
    let_go_meanwhile: Option<i64>,
    /// Roughly how many there are.
    rows: i64,
}

/// A read that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) id: u64,
    pub(super) key: QueueKey,
    pub(super) after_id: i64,
    pub(super) limit: usize,
}

/// Tasks that wait.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    head: BTreeMap<(i32, i64), QueuedTask>,
    sources: Vec<Source>,
    added: Rate,
    dispatched: Rate,
}

impl Backlog {
    /// Takes a task that was offered.
    pub(super) fn push(&mut self, task: QueuedTask) {
        if task.has_row
            && task.task.priority_key >= MIDDLE_PRIORITY
            && self
                .sources
                .iter()
                .any(|source| task.task.id >= source.from_id)
        {
            // Older ones are in the store, so this one's turn has not come.
            self.let_go(&task);
            return;
        }
        self.head.insert(task.rank(), task);
        if self.head.len() > HEAD {
            let last = self
                .head
                .iter()
                .rev()
                .find(|(_, task)| task.has_row)
                .map(|(rank, _)| *rank);
            if let Some(task) = last.and_then(|rank| self.head.remove(&rank)) {
                self.let_go(&task);
            }
        }
    }

    /// Takes a task back that was handed out.
    pub(super) fn take_back(&mut self, task: QueuedTask) {
        self.head.insert(task.rank(), task);
    }

    fn let_go(&mut self, task: &QueuedTask) {
        self.add_source(&task.store_key(), task.task.id, 1);
    }

    /// Rows of the store from `from_id` on belong here.
    pub(super) fn add_source(&mut self, key: &QueueKey, from_id: i64, rows: i64) {
        let Some(source) = self.sources.iter_mut().find(|source| source.key == *key) else {
            self.sources.push(Source {
                key: key.clone(),
                from_id,
                read: None,
                let_go_meanwhile: None,
                rows,
            });
            return;
        };
        source.rows += rows;
        if source.read.is_some() {
            let lowest = source
                .let_go_meanwhile
                .map_or(from_id, |id| id.min(from_id));
            source.let_go_meanwhile = Some(lowest);
        } else {
            source.from_id = source.from_id.min(from_id);
        }
    }

    /// Rows of the store that another queue did not come to read.
    pub(super) fn adopt(&mut self, source: Source) {
        let from_id = source
            .let_go_meanwhile
            .map_or(source.from_id, |id| id.min(source.from_id));
        self.add_source(&source.key, from_id, source.rows);
    }

    /// The rank of the first task that passes.
    pub(super) fn first(&self, mut passes: impl FnMut(&Task) -> bool) -> Option<(i32, i64)> {
        self.head
            .iter()
            .find(|(_, task)| passes(&task.task))
            .map(|(rank, _)| *rank)
    }

    /// Takes out the task of this rank.
    pub(super) fn take(&mut self, rank: (i32, i64)) -> Option<QueuedTask> {
        self.head.remove(&rank)
    }

    /// Takes out everything.
    pub(super) fn drain(&mut self) -> (Vec<QueuedTask>, Vec<Source>) {
        (
            std::mem::take(&mut self.head).into_values().collect(),
            std::mem::take(&mut self.sources),
        )
    }

    /// The read that is wanted next, if any. It is then going on.
    pub(super) fn next_read(&mut self, id: u64) -> Option<Read> {
        if self.head.len() >= REFILL_BELOW {
            return None;
        }
        let limit = HEAD - self.head.len();
        let source = self
            .sources
            .iter_mut()
            .find(|source| source.read.is_none())?;
        source.read = Some(id);
        Some(Read {
            id,
            key: source.key.clone(),
            after_id: source.from_id - 1,
            limit,
        })
    }

    /// Takes the rows of a read. False if the read is not one of this backlog's.
    pub(super) fn fill(&mut self, read: &Read, rows: Vec<Task>) -> bool {
        let Some(position) = self.sources.iter().position(|s| s.read == Some(read.id)) else {
            return false;
        };
        let source = &mut self.sources[position];
        source.read = None;
        let meanwhile = source.let_go_meanwhile.take();
        let is_last_page = rows.len() < read.limit;
        let next = rows.last().map_or(source.from_id, |task| task.id + 1);
        source.from_id = match (is_last_page, meanwhile) {
            (true, Some(id)) => id,
            (false, Some(id)) => id.min(next),
            (_, None) => next,
        };
        source.rows = (source.rows - rows.len() as i64).max(1);
        if is_last_page && meanwhile.is_none() {
            self.sources.swap_remove(position);
        }
        for task in rows {
            let task = QueuedTask {
                task,
                has_row: true,
            };
            self.head.entry(task.rank()).or_insert(task);
        }
        true
    }

    /// A read failed: it will be wanted again. False if it is not one of this backlog's.
    pub(super) fn read_failed(&mut self, read: &Read) -> bool {
        let Some(source) = self.sources.iter_mut().find(|s| s.read == Some(read.id)) else {
            return false;
        };
        source.read = None;
        if let Some(id) = source.let_go_meanwhile.take() {
            source.from_id = source.from_id.min(id);
        }
        true
    }

    pub(super) fn count_added(&mut self, now: Timestamp) {
        self.added.add(now);
    }

    pub(super) fn count_dispatched(&mut self, now: Timestamp) {
        self.dispatched.add(now);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.head.is_empty() && self.sources.is_empty()
    }

    pub(super) fn statistics(&self, now: Timestamp) -> QueueStatistics {
        let stored: i64 = self.sources.iter().map(|source| source.rows).sum();
        let oldest = self.head.values().map(|task| task.task.created_at).min();
        let age = oldest.map_or(0, |created_at| now.since(created_at).0);
        QueueStatistics {
            backlog_count: stored + self.head.len() as i64,
            backlog_age: Duration::from_nanos(u64::try_from(age).unwrap_or(0)),
            tasks_added_per_second: self.added.per_second(now),
            tasks_dispatched_per_second: self.dispatched.per_second(now),
        }
    }
}
