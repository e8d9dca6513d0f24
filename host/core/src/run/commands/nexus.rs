//! ScheduleNexusOperation and RequestCancelNexusOperation.

use prost::Message;
use temporalio_protos::temporal::api::{
    command::v1::{
        RequestCancelNexusOperationCommandAttributes, ScheduleNexusOperationCommandAttributes,
    },
    enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::{
        NexusOperationCancelRequestedEventAttributes, NexusOperationScheduledEventAttributes,
        history_event::Attributes,
    },
    sdk::v1::UserMetadata,
};

use super::{Checks, Origin, Refusal};
use crate::{
    context::Cx,
    run::{Run, events::Extras, nexus::operation_of, state::NexusCancellation},
    time::{Span, Timestamp},
};

/// Headers that requests have by themselves. Temporal's list.
const RESERVED_HEADERS: [&str; 6] = [
    "request-timeout",
    "interaction-type",
    "accept-encoding",
    "x-forwarded-for",
    "xdc-redirection",
    "xdc-redirection-api",
];

impl<'a> Checks<'a> {
    pub(super) fn schedule_nexus_operation(
        &mut self,
        a: &'a ScheduleNexusOperationCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadScheduleNexusOperationAttributes;
        let refuse = |detail: String| Err(Refusal::new(CAUSE, detail));
        if !self.nexus_endpoints.contains_key(&a.endpoint) {
            return refuse(format!("endpoint \"{}\" not found", a.endpoint));
        }
        let limit = self.limits.id_length_bytes;
        for (field, value) in [("Service", &a.service), ("Operation", &a.operation)] {
            if value.len() > limit {
                return refuse(format!(
                    "ScheduleNexusOperationCommandAttributes.{field} exceeds length limit of {limit}"
                ));
            }
        }
        for (field, span) in [
            ("ScheduleToCloseTimeout", &a.schedule_to_close_timeout),
            ("ScheduleToStartTimeout", &a.schedule_to_start_timeout),
            ("StartToCloseTimeout", &a.start_to_close_timeout),
        ] {
            if span.is_some_and(|span| span.seconds < 0 || span.nanos < 0) {
                return refuse(format!(
                    "ScheduleNexusOperationCommandAttributes.{field} is invalid: negative duration"
                ));
            }
        }
        let header_bytes: usize = a.nexus_header.iter().map(|(k, v)| k.len() + v.len()).sum();
        if header_bytes > self.limits.nexus_header_bytes {
            return refuse(
                "ScheduleNexusOperationCommandAttributes.NexusHeader exceeds size limit".into(),
            );
        }
        if let Some(name) = a
            .nexus_header
            .keys()
            .find(|name| RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()))
        {
            return refuse(format!(
                "ScheduleNexusOperationCommandAttributes.NexusHeader contains a disallowed header key: \"{name}\""
            ));
        }
        let input = a.input.as_ref().map_or(0, Message::encoded_len);
        self.size(
            CAUSE,
            "ScheduleNexusOperationCommandAttributes.Input",
            input,
        )?;
        Self::count(
            Cause::PendingNexusOperationsLimitExceeded,
            "pending Nexus operations",
            self.run.nexus_operations.len() + self.nexus_operations.len(),
            self.limits.pending_nexus_operations,
        )?;
        self.nexus_operations.insert(self.next_event_id);
        Ok(())
    }

    pub(super) fn cancel_nexus_operation(
        &mut self,
        a: &'a RequestCancelNexusOperationCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadRequestCancelNexusOperationAttributes;
        let id = a.scheduled_event_id;
        let known = self.run.nexus_operations.get(id);
        let waits_in_buffer = || {
            self.run
                .buffered
                .iter()
                .any(|(_, event)| ends_operation(event.attributes.as_ref(), id))
        };
        if known.is_none() && !self.nexus_operations.contains(&id) && !waits_in_buffer() {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "requested cancelation for a non-existing or already completed operation with scheduled event ID of {id}"
                ),
            ));
        }
        let was_asked = known.is_some_and(|operation| operation.cancellation.is_some());
        if was_asked || !self.canceled_nexus_operations.insert(id) {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "cancelation was already requested for an operation with scheduled event ID {id}"
                ),
            ));
        }
        Ok(())
    }
}

/// Whether it is the end of this operation.
fn ends_operation(attributes: Option<&Attributes>, scheduled_event_id: i64) -> bool {
    use Attributes as A;
    let of = match attributes {
        Some(A::NexusOperationCompletedEventAttributes(a)) => a.scheduled_event_id,
        Some(A::NexusOperationFailedEventAttributes(a)) => a.scheduled_event_id,
        Some(A::NexusOperationCanceledEventAttributes(a)) => a.scheduled_event_id,
        Some(A::NexusOperationTimedOutEventAttributes(a)) => a.scheduled_event_id,
        Some(_) | None => return false,
    };
    of == scheduled_event_id
}

impl Run {
    pub(super) fn schedule_nexus_operation(
        &mut self,
        cx: &mut Cx<'_>,
        a: &ScheduleNexusOperationCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let endpoint_id = cx.nexus_endpoints.get(&a.endpoint).cloned();
        let attributes = NexusOperationScheduledEventAttributes {
            endpoint: a.endpoint.clone(),
            service: a.service.clone(),
            operation: a.operation.clone(),
            input: a.input.clone(),
            schedule_to_close_timeout: self.shortest_nexus_timeout(cx, a),
            schedule_to_start_timeout: a.schedule_to_start_timeout,
            start_to_close_timeout: a.start_to_close_timeout,
            nexus_header: a
                .nexus_header
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect(),
            workflow_task_completed_event_id: completed_event_id,
            request_id: cx.ids.uuid().to_string(),
            endpoint_id: endpoint_id.unwrap_or_default(),
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let id = self.add_event_with(cx.now, attributes.clone(), extras);
        self.nexus_operations
            .insert(id, operation_of(&attributes, id, cx.now));
        self.attempt_nexus_start(cx, id);
    }

    /// An operation is not waited for longer than its run goes on.
    fn shortest_nexus_timeout(
        &self,
        cx: &Cx<'_>,
        a: &ScheduleNexusOperationCommandAttributes,
    ) -> Option<prost_wkt_types::Duration> {
        let asked = Span::from_proto(a.schedule_to_close_timeout.as_ref());
        let of_run = match self.head.run_deadline {
            0 => Span::ZERO,
            deadline => Timestamp(deadline).since(cx.now),
        };
        let shortest = asked.tighter(of_run);
        (a.schedule_to_close_timeout.is_some() || !shortest.is_zero()).then(|| shortest.to_proto())
    }

    pub(super) fn request_nexus_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        user_metadata: Option<UserMetadata>,
        origin: &Origin<'_>,
    ) {
        let attributes = NexusOperationCancelRequestedEventAttributes {
            scheduled_event_id,
            workflow_task_completed_event_id: origin.completed_event_id,
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let requested_event_id = self.add_event_with(cx.now, attributes, extras);
        let is_started = self
            .nexus_operations
            .update(scheduled_event_id, |operation| {
                operation.cancellation = Some(NexusCancellation {
                    requested_event_id,
                    requested_time: cx.now.0,
                    workflow_task_completed_event_id: origin.completed_event_id,
                    ..Default::default()
                });
                operation.started_time != 0
            });
        if is_started == Some(true) {
            self.attempt_nexus_cancel(cx, scheduled_event_id);
        }
    }
}
