//! The tables that a transaction writes: their rows, their statements, and how a row fills its columns.

use prost::Message;
use sundial_core::{PartKey, RunKey, Task, Visibility};

use super::rows::{Arguments, Statement};
use crate::{
    attributes::{Setter, searched},
    fold::{FoldedHistory, FoldedRun},
    lists::listed_close_time,
    records::transfers::TransferColumns,
};

/// Everything that one transaction writes.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub(super) runs: Vec<RunRow<'a>>,
    pub(super) states: Vec<StateRow<'a>>,
    pub(super) parts: Vec<PartRow<'a>>,
    pub(super) parts_removed: Vec<(i64, PartKey)>,
    pub(super) histories: Vec<HistoryRow<'a>>,
    pub(super) tasks: Vec<TaskRow<'a>>,
    pub(super) tasks_removed: &'a [i64],
    pub(super) transfers: Vec<TransferRow<'a>>,
    pub(super) transfers_removed: &'a [i64],
}

pub(super) struct RunRow<'a> {
    pub(super) run_key: i64,
    pub(super) namespace_key: i64,
    pub(super) created: bool,
    pub(super) key: &'a RunKey,
    pub(super) visibility: &'a Visibility,
    pub(super) workflow_type: i64,
    pub(super) task_queue: i64,
    /// Deployment and build id.
    pub(super) version: Option<(i64, i64)>,
}

pub(super) struct StateRow<'a> {
    pub(super) run_key: i64,
    pub(super) run: &'a FoldedRun<'a>,
}

pub(super) struct PartRow<'a> {
    pub(super) run_key: i64,
    pub(super) part: PartKey,
    pub(super) body: &'a [u8],
}

pub(super) struct HistoryRow<'a> {
    pub(super) history_key: i64,
    pub(super) history: &'a FoldedHistory<'a>,
}

pub(super) struct TaskRow<'a> {
    pub(super) task: &'a Task,
    pub(super) run_key: i64,
    pub(super) queue_key: i64,
    pub(super) normal_queue: Option<i64>,
}

pub(super) struct TransferRow<'a> {
    pub(super) transfer_id: i64,
    pub(super) run_key: i64,
    pub(super) shard_id: i32,
    pub(super) columns: TransferColumns<'a>,
}

/// What is written, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Table {
    Runs,
    Histories,
    Parts,
    PartsRemoved,
    TasksRemoved,
    Tasks,
    TransfersRemoved,
    Transfers,
    States,
}

impl Table {
    pub(super) const ALL: [Self; 9] = [
        Self::Runs,
        Self::Histories,
        Self::Parts,
        Self::PartsRemoved,
        Self::TasksRemoved,
        Self::Tasks,
        Self::TransfersRemoved,
        Self::Transfers,
        Self::States,
    ];

    pub(super) fn statement(self) -> &'static Statement {
        match self {
            Self::Runs => &RUNS,
            Self::Histories => &HISTORIES,
            Self::Parts => &PARTS,
            Self::PartsRemoved => &PARTS_REMOVED,
            Self::TasksRemoved => &TASKS_REMOVED,
            Self::Tasks => &TASKS,
            Self::TransfersRemoved => &TRANSFERS_REMOVED,
            Self::Transfers => &TRANSFERS,
            Self::States => &STATES,
        }
    }

    pub(super) fn rows(self, rows: &Rows<'_>) -> usize {
        match self {
            Self::Runs => rows.runs.len(),
            Self::Histories => rows.histories.len(),
            Self::Parts => rows.parts.len(),
            Self::PartsRemoved => rows.parts_removed.len(),
            Self::TasksRemoved => rows.tasks_removed.len(),
            Self::Tasks => rows.tasks.len(),
            Self::TransfersRemoved => rows.transfers_removed.len(),
            Self::Transfers => rows.transfers.len(),
            Self::States => rows.states.len(),
        }
    }

    pub(super) fn bind(self, rows: &Rows<'_>, index: usize, to: &mut Arguments) {
        match self {
            Self::Runs => rows.runs[index].bind(to),
            Self::Histories => rows.histories[index].bind(to),
            Self::Parts => rows.parts[index].bind(to),
            Self::PartsRemoved => {
                let (run_key, part) = rows.parts_removed[index];
                to.add(run_key);
                to.add(part.kind);
                to.add(part.id);
            }
            Self::TasksRemoved => to.add(rows.tasks_removed[index]),
            Self::Tasks => rows.tasks[index].bind(to),
            Self::TransfersRemoved => to.add(rows.transfers_removed[index]),
            Self::Transfers => rows.transfers[index].bind(to),
            Self::States => rows.states[index].bind(to),
        }
    }
}

static RUNS: Statement = Statement::insert(
    "INSERT INTO runs (run_key, namespace_key, workflow_id, run_id, status, workflow_type, task_queue, start_time, \
     execution_time, close_time, history_length, history_size_bytes, deployment, build_id, parent_workflow_id, \
     parent_run_id, root_workflow_id, root_run_id, first_run_id, memo, search_attributes, attributes, \
     server_attributes, state_transition_count)",
    24,
    " ON CONFLICT (run_key) DO UPDATE SET status = excluded.status, task_queue = excluded.task_queue, \
     execution_time = excluded.execution_time, close_time = excluded.close_time, \
     history_length = excluded.history_length, history_size_bytes = excluded.history_size_bytes, \
     deployment = excluded.deployment, build_id = excluded.build_id, memo = excluded.memo, \
     search_attributes = excluded.search_attributes, attributes = excluded.attributes, \
     server_attributes = excluded.server_attributes, state_transition_count = excluded.state_transition_count",
);
static STATES: Statement = Statement::insert(
    "INSERT INTO run_states (run_key, shard_id, wake_at, closed_at, state)",
    5,
    " ON CONFLICT (run_key) DO UPDATE SET shard_id = excluded.shard_id, wake_at = excluded.wake_at, \
     closed_at = excluded.closed_at, state = excluded.state",
);
static PARTS: Statement = Statement::insert(
    "INSERT INTO run_parts (run_key, kind, id, body)",
    4,
    " ON CONFLICT (run_key, kind, id) DO UPDATE SET body = excluded.body",
);
static PARTS_REMOVED: Statement = Statement::join(
    "DELETE FROM run_parts WHERE part_key IN (SELECT p.part_key FROM",
    3,
    "AS gone CROSS JOIN run_parts p ON p.run_key = gone.column1 AND p.kind = gone.column2 AND p.id = gone.column3)",
);
static HISTORIES: Statement = Statement::insert(
    "INSERT INTO history (history_key, last_event_id, codec, events)",
    4,
    "",
);
static TASKS: Statement = Statement::insert(
    "INSERT INTO tasks (task_id, queue_key, run_key, normal_queue, scheduled_event_id, stamp, created_at, \
     priority_key, fairness_weight, fairness_key)",
    10,
    "",
);
static TASKS_REMOVED: Statement = Statement::list("DELETE FROM tasks WHERE task_id IN");
static TRANSFERS: Statement = Statement::insert(
    "INSERT INTO transfers (transfer_id, shard_id, run_key, kind, initiated_event_id, target_namespace, \
     target_workflow_id, target_run_id)",
    8,
    "",
);
static TRANSFERS_REMOVED: Statement = Statement::list("DELETE FROM transfers WHERE transfer_id IN");

impl RunRow<'_> {
    fn bind(&self, to: &mut Arguments) {
        let visibility = self.visibility;
        let closed = visibility.close_time.is_some();
        to.add(self.run_key);
        to.add(self.namespace_key);
        to.add(&*self.key.workflow_id);
        to.add(self.key.run_id.0.as_bytes().as_slice());
        to.add(visibility.status);
        to.add(self.workflow_type);
        to.add(self.task_queue);
        to.add(visibility.start_time.0);
        to.add(visibility.execution_time.0);
        to.add(listed_close_time(visibility));
        to.add(closed.then_some(visibility.history_length));
        to.add(closed.then_some(visibility.history_size_bytes));
        to.add(self.version.map(|(deployment, _)| deployment));
        to.add(self.version.map(|(_, build_id)| build_id));
        to.add(
            visibility
                .parent
                .as_ref()
                .map(|(workflow_id, _)| &**workflow_id),
        );
        to.add(
            visibility
                .parent
                .as_ref()
                .map(|(_, run_id)| run_id.0.as_bytes().as_slice()),
        );
        match &visibility.root {
            Some((workflow_id, run_id))
                if *run_id == self.key.run_id && *workflow_id == self.key.workflow_id =>
            {
                to.add(None::<&str>);
                to.add([].as_slice());
            }
            root => {
                to.add(root.as_ref().map(|(workflow_id, _)| &**workflow_id));
                to.add(
                    root.as_ref()
                        .map(|(_, run_id)| run_id.0.as_bytes().as_slice()),
                );
            }
        }
        let first = visibility.first_run_id;
        to.add((first != self.key.run_id).then(|| first.0.as_bytes().to_vec()));
        to.add(visibility.memo.as_ref().map(Message::encode_to_vec));
        to.add(
            visibility
                .search_attributes
                .as_ref()
                .map(Message::encode_to_vec),
        );
        let attributes = visibility.search_attributes.as_ref();
        to.add(searched(attributes, Setter::User));
        to.add(searched(attributes, Setter::Server));
        to.add(closed.then_some(visibility.state_transition_count));
    }
}

impl StateRow<'_> {
    fn bind(&self, to: &mut Arguments) {
        to.add(self.run_key);
        to.add(self.run.shard_id);
        to.add(self.run.wake_at.map(|time| time.0));
        to.add(self.run.closed_at.map(|time| time.0));
        to.add(self.run.state);
    }
}

impl PartRow<'_> {
    fn bind(&self, to: &mut Arguments) {
        to.add(self.run_key);
        to.add(self.part.kind);
        to.add(self.part.id);
        to.add(self.body);
    }
}

impl HistoryRow<'_> {
    fn bind(&self, to: &mut Arguments) {
        to.add(self.history_key);
        to.add(self.history.batch.last_event_id);
        to.add(self.history.packed.codec());
        to.add(self.history.packed.bytes(&self.history.batch.events));
    }
}

impl TaskRow<'_> {
    fn bind(&self, to: &mut Arguments) {
        to.add(self.task.id);
        to.add(self.queue_key);
        to.add(self.run_key);
        to.add(self.normal_queue);
        to.add(self.task.scheduled_event_id);
        to.add(self.task.stamp);
        to.add(self.task.created_at.0);
        to.add(self.task.priority_key);
        let fairness = self.task.fairness.as_ref();
        to.add(fairness.map_or(0, |fairness| fairness.weight_thousandths));
        to.add(fairness.map(|fairness| &*fairness.key));
    }
}

impl TransferRow<'_> {
    fn bind(&self, to: &mut Arguments) {
        to.add(self.transfer_id);
        to.add(self.shard_id);
        to.add(self.run_key);
        to.add(self.columns.kind);
        to.add(self.columns.initiated_event_id);
        to.add(self.columns.namespace);
        to.add(self.columns.workflow_id);
        to.add(self.columns.run_id);
    }
}
