//! What workers say of activities, by task token; and what is done with it, however the activity was named.

use sundial_core::run::{ActivityRef, token::ActivityTaskToken};
use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    failure::v1::Failure,
    workflowservice::v1::{
        RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse,
        RespondActivityTaskCanceledRequest, RespondActivityTaskCanceledResponse,
        RespondActivityTaskCompletedRequest, RespondActivityTaskCompletedResponse,
        RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse,
    },
};

use crate::{
    engine::Target,
    rpc::{
        backend::{Backend, check_token_namespace},
        call::Call,
        status::RpcError,
        validation::{failures, names, sizes},
    },
};

/// An activity as a worker names it.
pub(super) enum ActivityName {
    /// By the token of its task.
    Token(ActivityTaskToken),
    /// By its id.
    Id(String),
}

impl ActivityName {
    fn as_ref(&self) -> ActivityRef<'_> {
        match self {
            Self::Token(token) => ActivityRef::Token(token),
            Self::Id(id) => ActivityRef::Id(id),
        }
    }
}

/// An activity of a run, or a stand-alone one, and who speaks of it.
pub(super) struct NamedActivity {
    pub(super) target: Target,
    pub(super) name: ActivityName,
    pub(super) identity: String,
}

impl Backend {
    pub(super) async fn record_activity_task_heartbeat(
        &self,
        request: RecordActivityTaskHeartbeatRequest,
        _call: Call,
    ) -> Result<RecordActivityTaskHeartbeatResponse, RpcError> {
        let activity = self
            .activity_of_token(&request.namespace, &request.task_token, request.identity)
            .await?;
        self.heartbeat_activity(activity, request.details).await
    }

    pub(super) async fn respond_activity_task_completed(
        &self,
        request: RespondActivityTaskCompletedRequest,
        _call: Call,
    ) -> Result<RespondActivityTaskCompletedResponse, RpcError> {
        let activity = self
            .activity_of_token(&request.namespace, &request.task_token, request.identity)
            .await?;
        names::identity(&activity.identity, &self.limits)?;
        self.complete_activity(activity, request.result).await?;
        Ok(RespondActivityTaskCompletedResponse {})
    }

    pub(super) async fn respond_activity_task_failed(
        &self,
        request: RespondActivityTaskFailedRequest,
        _call: Call,
    ) -> Result<RespondActivityTaskFailedResponse, RpcError> {
        let activity = self
            .activity_of_token(&request.namespace, &request.task_token, request.identity)
            .await?;
        failures::of_activity(request.failure.as_ref())?;
        names::identity(&activity.identity, &self.limits)?;
        let failures = self
            .fail_activity(activity, request.failure, request.last_heartbeat_details)
            .await?;
        Ok(RespondActivityTaskFailedResponse { failures })
    }

    pub(super) async fn respond_activity_task_canceled(
        &self,
        request: RespondActivityTaskCanceledRequest,
        _call: Call,
    ) -> Result<RespondActivityTaskCanceledResponse, RpcError> {
        let activity = self
            .activity_of_token(&request.namespace, &request.task_token, request.identity)
            .await?;
        names::identity(&activity.identity, &self.limits)?;
        self.cancel_activity(activity, request.details).await?;
        Ok(RespondActivityTaskCanceledResponse {})
    }

    async fn activity_of_token(
        &self,
        namespace: &str,
        token: &[u8],
        identity: String,
    ) -> Result<NamedActivity, RpcError> {
        let named = self.named_namespace(namespace).await?;
        let token = ActivityTaskToken::decode_token(token)?;
        let key = token.key()?;
        check_token_namespace(named.as_ref(), key.namespace_id)?;
        Ok(NamedActivity {
            target: Target::run(&key),
            name: ActivityName::Token(token),
            identity,
        })
    }

    /// Details that are too large fail the activity, as on Temporal; its worker is told to stop.
    pub(super) async fn heartbeat_activity(
        &self,
        activity: NamedActivity,
        details: Option<Payloads>,
    ) -> Result<RecordActivityTaskHeartbeatResponse, RpcError> {
        if sizes::too_large(details.as_ref(), &self.limits) {
            self.fail_for_size(activity, failures::HEARTBEAT_TOO_LARGE)
                .await?;
            return Ok(RecordActivityTaskHeartbeatResponse {
                cancel_requested: true,
                ..Default::default()
            });
        }
        let NamedActivity {
            target,
            name,
            identity,
        } = activity;
        let response = self
            .engine
            .transact_any(target, move |owner, cx| {
                owner.heartbeat_activity(cx, name.as_ref(), details, &identity)
            })
            .await?;
        Ok(response)
    }

    /// A result that is too large fails the activity.
    pub(super) async fn complete_activity(
        &self,
        activity: NamedActivity,
        result: Option<Payloads>,
    ) -> Result<(), RpcError> {
        if sizes::too_large(result.as_ref(), &self.limits) {
            return self
                .fail_for_size(activity, failures::RESULT_TOO_LARGE)
                .await;
        }
        let NamedActivity {
            target,
            name,
            identity,
        } = activity;
        self.engine
            .transact_any(target, move |owner, cx| {
                owner.complete_activity(cx, name.as_ref(), result, &identity)
            })
            .await?;
        Ok(())
    }

    /// Gives what was wrong with the report itself.
    pub(super) async fn fail_activity(
        &self,
        activity: NamedActivity,
        mut failure: Option<Failure>,
        mut last_heartbeat_details: Option<Payloads>,
    ) -> Result<Vec<Failure>, RpcError> {
        let mut faults = Vec::new();
        if sizes::too_large(last_heartbeat_details.as_ref(), &self.limits) {
            last_heartbeat_details = None;
            faults.push(failures::of_server(failures::HEARTBEAT_TOO_LARGE));
        }
        if failures::cap(&mut failure, &self.limits) {
            faults.extend(failure.clone());
        }
        let NamedActivity {
            target,
            name,
            identity,
        } = activity;
        self.engine
            .transact_any(target, move |owner, cx| {
                owner.fail_activity(
                    cx,
                    name.as_ref(),
                    failure,
                    last_heartbeat_details,
                    &identity,
                )
            })
            .await?;
        Ok(faults)
    }

    /// Details that are too large fail the activity.
    pub(super) async fn cancel_activity(
        &self,
        activity: NamedActivity,
        details: Option<Payloads>,
    ) -> Result<(), RpcError> {
        if sizes::too_large(details.as_ref(), &self.limits) {
            return self
                .fail_for_size(activity, failures::CANCEL_DETAILS_TOO_LARGE)
                .await;
        }
        let NamedActivity {
            target,
            name,
            identity,
        } = activity;
        self.engine
            .transact_any(target, move |owner, cx| {
                owner.cancel_activity(cx, name.as_ref(), details, &identity)
            })
            .await?;
        Ok(())
    }

    async fn fail_for_size(
        &self,
        activity: NamedActivity,
        what: &'static str,
    ) -> Result<(), RpcError> {
        let NamedActivity {
            target,
            name,
            identity,
        } = activity;
        self.engine
            .transact_any(target, move |owner, cx| {
                let failure = Some(failures::of_server(what));
                owner.fail_activity(cx, name.as_ref(), failure, None, &identity)
            })
            .await?;
        Ok(())
    }
}
