//! Batch operations on the activities of runs: the requests that each comes down to.

use temporalio_protos::temporal::api::{
    batch::v1::{
        BatchOperationResetActivities, BatchOperationUnpauseActivities,
        BatchOperationUpdateActivityOptions, batch_operation_reset_activities as reset_op,
        batch_operation_unpause_activities as unpause_op,
        batch_operation_update_activity_options as update_op,
    },
    common::v1::WorkflowExecution,
    workflowservice::v1::{
        ResetActivityRequest, UnpauseActivityRequest, UpdateActivityOptionsRequest,
        reset_activity_request, unpause_activity_request, update_activity_options_request,
    },
};

pub(super) fn unpause(
    namespace: String,
    execution: Option<WorkflowExecution>,
    operation: &BatchOperationUnpauseActivities,
) -> UnpauseActivityRequest {
    use unpause_activity_request::Activity;
    UnpauseActivityRequest {
        namespace,
        execution,
        identity: operation.identity.clone(),
        reset_attempts: operation.reset_attempts,
        reset_heartbeat: operation.reset_heartbeat,
        jitter: operation.jitter,
        activity: operation.activity.clone().map(|which| match which {
            unpause_op::Activity::Type(name) => Activity::Type(name),
            unpause_op::Activity::MatchAll(all) => Activity::UnpauseAll(all),
        }),
    }
}

pub(super) fn reset(
    namespace: String,
    execution: Option<WorkflowExecution>,
    operation: &BatchOperationResetActivities,
) -> ResetActivityRequest {
    use reset_activity_request::Activity;
    ResetActivityRequest {
        namespace,
        execution,
        identity: operation.identity.clone(),
        reset_heartbeat: operation.reset_heartbeat,
        keep_paused: operation.keep_paused,
        jitter: operation.jitter,
        restore_original_options: operation.restore_original_options,
        activity: operation.activity.clone().map(|which| match which {
            reset_op::Activity::Type(name) => Activity::Type(name),
            reset_op::Activity::MatchAll(all) => Activity::MatchAll(all),
        }),
    }
}

pub(super) fn update_options(
    namespace: String,
    execution: Option<WorkflowExecution>,
    operation: &BatchOperationUpdateActivityOptions,
) -> UpdateActivityOptionsRequest {
    use update_activity_options_request::Activity;
    UpdateActivityOptionsRequest {
        namespace,
        execution,
        identity: operation.identity.clone(),
        activity_options: operation.activity_options.clone(),
        update_mask: operation.update_mask.clone(),
        restore_original: operation.restore_original,
        activity: operation.activity.clone().map(|which| match which {
            update_op::Activity::Type(name) => Activity::Type(name),
            update_op::Activity::MatchAll(all) => Activity::MatchAll(all),
        }),
    }
}
