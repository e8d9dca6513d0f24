//! What holds for the commands of an answer as a whole: known ones, and none after the one that closes the run.

use temporalio_protos::temporal::api::{
    command::v1::Command,
    enums::v1::{CommandType, WorkflowTaskFailedCause as Cause},
};

use super::Refusal;
use crate::rejection::Rejection;

/// True for a command that ends the run.
pub(crate) fn is_close_command(command: &Command) -> bool {
    matches!(
        command.command_type(),
        CommandType::CompleteWorkflowExecution
            | CommandType::FailWorkflowExecution
            | CommandType::CancelWorkflowExecution
            | CommandType::ContinueAsNewWorkflowExecution
    )
}

/// Refuses an answer that makes no sense at all; the workflow task goes on as if it had not come.
pub(crate) fn check_sequence(commands: &[Command]) -> Result<(), Rejection> {
    let refuse = |message: String| Err(Rejection::InvalidArgument(message));
    for (position, command) in commands.iter().enumerate() {
        if command.command_type() == CommandType::Unspecified {
            return refuse(format!("unknown command type: {}", command.command_type));
        }
        if is_close_command(command) && position + 1 < commands.len() {
            let names: Vec<String> = commands
                .iter()
                .map(|command| name(command.command_type()))
                .collect();
            return refuse(format!(
                "invalid command sequence: [{}], command {} must be the last command.",
                names.join(", "),
                name(command.command_type())
            ));
        }
    }
    Ok(())
}

/// A command that is nothing but its type.
pub(super) fn without_attributes(command_type: CommandType) -> Refusal {
    let cause = match command_type {
        CommandType::ScheduleActivityTask => Cause::BadScheduleActivityAttributes,
        CommandType::RequestCancelActivityTask => Cause::BadRequestCancelActivityAttributes,
        CommandType::StartTimer => Cause::BadStartTimerAttributes,
        CommandType::CancelTimer => Cause::BadCancelTimerAttributes,
        CommandType::CompleteWorkflowExecution => Cause::BadCompleteWorkflowExecutionAttributes,
        CommandType::FailWorkflowExecution => Cause::BadFailWorkflowExecutionAttributes,
        CommandType::CancelWorkflowExecution => Cause::BadCancelWorkflowExecutionAttributes,
        CommandType::RequestCancelExternalWorkflowExecution => {
            Cause::BadRequestCancelExternalWorkflowExecutionAttributes
        }
        CommandType::RecordMarker => Cause::BadRecordMarkerAttributes,
        CommandType::ContinueAsNewWorkflowExecution => Cause::BadContinueAsNewAttributes,
        CommandType::StartChildWorkflowExecution => Cause::BadStartChildExecutionAttributes,
        CommandType::SignalExternalWorkflowExecution => Cause::BadSignalWorkflowExecutionAttributes,
        CommandType::UpsertWorkflowSearchAttributes => Cause::BadSearchAttributes,
        CommandType::ProtocolMessage => Cause::BadUpdateWorkflowExecutionMessage,
        CommandType::ModifyWorkflowProperties => Cause::BadModifyWorkflowPropertiesAttributes,
        CommandType::ScheduleNexusOperation => Cause::BadScheduleNexusOperationAttributes,
        CommandType::RequestCancelNexusOperation => Cause::BadRequestCancelNexusOperationAttributes,
        CommandType::Unspecified => Cause::Unspecified,
    };
    let name = name(command_type);
    Refusal::new(
        cause,
        format!("{name}CommandAttributes is not set on {name}Command."),
    )
}

/// As Temporal spells it in messages.
fn name(command_type: CommandType) -> String {
    command_type
        .as_str_name()
        .trim_start_matches("COMMAND_TYPE_")
        .split('_')
        .map(|word| {
            let (first, rest) = word.split_at(1.min(word.len()));
            first.to_owned() + &rest.to_lowercase()
        })
        .collect()
}
