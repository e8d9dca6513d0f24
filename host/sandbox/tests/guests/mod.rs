//! The guests of `guests/test`, built when a test first asks for one, and what tests need to talk to them.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{path::Path, process::Command, sync::LazyLock};

use sundial_sandbox::{
    Guest, Module, RunContext, Sandbox, SandboxOptions, TaskFailure, encode_component,
};
use temporalio_protos::{
    coresdk::{
        workflow_activation::{
            FireTimer, InitializeWorkflow, QueryWorkflow, SignalWorkflow, WorkflowActivation,
            workflow_activation_job::Variant as Job,
        },
        workflow_commands::workflow_command::Variant as WorkflowCommand,
        workflow_completion::Success,
    },
    temporal::api::{common::v1::Payload, failure::v1::failure::FailureInfo},
};

/// The contract `sundial:workflow`, without an SDK.
pub(crate) static SUNDIAL: LazyLock<Vec<u8>> = LazyLock::new(|| build("sundial", "sundial-guest"));
/// The contract `temporal:workflow-runtime`, with answers that make no sense.
pub(crate) static ODD: LazyLock<Vec<u8>> = LazyLock::new(|| build("temporal", "odd-guest"));
/// The contract `temporal:workflow-runtime`, by Temporal's Rust SDK.
pub(crate) static SOUND: LazyLock<Vec<u8>> = LazyLock::new(|| build("temporal", "sound-guest"));

/// Compiles a package of `guests/test` to a core module.
pub(crate) fn build_module(workspace: &str, package: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = root.join("target/guests");
    let status = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--release",
            "--target",
            "wasm32-unknown-unknown",
            "--package",
            package,
        ])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(root.join("guests/test").join(workspace))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "{package} does not build");
    let file = format!("{}.wasm", package.replace('-', "_"));
    let path = target.join("wasm32-unknown-unknown/release").join(file);
    std::fs::read(path).expect("cargo wrote the module")
}

pub(crate) fn build(workspace: &str, package: &str) -> Vec<u8> {
    encode_component(&build_module(workspace, package)).expect("it becomes a component")
}

/// Few runs, since nearly each test has a sandbox of its own and each run reserves address space.
pub(crate) fn options() -> SandboxOptions {
    SandboxOptions {
        max_live_runs: 64,
        ..Default::default()
    }
}

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::new(options()).expect("the sandbox is set up")
}

/// A sandbox that keeps compiled code in this folder, in `code`.
pub(crate) fn with_cache(folder: &Path) -> Sandbox {
    Sandbox::new(SandboxOptions {
        cache_dir: Some(folder.join("code")),
        ..options()
    })
    .expect("a sandbox")
}

pub(crate) fn run_of(workflow_type: &str) -> RunContext {
    RunContext {
        namespace: "default".into(),
        task_queue: "orders".into(),
        workflow_id: "order-1".into(),
        run_id: "run-1".into(),
        workflow_type: workflow_type.into(),
    }
}

/// The job that starts a run, with one argument.
pub(crate) fn init(workflow_type: &str, argument: &str) -> InitializeWorkflow {
    InitializeWorkflow {
        workflow_type: workflow_type.into(),
        workflow_id: "order-1".into(),
        arguments: vec![json(argument)],
        ..Default::default()
    }
}

/// A JSON payload.
pub(crate) fn json(text: &str) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: text.as_bytes().to_vec(),
        ..Default::default()
    }
}

pub(crate) fn activation(jobs: Vec<Job>) -> WorkflowActivation {
    WorkflowActivation {
        run_id: "run-1".into(),
        timestamp: Some(Default::default()),
        jobs: jobs.into_iter().map(Into::into).collect(),
        ..Default::default()
    }
}

pub(crate) fn timer(seq: u32) -> Job {
    Job::FireTimer(FireTimer { seq })
}

pub(crate) fn query(query_type: &str) -> Job {
    Job::QueryWorkflow(QueryWorkflow {
        query_id: "q".into(),
        query_type: query_type.into(),
        ..Default::default()
    })
}

pub(crate) fn signal(name: &str, argument: &str) -> Job {
    Job::SignalWorkflow(SignalWorkflow {
        signal_name: name.into(),
        input: vec![json(argument)],
        ..Default::default()
    })
}

/// Starts a run and gives it its first activation.
pub(crate) fn start(
    module: &Module,
    workflow_type: &str,
    argument: &str,
) -> Result<(Box<dyn Guest>, Success), TaskFailure> {
    let init = init(workflow_type, argument);
    let mut guest = module.instantiate(&run_of(workflow_type), &init)?;
    let first = guest.activate(&activation(vec![Job::InitializeWorkflow(init)]))?;
    Ok((guest, first))
}

/// Starts a run that must fail in its first activation or before.
pub(crate) fn start_failing(module: &Module, workflow_type: &str) -> TaskFailure {
    match start(module, workflow_type, "") {
        Ok((_, success)) => panic!("{workflow_type} should have failed, but answered {success:?}"),
        Err(failure) => failure,
    }
}

/// The kind of failure that programs see.
pub(crate) fn kind(failure: &TaskFailure) -> &str {
    match &failure.failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => &info.r#type,
        _ => "",
    }
}

/// The only command of a completion.
pub(crate) fn only(success: &Success) -> &WorkflowCommand {
    match success.commands.as_slice() {
        [command] => command.variant.as_ref().expect("commands are not empty"),
        other => panic!("expected one command, got {other:?}"),
    }
}

/// The result with which a run completed.
pub(crate) fn result(success: &Success) -> String {
    match only(success) {
        WorkflowCommand::CompleteWorkflowExecution(complete) => text(complete.result.as_ref()),
        other => panic!("expected a completion, got {other:?}"),
    }
}

/// The text of a payload.
pub(crate) fn text(payload: Option<&Payload>) -> String {
    let payload = payload.expect("there is a payload");
    String::from_utf8(payload.data.clone()).expect("the payload is text")
}
