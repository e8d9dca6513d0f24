//! Jobs: schedules and batch operations as the store sees them.

use std::sync::Arc;

use sundial_core::Timestamp;
use sundial_store::{Job, JobKey, JobKind, Store, StoreError};

use super::{
    Harness,
    sample::{namespace, namespace_id},
};

fn key(namespace: u128, kind: JobKind, id: &str) -> JobKey {
    JobKey {
        namespace_id: namespace_id(namespace),
        kind,
        id: id.into(),
    }
}

fn schedule(id: &str, created_at: i64, wake_at: Option<i64>) -> Job {
    Job {
        key: key(1, JobKind::Schedule, id),
        revision: 1,
        created_at: Timestamp(created_at),
        wake_at: wake_at.map(Timestamp),
        body: vec![1, 2, 3],
    }
}

async fn open(harness: &dyn Harness) -> Arc<dyn Store> {
    let store = harness.open().await;
    for (id, name) in [(1, "default"), (2, "other")] {
        store.create_namespace(&namespace(id, name)).await.unwrap();
    }
    store
}

pub(crate) async fn a_job_is_created_changed_and_removed(harness: &dyn Harness) {
    let store = open(harness).await;
    let mut job = schedule("daily", 5, Some(9));
    store.create_job(&job).await.unwrap();
    store.close().await;
    let store = harness.open().await;
    assert_eq!(store.job(&job.key).await.unwrap().as_ref(), Some(&job));
    assert_eq!(
        store
            .job(&key(1, JobKind::BatchOperation, "daily"))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .job(&key(2, JobKind::Schedule, "daily"))
            .await
            .unwrap(),
        None
    );
    job.wake_at = None;
    job.body = vec![4];
    assert_eq!(store.update_job(&job).await.unwrap(), 2);
    job.revision = 2;
    assert_eq!(store.job(&job.key).await.unwrap().as_ref(), Some(&job));
    store.delete_job(&job.key, 2).await.unwrap();
    assert_eq!(store.job(&job.key).await.unwrap(), None);
}

pub(crate) async fn a_job_that_exists_or_has_no_namespace_is_refused(harness: &dyn Harness) {
    let store = open(harness).await;
    store.create_job(&schedule("daily", 5, None)).await.unwrap();
    let refused = store.create_job(&schedule("daily", 6, None)).await;
    assert!(
        matches!(refused, Err(StoreError::AlreadyExists { .. })),
        "{refused:?}"
    );
    let mut lost = schedule("daily", 5, None);
    lost.key.namespace_id = namespace_id(3);
    let refused = store.create_job(&lost).await;
    assert!(
        matches!(refused, Err(StoreError::NotFound { .. })),
        "{refused:?}"
    );
}

pub(crate) async fn a_change_of_a_job_needs_the_revision(harness: &dyn Harness) {
    let store = open(harness).await;
    let mut job = schedule("daily", 5, None);
    store.create_job(&job).await.unwrap();
    job.revision = 2;
    let stale = store.update_job(&job).await;
    assert!(matches!(stale, Err(StoreError::Stale { .. })), "{stale:?}");
    let stale = store.delete_job(&job.key, 2).await;
    assert!(matches!(stale, Err(StoreError::Stale { .. })), "{stale:?}");
    store.delete_job(&job.key, 1).await.unwrap();
    job.revision = 1;
    let gone = store.update_job(&job).await;
    assert!(matches!(gone, Err(StoreError::Stale { .. })), "{gone:?}");
}

pub(crate) async fn jobs_are_listed_latest_first_by_kind_and_namespace(harness: &dyn Harness) {
    let store = open(harness).await;
    for (id, created_at) in [("a", 5), ("c", 7), ("b", 7), ("d", 6)] {
        store
            .create_job(&schedule(id, created_at, None))
            .await
            .unwrap();
    }
    for (namespace, kind) in [(1, JobKind::BatchOperation), (2, JobKind::Schedule)] {
        let mut other = schedule("elsewhere", 8, None);
        other.key = key(namespace, kind, "elsewhere");
        store.create_job(&other).await.unwrap();
    }
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .list_jobs(namespace_id(1), JobKind::Schedule, after.as_ref(), 3)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.cursor());
        ids.extend(page.into_iter().map(|job| job.key.id));
    }
    assert_eq!(ids, ["c", "b", "d", "a"]);
}

pub(crate) async fn jobs_wake_in_order(harness: &dyn Harness) {
    let store = open(harness).await;
    for (id, wake_at) in [
        ("late", Some(30)),
        ("never", None),
        ("early", Some(10)),
        ("middle", Some(20)),
    ] {
        store.create_job(&schedule(id, 1, wake_at)).await.unwrap();
    }
    let wakes = async |until, limit| {
        store
            .jobs_to_wake(Timestamp(until), None, limit)
            .await
            .unwrap()
            .into_iter()
            .map(|wake| (wake.key.id, wake.at.0))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        wakes(20, 10).await,
        [("early".into(), 10), ("middle".into(), 20)]
    );
    assert_eq!(wakes(i64::MAX, 1).await, [("early".into(), 10)]);
    assert!(wakes(9, 10).await.is_empty());
}

pub(crate) async fn jobs_to_wake_are_paged_also_within_a_moment(harness: &dyn Harness) {
    let store = open(harness).await;
    let wanted = [("a", 10), ("b", 10), ("c", 10), ("d", 20), ("e", 20)];
    for (id, wake_at) in wanted {
        store
            .create_job(&schedule(id, 1, Some(wake_at)))
            .await
            .unwrap();
    }
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .jobs_to_wake(Timestamp(20), after.as_ref(), 2)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        // The place after a job is there even if the job is not any more.
        store.delete_job(&last.key, 1).await.unwrap();
        after = Some(last.clone());
        found.extend(page.into_iter().map(|wake| (wake.key.id, wake.at.0)));
    }
    let found: Vec<_> = found.iter().map(|(id, at)| (id.as_str(), *at)).collect();
    assert_eq!(found, wanted);
}
