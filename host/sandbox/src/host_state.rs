//! What the host keeps beside each instance: the data of its wasmtime store, whichever contract it speaks.

use std::collections::HashSet;

use temporalio_protos::coresdk::{
    workflow_activation::{WorkflowActivation, workflow_activation_job::Variant as Job},
    workflow_commands::WorkflowCommand,
};

use crate::{
    guest::RunContext,
    guest_log::GuestLog,
    language_runtime::{LanguageRuntime, Output},
    limits::{CpuBudget, MemoryBudget},
    options::SandboxOptions,
};

/// The host's side of one instance.
#[derive(Debug)]
pub(crate) struct HostState {
    pub(crate) cpu: CpuBudget,
    pub(crate) memory: MemoryBudget,
    pub(crate) log: GuestLog,
    /// What the runtime of the guest's language is given (the contract `sundial:workflow` only).
    pub(crate) language: LanguageRuntime,
    /// Nothing while a component is only asked for its definitions.
    pub(crate) run: Option<RunContext>,
    /// What the guest pushed in this activation (the Temporal contract only).
    pub(crate) commands: CommandBuffer,
    pub(crate) patches: Patches,
    /// The text that the workflow shows in the web UI (the Temporal contract only).
    pub(crate) current_details: String,
}

impl HostState {
    pub(crate) fn new(options: &SandboxOptions, run: Option<RunContext>) -> Self {
        Self {
            cpu: CpuBudget::new(options.cpu_limit_ms),
            memory: MemoryBudget::new(options.memory_limit_bytes),
            log: GuestLog::default(),
            language: LanguageRuntime::default(),
            run,
            commands: CommandBuffer::new(options.output_limit_bytes),
            patches: Patches::default(),
            current_details: String::new(),
        }
    }

    /// Prepares for an activation.
    pub(crate) fn begin(&mut self, activation: &WorkflowActivation) {
        let replaying = is_replaying_history(activation);
        // Without a run it is only asked what it is, and what it prints meanwhile is for nobody.
        if let Some(run) = &self.run {
            self.log.restart(replaying, run);
        }
        self.language.begin(activation);
        self.commands.clear();
        self.patches.begin(activation, replaying);
    }

    /// Ends an activation, failed or not.
    pub(crate) fn finish(&mut self) {
        if let Some(run) = &self.run {
            self.language.flush(&mut self.log, run);
            self.log.finish(run);
        }
    }

    /// Takes what the guest writes to an output stream.
    pub(crate) fn print(&mut self, output: Output, bytes: &[u8]) {
        // A component that is only asked what it is has no run to log for: its log holds everything back and is dropped.
        let none = RunContext::default();
        let run = self.run.as_ref().unwrap_or(&none);
        self.language.write(output, bytes, &mut self.log, run);
    }
}

/// Whether history is replayed. A query on a run that was just replayed still carries the flag, but runs for the first time.
fn is_replaying_history(activation: &WorkflowActivation) -> bool {
    activation.is_replaying
        && activation
            .jobs
            .iter()
            .any(|job| !matches!(job.variant, Some(Job::QueryWorkflow(_))))
}

/// Commands pushed during one activation, bounded in bytes.
#[derive(Debug)]
pub(crate) struct CommandBuffer {
    commands: Vec<WorkflowCommand>,
    bytes: usize,
    limit_bytes: usize,
}

impl CommandBuffer {
    /// What a command takes here beside its encoded bytes.
    const OVERHEAD_BYTES: usize = size_of::<WorkflowCommand>();

    fn new(limit_bytes: usize) -> Self {
        Self {
            commands: Vec::new(),
            bytes: 0,
            limit_bytes,
        }
    }

    fn clear(&mut self) {
        self.commands.clear();
        self.bytes = 0;
    }

    /// Accounts for a command of `encoded_bytes` before it is decoded.
    pub(crate) fn reserve(&mut self, encoded_bytes: usize) -> Result<(), String> {
        self.bytes = self
            .bytes
            .saturating_add(encoded_bytes + Self::OVERHEAD_BYTES);
        if self.bytes > self.limit_bytes {
            return Err(format!(
                "its commands take more than the {} bytes that one activation may hand over",
                self.limit_bytes
            ));
        }
        Ok(())
    }

    pub(crate) fn push(&mut self, command: WorkflowCommand) {
        self.commands.push(command);
    }

    pub(crate) fn take(&mut self) -> Vec<WorkflowCommand> {
        std::mem::take(&mut self.commands)
    }
}

/// Which side of a patch a workflow takes when it first meets one.
///
/// The guest decides alone wherever history does: on replay, and for patches that history has. It asks only for a patch that is new
/// to the run. The answer here holds even if it asks when it need not.
#[derive(Debug, Default)]
pub(crate) struct Patches {
    /// Patches that history has, as told by core.
    in_history: HashSet<String>,
    replaying: bool,
}

impl Patches {
    fn begin(&mut self, activation: &WorkflowActivation, replaying: bool) {
        self.replaying = replaying;
        for job in &activation.jobs {
            if let Some(Job::NotifyHasPatch(patch)) = &job.variant {
                self.in_history.insert(patch.patch_id.clone());
            }
        }
    }

    /// Whether the new code is to be taken.
    pub(crate) fn takes_new_code(&self, patch_id: &str) -> bool {
        !self.replaying || self.in_history.contains(patch_id)
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::coresdk::workflow_activation::{
        FireTimer, NotifyHasPatch, QueryWorkflow,
    };

    use super::*;

    fn activation(is_replaying: bool, jobs: Vec<Job>) -> WorkflowActivation {
        WorkflowActivation {
            is_replaying,
            jobs: jobs.into_iter().map(Into::into).collect(),
            ..Default::default()
        }
    }

    #[test]
    fn a_new_patch_is_taken_only_outside_replay_or_if_history_has_it() {
        let mut patches = Patches::default();
        let timer = || Job::FireTimer(FireTimer::default());
        patches.begin(&activation(true, vec![timer()]), true);
        assert!(!patches.takes_new_code("faster"));
        let notify = Job::NotifyHasPatch(NotifyHasPatch {
            patch_id: "faster".into(),
        });
        patches.begin(&activation(true, vec![notify]), true);
        assert!(patches.takes_new_code("faster"));
        patches.begin(&activation(true, vec![timer()]), true);
        assert!(patches.takes_new_code("faster"), "history does not forget");
        assert!(!patches.takes_new_code("other"));
        patches.begin(&activation(false, vec![timer()]), false);
        assert!(patches.takes_new_code("other"));
    }

    #[test]
    fn a_query_alone_is_not_a_replay_of_history() {
        let query = || Job::QueryWorkflow(QueryWorkflow::default());
        let timer = || Job::FireTimer(FireTimer::default());
        assert!(!is_replaying_history(&activation(true, vec![query()])));
        assert!(is_replaying_history(&activation(
            true,
            vec![timer(), query()]
        )));
        assert!(!is_replaying_history(&activation(false, vec![timer()])));
    }

    #[test]
    fn commands_are_bounded_in_bytes() {
        let mut buffer = CommandBuffer::new(1 << 20);
        assert!(buffer.reserve(1 << 19).is_ok());
        assert!(buffer.reserve(1 << 19).is_err());
        buffer.clear();
        assert!(buffer.reserve(1 << 19).is_ok());
    }
}
