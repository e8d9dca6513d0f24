//! The interface `temporal:workflow-runtime/workflow-host`, from the host's side.

use prost::Message;
use temporalio_protos::coresdk::workflow_commands::WorkflowCommand;

use super::bindings::temporal::workflow_runtime::{types, workflow_host};
use crate::{failure::HostCallRefused, host_state::HostState};

/// The longest text that a workflow may show about itself, in bytes; the web UI shows a few lines.
const MAX_DETAILS_BYTES: usize = 64 << 10;

impl types::Host for HostState {}

impl workflow_host::Host for HostState {
    fn set_current_details(&mut self, mut details: String) -> wasmtime::Result<()> {
        details.truncate(details.floor_char_boundary(MAX_DETAILS_BYTES));
        self.current_details = details;
        Ok(())
    }

    fn push_command(&mut self, command: Vec<u8>) -> wasmtime::Result<()> {
        self.commands
            .reserve(command.len())
            .map_err(HostCallRefused)?;
        let command = WorkflowCommand::decode(command.as_slice()).map_err(|error| {
            HostCallRefused(format!(
                "it pushed {} bytes that are no WorkflowCommand: {error}",
                command.len()
            ))
        })?;
        self.commands.push(command);
        Ok(())
    }

    fn patch_activation(&mut self, patch_id: String) -> wasmtime::Result<bool> {
        Ok(self.patches.takes_new_code(&patch_id))
    }
}
