//! OperatorService: search attributes, the deletion of namespaces, Nexus endpoints, and clusters, of which there is one.

use std::sync::Arc;

use sundial_core::NamespaceInfo;
use sundial_proto::operatorservice::operator_service_server::OperatorService;
use temporalio_protos::temporal::api::operatorservice::v1::{
    AddOrUpdateRemoteClusterRequest, AddOrUpdateRemoteClusterResponse, AddSearchAttributesRequest,
    AddSearchAttributesResponse, ClusterMetadata, CreateNexusEndpointRequest,
    CreateNexusEndpointResponse, DeleteNamespaceRequest, DeleteNamespaceResponse,
    DeleteNexusEndpointRequest, DeleteNexusEndpointResponse, GetNexusEndpointRequest,
    GetNexusEndpointResponse, ListClustersRequest, ListClustersResponse, ListNexusEndpointsRequest,
    ListNexusEndpointsResponse, ListSearchAttributesRequest, ListSearchAttributesResponse,
    RemoveRemoteClusterRequest, RemoveRemoteClusterResponse, RemoveSearchAttributesRequest,
    RemoveSearchAttributesResponse, UpdateNexusEndpointRequest, UpdateNexusEndpointResponse,
};
use tonic::{Request, Response, Status, async_trait};

use super::{
    backend::Backend,
    reply::reply,
    search_attributes::{numbered, system_attributes},
    status::{RpcError, invalid, not_found},
    workflow_service::CLUSTER_NAME,
};

/// The methods of OperatorService.
#[derive(Clone)]
pub(crate) struct OperatorHandler {
    backend: Arc<Backend>,
}

impl OperatorHandler {
    pub(crate) fn new(backend: Arc<Backend>) -> Self {
        Self { backend }
    }
}

#[async_trait]
impl OperatorService for OperatorHandler {
    async fn add_search_attributes(
        &self,
        request: Request<AddSearchAttributesRequest>,
    ) -> Result<Response<AddSearchAttributesResponse>, Status> {
        let request = request.into_inner();
        let namespace = self.backend.named_namespace(&request.namespace).await?;
        if request.search_attributes.is_empty() {
            return Err(invalid("SearchAttributes are not set on request.").into());
        }
        let namespace = required(namespace)?;
        self.backend
            .add_custom_search_attributes(namespace.id, request.search_attributes)
            .await?;
        Ok(reply(false, AddSearchAttributesResponse {}))
    }

    async fn remove_search_attributes(
        &self,
        request: Request<RemoveSearchAttributesRequest>,
    ) -> Result<Response<RemoveSearchAttributesResponse>, Status> {
        let request = request.into_inner();
        let namespace = self.backend.named_namespace(&request.namespace).await?;
        if request.search_attributes.is_empty() {
            return Err(invalid("SearchAttributes are not set on request.").into());
        }
        let namespace = required(namespace)?;
        self.backend
            .remove_custom_search_attributes(namespace.id, &request.search_attributes)
            .await?;
        Ok(reply(false, RemoveSearchAttributesResponse {}))
    }

    async fn list_search_attributes(
        &self,
        request: Request<ListSearchAttributesRequest>,
    ) -> Result<Response<ListSearchAttributesResponse>, Status> {
        let namespace = self
            .backend
            .named_namespace(&request.get_ref().namespace)
            .await?;
        let namespace = required(namespace)?;
        let types = self.backend.custom_search_attributes(namespace.id).await?;
        let response = ListSearchAttributesResponse {
            custom_attributes: numbered(&types),
            system_attributes: system_attributes(),
            ..Default::default()
        };
        Ok(reply(false, response))
    }

    async fn add_or_update_remote_cluster(
        &self,
        request: Request<AddOrUpdateRemoteClusterRequest>,
    ) -> Result<Response<AddOrUpdateRemoteClusterResponse>, Status> {
        Err(RpcError::Unavailable(format!(
            "Unable connect to remote cluster {} with error: this server connects to no other cluster.",
            request.get_ref().frontend_address
        ))
        .into())
    }

    async fn remove_remote_cluster(
        &self,
        _request: Request<RemoveRemoteClusterRequest>,
    ) -> Result<Response<RemoveRemoteClusterResponse>, Status> {
        Err(not_found("The cluster to be deleted cannot be found in clusters cache.").into())
    }

    async fn delete_namespace(
        &self,
        request: Request<DeleteNamespaceRequest>,
    ) -> Result<Response<DeleteNamespaceResponse>, Status> {
        let response = self.backend.delete_namespace(request.into_inner()).await?;
        Ok(reply(false, response))
    }

    async fn create_nexus_endpoint(
        &self,
        request: Request<CreateNexusEndpointRequest>,
    ) -> Result<Response<CreateNexusEndpointResponse>, Status> {
        let response = self
            .backend
            .create_nexus_endpoint(request.into_inner())
            .await?;
        Ok(reply(false, response))
    }

    async fn update_nexus_endpoint(
        &self,
        request: Request<UpdateNexusEndpointRequest>,
    ) -> Result<Response<UpdateNexusEndpointResponse>, Status> {
        let response = self
            .backend
            .update_nexus_endpoint(request.into_inner())
            .await?;
        Ok(reply(false, response))
    }

    async fn delete_nexus_endpoint(
        &self,
        request: Request<DeleteNexusEndpointRequest>,
    ) -> Result<Response<DeleteNexusEndpointResponse>, Status> {
        let response = self
            .backend
            .delete_nexus_endpoint(request.into_inner())
            .await?;
        Ok(reply(false, response))
    }

    async fn get_nexus_endpoint(
        &self,
        request: Request<GetNexusEndpointRequest>,
    ) -> Result<Response<GetNexusEndpointResponse>, Status> {
        Ok(reply(
            false,
            self.backend.get_nexus_endpoint(request.get_ref())?,
        ))
    }

    async fn list_nexus_endpoints(
        &self,
        request: Request<ListNexusEndpointsRequest>,
    ) -> Result<Response<ListNexusEndpointsResponse>, Status> {
        Ok(reply(
            false,
            self.backend.list_nexus_endpoints(request.get_ref())?,
        ))
    }

    async fn list_clusters(
        &self,
        _request: Request<ListClustersRequest>,
    ) -> Result<Response<ListClustersResponse>, Status> {
        let facts = &self.backend.cluster;
        let cluster = ClusterMetadata {
            cluster_name: CLUSTER_NAME.into(),
            cluster_id: facts.cluster_id.clone(),
            history_shard_count: facts.shard_count,
            is_connection_enabled: true,
            ..Default::default()
        };
        Ok(reply(
            false,
            ListClustersResponse {
                clusters: vec![cluster],
                ..Default::default()
            },
        ))
    }
}

/// Search attributes belong to a namespace here, as they do on Temporal's server with a SQL database.
fn required(namespace: Option<NamespaceInfo>) -> Result<NamespaceInfo, RpcError> {
    namespace.ok_or_else(|| invalid("Namespace is not set on request."))
}
