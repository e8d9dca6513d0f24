//! Runs of the contract `sundial:workflow`: what a sound guest can do, and what becomes of every unsound one.

mod guests;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use guests::{
    SUNDIAL, activation, kind, only, options, query, result, run_of, sandbox, signal, start,
    start_failing, text, timer,
};
use sundial_sandbox::{Contract, Module, Sandbox, TaskFailure};
use temporalio_protos::coresdk::{
    workflow_activation::{
        RemoveFromCache, WorkflowActivation, workflow_activation_job::Variant as Job,
    },
    workflow_commands::{query_result, workflow_command::Variant as Command},
};

fn module() -> Arc<Module> {
    sandbox().load(&SUNDIAL).expect("the guest loads")
}

fn check(workflow_type: &str, expected_kind: &str, expected_words: &[&str]) -> TaskFailure {
    let failure = start_failing(&module(), workflow_type);
    assert_eq!(kind(&failure), expected_kind, "{failure}");
    let text = failure.to_string();
    assert!(
        text.contains(&format!("workflow {workflow_type} ")),
        "{text}"
    );
    for words in expected_words {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    failure
}

#[test]
fn a_component_describes_its_workflows() {
    let module = module();
    assert_eq!(module.contract(), Contract::Sundial);
    assert_eq!(module.digest(), sundial_sandbox::digest(&SUNDIAL));
    let count = module
        .definitions()
        .iter()
        .find(|definition| definition.workflow_type == "Count")
        .expect("the type is listed");
    assert_eq!(count.description, "Behaves as Count says.");
    assert_eq!(count.signals[0].name, "add");
    assert_eq!(count.signals[0].description, "Adds to the count.");
    assert_eq!(count.queries[0].name, "count");
    assert!(count.updates.is_empty());
}

#[test]
fn a_run_completes_with_its_input() {
    let (_, first) = start(&module(), "Complete", "\"hello\"").expect("it completes");
    assert_eq!(result(&first), "\"hello\"");
}

#[test]
fn a_run_keeps_its_state_between_activations() {
    let (mut guest, first) = start(&module(), "Count", "").expect("it starts");
    assert!(matches!(only(&first), Command::StartTimer(timer) if timer.seq == 1));
    let second = guest
        .activate(&activation(vec![timer(1), signal("add", "1")]))
        .expect("it goes on");
    assert!(matches!(only(&second), Command::StartTimer(timer) if timer.seq == 2));
    let answer = guest
        .activate(&activation(vec![query("count")]))
        .expect("it answers");
    let Command::RespondToQuery(answer) = only(&answer) else {
        panic!("no answer: {answer:?}")
    };
    let Some(query_result::Variant::Succeeded(success)) = &answer.variant else {
        panic!("the query failed: {answer:?}")
    };
    assert_eq!(text(success.response.as_ref()), "2");
}

#[test]
fn two_runs_of_a_module_share_nothing() {
    let module = module();
    let (mut one, _) = start(&module, "Count", "").expect("it starts");
    let (mut other, _) = start(&module, "Count", "").expect("it starts");
    for _ in 0..3 {
        one.activate(&activation(vec![timer(1)]))
            .expect("it goes on");
    }
    let second = other
        .activate(&activation(vec![timer(1)]))
        .expect("it goes on");
    assert!(matches!(only(&second), Command::StartTimer(timer) if timer.seq == 2));
}

#[test]
fn a_guest_may_move_between_threads() {
    let module = module();
    let (mut guest, _) = start(&module, "Count", "").expect("it starts");
    let second = std::thread::spawn(move || guest.activate(&activation(vec![timer(1)])))
        .join()
        .expect("no panic")
        .expect("it goes on");
    assert!(matches!(only(&second), Command::StartTimer(timer) if timer.seq == 2));
}

#[test]
fn a_run_knows_where_it_lives() {
    let (_, first) = start(&module(), "Info", "").expect("it completes");
    assert_eq!(result(&first), "default orders order-1 run-1 Info");
}

#[test]
fn an_eviction_reaches_no_guest_code() {
    let (mut guest, _) = start(&module(), "Count", "").expect("it starts");
    let eviction = activation(vec![Job::RemoveFromCache(RemoveFromCache::default())]);
    assert_eq!(guest.activate(&eviction), Ok(Default::default()));
}

#[test]
fn every_nan_has_the_canonical_bits() {
    let (_, first) = start(&module(), "NanBits", "").expect("it completes");
    assert_eq!(result(&first), ["7ff8000000000000"; 5].join(" "));
}

#[test]
fn a_failure_of_the_guests_own_is_passed_on() {
    let failure = start_failing(&module(), "Fail");
    assert_eq!(
        failure.to_string(),
        "workflow Fail failed in guest function `activate`: not today"
    );
}

#[test]
fn an_unknown_workflow_type_is_told_with_those_that_exist() {
    let module = module();
    let Err(failure) = module.instantiate(&run_of("Missing"), &Default::default()) else {
        panic!("the type does not exist")
    };
    assert_eq!(kind(&failure), "SandboxUnavailable");
    assert!(failure.to_string().contains("Complete, Count"), "{failure}");
}

#[test]
fn a_loop_is_ended_by_the_cpu_limit() {
    let sandbox = Sandbox::new(sundial_sandbox::SandboxOptions {
        cpu_limit_ms: 100,
        ..options()
    })
    .expect("a sandbox");
    let failure = start_failing(&sandbox.load(&SUNDIAL).expect("the guest loads"), "Loop");
    assert_eq!(kind(&failure), "GuestCpuLimit");
    let text = failure.to_string();
    assert!(
        text.starts_with(
            "workflow Loop failed in guest function `sundial_guest::bad::loop_without_end`"
        ),
        "{text}"
    );
    assert!(text.contains("more than the 100 ms of CPU"), "{text}");
}

#[test]
fn eaten_memory_ends_at_the_memory_limit() {
    check(
        "EatMemory",
        "GuestMemoryLimit",
        &["bad::take_memory", "a run may have 512 MiB"],
    );
}

#[test]
fn recursion_ends_at_the_stack_limit() {
    check(
        "Recurse",
        "GuestStackOverflow",
        &["bad::recurse", "recursion without end"],
    );
}

#[test]
fn a_panic_names_function_line_and_last_words() {
    let failure = check(
        "Panic",
        "GuestTrap",
        &[
            "bad::reserve_stock",
            "src/bad.rs:",
            "index out of bounds: the len is 0 but the index is 3",
        ],
    );
    assert!(
        failure.failure.stack_trace.contains("reserve_stock"),
        "{:?}",
        failure.failure.stack_trace
    );
}

#[test]
fn a_trap_without_words_names_its_function() {
    check("Unreachable", "GuestTrap", &["bad::unreachable"]);
}

#[test]
fn bytes_that_mean_nothing_fail_the_task() {
    check(
        "Garbage",
        "GuestMalformedAnswer",
        &[
            "`activate`",
            "64 bytes that are no WorkflowActivationCompletion",
        ],
    );
    check(
        "Empty",
        "GuestMalformedAnswer",
        &["a completion without a status"],
    );
    check(
        "OtherRun",
        "GuestMalformedAnswer",
        &["a completion of another run, another"],
    );
    check(
        "EmptyCommand",
        "GuestMalformedAnswer",
        &["command 0 of its completion is empty"],
    );
    check("TooLarge", "GuestMalformedAnswer", &["activate"]);
}

#[test]
fn a_query_must_be_answered_and_change_nothing() {
    let module = module();
    for (workflow_type, words) in [
        ("NoAnswer", "left query q unanswered"),
        ("CommandOnQuery", "while it was only queried"),
    ] {
        let (mut guest, _) = start(&module, workflow_type, "").expect("it starts");
        let failure = guest
            .activate(&activation(vec![query("count")]))
            .expect_err(words);
        assert!(failure.to_string().contains(words), "{failure}");
    }
}

#[test]
fn a_failed_guest_is_not_used_again() {
    let module = module();
    let init = guests::init("Garbage", "");
    let mut guest = module
        .instantiate(&run_of("Garbage"), &init)
        .expect("it is made");
    let first = activation(vec![Job::InitializeWorkflow(init)]);
    assert!(guest.activate(&first).is_err());
    let again = guest.activate(&first).expect_err("it is spent");
    assert!(
        again.to_string().contains("should have been dropped"),
        "{again}"
    );
}

#[test]
fn a_failing_run_leaves_the_others_alone() {
    let sandbox = sandbox();
    let module = sandbox.load(&SUNDIAL).expect("the guest loads");
    let (mut sound, _) = start(&module, "Count", "").expect("it starts");
    for bad in ["Panic", "Recurse", "Garbage", "EatMemory"] {
        start_failing(&module, bad);
    }
    assert!(sound.activate(&activation(vec![timer(1)])).is_ok());
    assert_eq!(sandbox.statistics().failed, 4);
    assert_eq!(sandbox.statistics().live_instances, 1);
    drop(sound);
    assert_eq!(sandbox.statistics().live_instances, 0);
}

#[test]
fn a_full_sandbox_says_so() {
    let options = sundial_sandbox::SandboxOptions {
        max_live_runs: 1,
        ..options()
    };
    let module = Sandbox::new(options)
        .expect("a sandbox")
        .load(&SUNDIAL)
        .expect("the guest loads");
    let mut guests = Vec::new();
    // One run and the room for modules that are being loaded.
    let failure = loop {
        match start(&module, "Count", "") {
            Ok((guest, _)) if guests.len() < 100 => guests.push(guest),
            Ok(_) => panic!("no limit was reached"),
            Err(failure) => break failure,
        }
    };
    assert_eq!(kind(&failure), "SandboxUnavailable");
    assert!(failure.to_string().contains("max_live_runs"), "{failure}");
    guests.pop();
    assert!(start(&module, "Count", "").is_ok(), "a place is free again");
}

#[test]
fn memory_is_estimated_from_what_a_run_touches() {
    let module = module();
    let (mut small, _) = start(&module, "Count", "").expect("it starts");
    let before = small.memory_bytes();
    assert!(
        (16 << 10..200 << 10).contains(&before),
        "{before} bytes for a small run"
    );
    for _ in 0..100 {
        small
            .activate(&activation(vec![timer(1)]))
            .expect("it goes on");
    }
    assert!(
        small.memory_bytes() < before + (64 << 10),
        "a steady run does not grow"
    );

    // The limit ends it after it has taken 64 MiB.
    let options = sundial_sandbox::SandboxOptions {
        cpu_limit_ms: 50,
        ..options()
    };
    let module = Sandbox::new(options)
        .expect("a sandbox")
        .load(&SUNDIAL)
        .expect("the guest loads");
    let init = guests::init("EatMemoryBeforeLoop", "");
    let mut large = module
        .instantiate(&run_of("EatMemoryBeforeLoop"), &init)
        .expect("it is made");
    large
        .activate(&activation(vec![Job::InitializeWorkflow(init)]))
        .expect_err("it loops");
    assert!(
        (64 << 20..80 << 20).contains(&large.memory_bytes()),
        "{}",
        large.memory_bytes()
    );
}

/// What is logged while `act` runs.
fn logged(act: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);
    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no writer panics").write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    let bytes = buffer.0.lock().expect("no writer panics").clone();
    String::from_utf8(bytes).expect("logs are text")
}

#[test]
fn log_lines_carry_the_run_and_are_cut() {
    let module = module();
    let text = logged(|| {
        start(&module, "Log", "").expect("it starts");
    });
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.contains("sundial::guest"))
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].contains("INFO") && lines[0].contains("an ordinary line"),
        "{text}"
    );
    for field in [
        "namespace=\"default\"",
        "workflow_id=\"order-1\"",
        "run_id=\"run-1\"",
        "workflow_type=\"Log\"",
    ] {
        assert!(
            lines[0].contains(field),
            "{field} is missing in {}",
            lines[0]
        );
    }
    assert!(
        lines[1].contains("WARN") && lines[1].len() < 9_000,
        "{} bytes",
        lines[1].len()
    );
}

#[test]
fn log_lines_are_not_repeated_by_a_replay() {
    let module = module();
    let text = logged(|| {
        let init = guests::init("Log", "");
        let mut guest = module
            .instantiate(&run_of("Log"), &init)
            .expect("it is made");
        let first = activation(vec![Job::InitializeWorkflow(init)]);
        let replayed = WorkflowActivation {
            is_replaying: true,
            ..first
        };
        guest.activate(&replayed).expect("it replays");
        let query = WorkflowActivation {
            is_replaying: true,
            ..activation(vec![query("count")])
        };
        guest.activate(&query).expect("it answers");
    });
    // The query ran for the first time, whatever the flag says.
    assert_eq!(text.matches("an ordinary line").count(), 1, "{text}");
}

#[test]
fn a_flood_of_log_lines_is_counted_instead() {
    let module = module();
    let text = logged(|| {
        start(&module, "LogWithoutEnd", "").expect("it starts");
    });
    assert!(text.contains("line 999"));
    assert!(!text.contains("line 1000"));
    assert!(
        text.contains("2000 more log lines"),
        "{}",
        text.lines().last().unwrap_or_default()
    );
}
