//! A module that looks like one of standard Go: the adapter below it gives workflow time, a seed at the start, and a log; all else is refused.

mod guests;

use std::sync::Arc;

use guests::{activation, init, kind, run_of, sandbox};
use sundial_sandbox::{BuildError, Module, TaskFailure, encode_component};
use temporalio_protos::coresdk::{
    workflow_activation::{WorkflowActivation, workflow_activation_job::Variant as Job},
    workflow_completion::Success,
};

/// The moment of the activation, in seconds.
const NOW_SECONDS: i64 = 1_700_000_000;

/// A core module of the contract by its functions' names. `start` runs when it is instantiated, `activate` in each activation, which ends
/// well unless that traps. The completion is `successful {}`.
fn core_module(start: &str, activate: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "wasi_snapshot_preview1" "path_open"
                (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
            (memory (export "memory") 2)
            ;; A definition at 64: its type, description, signals, queries, updates; then a list of one of them, and the completion.
            (data (i32.const 64) "\00\01\00\00\02\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")
            (data (i32.const 112) "\40\00\00\00\01\00\00\00")
            (data (i32.const 120) "\80\00\00\00\02\00\00\00")
            (data (i32.const 128) "\12\00")
            (data (i32.const 256) "Go")
            ;; A vector at 272 with the words at 288.
            (data (i32.const 272) "\20\01\00\00\1d\00\00\00")
            (data (i32.const 288) "panic: assignment to nil map\n")
            (func (export "_initialize") {start})
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
            (func (export "sundial:workflow/guest@0.1.0#describe") (result i32) (i32.const 112))
            (func (export "sundial:workflow/guest@0.1.0#activate") (param i32 i32) (result i32)
                {activate}
                (i32.const 120)))"#
    );
    wat::parse_str(text).expect("the text is WebAssembly")
}

/// The section by which a compiler names itself: `processed-by`.
fn made_by(mut module: Vec<u8>, compiler: &str) -> Vec<u8> {
    let string = |text: &str| {
        let length = u8::try_from(text.len()).expect("a short text");
        [&[length], text.as_bytes()].concat()
    };
    let body = [
        string("producers"),
        vec![1],
        string("processed-by"),
        vec![1],
        string(compiler),
        string("1.26"),
    ]
    .concat();
    module.extend([0, u8::try_from(body.len()).expect("a short section")]);
    module.extend(body);
    module
}

fn load(start: &str, activate: &str) -> Arc<Module> {
    let module = made_by(core_module(start, activate), "Go cmd/compile");
    let component = encode_component(&module).expect("it becomes a component");
    sandbox().load(&component).expect("it loads")
}

fn run(start: &str, activate: &str) -> Result<Success, TaskFailure> {
    let init = init("Go", "");
    let mut guest = load(start, activate).instantiate(&run_of("Go"), &init)?;
    guest.activate(&WorkflowActivation {
        timestamp: Some(prost_wkt_types::Timestamp {
            seconds: NOW_SECONDS,
            nanos: 5,
        }),
        ..activation(vec![Job::InitializeWorkflow(init)])
    })
}

fn refused(activate: &str, expected_kind: &str, words: &[&str]) {
    let failure = run("", activate).expect_err("it is refused");
    let text = failure.to_string();
    assert_eq!(kind(&failure), expected_kind, "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in: {text}");
    }
}

#[test]
fn the_contract_is_known_by_the_names_of_its_functions() {
    let module = load("", "");
    assert_eq!(module.definitions()[0].workflow_type, "Go");
    assert!(run("", "").is_ok());
}

#[test]
fn every_clock_is_workflow_time() {
    let check = format!(
        "(drop (call $clock (i32.const 1) (i64.const 0) (i32.const 512)))
         (if (i64.ne (i64.load (i32.const 512)) (i64.const {NOW_SECONDS}000000005)) (then (unreachable)))"
    );
    run("", &check).expect("the time is that of the activation");
}

#[test]
fn random_numbers_are_for_the_start_alone() {
    let ask = "(drop (call $random (i32.const 512) (i32.const 16)))";
    let is_something = "(if (i64.eqz (i64.load (i32.const 512))) (then (unreachable)))
        (if (i64.eq (i64.load (i32.const 512)) (i64.load (i32.const 520))) (then (unreachable)))";
    run(&format!("{ask} {is_something}"), "").expect("a runtime gets its seed");
    refused(
        ask,
        "GuestRefusedCall",
        &["random numbers", "random source"],
    );
}

#[test]
fn a_panic_is_told_in_its_own_words() {
    let panic = "(drop (call $write (i32.const 2) (i32.const 272) (i32.const 1) (i32.const 512)))
        (call $exit (i32.const 2))";
    refused(
        panic,
        "GuestTrap",
        &["exit code 2", "panic: assignment to nil map"],
    );
}

#[test]
fn waiting_and_files_and_input_are_refused_with_words() {
    let zeros = |count| "(i32.const 0)".repeat(count);
    let poll = format!("(drop (call $poll {}))", zeros(4));
    refused(
        &poll,
        "GuestTrap",
        &["had been refused the system's sleep", "timers"],
    );
    let open = format!(
        "(drop (call $open {} (i64.const 0) (i64.const 0) {})) (unreachable)",
        zeros(5),
        zeros(2)
    );
    refused(
        &open,
        "GuestTrap",
        &["the file system", "embed it in the component"],
    );
    let read = format!("(drop (call $read {})) (unreachable)", zeros(4));
    refused(
        &read,
        "GuestTrap",
        &["standard input", "signals or updates"],
    );
}

#[test]
fn other_compilers_are_told_to_build_without_a_system() {
    let module = made_by(core_module("", ""), "rustc");
    let error = encode_component(&module).expect_err("only Go needs this");
    assert!(matches!(error, BuildError::Encode(_)), "{error:?}");
    assert!(
        error.to_string().contains("wasm32-unknown-unknown"),
        "{error}"
    );
}
