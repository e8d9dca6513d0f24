//! Stand-alone activities share the tables of runs, and have ids, lists and alarms of their own.

use std::sync::Arc;

use sundial_core::{Archetype, RunKey, Task, TaskKind, Timestamp, Visibility};
use sundial_store::{ListQuery, QueueKey, Store, StoreError};

use super::{
    Harness,
    sample::{commit, created, key, namespace_id, part, prepared, task, visibility, write},
};

fn activity(id: &str, run: u128) -> RunKey {
    RunKey {
        archetype: Archetype::Activity,
        ..key(id, run)
    }
}

fn closed(key: &RunKey, status: i32, at: i64) -> Visibility {
    Visibility {
        workflow_type: "Greet".into(),
        status,
        close_time: Some(Timestamp(at)),
        history_length: 4,
        history_size_bytes: 200,
        root: None,
        ..visibility(key)
    }
}

async fn listed(store: &dyn Store, filter: &str) -> Result<Vec<String>, StoreError> {
    let query = ListQuery {
        namespace_id: namespace_id(1),
        filter: filter.into(),
        page_size: 10,
        page_token: Vec::new(),
    };
    let page = store.list_activities(&query).await?;
    assert!(
        page.runs
            .iter()
            .all(|run| run.key.archetype == Archetype::Activity)
    );
    Ok(page
        .runs
        .iter()
        .map(|run| run.key.workflow_id.to_string())
        .collect())
}

/// A workflow and an activity of the same id do not see one another.
pub(crate) async fn an_activity_and_a_workflow_may_share_an_id(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let (workflow, own) = (key("same", 1), activity("same", 2));
    let mut first = created(&own, b"activity");
    first.parts_put = vec![part(1, b"input")];
    first.wake_at = Some(Timestamp(50));
    commit(&*store, lease, vec![created(&workflow, b"workflow"), first]).await;
    let id = namespace_id(1);
    let found = store.load_run(id, "same", None).await.unwrap().unwrap();
    assert_eq!(
        (found.key, found.state),
        (workflow.clone(), b"workflow".to_vec())
    );
    let found = store
        .load_activity(id, "same", None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((&found.key, found.state), (&own, b"activity".to_vec()));
    assert_eq!(found.parts, [part(1, b"input")]);
    let by_run = |run: &RunKey| (Some(run.run_id), run.workflow_id.clone());
    for (key, is_workflow) in [(&workflow, true), (&own, false)] {
        let (run_id, name) = by_run(key);
        let workflow = store.load_run(id, &name, run_id).await.unwrap();
        let activity = store.load_activity(id, &name, run_id).await.unwrap();
        assert_eq!(
            (workflow.is_some(), activity.is_some()),
            (is_workflow, !is_workflow)
        );
    }
    assert_eq!(store.count_runs(id, "").await.unwrap().total, 1);
    assert_eq!(store.count_activities(id, "").await.unwrap().total, 1);
    let page = store
        .runs_to_wake(0, None, Timestamp(100), 10)
        .await
        .unwrap();
    assert_eq!(page.runs, [(own.clone(), Timestamp(50))]);
    // Neither becomes current, or is removed, because of the other.
    assert!(store.delete_run(lease, &own).await.unwrap());
    assert!(store.load_run(id, "same", None).await.unwrap().is_some());
    assert!(
        store
            .load_activity(id, "same", None)
            .await
            .unwrap()
            .is_none()
    );
}

/// A task of an activity names it, in a queue that workflows' activities have too.
pub(crate) async fn a_task_names_its_activity(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let (workflow, own) = (key("w", 1), activity("a", 2));
    let waiting = |id, run: &RunKey| Task {
        kind: TaskKind::Activity,
        ..task(id, run)
    };
    let writes = [(&workflow, 1), (&own, 2)].map(|(run, id)| {
        let mut write = created(run, b"x");
        write.tasks_added = vec![waiting(id, run)];
        write
    });
    commit(&*store, lease, writes.to_vec()).await;
    let queue = QueueKey {
        namespace_id: namespace_id(1),
        kind: TaskKind::Activity,
        name: Arc::from("main"),
        version: None,
    };
    let tasks = store.queue_tasks(&queue, 0, 10).await.unwrap();
    assert_eq!(tasks, [waiting(1, &workflow), waiting(2, &own)]);
}

/// Filters name what activities have, and statuses as activities have them.
pub(crate) async fn activities_are_listed_by_their_own_words(harness: &dyn Harness) {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let [open, done, timed_out] =
        [("open", 1), ("done", 2), ("late", 3)].map(|(id, run)| activity(id, run));
    let mut last = write(&done, b"done");
    last.visibility = Some(closed(&done, 2, 5_000));
    last.closed_at = Some(Timestamp(5_000));
    let mut late = created(&timed_out, b"late");
    late.visibility = Some(closed(&timed_out, 6, 6_000));
    late.closed_at = Some(Timestamp(6_000));
    let first = vec![created(&open, b"open"), created(&done, b""), late];
    commit(&*store, lease, first).await;
    commit(&*store, lease, vec![last]).await;
    commit(&*store, lease, vec![created(&key("workflow", 9), b"")]).await;
    for (filter, expected) in [
        ("", vec!["open", "late", "done"]),
        ("ActivityId = 'done'", vec!["done"]),
        ("ActivityId STARTS_WITH 'o'", vec!["open"]),
        ("ActivityType = 'Greet'", vec!["late"]),
        ("ExecutionStatus = 'TimedOut'", vec!["late"]),
        (
            "ExecutionStatus = 'ACTIVITY_EXECUTION_STATUS_COMPLETED'",
            vec!["done"],
        ),
        ("ExecutionStatus = 6", vec!["late"]),
        (
            "StateTransitionCount = 4 AND TaskQueue = 'main'",
            vec!["late", "done"],
        ),
        ("CloseTime IS NULL", vec!["open"]),
    ] {
        assert_eq!(listed(&*store, filter).await.unwrap(), expected, "{filter}");
    }
    for bad in [
        "WorkflowId = 'x'",
        "ExecutionStatus = 'ContinuedAsNew'",
        "HistoryLength = 1",
    ] {
        let refused = listed(&*store, bad).await;
        assert!(
            matches!(refused, Err(StoreError::InvalidFilter(_))),
            "{bad}"
        );
    }
    let counted = store
        .count_activities(namespace_id(1), "GROUP BY ExecutionStatus")
        .await
        .unwrap();
    let groups: Vec<_> = counted.groups.iter().map(|g| (g.status, g.count)).collect();
    assert_eq!(groups, [(1, 1), (2, 1), (6, 1)]);
    let gone = store
        .runs_closed_before(namespace_id(1), Timestamp(5_500), 10)
        .await
        .unwrap();
    assert_eq!(gone, [done]);
}
