//! What is said of activities by those who know only their ids: the workflow's and the activity's, or the one of a
//! stand-alone activity.

use temporalio_protos::temporal::api::workflowservice::v1::{
    RecordActivityTaskHeartbeatByIdRequest, RecordActivityTaskHeartbeatByIdResponse,
    RespondActivityTaskCanceledByIdRequest, RespondActivityTaskCanceledByIdResponse,
    RespondActivityTaskCompletedByIdRequest, RespondActivityTaskCompletedByIdResponse,
    RespondActivityTaskFailedByIdRequest, RespondActivityTaskFailedByIdResponse,
};

use super::activities::{ActivityName, NamedActivity};
use crate::{
    engine::Target,
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::names,
    },
};

impl Backend {
    pub(super) async fn record_activity_task_heartbeat_by_id(
        &self,
        request: RecordActivityTaskHeartbeatByIdRequest,
        _call: Call,
    ) -> Result<RecordActivityTaskHeartbeatByIdResponse, RpcError> {
        let activity = self
            .activity_of_id(
                &request.namespace,
                &request.workflow_id,
                &request.run_id,
                request.activity_id,
                request.identity,
            )
            .await?;
        let response = self.heartbeat_activity(activity, request.details).await?;
        Ok(RecordActivityTaskHeartbeatByIdResponse {
            cancel_requested: response.cancel_requested,
            activity_paused: response.activity_paused,
            activity_reset: response.activity_reset,
        })
    }

    pub(super) async fn respond_activity_task_completed_by_id(
        &self,
        request: RespondActivityTaskCompletedByIdRequest,
        _call: Call,
    ) -> Result<RespondActivityTaskCompletedByIdResponse, RpcError> {
        let activity = self
            .activity_of_id(
                &request.namespace,
                &request.workflow_id,
                &request.run_id,
                request.activity_id,
                request.identity,
            )
            .await?;
        names::identity(&activity.identity, &self.limits)?;
        self.complete_activity(activity, request.result).await?;
        Ok(RespondActivityTaskCompletedByIdResponse {})
    }

    pub(super) async fn respond_activity_task_failed_by_id(
        &self,
        request: RespondActivityTaskFailedByIdRequest,
        _call: Call,
    ) -> Result<RespondActivityTaskFailedByIdResponse, RpcError> {
        let activity = self
            .activity_of_id(
                &request.namespace,
                &request.workflow_id,
                &request.run_id,
                request.activity_id,
                request.identity,
            )
            .await?;
        names::identity(&activity.identity, &self.limits)?;
        let failures = self
            .fail_activity(activity, request.failure, request.last_heartbeat_details)
            .await?;
        Ok(RespondActivityTaskFailedByIdResponse { failures })
    }

    pub(super) async fn respond_activity_task_canceled_by_id(
        &self,
        request: RespondActivityTaskCanceledByIdRequest,
        _call: Call,
    ) -> Result<RespondActivityTaskCanceledByIdResponse, RpcError> {
        let activity = self
            .activity_of_id(
                &request.namespace,
                &request.workflow_id,
                &request.run_id,
                request.activity_id,
                request.identity,
            )
            .await?;
        names::identity(&activity.identity, &self.limits)?;
        self.cancel_activity(activity, request.details).await?;
        Ok(RespondActivityTaskCanceledByIdResponse {})
    }

    async fn activity_of_id(
        &self,
        namespace: &str,
        workflow_id: &str,
        run_id: &str,
        activity_id: String,
        identity: String,
    ) -> Result<NamedActivity, RpcError> {
        let namespace = self.namespace(namespace).await?;
        if activity_id.is_empty() {
            return Err(invalid("ActivityId is not set on request."));
        }
        let run_id = names::run_id_of_any(run_id)?;
        Ok(NamedActivity {
            target: match workflow_id {
                "" => Target::activity(&namespace, &activity_id, run_id),
                workflow_id => Target::new(&namespace, workflow_id, run_id),
            },
            name: ActivityName::Id(activity_id),
            identity,
        })
    }
}
