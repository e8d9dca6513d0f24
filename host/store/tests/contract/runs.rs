//! Runs written and read back.

use std::sync::Arc;

use sundial_core::{Archetype, PartKey, RunKey, Timestamp};
use sundial_store::{HistoryRange, Store, StoredRun};

use super::{
    Harness,
    sample::{
        batch, commit, created, key, lease, namespace, namespace_id, part, prepared, run_id, task,
        write,
    },
};

const ALL: HistoryRange = HistoryRange {
    first_event_id: 1,
    last_event_id: i64::MAX,
    max_bytes: usize::MAX,
    direction: sundial_store::Direction::Forward,
};

async fn load(store: &dyn Store, run: &RunKey) -> Option<StoredRun> {
    store
        .load_run(run.namespace_id, &run.workflow_id, Some(run.run_id))
        .await
        .unwrap()
}

pub(crate) async fn a_run_comes_back_as_it_was_committed(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"state");
    first.parts_put = vec![part(2, b"b"), part(1, b"a")];
    first.wake_at = Some(Timestamp(500));
    first.closed_at = Some(Timestamp(600));
    commit(&*store, lease, vec![first]).await;
    let expected = StoredRun {
        key: run.clone(),
        shard_id: 0,
        state: b"state".to_vec(),
        parts: vec![part(1, b"a"), part(2, b"b")],
        wake_at: Some(Timestamp(500)),
        closed_at: Some(Timestamp(600)),
    };
    assert_eq!(load(&*store, &run).await.as_ref(), Some(&expected));
    let current = store
        .load_run(run.namespace_id, "order", None)
        .await
        .unwrap();
    assert_eq!(current.as_ref(), Some(&expected));
}

pub(crate) async fn a_run_survives_reopening(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    commit(&*store, lease, vec![created(&run, b"one")]).await;
    commit(&*store, lease, vec![write(&run, b"two")]).await;
    store.close().await;
    let store = harness.open().await;
    assert_eq!(load(&*store, &run).await.unwrap().state, b"two");
}

pub(crate) async fn an_unknown_run_is_none(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    commit(&*store, lease, vec![created(&key("order", 1), b"")]).await;
    assert_eq!(load(&*store, &key("order", 2)).await, None);
    assert_eq!(load(&*store, &key("another", 1)).await, None);
    assert_eq!(
        store
            .load_run(namespace_id(1), "another", None)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .load_run(namespace_id(9), "order", None)
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn the_newest_run_is_the_current_one(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    // The order of creation decides, not that of the ids.
    for number in [5, 3, 9, 1] {
        commit(
            &*store,
            lease,
            vec![created(&key("order", number), &[number as u8])],
        )
        .await;
    }
    commit(
        &*store,
        lease,
        vec![write(&key("order", 9), b"later write")],
    )
    .await;
    assert_eq!(
        store.current_run(namespace_id(1), "order").await.unwrap(),
        Some(run_id(1))
    );
    assert_eq!(
        store
            .load_run(namespace_id(1), "order", None)
            .await
            .unwrap()
            .unwrap()
            .state,
        [1]
    );
}

pub(crate) async fn parts_are_replaced_and_removed(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"");
    first.parts_put = (1..=100).map(|id| part(id, b"old")).collect();
    commit(&*store, lease, vec![first]).await;
    let mut second = write(&run, b"");
    second.parts_put = vec![part(1, b"new"), part(200, b"new")];
    second.parts_removed = (2..=100).map(|id| PartKey { kind: 1, id }).collect();
    commit(&*store, lease, vec![second]).await;
    assert_eq!(
        load(&*store, &run).await.unwrap().parts,
        [part(1, b"new"), part(200, b"new")]
    );
}

pub(crate) async fn a_deleted_run_leaves_nothing(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let (run, other) = (key("order", 1), key("order", 2));
    for run in [&run, &other] {
        let mut write = created(run, b"");
        write.parts_put = vec![part(1, b"a")];
        write.history = Some(batch(1, 3));
        write.tasks_added = vec![task(run.run_id.0.as_u128() as i64, run)];
        write.wake_at = Some(Timestamp(1));
        commit(&*store, lease, vec![write]).await;
    }
    assert!(store.delete_run(lease, &run).await.unwrap());
    assert!(!store.delete_run(lease, &run).await.unwrap());
    assert_eq!(load(&*store, &run).await, None);
    assert!(
        store
            .read_history(&run, ALL)
            .await
            .unwrap()
            .events
            .is_empty()
    );
    assert_eq!(store.backlogs().await.unwrap()[0].tasks, 1);
    assert_eq!(
        store
            .runs_to_wake(0, None, Timestamp(9), 9)
            .await
            .unwrap()
            .runs
            .len(),
        1
    );
    assert_eq!(
        store.count_runs(namespace_id(1), "").await.unwrap().total,
        1
    );
    // Nothing of the other run is gone, and the deleted one can't be written any more.
    assert_eq!(load(&*store, &other).await.unwrap().parts.len(), 1);
    assert_eq!(
        store.read_history(&other, ALL).await.unwrap().events.len(),
        3
    );
    let refused = store
        .commit(sundial_store::ShardBatch::new(
            lease,
            vec![write(&run, b"")],
        ))
        .await;
    assert!(matches!(
        refused,
        Err(sundial_store::StoreError::Contradiction { .. })
    ));
}

pub(crate) async fn an_older_run_does_not_become_current_when_the_newest_is_deleted(
    harness: &dyn Harness,
) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    for number in 1..=3 {
        commit(&*store, lease, vec![created(&key("order", number), b"")]).await;
    }
    assert!(store.delete_run(lease, &key("order", 2)).await.unwrap());
    assert_eq!(
        store.current_run(namespace_id(1), "order").await.unwrap(),
        Some(run_id(3))
    );
    assert!(store.delete_run(lease, &key("order", 3)).await.unwrap());
    assert_eq!(
        store.current_run(namespace_id(1), "order").await.unwrap(),
        None
    );
    assert_eq!(
        store
            .load_run(namespace_id(1), "order", None)
            .await
            .unwrap(),
        None
    );
    assert!(load(&*store, &key("order", 1)).await.is_some());
}

pub(crate) async fn a_new_run_is_current_after_the_old_one_was_deleted(harness: &dyn Harness) {
    let store = harness.open().await;
    let shard = prepared(&*store).await;
    for number in 1..=2 {
        commit(&*store, shard, vec![created(&key("order", number), b"")]).await;
    }
    assert!(store.delete_run(shard, &key("order", 2)).await.unwrap());
    store.close().await;
    let store = harness.open().await;
    let shard = lease(&*store, 0).await;
    commit(&*store, shard, vec![created(&key("order", 4), b"")]).await;
    assert_eq!(
        store.current_run(namespace_id(1), "order").await.unwrap(),
        Some(run_id(4))
    );
}

pub(crate) async fn workflow_ids_are_apart_in_namespaces(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    store
        .create_namespace(&namespace(2, "other"))
        .await
        .unwrap();
    let there = RunKey {
        namespace_id: namespace_id(2),
        archetype: Archetype::Workflow,
        workflow_id: Arc::from("order"),
        run_id: run_id(2),
    };
    commit(
        &*store,
        lease,
        vec![
            created(&key("order", 1), b"here"),
            created(&there, b"there"),
        ],
    )
    .await;
    assert_eq!(
        store
            .load_run(namespace_id(1), "order", None)
            .await
            .unwrap()
            .unwrap()
            .state,
        b"here"
    );
    assert_eq!(
        store
            .load_run(namespace_id(2), "order", None)
            .await
            .unwrap()
            .unwrap()
            .state,
        b"there"
    );
    assert_eq!(
        store
            .load_run(namespace_id(1), "order", Some(run_id(2)))
            .await
            .unwrap(),
        None
    );
}
