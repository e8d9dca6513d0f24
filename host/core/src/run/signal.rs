//! Signals: written once per request id, seen by the next workflow task.

use temporalio_protos::temporal::api::{
    history::v1::WorkflowExecutionSignaledEventAttributes,
    workflowservice::v1::SignalWorkflowExecutionRequest,
};

use super::{Run, state::SeenRequest};
use crate::{context::Cx, rejection::Rejection};

impl Run {
    /// SignalWorkflowExecution.
    pub fn signal(
        &mut self,
        cx: &mut Cx<'_>,
        request: &SignalWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        let links = request.links.clone();
        self.accept_signal(
            cx,
            WorkflowExecutionSignaledEventAttributes {
                signal_name: request.signal_name.clone(),
                input: request.input.clone(),
                identity: request.identity.clone(),
                header: request.header.clone(),
                request_id: request.request_id.clone(),
                ..Default::default()
            },
        )?;
        if !links.is_empty()
            && self.tail.unsealed > 0
            && let Some(event) = self.tail.events.iter_mut().rev().find(|event| {
                event.event_type
                    == temporalio_protos::temporal::api::enums::v1::EventType::WorkflowExecutionSignaled
                        as i32
            })
        {
            event.links = links;
        }
        Ok(())
    }

    /// Writes a signal unless its request was seen, and lets the workflow know.
    pub(crate) fn accept_signal(
        &mut self,
        cx: &mut Cx<'_>,
        signal: WorkflowExecutionSignaledEventAttributes,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        if self.has_seen(&signal.request_id) {
            return Ok(());
        }
        if self.head.signal_count >= cx.limits.signals_total {
            return Err(Rejection::InvalidArgument(
                "exceeded workflow execution limit for signal events".into(),
            ));
        }
        self.write_signal(cx, signal);
        // A signal ends the start delay of a run, but not the backoff of a retry or of cron.
        if self.head.first_workflow_task_backoff != 0
            && self.head.attempt <= 1
            && self.head.cron_schedule.is_empty()
        {
            self.schedule_first_workflow_task(cx);
        } else {
            self.schedule_workflow_task(cx);
        }
        Ok(())
    }

    pub(crate) fn write_signal(
        &mut self,
        cx: &Cx<'_>,
        signal: WorkflowExecutionSignaledEventAttributes,
    ) {
        self.head.signal_count += 1;
        self.remember_request(&signal.request_id);
        self.add_event(cx.now, signal);
    }

    pub(crate) fn has_seen(&self, request_id: &str) -> bool {
        !request_id.is_empty() && self.seen_index.contains(request_id)
    }

    pub(crate) fn remember_request(&mut self, request_id: &str) {
        if request_id.is_empty() {
            return;
        }
        let id = self.seen_requests.last_id() + 1;
        self.seen_index.insert(request_id.to_owned());
        self.seen_requests.insert(
            id,
            SeenRequest {
                request_id: request_id.to_owned(),
            },
        );
        self.touch();
    }
}
