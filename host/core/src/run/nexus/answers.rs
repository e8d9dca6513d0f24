//! Answers of handlers.

use temporalio_protos::temporal::api::{
    enums::v1::NexusOperationCancellationState as CancellationState,
    failure::v1::Failure,
    history::v1::{
        NexusOperationCancelRequestCompletedEventAttributes,
        NexusOperationCancelRequestFailedEventAttributes, NexusOperationCanceledEventAttributes,
        NexusOperationCompletedEventAttributes, NexusOperationFailedEventAttributes,
        NexusOperationStartedEventAttributes, history_event::Attributes,
    },
};

use super::{CancelAnswer, NexusEnd, StartAnswer, attempts::next_attempt, failures::unsuccessful};
use crate::{
    context::Cx,
    run::{Run, events::Extras},
};

impl Run {
    /// What became of an attempt to start. One that is not waited for any more is passed over.
    pub fn nexus_start_answered(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        answer: StartAnswer,
    ) {
        let waits = self
            .nexus_operations
            .get(scheduled_event_id)
            .is_some_and(|operation| operation.started_time == 0);
        if self.is_closed() || !waits {
            return;
        }
        self.touch();
        self.nexus_operations
            .update(scheduled_event_id, |operation| {
                operation.last_attempt_complete_time = cx.now.0;
                operation.last_failure = None;
            });
        match answer {
            StartAnswer::Ended(end) => self.nexus_ended(cx, scheduled_event_id, end),
            StartAnswer::Started { token, links } => {
                let extras = Extras {
                    links,
                    ..Extras::default()
                };
                self.write_nexus_started(cx, scheduled_event_id, token, extras);
                self.schedule_workflow_task(cx);
            }
            StartAnswer::Refused(failure) => {
                self.nexus_ended(cx, scheduled_event_id, NexusEnd::Failed(failure));
            }
            StartAnswer::Unavailable(failure) => {
                self.nexus_operations
                    .update(scheduled_event_id, |operation| {
                        operation.next_attempt_time = next_attempt(operation.attempt, cx.now).0;
                        operation.last_failure = Some(*failure);
                    });
            }
        }
    }

    /// Writes that an operation goes on, and tells its handler if it is to be cancelled already.
    #[expect(
        deprecated,
        reason = "workers of this generation read the token in the older field, too"
    )]
    pub(super) fn write_nexus_started(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        token: String,
        extras: Extras,
    ) {
        let started = self
            .nexus_operations
            .update(scheduled_event_id, |operation| {
                operation.started_time = cx.now.0;
                operation.next_attempt_time = 0;
                operation.input = None;
                operation.token.clone_from(&token);
                (
                    operation.request_id.clone(),
                    operation.cancellation.is_some(),
                )
            });
        let Some((request_id, is_to_be_cancelled)) = started else {
            return;
        };
        let attributes = NexusOperationStartedEventAttributes {
            scheduled_event_id,
            operation_id: token.clone(),
            request_id,
            operation_token: token,
        };
        self.add_event_with(cx.now, attributes, extras);
        if is_to_be_cancelled {
            self.attempt_nexus_cancel(cx, scheduled_event_id);
        }
    }

    /// Writes how an operation ended.
    pub(super) fn nexus_ended(&mut self, cx: &mut Cx<'_>, scheduled_event_id: i64, end: NexusEnd) {
        let Some(operation) = self.nexus_operations.get(scheduled_event_id) else {
            return;
        };
        let request_id = operation.request_id.clone();
        let failure = |cause: Box<Failure>| Some(unsuccessful(operation, *cause));
        let mut extras = Extras::default();
        let attributes: Attributes = match end {
            NexusEnd::Completed { result, links } => {
                extras.links = links;
                NexusOperationCompletedEventAttributes {
                    scheduled_event_id,
                    result,
                    request_id,
                }
                .into()
            }
            NexusEnd::Failed(cause) => NexusOperationFailedEventAttributes {
                scheduled_event_id,
                failure: failure(cause),
                request_id,
            }
            .into(),
            NexusEnd::Canceled(cause) => NexusOperationCanceledEventAttributes {
                scheduled_event_id,
                failure: failure(cause),
                request_id,
            }
            .into(),
        };
        self.nexus_operations.remove(scheduled_event_id);
        self.add_event_with(cx.now, attributes, extras);
        self.schedule_workflow_task(cx);
    }

    pub(super) fn end_nexus_operation(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        attributes: impl Into<Attributes>,
    ) {
        self.nexus_operations.remove(scheduled_event_id);
        self.add_event(cx.now, attributes);
        self.schedule_workflow_task(cx);
    }

    /// What became of an attempt to cancel.
    pub fn nexus_cancel_answered(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        answer: CancelAnswer,
    ) {
        if self.is_closed() {
            return;
        }
        let Some(operation) = self.nexus_operations.get(scheduled_event_id).cloned() else {
            return;
        };
        let Some(mut cancellation) = operation.cancellation.clone() else {
            return;
        };
        self.touch();
        cancellation.last_attempt_complete_time = cx.now.0;
        cancellation.last_failure = None;
        let requested_event_id = cancellation.requested_event_id;
        let workflow_task_completed_event_id = cancellation.workflow_task_completed_event_id;
        let event: Option<Attributes> = match answer {
            CancelAnswer::Accepted => {
                cancellation.state = CancellationState::Succeeded as i32;
                Some(
                    NexusOperationCancelRequestCompletedEventAttributes {
                        requested_event_id,
                        workflow_task_completed_event_id,
                        scheduled_event_id,
                    }
                    .into(),
                )
            }
            CancelAnswer::Refused(cause) => {
                cancellation.state = CancellationState::Failed as i32;
                cancellation.last_failure = Some((*cause).clone());
                Some(
                    NexusOperationCancelRequestFailedEventAttributes {
                        requested_event_id,
                        workflow_task_completed_event_id,
                        failure: Some(unsuccessful(&operation, *cause)),
                        scheduled_event_id,
                    }
                    .into(),
                )
            }
            CancelAnswer::Unavailable(cause) => {
                cancellation.state = CancellationState::BackingOff as i32;
                cancellation.next_attempt_time = next_attempt(cancellation.attempt, cx.now).0;
                cancellation.last_failure = Some(*cause);
                None
            }
        };
        self.nexus_operations
            .update(scheduled_event_id, |operation| {
                operation.cancellation = Some(cancellation);
            });
        if let Some(event) = event {
            let extras = Extras {
                // Workers of older generations do not know it.
                worker_may_ignore: true,
                ..Extras::default()
            };
            self.add_event_with(cx.now, event, extras);
            self.schedule_workflow_task(cx);
        }
    }
}
