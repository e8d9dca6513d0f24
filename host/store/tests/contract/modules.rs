//! Modules and their bytes.

use sundial_core::Timestamp;
use sundial_store::{MODULE_CHUNK_BYTES, ModuleVersion, Store, StoreError};

use super::{
    Harness,
    sample::{namespace, namespace_id},
};

fn version(name: &str, digest: &str, pushed_at: i64) -> ModuleVersion {
    ModuleVersion {
        namespace_id: namespace_id(1),
        name: name.into(),
        digest: digest.into(),
        task_queue: "main".into(),
        size: 0,
        pushed_at: Timestamp(pushed_at),
        definitions: b"definitions".to_vec(),
    }
}

fn component(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|index| (index * index / 7) as u8).collect()
}

async fn read_all(store: &dyn Store, digest: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for index in 0.. {
        match store.module_chunk(digest, index).await.unwrap() {
            Some(chunk) => bytes.extend(chunk),
            None => break,
        }
    }
    bytes
}

pub(crate) async fn a_module_comes_back_in_chunks(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    for (digest, size) in [
        ("empty", 0),
        ("small", 10),
        ("exact", MODULE_CHUNK_BYTES),
        ("large", 5_000_000),
    ] {
        let mut version = version("shop", digest, 1);
        version.size = size as i64;
        let bytes = component(size);
        assert!(store.put_module(&version, &bytes).await.unwrap());
        assert!(read_all(&*store, digest).await == bytes, "{digest}");
        assert_eq!(
            store
                .module_by_digest(namespace_id(1), digest)
                .await
                .unwrap(),
            Some(version)
        );
    }
    assert_eq!(
        store.module_chunk("large", 0).await.unwrap().unwrap().len(),
        MODULE_CHUNK_BYTES
    );
    assert_eq!(store.module_chunk("unknown", 0).await.unwrap(), None);
    assert_eq!(store.module_chunk("large", u32::MAX).await.unwrap(), None);
    assert_eq!(
        store
            .module_by_digest(namespace_id(2), "large")
            .await
            .unwrap(),
        None
    );
    store.close().await;
    let store = harness.open().await;
    assert!(read_all(&*store, "large").await == component(5_000_000));
}

pub(crate) async fn the_same_push_changes_nothing(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    let first = version("shop", "abc", 1);
    assert!(store.put_module(&first, b"bytes").await.unwrap());
    assert!(
        !store
            .put_module(&version("shop", "abc", 2), b"bytes")
            .await
            .unwrap()
    );
    assert_eq!(
        store.module_versions(None, None).await.unwrap(),
        std::slice::from_ref(&first)
    );
    let elsewhere = ModuleVersion {
        task_queue: "other".into(),
        ..version("shop", "abc", 3)
    };
    assert!(store.put_module(&elsewhere, b"bytes").await.unwrap());
    assert_eq!(
        store.module_versions(None, None).await.unwrap(),
        [elsewhere, first]
    );
}

pub(crate) async fn bytes_are_shared_between_names(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    store
        .create_namespace(&namespace(2, "other"))
        .await
        .unwrap();
    assert!(
        store
            .put_module(&version("shop", "abc", 1), b"bytes")
            .await
            .unwrap()
    );
    assert!(
        store
            .put_module(&version("store", "abc", 2), b"bytes")
            .await
            .unwrap()
    );
    let there = ModuleVersion {
        namespace_id: namespace_id(2),
        ..version("shop", "abc", 3)
    };
    assert!(store.put_module(&there, b"bytes").await.unwrap());
    assert_eq!(read_all(&*store, "abc").await, b"bytes");
    assert_eq!(
        store
            .module_by_digest(namespace_id(1), "abc")
            .await
            .unwrap()
            .unwrap()
            .name,
        "store"
    );
    assert_eq!(
        store
            .module_by_digest(namespace_id(2), "abc")
            .await
            .unwrap(),
        Some(there)
    );
}

pub(crate) async fn versions_come_newest_first(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    for (name, digest, time) in [
        ("shop", "a", 5),
        ("shop", "b", 9),
        ("cart", "c", 7),
        ("shop", "d", 9),
    ] {
        store
            .put_module(&version(name, digest, time), digest.as_bytes())
            .await
            .unwrap();
    }
    let digests = async |namespace, name| {
        let versions = store.module_versions(namespace, name).await.unwrap();
        versions
            .into_iter()
            .map(|version| version.digest)
            .collect::<Vec<_>>()
    };
    assert_eq!(digests(None, None).await, ["d", "b", "c", "a"]);
    assert_eq!(
        digests(Some(namespace_id(1)), Some("shop")).await,
        ["d", "b", "a"]
    );
    assert_eq!(digests(Some(namespace_id(2)), None).await, [""; 0]);
}

pub(crate) async fn a_module_of_an_unknown_namespace_is_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    let refused = store.put_module(&version("shop", "a", 1), b"bytes").await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
}
