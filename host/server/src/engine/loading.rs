//! Bringing runs into memory, beside the loop.
//!
//! Commands for a run that is being read wait in the order in which they came. While any run of a workflow id is being
//! read, none of that workflow id leaves memory: so what a read brings is never older than what memory has forgotten.
//! That there is no such run is never remembered.

use std::collections::{HashMap, VecDeque};

use futures::{future::BoxFuture, stream::FuturesUnordered};
use sundial_core::{Archetype, Execution, Rejection, RunId, run::StoredState};
use sundial_store::{StoreError, StoredRun};

use super::{
    Target,
    cell::{Cell, WorkflowKey},
    command::{Absence, Command},
    error::EngineError,
    shard::Shard,
};

/// Runs that one shard reads at once; more would only wait inside the store.
const READS: usize = 64;

/// A read that has ended.
pub(crate) struct Loaded {
    workflow: WorkflowKey,
    run_id: Option<RunId>,
    age: u64,
    result: Result<Option<StoredRun>, StoreError>,
}

/// Commands that wait for one run.
struct Queue {
    run_id: Option<RunId>,
    commands: Vec<Box<dyn Command>>,
}

/// The reads that are going on, and the commands that wait for them.
pub(crate) struct Loads {
    pub(super) running: FuturesUnordered<BoxFuture<'static, Loaded>>,
    waiting: HashMap<WorkflowKey, Vec<Queue>>,
    /// Not begun yet.
    backlog: VecDeque<(WorkflowKey, Option<RunId>)>,
    /// Reads that began at another age may be outdated.
    age: u64,
}

impl Loads {
    pub(crate) fn new() -> Self {
        Self {
            running: FuturesUnordered::new(),
            waiting: HashMap::new(),
            backlog: VecDeque::new(),
            age: 0,
        }
    }

    /// True if a run of this workflow id is being read.
    pub(crate) fn concern(&self, workflow: &WorkflowKey) -> bool {
        self.waiting.contains_key(workflow)
    }

    /// True if no further read should be asked for that can wait.
    pub(crate) fn are_full(&self) -> bool {
        self.running.len() >= READS
    }

    /// What is being read may be outdated: it is read again.
    pub(crate) fn distrust(&mut self) {
        self.age += 1;
    }

    /// Tells everyone who waits that it is in vain.
    pub(crate) fn fail_all(&mut self, error: &EngineError) {
        self.backlog.clear();
        for queue in std::mem::take(&mut self.waiting).into_values().flatten() {
            for command in queue.commands {
                command.fail(error.clone());
            }
        }
    }

    fn take_queue(
        &mut self,
        workflow: &WorkflowKey,
        run_id: Option<RunId>,
    ) -> Vec<Box<dyn Command>> {
        let Some(queues) = self.waiting.get_mut(workflow) else {
            return Vec::new();
        };
        let Some(position) = queues.iter().position(|queue| queue.run_id == run_id) else {
            return Vec::new();
        };
        let queue = queues.swap_remove(position);
        if queues.is_empty() {
            self.waiting.remove(workflow);
        }
        queue.commands
    }
}

impl Shard {
    /// Lets a command wait until its run is read.
    pub(super) fn load_for(&mut self, command: Box<dyn Command>) {
        let target = command.target();
        let run_id = target.run_id;
        let workflow = target.workflow();
        let queues = self.loads.waiting.entry(workflow.clone()).or_default();
        if let Some(queue) = queues.iter_mut().find(|queue| queue.run_id == run_id) {
            queue.commands.push(command);
            return;
        }
        queues.push(Queue {
            run_id,
            commands: vec![command],
        });
        if self.loads.are_full() {
            self.loads.backlog.push_back((workflow, run_id));
        } else {
            self.start_read(workflow, run_id);
        }
    }

    fn start_read(&mut self, workflow: WorkflowKey, run_id: Option<RunId>) {
        let (store, age) = (self.store.clone(), self.loads.age);
        self.loads.running.push(Box::pin(async move {
            let (namespace_id, archetype, id) = &workflow;
            let result = match archetype {
                Archetype::Workflow => store.load_run(*namespace_id, id, run_id).await,
                Archetype::Activity => store.load_activity(*namespace_id, id, run_id).await,
            };
            Loaded {
                workflow,
                run_id,
                age,
                result,
            }
        }));
    }

    /// A read has ended: the commands that waited for it are run.
    pub(super) fn finish_load(&mut self, loaded: Loaded) {
        if let Some((workflow, run_id)) = self.loads.backlog.pop_front() {
            self.start_read(workflow, run_id);
        }
        let Loaded {
            workflow,
            run_id,
            age,
            result,
        } = loaded;
        if !self.loads.concern(&workflow) {
            return;
        }
        if age != self.loads.age {
            self.start_read(workflow, run_id);
            return;
        }
        let placed = result
            .map_err(EngineError::from)
            .and_then(|stored| match stored {
                Some(stored) => self.place(stored, run_id),
                None => Ok(()),
            });
        for command in self.loads.take_queue(&workflow, run_id) {
            match &placed {
                Ok(()) => self.run_or_refuse(command),
                Err(error) => command.fail(error.clone()),
            }
        }
    }

    /// Puts a run that was read into memory, unless it has got there by another way.
    fn place(&mut self, stored: StoredRun, asked_for: Option<RunId>) -> Result<(), EngineError> {
        let run_id = stored.key.run_id;
        let workflow = Target {
            run_id: None,
            ..Target::run(&stored.key)
        };
        if self.cells.get(run_id).is_none() {
            let StoredRun {
                key, state, parts, ..
            } = stored;
            let execution = Execution::load(StoredState { key, state, parts })
                .map_err(|error| EngineError::Internal(error.to_string()))?;
            self.cells.insert(Cell::new(execution));
            self.alarms.run_came(run_id);
            // What a load changes (events that were buffered behind a lost workflow task) is stored like any change.
            self.perform(Some(run_id), |_| {})
                .map_err(|_| EngineError::Internal("a run could not be loaded".into()))?;
        }
        // A newer run than the one that was read is known by now, if it was created meanwhile.
        if asked_for.is_none() && self.cells.find(&workflow).is_none() {
            self.cells.set_current(run_id);
        }
        Ok(())
    }

    fn run_or_refuse(&mut self, command: Box<dyn Command>) {
        if command.is_abandoned() {
            return;
        }
        match (self.settle(command.target()), command.mode().absence) {
            (None, Absence::Refuse) => {
                let refusal = no_such_run(command.target());
                command.fail(EngineError::Rejected(refusal));
            }
            (run_id, _) => self.run_command(run_id, command),
        }
    }
}

/// Temporal's words.
fn no_such_run(target: &Target) -> Rejection {
    let id = &target.workflow_id;
    Rejection::NotFound(match (target.archetype, target.run_id) {
        (Archetype::Workflow, None) => format!("workflow not found for ID: {id}"),
        (Archetype::Workflow, Some(run_id)) => {
            format!("workflow execution not found for workflow ID \"{id}\" and run ID \"{run_id}\"")
        }
        (Archetype::Activity, None) => format!("activity not found for ID: {id}"),
        (Archetype::Activity, Some(run_id)) => {
            format!("activity execution not found for activity ID \"{id}\" and run ID \"{run_id}\"")
        }
    })
}
