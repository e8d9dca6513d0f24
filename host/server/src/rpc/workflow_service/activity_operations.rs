//! Activities in the hands of people, one at a time: those of a workflow, and stand-alone ones if no workflow is named.

use sundial_core::standalone::{Pause, Reset, Unpause};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    workflowservice::v1::{
        PauseActivityExecutionRequest, PauseActivityExecutionResponse, PauseActivityRequest,
        ResetActivityExecutionRequest, ResetActivityExecutionResponse, ResetActivityRequest,
        UnpauseActivityExecutionRequest, UnpauseActivityExecutionResponse, UnpauseActivityRequest,
        UpdateActivityExecutionOptionsRequest, UpdateActivityExecutionOptionsResponse,
        UpdateActivityOptionsRequest, pause_activity_request, reset_activity_request,
        unpause_activity_request, update_activity_options_request,
    },
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
    validation::standalone_activities as checks,
};

fn execution(workflow_id: String, run_id: String) -> Option<WorkflowExecution> {
    Some(WorkflowExecution {
        workflow_id,
        run_id,
    })
}

impl Backend {
    pub(super) async fn pause_activity_execution(
        &self,
        mut request: PauseActivityExecutionRequest,
        call: Call,
    ) -> Result<PauseActivityExecutionResponse, RpcError> {
        checks::request_id(&mut request.request_id, &self.limits)?;
        checks::identity(&request.identity, &self.limits)?;
        checks::reason(&request.reason, &self.limits)?;
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        if request.workflow_id.is_empty() {
            let pause = Pause {
                identity: request.identity,
                reason: request.reason,
                request_id: request.request_id,
            };
            self.engine
                .transact_activity(target, move |activity, cx| activity.pause(cx, &pause))
                .await?;
        } else {
            let request = PauseActivityRequest {
                namespace: request.namespace,
                execution: execution(request.workflow_id, request.run_id),
                identity: request.identity,
                reason: request.reason,
                request_id: request.request_id,
                activity: Some(pause_activity_request::Activity::Id(request.activity_id)),
            };
            self.pause_activity(request, call).await?;
        }
        Ok(PauseActivityExecutionResponse {})
    }

    pub(super) async fn unpause_activity_execution(
        &self,
        mut request: UnpauseActivityExecutionRequest,
        call: Call,
    ) -> Result<UnpauseActivityExecutionResponse, RpcError> {
        checks::request_id(&mut request.request_id, &self.limits)?;
        checks::identity(&request.identity, &self.limits)?;
        let jitter = checks::jitter(request.jitter.as_mut())?;
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        if request.workflow_id.is_empty() {
            let unpause = Unpause {
                jitter,
                request_id: request.request_id,
            };
            self.engine
                .transact_activity(target, move |activity, cx| activity.unpause(cx, &unpause))
                .await?;
        } else {
            let request = UnpauseActivityRequest {
                namespace: request.namespace,
                execution: execution(request.workflow_id, request.run_id),
                identity: request.identity,
                jitter: request.jitter,
                activity: Some(unpause_activity_request::Activity::Id(request.activity_id)),
                ..Default::default()
            };
            self.unpause_activity(request, call).await?;
        }
        Ok(UnpauseActivityExecutionResponse {})
    }

    pub(super) async fn reset_activity_execution(
        &self,
        mut request: ResetActivityExecutionRequest,
        call: Call,
    ) -> Result<ResetActivityExecutionResponse, RpcError> {
        checks::request_id(&mut request.request_id, &self.limits)?;
        checks::identity(&request.identity, &self.limits)?;
        let jitter = checks::jitter(request.jitter.as_mut())?;
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        if request.workflow_id.is_empty() {
            let reset = Reset {
                keep_paused: request.keep_paused,
                jitter,
                original_options: request.restore_original_options,
                heartbeat: request.reset_heartbeat,
                request_id: request.request_id,
            };
            self.engine
                .transact_activity(target, move |activity, cx| activity.reset(cx, &reset))
                .await?;
        } else {
            let request = ResetActivityRequest {
                namespace: request.namespace,
                execution: execution(request.workflow_id, request.run_id),
                identity: request.identity,
                reset_heartbeat: request.reset_heartbeat,
                keep_paused: request.keep_paused,
                jitter: request.jitter,
                restore_original_options: request.restore_original_options,
                activity: Some(reset_activity_request::Activity::Id(request.activity_id)),
            };
            self.reset_activity(request, call).await?;
        }
        Ok(ResetActivityExecutionResponse {})
    }

    pub(super) async fn update_activity_execution_options(
        &self,
        mut request: UpdateActivityExecutionOptionsRequest,
        call: Call,
    ) -> Result<UpdateActivityExecutionOptionsResponse, RpcError> {
        checks::request_id(&mut request.request_id, &self.limits)?;
        checks::identity(&request.identity, &self.limits)?;
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        if !request.workflow_id.is_empty() {
            let request = UpdateActivityOptionsRequest {
                namespace: request.namespace,
                execution: execution(request.workflow_id, request.run_id),
                identity: request.identity,
                activity_options: request.activity_options,
                update_mask: request.update_mask,
                restore_original: request.restore_original,
                activity: Some(update_activity_options_request::Activity::Id(
                    request.activity_id,
                )),
            };
            let response = self.update_activity_options(request, call).await?;
            return Ok(UpdateActivityExecutionOptionsResponse {
                activity_options: response.activity_options,
            });
        }
        let restore = request.restore_original;
        let paths = request.update_mask.map(|mask| mask.paths);
        if restore && paths.as_ref().is_some_and(|paths| !paths.is_empty()) {
            return Err(invalid("Both UpdateMask and RestoreOriginal are provided"));
        }
        let missing = |what: &str| invalid(format!("{what} provided"));
        let options = match request.activity_options {
            None if !restore => return Err(missing("ActivityOptions are not")),
            options => options.unwrap_or_default(),
        };
        let paths = match paths {
            None if !restore => return Err(missing("UpdateMask is not")),
            Some(paths) if paths.is_empty() && !restore => {
                return Err(invalid("UpdateMask must specify at least one path"));
            }
            paths => paths.unwrap_or_default(),
        };
        let request_id = request.request_id;
        let now = self
            .engine
            .transact_activity(target, move |activity, cx| {
                activity.update_options(cx, &options, &paths, restore, &request_id)
            })
            .await?;
        Ok(UpdateActivityExecutionOptionsResponse {
            activity_options: Some(now),
        })
    }
}
