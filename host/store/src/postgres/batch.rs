//! The one statement that stores a batch: the lease is checked and every table written by it, many rows at once.
//!
//! Each table has a part of the statement, left out when it has no rows; the values of a column travel as one array.
//! PostgreSQL plans each combination of parts once for a connection. Nothing is written unless the row of the lease is.

use std::fmt::Write;

use prost::Message;
use sqlx::{Arguments as _, postgres::PgArguments};
use sundial_core::{PartKey, RunKey, Task, Visibility};

use crate::{
    attributes::{Setter, searched},
    fold::{FoldedHistory, FoldedRun},
    lists::listed_close_time,
    records::{
        ids::{history_key, kind_number},
        transfers::TransferColumns,
    },
};

/// The lease of every statement that writes runs: takes shard, epoch and the number of transactions before this one.
pub(super) const LEASE: &str = "lease AS (UPDATE shards SET commits = commits + 1 \
     WHERE shard_id = $1 AND epoch = $2 AND commits = $3 RETURNING commits)";
/// Parameters that [`LEASE`] takes.
pub(super) const LEASE_PARAMETERS: usize = 3;

/// Everything that one transaction writes.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub(super) runs_created: Vec<RunRow<'a>>,
    pub(super) runs_changed: Vec<RunRow<'a>>,
    pub(super) states_created: Vec<StateRow<'a>>,
    pub(super) states_changed: Vec<StateRow<'a>>,
    pub(super) parts: Vec<(i64, PartKey, &'a [u8])>,
    pub(super) parts_removed: Vec<(i64, PartKey)>,
    pub(super) histories: Vec<(i64, &'a FoldedHistory<'a>)>,
    pub(super) tasks: Vec<TaskRow<'a>>,
    pub(super) tasks_removed: &'a [i64],
    pub(super) transfers: Vec<TransferRow<'a>>,
    pub(super) transfers_removed: &'a [i64],
}

pub(super) struct RunRow<'a> {
    pub(super) run_key: i64,
    pub(super) namespace_key: i64,
    pub(super) key: &'a RunKey,
    pub(super) visibility: &'a Visibility,
}

pub(super) struct StateRow<'a> {
    pub(super) run_key: i64,
    pub(super) run: &'a FoldedRun<'a>,
}

pub(super) struct TaskRow<'a> {
    pub(super) task: &'a Task,
    pub(super) namespace_key: i64,
    pub(super) run_key: i64,
}

pub(super) struct TransferRow<'a> {
    pub(super) transfer_id: i64,
    pub(super) run_key: i64,
    pub(super) shard_id: i32,
    pub(super) columns: TransferColumns<'a>,
}

/// What is written of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    RunsCreated,
    RunsChanged,
    StatesCreated,
    StatesChanged,
    Parts,
    PartsRemoved,
    Histories,
    Tasks,
    TasksRemoved,
    Transfers,
    TransfersRemoved,
}

impl Part {
    const ALL: [Self; 11] = [
        Self::RunsCreated,
        Self::RunsChanged,
        Self::StatesCreated,
        Self::StatesChanged,
        Self::Parts,
        Self::PartsRemoved,
        Self::Histories,
        Self::Tasks,
        Self::TasksRemoved,
        Self::Transfers,
        Self::TransfersRemoved,
    ];

    fn is_empty(self, rows: &Rows<'_>) -> bool {
        match self {
            Self::RunsCreated => rows.runs_created.is_empty(),
            Self::RunsChanged => rows.runs_changed.is_empty(),
            Self::StatesCreated => rows.states_created.is_empty(),
            Self::StatesChanged => rows.states_changed.is_empty(),
            Self::Parts => rows.parts.is_empty(),
            Self::PartsRemoved => rows.parts_removed.is_empty(),
            Self::Histories => rows.histories.is_empty(),
            Self::Tasks => rows.tasks.is_empty(),
            Self::TasksRemoved => rows.tasks_removed.is_empty(),
            Self::Transfers => rows.transfers.is_empty(),
            Self::TransfersRemoved => rows.transfers_removed.is_empty(),
        }
    }

    /// What stands before and after the arrays, the columns that they fill, and the types of those.
    fn text(
        self,
    ) -> (
        &'static str,
        &'static str,
        &'static [(&'static str, &'static str)],
    ) {
        match self {
            Self::RunsCreated => (
                "INSERT INTO runs (run_key, namespace_key, workflow_id, run_id, status, workflow_type, task_queue, \
                 start_time, execution_time, close_time, history_length, history_size_bytes, deployment, build_id, \
                 parent_workflow_id, parent_run_id, root_workflow_id, root_run_id, first_run_id, memo, \
                 search_attributes, attributes, server_attributes, state_transition_count) SELECT new.* FROM",
                "",
                &[
                    ("run_key", "bigint"),
                    ("namespace_key", "bigint"),
                    ("workflow_id", "text"),
                    ("run_id", "bytea"),
                    ("status", "smallint"),
                    ("workflow_type", "text"),
                    ("task_queue", "text"),
                    ("start_time", "bigint"),
                    ("execution_time", "bigint"),
                    ("close_time", "bigint"),
                    ("history_length", "bigint"),
                    ("history_size_bytes", "bigint"),
                    ("deployment", "text"),
                    ("build_id", "text"),
                    ("parent_workflow_id", "text"),
                    ("parent_run_id", "bytea"),
                    ("root_workflow_id", "text"),
                    ("root_run_id", "bytea"),
                    ("first_run_id", "bytea"),
                    ("memo", "bytea"),
                    ("search_attributes", "bytea"),
                    ("attributes", "jsonb"),
                    ("server_attributes", "jsonb"),
                    ("state_transition_count", "bigint"),
                ],
            ),
            Self::RunsChanged => (
                "UPDATE runs SET status = new.status, task_queue = new.task_queue, execution_time = new.execution_time, \
                 close_time = new.close_time, history_length = new.history_length, \
                 history_size_bytes = new.history_size_bytes, deployment = new.deployment, build_id = new.build_id, \
                 memo = new.memo, search_attributes = new.search_attributes, attributes = new.attributes, \
                 server_attributes = new.server_attributes, state_transition_count = new.state_transition_count FROM",
                " WHERE runs.run_key = new.run_key",
                &[
                    ("run_key", "bigint"),
                    ("status", "smallint"),
                    ("task_queue", "text"),
                    ("execution_time", "bigint"),
                    ("close_time", "bigint"),
                    ("history_length", "bigint"),
                    ("history_size_bytes", "bigint"),
                    ("deployment", "text"),
                    ("build_id", "text"),
                    ("memo", "bytea"),
                    ("search_attributes", "bytea"),
                    ("attributes", "jsonb"),
                    ("server_attributes", "jsonb"),
                    ("state_transition_count", "bigint"),
                ],
            ),
            Self::StatesCreated => (
                "INSERT INTO run_states (run_key, shard_id, wake_at, closed_at, state) SELECT new.* FROM",
                "",
                STATE_COLUMNS,
            ),
            Self::StatesChanged => (
                "UPDATE run_states SET shard_id = new.shard_id, wake_at = new.wake_at, closed_at = new.closed_at, \
                 state = new.state FROM",
                " WHERE run_states.run_key = new.run_key",
                STATE_COLUMNS,
            ),
            Self::Parts => (
                "INSERT INTO run_parts (run_key, kind, id, body) SELECT new.* FROM",
                " ON CONFLICT (run_key, kind, id) DO UPDATE SET body = excluded.body",
                &[
                    ("run_key", "bigint"),
                    ("kind", "int"),
                    ("id", "bigint"),
                    ("body", "bytea"),
                ],
            ),
            Self::PartsRemoved => (
                "DELETE FROM run_parts USING",
                " WHERE run_parts.run_key = new.run_key AND run_parts.kind = new.kind AND run_parts.id = new.id",
                &[("run_key", "bigint"), ("kind", "int"), ("id", "bigint")],
            ),
            Self::Histories => (
                "INSERT INTO history (history_key, last_event_id, codec, events) SELECT new.* FROM",
                "",
                &[
                    ("history_key", "bigint"),
                    ("last_event_id", "bigint"),
                    ("codec", "smallint"),
                    ("events", "bytea"),
                ],
            ),
            Self::Tasks => (
                "INSERT INTO tasks (task_id, namespace_key, run_key, scheduled_event_id, created_at, stamp, \
                 priority_key, fairness_weight, kind, queue, deployment, build_id, normal_queue, fairness_key, \
                 queue_hash) SELECT new.*, \
                 hashtextextended(concat_ws('/', namespace_key, kind, deployment, build_id, queue), 0) FROM",
                "",
                &[
                    ("task_id", "bigint"),
                    ("namespace_key", "bigint"),
                    ("run_key", "bigint"),
                    ("scheduled_event_id", "bigint"),
                    ("created_at", "bigint"),
                    ("stamp", "int"),
                    ("priority_key", "int"),
                    ("fairness_weight", "int"),
                    ("kind", "smallint"),
                    ("queue", "text"),
                    ("deployment", "text"),
                    ("build_id", "text"),
                    ("normal_queue", "text"),
                    ("fairness_key", "text"),
                ],
            ),
            Self::TasksRemoved => (
                "DELETE FROM tasks USING",
                " WHERE tasks.task_id = new.task_id",
                &[("task_id", "bigint")],
            ),
            Self::Transfers => (
                "INSERT INTO transfers (transfer_id, run_key, shard_id, kind, initiated_event_id, target_namespace, \
                 target_workflow_id, target_run_id) SELECT new.* FROM",
                "",
                &[
                    ("transfer_id", "bigint"),
                    ("run_key", "bigint"),
                    ("shard_id", "int"),
                    ("kind", "smallint"),
                    ("initiated_event_id", "bigint"),
                    ("target_namespace", "text"),
                    ("target_workflow_id", "text"),
                    ("target_run_id", "text"),
                ],
            ),
            Self::TransfersRemoved => (
                "DELETE FROM transfers USING",
                " WHERE transfers.transfer_id = new.transfer_id",
                &[("transfer_id", "bigint")],
            ),
        }
    }

    fn bind(self, rows: &Rows<'_>, to: &mut Columns) {
        match self {
            Self::RunsCreated => bind_runs_created(&rows.runs_created, to),
            Self::RunsChanged => bind_runs_changed(&rows.runs_changed, to),
            Self::StatesCreated => bind_states(&rows.states_created, to),
            Self::StatesChanged => bind_states(&rows.states_changed, to),
            Self::Parts => {
                to.column(&rows.parts, |(run_key, _, _)| *run_key);
                to.column(&rows.parts, |(_, part, _)| part.kind);
                to.column(&rows.parts, |(_, part, _)| part.id);
                to.column(&rows.parts, |(_, _, body)| *body);
            }
            Self::PartsRemoved => {
                to.column(&rows.parts_removed, |(run_key, _)| *run_key);
                to.column(&rows.parts_removed, |(_, part)| part.kind);
                to.column(&rows.parts_removed, |(_, part)| part.id);
            }
            Self::Histories => {
                let rows = &rows.histories;
                to.column(rows, |(run_key, row)| {
                    history_key(*run_key, row.batch.first_event_id)
                });
                to.column(rows, |(_, row)| row.batch.last_event_id);
                to.column(rows, |(_, row)| small(i64::from(row.packed.codec())));
                to.column(rows, |(_, row)| row.packed.bytes(&row.batch.events));
            }
            Self::Tasks => bind_tasks(&rows.tasks, to),
            Self::TasksRemoved => to.column(rows.tasks_removed, |id| *id),
            Self::Transfers => bind_transfers(&rows.transfers, to),
            Self::TransfersRemoved => to.column(rows.transfers_removed, |id| *id),
        }
    }
}

const STATE_COLUMNS: &[(&str, &str)] = &[
    ("run_key", "bigint"),
    ("shard_id", "int"),
    ("wake_at", "bigint"),
    ("closed_at", "bigint"),
    ("state", "bytea"),
];

impl Rows<'_> {
    /// The statement, which begins with the lease's parameters; `None` if there is nothing to write.
    pub(super) fn text(&self) -> Option<String> {
        let mut text = format!("WITH {LEASE}");
        let mut parameters = LEASE_PARAMETERS;
        for (number, part) in (0..).zip(Part::ALL) {
            if part.is_empty(self) {
                continue;
            }
            let (head, tail, columns) = part.text();
            let arrays: Vec<String> = columns
                .iter()
                .map(|(_, kind)| {
                    parameters += 1;
                    format!("${parameters}::{kind}[]")
                })
                .collect();
            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            write!(
                text,
                ", part_{number} AS ({head} unnest({}) AS new ({}), lease{tail})",
                arrays.join(", "),
                names.join(", ")
            )
            .expect("a string takes every write");
        }
        text.push_str(" SELECT commits FROM lease");
        (parameters > LEASE_PARAMETERS).then_some(text)
    }

    /// The values of the statement after those of the lease.
    pub(super) fn bind(&self, to: PgArguments) -> Result<PgArguments, sqlx::Error> {
        let mut columns = Columns {
            values: to,
            failed: None,
        };
        for part in Part::ALL.into_iter().filter(|part| !part.is_empty(self)) {
            part.bind(self, &mut columns);
        }
        columns.failed.map_or(Ok(columns.values), Err)
    }
}

/// Arrays of a statement in the making.
struct Columns {
    values: PgArguments,
    failed: Option<sqlx::Error>,
}

impl Columns {
    fn column<'r, R, V>(&mut self, rows: &'r [R], value: impl Fn(&'r R) -> V)
    where
        Vec<V>: sqlx::Encode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let values: Vec<V> = rows.iter().map(value).collect();
        if let Err(error) = self.values.add(values) {
            self.failed = Some(sqlx::Error::Encode(error));
        }
    }
}

/// A number of which the schema knows that it is small.
fn small(number: i64) -> i16 {
    i16::try_from(number).unwrap_or(i16::MAX)
}

fn bind_runs_created(rows: &[RunRow<'_>], to: &mut Columns) {
    to.column(rows, |row| row.run_key);
    to.column(rows, |row| row.namespace_key);
    to.column(rows, |row| &*row.key.workflow_id);
    to.column(rows, |row| row.key.run_id.0.as_bytes().as_slice());
    to.column(rows, |row| small(row.visibility.status.into()));
    to.column(rows, |row| row.visibility.workflow_type.as_str());
    to.column(rows, |row| row.visibility.task_queue.as_str());
    to.column(rows, |row| row.visibility.start_time.0);
    to.column(rows, |row| row.visibility.execution_time.0);
    bind_ends(rows, to);
    bind_versions(rows, to);
    to.column(rows, |row| {
        row.visibility.parent.as_ref().map(|(id, _)| &**id)
    });
    to.column(rows, |row| {
        let parent = row.visibility.parent.as_ref();
        parent.map(|(_, run_id)| run_id.0.as_bytes().as_slice())
    });
    to.column(rows, |row| {
        let other = row.visibility.root.as_ref().filter(|_| !row.is_own_root());
        other.map(|(id, _)| &**id)
    });
    to.column(rows, |row| match &row.visibility.root {
        Some(_) if row.is_own_root() => Some([].as_slice()),
        root => root
            .as_ref()
            .map(|(_, run_id)| run_id.0.as_bytes().as_slice()),
    });
    to.column(rows, |row| {
        let first = &row.visibility.first_run_id;
        (*first != row.key.run_id).then(|| first.0.as_bytes().as_slice())
    });
    bind_messages(rows, to);
}

fn bind_runs_changed(rows: &[RunRow<'_>], to: &mut Columns) {
    to.column(rows, |row| row.run_key);
    to.column(rows, |row| small(row.visibility.status.into()));
    to.column(rows, |row| row.visibility.task_queue.as_str());
    to.column(rows, |row| row.visibility.execution_time.0);
    bind_ends(rows, to);
    bind_versions(rows, to);
    bind_messages(rows, to);
}

/// Close time, history length, history size.
fn bind_ends(rows: &[RunRow<'_>], to: &mut Columns) {
    to.column(rows, |row| listed_close_time(row.visibility));
    let closed = |row: &RunRow<'_>| row.visibility.close_time.is_some();
    to.column(rows, |row| {
        closed(row).then_some(row.visibility.history_length)
    });
    to.column(rows, |row| {
        closed(row).then_some(row.visibility.history_size_bytes)
    });
}

/// Deployment, build id.
fn bind_versions(rows: &[RunRow<'_>], to: &mut Columns) {
    to.column(rows, |row| {
        let version = row.visibility.version.as_ref();
        version.map(|version| version.deployment_name.as_str())
    });
    to.column(rows, |row| {
        let version = row.visibility.version.as_ref();
        version.map(|version| version.build_id.as_str())
    });
}

/// Memo, search attributes, these as filters see them, and how often the run changed.
fn bind_messages(rows: &[RunRow<'_>], to: &mut Columns) {
    to.column(rows, |row| {
        row.visibility.memo.as_ref().map(Message::encode_to_vec)
    });
    to.column(rows, |row| {
        let attributes = row.visibility.search_attributes.as_ref();
        attributes.map(Message::encode_to_vec)
    });
    for setter in [Setter::User, Setter::Server] {
        to.column(rows, |row| {
            searched(row.visibility.search_attributes.as_ref(), setter)
        });
    }
    to.column(rows, |row| {
        let closed = row.visibility.close_time.is_some();
        closed.then_some(row.visibility.state_transition_count)
    });
}

fn bind_states(rows: &[StateRow<'_>], to: &mut Columns) {
    to.column(rows, |row| row.run_key);
    to.column(rows, |row| row.run.shard_id);
    to.column(rows, |row| row.run.wake_at.map(|time| time.0));
    to.column(rows, |row| row.run.closed_at.map(|time| time.0));
    to.column(rows, |row| row.run.state);
}

fn bind_tasks(rows: &[TaskRow<'_>], to: &mut Columns) {
    to.column(rows, |row| row.task.id);
    to.column(rows, |row| row.namespace_key);
    to.column(rows, |row| row.run_key);
    to.column(rows, |row| row.task.scheduled_event_id);
    to.column(rows, |row| row.task.created_at.0);
    to.column(rows, |row| row.task.stamp);
    to.column(rows, |row| row.task.priority_key);
    to.column(rows, |row| {
        let fairness = row.task.fairness.as_ref();
        fairness.map_or(0, |fairness| fairness.weight_thousandths)
    });
    to.column(rows, |row| small(kind_number(row.task.kind)));
    to.column(rows, |row| &*row.task.queue);
    to.column(rows, |row| {
        let version = row.task.version.as_ref();
        version.map_or("", |version| version.deployment_name.as_str())
    });
    to.column(rows, |row| {
        let version = row.task.version.as_ref();
        version.map_or("", |version| version.build_id.as_str())
    });
    to.column(rows, |row| row.task.normal_queue.as_deref());
    to.column(rows, |row| {
        let fairness = row.task.fairness.as_ref();
        fairness.map(|fairness| &*fairness.key)
    });
}

fn bind_transfers(rows: &[TransferRow<'_>], to: &mut Columns) {
    to.column(rows, |row| row.transfer_id);
    to.column(rows, |row| row.run_key);
    to.column(rows, |row| row.shard_id);
    to.column(rows, |row| small(row.columns.kind));
    to.column(rows, |row| row.columns.initiated_event_id);
    to.column(rows, |row| row.columns.namespace);
    to.column(rows, |row| row.columns.workflow_id);
    to.column(rows, |row| row.columns.run_id);
}

impl RunRow<'_> {
    fn is_own_root(&self) -> bool {
        matches!(&self.visibility.root, Some((workflow_id, run_id))
            if *run_id == self.key.run_id && *workflow_id == self.key.workflow_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_a_part_for_each_table_with_rows() {
        assert_eq!(Rows::default().text(), None);
        let rows = Rows {
            tasks_removed: &[1, 2],
            ..Rows::default()
        };
        assert_eq!(
            rows.text().unwrap(),
            "WITH lease AS (UPDATE shards SET commits = commits + 1 WHERE shard_id = $1 AND epoch = $2 AND commits = $3 \
             RETURNING commits), part_8 AS (DELETE FROM tasks USING unnest($4::bigint[]) AS new (task_id), lease \
             WHERE tasks.task_id = new.task_id) SELECT commits FROM lease"
        );
    }
}
