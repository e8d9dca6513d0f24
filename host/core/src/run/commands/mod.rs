//! What a workflow asks for: each command is checked on its own, then applied on its own.

mod activity;
mod checks;
mod child;
mod close;
mod external;
mod marker;
mod nexus;
mod properties;
mod sequence;
mod timer;

use temporalio_protos::temporal::api::{
    command::v1::{Command, command::Attributes},
    enums::v1::WorkflowTaskFailedCause as Cause,
};

use super::{Run, update_message::Messages};
use crate::{context::Cx, search_attributes::AttributeTypes};

use self::checks::Checks;
pub(crate) use self::sequence::{check_sequence, is_close_command};

/// Why a worker's answer is not accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) cause: Cause,
    pub(crate) detail: String,
    /// True if the run can't go on at all: trying again would give the same.
    pub(crate) terminates: bool,
}

impl Refusal {
    pub(crate) fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
            terminates: false,
        }
    }

    pub(crate) fn terminating(cause: Cause, detail: impl Into<String>) -> Self {
        Self {
            terminates: true,
            ..Self::new(cause, detail)
        }
    }

    /// Something that the history so far does not allow, in Temporal's words.
    pub(crate) fn out_of_place(cause: Cause, event: &str, what: &str) -> Self {
        Self::new(
            cause,
            format!("invalid history builder state for action: {event}, {what}"),
        )
    }

    /// As Temporal words it: the cause's name, then what is wrong.
    pub(crate) fn message(&self) -> String {
        let name: String = self
            .cause
            .as_str_name()
            .trim_start_matches("WORKFLOW_TASK_FAILED_CAUSE_")
            .split('_')
            .map(|word| {
                let mut letters = word.chars();
                letters.next().map_or_else(String::new, |first| {
                    first.to_string() + &letters.as_str().to_lowercase()
                })
            })
            .collect();
        if self.detail.is_empty() {
            name
        } else {
            format!("{name}: {}", self.detail)
        }
    }
}

/// The answer that a command is part of.
pub(crate) struct Origin<'a> {
    /// The worker.
    pub(crate) identity: &'a str,
    /// The event of the completed workflow task.
    pub(crate) completed_event_id: i64,
}

impl Run {
    /// Checks every command before any is applied.
    pub(crate) fn check_commands(
        &self,
        cx: &Cx<'_>,
        commands: &[Command],
        messages: &Messages,
        attribute_types: &AttributeTypes,
    ) -> Result<(), Refusal> {
        let mut checks = Checks::new(self, cx, attribute_types);
        for command in commands {
            let Some(attributes) = &command.attributes else {
                return Err(sequence::without_attributes(command.command_type()));
            };
            checks.next_event_id += match attributes {
                Attributes::ProtocolMessageCommandAttributes(a) => i64::from(
                    messages
                        .get(&a.message_id)
                        .is_some_and(|message| message.is_written()),
                ),
                attributes => {
                    checks.command(attributes)?;
                    1
                }
            };
        }
        Ok(())
    }

    /// Writes a checked command's events.
    pub(crate) fn apply_command(
        &mut self,
        cx: &mut Cx<'_>,
        command: &Command,
        origin: &Origin<'_>,
    ) {
        let Some(attributes) = &command.attributes else {
            return;
        };
        let metadata = command.user_metadata.clone();
        let completed_event_id = origin.completed_event_id;
        match attributes {
            Attributes::ScheduleActivityTaskCommandAttributes(a) => {
                self.schedule_activity(cx, a, metadata, completed_event_id);
            }
            Attributes::RequestCancelActivityTaskCommandAttributes(a) => {
                self.request_activity_cancel(cx, a.scheduled_event_id, origin);
            }
            Attributes::StartTimerCommandAttributes(a) => {
                self.start_timer(cx, a, metadata, completed_event_id);
            }
            Attributes::CancelTimerCommandAttributes(a) => {
                self.cancel_timer(cx, &a.timer_id, origin);
            }
            Attributes::CompleteWorkflowExecutionCommandAttributes(a) => {
                self.complete_run(cx, a, metadata, completed_event_id);
            }
            Attributes::FailWorkflowExecutionCommandAttributes(a) => {
                self.fail_run(cx, a, metadata, completed_event_id);
            }
            Attributes::CancelWorkflowExecutionCommandAttributes(a) => {
                self.cancel_run(cx, a, metadata, completed_event_id);
            }
            Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(a) => {
                self.continue_as_new(cx, a, metadata, completed_event_id);
            }
            Attributes::RecordMarkerCommandAttributes(a) => {
                self.record_marker(cx, a, metadata, completed_event_id);
            }
            Attributes::UpsertWorkflowSearchAttributesCommandAttributes(a) => {
                self.upsert_search_attributes(cx, a, metadata, completed_event_id);
            }
            Attributes::ModifyWorkflowPropertiesCommandAttributes(a) => {
                self.modify_properties(cx, a, metadata, completed_event_id);
            }
            Attributes::StartChildWorkflowExecutionCommandAttributes(a) => {
                self.initiate_child(cx, a, metadata, completed_event_id);
            }
            Attributes::SignalExternalWorkflowExecutionCommandAttributes(a) => {
                self.initiate_signal(cx, a, metadata, completed_event_id);
            }
            Attributes::RequestCancelExternalWorkflowExecutionCommandAttributes(a) => {
                self.initiate_cancel(cx, a, metadata, completed_event_id);
            }
            Attributes::ScheduleNexusOperationCommandAttributes(a) => {
                self.schedule_nexus_operation(cx, a, metadata, completed_event_id);
            }
            Attributes::RequestCancelNexusOperationCommandAttributes(a) => {
                self.request_nexus_cancel(cx, a.scheduled_event_id, metadata, origin);
            }
            Attributes::ProtocolMessageCommandAttributes(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
