//! Folding, row by row.

use std::sync::Arc;

use sundial_core::{Archetype, NamespaceId, Part, TaskKind, Transfer};

use super::*;
use crate::shards::ShardLease;

const LEASE: ShardLease = ShardLease {
    shard_id: 3,
    epoch: 1,
    expires_at: None,
};

fn key(run: u128) -> RunKey {
    RunKey {
        namespace_id: NamespaceId(uuid::Uuid::from_u128(1)),
        archetype: Archetype::Workflow,
        workflow_id: Arc::from("order"),
        run_id: RunId(uuid::Uuid::from_u128(run)),
    }
}

fn write(run: u128, state: &[u8]) -> RunWrite {
    RunWrite {
        key: key(run),
        created: false,
        state: state.to_vec(),
        parts_put: Vec::new(),
        parts_removed: Vec::new(),
        history: None,
        tasks_added: Vec::new(),
        tasks_removed: Vec::new(),
        transfers_added: Vec::new(),
        transfers_removed: Vec::new(),
        wake_at: None,
        visibility: None,
        closed_at: None,
    }
}

fn task(id: i64) -> Task {
    Task {
        id,
        kind: TaskKind::Activity,
        run: key(1),
        queue: Arc::from("main"),
        normal_queue: None,
        version: None,
        scheduled_event_id: 5,
        stamp: 1,
        created_at: Timestamp(0),
        priority_key: 3,
        fairness: None,
    }
}

fn part(id: i64, body: &[u8]) -> Part {
    Part {
        key: PartKey { kind: 1, id },
        body: body.to_vec(),
    }
}

fn packed(runs: Vec<RunWrite>) -> PackedBatch {
    PackedBatch::new(ShardBatch::new(LEASE, runs))
}

#[test]
fn the_last_state_of_a_run_wins_and_runs_stay_apart() {
    let mut last = write(1, b"new");
    last.wake_at = Some(Timestamp(9));
    let batches = [
        packed(vec![write(1, b"old"), write(2, b"other")]),
        packed(vec![last]),
    ];
    let folded = fold(batches.iter());
    let states: Vec<&[u8]> = folded.runs.iter().map(|run| run.state).collect();
    assert_eq!(states, [b"new".as_slice(), b"other"]);
    assert_eq!(folded.runs[0].wake_at, Some(Timestamp(9)));
    assert_eq!(folded.runs[0].shard_id, 3);
}

#[test]
fn a_task_added_and_removed_is_never_written() {
    let mut first = write(1, b"");
    first.tasks_added = vec![task(10), task(11)];
    let mut second = write(1, b"");
    second.tasks_removed = vec![10, 7];
    let mut batch = packed(vec![first, second]);
    batch.batch.tasks_removed = vec![3];
    let batches = [batch];
    let folded = fold(batches.iter());
    assert_eq!(
        folded
            .tasks_added
            .iter()
            .map(|(_, task)| task.id)
            .collect::<Vec<_>>(),
        [11]
    );
    assert_eq!(folded.tasks_removed, [3, 7]);
}

#[test]
fn a_transfer_added_and_removed_is_never_written() {
    let mut first = write(1, b"");
    first.transfers_added = vec![TransferRow {
        id: 4,
        run: key(1),
        transfer: Transfer::ChildClosed,
    }];
    let mut second = write(1, b"");
    second.transfers_removed = vec![4];
    let batches = [packed(vec![first]), packed(vec![second])];
    let folded = fold(batches.iter());
    assert!(folded.transfers_added.is_empty());
    assert!(folded.transfers_removed.is_empty());
}

#[test]
fn parts_fold_to_their_last_body_or_to_a_removal() {
    let mut first = write(1, b"");
    first.parts_put = vec![part(1, b"a"), part(2, b"b")];
    let mut second = write(1, b"");
    second.parts_put = vec![part(1, b"c")];
    second.parts_removed = vec![PartKey { kind: 1, id: 2 }];
    let batches = [packed(vec![first, second])];
    let parts = &fold(batches.iter()).runs[0].parts;
    assert_eq!(parts[&PartKey { kind: 1, id: 1 }], Some(b"c".as_slice()));
    assert_eq!(parts[&PartKey { kind: 1, id: 2 }], None);
}

#[test]
fn parts_of_a_run_that_is_new_need_no_removal() {
    let mut first = write(1, b"");
    first.created = true;
    first.parts_put = vec![part(1, b"a")];
    let mut second = write(1, b"");
    second.parts_removed = vec![PartKey { kind: 1, id: 1 }];
    let batches = [packed(vec![first, second])];
    let folded = fold(batches.iter());
    assert!(folded.runs[0].created);
    assert!(folded.runs[0].parts.is_empty());
}

#[test]
fn a_part_removed_and_put_again_is_put() {
    let mut first = write(1, b"");
    first.parts_removed = vec![PartKey { kind: 1, id: 1 }];
    let mut second = write(1, b"");
    second.parts_put = vec![part(1, b"again")];
    let batches = [packed(vec![first, second])];
    assert_eq!(
        fold(batches.iter()).runs[0].parts[&PartKey { kind: 1, id: 1 }],
        Some(b"again".as_slice())
    );
}

#[test]
fn every_history_batch_is_kept_in_order() {
    let with_history = |first_event_id: i64| {
        let mut run = write(1, b"");
        run.history = Some(HistoryBatch {
            first_event_id,
            last_event_id: first_event_id,
            events: vec![0; 600].into(),
        });
        run
    };
    let batches = [packed(vec![
        with_history(1),
        write(1, b""),
        with_history(2),
    ])];
    let folded = fold(batches.iter());
    assert_eq!(
        folded
            .histories
            .iter()
            .map(|row| row.batch.first_event_id)
            .collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(folded.histories[0].packed.codec(), 1);
}
