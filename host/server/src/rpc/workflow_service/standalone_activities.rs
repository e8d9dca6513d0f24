//! Stand-alone activities for their clients: start, look, wait, stop, delete.

use prost::Message;
use sundial_core::{
    RunId,
    standalone::{self, Detail},
};
use temporalio_protos::temporal::api::workflowservice::v1::{
    DeleteActivityExecutionRequest, DeleteActivityExecutionResponse,
    DescribeActivityExecutionRequest, DescribeActivityExecutionResponse,
    PollActivityExecutionRequest, PollActivityExecutionResponse,
    RequestCancelActivityExecutionRequest, RequestCancelActivityExecutionResponse,
    StartActivityExecutionRequest, StartActivityExecutionResponse,
    TerminateActivityExecutionRequest, TerminateActivityExecutionResponse,
};

use crate::{
    engine::Target,
    rpc::{
        backend::{Backend, WAIT_LIMIT},
        call::Call,
        status::{RpcError, invalid},
        validation::standalone_activities as checks,
    },
};

/// What a description was true of: whoever brings it back waits for something else.
#[derive(Clone, PartialEq, Eq, Message)]
struct LongPollToken {
    #[prost(string, tag = "1")]
    run_id: String,
    #[prost(int64, tag = "2")]
    transition_count: i64,
}

impl LongPollToken {
    fn read(bytes: &[u8], run_id: Option<RunId>) -> Result<Option<Self>, RpcError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let Some(run_id) = run_id else {
            return Err(invalid(
                "run id is required when long poll token is provided",
            ));
        };
        let token = Self::decode(bytes).map_err(|_| invalid("invalid long poll token"))?;
        if token.run_id != run_id.to_string() {
            return Err(invalid("long poll token does not match execution"));
        }
        Ok(Some(token))
    }
}

impl Backend {
    pub(super) async fn start_activity_execution(
        &self,
        mut request: StartActivityExecutionRequest,
        _call: Call,
    ) -> Result<StartActivityExecutionResponse, RpcError> {
        let namespace = self.open_namespace(&request.namespace).await?;
        checks::prepare_start(&mut request, &self.limits)?;
        self.name_attribute_types(namespace.id, request.search_attributes.as_mut())
            .await?;
        let activity_id = request.activity_id.clone();
        let within = namespace.clone();
        let response = self
            .engine
            .transact_activity_id(&namespace, &activity_id, move |current, cx| {
                standalone::start(current, cx, &within, &request)
            })
            .await?;
        Ok(response)
    }

    /// The answer is empty when nothing changed while the caller could wait.
    pub(super) async fn describe_activity_execution(
        &self,
        request: DescribeActivityExecutionRequest,
        call: Call,
    ) -> Result<DescribeActivityExecutionResponse, RpcError> {
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        let seen = LongPollToken::read(&request.long_poll_token, target.run_id)?;
        let detail = Detail {
            input: request.include_input,
            outcome: request.include_outcome,
            heartbeat_details: request.include_heartbeat_details,
            last_failure: request.include_last_failure,
        };
        let clock = self.engine.clock().clone();
        let limit = call.long_poll(WAIT_LIMIT);
        let changed = self
            .engine
            .wait_for_activity(target, limit, move |activity| {
                let transition_count = activity.transition_count();
                if seen
                    .as_ref()
                    .is_some_and(|seen| seen.transition_count == transition_count)
                {
                    return None;
                }
                let mut response = activity.describe(clock.now(), detail);
                if !activity.is_closed() {
                    let token = LongPollToken {
                        run_id: response.run_id.clone(),
                        transition_count,
                    };
                    response.long_poll_token = token.encode_to_vec();
                }
                Some(response)
            });
        self.or_stopping(changed).await
    }

    /// The answer is empty when it did not end while the caller could wait.
    pub(super) async fn poll_activity_execution(
        &self,
        request: PollActivityExecutionRequest,
        call: Call,
    ) -> Result<PollActivityExecutionResponse, RpcError> {
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        let limit = call.long_poll(WAIT_LIMIT);
        let ended = self
            .engine
            .wait_for_activity(target, limit, |activity| activity.ended());
        self.or_stopping(ended).await
    }

    pub(super) async fn request_cancel_activity_execution(
        &self,
        mut request: RequestCancelActivityExecutionRequest,
        _call: Call,
    ) -> Result<RequestCancelActivityExecutionResponse, RpcError> {
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        checks::request_id(&mut request.request_id, &self.limits)?;
        checks::identity(&request.identity, &self.limits)?;
        checks::reason(&request.reason, &self.limits)?;
        self.engine
            .transact_activity(target, move |activity, cx| {
                activity.request_cancel(cx, &request)
            })
            .await?;
        Ok(RequestCancelActivityExecutionResponse {})
    }

    pub(super) async fn terminate_activity_execution(
        &self,
        mut request: TerminateActivityExecutionRequest,
        _call: Call,
    ) -> Result<TerminateActivityExecutionResponse, RpcError> {
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        checks::request_id(&mut request.request_id, &self.limits)?;
        checks::identity(&request.identity, &self.limits)?;
        checks::reason(&request.reason, &self.limits)?;
        self.engine
            .transact_activity(target, move |activity, cx| activity.terminate(cx, &request))
            .await?;
        Ok(TerminateActivityExecutionResponse {})
    }

    /// An open one is terminated first.
    pub(super) async fn delete_activity_execution(
        &self,
        request: DeleteActivityExecutionRequest,
        _call: Call,
    ) -> Result<DeleteActivityExecutionResponse, RpcError> {
        let (id, run_id) = (&request.activity_id, &request.run_id);
        let target = self
            .standalone_activity(&request.namespace, id, run_id)
            .await?;
        self.engine
            .delete_activity(target, |activity, cx| {
                let terminate = TerminateActivityExecutionRequest {
                    reason: "Delete activity execution".into(),
                    ..Default::default()
                };
                activity.terminate(cx, &terminate)
            })
            .await?;
        Ok(DeleteActivityExecutionResponse {})
    }

    /// The activity that a request must name.
    pub(super) async fn standalone_activity(
        &self,
        namespace: &str,
        activity_id: &str,
        run_id: &str,
    ) -> Result<Target, RpcError> {
        let namespace = self.namespace(namespace).await?;
        let run_id = checks::named(activity_id, run_id, &self.limits)?;
        Ok(Target::activity(&namespace, activity_id, run_id))
    }

    /// What was waited for; nothing when the time is over or the server stops.
    async fn or_stopping<R: Default>(
        &self,
        waiting: impl Future<Output = Result<Option<R>, crate::engine::EngineError>>,
    ) -> Result<R, RpcError> {
        tokio::select! {
            found = waiting => Ok(found?.unwrap_or_default()),
            () = self.stopping.cancelled() => Ok(R::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_run_alone() {
        let run = |number| RunId(Uuid::from_u128(number));
        let token = LongPollToken {
            run_id: run(1).to_string(),
            transition_count: 7,
        };
        let bytes = token.encode_to_vec();
        let read = |bytes: &[u8], run_id| {
            LongPollToken::read(bytes, run_id).map_err(|error| error.to_string())
        };
        assert_eq!(read(&bytes, Some(run(1))), Ok(Some(token)));
        assert_eq!(read(b"", None), Ok(None));
        for (bytes, run_id, expected) in [
            (
                bytes.as_slice(),
                None,
                "run id is required when long poll token is provided",
            ),
            (
                &bytes,
                Some(run(2)),
                "long poll token does not match execution",
            ),
            (b"\xff\xff", Some(run(1)), "invalid long poll token"),
        ] {
            assert_eq!(read(bytes, run_id), Err(expected.to_owned()));
        }
    }
}
