//! Signals and cancel requests that a run sends to other runs.

use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::{
        CancelExternalWorkflowExecutionFailedCause, SignalExternalWorkflowExecutionFailedCause,
    },
    history::v1::{
        ExternalWorkflowExecutionCancelRequestedEventAttributes,
        ExternalWorkflowExecutionSignaledEventAttributes, HistoryEvent,
        RequestCancelExternalWorkflowExecutionFailedEventAttributes,
        RequestCancelExternalWorkflowExecutionInitiatedEventAttributes,
        SignalExternalWorkflowExecutionFailedEventAttributes,
        SignalExternalWorkflowExecutionInitiatedEventAttributes,
        WorkflowExecutionSignaledEventAttributes, history_event::Attributes,
    },
};

use super::{Run, cancel::CancelOrigin};
use crate::{context::Cx, rejection::Rejection};

/// A message on its way to another run.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalMessage {
    /// The run that sends it.
    pub sender: WorkflowExecution,
    /// The namespace that it goes to, by name.
    pub namespace: String,
    /// The run that it goes to; an empty run id means the current one.
    pub target: WorkflowExecution,
    /// True if it may only go to a child of the sender.
    pub child_only: bool,
    /// Makes the delivery idempotent.
    pub request_id: String,
    /// The event in the sender.
    pub initiated_event_id: i64,
    /// What it says.
    pub body: ExternalBody,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum ExternalBody {
    /// A signal.
    Signal(SignalExternalWorkflowExecutionInitiatedEventAttributes),
    /// A cancel request.
    Cancel(RequestCancelExternalWorkflowExecutionInitiatedEventAttributes),
}

impl Run {
    /// The message of an initiated event that is not answered yet.
    #[must_use]
    pub fn external_message(&self, initiated_event_id: i64) -> Option<ExternalMessage> {
        let external = self.externals.get(initiated_event_id)?;
        let sender = WorkflowExecution {
            workflow_id: self.key.workflow_id.to_string(),
            run_id: self.key.run_id.to_string(),
        };
        let HistoryEvent { attributes, .. } = external.initiated.clone()?;
        let request_id = external.request_id.clone();
        match attributes? {
            Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(a) => {
                Some(ExternalMessage {
                    sender,
                    namespace: a.namespace.clone(),
                    target: a.workflow_execution.clone().unwrap_or_default(),
                    child_only: a.child_workflow_only,
                    request_id,
                    initiated_event_id,
                    body: ExternalBody::Signal(a),
                })
            }
            Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(a) => {
                Some(ExternalMessage {
                    sender,
                    namespace: a.namespace.clone(),
                    target: a.workflow_execution.clone().unwrap_or_default(),
                    child_only: a.child_workflow_only,
                    request_id,
                    initiated_event_id,
                    body: ExternalBody::Cancel(a),
                })
            }
            _ => None,
        }
    }

    /// Takes a message from another run, once per request id.
    pub fn receive_external(
        &mut self,
        cx: &mut Cx<'_>,
        message: &ExternalMessage,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        if message.child_only {
            let is_child = self.head.parent.as_ref().is_some_and(|parent| {
                parent.workflow_id == message.sender.workflow_id
                    && parent.run_id == message.sender.run_id
            });
            if !is_child {
                return Err(Rejection::NotFound("workflow execution not found".into()));
            }
        }
        match &message.body {
            ExternalBody::Signal(signal) => self.accept_signal(
                cx,
                WorkflowExecutionSignaledEventAttributes {
                    signal_name: signal.signal_name.clone(),
                    input: signal.input.clone(),
                    identity: "history-service".into(),
                    header: signal.header.clone(),
                    external_workflow_execution: Some(message.sender.clone()),
                    request_id: message.request_id.clone(),
                    ..Default::default()
                },
            ),
            ExternalBody::Cancel(cancel) => {
                let origin = CancelOrigin {
                    execution: message.sender.clone(),
                    initiated_event_id: message.initiated_event_id,
                };
                self.write_cancel_request(
                    cx,
                    &cancel.reason,
                    "history-service",
                    &message.request_id,
                    Some(origin),
                );
                Ok(())
            }
        }
    }

    /// Writes how a message fared; `delivered` is false if there was no such open run.
    pub fn external_answered(&mut self, cx: &mut Cx<'_>, initiated_event_id: i64, delivered: bool) {
        let Some(external) = self.externals.remove(initiated_event_id) else {
            return;
        };
        self.touch();
        if self.is_closed() {
            return;
        }
        let Some(attributes) = external.initiated.and_then(|event| event.attributes) else {
            return;
        };
        match attributes {
            Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(a) if delivered => {
                self.add_event(
                    cx.now,
                    ExternalWorkflowExecutionSignaledEventAttributes {
                        initiated_event_id,
                        namespace: a.namespace,
                        namespace_id: a.namespace_id,
                        workflow_execution: a.workflow_execution,
                        ..Default::default()
                    },
                );
            }
            Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(a) => {
                self.add_event(cx.now, SignalExternalWorkflowExecutionFailedEventAttributes {
                    cause: SignalExternalWorkflowExecutionFailedCause::ExternalWorkflowExecutionNotFound as i32,
                    workflow_task_completed_event_id: a.workflow_task_completed_event_id,
                    namespace: a.namespace,
                    namespace_id: a.namespace_id,
                    workflow_execution: a.workflow_execution,
                    initiated_event_id,
                    ..Default::default()
                });
            }
            Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(a)
                if delivered =>
            {
                self.add_event(
                    cx.now,
                    ExternalWorkflowExecutionCancelRequestedEventAttributes {
                        initiated_event_id,
                        namespace: a.namespace,
                        namespace_id: a.namespace_id,
                        workflow_execution: a.workflow_execution,
                    },
                );
            }
            Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(a) => {
                self.add_event(cx.now, RequestCancelExternalWorkflowExecutionFailedEventAttributes {
                    cause: CancelExternalWorkflowExecutionFailedCause::ExternalWorkflowExecutionNotFound as i32,
                    workflow_task_completed_event_id: a.workflow_task_completed_event_id,
                    namespace: a.namespace,
                    namespace_id: a.namespace_id,
                    workflow_execution: a.workflow_execution,
                    initiated_event_id,
                    ..Default::default()
                });
            }
            _ => return,
        }
        self.schedule_workflow_task(cx);
    }
}
