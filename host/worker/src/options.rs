//! What can be set about a worker host. It holds values and their reasons; where they come from (flags, files) is the CLI's.

use std::{path::PathBuf, time::Duration};

use sundial_sandbox::SandboxOptions;

use crate::{credentials::Credentials, error::WorkerError, identity::default_identity};

/// Settings of a worker host.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// The server's gRPC address, as `http://host:port` or `https://host:port`.
    pub address: String,
    /// How the host proves who it is. Needed for Temporal Cloud, empty for a server on the same machine.
    pub credentials: Credentials,
    /// Whether requests are compressed. It costs the worker and the server 2.6 to 4 times the CPU per call, so it pays only where
    /// the network is slow or billed.
    pub compression: bool,
    /// The namespaces to poll, at least one.
    pub namespaces: Vec<String>,
    /// What the server shows as the name of this process. Never empty.
    pub identity: String,
    /// Where modules come from.
    pub modules: ModuleSource,
    /// The task queue of modules that lie directly in the folder of [`ModuleSource::Folder`].
    pub task_queue_for_folder: String,
    /// Whether a version from a folder is made the current one of its deployment, so that new runs start on it. Turn it off where
    /// releases are made by hand or in steps.
    pub set_current: bool,
    /// The TOML file that declares activities run as child processes; see ACTIVITIES.md.
    pub activities_file: Option<PathBuf>,
    /// The task queue of registered Rust functions when there is no activities file to name one.
    pub activity_task_queue: String,
    /// How many activities may run at once when the activities file does not say, and how many local ones of each module version.
    /// Most wait for something else.
    pub max_concurrent_activities: usize,
    /// Where components are kept by digest, so that a restart does not download them again. `None` keeps none.
    pub cache_dir: Option<PathBuf>,
    /// How much memory the instances of live runs may take together, in bytes. Beyond it, those used least recently go; their
    /// history is replayed when they are needed again. 0 keeps none: each workflow task replays its run.
    pub cache_limit_bytes: u64,
    /// Threads that run guest code. More than the machine has cores gains nothing: guests only compute.
    pub guest_threads: usize,
    /// Threads for everything else: polls, completions, child processes. One is the cheapest by CPU time, and enough for about a
    /// thousand workflow tasks a second.
    pub io_threads: usize,
    /// Polls for workflow tasks that each module version keeps open. One of five waits for new runs, the rest for runs that this
    /// host holds already. At least 2.
    pub workflow_pollers: usize,
    /// Workflow tasks that one module version may have in hand at once. At least 2.
    pub max_concurrent_workflow_tasks: usize,
    /// How long activities may go on after a shutdown was asked for before they are cancelled, in milliseconds.
    pub shutdown_grace_ms: u64,
    /// Limits of the sandbox.
    pub sandbox: SandboxOptions,
}

/// Where modules come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleSource {
    /// The module registry of a Sundial server, at the same address. New versions are noticed at once.
    Registry,
    /// Every `NAME.wasm` in this folder, on the task queue of the options, and every `QUEUE/NAME.wasm` below it, on task queue
    /// QUEUE. New and changed files are noticed within seconds. For servers without a registry, such as Temporal's.
    Folder(PathBuf),
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            address: "http://127.0.0.1:7233".to_owned(),
            credentials: Credentials::default(),
            compression: false,
            namespaces: vec!["default".to_owned()],
            identity: default_identity(),
            modules: ModuleSource::Registry,
            task_queue_for_folder: "default".to_owned(),
            set_current: true,
            activities_file: None,
            activity_task_queue: "sundial-activities".to_owned(),
            max_concurrent_activities: 100,
            cache_dir: None,
            cache_limit_bytes: 1 << 30,
            guest_threads: std::thread::available_parallelism().map_or(2, |cores| cores.get()),
            io_threads: 1,
            workflow_pollers: 5,
            max_concurrent_workflow_tasks: 100,
            shutdown_grace_ms: 10_000,
            sandbox: SandboxOptions::default(),
        }
    }
}

impl WorkerOptions {
    /// How long activities may go on after a shutdown was asked for.
    pub(crate) fn shutdown_grace(&self) -> Duration {
        Duration::from_millis(self.shutdown_grace_ms)
    }

    /// Finds what can't work before anything is started.
    pub(crate) fn check(&self) -> Result<(), WorkerError> {
        let wrong = |option: &'static str, reason: &'static str| {
            Err(WorkerError::Option { option, reason })
        };
        if self.namespaces.is_empty() || self.namespaces.iter().any(String::is_empty) {
            return wrong("namespaces", "give at least one name, none of them empty");
        }
        if self.identity.is_empty() {
            return wrong("identity", "it may not be empty, the server shows it");
        }
        if self.guest_threads == 0 {
            return wrong("guest_threads", "it must be at least 1");
        }
        if self.io_threads == 0 {
            return wrong("io_threads", "it must be at least 1");
        }
        if self.workflow_pollers < 2 {
            return wrong(
                "workflow_pollers",
                "it must be at least 2, one for new runs and one for those held already",
            );
        }
        if self.max_concurrent_workflow_tasks < 2 {
            return wrong("max_concurrent_workflow_tasks", "it must be at least 2");
        }
        if self.max_concurrent_activities == 0 {
            return wrong("max_concurrent_activities", "it must be at least 1");
        }
        if matches!(self.modules, ModuleSource::Folder(_)) && self.task_queue_for_folder.is_empty()
        {
            return wrong(
                "task_queue_for_folder",
                "name the task queue that the folder's modules serve",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_accepted() {
        assert!(WorkerOptions::default().check().is_ok());
    }

    #[test]
    fn an_empty_namespace_is_refused_by_name() {
        let options = WorkerOptions {
            namespaces: vec![String::new()],
            ..Default::default()
        };
        let message = options.check().unwrap_err().to_string();
        assert!(message.contains("namespaces"), "{message}");
    }
}
