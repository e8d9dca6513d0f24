//! Histories read back.

use prost::Message;
use sundial_core::{HistoryBatch, RunKey};
use sundial_store::{Direction, HistoryRange, ShardBatch, Store, StoreError};
use temporalio_protos::temporal::api::history::v1::{History, HistoryEvent};

use super::{
    Harness,
    sample::{batch, commit, created, event, key, prepared, write},
};

/// Events 1 to 10 in the batches 1-3, 4, 5-9 and 10, beside another run's.
async fn written(store: &dyn Store) -> RunKey {
    let lease = prepared(store).await;
    let (run, other) = (key("order", 1), key("other", 2));
    commit(store, lease, vec![created(&run, b""), created(&other, b"")]).await;
    for (first, last) in [(1, 3), (4, 4), (5, 9), (10, 10)] {
        let mut write = write(&run, b"");
        write.history = Some(batch(first, last));
        commit(store, lease, vec![write]).await;
    }
    let mut write = write(&other, b"");
    write.history = Some(batch(1, 2));
    commit(store, lease, vec![write]).await;
    run
}

fn range(
    first_event_id: i64,
    last_event_id: i64,
    max_bytes: usize,
    direction: Direction,
) -> HistoryRange {
    HistoryRange {
        first_event_id,
        last_event_id,
        max_bytes,
        direction,
    }
}

async fn ids(store: &dyn Store, run: &RunKey, range: HistoryRange) -> (Vec<i64>, Option<i64>) {
    let page = store.read_history(run, range).await.unwrap();
    (
        page.events.iter().map(|event| event.event_id).collect(),
        page.next_event_id,
    )
}

pub(crate) async fn a_history_is_read_in_both_directions(harness: &dyn Harness) {
    let store = harness.open().await;
    let run = written(&*store).await;
    let all = |direction| range(1, i64::MAX, usize::MAX, direction);
    assert_eq!(
        ids(&*store, &run, all(Direction::Forward)).await,
        ((1..=10).collect(), None)
    );
    assert_eq!(
        ids(&*store, &run, all(Direction::Reverse)).await,
        ((1..=10).rev().collect(), None)
    );
    let page = store
        .read_history(&run, all(Direction::Forward))
        .await
        .unwrap();
    assert_eq!(page.events, (1..=10).map(event).collect::<Vec<_>>());
}

pub(crate) async fn a_page_ends_at_its_byte_limit_and_goes_on(harness: &dyn Harness) {
    let store = harness.open().await;
    let run = written(&*store).await;
    let size = event(1).encoded_len();
    for bytes in [0, 1, size, size + 1, 3 * size, 4 * size, 10 * size] {
        for direction in [Direction::Forward, Direction::Reverse] {
            let mut seen = Vec::new();
            let mut rest = range(1, 10, bytes, direction);
            loop {
                let (page, next) = ids(&*store, &run, rest).await;
                assert!(!page.is_empty());
                assert!(page.len() <= bytes / size + 1);
                seen.extend(page);
                match (next, direction) {
                    (Some(next), Direction::Forward) => rest.first_event_id = next,
                    (Some(next), Direction::Reverse) => rest.last_event_id = next,
                    (None, _) => break,
                }
            }
            if direction == Direction::Reverse {
                seen.reverse();
            }
            assert_eq!(seen, (1..=10).collect::<Vec<_>>(), "{bytes} {direction:?}");
        }
    }
}

pub(crate) async fn a_range_may_begin_and_end_within_a_batch(harness: &dyn Harness) {
    let store = harness.open().await;
    let run = written(&*store).await;
    for direction in [Direction::Forward, Direction::Reverse] {
        for (first, last) in [
            (2, 7),
            (3, 3),
            (4, 4),
            (6, 8),
            (9, 10),
            (1, 1),
            (10, 99),
            (0, 2),
        ] {
            let (mut found, next) =
                ids(&*store, &run, range(first, last, usize::MAX, direction)).await;
            found.sort_unstable();
            let expected: Vec<i64> = (first.max(1)..=last.min(10)).collect();
            assert_eq!(
                (found, next),
                (expected, None),
                "{first} to {last}, {direction:?}"
            );
        }
        for (first, last) in [(11, 20), (5, 4), (i64::MAX, i64::MAX)] {
            assert_eq!(
                ids(&*store, &run, range(first, last, usize::MAX, direction)).await,
                (Vec::new(), None)
            );
        }
    }
}

pub(crate) async fn one_event_is_found(harness: &dyn Harness) {
    let store = harness.open().await;
    let run = written(&*store).await;
    for id in 1..=10 {
        assert_eq!(store.read_event(&run, id).await.unwrap(), Some(event(id)));
    }
    for id in [-1, 0, 11, i64::MAX] {
        assert_eq!(store.read_event(&run, id).await.unwrap(), None, "{id}");
    }
}

pub(crate) async fn large_events_come_back_whole(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let large = HistoryEvent {
        event_id: 1,
        worker_may_ignore: true,
        ..Default::default()
    };
    // A hundred thousand small events make a batch of megabytes that compresses well.
    let events: Vec<HistoryEvent> = (1..=100_000)
        .map(|event_id| HistoryEvent {
            event_id,
            ..large.clone()
        })
        .collect();
    let mut first = created(&run, b"");
    first.history = Some(HistoryBatch {
        first_event_id: 1,
        last_event_id: 100_000,
        events: History {
            events: events.clone(),
        }
        .encode_to_vec()
        .into(),
    });
    commit(&*store, lease, vec![first]).await;
    let page = store
        .read_history(&run, range(1, i64::MAX, usize::MAX, Direction::Forward))
        .await
        .unwrap();
    assert!(page.events == events);
    assert_eq!(
        store.read_event(&run, 77_777).await.unwrap().as_ref(),
        Some(&events[77_776])
    );
}

pub(crate) async fn an_unknown_history_is_empty(harness: &dyn Harness) {
    let store = harness.open().await;
    written(&*store).await;
    let unknown = key("order", 99);
    assert_eq!(
        ids(&*store, &unknown, range(1, 5, 9, Direction::Forward)).await,
        (Vec::new(), None)
    );
    assert_eq!(store.read_event(&unknown, 1).await.unwrap(), None);
}

pub(crate) async fn events_beyond_the_limit_are_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    for (first_event_id, last_event_id) in [(0, 1), (5, 4), (1 << 20, 1 << 20)] {
        let mut write = created(&run, b"");
        write.history = Some(HistoryBatch {
            first_event_id,
            last_event_id,
            events: Vec::new().into(),
        });
        let refused = store.commit(ShardBatch::new(lease, vec![write])).await;
        assert!(matches!(refused, Err(StoreError::Contradiction { .. })));
    }
}
