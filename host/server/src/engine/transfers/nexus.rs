//! Requests to those who handle Nexus operations, and completions of the operations of others.

use std::time::Duration;

use sundial_core::{
    Rejection, RunId, TransferRow,
    run::{
        callbacks::{CallbackEnd, DueCallback},
        nexus::{CancelAnswer, NexusCancelCall, NexusEnd, NexusStartCall, StartAnswer},
    },
    time::Span,
};
use temporalio_protos::temporal::api::{
    common::v1::{
        Link,
        link::{
            Variant as LinkVariant, WorkflowEvent,
            workflow_event::{EventReference, Reference},
        },
    },
    enums::v1::{EventType, TimeoutType},
    failure::v1::{
        CanceledFailureInfo, Failure, TerminatedFailureInfo, TimeoutFailureInfo,
        failure::FailureInfo,
    },
    history::v1::{HistoryEvent, history_event::Attributes},
    nexus::v1::{
        CancelOperationRequest, Request, StartOperationRequest, StartOperationResponse,
        endpoint_target, request, response, start_operation_response,
    },
    update::v1::{Outcome, outcome},
};

use super::super::{Engine, Target, error::EngineError};
use crate::nexus::{
    callback::{self, CallbackToken, OPERATION_HEADER, SYSTEM_URL, TOKEN_HEADER},
    failures::{HandlerRefusal, of_operation},
    links,
    tasks::{Answer, NexusQueue},
};

/// A handler has this long for an answer. Temporal: 10 s.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

impl Engine {
    /// An attempt to start an operation.
    pub(super) async fn start_nexus_operation(
        &self,
        row: &TransferRow,
        scheduled_event_id: i64,
    ) -> Result<(), EngineError> {
        let now = self.clock().now();
        let asked = self
            .read_asker(row, move |run| {
                run.nexus_start_call(scheduled_event_id, now)
            })
            .await?;
        let Some(call) = asked else {
            return self.finish(row, |_, _| {}).await;
        };
        let answer = self.ask_to_start(row, call).await?;
        self.finish(row, move |run, cx| {
            run.nexus_start_answered(cx, scheduled_event_id, answer);
        })
        .await
    }

    /// An attempt to cancel an operation.
    pub(super) async fn cancel_nexus_operation(
        &self,
        row: &TransferRow,
        scheduled_event_id: i64,
    ) -> Result<(), EngineError> {
        let asked = self
            .read_asker(row, move |run| run.nexus_cancel_call(scheduled_event_id))
            .await?;
        let Some(call) = asked else {
            return self.finish(row, |_, _| {}).await;
        };
        let answer = self.ask_to_cancel(call).await?;
        self.finish(row, move |run, cx| {
            run.nexus_cancel_answered(cx, scheduled_event_id, answer);
        })
        .await
    }

    /// Tells how a run ended that was started for an operation, or an update that was sent for one.
    pub(super) async fn call_back(&self, row: &TransferRow, index: i64) -> Result<(), EngineError> {
        let due = self
            .read_asker(row, move |run| run.due_callback(index))
            .await?;
        let Some(due) = due else {
            return self.finish(row, |_, _| {}).await;
        };
        let failure = self.complete_operation(row, due).await?;
        self.finish(row, move |run, cx| {
            run.callback_answered(cx, index, failure);
        })
        .await
    }

    async fn ask_to_start(
        &self,
        row: &TransferRow,
        call: NexusStartCall,
    ) -> Result<StartAnswer, EngineError> {
        let queue = match self.handlers(&call.endpoint_id).await? {
            Ok(queue) => queue,
            Err(refusal) => return Ok(StartAnswer::Refused(refusal.failure)),
        };
        let limit = limit_of(call.time_left);
        let token = CallbackToken::new(&row.run, call.scheduled_event_id, &call.request_id);
        let caller = WorkflowEvent {
            namespace: call.namespace,
            workflow_id: row.run.workflow_id.to_string(),
            run_id: row.run.run_id.to_string(),
            reference: Some(Reference::EventRef(EventReference {
                event_id: call.scheduled_event_id,
                event_type: EventType::NexusOperationScheduled as i32,
            })),
        };
        let mut header = call.header;
        if call.time_left > Span::ZERO {
            let left_ms = call.time_left.0 / 1_000_000;
            header.insert("operation-timeout".into(), format!("{left_ms}ms"));
        }
        let start = StartOperationRequest {
            service: call.service,
            operation: call.operation,
            request_id: call.request_id,
            callback: SYSTEM_URL.into(),
            payload: call.input,
            callback_header: [(TOKEN_HEADER.to_owned(), token.to_text())].into(),
            links: vec![links::to_nexus(&caller)],
        };
        let request = Request {
            header,
            endpoint: call.endpoint,
            variant: Some(request::Variant::StartOperation(start)),
            ..Default::default()
        };
        Ok(match self.ask_handlers(queue, request, limit).await {
            Ok(response) => match response.variant {
                Some(response::Variant::StartOperation(started)) => start_answer(started),
                Some(response::Variant::CancelOperation(_)) | None => no_outcome(),
            },
            Err(refusal) if refusal.is_retryable => StartAnswer::Unavailable(refusal.failure),
            Err(refusal) => StartAnswer::Refused(refusal.failure),
        })
    }

    #[expect(
        deprecated,
        reason = "handlers of this generation read the token in the older field, too"
    )]
    async fn ask_to_cancel(&self, call: NexusCancelCall) -> Result<CancelAnswer, EngineError> {
        let queue = match self.handlers(&call.endpoint_id).await? {
            Ok(queue) => queue,
            Err(refusal) => return Ok(CancelAnswer::Refused(refusal.failure)),
        };
        let cancel = CancelOperationRequest {
            service: call.service,
            operation: call.operation,
            operation_id: call.token.clone(),
            operation_token: call.token,
        };
        let request = Request {
            header: call.header,
            endpoint: call.endpoint,
            variant: Some(request::Variant::CancelOperation(cancel)),
            ..Default::default()
        };
        Ok(
            match self.ask_handlers(queue, request, REQUEST_LIMIT).await {
                Ok(_) => CancelAnswer::Accepted,
                Err(refusal) if refusal.is_retryable => CancelAnswer::Unavailable(refusal.failure),
                Err(refusal) => CancelAnswer::Refused(refusal.failure),
            },
        )
    }

    async fn ask_handlers(
        &self,
        queue: NexusQueue,
        mut request: Request,
        limit: Duration,
    ) -> Answer {
        request
            .header
            .insert("request-timeout".into(), format!("{}ms", limit.as_millis()));
        request.scheduled_time = Some(self.clock().now().to_proto());
        let answered = self.inner.nexus.tasks.ask(queue, request, limit).await;
        answered.unwrap_or_else(|| Err(HandlerRefusal::own("UPSTREAM_TIMEOUT", "upstream timeout")))
    }

    /// Where those poll who handle an endpoint's operations.
    async fn handlers(
        &self,
        endpoint_id: &str,
    ) -> Result<Result<NexusQueue, HandlerRefusal>, EngineError> {
        let refusal = |kind: &str, message: &str| Ok(Err(HandlerRefusal::own(kind, message)));
        match self.inner.nexus.endpoints.target(endpoint_id) {
            None => refusal("NOT_FOUND", "endpoint not registered"),
            Some(endpoint_target::Variant::External(_)) => refusal(
                "NOT_IMPLEMENTED",
                "this server does not call external endpoints",
            ),
            Some(endpoint_target::Variant::Worker(worker)) => {
                match self.namespace(&worker.namespace).await? {
                    None => refusal("NOT_FOUND", "the endpoint's namespace is not there"),
                    Some(namespace) => Ok(Ok(NexusQueue {
                        namespace_id: namespace.id,
                        name: worker.task_queue.as_str().into(),
                    })),
                }
            }
        }
    }

    /// Says why the callback was in vain, `None` if it was not.
    async fn complete_operation(
        &self,
        row: &TransferRow,
        due: DueCallback,
    ) -> Result<Option<Failure>, EngineError> {
        let in_vain = |message: &str| {
            Ok(Some(Failure {
                message: message.to_owned(),
                ..Default::default()
            }))
        };
        let Some((token, headers)) = callback::token_of(&due.callback) else {
            return in_vain("the callback does not lead to this server");
        };
        let Some(target) = target_of(&token) else {
            return in_vain("the callback's token names no run");
        };
        let operation_token = callback::header(headers, OPERATION_HEADER).unwrap_or_default();
        let operation_token = operation_token.to_owned();
        let started = self.link_to_start(row).await?;
        let end = match due.end {
            CallbackEnd::Run(close_event) => end_of_run(*close_event),
            CallbackEnd::Update(outcome) => end_of_update(*outcome),
        };
        let completed = self
            .transact(target, move |run, cx| {
                run.nexus_completed(
                    cx,
                    token.scheduled_event_id,
                    &token.request_id,
                    operation_token,
                    started,
                    end,
                )
            })
            .await;
        match completed {
            Ok(()) => Ok(None),
            Err(EngineError::Rejected(Rejection::WorkflowClosing)) => {
                Err(EngineError::Rejected(Rejection::WorkflowClosing))
            }
            Err(EngineError::Rejected(rejection)) => in_vain(&rejection.to_string()),
            Err(error) => Err(error),
        }
    }

    async fn link_to_start(&self, row: &TransferRow) -> Result<Vec<Link>, EngineError> {
        let namespace = self
            .read_asker(row, |run| Some(run.namespace_name().to_owned()))
            .await?;
        let event = WorkflowEvent {
            namespace: namespace.unwrap_or_default(),
            workflow_id: row.run.workflow_id.to_string(),
            run_id: row.run.run_id.to_string(),
            reference: Some(Reference::EventRef(EventReference {
                event_id: 1,
                event_type: EventType::WorkflowExecutionStarted as i32,
            })),
        };
        Ok(vec![Link {
            variant: Some(LinkVariant::WorkflowEvent(event)),
        }])
    }
}

/// Nobody waits longer for an answer than the caller does for the operation.
fn limit_of(time_left: Span) -> Duration {
    let left = Duration::from_nanos(u64::try_from(time_left.0).unwrap_or(0));
    match left.is_zero() {
        true => REQUEST_LIMIT,
        false => left.min(REQUEST_LIMIT),
    }
}

#[expect(
    deprecated,
    reason = "handlers of this generation answer in the older fields"
)]
fn start_answer(response: StartOperationResponse) -> StartAnswer {
    use start_operation_response::Variant;
    match response.variant {
        Some(Variant::SyncSuccess(done)) => StartAnswer::Ended(NexusEnd::Completed {
            result: done.payload,
            links: links::from_nexus(&done.links),
        }),
        Some(Variant::AsyncSuccess(started)) => {
            let token = match started.operation_token.is_empty() {
                true => started.operation_id,
                false => started.operation_token,
            };
            StartAnswer::Started {
                token,
                links: links::from_nexus(&started.links),
            }
        }
        Some(Variant::OperationError(error)) => {
            let (is_canceled, failure) = of_operation(error);
            StartAnswer::Ended(without_result(is_canceled, failure))
        }
        Some(Variant::Failure(failure)) => {
            let is_canceled = matches!(
                failure.failure_info,
                Some(FailureInfo::CanceledFailureInfo(_))
            );
            StartAnswer::Ended(without_result(is_canceled, failure))
        }
        None => no_outcome(),
    }
}

fn without_result(is_canceled: bool, failure: Failure) -> NexusEnd {
    match is_canceled {
        true => NexusEnd::Canceled(Box::new(failure)),
        false => NexusEnd::Failed(Box::new(failure)),
    }
}

fn no_outcome() -> StartAnswer {
    StartAnswer::Unavailable(HandlerRefusal::own("INTERNAL", "empty outcome").failure)
}

fn target_of(token: &CallbackToken) -> Option<Target> {
    let namespace_id = uuid::Uuid::try_parse(&token.namespace_id).ok()?;
    Some(Target {
        namespace_id: sundial_core::NamespaceId(namespace_id),
        archetype: sundial_core::Archetype::Workflow,
        workflow_id: token.workflow_id.as_str().into(),
        run_id: Some(RunId::parse(&token.run_id).ok()?),
    })
}

/// What an update's outcome means for the operation that it was sent for.
fn end_of_update(outcome: Outcome) -> NexusEnd {
    match outcome.value {
        Some(outcome::Value::Success(result)) => NexusEnd::Completed {
            result: result.payloads.into_iter().next(),
            links: Vec::new(),
        },
        Some(outcome::Value::Failure(failure)) => NexusEnd::Failed(Box::new(failure)),
        None => NexusEnd::Completed {
            result: None,
            links: Vec::new(),
        },
    }
}

/// What a run's last event means for the operation that it was started for.
fn end_of_run(event: HistoryEvent) -> NexusEnd {
    let failed = |message: &str, info: FailureInfo| {
        Box::new(Failure {
            message: message.to_owned(),
            failure_info: Some(info),
            ..Default::default()
        })
    };
    match event.attributes {
        Some(Attributes::WorkflowExecutionCompletedEventAttributes(a)) => NexusEnd::Completed {
            result: a
                .result
                .and_then(|result| result.payloads.into_iter().next()),
            links: Vec::new(),
        },
        Some(Attributes::WorkflowExecutionFailedEventAttributes(a)) => {
            NexusEnd::Failed(Box::new(a.failure.unwrap_or_default()))
        }
        Some(Attributes::WorkflowExecutionCanceledEventAttributes(a)) => {
            let info = CanceledFailureInfo {
                details: a.details,
                ..Default::default()
            };
            NexusEnd::Canceled(failed(
                "operation canceled",
                FailureInfo::CanceledFailureInfo(info),
            ))
        }
        Some(Attributes::WorkflowExecutionTimedOutEventAttributes(_)) => {
            let info = TimeoutFailureInfo {
                timeout_type: TimeoutType::StartToClose as i32,
                last_heartbeat_details: None,
            };
            NexusEnd::Failed(failed(
                "operation exceeded internal timeout",
                FailureInfo::TimeoutFailureInfo(info),
            ))
        }
        // No other event is the last one of a run that nothing follows.
        Some(_) | None => NexusEnd::Failed(failed(
            "operation terminated",
            FailureInfo::TerminatedFailureInfo(TerminatedFailureInfo::default()),
        )),
    }
}
