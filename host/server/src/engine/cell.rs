//! A run in a shard's memory, with everything that waits for it, and the collection of them.
//!
//! Which run leaves memory is decided here by a clock hand: every use marks a run, the hand takes the marks away and
//! takes out what has none. What must not leave (commits in flight, those who wait, what only memory knows) stays.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use sundial_core::{
    Archetype, Execution, NamespaceId, Run, RunId, RunKey, Timestamp, run::PendingWork,
};

use super::{
    Target,
    error::EngineError,
    queries::BufferedQuery,
    waiter::{TypedWaiter, Waiter},
};

/// A run, and who waits for it.
pub(crate) struct Cell {
    pub(crate) execution: Execution,
    pub(crate) waiters: Vec<Box<dyn Waiter>>,
    pub(crate) queries: Vec<BufferedQuery>,
    /// The newest batch that has a write of this run; 0 if it was only loaded.
    pub(crate) batch: u64,
    /// The earliest alarm that is set for it.
    pub(crate) alarm: Option<Timestamp>,
    /// A step broke it off in the middle: nothing may be built on it.
    pub(crate) is_broken: bool,
    bytes: usize,
    /// What it adds to the work of all runs, where that is counted.
    work: PendingWork,
    is_used: bool,
}

impl Cell {
    pub(crate) fn new(execution: Execution) -> Self {
        Self {
            execution,
            waiters: Vec::new(),
            queries: Vec::new(),
            batch: 0,
            alarm: None,
            is_broken: false,
            bytes: 0,
            work: PendingWork::default(),
            is_used: true,
        }
    }

    /// The run, if it is one of a workflow.
    pub(crate) fn workflow(&self) -> Result<&Run, EngineError> {
        self.execution.workflow().ok_or_else(EngineError::absent)
    }

    /// The run, if it is one of a workflow.
    pub(crate) fn workflow_mut(&mut self) -> Result<&mut Run, EngineError> {
        self.execution
            .workflow_mut()
            .ok_or_else(EngineError::absent)
    }

    /// Gives the result at once if there is one, else lets the waiter wait.
    pub(crate) fn watch<F, R>(&mut self, mut waiter: TypedWaiter<F, R>) -> Option<R>
    where
        F: FnMut(&Execution) -> Option<R> + Send + 'static,
        R: Send + 'static,
    {
        let now = waiter.now(&self.execution);
        if now.is_none() {
            // Those who gave up leave when others come, so a run that never changes does not collect them.
            self.waiters.retain(|waiter| !waiter.is_abandoned());
            self.waiters.push(Box::new(waiter));
        }
        now
    }

    /// True if nothing is lost when it leaves memory; `durable` is the newest batch that is stored.
    fn can_leave(&mut self, durable: u64) -> bool {
        if self.batch > durable || self.execution.holds_unstored_state() {
            return false;
        }
        self.waiters.retain(|waiter| !waiter.is_abandoned());
        self.queries.retain(|query| !query.is_abandoned());
        self.waiters.is_empty() && self.queries.is_empty()
    }
}

/// Run ids are random already.
#[derive(Default)]
pub(crate) struct RunIdHasher(u64);

impl Hasher for RunIdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        const WORD: usize = size_of::<u64>();
        for chunk in bytes.chunks(WORD) {
            let mut word = [0; WORD];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(5) ^ u64::from_ne_bytes(word);
        }
    }
}

/// A map by run id.
pub(crate) type ByRunId<T> = HashMap<RunId, T, BuildHasherDefault<RunIdHasher>>;

/// An id in its namespace: of a workflow, or of a stand-alone activity.
pub(crate) type WorkflowKey = (NamespaceId, Archetype, Arc<str>);

/// The id that this is a run of.
pub(crate) fn workflow_of(key: &RunKey) -> WorkflowKey {
    (key.namespace_id, key.archetype, key.workflow_id.clone())
}

/// The runs in a shard's memory.
pub(crate) struct Cells {
    cells: ByRunId<Cell>,
    /// The newest run of a workflow id, while that run is in memory.
    current: HashMap<WorkflowKey, RunId>,
    /// Every run once, and some that have left: the clock's face.
    hand: VecDeque<RunId>,
    bytes: usize,
    budget: usize,
    /// The work of all runs, where it is counted.
    work: Option<PendingWork>,
}

impl Cells {
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            work: None,
            cells: ByRunId::default(),
            current: HashMap::new(),
            hand: VecDeque::new(),
            bytes: 0,
            budget,
        }
    }

    /// Keeps all open runs, and counts the work that they wait for.
    pub(crate) fn keeping_all() -> Self {
        Self {
            work: Some(PendingWork::default()),
            ..Self::new(usize::MAX)
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The memory that the runs take, in bytes, as they estimate it.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The run that a target means, if it is in memory.
    pub(crate) fn find(&self, target: &Target) -> Option<RunId> {
        match target.run_id {
            Some(run_id) => {
                let key = self.cells.get(&run_id)?.execution.key();
                let is_meant = key.workflow_id == target.workflow_id
                    && key.archetype == target.archetype
                    && key.namespace_id == target.namespace_id;
                is_meant.then_some(run_id)
            }
            None => self.current.get(&target.workflow()).copied(),
        }
    }

    pub(crate) fn get_mut(&mut self, run_id: RunId) -> Option<&mut Cell> {
        self.cells.get_mut(&run_id)
    }

    pub(crate) fn get(&self, run_id: RunId) -> Option<&Cell> {
        self.cells.get(&run_id)
    }

    /// Takes a run into memory. A run that is there already stays as it is.
    pub(crate) fn insert(&mut self, cell: Cell) {
        let run_id = cell.execution.key().run_id;
        if let std::collections::hash_map::Entry::Vacant(entry) = self.cells.entry(run_id) {
            entry.insert(cell);
            self.hand.push_back(run_id);
            self.sweep_hand();
        }
    }

    /// This run is the newest one of its workflow id.
    pub(crate) fn set_current(&mut self, run_id: RunId) {
        if let Some(cell) = self.cells.get(&run_id) {
            self.current
                .insert(workflow_of(cell.execution.key()), run_id);
        }
    }

    /// What the runs wait for that is not time; nothing where it is not counted.
    pub(crate) fn work(&self) -> PendingWork {
        self.work.unwrap_or_default()
    }

    /// After a step: counts the run's memory again, and marks it as used.
    pub(crate) fn note_use(&mut self, run_id: RunId) {
        if let Some(cell) = self.cells.get_mut(&run_id) {
            if let Some(all) = &mut self.work {
                let work = cell.execution.pending_work();
                exchange(all, cell.work, work);
                cell.work = work;
            }
            let bytes = cell.execution.memory_bytes();
            self.bytes = self.bytes + bytes - cell.bytes;
            cell.bytes = bytes;
            cell.is_used = true;
        }
    }

    /// Takes a run out, whatever waits for it.
    pub(crate) fn remove(&mut self, run_id: RunId) -> Option<Cell> {
        let cell = self.cells.remove(&run_id)?;
        self.bytes -= cell.bytes;
        if let Some(all) = &mut self.work {
            exchange(all, cell.work, PendingWork::default());
        }
        let workflow = workflow_of(cell.execution.key());
        if self.current.get(&workflow) == Some(&run_id) {
            self.current.remove(&workflow);
        }
        Some(cell)
    }

    /// Takes a run out unless something needs it in memory.
    pub(crate) fn release(
        &mut self,
        run_id: RunId,
        durable: u64,
        is_pinned: impl Fn(&WorkflowKey) -> bool,
    ) -> Option<Cell> {
        let cell = self.cells.get_mut(&run_id)?;
        let workflow = workflow_of(cell.execution.key());
        if is_pinned(&workflow) || !cell.can_leave(durable) {
            return None;
        }
        self.remove(run_id)
    }

    /// Takes out what was used least recently until the budget is kept, and hands it to `left`.
    pub(crate) fn keep_budget(
        &mut self,
        durable: u64,
        is_pinned: impl Fn(&WorkflowKey) -> bool,
        mut left: impl FnMut(Cell),
    ) {
        // A few steps of the hand at a time: a shard must not stand still while everything is in use.
        const STEPS: usize = 256;
        let mut steps = STEPS.min(2 * self.hand.len());
        while self.bytes > self.budget && steps > 0 {
            steps -= 1;
            let Some(run_id) = self.hand.pop_front() else {
                return;
            };
            let Some(cell) = self.cells.get_mut(&run_id) else {
                continue;
            };
            if std::mem::take(&mut cell.is_used) {
                self.hand.push_back(run_id);
                continue;
            }
            match self.release(run_id, durable, &is_pinned) {
                Some(cell) => left(cell),
                None => self.hand.push_back(run_id),
            }
        }
    }

    /// Drops the names of runs that have left, before they outnumber those that are here.
    fn sweep_hand(&mut self) {
        const SLACK: usize = 1024;
        if self.hand.len() > 2 * self.cells.len() + SLACK {
            let cells = &self.cells;
            self.hand.retain(|run_id| cells.contains_key(run_id));
        }
    }

    /// Takes out everything, for the end.
    pub(crate) fn drain(&mut self) -> Vec<Cell> {
        self.current.clear();
        self.hand.clear();
        self.bytes = 0;
        std::mem::take(&mut self.cells).into_values().collect()
    }
}

/// Counts `new` in the place of `old`, which is counted in `all`.
fn exchange(all: &mut PendingWork, old: PendingWork, new: PendingWork) {
    all.workflow_tasks = all.workflow_tasks + new.workflow_tasks - old.workflow_tasks;
    all.activities = all.activities + new.activities - old.activities;
}
