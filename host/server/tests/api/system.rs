//! What the server says of itself, and to tools that know nothing of it.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    enums::v1::IndexedValueType,
    operatorservice::v1::{
        AddSearchAttributesRequest, ListClustersRequest, ListSearchAttributesRequest,
        RemoveSearchAttributesRequest,
    },
    workflowservice::v1::{
        GetClusterInfoRequest, GetSearchAttributesRequest, GetSystemInfoRequest,
    },
};
use tonic::codec::CompressionEncoding;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::{v1, v1alpha};

use crate::harness::{connect, fixture};

#[tokio::test(flavor = "multi_thread")]
async fn capabilities_and_cluster_are_told() {
    let mut f = fixture().await;
    let info = f
        .workflows
        .get_system_info(GetSystemInfoRequest {})
        .await
        .expect("is told")
        .into_inner();
    let can = info.capabilities.expect("are told");
    assert!(can.signal_and_query_header && can.encoded_failure_attributes && can.sdk_metadata);
    assert!(can.eager_workflow_start);
    assert!(can.supports_schedules && can.nexus);
    let cluster = f
        .workflows
        .get_cluster_info(GetClusterInfoRequest {})
        .await
        .expect("is told")
        .into_inner();
    assert!(!cluster.cluster_id.is_empty());
    assert!(cluster.history_shard_count >= 1);
    assert!(cluster.supported_clients.contains_key("temporal-cli"));
    let clusters = f
        .operator
        .list_clusters(ListClustersRequest::default())
        .await
        .expect("are told")
        .into_inner();
    assert_eq!(clusters.clusters[0].cluster_id, cluster.cluster_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_of_the_service_and_of_the_server() {
    let f = fixture().await;
    let mut health = HealthClient::new(connect(&f.server).await);
    for service in ["", "temporal.api.workflowservice.v1.WorkflowService"] {
        let request = HealthCheckRequest {
            service: service.into(),
        };
        let answer = health.check(request).await.expect("is told").into_inner();
        assert_eq!(answer.status, 1, "{service:?} is serving");
    }
    let request = HealthCheckRequest {
        service: "nothing".into(),
    };
    assert!(health.check(request).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_of_reflection_list_the_services() {
    let f = fixture().await;
    let channel = connect(&f.server).await;
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let ask = v1::ServerReflectionRequest {
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
        ..Default::default()
    };
    let mut answers = client
        .server_reflection_info(futures::stream::iter([ask]))
        .await
        .expect("is there")
        .into_inner();
    let answer = answers.message().await.expect("comes").expect("is there");
    let Some(v1::server_reflection_response::MessageResponse::ListServicesResponse(list)) =
        answer.message_response
    else {
        panic!("the answer is a list");
    };
    let names: Vec<String> = list
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    for name in [
        "temporal.api.workflowservice.v1.WorkflowService",
        "temporal.api.operatorservice.v1.OperatorService",
        "sundial.registry.v1.RegistryService",
    ] {
        assert!(names.iter().any(|n| n == name), "{name} is in {names:?}");
    }
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(channel);
    let ask = v1alpha::ServerReflectionRequest {
        message_request: Some(
            v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(
                "temporal.api.workflowservice.v1.WorkflowService".into(),
            ),
        ),
        ..Default::default()
    };
    let mut answers = client
        .server_reflection_info(futures::stream::iter([ask]))
        .await
        .expect("is there")
        .into_inner();
    let answer = answers.message().await.expect("comes").expect("is there");
    assert!(matches!(
        answer.message_response,
        Some(v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn gzip_is_read_and_spoken() {
    let mut f = fixture().await;
    let mut gzip = f
        .workflows
        .clone()
        .send_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Gzip);
    let mut request = crate::harness::start("w");
    request.input = crate::harness::payloads(&"x".repeat(500_000));
    gzip.start_workflow_execution(request.clone())
        .await
        .expect("is read");
    let page = gzip
        .get_workflow_execution_history(
            temporalio_protos::temporal::api::workflowservice::v1::GetWorkflowExecutionHistoryRequest {
                namespace: "default".into(),
                execution: crate::harness::execution("w"),
                ..Default::default()
            },
        )
        .await
        .expect("is spoken");
    assert_eq!(
        page.metadata()
            .get("grpc-encoding")
            .map(|v| v.as_bytes().to_vec()),
        Some(b"gzip".to_vec())
    );
    let history = f.history("w").await;
    assert_eq!(
        page.into_inner().history.unwrap_or_default().events,
        history
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn search_attributes_are_registered_listed_and_removed() {
    let mut f = fixture().await;
    let types = |pairs: &[(&str, IndexedValueType)]| -> HashMap<String, i32> {
        pairs
            .iter()
            .map(|(name, of)| ((*name).to_owned(), *of as i32))
            .collect()
    };
    let list = ListSearchAttributesRequest {
        namespace: "default".into(),
    };
    f.operator
        .add_search_attributes(AddSearchAttributesRequest {
            search_attributes: types(&[("Customer", IndexedValueType::Keyword)]),
            namespace: "default".into(),
        })
        .await
        .expect("is taken");
    let listed = f
        .operator
        .list_search_attributes(list.clone())
        .await
        .expect("are listed")
        .into_inner();
    assert_eq!(
        listed.custom_attributes,
        types(&[("Customer", IndexedValueType::Keyword)])
    );
    assert!(listed.system_attributes.contains_key("WorkflowType"));
    let keys = f
        .workflows
        .get_search_attributes(GetSearchAttributesRequest {})
        .await
        .expect("are told")
        .into_inner()
        .keys;
    assert!(keys.contains_key("Customer") && keys.contains_key("StartTime"));
    f.operator
        .remove_search_attributes(RemoveSearchAttributesRequest {
            search_attributes: vec!["Customer".into()],
            namespace: "default".into(),
        })
        .await
        .expect("is taken");
    let listed = f
        .operator
        .list_search_attributes(list)
        .await
        .expect("are listed")
        .into_inner();
    assert!(listed.custom_attributes.is_empty());
}
