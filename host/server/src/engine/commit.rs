//! Storing what was gathered, and what follows when it is stored, or lost.

use std::collections::HashSet;

use sundial_core::{RunId, Task};
use sundial_store::{ShardBatch, StoreError};

use super::{
    batch::{After, Contents},
    error::EngineError,
    shard::{Shard, fail_cell},
};

impl Shard {
    /// Sends the gathered batch to the store, unless one is on its way.
    pub(super) fn launch_commit(&mut self) {
        let Some(contents) = self.batches.launch() else {
            return;
        };
        let Contents {
            writes,
            tasks_removed,
            transfers_removed,
        } = contents;
        let batch = ShardBatch {
            lease: self.lease,
            runs: writes,
            tasks_removed,
            transfers_removed,
        };
        let store = self.store.clone();
        let measured = self.meters.begin_commit(batch.runs.len());
        self.commit = Some(Box::pin(async move {
            let result = store.commit(batch).await;
            measured.end(&result);
            result
        }));
    }

    /// Does what waits for nothing.
    pub(super) fn deliver_ready(&mut self) {
        if let Some(after) = self.batches.take_ready() {
            self.deliver(after);
        }
    }

    /// The batch on its way is stored, or is not.
    pub(super) fn finish_commit(&mut self, result: Result<(), StoreError>) {
        match result {
            Ok(()) => {
                let after = self.batches.landed();
                self.meters
                    .set_in_memory(self.cells.len(), self.cells.bytes());
                self.deliver(after);
            }
            Err(error) => self.lose(error),
        }
    }

    fn deliver(&mut self, after: After) {
        let After {
            replies,
            mut tasks,
            volatile_tasks,
            transfers,
            closed,
            runs,
        } = after;
        for reply in replies {
            reply.send();
        }
        tasks.retain(|task| self.is_wanted(task));
        if !tasks.is_empty() {
            self.matching.offer(tasks);
        }
        for task in volatile_tasks {
            if self.is_wanted(&task) {
                self.matching.offer_volatile(task);
            }
        }
        if !transfers.is_empty() {
            self.transfers.add(transfers);
        }
        for run_id in closed {
            self.run_closed(run_id);
        }
        for run_id in runs {
            self.drop_if_broken(Some(run_id));
        }
    }

    /// False for a task that its run is already done with: a workflow task that was handed out with the answer to the
    /// last one, or replaced in the same transaction. Offering it would only wake a worker for nothing.
    fn is_wanted(&self, task: &Task) -> bool {
        let Some(cell) = self.cells.get(task.run.run_id) else {
            return true;
        };
        match task.kind {
            sundial_core::TaskKind::Workflow => cell.workflow().is_ok_and(|run| {
                !run.is_workflow_task_started()
                    && run.pending_task_name() == Some((task.scheduled_event_id, task.stamp))
            }),
            sundial_core::TaskKind::Activity => !cell.execution.is_closed(),
        }
    }

    /// The batch is not stored: everything in memory that was built on it goes, and its callers are told. What the
    /// store has is loaded again when it is asked for.
    fn lose(&mut self, error: StoreError) {
        tracing::error!(shard = self.lease.shard_id, %error, "a transaction failed; its runs are loaded again");
        let lease_lost = matches!(error, StoreError::LeaseLost { .. });
        let error = EngineError::from(error);
        let mut lost: HashSet<RunId> = HashSet::new();
        for after in self.batches.lost() {
            lost.extend(after.runs);
            for reply in after.replies {
                reply.fail(error.clone());
            }
        }
        for run_id in lost {
            if let Some(cell) = self.cells.remove(run_id) {
                fail_cell(cell, &error);
            }
        }
        // A load that began before may bring what has been overwritten since.
        self.loads.distrust();
        // The lost runs' alarms and tasks are in the store and nowhere else.
        self.alarms.forget_window(self.now);
        self.must_recover = true;
        if lease_lost {
            self.stop_for_lost_lease();
        }
    }
}
