//! Task queues and their settings.

use std::sync::Arc;

use sundial_core::{DeploymentVersion, Fairness, Task, TaskKind};
use sundial_store::{QueueBacklog, QueueDataKey, QueueKey, ShardBatch, StoreError};

use super::{
    Harness,
    sample::{commit, created, key, namespace, namespace_id, prepared, task, write},
};

fn queue_of(task: &Task) -> QueueKey {
    QueueKey {
        namespace_id: task.run.namespace_id,
        kind: task.kind,
        name: Arc::clone(&task.queue),
        version: task.version.clone(),
    }
}

pub(crate) async fn tasks_of_a_queue_come_in_order(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"");
    first.tasks_added = [5, 3, 9, 1, 7].map(|id| task(id, &run)).into();
    commit(&*store, lease, vec![first]).await;
    let queue = queue_of(&task(1, &run));
    let ids = async |after, limit| {
        let tasks = store.queue_tasks(&queue, after, limit).await.unwrap();
        tasks.iter().map(|task| task.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(0, 100).await, [1, 3, 5, 7, 9]);
    assert_eq!(ids(3, 2).await, [5, 7]);
    assert_eq!(ids(9, 2).await, [0; 0]);
}

pub(crate) async fn queues_are_told_apart(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    store
        .create_namespace(&namespace(2, "other"))
        .await
        .unwrap();
    let run = key("order", 1);
    let there = sundial_core::RunKey {
        namespace_id: namespace_id(2),
        ..key("order", 2)
    };
    let version = |build: &str| {
        Some(DeploymentVersion {
            deployment_name: "shop".into(),
            build_id: build.into(),
        })
    };
    let fairness = |key: &str, weight_thousandths| {
        Some(Fairness {
            key: Arc::from(key),
            weight_thousandths,
        })
    };
    let tasks = [
        task(1, &run),
        Task {
            kind: TaskKind::Activity,
            fairness: fairness("tenant", 2_500),
            ..task(2, &run)
        },
        Task {
            queue: Arc::from("sticky"),
            normal_queue: Some(Arc::from("main")),
            ..task(3, &run)
        },
        Task {
            version: version("v1"),
            ..task(4, &run)
        },
        Task {
            version: version("v2"),
            fairness: fairness("", 10),
            ..task(5, &run)
        },
        task(6, &there),
    ];
    let mut here = created(&run, b"");
    here.tasks_added = tasks[..5].to_vec();
    let mut elsewhere = created(&there, b"");
    elsewhere.tasks_added = tasks[5..].to_vec();
    commit(&*store, lease, vec![here, elsewhere]).await;
    for task in &tasks {
        let found = store.queue_tasks(&queue_of(task), 0, 10).await.unwrap();
        assert_eq!(found, std::slice::from_ref(task));
    }
    assert_eq!(store.backlogs().await.unwrap().len(), 6);
    let unknown = QueueKey {
        name: Arc::from("unknown"),
        ..queue_of(&tasks[0])
    };
    assert!(store.queue_tasks(&unknown, 0, 10).await.unwrap().is_empty());
}

pub(crate) async fn a_backlog_is_counted_after_reopening(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let version = Some(DeploymentVersion {
        deployment_name: "shop".into(),
        build_id: "v1".into(),
    });
    let pinned = Task {
        version,
        ..task(1_000, &run)
    };
    let mut first = created(&run, b"");
    first.tasks_added = (10..110)
        .map(|id| task(id, &run))
        .chain([pinned.clone()])
        .collect();
    commit(&*store, lease, vec![first]).await;
    store.close().await;
    let store = harness.open().await;
    let mut backlogs = store.backlogs().await.unwrap();
    backlogs.sort_by_key(|backlog| backlog.first_task_id);
    let expected = [
        QueueBacklog {
            queue: queue_of(&task(1, &run)),
            tasks: 100,
            first_task_id: 10,
        },
        QueueBacklog {
            queue: queue_of(&pinned),
            tasks: 1,
            first_task_id: 1_000,
        },
    ];
    assert_eq!(backlogs, expected);
}

pub(crate) async fn removed_tasks_are_gone(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"");
    first.tasks_added = (1..=200).map(|id| task(id, &run)).collect();
    commit(&*store, lease, vec![first]).await;
    let mut second = write(&run, b"");
    second.tasks_removed = (1..=150).collect();
    commit(&*store, lease, vec![second]).await;
    let mut stale = ShardBatch::new(lease, Vec::new());
    stale.tasks_removed = (150..=198).chain([4_000]).collect();
    store.commit(stale).await.unwrap();
    let left = store
        .queue_tasks(&queue_of(&task(1, &run)), 0, 1_000)
        .await
        .unwrap();
    assert_eq!(
        left.iter().map(|task| task.id).collect::<Vec<_>>(),
        [199, 200]
    );
}

pub(crate) async fn a_task_added_and_removed_is_never_seen(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let run = key("order", 1);
    let mut first = created(&run, b"");
    first.tasks_added = vec![task(1, &run)];
    let mut second = write(&run, b"");
    second.tasks_removed = vec![1];
    commit(&*store, lease, vec![first, second]).await;
    assert!(store.backlogs().await.unwrap().is_empty());
}

pub(crate) async fn queue_settings_have_revisions(harness: &dyn Harness) {
    let store = harness.open().await;
    prepared(&*store).await;
    let queue = QueueDataKey {
        namespace_id: namespace_id(1),
        kind: TaskKind::Activity,
        name: Arc::from("main"),
    };
    assert_eq!(store.queue_data(&queue).await.unwrap(), None);
    assert_eq!(
        store
            .put_queue_data(&queue, 0, b"one".to_vec())
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .put_queue_data(&queue, 1, b"two".to_vec())
            .await
            .unwrap(),
        2
    );
    for old in [0, 1, 3] {
        let refused = store.put_queue_data(&queue, old, b"three".to_vec()).await;
        assert!(matches!(refused, Err(StoreError::Stale { .. })));
    }
    let data = store.queue_data(&queue).await.unwrap().unwrap();
    assert_eq!(
        (data.revision, data.body.as_slice()),
        (2, b"two".as_slice())
    );
    let other_kind = QueueDataKey {
        kind: TaskKind::Workflow,
        ..queue
    };
    assert_eq!(store.queue_data(&other_kind).await.unwrap(), None);
}
