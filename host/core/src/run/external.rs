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

use super::{Run, cancel::CancelRequest, events::Extras};
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

    /// Takes a message from another run, once per request id. Refused with NOT_FOUND: there is no such open run, it is
    /// no child of the sender, or it is the sender itself. INVALID_ARGUMENT: it takes no more signals.
    pub fn receive_external(
        &mut self,
        cx: &mut Cx<'_>,
        message: &ExternalMessage,
    ) -> Result<(), Rejection> {
        if *self.key.workflow_id == *message.sender.workflow_id {
            return Err(Rejection::NotFound("workflow execution not found".into()));
        }
        match &message.body {
            ExternalBody::Signal(signal) => {
                if message.child_only {
                    self.require_parent(&message.sender)?;
                }
                let attributes = WorkflowExecutionSignaledEventAttributes {
                    signal_name: signal.signal_name.clone(),
                    input: signal.input.clone(),
                    identity: "history-service".into(),
                    header: signal.header.clone(),
                    external_workflow_execution: Some(message.sender.clone()),
                    request_id: message.request_id.clone(),
                    ..Default::default()
                };
                if self.accept_signal(cx, attributes, Extras::default())? {
                    self.schedule_task_for_signal(cx);
                }
                Ok(())
            }
            // Whoever is closed need not be cancelled any more.
            ExternalBody::Cancel(_) if self.is_closed() => Ok(()),
            ExternalBody::Cancel(cancel) => {
                if message.child_only {
                    self.require_parent(&message.sender)?;
                }
                self.write_cancel_request(
                    cx,
                    CancelRequest {
                        reason: cancel.reason.clone(),
                        identity: "history-service".into(),
                        request_id: message.request_id.clone(),
                        sender: Some(message.sender.clone()),
                        initiated_event_id: message.initiated_event_id,
                        extras: Extras::default(),
                    },
                );
                Ok(())
            }
        }
    }

    /// Writes how a message fared: delivered, or why not.
    pub fn external_answered(
        &mut self,
        cx: &mut Cx<'_>,
        initiated_event_id: i64,
        failure: Option<ExternalFailure>,
    ) {
        let Some(external) = self.externals.remove(initiated_event_id) else {
            return;
        };
        self.touch();
        if self.is_closed() {
            return;
        }
        let end = external
            .initiated
            .and_then(|event| event.attributes)
            .and_then(|attributes| end_of(attributes, initiated_event_id, failure));
        if let Some(end) = end {
            self.add_event(cx.now, end);
            self.schedule_workflow_task(cx);
        }
    }
}

/// Why a message to another run was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalFailure {
    /// There is no such open run, or it is not what the message is for.
    NotFound,
    /// There is no such namespace.
    NamespaceNotFound,
    /// The run takes no more signals.
    TooManySignals,
}

impl ExternalFailure {
    fn of_signal(self) -> SignalExternalWorkflowExecutionFailedCause {
        use SignalExternalWorkflowExecutionFailedCause as Cause;
        match self {
            Self::NotFound => Cause::ExternalWorkflowExecutionNotFound,
            Self::NamespaceNotFound => Cause::NamespaceNotFound,
            Self::TooManySignals => Cause::SignalCountLimitExceeded,
        }
    }

    fn of_cancel(self) -> CancelExternalWorkflowExecutionFailedCause {
        use CancelExternalWorkflowExecutionFailedCause as Cause;
        match self {
            Self::NotFound | Self::TooManySignals => Cause::ExternalWorkflowExecutionNotFound,
            Self::NamespaceNotFound => Cause::NamespaceNotFound,
        }
    }
}

/// The event that answers an initiated one.
#[expect(deprecated, reason = "older workers still read the control field")]
fn end_of(
    initiated: Attributes,
    initiated_event_id: i64,
    failure: Option<ExternalFailure>,
) -> Option<Attributes> {
    let end = match (initiated, failure) {
        (Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(a), None) => {
            ExternalWorkflowExecutionSignaledEventAttributes {
                initiated_event_id,
                namespace: a.namespace,
                namespace_id: a.namespace_id,
                workflow_execution: a.workflow_execution,
                control: a.control,
            }
            .into()
        }
        (Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(a), Some(failure)) => {
            SignalExternalWorkflowExecutionFailedEventAttributes {
                cause: failure.of_signal() as i32,
                // Temporal leaves the completed task out here.
                workflow_task_completed_event_id: 0,
                namespace: a.namespace,
                namespace_id: a.namespace_id,
                workflow_execution: a.workflow_execution,
                initiated_event_id,
                control: a.control,
            }
            .into()
        }
        (Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(a), None) => {
            ExternalWorkflowExecutionCancelRequestedEventAttributes {
                initiated_event_id,
                namespace: a.namespace,
                namespace_id: a.namespace_id,
                workflow_execution: a.workflow_execution,
            }
            .into()
        }
        (
            Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(a),
            Some(failure),
        ) => RequestCancelExternalWorkflowExecutionFailedEventAttributes {
            cause: failure.of_cancel() as i32,
            namespace: a.namespace,
            namespace_id: a.namespace_id,
            workflow_execution: a.workflow_execution,
            initiated_event_id,
            ..Default::default()
        }
        .into(),
        _ => return None,
    };
    Some(end)
}

#[cfg(test)]
mod tests;
