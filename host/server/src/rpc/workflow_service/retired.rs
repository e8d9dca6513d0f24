//! Methods that servers keep for old clients and refuse unless their operator says otherwise, which ours can't.
//!
//! Their refusals name what clients are to stop using. What came in their place is in `deployments`.

use temporalio_protos::temporal::api::workflowservice::v1::{
    GetWorkerBuildIdCompatibilityRequest, GetWorkerBuildIdCompatibilityResponse,
    GetWorkerTaskReachabilityRequest, GetWorkerTaskReachabilityResponse,
    GetWorkerVersioningRulesRequest, GetWorkerVersioningRulesResponse,
    ListArchivedWorkflowExecutionsRequest, ListArchivedWorkflowExecutionsResponse,
    UpdateWorkerBuildIdCompatibilityRequest, UpdateWorkerBuildIdCompatibilityResponse,
    UpdateWorkerVersioningRulesRequest, UpdateWorkerVersioningRulesResponse,
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
};

/// What says which build ids go together, of the first versioning.
const VERSION_SETS: &str =
    "Worker versioning v0.1 (Version Set-based, deprecated) is disabled on this namespace.";
/// The second.
const VERSION_RULES: &str =
    "Worker versioning v0.2 (Rules-based, deprecated) is disabled on this namespace.";

impl Backend {
    pub(super) async fn update_worker_build_id_compatibility(
        &self,
        request: UpdateWorkerBuildIdCompatibilityRequest,
        _call: Call,
    ) -> Result<UpdateWorkerBuildIdCompatibilityResponse, RpcError> {
        self.refused_by(&request.namespace, VERSION_SETS).await
    }

    pub(super) async fn get_worker_build_id_compatibility(
        &self,
        request: GetWorkerBuildIdCompatibilityRequest,
        _call: Call,
    ) -> Result<GetWorkerBuildIdCompatibilityResponse, RpcError> {
        self.refused_by(&request.namespace, VERSION_SETS).await
    }

    pub(super) async fn update_worker_versioning_rules(
        &self,
        request: UpdateWorkerVersioningRulesRequest,
        _call: Call,
    ) -> Result<UpdateWorkerVersioningRulesResponse, RpcError> {
        self.refused_by(&request.namespace, VERSION_RULES).await
    }

    pub(super) async fn get_worker_versioning_rules(
        &self,
        request: GetWorkerVersioningRulesRequest,
        _call: Call,
    ) -> Result<GetWorkerVersioningRulesResponse, RpcError> {
        self.refused_by(&request.namespace, VERSION_RULES).await
    }

    pub(super) async fn get_worker_task_reachability(
        &self,
        request: GetWorkerTaskReachabilityRequest,
        _call: Call,
    ) -> Result<GetWorkerTaskReachabilityResponse, RpcError> {
        self.refused_by(&request.namespace, VERSION_RULES).await
    }

    pub(super) async fn list_archived_workflow_executions(
        &self,
        request: ListArchivedWorkflowExecutionsRequest,
        _call: Call,
    ) -> Result<ListArchivedWorkflowExecutionsResponse, RpcError> {
        self.namespace(&request.namespace).await?;
        Err(invalid(
            "Cluster is not configured for visibility archival.",
        ))
    }

    async fn refused_by<T>(&self, namespace: &str, why: &str) -> Result<T, RpcError> {
        self.namespace(namespace).await?;
        Err(RpcError::PermissionDenied(why.into()))
    }
}
