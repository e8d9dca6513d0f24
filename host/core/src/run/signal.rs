//! Signals: written once per request id, seen by the next workflow task. Also the memory of requests that were seen.

use temporalio_protos::temporal::api::{
    history::v1::WorkflowExecutionSignaledEventAttributes,
    workflowservice::v1::SignalWorkflowExecutionRequest,
};

use super::{Run, events::Extras, state::SeenRequest};
use crate::{context::Cx, rejection::Rejection};

impl Run {
    /// SignalWorkflowExecution.
    pub fn signal(
        &mut self,
        cx: &mut Cx<'_>,
        request: &SignalWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        let attributes = WorkflowExecutionSignaledEventAttributes {
            signal_name: request.signal_name.clone(),
            input: request.input.clone(),
            identity: request.identity.clone(),
            header: request.header.clone(),
            request_id: request.request_id.clone(),
            ..Default::default()
        };
        let extras = Extras {
            links: request.links.clone(),
            ..Extras::default()
        };
        if self.accept_signal(cx, attributes, extras)? {
            self.schedule_task_for_signal(cx);
        }
        Ok(())
    }

    /// A signal does not end a start delay or a backoff; it will be seen then.
    pub(crate) fn schedule_task_for_signal(&mut self, cx: &mut Cx<'_>) {
        if self.head.first_workflow_task_at == 0 {
            self.schedule_workflow_task(cx);
        }
    }

    /// Writes a signal unless its request was seen. True if it was written.
    pub(crate) fn accept_signal(
        &mut self,
        cx: &mut Cx<'_>,
        signal: WorkflowExecutionSignaledEventAttributes,
        extras: Extras,
    ) -> Result<bool, Rejection> {
        // A sender that did not hear of its success is told of it even after the run has closed.
        if self.has_seen(&signal.request_id) {
            return Ok(false);
        }
        self.require_open()?;
        if self.head.signal_count >= cx.limits.signals_total {
            return Err(Rejection::InvalidArgument(
                "exceeded workflow execution limit for signal events".into(),
            ));
        }
        self.require_not_closing()?;
        self.write_signal(cx, signal, extras);
        Ok(true)
    }

    pub(crate) fn write_signal(
        &mut self,
        cx: &Cx<'_>,
        signal: WorkflowExecutionSignaledEventAttributes,
        extras: Extras,
    ) {
        self.note_signal(&signal.request_id);
        self.add_event_with(cx.now, signal, extras);
    }

    /// Counts a signal, and keeps its request from having its effect twice.
    pub(crate) fn note_signal(&mut self, request_id: &str) {
        self.head.signal_count += 1;
        self.remember(request_id);
    }

    fn has_seen(&self, request_id: &str) -> bool {
        !request_id.is_empty() && self.seen_requests.find(request_id).is_some()
    }

    fn remember(&mut self, request_id: &str) {
        if request_id.is_empty() {
            return;
        }
        self.touch();
        let id = self.seen_requests.last_id() + 1;
        self.seen_requests.insert(
            id,
            SeenRequest {
                request_id: request_id.to_owned(),
            },
        );
    }

    /// True if another start with this request id was answered with this run. Starts and signals have request ids of
    /// their own, so they are told apart.
    pub(crate) fn has_seen_start(&self, request_id: &str) -> bool {
        !request_id.is_empty() && self.has_seen(&start_name(request_id))
    }

    pub(crate) fn remember_start(&mut self, request_id: &str) {
        if !request_id.is_empty() && !self.has_seen_start(request_id) {
            self.remember(&start_name(request_id));
        }
    }
}

fn start_name(request_id: &str) -> String {
    format!("start/{request_id}")
}

#[cfg(test)]
mod tests;
