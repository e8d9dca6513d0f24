//! Runs to wake, and transfers.

use sundial_core::{Timestamp, Transfer, TransferRow};
use sundial_store::{ShardBatch, Store};

use super::{
    Harness,
    sample::{commit, created, key, lease, prepared, write},
};

async fn due(store: &dyn Store, shard_id: i32, until: i64) -> Vec<(String, i64)> {
    let page = store
        .runs_to_wake(shard_id, None, Timestamp(until), 100)
        .await
        .unwrap();
    page.runs
        .iter()
        .map(|(key, at)| (key.workflow_id.to_string(), at.0))
        .collect()
}

async fn with_alarms(store: &dyn Store, times: &[i64]) {
    let lease = prepared(store).await;
    for (number, time) in (0_u128..).zip(times) {
        let mut run = created(&key(&format!("run-{number}"), number), b"");
        run.wake_at = Some(Timestamp(*time));
        commit(store, lease, vec![run]).await;
    }
}

pub(crate) async fn runs_wake_in_order(harness: &dyn Harness) {
    let store = harness.open().await;
    with_alarms(&*store, &[30, 10, 20, 40]).await;
    let expected =
        [("run-1", 10), ("run-2", 20), ("run-0", 30)].map(|(run, time)| (run.to_owned(), time));
    assert_eq!(due(&*store, 0, 30).await, expected);
    assert_eq!(due(&*store, 0, 9).await, []);
}

pub(crate) async fn alarms_are_paged(harness: &dyn Harness) {
    let store = harness.open().await;
    with_alarms(&*store, &[7; 10]).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.runs_to_wake(0, after, Timestamp(7), 3).await.unwrap();
        seen.extend(
            page.runs
                .into_iter()
                .map(|(key, _)| key.workflow_id.to_string()),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 10);
}

pub(crate) async fn an_alarm_moves_and_goes(harness: &dyn Harness) {
    let store = harness.open().await;
    with_alarms(&*store, &[10, 20]).await;
    let lease = lease(&*store, 0).await;
    let mut moved = write(&key("run-0", 0), b"");
    moved.wake_at = Some(Timestamp(25));
    commit(&*store, lease, vec![moved]).await;
    assert_eq!(
        due(&*store, 0, 100).await,
        [("run-1".to_owned(), 20), ("run-0".to_owned(), 25)]
    );
    commit(&*store, lease, vec![write(&key("run-0", 0), b"")]).await;
    assert_eq!(due(&*store, 0, 100).await, [("run-1".to_owned(), 20)]);
}

pub(crate) async fn alarms_are_apart_in_shards(harness: &dyn Harness) {
    let store = harness.open().await;
    with_alarms(&*store, &[10]).await;
    let second = lease(&*store, 1).await;
    let mut run = created(&key("elsewhere", 50), b"");
    run.wake_at = Some(Timestamp(5));
    commit(&*store, second, vec![run]).await;
    assert_eq!(due(&*store, 0, 100).await, [("run-0".to_owned(), 10)]);
    assert_eq!(due(&*store, 1, 100).await, [("elsewhere".to_owned(), 5)]);
}

pub(crate) async fn transfers_of_all_kinds_come_back(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let parent_closed = |terminate| Transfer::ParentClosed {
        namespace: "default".into(),
        workflow_id: "child".into(),
        run_id: "5f2c".into(),
        terminate,
    };
    let transfers = [
        Transfer::StartChild {
            initiated_event_id: 7,
        },
        Transfer::SignalExternal {
            initiated_event_id: 8,
        },
        Transfer::CancelExternal {
            initiated_event_id: 9,
        },
        Transfer::ChildClosed,
        parent_closed(true),
        parent_closed(false),
    ];
    let rows: Vec<TransferRow> = (1..)
        .zip(transfers)
        .map(|(id, transfer)| TransferRow {
            id,
            run: run.clone(),
            transfer,
        })
        .collect();
    let mut first = created(&run, b"");
    first.transfers_added.clone_from(&rows);
    commit(&*store, lease, vec![first]).await;
    assert_eq!(store.transfers(0, 0, 100).await.unwrap(), rows);
    assert_eq!(store.transfers(0, 2, 2).await.unwrap(), rows[2..4]);
    assert_eq!(store.transfers(1, 0, 100).await.unwrap(), []);
    let mut second = write(&run, b"");
    second.transfers_removed = vec![1, 2];
    let mut batch = ShardBatch::new(lease, vec![second]);
    batch.transfers_removed = vec![3];
    store.commit(batch).await.unwrap();
    assert_eq!(store.transfers(0, 0, 100).await.unwrap(), rows[3..]);
}
