//! Counts of runs.

use sundial_store::{CountGroup, StoreError};

use super::{
    Harness,
    lists::{list, with_samples},
    sample::namespace_id,
};

pub(crate) async fn counts_agree_with_lists(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    for filter in [
        "",
        "WorkflowId = 'order-1'",
        "WorkflowId STARTS_WITH 'order'",
        "WorkflowType = 'Order'",
        "WorkflowType = 'Order' AND ExecutionStatus = 'Running'",
        "ExecutionStatus = 'Running' OR WorkflowType = 'Refund'",
        "StartTime > 1000",
        "CloseTime IS NULL",
        "ParentWorkflowId = 'order-1'",
        "RootWorkflowId = 'order-1'",
        "ExecutionStatus = 'Running' AND ExecutionStatus = 'Failed'",
    ] {
        let counted = store.count_runs(namespace_id(1), filter).await.unwrap();
        let listed = list(&*store, filter, 100, Vec::new()).await.runs.len();
        assert_eq!(
            (counted.total, counted.groups.len()),
            (listed as i64, 0),
            "{filter}"
        );
    }
    let refused = store.count_runs(namespace_id(1), "Nothing = 1").await;
    assert!(matches!(refused, Err(StoreError::InvalidFilter(_))));
}

pub(crate) async fn counts_are_grouped_by_status(harness: &dyn Harness) {
    let store = harness.open().await;
    with_samples(&*store).await;
    let groups = async |filter: &str| {
        let counted = store.count_runs(namespace_id(1), filter).await.unwrap();
        assert_eq!(
            counted.total,
            counted.groups.iter().map(|group| group.count).sum::<i64>()
        );
        counted.groups
    };
    let group = |status, count| CountGroup { status, count };
    assert_eq!(
        groups("GROUP BY ExecutionStatus").await,
        [group(1, 2), group(2, 1), group(3, 1)]
    );
    assert_eq!(
        groups("WorkflowType = 'Order' GROUP BY ExecutionStatus").await,
        [group(1, 1), group(2, 1)]
    );
    assert_eq!(
        groups("WorkflowId = 'order-2' GROUP BY ExecutionStatus").await,
        [group(2, 1)]
    );
    assert_eq!(
        groups("WorkflowId = 'none' GROUP BY ExecutionStatus").await,
        []
    );
}
