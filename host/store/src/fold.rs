//! Folds the writes of one transaction: of several states of a run the last one stays, and what was added and removed
//! within the transaction is never written. Pure; shared by all databases.

use std::collections::{BTreeMap, HashMap, HashSet};

use sundial_core::{
    HistoryBatch, PartKey, RunId, RunKey, RunWrite, Task, Timestamp, TransferRow, Visibility,
};

use crate::{compression::Packed, shards::ShardBatch};

/// A batch with its history compressed, which is done before the transaction begins.
#[derive(Debug)]
pub(crate) struct PackedBatch {
    pub(crate) batch: ShardBatch,
    /// One per run write that has history, in order.
    pub(crate) histories: Vec<Packed>,
    /// Rough size of what will be written.
    pub(crate) bytes: usize,
}

/// What one transaction writes.
#[derive(Debug, Default)]
pub(crate) struct Folded<'a> {
    pub(crate) runs: Vec<FoldedRun<'a>>,
    pub(crate) histories: Vec<FoldedHistory<'a>>,
    pub(crate) tasks_added: Vec<(usize, &'a Task)>,
    pub(crate) tasks_removed: Vec<i64>,
    pub(crate) transfers_added: Vec<(usize, &'a TransferRow)>,
    pub(crate) transfers_removed: Vec<i64>,
}

/// The last state of a run. Other rows name their run by its index.
#[derive(Debug)]
pub(crate) struct FoldedRun<'a> {
    pub(crate) key: &'a RunKey,
    pub(crate) shard_id: i32,
    pub(crate) created: bool,
    pub(crate) state: &'a [u8],
    pub(crate) wake_at: Option<Timestamp>,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) visibility: Option<&'a Visibility>,
    /// `None`: to be removed.
    pub(crate) parts: BTreeMap<PartKey, Option<&'a [u8]>>,
}

/// A history batch with its stored form.
#[derive(Debug)]
pub(crate) struct FoldedHistory<'a> {
    pub(crate) run: usize,
    pub(crate) batch: &'a HistoryBatch,
    pub(crate) packed: &'a Packed,
}

impl PackedBatch {
    pub(crate) fn new(batch: ShardBatch) -> Self {
        let histories: Vec<Packed> = batch
            .runs
            .iter()
            .filter_map(|run| run.history.as_ref())
            .map(|history| crate::compression::pack(&history.events))
            .collect();
        let bytes = batch.runs.iter().map(write_bytes).sum();
        Self {
            batch,
            histories,
            bytes,
        }
    }
}

fn write_bytes(run: &RunWrite) -> usize {
    /// What rows weigh beside their blobs.
    const ROWS: usize = 512;
    ROWS + run.state.len()
        + run
            .parts_put
            .iter()
            .map(|part| part.body.len())
            .sum::<usize>()
        + run
            .history
            .as_ref()
            .map_or(0, |history| history.events.len())
}

/// Folds batches that are stored in one transaction, in order.
pub(crate) fn fold<'a>(batches: impl Iterator<Item = &'a PackedBatch>) -> Folded<'a> {
    let mut folded = Folded::default();
    let mut indexes: HashMap<RunId, usize> = HashMap::new();
    let mut tasks_removed: HashSet<i64> = HashSet::new();
    let mut transfers_removed: HashSet<i64> = HashSet::new();
    for PackedBatch {
        batch, histories, ..
    } in batches
    {
        let mut packed = histories.iter();
        for write in &batch.runs {
            let index = *indexes.entry(write.key.run_id).or_insert_with(|| {
                folded
                    .runs
                    .push(FoldedRun::new(write, batch.lease.shard_id));
                folded.runs.len() - 1
            });
            folded.runs[index].take(write);
            if let Some(history) = &write.history {
                let packed = packed.next().expect("each history of a batch was packed");
                folded.histories.push(FoldedHistory {
                    run: index,
                    batch: history,
                    packed,
                });
            }
            folded
                .tasks_added
                .extend(write.tasks_added.iter().map(|task| (index, task)));
            folded
                .transfers_added
                .extend(write.transfers_added.iter().map(|row| (index, row)));
            tasks_removed.extend(&write.tasks_removed);
            transfers_removed.extend(&write.transfers_removed);
        }
        tasks_removed.extend(&batch.tasks_removed);
        transfers_removed.extend(&batch.transfers_removed);
    }
    // Ids are never used twice, so what is both added and removed was added first.
    folded
        .tasks_added
        .retain(|(_, task)| !tasks_removed.remove(&task.id));
    folded
        .transfers_added
        .retain(|(_, row)| !transfers_removed.remove(&row.id));
    folded.tasks_removed = sorted(tasks_removed);
    folded.transfers_removed = sorted(transfers_removed);
    folded
}

fn sorted(ids: HashSet<i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

impl<'a> FoldedRun<'a> {
    fn new(write: &'a RunWrite, shard_id: i32) -> Self {
        Self {
            key: &write.key,
            shard_id,
            created: write.created,
            state: &write.state,
            wake_at: write.wake_at,
            closed_at: write.closed_at,
            visibility: None,
            parts: BTreeMap::new(),
        }
    }

    fn take(&mut self, write: &'a RunWrite) {
        self.state = &write.state;
        self.wake_at = write.wake_at;
        self.closed_at = write.closed_at;
        if let Some(visibility) = &write.visibility {
            self.visibility = Some(visibility);
        }
        for part in &write.parts_put {
            self.parts.insert(part.key, Some(&part.body));
        }
        for key in &write.parts_removed {
            if self.created {
                self.parts.remove(key);
            } else {
                self.parts.insert(*key, None);
            }
        }
    }
}

#[cfg(test)]
mod tests;
