//! Batches: shared transactions, and who is to blame when one fails.

use std::{collections::HashSet, sync::Arc};

use sundial_core::{HistoryBatch, Timestamp};
use sundial_store::{HistoryRange, ShardBatch, StoreError};

use super::{
    Harness,
    sample::{
        batch, commit, created, key, lease, namespace_id, part, prepared, task, visibility, write,
    },
};

pub(crate) async fn many_callers_commit_at_once(harness: &dyn Harness) {
    let store = harness.open().await;
    let first = prepared(&*store).await;
    let mut leases = vec![first];
    for shard_id in 1..8 {
        leases.push(lease(&*store, shard_id).await);
    }
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..200_u128 {
        let store = Arc::clone(&store);
        let lease = leases[(number % 8) as usize];
        callers.spawn(async move {
            let run = key(&format!("order-{number}"), number);
            let mut first = created(&run, b"one");
            first.history = Some(batch(1, 2));
            first.tasks_added = vec![task(number as i64 + 1, &run)];
            store
                .commit(ShardBatch::new(lease, vec![first]))
                .await
                .unwrap();
            let mut second = write(&run, b"two");
            second.history = Some(batch(3, 4));
            second.tasks_removed = vec![number as i64 + 1];
            store
                .commit(ShardBatch::new(lease, vec![second]))
                .await
                .unwrap();
            let stored = store
                .load_run(run.namespace_id, &run.workflow_id, None)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(
                (stored.key, stored.state.as_slice()),
                (run, b"two".as_slice())
            );
        });
    }
    while let Some(finished) = callers.join_next().await {
        finished.unwrap();
    }
    assert_eq!(
        store.count_runs(namespace_id(1), "").await.unwrap().total,
        200
    );
    assert!(store.backlogs().await.unwrap().is_empty());
}

pub(crate) async fn a_contradiction_fails_only_its_own_batch(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let taken = key("taken", 1_000);
    commit(&*store, lease, vec![created(&taken, b"first")]).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..60_u128 {
        let store = Arc::clone(&store);
        let taken = taken.clone();
        callers.spawn(async move {
            let batch = match number % 6 {
                0 => vec![created(&taken, b"again")],
                1 => vec![write(&key("unknown", 2_000 + number), b"")],
                _ => vec![created(&key("good", number), b"")],
            };
            (number, store.commit(ShardBatch::new(lease, batch)).await)
        });
    }
    while let Some(finished) = callers.join_next().await {
        match finished.unwrap() {
            (number, result) if number % 6 < 2 => {
                assert!(
                    matches!(result, Err(StoreError::Contradiction { .. })),
                    "{number}: {result:?}"
                );
            }
            (number, result) => assert!(result.is_ok(), "{number}: {result:?}"),
        }
    }
    assert_eq!(
        store
            .count_runs(namespace_id(1), "WorkflowId = 'good'")
            .await
            .unwrap()
            .total,
        40
    );
    assert_eq!(
        store
            .load_run(namespace_id(1), "taken", None)
            .await
            .unwrap()
            .unwrap()
            .state,
        b"first"
    );
}

pub(crate) async fn a_run_that_exists_is_not_created_again(harness: &dyn Harness) {
    let store = harness.open().await;
    let shard = prepared(&*store).await;
    commit(&*store, shard, vec![created(&key("order", 1), b"")]).await;
    store.close().await;
    let store = harness.open().await;
    let shard = lease(&*store, 0).await;
    let again = store
        .commit(ShardBatch::new(shard, vec![created(&key("order", 1), b"")]))
        .await;
    assert!(
        matches!(again, Err(StoreError::Contradiction { .. })),
        "{again:?}"
    );
}

pub(crate) async fn a_batch_is_stored_whole_or_not_at_all(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"one");
    first.history = Some(batch(1, 2));
    commit(&*store, lease, vec![first]).await;
    // Its history repeats an event, so none of its rows may be there afterwards.
    let mut second = write(&run, b"two");
    second.history = Some(batch(1, 2));
    second.tasks_added = vec![task(9, &run)];
    second.parts_put = vec![part(1, b"a")];
    let mut elsewhere = created(&key("other", 2), b"");
    elsewhere.tasks_added = vec![task(10, &key("other", 2))];
    let refused = store
        .commit(ShardBatch::new(lease, vec![elsewhere, second]))
        .await;
    assert!(matches!(refused, Err(StoreError::Contradiction { .. })));
    let stored = store
        .load_run(run.namespace_id, "order", None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (stored.state.as_slice(), stored.parts.len()),
        (b"one".as_slice(), 0)
    );
    assert_eq!(
        store.current_run(run.namespace_id, "other").await.unwrap(),
        None
    );
    assert!(store.backlogs().await.unwrap().is_empty());
    // The same queue and names are written anew after the rollback.
    let mut third = write(&run, b"three");
    third.tasks_added = vec![task(11, &run)];
    commit(&*store, lease, vec![third, created(&key("other", 2), b"")]).await;
    assert_eq!(store.backlogs().await.unwrap()[0].first_task_id, 11);
}

pub(crate) async fn several_writes_of_a_run_in_one_batch_fold(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"one");
    first.history = Some(batch(1, 2));
    first.tasks_added = vec![task(1, &run)];
    first.wake_at = Some(Timestamp(5));
    let mut second = write(&run, b"two");
    second.history = Some(batch(3, 5));
    second.tasks_removed = vec![1];
    second.tasks_added = vec![task(2, &run)];
    let mut third = write(&run, b"three");
    third.history = Some(batch(6, 6));
    let mut closed = visibility(&run);
    closed.status = 2;
    closed.close_time = Some(Timestamp(9_000));
    third.visibility = Some(closed);
    third.closed_at = Some(Timestamp(9_000));
    commit(&*store, lease, vec![first, second, third]).await;
    let stored = store
        .load_run(run.namespace_id, "order", None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (stored.state.as_slice(), stored.wake_at),
        (b"three".as_slice(), None)
    );
    assert_eq!(stored.closed_at, Some(Timestamp(9_000)));
    let range = HistoryRange {
        first_event_id: 1,
        last_event_id: i64::MAX,
        max_bytes: usize::MAX,
        direction: sundial_store::Direction::Forward,
    };
    let events = store.read_history(&run, range).await.unwrap().events;
    assert_eq!(
        events
            .iter()
            .map(|event| event.event_id)
            .collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6]
    );
    assert_eq!(store.backlogs().await.unwrap()[0].first_task_id, 2);
    assert_eq!(
        store
            .count_runs(run.namespace_id, "ExecutionStatus = 'Completed'")
            .await
            .unwrap()
            .total,
        1
    );
}

pub(crate) async fn a_large_batch_is_stored(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let mut writes = Vec::new();
    for number in 0..1_000_u128 {
        let run = key(&format!("order-{number}"), number);
        let mut write = created(&run, &vec![number as u8; 2_000]);
        write.history = Some(HistoryBatch {
            events: batch(1, 40).events,
            ..batch(1, 40)
        });
        write.tasks_added = vec![task(number as i64 + 1, &run)];
        write.parts_put = vec![part(1, b"a"), part(2, b"b")];
        writes.push(write);
    }
    commit(&*store, lease, writes).await;
    let tasks = store.backlogs().await.unwrap();
    assert_eq!((tasks.len(), tasks[0].tasks), (1, 1_000));
    let ids: HashSet<String> = store
        .queue_tasks(&tasks[0].queue, 0, 5_000)
        .await
        .unwrap()
        .into_iter()
        .map(|task| task.run.workflow_id.to_string())
        .collect();
    assert_eq!(ids.len(), 1_000);
}

pub(crate) async fn a_commit_after_closing_is_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    store.close().await;
    let refused = store
        .commit(ShardBatch::new(lease, vec![created(&key("order", 1), b"")]))
        .await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
    let refused = store.load_run(namespace_id(1), "order", None).await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
    store.close().await;
}

pub(crate) async fn a_run_written_by_a_new_process_needs_no_loading(harness: &dyn Harness) {
    let store = harness.open().await;
    let shard = prepared(&*store).await;
    let runs: Vec<_> = (0..70)
        .map(|number| key(&format!("order-{number}"), number))
        .collect();
    commit(
        &*store,
        shard,
        runs.iter().map(|run| created(run, b"one")).collect(),
    )
    .await;
    store.close().await;
    let store = harness.open().await;
    let shard = lease(&*store, 0).await;
    commit(
        &*store,
        shard,
        runs.iter().map(|run| write(run, b"two")).collect(),
    )
    .await;
    for run in &runs {
        assert_eq!(
            store
                .load_run(run.namespace_id, &run.workflow_id, None)
                .await
                .unwrap()
                .unwrap()
                .state,
            b"two"
        );
    }
}
