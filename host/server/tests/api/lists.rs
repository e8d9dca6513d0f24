//! Lists and counts of runs.

use temporalio_protos::temporal::api::{
    filter::v1::WorkflowExecutionFilter,
    workflowservice::v1::{
        CountWorkflowExecutionsRequest, DeleteWorkflowExecutionRequest,
        ListClosedWorkflowExecutionsRequest, ListOpenWorkflowExecutionsRequest,
        ListWorkflowExecutionsRequest, list_open_workflow_executions_request::Filters,
    },
};

use crate::harness::{Fixture, complete, execution, fixture};

async fn three_runs() -> Fixture {
    let mut f = fixture().await;
    f.start("closed").await;
    f.answer_next(vec![complete("done")]).await;
    f.start("one").await;
    f.start("o'two").await;
    f
}

async fn listed(f: &mut Fixture, query: &str, page_size: i32) -> Vec<String> {
    let (mut ids, mut token) = (Vec::new(), Vec::new());
    loop {
        let page = f
            .workflows
            .list_workflow_executions(ListWorkflowExecutionsRequest {
                namespace: "default".into(),
                page_size,
                next_page_token: token,
                query: query.into(),
            })
            .await
            .expect("are listed")
            .into_inner();
        ids.extend(
            page.executions
                .into_iter()
                .filter_map(|e| Some(e.execution?.workflow_id)),
        );
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_listed_by_pages_and_filters() {
    let mut f = three_runs().await;
    assert_eq!(listed(&mut f, "", 1).await, ["closed", "o'two", "one"]);
    assert_eq!(
        listed(&mut f, "ExecutionStatus = 'Running'", 0).await,
        ["o'two", "one"]
    );
    assert_eq!(
        listed(&mut f, "WorkflowType = 'order' AND WorkflowId = 'one'", 0).await,
        ["one"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn open_and_closed_runs_are_listed_the_old_way() {
    let mut f = three_runs().await;
    let open = f
        .workflows
        .list_open_workflow_executions(ListOpenWorkflowExecutionsRequest {
            namespace: "default".into(),
            filters: Some(Filters::ExecutionFilter(WorkflowExecutionFilter {
                workflow_id: "o'two".into(),
                run_id: String::new(),
            })),
            ..Default::default()
        })
        .await
        .expect("are listed")
        .into_inner();
    assert_eq!(open.executions.len(), 1);
    let closed = f
        .workflows
        .list_closed_workflow_executions(ListClosedWorkflowExecutionsRequest {
            namespace: "default".into(),
            ..Default::default()
        })
        .await
        .expect("are listed")
        .into_inner();
    let info = &closed.executions[0];
    assert_eq!(
        info.execution.as_ref().map(|e| e.workflow_id.as_str()),
        Some("closed")
    );
    assert!(info.close_time.is_some() && info.history_length > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_counted_and_grouped() {
    let mut f = three_runs().await;
    let mut count = async |query: &str| {
        f.workflows
            .count_workflow_executions(CountWorkflowExecutionsRequest {
                namespace: "default".into(),
                query: query.into(),
            })
            .await
            .expect("are counted")
            .into_inner()
    };
    assert_eq!(count("ExecutionStatus = 'Running'").await.count, 2);
    let grouped = count("GROUP BY ExecutionStatus").await;
    let mut groups: Vec<(String, i64)> = grouped
        .groups
        .iter()
        .map(|group| {
            (
                String::from_utf8_lossy(&group.group_values[0].data).into_owned(),
                group.count,
            )
        })
        .collect();
    groups.sort();
    assert_eq!(
        groups,
        [
            ("\"Completed\"".to_owned(), 1),
            ("\"Running\"".to_owned(), 2)
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_run_is_listed_no_more() {
    let mut f = three_runs().await;
    f.workflows
        .delete_workflow_execution(DeleteWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_execution: execution("one"),
        })
        .await
        .expect("is deleted");
    assert_eq!(listed(&mut f, "", 0).await, ["closed", "o'two"]);
}
