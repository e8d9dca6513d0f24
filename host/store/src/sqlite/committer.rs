//! The one task that writes runs: it takes everything that waits and stores it in one transaction.
//!
//! While a transaction is on its way to the disk, the next one gathers; nothing waits on purpose. A batch that is
//! refused does not take the others of its transaction with it.

use std::sync::Arc;

use sqlx::SqliteConnection;
use sundial_core::RunKey;
use tokio::sync::{mpsc, oneshot};

use super::{
    Shared, delete,
    errors::{from_sqlx, is_constraint, while_doing},
    keys::CommitterKeys,
    resolve::{self, resolve},
    script::Scripts,
};
use crate::{
    error::StoreError,
    fold::{PackedBatch, fold},
    shards::ShardLease,
};

/// Requests that may wait in the channel; more wait in their callers.
pub(super) const QUEUE_LENGTH: usize = 1024;
/// Batches that share a transaction at most, so that one commit does not make all wait.
const MAX_GROUP: usize = 512;
/// Bytes that a transaction holds at most, about.
const MAX_GROUP_BYTES: usize = 16 * 1024 * 1024;

const COMMITTING: &str = "committing";

pub(super) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// What callers ask of the committer.
pub(super) enum Request {
    Commit {
        batch: PackedBatch,
        answer: Answer<()>,
    },
    Delete {
        lease: ShardLease,
        run: RunKey,
        answer: Answer<bool>,
    },
    Close {
        answer: oneshot::Sender<()>,
    },
}

pub(super) async fn run(
    shared: Arc<Shared>,
    next_run_key: i64,
    mut requests: mpsc::Receiver<Request>,
) {
    let mut committer = Committer {
        shared,
        keys: CommitterKeys::new(next_run_key),
        scripts: Scripts::default(),
    };
    let mut held_back = None;
    loop {
        let next = match held_back.take() {
            Some(request) => Some(request),
            None => requests.recv().await,
        };
        match next {
            Some(Request::Commit { batch, answer }) => {
                let mut bytes = batch.bytes;
                let mut batches = vec![batch];
                let mut answers = vec![answer];
                while batches.len() < MAX_GROUP && bytes < MAX_GROUP_BYTES {
                    match requests.try_recv() {
                        Ok(Request::Commit { batch, answer }) => {
                            bytes += batch.bytes;
                            batches.push(batch);
                            answers.push(answer);
                        }
                        Ok(other) => {
                            held_back = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                let results = committer.commit(&batches).await;
                for (answer, result) in answers.into_iter().zip(results) {
                    // The caller may have left; its batch is stored all the same.
                    let _ = answer.send(result);
                }
            }
            Some(Request::Delete { lease, run, answer }) => {
                let result = committer.delete(lease, &run).await;
                let _ = answer.send(result);
            }
            Some(Request::Close { answer }) => {
                requests.close();
                let _ = answer.send(());
                return;
            }
            None => return,
        }
    }
}

/// Why a transaction was rolled back.
enum Failure {
    /// One of its batches can't be stored; its index in the group.
    Refused { batch: usize, what: String },
    /// SQLite refused a row: some batch's fault, but it does not say whose.
    Constraint(sqlx::Error),
    /// The database failed.
    Database(sqlx::Error),
}

struct Committer {
    shared: Arc<Shared>,
    keys: CommitterKeys,
    scripts: Scripts,
}

impl Committer {
    async fn commit(&mut self, batches: &[PackedBatch]) -> Vec<Result<(), StoreError>> {
        let shared = Arc::clone(&self.shared);
        let mut connection = match shared.write.take().await {
            Ok(connection) => connection,
            Err(error) => return batches.iter().map(|_| Err(error.clone())).collect(),
        };
        // Leases change only under this connection, so what holds now holds until the commit.
        let mut results: Vec<Option<Result<(), StoreError>>> = batches
            .iter()
            .map(|packed| shared.leases.check(packed.batch.lease).err().map(Err))
            .collect();
        loop {
            let open: Vec<usize> = (0..batches.len())
                .filter(|index| results[*index].is_none())
                .collect();
            if open.is_empty() {
                break;
            }
            let group: Vec<&PackedBatch> = open.iter().map(|index| &batches[*index]).collect();
            match self.try_commit(&mut connection, &group).await {
                Ok(()) => open.iter().for_each(|index| results[*index] = Some(Ok(()))),
                Err(Failure::Refused { batch, what }) => {
                    results[open[batch]] = Some(Err(StoreError::Contradiction { what }));
                }
                Err(Failure::Constraint(_)) if open.len() > 1 => {
                    for index in open {
                        let alone = self.try_commit(&mut connection, &[&batches[index]]).await;
                        results[index] = Some(alone.map_err(failure_to_error));
                    }
                }
                Err(failure) => {
                    let error = failure_to_error(failure);
                    open.iter()
                        .for_each(|index| results[*index] = Some(Err(error.clone())));
                }
            }
        }
        results
            .into_iter()
            .map(|result| result.unwrap_or(Err(StoreError::Closed)))
            .collect()
    }

    async fn try_commit(
        &mut self,
        connection: &mut SqliteConnection,
        group: &[&PackedBatch],
    ) -> Result<(), Failure> {
        let folded = fold(group.iter().copied());
        let rows = match resolve(connection, &self.shared.keys, &mut self.keys, &folded).await {
            Ok(rows) => rows,
            Err(resolve::Error::Refused { run, what }) => {
                let run_id = folded.runs[run].key.run_id;
                let names_it = |packed: &&PackedBatch| {
                    packed
                        .batch
                        .runs
                        .iter()
                        .any(|write| write.key.run_id == run_id)
                };
                let batch = group.iter().position(names_it).unwrap_or(0);
                return Err(Failure::Refused { batch, what });
            }
            Err(resolve::Error::Database(error)) => return Err(Failure::of(error)),
        };
        self.scripts
            .run(connection, &rows)
            .await
            .map_err(Failure::of)?;
        for run in rows.runs.iter().filter(|run| run.created) {
            self.shared.keys.remember_run(run.key.run_id, run.run_key);
        }
        Ok(())
    }

    async fn delete(&mut self, lease: ShardLease, run: &RunKey) -> Result<bool, StoreError> {
        const DELETING: &str = "deleting a run";
        let shared = Arc::clone(&self.shared);
        let mut connection = shared.write.take().await?;
        shared.leases.check(lease)?;
        let deleted = delete::delete_run(&mut connection, &shared.keys, run)
            .await
            .map_err(while_doing(DELETING))?;
        shared.keys.forget_run(run.run_id);
        Ok(deleted)
    }
}

impl Failure {
    fn of(error: sqlx::Error) -> Self {
        if is_constraint(&error) {
            Self::Constraint(error)
        } else {
            Self::Database(error)
        }
    }
}

fn failure_to_error(failure: Failure) -> StoreError {
    match failure {
        Failure::Refused { batch: _, what } => StoreError::Contradiction { what },
        Failure::Constraint(error) => StoreError::Contradiction {
            what: error.to_string(),
        },
        Failure::Database(error) => from_sqlx(COMMITTING, error),
    }
}
