//! WorkflowService: one file per group of methods. This one only says which method is where.
//!
//! A method that is not in the list answers UNIMPLEMENTED with its name.

mod activities;
mod activity_control;
mod activity_operations;
mod batch_operations;
mod cancel_and_terminate;
mod completion_by_id;
mod delete;
mod deployments;
mod describe;
mod history;
mod history_old_clients;
mod history_token;
mod list;
mod multi_operation;
mod namespaces;
mod nexus_tasks;
mod own_calls;
mod pause;
mod polling;
mod queries;
mod reset;
mod retired;
mod schedules;
mod signals;
mod standalone_activities;
mod standalone_lists;
mod start;
mod system;
mod task_queue_config;
mod task_queues;
mod updates;
mod workers;
mod workflow_options;
mod workflow_tasks;

use std::sync::Arc;

use sundial_proto::workflowservice::workflow_service_server::WorkflowService;
use temporalio_protos::temporal::api::workflowservice::v1 as api;
use tonic::{Request, Response, Status, async_trait};

pub(crate) use self::namespaces::{CLUSTER_NAME, new_record};
use super::{backend::Backend, call::Call, reply::reply};

/// The methods of WorkflowService. Cheap to clone.
#[derive(Clone)]
pub(crate) struct WorkflowHandler {
    backend: Arc<Backend>,
}

impl WorkflowHandler {
    pub(crate) fn new(backend: Arc<Backend>) -> Self {
        Self { backend }
    }
}

/// Implements the generated trait: takes the request apart, calls the method of the same name below, and maps its
/// error.
macro_rules! methods {
    ($($method:ident: $request:ident -> $response:ident,)*) => {
        #[async_trait]
        impl WorkflowService for WorkflowHandler {
            $(
                async fn $method(
                    &self,
                    request: Request<api::$request>,
                ) -> Result<Response<api::$response>, Status> {
                    let (request, call) = Call::split(request);
                    let accepts_gzip = call.accepts_gzip();
                    let answer = self.backend.$method(request, call).await?;
                    Ok(reply(accepts_gzip, answer))
                }
            )*
        }
    };
}

methods! {
    // namespaces.rs
    register_namespace: RegisterNamespaceRequest -> RegisterNamespaceResponse,
    describe_namespace: DescribeNamespaceRequest -> DescribeNamespaceResponse,
    list_namespaces: ListNamespacesRequest -> ListNamespacesResponse,
    update_namespace: UpdateNamespaceRequest -> UpdateNamespaceResponse,
    deprecate_namespace: DeprecateNamespaceRequest -> DeprecateNamespaceResponse,
    // system.rs
    get_system_info: GetSystemInfoRequest -> GetSystemInfoResponse,
    get_cluster_info: GetClusterInfoRequest -> GetClusterInfoResponse,
    get_search_attributes: GetSearchAttributesRequest -> GetSearchAttributesResponse,
    // start.rs
    start_workflow_execution: StartWorkflowExecutionRequest -> StartWorkflowExecutionResponse,
    signal_with_start_workflow_execution:
        SignalWithStartWorkflowExecutionRequest -> SignalWithStartWorkflowExecutionResponse,
    // history.rs
    get_workflow_execution_history:
        GetWorkflowExecutionHistoryRequest -> GetWorkflowExecutionHistoryResponse,
    get_workflow_execution_history_reverse:
        GetWorkflowExecutionHistoryReverseRequest -> GetWorkflowExecutionHistoryReverseResponse,
    // polling.rs
    poll_workflow_task_queue: PollWorkflowTaskQueueRequest -> PollWorkflowTaskQueueResponse,
    poll_activity_task_queue: PollActivityTaskQueueRequest -> PollActivityTaskQueueResponse,
    // nexus_tasks.rs
    poll_nexus_task_queue: PollNexusTaskQueueRequest -> PollNexusTaskQueueResponse,
    respond_nexus_task_completed:
        RespondNexusTaskCompletedRequest -> RespondNexusTaskCompletedResponse,
    respond_nexus_task_failed: RespondNexusTaskFailedRequest -> RespondNexusTaskFailedResponse,
    // workflow_tasks.rs
    respond_workflow_task_completed:
        RespondWorkflowTaskCompletedRequest -> RespondWorkflowTaskCompletedResponse,
    respond_workflow_task_failed:
        RespondWorkflowTaskFailedRequest -> RespondWorkflowTaskFailedResponse,
    reset_sticky_task_queue: ResetStickyTaskQueueRequest -> ResetStickyTaskQueueResponse,
    // activities.rs
    record_activity_task_heartbeat:
        RecordActivityTaskHeartbeatRequest -> RecordActivityTaskHeartbeatResponse,
    respond_activity_task_completed:
        RespondActivityTaskCompletedRequest -> RespondActivityTaskCompletedResponse,
    respond_activity_task_failed:
        RespondActivityTaskFailedRequest -> RespondActivityTaskFailedResponse,
    respond_activity_task_canceled:
        RespondActivityTaskCanceledRequest -> RespondActivityTaskCanceledResponse,
    // activity_control.rs
    pause_activity: PauseActivityRequest -> PauseActivityResponse,
    unpause_activity: UnpauseActivityRequest -> UnpauseActivityResponse,
    reset_activity: ResetActivityRequest -> ResetActivityResponse,
    update_activity_options: UpdateActivityOptionsRequest -> UpdateActivityOptionsResponse,
    // activity_operations.rs
    pause_activity_execution: PauseActivityExecutionRequest -> PauseActivityExecutionResponse,
    unpause_activity_execution: UnpauseActivityExecutionRequest -> UnpauseActivityExecutionResponse,
    reset_activity_execution: ResetActivityExecutionRequest -> ResetActivityExecutionResponse,
    update_activity_execution_options:
        UpdateActivityExecutionOptionsRequest -> UpdateActivityExecutionOptionsResponse,
    // standalone_activities.rs
    start_activity_execution: StartActivityExecutionRequest -> StartActivityExecutionResponse,
    describe_activity_execution:
        DescribeActivityExecutionRequest -> DescribeActivityExecutionResponse,
    poll_activity_execution: PollActivityExecutionRequest -> PollActivityExecutionResponse,
    request_cancel_activity_execution:
        RequestCancelActivityExecutionRequest -> RequestCancelActivityExecutionResponse,
    terminate_activity_execution:
        TerminateActivityExecutionRequest -> TerminateActivityExecutionResponse,
    delete_activity_execution: DeleteActivityExecutionRequest -> DeleteActivityExecutionResponse,
    // standalone_lists.rs
    list_activity_executions: ListActivityExecutionsRequest -> ListActivityExecutionsResponse,
    count_activity_executions: CountActivityExecutionsRequest -> CountActivityExecutionsResponse,
    // completion_by_id.rs
    record_activity_task_heartbeat_by_id:
        RecordActivityTaskHeartbeatByIdRequest -> RecordActivityTaskHeartbeatByIdResponse,
    respond_activity_task_completed_by_id:
        RespondActivityTaskCompletedByIdRequest -> RespondActivityTaskCompletedByIdResponse,
    respond_activity_task_failed_by_id:
        RespondActivityTaskFailedByIdRequest -> RespondActivityTaskFailedByIdResponse,
    respond_activity_task_canceled_by_id:
        RespondActivityTaskCanceledByIdRequest -> RespondActivityTaskCanceledByIdResponse,
    // signals.rs
    signal_workflow_execution: SignalWorkflowExecutionRequest -> SignalWorkflowExecutionResponse,
    // cancel_and_terminate.rs
    request_cancel_workflow_execution:
        RequestCancelWorkflowExecutionRequest -> RequestCancelWorkflowExecutionResponse,
    terminate_workflow_execution:
        TerminateWorkflowExecutionRequest -> TerminateWorkflowExecutionResponse,
    // pause.rs
    pause_workflow_execution: PauseWorkflowExecutionRequest -> PauseWorkflowExecutionResponse,
    unpause_workflow_execution: UnpauseWorkflowExecutionRequest -> UnpauseWorkflowExecutionResponse,
    // workflow_options.rs
    update_workflow_execution_options:
        UpdateWorkflowExecutionOptionsRequest -> UpdateWorkflowExecutionOptionsResponse,
    // reset.rs
    reset_workflow_execution: ResetWorkflowExecutionRequest -> ResetWorkflowExecutionResponse,
    // delete.rs
    delete_workflow_execution: DeleteWorkflowExecutionRequest -> DeleteWorkflowExecutionResponse,
    // queries.rs
    query_workflow: QueryWorkflowRequest -> QueryWorkflowResponse,
    respond_query_task_completed:
        RespondQueryTaskCompletedRequest -> RespondQueryTaskCompletedResponse,
    // updates.rs
    update_workflow_execution: UpdateWorkflowExecutionRequest -> UpdateWorkflowExecutionResponse,
    poll_workflow_execution_update:
        PollWorkflowExecutionUpdateRequest -> PollWorkflowExecutionUpdateResponse,
    // multi_operation.rs
    execute_multi_operation: ExecuteMultiOperationRequest -> ExecuteMultiOperationResponse,
    // describe.rs
    describe_workflow_execution:
        DescribeWorkflowExecutionRequest -> DescribeWorkflowExecutionResponse,
    // list.rs
    list_workflow_executions: ListWorkflowExecutionsRequest -> ListWorkflowExecutionsResponse,
    scan_workflow_executions: ScanWorkflowExecutionsRequest -> ScanWorkflowExecutionsResponse,
    count_workflow_executions: CountWorkflowExecutionsRequest -> CountWorkflowExecutionsResponse,
    list_open_workflow_executions:
        ListOpenWorkflowExecutionsRequest -> ListOpenWorkflowExecutionsResponse,
    list_closed_workflow_executions:
        ListClosedWorkflowExecutionsRequest -> ListClosedWorkflowExecutionsResponse,
    // task_queues.rs
    describe_task_queue: DescribeTaskQueueRequest -> DescribeTaskQueueResponse,
    list_task_queue_partitions: ListTaskQueuePartitionsRequest -> ListTaskQueuePartitionsResponse,
    // task_queue_config.rs
    update_task_queue_config: UpdateTaskQueueConfigRequest -> UpdateTaskQueueConfigResponse,
    // workers.rs
    record_worker_heartbeat: RecordWorkerHeartbeatRequest -> RecordWorkerHeartbeatResponse,
    list_workers: ListWorkersRequest -> ListWorkersResponse,
    count_workers: CountWorkersRequest -> CountWorkersResponse,
    describe_worker: DescribeWorkerRequest -> DescribeWorkerResponse,
    shutdown_worker: ShutdownWorkerRequest -> ShutdownWorkerResponse,
    // batch_operations.rs
    start_batch_operation: StartBatchOperationRequest -> StartBatchOperationResponse,
    stop_batch_operation: StopBatchOperationRequest -> StopBatchOperationResponse,
    describe_batch_operation: DescribeBatchOperationRequest -> DescribeBatchOperationResponse,
    list_batch_operations: ListBatchOperationsRequest -> ListBatchOperationsResponse,
    // schedules.rs
    create_schedule: CreateScheduleRequest -> CreateScheduleResponse,
    describe_schedule: DescribeScheduleRequest -> DescribeScheduleResponse,
    update_schedule: UpdateScheduleRequest -> UpdateScheduleResponse,
    patch_schedule: PatchScheduleRequest -> PatchScheduleResponse,
    list_schedule_matching_times:
        ListScheduleMatchingTimesRequest -> ListScheduleMatchingTimesResponse,
    delete_schedule: DeleteScheduleRequest -> DeleteScheduleResponse,
    list_schedules: ListSchedulesRequest -> ListSchedulesResponse,
    count_schedules: CountSchedulesRequest -> CountSchedulesResponse,
    // retired.rs
    update_worker_build_id_compatibility:
        UpdateWorkerBuildIdCompatibilityRequest -> UpdateWorkerBuildIdCompatibilityResponse,
    get_worker_build_id_compatibility:
        GetWorkerBuildIdCompatibilityRequest -> GetWorkerBuildIdCompatibilityResponse,
    update_worker_versioning_rules:
        UpdateWorkerVersioningRulesRequest -> UpdateWorkerVersioningRulesResponse,
    get_worker_versioning_rules:
        GetWorkerVersioningRulesRequest -> GetWorkerVersioningRulesResponse,
    get_worker_task_reachability:
        GetWorkerTaskReachabilityRequest -> GetWorkerTaskReachabilityResponse,
    list_archived_workflow_executions:
        ListArchivedWorkflowExecutionsRequest -> ListArchivedWorkflowExecutionsResponse,
    // deployments.rs
    describe_worker_deployment: DescribeWorkerDeploymentRequest -> DescribeWorkerDeploymentResponse,
    describe_worker_deployment_version:
        DescribeWorkerDeploymentVersionRequest -> DescribeWorkerDeploymentVersionResponse,
    list_worker_deployments: ListWorkerDeploymentsRequest -> ListWorkerDeploymentsResponse,
    set_worker_deployment_current_version:
        SetWorkerDeploymentCurrentVersionRequest -> SetWorkerDeploymentCurrentVersionResponse,
    set_worker_deployment_ramping_version:
        SetWorkerDeploymentRampingVersionRequest -> SetWorkerDeploymentRampingVersionResponse,
    set_worker_deployment_manager:
        SetWorkerDeploymentManagerRequest -> SetWorkerDeploymentManagerResponse,
    delete_worker_deployment_version:
        DeleteWorkerDeploymentVersionRequest -> DeleteWorkerDeploymentVersionResponse,
    delete_worker_deployment: DeleteWorkerDeploymentRequest -> DeleteWorkerDeploymentResponse,
    update_worker_deployment_version_metadata:
        UpdateWorkerDeploymentVersionMetadataRequest
        -> UpdateWorkerDeploymentVersionMetadataResponse,
}
