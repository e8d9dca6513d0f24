//! Namespaces, and that they keep apart what is in them.

use prost_wkt_types::Duration;
use temporalio_protos::temporal::api::{
    namespace::v1::{NamespaceConfig, UpdateNamespaceInfo},
    workflowservice::v1::{
        DeprecateNamespaceRequest, DescribeNamespaceRequest, ListNamespacesRequest,
        RegisterNamespaceRequest, UpdateNamespaceRequest,
    },
};
use tonic::Code;

use crate::harness::{fixture, start};

fn register(name: &str) -> RegisterNamespaceRequest {
    RegisterNamespaceRequest {
        namespace: name.into(),
        description: "orders".into(),
        workflow_execution_retention_period: Some(Duration {
            seconds: 86_400,
            nanos: 0,
        }),
        ..Default::default()
    }
}

fn named(name: &str) -> DescribeNamespaceRequest {
    DescribeNamespaceRequest {
        namespace: name.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_is_registered_described_updated_and_deprecated() {
    let mut f = fixture().await;
    f.workflows
        .register_namespace(register("team"))
        .await
        .expect("is registered");
    let again = f
        .workflows
        .register_namespace(register("team"))
        .await
        .expect_err("is taken");
    assert_eq!(again.code(), Code::AlreadyExists);
    let described = f
        .workflows
        .describe_namespace(named("team"))
        .await
        .expect("is there")
        .into_inner();
    let info = described.namespace_info.expect("is described");
    assert_eq!(
        (info.name.as_str(), info.description.as_str()),
        ("team", "orders")
    );
    let by_id = DescribeNamespaceRequest {
        id: info.id.clone(),
        ..Default::default()
    };
    let found = f
        .workflows
        .describe_namespace(by_id)
        .await
        .expect("is there")
        .into_inner();
    assert_eq!(
        found.namespace_info.map(|i| i.name).as_deref(),
        Some("team")
    );

    f.workflows
        .update_namespace(UpdateNamespaceRequest {
            namespace: "team".into(),
            update_info: Some(UpdateNamespaceInfo {
                description: "returns".into(),
                ..Default::default()
            }),
            config: Some(NamespaceConfig {
                workflow_execution_retention_ttl: Some(Duration {
                    seconds: 7200,
                    nanos: 0,
                }),
                ..Default::default()
            }),
            ..Default::default()
        })
        .await
        .expect("is updated");
    let described = f
        .workflows
        .describe_namespace(named("team"))
        .await
        .expect("is there")
        .into_inner();
    assert_eq!(
        described.namespace_info.map(|i| i.description).as_deref(),
        Some("returns")
    );
    let retention = described
        .config
        .and_then(|c| c.workflow_execution_retention_ttl);
    assert_eq!(retention.map(|d| d.seconds), Some(7200));

    f.workflows
        .deprecate_namespace(DeprecateNamespaceRequest {
            namespace: "team".into(),
            ..Default::default()
        })
        .await
        .expect("is deprecated");
    let mut request = start("w");
    request.namespace = "team".into();
    let refused = f
        .workflows
        .start_workflow_execution(request)
        .await
        .expect_err("is deprecated");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(
        refused.message(),
        "Namespace has invalid state: Deprecated. Must be Registered."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_without_retention_is_refused() {
    let mut f = fixture().await;
    let request = RegisterNamespaceRequest {
        workflow_execution_retention_period: None,
        ..register("team")
    };
    let refused = f
        .workflows
        .register_namespace(request)
        .await
        .expect_err("keeps nothing");
    assert_eq!(
        refused.message(),
        "A valid retention period is not set on request."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_are_listed_by_pages() {
    let mut f = fixture().await;
    let (mut names, mut token) = (Vec::new(), Vec::new());
    loop {
        let page = f
            .workflows
            .list_namespaces(ListNamespacesRequest {
                page_size: 1,
                next_page_token: token,
                ..Default::default()
            })
            .await
            .expect("are listed")
            .into_inner();
        assert_eq!(page.namespaces.len(), 1);
        names.extend(
            page.namespaces
                .into_iter()
                .filter_map(|n| Some(n.namespace_info?.name)),
        );
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["default", "other"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_runs_once_in_each() {
    let mut f = fixture().await;
    let here = f.start("w").await;
    let mut request = start("w");
    request.namespace = "other".into();
    let there = f
        .workflows
        .start_workflow_execution(request)
        .await
        .expect("starts")
        .into_inner();
    assert_ne!(here, there.run_id);
    let task = f.poll().await;
    assert_eq!(task.workflow_execution.map(|e| e.run_id), Some(here));
}
