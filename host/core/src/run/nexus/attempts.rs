//! Attempts: when the next one is due, and what time does to an operation.

use temporalio_protos::temporal::api::{
    enums::v1::NexusOperationCancellationState as CancellationState,
    history::v1::NexusOperationTimedOutEventAttributes,
};

use super::failures::timed_out;
use crate::{
    context::Cx,
    run::Run,
    task::Transfer,
    time::{Span, Timestamp},
};

/// The pause after the first attempt; it doubles with each. Temporal: 1 s.
const FIRST_PAUSE: Span = Span::from_seconds(1);
/// No pause is longer. Temporal: 1 h.
const LONGEST_PAUSE: Span = Span::from_seconds(60 * 60);
/// The doubling that exceeds the longest pause whatever the first one is.
const DOUBLINGS: i32 = 20;

/// When the attempt after this one is due.
pub(super) fn next_attempt(attempt: i32, now: Timestamp) -> Timestamp {
    let doublings = (attempt - 1).clamp(0, DOUBLINGS);
    let pause = Span(FIRST_PAUSE.0 << doublings).min(LONGEST_PAUSE);
    now.plus(pause)
}

impl Run {
    /// Does what is due: time-outs, then attempts.
    pub(crate) fn wake_nexus_operations(&mut self, cx: &mut Cx<'_>) {
        for id in self.nexus_operations.due(cx.now.0) {
            let Some(operation) = self.nexus_operations.get(id) else {
                continue;
            };
            let is_due = |at: i64| at != 0 && at <= cx.now.0;
            if let Some((at, timeout_type)) = operation.time_out()
                && is_due(at)
            {
                let attributes = NexusOperationTimedOutEventAttributes {
                    scheduled_event_id: id,
                    failure: Some(timed_out(operation, timeout_type)),
                    request_id: operation.request_id.clone(),
                };
                self.end_nexus_operation(cx, id, attributes);
                continue;
            }
            let starts = is_due(operation.next_attempt_time);
            let cancels = operation
                .cancellation
                .as_ref()
                .is_some_and(|cancellation| is_due(cancellation.next_attempt_time));
            if starts {
                self.attempt_nexus_start(cx, id);
            }
            if cancels {
                self.attempt_nexus_cancel(cx, id);
            }
        }
    }

    /// Begins an attempt to start an operation.
    pub(crate) fn attempt_nexus_start(&mut self, cx: &mut Cx<'_>, scheduled_event_id: i64) {
        self.nexus_operations
            .update(scheduled_event_id, |operation| {
                operation.attempt += 1;
                operation.next_attempt_time = 0;
            });
        self.add_transfer(cx, Transfer::StartNexusOperation { scheduled_event_id });
    }

    /// Begins an attempt to tell the handler that the operation is to be cancelled.
    pub(crate) fn attempt_nexus_cancel(&mut self, cx: &mut Cx<'_>, scheduled_event_id: i64) {
        self.nexus_operations
            .update(scheduled_event_id, |operation| {
                if let Some(cancellation) = &mut operation.cancellation {
                    cancellation.state = CancellationState::Scheduled as i32;
                    cancellation.attempt += 1;
                    cancellation.next_attempt_time = 0;
                }
            });
        self.add_transfer(cx, Transfer::CancelNexusOperation { scheduled_event_id });
    }
}
