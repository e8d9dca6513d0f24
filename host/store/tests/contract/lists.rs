//! Lists of runs: what they show, in which order, and which filter finds what.

use std::sync::Arc;

use sundial_core::{DeploymentVersion, RunKey, Timestamp, Visibility};
use sundial_store::{ListPage, ListQuery, Store, StoreError};
use temporalio_protos::temporal::api::common::v1::{Memo, Payload, SearchAttributes};

use super::{
    Harness,
    sample::{commit, created, key, namespace_id, prepared, run_id, visibility, write},
};

pub(crate) async fn list(
    store: &dyn Store,
    filter: &str,
    page_size: usize,
    page_token: Vec<u8>,
) -> ListPage {
    let query = ListQuery {
        namespace_id: namespace_id(1),
        filter: filter.into(),
        page_size,
        page_token,
    };
    store
        .list_runs(&query)
        .await
        .unwrap_or_else(|error| panic!("{filter}: {error}"))
}

/// The workflow ids that a filter finds, in the list's order.
async fn found(store: &dyn Store, filter: &str) -> Vec<String> {
    let page = list(store, filter, 1_000, Vec::new()).await;
    page.runs
        .iter()
        .map(|run| run.key.workflow_id.to_string())
        .collect()
}

async fn pages(store: &dyn Store, filter: &str, page_size: usize) -> Vec<RunKey> {
    let (mut keys, mut token) = (Vec::new(), Vec::new());
    loop {
        let page = list(store, filter, page_size, token).await;
        assert!(page.runs.len() <= page_size);
        keys.extend(page.runs.into_iter().map(|run| run.key));
        token = page.next_page_token;
        if token.is_empty() {
            return keys;
        }
    }
}

/// One run: status, start, close.
async fn stored(store: &dyn Store, run: &RunKey, change: impl FnOnce(&mut Visibility)) {
    let lease = super::sample::lease(store, 0).await;
    let mut shown = visibility(run);
    change(&mut shown);
    let mut write = created(run, b"");
    write.closed_at = shown.close_time;
    write.visibility = Some(shown);
    commit(store, lease, vec![write]).await;
}

/// Runs of every kind that the filters below tell apart.
pub(crate) async fn with_samples(store: &dyn Store) {
    prepared(store).await;
    stored(store, &key("order-1", 1), |_| ()).await;
    stored(store, &key("order-2", 2), |shown| {
        shown.status = 2;
        shown.start_time = Timestamp(2_000);
        shown.execution_time = Timestamp(2_500);
        shown.close_time = Some(Timestamp(3_000));
        shown.history_length = 11;
        shown.history_size_bytes = 4_000;
        shown.state_transition_count = 6;
        shown.version = Some(DeploymentVersion {
            deployment_name: "shop".into(),
            build_id: "v1".into(),
        });
    })
    .await;
    stored(store, &key("refund-1", 3), |shown| {
        shown.workflow_type = "Refund".into();
        shown.task_queue = "refunds".into();
        shown.status = 3;
        shown.close_time = Some(Timestamp(9_000));
        shown.history_length = 5;
        shown.history_size_bytes = 900;
    })
    .await;
    stored(store, &key("child-1", 4), |shown| {
        shown.workflow_type = "Child".into();
        shown.start_time = Timestamp(1_500);
        shown.parent = Some((Arc::from("order-1"), run_id(1)));
        shown.root = Some((Arc::from("order-1"), run_id(1)));
        shown.first_run_id = run_id(77);
    })
    .await;
}

pub(crate) async fn a_listed_run_shows_everything(harness: &dyn Harness) {
    let store = harness.open().await;
    prepared(&*store).await;
    let payload = Payload {
        data: b"value".to_vec(),
        ..Default::default()
    };
    let fields = std::collections::HashMap::from([("field".to_owned(), payload)]);
    let shown = Visibility {
        workflow_type: "Refund".into(),
        task_queue: "refunds".into(),
        status: 4,
        start_time: Timestamp(5),
        execution_time: Timestamp(6),
        close_time: Some(Timestamp(7)),
        history_length: 8,
        history_size_bytes: 9,
        state_transition_count: 10,
        parent: Some((Arc::from("parent"), run_id(10))),
        root: Some((Arc::from("root"), run_id(11))),
        first_run_id: run_id(12),
        memo: Some(Memo {
            fields: fields.clone(),
        }),
        search_attributes: Some(SearchAttributes {
            indexed_fields: fields,
        }),
        version: Some(DeploymentVersion {
            deployment_name: "shop".into(),
            build_id: "v:1".into(),
        }),
    };
    let (closed, open) = (key("closed", 1), key("open", 2));
    stored(&*store, &closed, |visibility| *visibility = shown.clone()).await;
    stored(&*store, &open, |_| ()).await;
    stored(&*store, &key("rootless", 3), |visibility| {
        visibility.root = None
    })
    .await;
    let page = list(&*store, "", 10, Vec::new()).await;
    let by_id = |id: &str| {
        page.runs
            .iter()
            .find(|run| &*run.key.workflow_id == id)
            .unwrap()
    };
    assert_eq!(
        (by_id("closed").key.clone(), &by_id("closed").visibility),
        (closed, &shown)
    );
    assert_eq!(by_id("open").visibility, visibility(&open));
    assert_eq!(by_id("rootless").visibility.root, None);
}

pub(crate) async fn open_runs_come_first_then_the_latest_to_close(harness: &dyn Harness) {
    let store = harness.open().await;
    prepared(&*store).await;
    for (id, number, start, close) in [
        ("closed early", 1, 50, Some(60)),
        ("open old", 2, 10, None),
        ("closed late", 3, 20, Some(90)),
        ("open new", 4, 40, None),
        ("closed late, started later", 5, 30, Some(90)),
        ("open new, created later", 6, 40, None),
    ] {
        stored(&*store, &key(id, number), |shown| {
            shown.start_time = Timestamp(start);
            shown.close_time = close.map(Timestamp);
            shown.status = if close.is_some() {
                2 + (number as i32 % 2)
            } else {
                1
            };
        })
        .await;
    }
    let expected = [
        "open new, created later",
        "open new",
        "open old",
        "closed late, started later",
        "closed late",
        "closed early",
    ];
    assert_eq!(found(&*store, "").await, expected);
}

pub(crate) async fn pages_join_without_gap_or_repeat(harness: &dyn Harness) {
    let store = harness.open().await;
    prepared(&*store).await;
    for number in 0..90_u128 {
        stored(&*store, &key(&format!("run-{number}"), number), |shown| {
            shown.start_time = Timestamp(number as i64 / 7);
            shown.status = 1 + (number % 7) as i32;
            shown.workflow_type = format!("Type{}", number % 2);
            // Many equal times, so that the last key decides.
            shown.close_time = (shown.status != 1).then_some(Timestamp(100 + number as i64 / 10));
        })
        .await;
    }
    for filter in [
        "",
        "WorkflowType = 'Type1'",
        "WorkflowId STARTS_WITH 'run-'",
        "ExecutionStatus != 'Running'",
    ] {
        let whole = pages(&*store, filter, 1_000).await;
        for page_size in [1, 2, 7, 30, 89, 90, 91] {
            assert_eq!(
                pages(&*store, filter, page_size).await,
                whole,
                "{filter} by {page_size}"
            );
        }
    }
    assert_eq!(pages(&*store, "", 7).await.len(), 90);
    assert_eq!(pages(&*store, "", 1).await.len(), 90);
}

pub(crate) async fn pages_stay_stable_while_runs_start(harness: &dyn Harness) {
    let store = harness.open().await;
    prepared(&*store).await;
    for number in 0..20_u128 {
        stored(&*store, &key("old", number), |shown| {
            shown.start_time = Timestamp(number as i64)
        })
        .await;
    }
    let first = list(&*store, "", 10, Vec::new()).await;
    for number in 20..40_u128 {
        stored(&*store, &key("new", number), |shown| {
            shown.start_time = Timestamp(number as i64)
        })
        .await;
    }
    let second = list(&*store, "", 100, first.next_page_token).await;
    let seen: Vec<RunKey> = first
        .runs
        .into_iter()
        .chain(second.runs)
        .map(|run| run.key)
        .collect();
    let expected: Vec<RunKey> = (0..20).rev().map(|number| key("old", number)).collect();
    assert_eq!(seen, expected);
}

pub(crate) async fn every_filter_finds_its_runs(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    let run_2 = run_id(2).0;
    let cases: &[(&str, &[&str])] = &[
        ("WorkflowId = 'order-2'", &["order-2"]),
        (
            "WorkflowId != 'order-2'",
            &["child-1", "order-1", "refund-1"],
        ),
        (
            "WorkflowId IN ('order-1', 'refund-1', 'none')",
            &["order-1", "refund-1"],
        ),
        ("WorkflowId STARTS_WITH 'order'", &["order-1", "order-2"]),
        (
            "WorkflowId NOT STARTS_WITH 'order'",
            &["child-1", "refund-1"],
        ),
        (
            "WorkflowId BETWEEN 'order-1' AND 'order-9'",
            &["order-1", "order-2"],
        ),
        (
            "WorkflowId = 'order-1' AND WorkflowId != 'order-2'",
            &["order-1"],
        ),
        ("WorkflowId > 'order-1'", &["refund-1", "order-2"]),
        ("WorkflowType = 'Refund'", &["refund-1"]),
        ("WorkflowType != 'Order'", &["child-1", "refund-1"]),
        (
            "WorkflowType IN ('Refund', 'Child')",
            &["child-1", "refund-1"],
        ),
        (
            "WorkflowType IN ('Refund', 'Refund', 'Unknown')",
            &["refund-1"],
        ),
        (
            "WorkflowType IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'Refund')",
            &["refund-1"],
        ),
        ("WorkflowType STARTS_WITH 'Re'", &["refund-1"]),
        ("WorkflowType = 'Unknown'", &[]),
        (
            "WorkflowType != 'Unknown'",
            &["child-1", "order-1", "refund-1", "order-2"],
        ),
        ("TaskQueue = 'refunds'", &["refund-1"]),
        ("ExecutionStatus = 'Running'", &["child-1", "order-1"]),
        (
            "ExecutionStatus = 2 OR ExecutionStatus = 'Failed'",
            &["refund-1", "order-2"],
        ),
        (
            "ExecutionStatus = 'Running' AND ExecutionStatus = 'Failed'",
            &[],
        ),
        (
            "ExecutionStatus = 'Running' AND WorkflowType = 'Child'",
            &["child-1"],
        ),
        ("StartTime > '1970-01-01T00:00:00.0000015Z'", &["order-2"]),
        ("StartTime >= 1500", &["child-1", "order-2"]),
        (
            "StartTime BETWEEN 1000 AND 1500",
            &["child-1", "order-1", "refund-1"],
        ),
        ("StartTime < 1500 AND CloseTime IS NULL", &["order-1"]),
        ("ExecutionTime = 2500", &["order-2"]),
        ("CloseTime IS NULL", &["child-1", "order-1"]),
        ("CloseTime IS NOT NULL", &["refund-1", "order-2"]),
        ("CloseTime > 3000", &["refund-1"]),
        ("CloseTime != 3000", &["refund-1"]),
        ("NOT CloseTime > 3000", &["order-2"]),
        ("CloseTime NOT BETWEEN 1 AND 5000", &["refund-1"]),
        ("HistoryLength > 5", &["order-2"]),
        ("HistoryLength >= 4.5", &["refund-1", "order-2"]),
        ("HistorySizeBytes < 1000", &["refund-1"]),
        ("StateTransitionCount > 5", &["order-2"]),
        ("StateTransitionCount IS NULL", &["child-1", "order-1"]),
        ("HistoryLength IS NULL", &["child-1", "order-1"]),
        ("ExecutionDuration = '500ns'", &["order-2"]),
        ("ExecutionDuration > 500", &["refund-1"]),
        ("ParentWorkflowId = 'order-1'", &["child-1"]),
        (
            "ParentWorkflowId IS NULL",
            &["order-1", "refund-1", "order-2"],
        ),
        ("ParentWorkflowId IS NOT NULL", &["child-1"]),
        ("ParentWorkflowId != 'order-9'", &["child-1"]),
        ("RootWorkflowId = 'order-1'", &["child-1", "order-1"]),
        (
            "RootWorkflowId IN ('order-1', 'order-2')",
            &["child-1", "order-1", "order-2"],
        ),
        ("RootWorkflowId != 'order-1'", &["refund-1", "order-2"]),
        ("TemporalWorkerDeployment = 'shop'", &["order-2"]),
        ("TemporalWorkerDeploymentVersion = 'shop:v1'", &["order-2"]),
        ("TemporalWorkerDeploymentVersion = 'shop:v2'", &[]),
        (
            "TemporalWorkerDeploymentVersion STARTS_WITH 'shop:'",
            &["order-2"],
        ),
        (
            "TemporalWorkerDeploymentVersion IS NULL",
            &["child-1", "order-1", "refund-1"],
        ),
        (
            "(WorkflowId = 'order-1' OR TaskQueue = 'refunds') AND ExecutionStatus != 'Failed'",
            &["order-1"],
        ),
        (
            "NOT (WorkflowType = 'Order' OR WorkflowType = 'Child')",
            &["refund-1"],
        ),
        ("RunId = 'no uuid'", &[]),
        (
            "RunId != 'no uuid'",
            &["child-1", "order-1", "refund-1", "order-2"],
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(found(&*store, filter).await, *expected, "{filter}");
    }
    for (filter, expected) in [
        (format!("RunId = '{run_2}'"), vec!["order-2"]),
        (
            format!("RunId != '{run_2}'"),
            vec!["child-1", "order-1", "refund-1"],
        ),
        (format!("RunId IN ('{run_2}', 'x')"), vec!["order-2"]),
        (
            format!("RunId NOT IN ('{run_2}')"),
            vec!["child-1", "order-1", "refund-1"],
        ),
        (format!("RunId > '{run_2}'"), vec!["child-1", "refund-1"]),
        (
            format!("RunId STARTS_WITH '{}'", &run_2.to_string()[..35]),
            vec!["child-1", "order-1", "refund-1", "order-2"],
        ),
        (
            format!("RunId STARTS_WITH '{run_2}' OR WorkflowId = 'order-1'"),
            vec!["order-1", "order-2"],
        ),
        (format!("ParentRunId = '{}'", run_id(1)), vec!["child-1"]),
        (
            format!("RootRunId = '{}'", run_id(1)),
            vec!["child-1", "order-1"],
        ),
    ] {
        assert_eq!(found(&*store, &filter).await, expected, "{filter}");
    }
}

pub(crate) async fn a_token_of_another_list_is_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    let token = list(&*store, "", 1, Vec::new()).await.next_page_token;
    for (filter, token) in [("WorkflowId != 'a'", token), ("", b"garbage".to_vec())] {
        let query = ListQuery {
            namespace_id: namespace_id(1),
            filter: filter.into(),
            page_size: 1,
            page_token: token,
        };
        assert!(matches!(
            store.list_runs(&query).await,
            Err(StoreError::InvalidPageToken)
        ));
    }
}

pub(crate) async fn bad_filters_are_refused(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    for (filter, message) in [
        (
            "Nothing = 1",
            "invalid query: invalid expression: column name 'Nothing' is not a valid search attribute",
        ),
        (
            "GROUP BY ExecutionStatus",
            "invalid query: operation is not supported: 'group by' clause",
        ),
    ] {
        let query = ListQuery {
            namespace_id: namespace_id(1),
            filter: filter.into(),
            page_size: 1,
            page_token: Vec::new(),
        };
        assert_eq!(
            store.list_runs(&query).await.unwrap_err().to_string(),
            message
        );
    }
    let many = vec!["'x'"; 40_000].join(",");
    let query = ListQuery {
        namespace_id: namespace_id(1),
        filter: format!("WorkflowId IN ({})", &many[..many.len().min(130_000)]),
        page_size: 1,
        page_token: Vec::new(),
    };
    assert!(matches!(
        store.list_runs(&query).await,
        Err(StoreError::InvalidFilter(_))
    ));
}

pub(crate) async fn an_unknown_namespace_is_empty(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    let query = ListQuery {
        namespace_id: namespace_id(9),
        filter: String::new(),
        page_size: 5,
        page_token: Vec::new(),
    };
    assert_eq!(store.list_runs(&query).await.unwrap(), ListPage::default());
    assert_eq!(
        store.count_runs(namespace_id(9), "").await.unwrap().total,
        0
    );
    assert!(
        store
            .runs_closed_before(namespace_id(9), Timestamp(i64::MAX), 5)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn a_prefix_with_many_matches_is_listed(harness: &dyn Harness) {
    const MANY: u128 = 21_000;
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let mut writes = Vec::new();
    for number in 0..MANY {
        let run = key(&format!("order-{number}"), number);
        let mut write = created(&run, b"");
        write.visibility = Some(Visibility {
            start_time: Timestamp(number as i64),
            ..visibility(&run)
        });
        writes.push(write);
    }
    commit(&*store, lease, writes).await;
    let page = list(&*store, "WorkflowId STARTS_WITH 'order-'", 5, Vec::new()).await;
    let next = list(
        &*store,
        "WorkflowId STARTS_WITH 'order-'",
        5,
        page.next_page_token,
    )
    .await;
    let ids: Vec<&str> = page
        .runs
        .iter()
        .chain(&next.runs)
        .map(|run| &*run.key.workflow_id)
        .collect();
    let expected: Vec<String> = (0..10)
        .map(|step| format!("order-{}", MANY - 1 - step))
        .collect();
    assert_eq!(ids, expected);
}

pub(crate) async fn runs_closed_before_a_time_are_found(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    let before = async |time, limit| {
        let keys = store
            .runs_closed_before(namespace_id(1), Timestamp(time), limit)
            .await
            .unwrap();
        keys.iter()
            .map(|key| key.workflow_id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(before(3_000, 10).await, [""; 0]);
    assert_eq!(before(3_001, 10).await, ["order-2"]);
    assert_eq!(before(i64::MAX, 10).await, ["order-2", "refund-1"]);
    assert_eq!(before(i64::MAX, 1).await, ["order-2"]);
    // A run that closes moves from the open to the closed ones.
    let lease = super::sample::lease(&*store, 0).await;
    let mut closing = write(&key("order-1", 1), b"");
    let mut shown = visibility(&key("order-1", 1));
    shown.status = 7;
    shown.close_time = Some(Timestamp(50_000));
    closing.visibility = Some(shown);
    commit(&*store, lease, vec![closing]).await;
    assert_eq!(
        before(i64::MAX, 10).await,
        ["order-2", "refund-1", "order-1"]
    );
    assert_eq!(
        found(&*store, "ExecutionStatus = 'Running'").await,
        ["child-1"]
    );
    assert_eq!(
        found(&*store, "ExecutionStatus = 'TimedOut'").await,
        ["order-1"]
    );
}
