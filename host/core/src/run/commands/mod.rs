//! What a workflow asks for: each command is checked on its own, then applied on its own.

mod activity;
mod child;
mod close;
mod external;
mod properties;
mod timer;

use std::collections::HashSet;

use temporalio_protos::temporal::api::{
    command::v1::{Command, command::Attributes},
    common::v1::Payloads,
    enums::v1::WorkflowTaskFailedCause as Cause,
};

use super::{Run, workflow_task::encoded_size};
use crate::{context::Cx, limits::Limits, time::Span};

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

    /// As Temporal words it: the cause's name, then what is wrong.
    pub(crate) fn message(&self) -> String {
        let name = camel_case(
            self.cause
                .as_str_name()
                .trim_start_matches("WORKFLOW_TASK_FAILED_CAUSE_"),
        );
        if self.detail.is_empty() {
            name
        } else {
            format!("{name}: {}", self.detail)
        }
    }
}

/// `SOME_WORDS` as `SomeWords`: how Temporal names enum values in messages.
pub(crate) fn camel_case(words: &str) -> String {
    words
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_string() + &letters.as_str().to_lowercase()
            })
        })
        .collect()
}

/// What applying a command leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// Its events are written.
    Done,
    /// The workflow must be asked again at once.
    WantsTask,
}

/// Ids that commands of the same answer have taken.
#[derive(Default)]
pub(crate) struct Claims {
    activity_ids: HashSet<String>,
    timer_ids: HashSet<String>,
    canceled_timer_ids: HashSet<String>,
    activities: usize,
    children: usize,
    signals: usize,
    cancels: usize,
}

pub(crate) struct Checks<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) claims: Claims,
}

impl Checks<'_> {
    fn id(&self, cause: Cause, what: &str, id: &str) -> Result<(), Refusal> {
        if id.len() > self.limits.id_length_bytes {
            return Err(Refusal::new(cause, format!("{what} exceeds length limit.")));
        }
        Ok(())
    }

    fn required(&self, cause: Cause, message: &str, what: &str, id: &str) -> Result<(), Refusal> {
        if id.is_empty() {
            return Err(Refusal::new(cause, message));
        }
        self.id(cause, what, id)
    }

    fn payloads(
        &self,
        cause: Cause,
        what: &str,
        payloads: Option<&Payloads>,
    ) -> Result<(), Refusal> {
        if encoded_size(payloads) > self.limits.blob_size_bytes {
            return Err(Refusal::terminating(
                cause,
                format!("{what} exceeds size limit."),
            ));
        }
        Ok(())
    }

    fn timeout(
        &self,
        cause: Cause,
        what: &str,
        span: Option<&prost_wkt_types::Duration>,
    ) -> Result<(), Refusal> {
        if Span::from_proto(span).0 < 0 {
            return Err(Refusal::new(cause, format!("{what} cannot be negative.")));
        }
        Ok(())
    }
}

impl Run {
    /// Checks every command before any is applied.
    pub(crate) fn check_commands(&self, cx: &Cx<'_>, commands: &[Command]) -> Result<(), Refusal> {
        let mut checks = Checks {
            limits: cx.limits,
            claims: Claims::default(),
        };
        for command in commands {
            let Some(attributes) = &command.attributes else {
                return Err(Refusal::new(
                    Cause::UnhandledCommand,
                    format!("command of type {} has no attributes", command.command_type),
                ));
            };
            match attributes {
                Attributes::ScheduleActivityTaskCommandAttributes(a) => {
                    self.check_schedule_activity(&mut checks, a)?;
                }
                Attributes::RequestCancelActivityTaskCommandAttributes(a) => {
                    self.check_cancel_activity(a)?;
                }
                Attributes::StartTimerCommandAttributes(a) => {
                    self.check_start_timer(&mut checks, a)?
                }
                Attributes::CancelTimerCommandAttributes(a) => {
                    self.check_cancel_timer(&mut checks, a)?
                }
                Attributes::CompleteWorkflowExecutionCommandAttributes(a) => {
                    self.check_close()?;
                    checks.payloads(
                        Cause::BadCompleteWorkflowExecutionAttributes,
                        "CompleteWorkflowExecutionCommandAttributes.Result",
                        a.result.as_ref(),
                    )?;
                }
                Attributes::FailWorkflowExecutionCommandAttributes(a) => {
                    self.check_close()?;
                    if a.failure.is_none() {
                        return Err(Refusal::new(
                            Cause::BadFailWorkflowExecutionAttributes,
                            "Failure is not set on FailWorkflowExecutionCommand.",
                        ));
                    }
                }
                Attributes::CancelWorkflowExecutionCommandAttributes(_) => self.check_close()?,
                Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(a) => {
                    self.check_close()?;
                    self.check_continue_as_new(&checks, a)?;
                }
                Attributes::RecordMarkerCommandAttributes(a) => {
                    checks.required(
                        Cause::BadRecordMarkerAttributes,
                        "MarkerName is not set on RecordMarkerCommand.",
                        "MarkerName on RecordMarkerCommand",
                        &a.marker_name,
                    )?;
                    for details in a.details.values() {
                        checks.payloads(
                            Cause::BadRecordMarkerAttributes,
                            "RecordMarkerCommandAttributes.Details",
                            Some(details),
                        )?;
                    }
                }
                Attributes::UpsertWorkflowSearchAttributesCommandAttributes(a) => {
                    self.check_upsert(a)?;
                }
                Attributes::ModifyWorkflowPropertiesCommandAttributes(a) => {
                    self.check_modify(&checks, a)?;
                }
                Attributes::StartChildWorkflowExecutionCommandAttributes(a) => {
                    self.check_start_child(&mut checks, a)?;
                }
                Attributes::SignalExternalWorkflowExecutionCommandAttributes(a) => {
                    self.check_signal_external(&mut checks, a)?;
                }
                Attributes::RequestCancelExternalWorkflowExecutionCommandAttributes(a) => {
                    self.check_cancel_external(&mut checks, a)?;
                }
                Attributes::ProtocolMessageCommandAttributes(_) => {}
                Attributes::ScheduleNexusOperationCommandAttributes(_)
                | Attributes::RequestCancelNexusOperationCommandAttributes(_) => {
                    return Err(Refusal::new(
                        Cause::FeatureDisabled,
                        "Nexus operations are not available on this server.",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Writes a checked command's events.
    pub(crate) fn apply_command(
        &mut self,
        cx: &mut Cx<'_>,
        command: &Command,
        completed_event_id: i64,
    ) -> Applied {
        let Some(attributes) = &command.attributes else {
            return Applied::Done;
        };
        let metadata = command.user_metadata.clone();
        match attributes {
            Attributes::ScheduleActivityTaskCommandAttributes(a) => {
                self.schedule_activity(cx, a, metadata, completed_event_id);
            }
            Attributes::RequestCancelActivityTaskCommandAttributes(a) => {
                return self.request_activity_cancel(cx, a.scheduled_event_id, completed_event_id);
            }
            Attributes::StartTimerCommandAttributes(a) => {
                self.start_timer(cx, a, metadata, completed_event_id);
            }
            Attributes::CancelTimerCommandAttributes(a) => {
                self.cancel_timer(cx, &a.timer_id, completed_event_id);
            }
            Attributes::CompleteWorkflowExecutionCommandAttributes(a) => {
                self.complete_run(cx, a, completed_event_id);
            }
            Attributes::FailWorkflowExecutionCommandAttributes(a) => {
                self.fail_run(cx, a, completed_event_id);
            }
            Attributes::CancelWorkflowExecutionCommandAttributes(a) => {
                self.cancel_run(cx, a, completed_event_id);
            }
            Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(a) => {
                self.continue_as_new(cx, a, completed_event_id);
            }
            Attributes::RecordMarkerCommandAttributes(a) => {
                self.record_marker(cx, a, metadata, completed_event_id);
            }
            Attributes::UpsertWorkflowSearchAttributesCommandAttributes(a) => {
                self.upsert_search_attributes(cx, a, completed_event_id);
            }
            Attributes::ModifyWorkflowPropertiesCommandAttributes(a) => {
                self.modify_properties(cx, a, completed_event_id);
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
            Attributes::ProtocolMessageCommandAttributes(_)
            | Attributes::ScheduleNexusOperationCommandAttributes(_)
            | Attributes::RequestCancelNexusOperationCommandAttributes(_) => {}
        }
        Applied::Done
    }
}
