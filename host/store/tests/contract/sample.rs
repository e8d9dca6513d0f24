//! Runs, tasks and events to store.

use std::{sync::Arc, time::Duration};

use prost::Message;
use sundial_core::{
    Archetype, HistoryBatch, NamespaceId, Part, PartKey, RunId, RunKey, RunWrite, Task, TaskKind,
    Timestamp, Visibility,
};
use sundial_store::{NamespaceRecord, ShardBatch, ShardLease, Store};
use temporalio_protos::temporal::api::{
    history::v1::{History, HistoryEvent},
    namespace::v1::{NamespaceConfig, NamespaceInfo},
};
use uuid::Uuid;

/// A namespace with a number.
pub(crate) fn namespace_id(number: u128) -> NamespaceId {
    NamespaceId(Uuid::from_u128(number))
}

/// A run id with a number.
pub(crate) fn run_id(number: u128) -> RunId {
    RunId(Uuid::from_u128(0x1000 + number))
}

/// The record of a namespace.
pub(crate) fn namespace(number: u128, name: &str) -> NamespaceRecord {
    NamespaceRecord {
        id: namespace_id(number),
        name: name.into(),
        revision: 1,
        info: NamespaceInfo {
            name: name.into(),
            id: namespace_id(number).to_string(),
            description: format!("namespace {number}"),
            ..Default::default()
        },
        config: NamespaceConfig::default(),
    }
}

/// A key in namespace 1.
pub(crate) fn key(workflow_id: &str, run: u128) -> RunKey {
    RunKey {
        namespace_id: namespace_id(1),
        archetype: Archetype::Workflow,
        workflow_id: Arc::from(workflow_id),
        run_id: run_id(run),
    }
}

/// Namespace 1 is there and shard 0 is taken.
pub(crate) async fn prepared(store: &dyn Store) -> ShardLease {
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    lease(store, 0).await
}

/// A shard taken.
pub(crate) async fn lease(store: &dyn Store, shard_id: i32) -> ShardLease {
    let taken = store
        .acquire_shards(&[shard_id], "tests", Timestamp(0), Duration::from_secs(60))
        .await
        .unwrap();
    taken[0]
}

/// Commits run writes.
pub(crate) async fn commit(store: &dyn Store, lease: ShardLease, runs: Vec<RunWrite>) {
    store.commit(ShardBatch::new(lease, runs)).await.unwrap();
}

/// A later write of a run, which changes its state alone.
pub(crate) fn write(key: &RunKey, state: &[u8]) -> RunWrite {
    RunWrite {
        key: key.clone(),
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

/// The first write of a run.
pub(crate) fn created(key: &RunKey, state: &[u8]) -> RunWrite {
    RunWrite {
        created: true,
        visibility: Some(visibility(key)),
        ..write(key, state)
    }
}

/// An open run as lists show it.
pub(crate) fn visibility(key: &RunKey) -> Visibility {
    Visibility {
        workflow_type: "Order".into(),
        task_queue: "main".into(),
        status: 1,
        start_time: Timestamp(1_000),
        execution_time: Timestamp(1_000),
        close_time: None,
        history_length: 0,
        history_size_bytes: 0,
        parent: None,
        root: Some((Arc::clone(&key.workflow_id), key.run_id)),
        first_run_id: key.run_id,
        memo: None,
        search_attributes: None,
        version: None,
    }
}

/// A part of kind 1.
pub(crate) fn part(id: i64, body: &[u8]) -> Part {
    Part {
        key: PartKey { kind: 1, id },
        body: body.to_vec(),
    }
}

/// An event that is told from others by its id alone.
pub(crate) fn event(event_id: i64) -> HistoryEvent {
    HistoryEvent {
        event_id,
        task_id: event_id * 7,
        ..Default::default()
    }
}

/// A batch of the events from `first` to `last`.
pub(crate) fn batch(first: i64, last: i64) -> HistoryBatch {
    let history = History {
        events: (first..=last).map(event).collect(),
    };
    HistoryBatch {
        first_event_id: first,
        last_event_id: last,
        events: history.encode_to_vec().into(),
    }
}

/// A task on the queue `main`.
pub(crate) fn task(id: i64, run: &RunKey) -> Task {
    Task {
        id,
        kind: TaskKind::Workflow,
        run: run.clone(),
        queue: Arc::from("main"),
        normal_queue: None,
        version: None,
        scheduled_event_id: 5,
        stamp: 2,
        created_at: Timestamp(77),
        priority_key: 3,
        fairness: None,
    }
}
