//! The interface `sundial:workflow/host`, from the host's side.

use super::bindings::sundial::workflow::host::{self, Level, RunInfo};
use crate::{failure::HostCallRefused, guest_log, host_state::HostState};

impl host::Host for HostState {
    fn log(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            Level::Trace => guest_log::Level::Trace,
            Level::Debug => guest_log::Level::Debug,
            Level::Info => guest_log::Level::Info,
            Level::Warn => guest_log::Level::Warn,
            Level::Error => guest_log::Level::Error,
        };
        // A component that is only asked what it is has no run to log for.
        let none = Default::default();
        self.log
            .write(self.run.as_ref().unwrap_or(&none), level, &message);
        Ok(())
    }

    fn run(&mut self) -> wasmtime::Result<RunInfo> {
        let Some(run) = self.run.clone() else {
            let reason =
                "it called host.run while it was asked for its workflows; no run exists then";
            return Err(HostCallRefused(reason.to_owned()).into());
        };
        Ok(RunInfo {
            namespace: run.namespace,
            task_queue: run.task_queue,
            workflow_id: run.workflow_id,
            run_id: run.run_id,
            workflow_type: run.workflow_type,
        })
    }
}
