//! One harness for the tests of all state machines: a script of steps goes in, what was written comes out as text.
//!
//! A [`House`] plays engine, store, matching and clock: it keeps what each transaction wrote, checks after each step
//! what must always hold, and can crash, which leaves what was written and nothing else.

mod script;
mod show;

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use prost::Message;
use temporalio_protos::temporal::api::history::v1::{History, HistoryEvent};
use uuid::Uuid;

pub(crate) use self::script::{command, payloads};
use super::{
    Run, StoredState,
    state::TaskNature,
    token::{ActivityTaskToken, WorkflowTaskToken},
};
use crate::{
    Cx, Effect, IdSource, Limits, NamespaceId, NamespaceInfo, PartKey, Rejection, RunWrite, Task,
    TaskKind, Timestamp, TransferRow, Visibility, time::Span,
};

/// Runs a script, one step a line, and gives what happened, after a line `--` if there is one.
pub(crate) fn check(script: &str) -> String {
    let mut house = House::new();
    house.play(script);
    house.log
}

/// Plays a script unheard, then gives the house for steps that scripts have no words for.
pub(crate) fn after(script: &str) -> House {
    let mut house = House::new();
    house.play(script);
    house.log.clear();
    house
}

/// Ids that count up, so that what is written is always the same.
#[derive(Default)]
pub(crate) struct Counting {
    uuids: u128,
    tasks: i64,
}

impl IdSource for Counting {
    fn uuid(&mut self) -> Uuid {
        self.uuids += 1;
        Uuid::from_u128(self.uuids)
    }

    fn task_id(&mut self) -> i64 {
        self.tasks += 1;
        self.tasks
    }
}

/// A run, and what is stored of it.
pub(crate) struct Stored {
    pub(crate) run: Run,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) state: Vec<u8>,
    pub(crate) parts: BTreeMap<PartKey, Vec<u8>>,
    pub(crate) tasks: BTreeMap<i64, Task>,
    pub(crate) transfers: BTreeMap<i64, TransferRow>,
    pub(crate) wake_at: Option<Timestamp>,
    pub(crate) visibility: Option<Visibility>,
    /// Offered, but on no row.
    pub(crate) volatile: Vec<Task>,
}

pub(crate) struct House {
    /// In the order of their births.
    pub(crate) runs: Vec<Stored>,
    /// The one that steps are about: the newest, unless said otherwise.
    pub(crate) at: usize,
    pub(crate) ids: Counting,
    pub(crate) limits: Limits,
    pub(crate) now: Timestamp,
    pub(crate) log: String,
    /// Of the last workflow task that was handed out.
    pub(crate) token: WorkflowTaskToken,
    /// Of activity tasks that were handed out, by activity id.
    pub(crate) activity_tokens: BTreeMap<String, ActivityTaskToken>,
}

/// When every test begins.
const BEGINNING: Timestamp = Timestamp(1_000_000 * 1_000_000_000);

pub(crate) fn namespace() -> NamespaceInfo {
    NamespaceInfo {
        id: NamespaceId(Uuid::from_u128(0xABCD)),
        name: Arc::from("default"),
    }
}

impl House {
    pub(crate) fn new() -> Self {
        Self {
            runs: Vec::new(),
            at: 0,
            ids: Counting::default(),
            limits: Limits::default(),
            now: BEGINNING,
            log: String::new(),
            token: WorkflowTaskToken::default(),
            activity_tokens: BTreeMap::new(),
        }
    }

    pub(crate) fn play(&mut self, script: &str) {
        for line in script
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            if line == "--" {
                self.log.clear();
                continue;
            }
            let _ = writeln!(self.log, "> {line}");
            self.step(line);
        }
    }

    /// Ends a line of the log that was written in pieces.
    pub(crate) fn end_line(&mut self) {
        self.log.truncate(self.log.trim_end().len());
        self.log.push('\n');
    }

    /// Plays more, and gives what happened in it.
    pub(crate) fn check(&mut self, script: &str) -> String {
        self.log.clear();
        self.play(script);
        self.log.clone()
    }

    pub(crate) fn run(&self) -> &Run {
        &self.runs[self.at].run
    }

    /// Does something to the run as the engine would, and logs what was written of it.
    pub(crate) fn act<R>(
        &mut self,
        step: impl FnOnce(&mut Run, &mut Cx<'_>) -> Result<R, Rejection>,
    ) -> Result<R, Rejection> {
        self.act_on_current(|run, cx| step(run.expect("the test has started a run"), cx))
    }

    /// The same for what is said to a workflow id.
    pub(crate) fn act_on_current<R>(
        &mut self,
        step: impl FnOnce(Option<&mut Run>, &mut Cx<'_>) -> Result<R, Rejection>,
    ) -> Result<R, Rejection> {
        let mut cx = Cx::new(self.now, &mut self.ids, &self.limits);
        cx.nexus_endpoints = Arc::new([("e".to_owned(), "endpoint-id".to_owned())].into());
        let mut current = self.runs.get_mut(self.at).map(|stored| &mut stored.run);
        let result = step(current.as_deref_mut(), &mut cx);
        let own = current.and_then(|run| run.seal(&mut cx));
        let mut created = Vec::new();
        for mut run in std::mem::take(&mut cx.created) {
            let write = run.seal(&mut cx);
            created.push((run, write));
        }
        let effects = std::mem::take(&mut cx.effects);
        if let Some(write) = own {
            let stored = &mut self.runs[self.at];
            stored.absorb(write, &mut self.log);
        }
        for (run, write) in created {
            let _ = writeln!(self.log, "  new run {}", self.runs.len() + 1);
            let mut stored = Stored::new(run);
            stored.absorb(write.expect("a new run is stored"), &mut self.log);
            self.runs.push(stored);
            self.at = self.runs.len() - 1;
        }
        for effect in effects {
            match effect {
                Effect::OfferTask(task) => {
                    let _ = writeln!(self.log, "  offered {}", show::task(&task));
                    let owner = self
                        .runs
                        .iter_mut()
                        .find(|stored| *stored.run.key() == task.run);
                    owner
                        .expect("the task is of a known run")
                        .volatile
                        .push(task);
                }
                Effect::Closed(_) => {}
            }
        }
        if let Err(rejection) = &result {
            let _ = writeln!(self.log, "  refused: {}", show::rejection(rejection));
        }
        result
    }

    /// Moves time on, and wakes the run if it wants that.
    pub(crate) fn pass(&mut self, span: Span) {
        self.now = self.now.plus(span);
        let mut newest = self.at;
        for at in 0..self.runs.len() {
            if self.runs[at]
                .run
                .wake_at()
                .is_none_or(|wake_at| wake_at > self.now)
            {
                continue;
            }
            let before = self.runs.len();
            self.at = at;
            let _ = self.act(|run, cx| {
                run.wake(cx);
                Ok(())
            });
            if self.runs.len() > before {
                newest = self.runs.len() - 1;
            }
        }
        self.at = newest;
    }

    /// Forgets everything but what is stored.
    pub(crate) fn crash(&mut self) {
        for stored in &mut self.runs {
            stored.run = stored.load();
            stored.volatile.clear();
        }
    }

    /// The row or offer of the pending workflow task.
    pub(crate) fn workflow_task(&self) -> Option<Task> {
        let stored = &self.runs[self.at];
        let (_, stamp) = stored.run.pending_task_name()?;
        stored
            .tasks
            .values()
            .chain(&stored.volatile)
            .find(|task| task.kind == TaskKind::Workflow && task.stamp == stamp)
            .cloned()
    }
}

impl Stored {
    fn new(run: Run) -> Self {
        Self {
            run,
            history: Vec::new(),
            state: Vec::new(),
            parts: BTreeMap::new(),
            tasks: BTreeMap::new(),
            transfers: BTreeMap::new(),
            wake_at: None,
            visibility: None,
            volatile: Vec::new(),
        }
    }

    /// The run as a server would load it that knows only what is stored.
    pub(crate) fn load(&self) -> Run {
        let parts = self.parts.iter().map(|(key, body)| crate::Part {
            key: *key,
            body: body.clone(),
        });
        Run::load(StoredState {
            key: self.run.key().clone(),
            state: self.state.clone(),
            parts: parts.collect(),
        })
        .expect("what a run wrote it can read")
    }

    fn absorb(&mut self, write: RunWrite, log: &mut String) {
        assert_eq!(
            write.created,
            self.state.is_empty(),
            "a run is created once"
        );
        self.state = write.state;
        for part in write.parts_put {
            self.parts.insert(part.key, part.body);
        }
        for key in write.parts_removed {
            self.parts.remove(&key);
        }
        if let Some(batch) = write.history {
            let events = History::decode(batch.events.clone())
                .expect("events")
                .events;
            assert_eq!(
                batch.first_event_id,
                self.history.len() as i64 + 1,
                "ids have no gap"
            );
            assert_eq!(
                batch.last_event_id,
                batch.first_event_id + events.len() as i64 - 1
            );
            for event in events {
                assert_eq!(
                    event.event_id,
                    self.history.len() as i64 + 1,
                    "ids have no gap"
                );
                let _ = writeln!(log, "  {}", show::event(&event).trim_end());
                self.history.push(event);
            }
        }
        for task in write.tasks_added {
            let _ = writeln!(log, "  + {}", show::task(&task));
            assert!(
                self.tasks.insert(task.id, task).is_none(),
                "task ids are new"
            );
        }
        for id in write.tasks_removed {
            let task = self
                .tasks
                .remove(&id)
                .expect("only known tasks are removed");
            let _ = writeln!(log, "  - {}", show::task(&task));
        }
        for row in write.transfers_added {
            let _ = writeln!(log, "  + {}", show::transfer(&row.transfer));
            self.transfers.insert(row.id, row);
        }
        for id in write.transfers_removed {
            self.transfers
                .remove(&id)
                .expect("only known transfers are removed");
        }
        if write.wake_at != self.wake_at {
            self.wake_at = write.wake_at;
            let at = self
                .wake_at
                .map_or("never".into(), |at| show::instant(at, BEGINNING));
            let _ = writeln!(log, "  wakes {at}");
        }
        if write.visibility.is_some() {
            self.visibility = write.visibility;
        }
        self.verify();
    }

    /// What must hold after every transaction.
    pub(crate) fn verify(&self) {
        let run = &self.run;
        let written = run.next_event_id() - run.tail.unsealed() as i64;
        assert_eq!(
            written,
            self.history.len() as i64 + 1,
            "what is loaded is flushed, and stored next"
        );
        if run.is_closed() {
            assert!(
                self.tasks.is_empty(),
                "a closed run has no tasks: {:?}",
                self.tasks
            );
            assert!(run.activities.is_empty() && run.timers.is_empty() && run.buffered.is_empty());
            assert!(run.head.workflow_task.is_none() && run.started.is_none());
            return;
        }
        if let Some(task) = &run.head.workflow_task {
            let is_speculative = task.nature == TaskNature::Speculative as i32;
            assert_eq!(
                self.tasks.contains_key(&task.task_id),
                !is_speculative && !run.is_paused(),
                "{task:?}"
            );
        }
        let mut rows = usize::from(
            run.head
                .workflow_task
                .as_ref()
                .is_some_and(|t| t.task_id != 0),
        );
        for (_, activity) in run.activities.iter() {
            let waits = activity.started_time == 0
                && !activity.backing_off
                && activity.pause.is_none()
                && !run.is_paused();
            assert_eq!(
                self.tasks.contains_key(&activity.task_id),
                waits,
                "{activity:?}"
            );
            rows += usize::from(waits);
        }
        assert_eq!(
            rows,
            self.tasks.len(),
            "every row is somebody's: {:?}",
            self.tasks
        );
        assert!(
            run.buffered.is_empty() || run.started.is_some(),
            "what waits waits for a worker"
        );
        assert!(
            run.head.workflow_task.is_some()
                || run.head.last_completed_event_id != 0
                || run.head.first_workflow_task_at != 0
                || run.is_paused(),
            "a run that was never asked will be"
        );
    }
}
