//! Epochs, leases and the server's own values.

use std::time::Duration;

use sundial_core::Timestamp;
use sundial_store::{ShardBatch, ShardLease, StoreError};

use super::{
    Harness,
    sample::{created, key, lease, prepared},
};

pub(crate) async fn the_epoch_grows_with_every_opening(harness: &dyn Harness) {
    let mut last = 0;
    for _ in 0..3 {
        let store = harness.open().await;
        assert!(store.epoch() > last);
        last = store.epoch();
        store.close().await;
    }
    assert!(last < 1 << 23);
}

pub(crate) async fn a_shard_is_taken_with_a_higher_epoch_each_time(harness: &dyn Harness) {
    let store = harness.open().await;
    let first = store
        .acquire_shards(&[3, 4], "a", Timestamp(0), Duration::from_secs(9))
        .await
        .unwrap();
    assert_eq!(
        first.iter().map(|lease| lease.shard_id).collect::<Vec<_>>(),
        [3, 4]
    );
    let second = lease(&*store, 3).await;
    assert!(second.epoch > first[0].epoch);
    store.close().await;
    let store = harness.open().await;
    assert!(lease(&*store, 3).await.epoch > second.epoch);
}

pub(crate) async fn a_commit_under_an_old_or_unknown_lease_is_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    let old = prepared(&*store).await;
    let new = lease(&*store, 0).await;
    let never = ShardLease {
        shard_id: 9,
        epoch: 1,
        expires_at: None,
    };
    let run = key("order", 1);
    for lost in [old, never] {
        let refused = store
            .commit(ShardBatch::new(lost, vec![created(&run, b"")]))
            .await;
        assert!(
            matches!(refused, Err(StoreError::LeaseLost { shard_id }) if shard_id == lost.shard_id)
        );
        let refused = store.delete_run(lost, &run).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    }
    assert_eq!(
        store.current_run(run.namespace_id, "order").await.unwrap(),
        None
    );
    store
        .commit(ShardBatch::new(new, vec![created(&run, b"")]))
        .await
        .unwrap();
    let kept = store
        .renew_shards(&[old, new, never], Timestamp(0), Duration::from_secs(9))
        .await
        .unwrap();
    assert_eq!(
        kept.iter()
            .map(|lease| (lease.shard_id, lease.epoch))
            .collect::<Vec<_>>(),
        [(0, new.epoch)]
    );
}

pub(crate) async fn a_released_lease_is_lost(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    store.release_shards(&[lease]).await.unwrap();
    let refused = store
        .commit(ShardBatch::new(lease, vec![created(&key("order", 1), b"")]))
        .await;
    assert!(matches!(
        refused,
        Err(StoreError::LeaseLost { shard_id: 0 })
    ));
}

pub(crate) async fn metadata_is_agreed_on_once(harness: &dyn Harness) {
    let store = harness.open().await;
    assert_eq!(store.metadata("cluster").await.unwrap(), None);
    assert_eq!(
        store
            .put_metadata_if_absent("cluster", b"one")
            .await
            .unwrap(),
        b"one"
    );
    assert_eq!(
        store
            .put_metadata_if_absent("cluster", b"two")
            .await
            .unwrap(),
        b"one"
    );
    store.put_metadata("other", b"three").await.unwrap();
    store.put_metadata("other", b"four").await.unwrap();
    store.close().await;
    let store = harness.open().await;
    assert_eq!(
        store.metadata("cluster").await.unwrap().as_deref(),
        Some(b"one".as_slice())
    );
    assert_eq!(
        store.metadata("other").await.unwrap().as_deref(),
        Some(b"four".as_slice())
    );
}
