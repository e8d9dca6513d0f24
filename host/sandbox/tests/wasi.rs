//! A guest whose language brings a system: what it is given, and how everything else is refused.

mod guests;

use std::sync::LazyLock;

use guests::{build, kind, result, run_of, sandbox, start, start_failing};
use sundial_sandbox::{Module, Sandbox};

static WASI: LazyLock<Vec<u8>> = LazyLock::new(|| build("wasi", "wasi-guest"));

fn module() -> std::sync::Arc<Module> {
    sandbox().load(&WASI).expect("it loads")
}

fn answered(workflow_type: &str) -> String {
    let (_, success) = start(&module(), workflow_type, "").expect("it is given");
    result(&success)
}

/// The type must fail its task with this kind of failure and these words.
fn refused(workflow_type: &str, expected_kind: &str, words: &[&str]) {
    let failure = start_failing(&module(), workflow_type);
    let text = failure.to_string();
    assert_eq!(kind(&failure), expected_kind, "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in: {text}");
    }
}

#[test]
fn an_upload_with_a_system_is_accepted() {
    let inspection = Sandbox::inspect(&WASI).expect("it is acceptable");
    let has = |name: &str| {
        inspection
            .imports
            .iter()
            .any(|import| import.starts_with(name))
    };
    assert!(
        has("wasi:sockets/tcp") && has("wasi:clocks/wall-clock"),
        "{:?}",
        inspection.imports
    );
}

#[test]
fn a_process_has_nothing() {
    assert_eq!(answered("Nothing"), "[] [] None 0 false");
}

#[test]
fn output_goes_to_the_log() {
    assert_eq!(answered("Print"), "printed");
}

#[test]
fn what_was_printed_before_a_trap_is_quoted() {
    refused(
        "PrintAndTrap",
        "GuestTrap",
        &["print_and_trap", "panic: all is lost"],
    );
}

#[test]
fn what_has_no_error_to_answer_with_traps_with_words() {
    let kind = "GuestRefusedCall";
    refused(
        "WallClock",
        kind,
        &["`wasi:clocks/wall-clock` now", "workflow's time", "lib.rs:"],
    );
    refused(
        "MonotonicClock",
        kind,
        &["`wasi:clocks/monotonic-clock` now"],
    );
    refused("Sleep", kind, &["subscribe-duration", "its timers"]);
    refused(
        "Random",
        kind,
        &["`wasi:random/random` get-random-bytes", "random source"],
    );
    refused("InsecureSeed", kind, &["insecure-seed", "random source"]);
    refused("Exit", "GuestTrap", &["exit code 1"]);
}

#[test]
fn what_has_an_error_answers_with_it_and_the_host_adds_words() {
    refused(
        "Socket",
        "",
        &[
            "access-denied",
            "had been refused `wasi:sockets/tcp-create-socket`",
            "make the call in an activity",
        ],
    );
    refused("Resolve", "", &["access-denied", "resolve-addresses"]);
    refused(
        "Input",
        "",
        &["Closed", "standard input", "signals or updates"],
    );
}

#[test]
fn handles_are_bounded() {
    refused(
        "HandlesWithoutEnd",
        "GuestMalformedAnswer",
        &["more than the 16 resource handles"],
    );
}

#[test]
fn a_refused_run_leaves_the_module_as_it_was() {
    let module = module();
    start_failing(&module, "WallClock");
    let init = guests::init("Nothing", "");
    assert!(module.instantiate(&run_of("Nothing"), &init).is_ok());
}
