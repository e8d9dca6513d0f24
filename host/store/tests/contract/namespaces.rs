//! Namespaces.

use sundial_core::Timestamp;
use sundial_store::{Job, JobKey, JobKind, NamespaceRecord, StoreError};

use super::{
    Harness,
    sample::{namespace, namespace_id},
};

pub(crate) async fn a_namespace_is_found_by_name_and_id(harness: &dyn Harness) {
    let store = harness.open().await;
    let record = namespace(1, "default");
    store.create_namespace(&record).await.unwrap();
    store.close().await;
    let store = harness.open().await;
    assert_eq!(
        store.namespace_by_name("default").await.unwrap().as_ref(),
        Some(&record)
    );
    assert_eq!(
        store
            .namespace_by_id(namespace_id(1))
            .await
            .unwrap()
            .as_ref(),
        Some(&record)
    );
    assert_eq!(store.namespace_by_name("Default").await.unwrap(), None);
    assert_eq!(store.namespace_by_id(namespace_id(2)).await.unwrap(), None);
}

pub(crate) async fn a_taken_name_is_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    for taken in [namespace(2, "default"), namespace(1, "another")] {
        let refused = store.create_namespace(&taken).await;
        assert!(
            matches!(refused, Err(StoreError::AlreadyExists { .. })),
            "{refused:?}"
        );
    }
    store
        .create_namespace(&namespace(2, "other"))
        .await
        .unwrap();
    let renamed = NamespaceRecord {
        name: "default".into(),
        ..namespace(2, "other")
    };
    assert!(matches!(
        store.update_namespace(&renamed).await,
        Err(StoreError::AlreadyExists { .. })
    ));
}

pub(crate) async fn an_update_needs_the_revision(harness: &dyn Harness) {
    let store = harness.open().await;
    let mut record = namespace(1, "default");
    store.create_namespace(&record).await.unwrap();
    record.info.description = "changed".into();
    record.name = "renamed".into();
    assert_eq!(store.update_namespace(&record).await.unwrap(), 2);
    assert!(matches!(
        store.update_namespace(&record).await,
        Err(StoreError::Stale { .. })
    ));
    let unknown = namespace(5, "unknown");
    assert!(matches!(
        store.update_namespace(&unknown).await,
        Err(StoreError::NotFound { .. })
    ));
    let found = store.namespace_by_name("renamed").await.unwrap().unwrap();
    assert_eq!((found.revision, found.info.name.as_str()), (2, "renamed"));
    assert_eq!(found.info.description, "changed");
    assert_eq!(store.namespace_by_name("default").await.unwrap(), None);
}

pub(crate) async fn namespaces_are_paged_by_name(harness: &dyn Harness) {
    let store = harness.open().await;
    for (number, name) in [(1, "c"), (2, "a"), (3, "b"), (4, "d")] {
        store
            .create_namespace(&namespace(number, name))
            .await
            .unwrap();
    }
    let names = async |after: Option<&str>, limit| {
        let page = store.list_namespaces(after, limit).await.unwrap();
        page.into_iter()
            .map(|record| record.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(None, 3).await, ["a", "b", "c"]);
    assert_eq!(names(Some("c"), 3).await, ["d"]);
    assert_eq!(names(Some("d"), 3).await, [""; 0]);
}

pub(crate) async fn a_text_with_a_zero_byte_is_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    let id = namespace_id(1);
    let bad = "a\0b";
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    let refusals = [
        store.create_namespace(&namespace(2, bad)).await.err(),
        store.namespace_by_name(bad).await.err(),
        store.load_run(id, bad, None).await.err(),
        store.count_runs(id, "WorkflowId = 'a\0b'").await.err(),
        store.deployment(id, bad).await.err(),
    ];
    for (number, refused) in refusals.iter().enumerate() {
        assert!(
            matches!(refused, Some(StoreError::ZeroByte { text }) if text == bad),
            "{number}: {refused:?}"
        );
    }
}

pub(crate) async fn a_deleted_namespace_takes_its_jobs_along(harness: &dyn Harness) {
    let store = harness.open().await;
    for (id, name) in [(1, "gone"), (2, "stays")] {
        store.create_namespace(&namespace(id, name)).await.unwrap();
        let job = Job {
            key: JobKey {
                namespace_id: namespace_id(id),
                kind: JobKind::NamespaceDeletion,
                id: String::new(),
            },
            revision: 1,
            created_at: Timestamp(5),
            wake_at: Some(Timestamp(9)),
            body: Vec::new(),
        };
        store.create_job(&job).await.unwrap();
    }
    assert!(store.delete_namespace(namespace_id(1)).await.unwrap());
    assert!(!store.delete_namespace(namespace_id(1)).await.unwrap());
    assert_eq!(store.namespace_by_id(namespace_id(1)).await.unwrap(), None);
    assert_eq!(store.namespace_by_name("gone").await.unwrap(), None);
    let jobs = store.jobs_to_wake(Timestamp(9), None, 10).await.unwrap();
    let left: Vec<_> = jobs.iter().map(|wake| wake.key.namespace_id).collect();
    assert_eq!(left, [namespace_id(2)]);
    // The name is free again.
    store.create_namespace(&namespace(3, "gone")).await.unwrap();
}
