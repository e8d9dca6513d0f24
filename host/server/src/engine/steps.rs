//! One step on one run: finding the run, firing what is due, running the step, and gathering what it wrote.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sundial_core::{Cx, Effect, Execution, RunId, RunKey};

use super::{
    Target,
    cell::Cell,
    command::{Absence, Command, Nudge, Stage, Wishes},
    error::EngineError,
    shard::{Shard, fail_cell},
};

impl Shard {
    /// Takes a command: runs it, or lets it wait for its run to be loaded.
    pub(super) fn take(&mut self, command: Box<dyn Command>) {
        // Whoever gave up was told nothing, so nothing need have happened.
        if command.is_abandoned() {
            return;
        }
        if self.is_stopping {
            command.fail(EngineError::ShuttingDown);
            return;
        }
        match self.settle(command.target()) {
            Some(run_id) => self.run_command(Some(run_id), command),
            None if command.mode().absence == Absence::DoNotLoad => self.run_command(None, command),
            None => self.load_for(command),
        }
    }

    /// Brings a run into memory so that what is due in it fires.
    pub(super) fn nudge(&mut self, key: &RunKey) {
        self.take(Box::new(Nudge::new(key)));
    }

    /// Finds the run that a target means, once everything that is due by now has happened to it.
    pub(super) fn settle(&mut self, target: &Target) -> Option<RunId> {
        // A run that is woken may end and be followed by another one, which may be due too.
        const WAKES: usize = 4;
        for _ in 0..WAKES {
            let run_id = self.cells.find(target)?;
            if !self.wake_if_due(run_id) {
                return Some(run_id);
            }
        }
        self.cells.find(target)
    }

    /// Fires what is due in a run; false if nothing is.
    pub(super) fn wake_if_due(&mut self, run_id: RunId) -> bool {
        let Some(cell) = self.cells.get(run_id) else {
            return false;
        };
        if cell.is_broken || cell.execution.wake_at().is_none_or(|at| at > self.now) {
            return false;
        }
        let _ = self.perform(Some(run_id), |stage| {
            if let Some(cell) = stage.cell {
                cell.execution.wake(stage.cx);
            }
        });
        self.look_around(run_id);
        true
    }

    /// Sets the alarm that a run wants.
    pub(super) fn set_alarm(&mut self, run_id: RunId) {
        if let Some(cell) = self.cells.get_mut(run_id) {
            self.alarms.set(cell, self.now);
        }
    }

    /// Runs a command whose run is in memory, or which does without one.
    pub(super) fn run_command(&mut self, run_id: Option<RunId>, mut command: Box<dyn Command>) {
        if let Some(run_id) = run_id
            && self.cells.get(run_id).is_some_and(|cell| cell.is_broken)
        {
            command.fail(broken());
            return;
        }
        let performed = self.perform(run_id, |stage| command.step(stage));
        let (depends_on, leave) = match performed {
            Ok(performed) => performed,
            Err(Panicked) => {
                command.fail(broken());
                return;
            }
        };
        if let Some(run_id) = run_id {
            if !command.mode().read_only {
                self.look_around(run_id);
            }
            if leave {
                let durable = self.batches.durable();
                let loads = &self.loads;
                if let Some(cell) = self.cells.release(run_id, durable, |w| loads.concern(w)) {
                    self.alarms.run_left(&cell);
                }
            }
        }
        self.batches.after(depends_on).replies.push(command);
    }

    /// Runs a step, seals what it touched, and puts that into the batch. Gives the number of the batch that the step's
    /// result depends on, and whether the run may leave.
    pub(super) fn perform(
        &mut self,
        run_id: Option<RunId>,
        step: impl FnOnce(Stage<'_, '_>),
    ) -> Result<(u64, bool), Panicked> {
        let Self {
            cells,
            batches,
            alarms,
            ids,
            limits,
            now,
            ..
        } = self;
        let mut cx = Cx::new(*now, ids, limits);
        let mut wishes = Wishes::default();
        let sealed = catch_unwind(AssertUnwindSafe(|| {
            let mut cell = run_id.and_then(|run_id| cells.get_mut(run_id));
            step(Stage {
                cell: cell.as_deref_mut(),
                cx: &mut cx,
                wishes: &mut wishes,
            });
            let own = cell.and_then(|cell| cell.execution.seal(&mut cx));
            let mut created = Vec::new();
            let runs = std::mem::take(&mut cx.created).into_iter();
            let activities = std::mem::take(&mut cx.created_activities).into_iter();
            for mut execution in runs
                .map(Execution::from)
                .chain(activities.map(Execution::from))
            {
                let write = execution.seal(&mut cx);
                created.push((execution, write));
            }
            (own, created)
        }));
        let Ok((own, created)) = sealed else {
            self.break_off(run_id);
            return Err(Panicked);
        };
        let mut depends_on = 0;
        if let Some(run_id) = run_id
            && let Some(cell) = cells.get_mut(run_id)
        {
            if let Some(write) = own {
                cell.batch = batches.add(write);
            }
            depends_on = cell.batch;
            alarms.set(cell, *now);
            cells.note_use(run_id);
        }
        for (execution, write) in created {
            let run_id = execution.key().run_id;
            let mut cell = Cell::new(execution);
            if let Some(write) = write {
                cell.batch = batches.add(write);
                depends_on = cell.batch;
            }
            alarms.set(&mut cell, *now);
            cells.insert(cell);
            cells.set_current(run_id);
            cells.note_use(run_id);
        }
        let after = batches.after(depends_on);
        for effect in std::mem::take(&mut cx.effects) {
            match effect {
                Effect::OfferTask(task) => after.volatile_tasks.push(task),
                Effect::Closed(key) => after.closed.push(key.run_id),
            }
        }
        after.replies.append(&mut wishes.replies);
        batches.remove_rows(wishes.stale_tasks, wishes.stale_transfers);
        Ok((depends_on, wishes.leave))
    }

    /// Answers those for whom the run is now as they want it.
    pub(super) fn look_around(&mut self, run_id: RunId) {
        let Some(cell) = self.cells.get_mut(run_id) else {
            return;
        };
        if !cell.waiters.is_empty() {
            let (execution, after) = (&cell.execution, self.batches.after(cell.batch));
            for waiter in cell.waiters.extract_if(.., |waiter| {
                waiter.is_abandoned() || waiter.check(execution)
            }) {
                after.replies.push(waiter);
            }
        }
        cell.release_queries();
    }

    /// A step panicked: nothing may be built on its run. What was gathered before is sound, and is stored first.
    fn break_off(&mut self, run_id: Option<RunId>) {
        let Some(cell) = run_id.and_then(|run_id| self.cells.get_mut(run_id)) else {
            return;
        };
        tracing::error!(run = %cell.execution.key(), "a command panicked; the run is loaded again from the store");
        cell.is_broken = true;
        self.drop_if_broken(run_id);
    }

    /// Takes a broken run out of memory as soon as everything that was gathered from it is stored.
    pub(super) fn drop_if_broken(&mut self, run_id: Option<RunId>) {
        let durable = self.batches.durable();
        let Some(run_id) = run_id else { return };
        if self
            .cells
            .get(run_id)
            .is_some_and(|cell| cell.is_broken && cell.batch <= durable)
            && let Some(cell) = self.cells.remove(run_id)
        {
            fail_cell(cell, &broken());
            // It left without its alarm being kept, and with the knowledge of who has its workflow task.
            self.alarms.forget_window(self.now);
            self.must_recover = true;
        }
    }
}

/// A step panicked.
pub(super) struct Panicked;

fn broken() -> EngineError {
    EngineError::Internal("a command failed by a fault of the server; see its log".into())
}
