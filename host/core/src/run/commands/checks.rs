//! The state that the commands of one answer are checked against: the run's, and what earlier commands of the same
//! answer will have made of it.

use std::collections::{HashMap, HashSet};

use temporalio_protos::temporal::api::{
    command::v1::command::Attributes,
    common::v1::{Payload, Payloads, SearchAttributes},
    enums::v1::WorkflowTaskFailedCause as Cause,
};

use super::Refusal;
use crate::{
    context::{Cx, NexusEndpoints},
    limits::Limits,
    run::{Run, state::TaskNature, workflow_task::encoded_size},
    search_attributes::{self, AttributeTypes},
};

pub(super) struct Checks<'a> {
    pub(super) run: &'a Run,
    pub(super) limits: &'a Limits,
    pub(super) nexus_endpoints: NexusEndpoints,
    /// The search attributes that are registered in the run's namespace.
    pub(super) attribute_types: &'a AttributeTypes,
    /// The id that the next command's event will have.
    pub(super) next_event_id: i64,
    /// Activities that are scheduled here, by their event.
    pub(super) scheduled: HashMap<i64, &'a str>,
    /// Their ids, for as long as they are taken.
    pub(super) activity_ids: HashSet<&'a str>,
    /// Activities that end here, because they are cancelled before they are started.
    pub(super) finished: HashSet<i64>,
    /// Activities whose cancellation is requested here.
    pub(super) canceled: HashSet<i64>,
    pub(super) timer_ids: HashSet<&'a str>,
    pub(super) canceled_timer_ids: HashSet<&'a str>,
    /// Events that waited and that a command takes back.
    pub(super) unbuffered: usize,
    pub(super) child_ids: HashSet<&'a str>,
    pub(super) children: usize,
    pub(super) signals: usize,
    pub(super) cancels: usize,
    /// Nexus operations that are scheduled here, by their event.
    pub(super) nexus_operations: HashSet<i64>,
    /// Nexus operations whose cancellation is requested here.
    pub(super) canceled_nexus_operations: HashSet<i64>,
}

impl<'a> Checks<'a> {
    pub(super) fn new(run: &'a Run, cx: &'a Cx<'_>, attribute_types: &'a AttributeTypes) -> Self {
        let is_written = run
            .head
            .workflow_task
            .as_ref()
            .is_some_and(|task| task.nature == TaskNature::Normal as i32);
        // Scheduled (unless it is written), started and completed come first.
        let next_event_id = run.head.next_event_id + if is_written { 2 } else { 3 };
        Self {
            run,
            limits: cx.limits,
            nexus_endpoints: cx.nexus_endpoints.clone(),
            attribute_types,
            next_event_id,
            scheduled: HashMap::new(),
            activity_ids: HashSet::new(),
            finished: HashSet::new(),
            canceled: HashSet::new(),
            timer_ids: HashSet::new(),
            canceled_timer_ids: HashSet::new(),
            unbuffered: 0,
            child_ids: HashSet::new(),
            children: 0,
            signals: 0,
            cancels: 0,
            nexus_operations: HashSet::new(),
            canceled_nexus_operations: HashSet::new(),
        }
    }

    /// Checks a command that writes one event.
    pub(super) fn command(&mut self, attributes: &'a Attributes) -> Result<(), Refusal> {
        match attributes {
            Attributes::ScheduleActivityTaskCommandAttributes(a) => self.schedule_activity(a),
            Attributes::RequestCancelActivityTaskCommandAttributes(a) => self.cancel_activity(a),
            Attributes::StartTimerCommandAttributes(a) => self.start_timer(a),
            Attributes::CancelTimerCommandAttributes(a) => self.cancel_timer(a),
            Attributes::CompleteWorkflowExecutionCommandAttributes(a) => self.complete_run(a),
            Attributes::FailWorkflowExecutionCommandAttributes(a) => self.fail_run(a),
            Attributes::CancelWorkflowExecutionCommandAttributes(_) => self.close(),
            Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(a) => {
                self.continue_as_new(a)
            }
            Attributes::RecordMarkerCommandAttributes(a) => self.record_marker(a),
            Attributes::UpsertWorkflowSearchAttributesCommandAttributes(a) => {
                self.upsert_search_attributes(a)
            }
            Attributes::ModifyWorkflowPropertiesCommandAttributes(a) => self.modify_properties(a),
            Attributes::StartChildWorkflowExecutionCommandAttributes(a) => self.start_child(a),
            Attributes::SignalExternalWorkflowExecutionCommandAttributes(a) => {
                self.signal_external(a)
            }
            Attributes::RequestCancelExternalWorkflowExecutionCommandAttributes(a) => {
                self.cancel_external(a)
            }
            Attributes::ProtocolMessageCommandAttributes(_) => Ok(()),
            Attributes::ScheduleNexusOperationCommandAttributes(a) => {
                self.schedule_nexus_operation(a)
            }
            Attributes::RequestCancelNexusOperationCommandAttributes(a) => {
                self.cancel_nexus_operation(a)
            }
        }
    }

    /// Refuses an id that is too long, or that no database's texts can hold. `context` names the command's other parts.
    pub(super) fn id(
        &self,
        cause: Cause,
        command: &str,
        field: &str,
        id: &str,
        context: &str,
    ) -> Result<(), Refusal> {
        if id.contains('\0') {
            return Err(Refusal::new(
                cause,
                format!("{field} on {command} contains a zero byte. {context}"),
            ));
        }
        let limit = self.limits.id_length_bytes;
        if id.len() <= limit {
            return Ok(());
        }
        Err(Refusal::new(
            cause,
            format!(
                "{field} on {command} exceeds length limit. {context} Length={} Limit={limit}",
                id.len()
            ),
        ))
    }

    /// Refuses a negative time. `field` is followed by its place, `on` or `for` a command.
    pub(super) fn timeout(
        cause: Cause,
        field: &str,
        span: Option<&prost_wkt_types::Duration>,
        context: &str,
    ) -> Result<(), Refusal> {
        match span {
            Some(span) if span.seconds < 0 || span.nanos < 0 => Err(Refusal::new(
                cause,
                format!("Invalid {field}: negative duration. {context}"),
            )),
            _ => Ok(()),
        }
    }

    /// A payload that is too large would be too large again: the run ends.
    pub(super) fn payloads(
        &self,
        cause: Cause,
        what: &str,
        payloads: Option<&Payloads>,
    ) -> Result<(), Refusal> {
        self.size(cause, what, encoded_size(payloads))
    }

    pub(super) fn size(&self, cause: Cause, what: &str, bytes: usize) -> Result<(), Refusal> {
        if bytes > self.limits.blob_size_bytes {
            return Err(Refusal::terminating(
                cause,
                format!("{what} exceeds size limit."),
            ));
        }
        Ok(())
    }

    pub(super) fn memo_size(&self, cause: Cause, what: &str, bytes: usize) -> Result<(), Refusal> {
        if bytes > self.limits.memo_size_bytes {
            return Err(Refusal::terminating(
                cause,
                format!("{what} exceeds size limit."),
            ));
        }
        Ok(())
    }

    /// Refuses search attributes that are not known.
    pub(super) fn attribute_names(
        &self,
        attributes: Option<&SearchAttributes>,
    ) -> Result<(), Refusal> {
        let namespace = &self.run.head.namespace;
        search_attributes::check_names(attributes, self.attribute_types, namespace)
            .map_err(|why| Refusal::new(Cause::BadSearchAttributes, why))
    }

    /// Refuses values of search attributes that are not of their types. `command` is where they stand, `context` its other
    /// parts.
    pub(super) fn attribute_values(
        &self,
        attributes: Option<&SearchAttributes>,
        command: &str,
        context: &str,
    ) -> Result<(), Refusal> {
        search_attributes::check_values(attributes, self.attribute_types).map_err(|why| {
            Refusal::new(
                Cause::BadSearchAttributes,
                format!("invalid SearchAttributes on {command}: {why}. {context}"),
            )
        })
    }

    /// Attributes that are too large would be too large again: the run ends.
    pub(super) fn attribute_sizes(
        cause: Cause,
        attributes: Option<&SearchAttributes>,
    ) -> Result<(), Refusal> {
        search_attributes::check_sizes(attributes).map_err(|why| Refusal::terminating(cause, why))
    }

    /// Refuses one more of something that there is too much of already.
    pub(super) fn count(
        cause: Cause,
        what: &str,
        pending: usize,
        limit: usize,
    ) -> Result<(), Refusal> {
        if pending < limit {
            return Ok(());
        }
        Err(Refusal::new(
            cause,
            format!(
                "the number of {what}, {pending}, has reached the per-workflow limit of {limit}"
            ),
        ))
    }

    /// Other runs are reached within the namespace only, as on Temporal's servers since 1.30.
    pub(super) fn namespace(&self, cause: Cause, namespace: &str) -> Result<(), Refusal> {
        if namespace.is_empty() || namespace == self.run.head.namespace {
            return Ok(());
        }
        Err(Refusal::new(
            cause,
            "cross namespace commands are not allowed",
        ))
    }
}

/// The size of named payloads as Temporal counts it.
pub(super) fn fields_size(fields: &HashMap<String, Payload>) -> usize {
    fields
        .iter()
        .map(|(name, payload)| name.len() + payload.data.len())
        .sum()
}
