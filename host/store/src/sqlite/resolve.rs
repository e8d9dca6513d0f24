//! Turns what was folded into rows: finds or makes the keys that they need, and refuses what contradicts the tables.
//! This happens before the transaction: a key without a row does no harm.

use std::collections::HashMap;

use sqlx::SqliteConnection;
use sundial_core::RunId;

use super::{
    keys::{CommitterKeys, namespace, read_run_keys},
    tables::{HistoryRow, PartRow, Rows, RunRow, StateRow, TaskRow, TransferRow},
};
use crate::{
    filter::StatusSet,
    fold::{Folded, FoldedRun},
    queues::QueueKey,
    records::{
        ids::{MAX_EVENT_ID, history_key, run_namespace_key},
        keys::SharedKeys,
        transfers::TransferColumns,
    },
};

/// Why there are no rows.
pub(super) enum Error {
    /// A run of the folded group (its index) contradicts what is stored.
    Refused {
        run: usize,
        what: String,
    },
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The keys of one folded run.
struct RunKeys {
    run: i64,
    namespace: i64,
}

pub(super) async fn resolve<'a>(
    connection: &mut SqliteConnection,
    shared: &SharedKeys,
    keys: &mut CommitterKeys,
    folded: &'a Folded<'a>,
) -> Result<Rows<'a>, Error> {
    let runs = run_keys(connection, shared, keys, folded).await?;
    let mut rows = Rows {
        runs: run_rows(connection, keys, folded, &runs).await?,
        ..Rows::default()
    };
    for (keys, run) in runs.iter().zip(&folded.runs) {
        rows.states.push(StateRow {
            run_key: keys.run,
            run,
        });
        for (part, body) in &run.parts {
            match body {
                Some(body) => rows.parts.push(PartRow {
                    run_key: keys.run,
                    part: *part,
                    body,
                }),
                None => rows.parts_removed.push((keys.run, *part)),
            }
        }
    }
    rows.histories = history_rows(folded, &runs)?;
    rows.tasks = task_rows(connection, keys, folded, &runs).await?;
    rows.tasks_removed = &folded.tasks_removed;
    rows.transfers = folded
        .transfers_added
        .iter()
        .map(|(run, row)| TransferRow {
            transfer_id: row.id,
            run_key: runs[*run].run,
            shard_id: folded.runs[*run].shard_id,
            columns: TransferColumns::of(&row.transfer),
        })
        .collect();
    rows.transfers_removed = &folded.transfers_removed;
    // In the order of the trees each page is visited once.
    rows.states.sort_unstable_by_key(|row| row.run_key);
    rows.histories.sort_unstable_by_key(|row| row.history_key);
    rows.tasks.sort_unstable_by_key(|row| row.task.id);
    Ok(rows)
}

async fn run_keys(
    connection: &mut SqliteConnection,
    shared: &SharedKeys,
    keys: &mut CommitterKeys,
    folded: &Folded<'_>,
) -> Result<Vec<RunKeys>, Error> {
    let known: Vec<Option<i64>> = folded
        .runs
        .iter()
        .map(|run| {
            if run.created {
                None
            } else {
                shared.run(run.key.run_id)
            }
        })
        .collect();
    let unknown: Vec<RunId> = folded
        .runs
        .iter()
        .zip(&known)
        .filter(|(run, known)| !run.created && known.is_none())
        .map(|(run, _)| run.key.run_id)
        .collect();
    let read: HashMap<RunId, i64> = if unknown.is_empty() {
        HashMap::new()
    } else {
        read_run_keys(connection, &unknown).await?
    };
    let mut resolved = Vec::with_capacity(folded.runs.len());
    for (index, (run, known)) in folded.runs.iter().zip(known).enumerate() {
        let refuse = |what: String| Error::Refused { run: index, what };
        let id = run.key.namespace_id;
        let namespace_key = namespace(shared, id, connection).await?.ok_or_else(|| {
            refuse(format!(
                "run {} is in namespace {id}, which does not exist",
                run.key
            ))
        })?;
        let key = match known.or_else(|| read.get(&run.key.run_id).copied()) {
            Some(key) => key,
            None if run.created => keys.new_run(connection).await?,
            None => return Err(refuse(format!("run {} does not exist", run.key))),
        };
        resolved.push(RunKeys {
            run: key,
            namespace: namespace_key,
        });
    }
    for (run_id, key) in read {
        shared.remember_run(run_id, key);
    }
    Ok(resolved)
}

async fn run_rows<'a>(
    connection: &mut SqliteConnection,
    keys: &mut CommitterKeys,
    folded: &'a Folded<'a>,
    runs: &[RunKeys],
) -> Result<Vec<RunRow<'a>>, Error> {
    let mut rows = Vec::new();
    for (index, (run, resolved)) in folded.runs.iter().zip(runs).enumerate() {
        let Some(visibility) = shown(run).map_err(|what| Error::Refused { run: index, what })?
        else {
            continue;
        };
        let version = match &visibility.version {
            Some(version) => Some((
                keys.name(&version.deployment_name, connection).await?,
                keys.name(&version.build_id, connection).await?,
            )),
            None => None,
        };
        rows.push(RunRow {
            run_key: resolved.run,
            namespace_key: run_namespace_key(resolved.namespace, run.key.archetype),
            created: run.created,
            key: run.key,
            visibility,
            workflow_type: keys.name(&visibility.workflow_type, connection).await?,
            task_queue: keys.name(&visibility.task_queue, connection).await?,
            version,
        });
    }
    Ok(rows)
}

fn shown<'a>(run: &FoldedRun<'a>) -> Result<Option<&'a sundial_core::Visibility>, String> {
    match run.visibility {
        Some(visibility) if !StatusSet::knows(visibility.status) => Err(format!(
            "run {} has the unknown status {}",
            run.key, visibility.status
        )),
        None if run.created => Err(format!(
            "the new run {} has nothing to show in lists",
            run.key
        )),
        visibility => Ok(visibility),
    }
}

fn history_rows<'a>(
    folded: &'a Folded<'a>,
    runs: &[RunKeys],
) -> Result<Vec<HistoryRow<'a>>, Error> {
    let row = |history: &'a crate::fold::FoldedHistory<'a>| {
        let (first, last) = (history.batch.first_event_id, history.batch.last_event_id);
        if first < 1 || last < first || last > MAX_EVENT_ID {
            let what = format!(
                "events {first} to {last} of run {}",
                folded.runs[history.run].key
            );
            return Err(Error::Refused {
                run: history.run,
                what,
            });
        }
        Ok(HistoryRow {
            history_key: history_key(runs[history.run].run, first),
            history,
        })
    };
    folded.histories.iter().map(row).collect()
}

async fn task_rows<'a>(
    connection: &mut SqliteConnection,
    keys: &mut CommitterKeys,
    folded: &'a Folded<'a>,
    runs: &[RunKeys],
) -> Result<Vec<TaskRow<'a>>, Error> {
    let mut rows = Vec::with_capacity(folded.tasks_added.len());
    for (run, task) in &folded.tasks_added {
        let resolved = &runs[*run];
        let queue = QueueKey {
            namespace_id: task.run.namespace_id,
            kind: task.kind,
            name: task.queue.clone(),
            version: task.version.clone(),
        };
        let normal_queue = match &task.normal_queue {
            Some(name) => Some(keys.name(name, connection).await?),
            None => None,
        };
        let queue_key = keys.queue(queue, resolved.namespace, connection).await?;
        rows.push(TaskRow {
            task,
            run_key: resolved.run,
            queue_key,
            normal_queue,
        });
    }
    Ok(rows)
}
