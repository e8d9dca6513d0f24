//! What the server is and can do.

use temporalio_protos::temporal::api::{
    version::v1::{ReleaseInfo, VersionInfo},
    workflowservice::v1::{
        GetClusterInfoRequest, GetClusterInfoResponse, GetSearchAttributesRequest,
        GetSearchAttributesResponse, GetSystemInfoRequest, GetSystemInfoResponse,
        get_system_info_response::Capabilities,
    },
};

use super::namespaces::CLUSTER_NAME;
use crate::rpc::{
    backend::Backend,
    call::Call,
    search_attributes::{numbered, system_attributes},
    status::RpcError,
};

/// The Temporal release whose API this server speaks: clients and the Web UI compare it.
const API_VERSION: &str = "1.31.0";

/// What a cluster counts changes of the active cluster from, and by. There are none here: tools expect the numbers.
const INITIAL_FAILOVER_VERSION: i64 = 1;
const FAILOVER_VERSION_INCREMENT: i64 = 10;

/// What Temporal's server says of its clients.
const SUPPORTED_CLIENTS: [(&str, &str); 11] = [
    ("Nexus-go-sdk", "<2.0.0"),
    ("temporal-cli", "<2.0.0"),
    ("temporal-go", "<2.0.0"),
    ("temporal-java", "<2.0.0"),
    ("temporal-php", "<3.0.0"),
    ("temporal-python", "<2.0.0"),
    ("temporal-rust", "<2.0.0"),
    ("temporal-server", "<2.0.0"),
    ("temporal-typescript", "<2.0.0"),
    ("temporal-dotnet", "<2.0.0"),
    ("temporal-ui", "<3.0.0"),
];

impl Backend {
    pub(super) async fn get_system_info(
        &self,
        _request: GetSystemInfoRequest,
        _call: Call,
    ) -> Result<GetSystemInfoResponse, RpcError> {
        // True is what works.
        let capabilities = Capabilities {
            signal_and_query_header: true,
            internal_error_differentiation: true,
            activity_failure_include_heartbeat: true,
            encoded_failure_attributes: true,
            build_id_based_versioning: true,
            supports_schedules: true,
            upsert_memo: true,
            eager_workflow_start: true,
            sdk_metadata: true,
            count_group_by_execution_status: true,
            nexus: true,
            ..Default::default()
        };
        Ok(GetSystemInfoResponse {
            server_version: API_VERSION.into(),
            capabilities: Some(capabilities),
        })
    }

    pub(super) async fn get_cluster_info(
        &self,
        _request: GetClusterInfoRequest,
        _call: Call,
    ) -> Result<GetClusterInfoResponse, RpcError> {
        let release = ReleaseInfo {
            version: API_VERSION.into(),
            notes: concat!("Sundial ", env!("CARGO_PKG_VERSION")).into(),
            ..Default::default()
        };
        Ok(GetClusterInfoResponse {
            supported_clients: SUPPORTED_CLIENTS
                .iter()
                .map(|(client, versions)| ((*client).to_owned(), (*versions).to_owned()))
                .collect(),
            server_version: API_VERSION.into(),
            cluster_id: self.cluster.cluster_id.clone(),
            version_info: Some(VersionInfo {
                current: Some(release),
                ..Default::default()
            }),
            cluster_name: CLUSTER_NAME.into(),
            history_shard_count: self.cluster.shard_count,
            persistence_store: self.cluster.persistence_store.into(),
            visibility_store: self.cluster.persistence_store.into(),
            initial_failover_version: INITIAL_FAILOVER_VERSION,
            failover_version_increment: FAILOVER_VERSION_INCREMENT,
        })
    }

    pub(super) async fn get_search_attributes(
        &self,
        _request: GetSearchAttributesRequest,
        _call: Call,
    ) -> Result<GetSearchAttributesResponse, RpcError> {
        let mut keys = system_attributes();
        // The request names no namespace; the one that every server has stands for them.
        if let Ok(namespace) = self.namespace("default").await {
            let types = self.custom_search_attributes(namespace.id).await?;
            keys.extend(numbered(&types));
        }
        Ok(GetSearchAttributesResponse { keys })
    }
}
