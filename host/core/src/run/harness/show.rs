//! Events, tasks and refusals as short lines of text: what a reader of a test wants to see of them.

use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    enums::v1::{
        ContinueAsNewInitiator, RetryState, StartChildWorkflowExecutionFailedCause, TaskQueueKind,
        TimeoutType, WorkflowTaskFailedCause,
    },
    failure::v1::{Failure, failure::FailureInfo},
    history::v1::{HistoryEvent, history_event::Attributes as A},
    taskqueue::v1::TaskQueue,
};

use crate::{Rejection, Task, TaskKind, Timestamp, Transfer, time::Span};

pub(crate) fn instant(at: Timestamp, beginning: Timestamp) -> String {
    format!("at {}", span(Span(at.0 - beginning.0)))
}

pub(crate) fn span(span: Span) -> String {
    if span.0 % 1_000_000_000 == 0 {
        format!("{}s", span.0 / 1_000_000_000)
    } else {
        format!("{}ms", span.0 / 1_000_000)
    }
}

pub(crate) fn task(task: &Task) -> String {
    let kind = match task.kind {
        TaskKind::Workflow => "workflow",
        TaskKind::Activity => "activity",
    };
    let fallback = task
        .normal_queue
        .as_ref()
        .map(|q| format!(" else {q}"))
        .unwrap_or_default();
    let version = task
        .version
        .as_ref()
        .map(|v| format!(" on {}", v.build_id))
        .unwrap_or_default();
    format!(
        "{kind} task {} for {}{fallback}{version}",
        task.scheduled_event_id, task.queue
    )
}

pub(crate) fn transfer(transfer: &Transfer) -> String {
    match transfer {
        Transfer::StartChild { initiated_event_id } => format!("start child {initiated_event_id}"),
        Transfer::SignalExternal { initiated_event_id } => {
            format!("signal external {initiated_event_id}")
        }
        Transfer::CancelExternal { initiated_event_id } => {
            format!("cancel external {initiated_event_id}")
        }
        Transfer::StartNexusOperation { scheduled_event_id } => {
            format!("start operation {scheduled_event_id}")
        }
        Transfer::CancelNexusOperation { scheduled_event_id } => {
            format!("cancel operation {scheduled_event_id}")
        }
        Transfer::CompletionCallback { index } => format!("call back {index}"),
        Transfer::ChildClosed => "tell parent".into(),
        Transfer::ParentClosed {
            workflow_id,
            terminate,
            ..
        } => {
            format!(
                "{} child {workflow_id}",
                if *terminate { "terminate" } else { "cancel" }
            )
        }
    }
}

pub(crate) fn rejection(rejection: &Rejection) -> String {
    let kind = format!("{rejection:?}");
    let kind = kind.split(['(', ' ']).next().unwrap_or_default().to_owned();
    format!("{kind}: {rejection}")
}

pub(crate) fn payloads(payloads: Option<&Payloads>) -> String {
    payloads
        .iter()
        .flat_map(|payloads| &payloads.payloads)
        .map(|payload| String::from_utf8_lossy(&payload.data).into_owned())
        .collect::<Vec<_>>()
        .join(",")
}

pub(crate) fn failure(failure: &Failure) -> String {
    let info = match &failure.failure_info {
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            let details = payloads(info.last_heartbeat_details.as_ref());
            let beat = if details.is_empty() {
                String::new()
            } else {
                format!(" beat {details}")
            };
            format!(" ({:?}{beat})", info.timeout_type())
        }
        Some(FailureInfo::ApplicationFailureInfo(info)) => format!(" ({})", info.r#type),
        _ => String::new(),
    };
    let cause = failure
        .cause
        .as_ref()
        .map(|c| format!(" <- {}", self::failure(c)));
    format!("{:?}{info}{}", failure.message, cause.unwrap_or_default())
}

fn queue(queue: Option<&TaskQueue>) -> String {
    queue.map_or(String::new(), |queue| {
        let sticky = if queue.kind == TaskQueueKind::Sticky as i32 {
            " sticky"
        } else {
            ""
        };
        format!("{}{sticky}", queue.name)
    })
}

/// The last digits of a run id: the harness counts them.
fn run_id(id: &str) -> String {
    id.rsplit('-')
        .next()
        .unwrap_or_default()
        .trim_start_matches('0')
        .to_owned()
}

fn retry(state: i32) -> String {
    format!("{:?}", RetryState::try_from(state).unwrap_or_default())
}

fn optional_failure(value: Option<&Failure>) -> String {
    value.map(failure).unwrap_or_default()
}

pub(crate) fn event(event: &HistoryEvent) -> String {
    let name = format!("{:?}", event.event_type());
    let attributes = event
        .attributes
        .as_ref()
        .map(attributes)
        .unwrap_or_default();
    format!("{} {name} {attributes}", event.event_id)
        .trim_end()
        .to_owned()
}

fn attributes(attributes: &A) -> String {
    match attributes {
        A::WorkflowExecutionStartedEventAttributes(a) => started(a),
        A::WorkflowTaskScheduledEventAttributes(a) => {
            let timeout = Span::from_proto(a.start_to_close_timeout.as_ref());
            format!(
                "{} attempt {} in {}",
                queue(a.task_queue.as_ref()),
                a.attempt,
                span(timeout)
            )
        }
        A::WorkflowTaskStartedEventAttributes(a) => {
            let suggests = if a.suggest_continue_as_new {
                " suggests a new run"
            } else {
                ""
            };
            format!("of {} by {}{suggests}", a.scheduled_event_id, a.identity)
        }
        A::WorkflowTaskCompletedEventAttributes(a) => {
            format!("of {}/{}", a.scheduled_event_id, a.started_event_id)
        }
        A::WorkflowTaskFailedEventAttributes(a) => {
            let cause = WorkflowTaskFailedCause::try_from(a.cause).unwrap_or_default();
            format!(
                "of {}/{} {cause:?} {}",
                a.scheduled_event_id,
                a.started_event_id,
                optional_failure(a.failure.as_ref())
            )
        }
        A::WorkflowTaskTimedOutEventAttributes(a) => {
            let kind = TimeoutType::try_from(a.timeout_type).unwrap_or_default();
            format!(
                "of {}/{} {kind:?}",
                a.scheduled_event_id, a.started_event_id
            )
        }
        A::ActivityTaskScheduledEventAttributes(a) => format!(
            "{} on {} close {} start {} run {} beat {}",
            a.activity_id,
            queue(a.task_queue.as_ref()),
            span(Span::from_proto(a.schedule_to_close_timeout.as_ref())),
            span(Span::from_proto(a.schedule_to_start_timeout.as_ref())),
            span(Span::from_proto(a.start_to_close_timeout.as_ref())),
            span(Span::from_proto(a.heartbeat_timeout.as_ref())),
        ),
        A::ActivityTaskStartedEventAttributes(a) => format!(
            "of {} attempt {} by {} {}",
            a.scheduled_event_id,
            a.attempt,
            a.identity,
            optional_failure(a.last_failure.as_ref())
        ),
        A::ActivityTaskCompletedEventAttributes(a) => {
            let result = payloads(a.result.as_ref());
            format!(
                "of {}/{} {result}",
                a.scheduled_event_id, a.started_event_id
            )
        }
        A::ActivityTaskFailedEventAttributes(a) => format!(
            "of {}/{} {} {}",
            a.scheduled_event_id,
            a.started_event_id,
            retry(a.retry_state),
            optional_failure(a.failure.as_ref())
        ),
        A::ActivityTaskTimedOutEventAttributes(a) => format!(
            "of {}/{} {} {}",
            a.scheduled_event_id,
            a.started_event_id,
            retry(a.retry_state),
            optional_failure(a.failure.as_ref())
        ),
        A::ActivityTaskCancelRequestedEventAttributes(a) => format!("of {}", a.scheduled_event_id),
        A::ActivityTaskCanceledEventAttributes(a) => format!(
            "of {}/{} asked by {} {} by {}",
            a.scheduled_event_id,
            a.started_event_id,
            a.latest_cancel_requested_event_id,
            payloads(a.details.as_ref()),
            a.identity
        ),
        A::TimerStartedEventAttributes(a) => {
            format!(
                "{} {}",
                a.timer_id,
                span(Span::from_proto(a.start_to_fire_timeout.as_ref()))
            )
        }
        A::TimerFiredEventAttributes(a) => format!("{} of {}", a.timer_id, a.started_event_id),
        A::TimerCanceledEventAttributes(a) => {
            format!("{} of {} by {}", a.timer_id, a.started_event_id, a.identity)
        }
        A::MarkerRecordedEventAttributes(a) => a.marker_name.clone(),
        A::WorkflowExecutionSignaledEventAttributes(a) => {
            let sender = a.external_workflow_execution.as_ref();
            format!(
                "{} {}",
                a.signal_name,
                sender.map_or("", |s| s.workflow_id.as_str())
            )
        }
        A::WorkflowExecutionCancelRequestedEventAttributes(a) => format!(
            "{} by {} {}",
            a.cause,
            a.identity,
            a.external_workflow_execution
                .as_ref()
                .map_or("", |s| s.workflow_id.as_str())
        ),
        A::WorkflowExecutionCompletedEventAttributes(a) => format!(
            "{} {}",
            payloads(a.result.as_ref()),
            next_run(&a.new_execution_run_id)
        ),
        A::WorkflowExecutionFailedEventAttributes(a) => format!(
            "{} {} {}",
            retry(a.retry_state),
            optional_failure(a.failure.as_ref()),
            next_run(&a.new_execution_run_id)
        ),
        A::WorkflowExecutionTimedOutEventAttributes(a) => {
            format!(
                "{} {}",
                retry(a.retry_state),
                next_run(&a.new_execution_run_id)
            )
        }
        A::WorkflowExecutionTerminatedEventAttributes(a) => {
            format!(
                "{:?} {} by {}",
                a.reason,
                payloads(a.details.as_ref()),
                a.identity
            )
        }
        A::WorkflowExecutionContinuedAsNewEventAttributes(a) => next_run(&a.new_execution_run_id),
        A::WorkflowExecutionUpdateAcceptedEventAttributes(a) => format!(
            "{} after {}",
            a.protocol_instance_id, a.accepted_request_sequencing_event_id
        ),
        A::WorkflowExecutionUpdateCompletedEventAttributes(a) => {
            format!("of {}", a.accepted_event_id)
        }
        A::WorkflowExecutionOptionsUpdatedEventAttributes(a) => a.attached_request_id.clone(),
        A::StartChildWorkflowExecutionInitiatedEventAttributes(a) => a.workflow_id.clone(),
        A::StartChildWorkflowExecutionFailedEventAttributes(a) => {
            let cause = StartChildWorkflowExecutionFailedCause::try_from(a.cause);
            format!(
                "of {} {:?}",
                a.initiated_event_id,
                cause.unwrap_or_default()
            )
        }
        A::ChildWorkflowExecutionStartedEventAttributes(a) => {
            format!("of {}", a.initiated_event_id)
        }
        A::ChildWorkflowExecutionCompletedEventAttributes(a) => {
            format!("of {}/{}", a.initiated_event_id, a.started_event_id)
        }
        A::ChildWorkflowExecutionFailedEventAttributes(a) => {
            format!("of {}/{}", a.initiated_event_id, a.started_event_id)
        }
        A::ChildWorkflowExecutionCanceledEventAttributes(a) => {
            format!("of {}/{}", a.initiated_event_id, a.started_event_id)
        }
        A::ChildWorkflowExecutionTimedOutEventAttributes(a) => {
            format!("of {}/{}", a.initiated_event_id, a.started_event_id)
        }
        A::ChildWorkflowExecutionTerminatedEventAttributes(a) => {
            format!("of {}/{}", a.initiated_event_id, a.started_event_id)
        }
        A::SignalExternalWorkflowExecutionFailedEventAttributes(a) => {
            format!("of {} cause {}", a.initiated_event_id, a.cause)
        }
        A::RequestCancelExternalWorkflowExecutionFailedEventAttributes(a) => {
            format!("of {} cause {}", a.initiated_event_id, a.cause)
        }
        A::NexusOperationScheduledEventAttributes(a) => {
            let timeout = Span::from_proto(a.schedule_to_close_timeout.as_ref());
            format!("{} of {} in {}", a.operation, a.endpoint_id, span(timeout))
        }
        A::NexusOperationStartedEventAttributes(a) => {
            format!("of {} as {}", a.scheduled_event_id, a.operation_token)
        }
        A::NexusOperationCompletedEventAttributes(a) => {
            let result = a.result.as_ref().map(|result| result.data.clone());
            let result = result.unwrap_or_default();
            format!(
                "of {} {}",
                a.scheduled_event_id,
                String::from_utf8_lossy(&result)
            )
        }
        A::NexusOperationFailedEventAttributes(a) => {
            format!(
                "of {} {}",
                a.scheduled_event_id,
                optional_failure(a.failure.as_ref())
            )
        }
        A::NexusOperationCanceledEventAttributes(a) => {
            format!(
                "of {} {}",
                a.scheduled_event_id,
                optional_failure(a.failure.as_ref())
            )
        }
        A::NexusOperationTimedOutEventAttributes(a) => {
            format!(
                "of {} {}",
                a.scheduled_event_id,
                optional_failure(a.failure.as_ref())
            )
        }
        A::NexusOperationCancelRequestedEventAttributes(a) => {
            format!("of {}", a.scheduled_event_id)
        }
        A::NexusOperationCancelRequestCompletedEventAttributes(a) => {
            format!("of {}/{}", a.scheduled_event_id, a.requested_event_id)
        }
        A::NexusOperationCancelRequestFailedEventAttributes(a) => format!(
            "of {}/{} {}",
            a.scheduled_event_id,
            a.requested_event_id,
            optional_failure(a.failure.as_ref())
        ),
        A::ExternalWorkflowExecutionSignaledEventAttributes(a) => {
            format!("of {}", a.initiated_event_id)
        }
        A::ExternalWorkflowExecutionCancelRequestedEventAttributes(a) => {
            format!("of {}", a.initiated_event_id)
        }
        _ => String::new(),
    }
}

fn next_run(id: &str) -> String {
    if id.is_empty() {
        String::new()
    } else {
        format!("next is {}", run_id(id))
    }
}

fn started(
    a: &temporalio_protos::temporal::api::history::v1::WorkflowExecutionStartedEventAttributes,
) -> String {
    let mut words = vec![queue(a.task_queue.as_ref())];
    let initiator = ContinueAsNewInitiator::try_from(a.initiator).unwrap_or_default();
    if initiator != ContinueAsNewInitiator::Unspecified {
        words.push(format!(
            "{initiator:?} after {}",
            run_id(&a.continued_execution_run_id)
        ));
    }
    if a.attempt > 1 {
        words.push(format!("attempt {}", a.attempt));
    }
    let backoff = Span::from_proto(a.first_workflow_task_backoff.as_ref());
    if !backoff.is_zero() {
        words.push(format!("in {}", span(backoff)));
    }
    if let Some(parent) = &a.parent_workflow_execution {
        words.push(format!("child of {}", parent.workflow_id));
    }
    if let Some(failure) = &a.continued_failure {
        words.push(format!("since {}", self::failure(failure)));
    }
    if a.last_completion_result.is_some() {
        let result = payloads(a.last_completion_result.as_ref());
        words.push(format!("with {result}"));
    }
    words.join(" ")
}
