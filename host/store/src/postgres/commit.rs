//! Commits: a transaction for each batch of a shard, checked against the lease, and known to have happened or not.
//!
//! A transaction raises the lease's number of transactions from the one that it expects. So when a connection breaks in
//! the middle, the batch can simply be stored again on the next connection: whichever of the two comes first is stored,
//! the other finds another number and writes nothing.

use std::collections::HashMap;

use sqlx::{Arguments as _, AssertSqlSafe, Row as _, postgres::PgArguments};
use sundial_core::{RunId, RunKey};
use tokio::time::Instant;

use super::{
    Shared,
    batch::{LEASE, Rows, RunRow, StateRow, TaskRow, TransferRow},
    connections::Failure,
    errors::{from_sqlx, is_conflict, unavailable},
    leases::Held,
    statements::{PATIENCE, PAUSE},
};
use crate::{
    error::StoreError,
    filter::StatusSet,
    fold::{Folded, PackedBatch, fold},
    lists::OPEN,
    records::{
        ids::{MAX_EVENT_ID, corrupt, run_id_of, run_namespace_key},
        transfers::TransferColumns,
    },
    shards::ShardLease,
    sql::{Sql, Statement},
};

const COMMITTING: &str = "committing";
const DELETING: &str = "deleting a run";
/// Run keys that are reserved at a time.
const RUN_KEY_BLOCK: i64 = 65_536;

/// Run keys that this opening has reserved and not used.
#[derive(Debug, Default)]
pub(super) struct NewRunKeys {
    next: i64,
    left: i64,
}

impl NewRunKeys {
    /// Leaves the rest of the block unused.
    pub(super) fn forget(&mut self) {
        self.left = 0;
    }

    async fn take(&mut self, shared: &Shared) -> Result<i64, StoreError> {
        if self.left == 0 {
            let statement = Statement::new(
                "UPDATE counters SET value = value + $1 WHERE name = 'next_run_key' RETURNING value",
            );
            let rows = shared
                .patiently("reserving run keys", &statement.bind(RUN_KEY_BLOCK))
                .await?;
            let end = rows
                .first()
                .ok_or_else(|| corrupt("the counter of run keys is missing"))?
                .integer(0)?;
            self.next = end - RUN_KEY_BLOCK;
            self.left = RUN_KEY_BLOCK;
        }
        let key = self.next;
        self.next += 1;
        self.left -= 1;
        Ok(key)
    }
}

pub(super) async fn commit(shared: &Shared, packed: &PackedBatch) -> Result<(), StoreError> {
    let folded = fold(std::iter::once(packed));
    let rows = resolve(shared, &folded).await?;
    let text = rows.text();
    let lease = packed.batch.lease;
    let Some(held) = shared.leases.of(lease.shard_id) else {
        return Err(lost(lease));
    };
    let mut held = held.lock().await;
    if held.epoch != lease.epoch {
        return Err(lost(lease));
    }
    let Some(text) = text else { return Ok(()) };
    write(shared, &mut held, lease, COMMITTING, &text, &|arguments| {
        rows.bind(arguments)
    })
    .await?;
    for row in &rows.runs_created {
        shared.keys.remember_run(row.key.run_id, row.run_key);
    }
    Ok(())
}

pub(super) async fn delete_run(
    shared: &Shared,
    lease: ShardLease,
    run: &RunKey,
) -> Result<bool, StoreError> {
    let Some(namespace_key) = shared.namespace_key(run.namespace_id).await? else {
        return Ok(false);
    };
    let namespace_key = run_namespace_key(namespace_key, run.archetype);
    let Some(held) = shared.leases.of(lease.shard_id) else {
        return Err(lost(lease));
    };
    let mut held = held.lock().await;
    if held.epoch != lease.epoch {
        return Err(lost(lease));
    }
    let text = format!(
        "WITH {LEASE}, gone AS (DELETE FROM runs USING lease WHERE run_id = $4 AND namespace_key = $5 \
         AND workflow_id = $6 RETURNING run_key, close_time), \
         states AS (DELETE FROM run_states s USING gone WHERE s.run_key = gone.run_key), \
         parts AS (DELETE FROM run_parts p USING gone WHERE p.run_key = gone.run_key), \
         events AS (DELETE FROM history h USING gone \
         WHERE h.history_key BETWEEN gone.run_key * 1048576 AND gone.run_key * 1048576 + {MAX_EVENT_ID}), \
         older AS (UPDATE runs SET current_deleted = 1 FROM gone WHERE runs.run_key < gone.run_key AND runs.run_key = \
         (SELECT max(r.run_key) FROM runs r, gone WHERE r.namespace_key = $5 AND r.workflow_id = $6 \
         AND r.run_key != gone.run_key)) \
         SELECT commits, (SELECT run_key FROM gone), (SELECT close_time FROM gone) FROM lease"
    );
    let bind = |mut arguments: PgArguments| {
        arguments
            .add(run.run_id.0.as_bytes().as_slice())
            .and_then(|()| arguments.add(namespace_key))
            .and_then(|()| arguments.add(&*run.workflow_id))
            .map_err(sqlx::Error::Encode)?;
        Ok(arguments)
    };
    let row = write(shared, &mut held, lease, DELETING, &text, &bind).await?;
    drop(held);
    shared.keys.forget_run(run.run_id);
    let Written::Now(row) = row else {
        // It happened on a connection that broke.
        return Ok(true);
    };
    let failed = |error| from_sqlx(DELETING, error);
    let run_key: Option<i64> = row.try_get(1).map_err(failed)?;
    let close_time: Option<i64> = row.try_get(2).map_err(failed)?;
    let Some(run_key) = run_key else {
        return Ok(false);
    };
    // A closed run has no tasks and owes nothing. Neither table has an index by run; left-overs are seen by nobody.
    if close_time == Some(OPEN) {
        let tasks = Statement::new("DELETE FROM tasks WHERE run_key = $1").bind(run_key);
        shared.write(DELETING, tasks).await?;
    }
    let transfers = Statement::new("DELETE FROM transfers WHERE run_key = $1").bind(run_key);
    shared.write(DELETING, transfers).await?;
    Ok(true)
}

/// How a transaction came to be stored.
enum Written {
    Now(Box<sqlx::postgres::PgRow>),
    /// By a try that was thought to be lost.
    Before,
}

/// Runs a statement that begins with [`LEASE`] until it is known to have happened, or that it never will.
async fn write(
    shared: &Shared,
    held: &mut Held,
    lease: ShardLease,
    doing: &'static str,
    text: &str,
    bind: &(dyn Fn(PgArguments) -> Result<PgArguments, sqlx::Error> + Send + Sync),
) -> Result<Written, StoreError> {
    let before = match held.commits {
        Some(commits) => commits,
        None => settle(shared, lease).await?,
    };
    // Should this future be dropped on its way, the number is not known.
    held.commits = None;
    let deadline = Instant::now() + PATIENCE;
    let mut may_have_happened = false;
    loop {
        let arguments = lease_arguments(lease, before)
            .and_then(bind)
            .map_err(|error| from_sqlx(doing, error))?;
        match once(shared, text, arguments).await {
            Ok(Some(row)) => {
                held.commits = Some(before + 1);
                return Ok(Written::Now(Box::new(row)));
            }
            Ok(None) => {
                let now = numbers(shared, lease.shard_id).await?;
                if may_have_happened && now == Some((lease.epoch, before + 1)) {
                    held.commits = Some(before + 1);
                    return Ok(Written::Before);
                }
                return Err(lost(lease));
            }
            Err(Failure::Refused(error)) if is_conflict(&error) && Instant::now() < deadline => {}
            Err(Failure::Refused(error)) => {
                // A try that was lost may still be stored: then the number is not known.
                held.commits = (!may_have_happened).then_some(before);
                return Err(from_sqlx(doing, error));
            }
            Err(Failure::Lost(error)) => {
                if !may_have_happened {
                    tracing::warn!(shard = lease.shard_id, %error, "the database is away; trying again");
                }
                may_have_happened = true;
                if Instant::now() >= deadline {
                    return Err(unavailable(doing, error));
                }
                tokio::time::sleep(PAUSE).await;
            }
            Err(Failure::Closed) => return Err(StoreError::Closed),
        }
    }
}

async fn once(
    shared: &Shared,
    text: &str,
    arguments: PgArguments,
) -> Result<Option<sqlx::postgres::PgRow>, Failure> {
    let mut taken = shared.commits.take().await?;
    let limit = taken.limit();
    // Safe: the text is made of our own statements, every value is an argument.
    let work = sqlx::query_with(AssertSqlSafe(text.to_owned()), arguments)
        .fetch_optional(taken.connection());
    let result = tokio::time::timeout(limit, work).await;
    taken.finish(result)
}

fn lease_arguments(lease: ShardLease, commits: i64) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    arguments
        .add(lease.shard_id)
        .and_then(|()| arguments.add(lease.epoch))
        .and_then(|()| arguments.add(commits))
        .map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

/// Makes sure that no transaction that was given up can still happen; gives the number to go on with. It counts by two,
/// so that one of these that comes late is never taken for a transaction, which counts by one.
async fn settle(shared: &Shared, lease: ShardLease) -> Result<i64, StoreError> {
    let statement = Statement::new(
        "UPDATE shards SET commits = commits + 2 WHERE shard_id = $1 AND epoch = $2 RETURNING commits",
    );
    let statement = statement.bind(i64::from(lease.shard_id)).bind(lease.epoch);
    match shared.patiently(COMMITTING, &statement).await?.first() {
        Some(row) => row.integer(0),
        None => Err(lost(lease)),
    }
}

/// Epoch and number of transactions of a shard.
async fn numbers(shared: &Shared, shard_id: i32) -> Result<Option<(i64, i64)>, StoreError> {
    let statement = Statement::new("SELECT epoch, commits FROM shards WHERE shard_id = $1");
    let rows = shared
        .read(COMMITTING, statement.bind(i64::from(shard_id)))
        .await?;
    rows.first()
        .map(|row| Ok((row.integer(0)?, row.integer(1)?)))
        .transpose()
}

fn lost(lease: ShardLease) -> StoreError {
    StoreError::LeaseLost {
        shard_id: lease.shard_id,
    }
}

fn contradiction(what: String) -> StoreError {
    StoreError::Contradiction { what }
}

/// Turns what was folded into rows: finds or makes the keys that they need, and refuses what contradicts the tables.
async fn resolve<'a>(shared: &Shared, folded: &'a Folded<'a>) -> Result<Rows<'a>, StoreError> {
    let run_keys = run_keys(shared, folded).await?;
    let mut namespace_keys = Vec::with_capacity(folded.runs.len());
    for run in &folded.runs {
        let id = run.key.namespace_id;
        let key = shared.namespace_key(id).await?.ok_or_else(|| {
            contradiction(format!(
                "run {} is in namespace {id}, which does not exist",
                run.key
            ))
        })?;
        namespace_keys.push(key);
    }
    let mut rows = Rows {
        tasks_removed: &folded.tasks_removed,
        transfers_removed: &folded.transfers_removed,
        ..Rows::default()
    };
    for (index, run) in folded.runs.iter().enumerate() {
        let run_key = run_keys[index];
        match run.visibility {
            Some(visibility) if !StatusSet::knows(visibility.status) => {
                return Err(contradiction(format!(
                    "run {} has the unknown status {}",
                    run.key, visibility.status
                )));
            }
            Some(visibility) => {
                let row = RunRow {
                    run_key,
                    namespace_key: run_namespace_key(namespace_keys[index], run.key.archetype),
                    key: run.key,
                    visibility,
                };
                match run.created {
                    true => rows.runs_created.push(row),
                    false => rows.runs_changed.push(row),
                }
            }
            None if run.created => {
                return Err(contradiction(format!(
                    "the new run {} has nothing to show in lists",
                    run.key
                )));
            }
            None => {}
        }
        match run.created {
            true => rows.states_created.push(StateRow { run_key, run }),
            false => rows.states_changed.push(StateRow { run_key, run }),
        }
        for (part, body) in &run.parts {
            match body {
                Some(body) => rows.parts.push((run_key, *part, body)),
                None => rows.parts_removed.push((run_key, *part)),
            }
        }
    }
    for history in &folded.histories {
        let (first, last) = (history.batch.first_event_id, history.batch.last_event_id);
        if first < 1 || last < first || last > MAX_EVENT_ID {
            let run = folded.runs[history.run].key;
            return Err(contradiction(format!(
                "events {first} to {last} of run {run}"
            )));
        }
        rows.histories.push((run_keys[history.run], history));
    }
    for (run, task) in &folded.tasks_added {
        rows.tasks.push(TaskRow {
            task,
            namespace_key: namespace_keys[*run],
            run_key: run_keys[*run],
        });
    }
    for (run, row) in &folded.transfers_added {
        rows.transfers.push(TransferRow {
            transfer_id: row.id,
            run_key: run_keys[*run],
            shard_id: folded.runs[*run].shard_id,
            columns: TransferColumns::of(&row.transfer),
        });
    }
    Ok(rows)
}

async fn run_keys(shared: &Shared, folded: &Folded<'_>) -> Result<Vec<i64>, StoreError> {
    let known: Vec<Option<i64>> = folded
        .runs
        .iter()
        .map(|run| match run.created {
            true => None,
            false => shared.keys.run(run.key.run_id),
        })
        .collect();
    let unknown: Vec<RunId> = folded
        .runs
        .iter()
        .zip(&known)
        .filter(|(run, known)| !run.created && known.is_none())
        .map(|(run, _)| run.key.run_id)
        .collect();
    let read = match unknown.is_empty() {
        true => HashMap::new(),
        false => read_run_keys(shared, &unknown).await?,
    };
    let mut keys = Vec::with_capacity(known.len());
    for (run, known) in folded.runs.iter().zip(known) {
        let key = match known.or_else(|| read.get(&run.key.run_id).copied()) {
            Some(key) => key,
            None if run.created => shared.new_run_keys.lock().await.take(shared).await?,
            None => return Err(contradiction(format!("run {} does not exist", run.key))),
        };
        keys.push(key);
    }
    for (run_id, key) in read {
        shared.keys.remember_run(run_id, key);
    }
    Ok(keys)
}

async fn read_run_keys(
    shared: &Shared,
    run_ids: &[RunId],
) -> Result<HashMap<RunId, i64>, StoreError> {
    let marks: Vec<String> = (1..=run_ids.len())
        .map(|number| format!("${number}"))
        .collect();
    let statement = Statement {
        text: format!(
            "SELECT run_id, run_key FROM runs WHERE run_id IN ({})",
            marks.join(", ")
        )
        .into(),
        values: run_ids.iter().map(|id| (*id).into()).collect(),
    };
    let rows = shared.read(COMMITTING, statement).await?;
    rows.iter()
        .map(|row| Ok((run_id_of(row.bytes(0)?)?, row.integer(1)?)))
        .collect()
}
