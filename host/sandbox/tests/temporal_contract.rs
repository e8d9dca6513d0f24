//! Runs of the contract `temporal:workflow-runtime`: with Temporal's own SDK in the guest, and with one whose answers make no sense.

mod guests;

use std::sync::{Arc, LazyLock};

use guests::{
    ODD, SOUND, activation, init, json, kind, options, query, result, run_of, sandbox, signal,
    start, start_failing, text, timer,
};
use sundial_sandbox::{Contract, Guest, Module, Sandbox, SandboxOptions, TaskFailure};
use temporalio_protos::{
    coresdk::{
        workflow_activation::{
            CancelWorkflow, DoUpdate, NotifyHasPatch, RemoveFromCache, WorkflowActivation,
            workflow_activation_job::Variant as Job,
        },
        workflow_commands::{
            QueryResult, query_result, update_response::Response,
            workflow_command::Variant as Command,
        },
        workflow_completion::Success,
    },
    temporal::api::enums::v1::WorkflowTaskFailedCause,
};

/// Compiled once: it takes a second.
fn sound() -> Arc<Module> {
    static MODULE: LazyLock<Arc<Module>> =
        LazyLock::new(|| sandbox().load(&SOUND).expect("the guest loads"));
    MODULE.clone()
}

fn odd() -> Arc<Module> {
    static MODULE: LazyLock<Arc<Module>> = LazyLock::new(|| {
        let options = SandboxOptions {
            cpu_limit_ms: 100,
            ..options()
        };
        let sandbox = Sandbox::new(options).expect("a sandbox");
        sandbox.load(&ODD).expect("the guest loads")
    });
    MODULE.clone()
}

fn update(id: &str, name: &str, argument: &str) -> Job {
    Job::DoUpdate(DoUpdate {
        id: id.into(),
        protocol_instance_id: id.into(),
        name: name.into(),
        input: vec![json(argument)],
        run_validator: true,
        ..Default::default()
    })
}

/// The commands in short: what a workflow author would call them.
fn commands(success: &Success) -> Vec<String> {
    success
        .commands
        .iter()
        .map(
            |command| match command.variant.as_ref().expect("commands are not empty") {
                Command::StartTimer(timer) => {
                    let timeout = timer
                        .start_to_fire_timeout
                        .as_ref()
                        .expect("timers have a timeout");
                    format!("timer {} of {} s", timer.seq, timeout.seconds)
                }
                Command::UpdateResponse(update) => {
                    match update.response.as_ref().expect("it is full") {
                        Response::Accepted(()) => {
                            format!("update {} accepted", update.protocol_instance_id)
                        }
                        Response::Rejected(failure) => {
                            format!(
                                "update {} rejected: {}",
                                update.protocol_instance_id, failure.message
                            )
                        }
                        Response::Completed(value) => {
                            format!(
                                "update {} = {}",
                                update.protocol_instance_id,
                                text(Some(value))
                            )
                        }
                    }
                }
                Command::RespondToQuery(QueryResult { query_id, variant }) => {
                    match variant.as_ref().expect("it is full") {
                        query_result::Variant::Succeeded(success) => {
                            format!("query {query_id} = {}", text(success.response.as_ref()))
                        }
                        query_result::Variant::Failed(failure) => {
                            format!("query {query_id} failed: {}", failure.message)
                        }
                    }
                }
                Command::CompleteWorkflowExecution(complete) => {
                    format!("complete = {}", text(complete.result.as_ref()))
                }
                Command::SetPatchMarker(patch) => format!("patch {}", patch.patch_id),
                other => format!("{other}"),
            },
        )
        .collect()
}

fn check(guest: &mut Box<dyn Guest>, jobs: Vec<Job>, expected: &[&str]) {
    let success = guest
        .activate(&activation(jobs))
        .expect("the activation succeeds");
    assert_eq!(commands(&success), expected);
}

#[test]
fn a_component_of_the_rust_sdk_describes_its_workflows() {
    let module = sound();
    assert_eq!(module.contract(), Contract::Temporal);
    let counter = &module.definitions()[0];
    assert_eq!(counter.workflow_type, "Counter");
    assert_eq!(counter.signals[0].name, "add");
    assert_eq!(counter.queries[0].name, "number");
    assert_eq!(counter.updates[0].name, "set");
}

#[test]
fn a_workflow_is_talked_to_from_start_to_end() {
    let (mut guest, first) = start(&sound(), "Counter", "10").expect("it starts");
    assert_eq!(commands(&first), ["timer 1 of 3600 s"]);
    check(&mut guest, vec![signal("add", "3")], &[]);
    check(&mut guest, vec![query("number")], &["query q = 3"]);
    check(
        &mut guest,
        vec![update("u", "set", "7")],
        &["update u accepted", "timer 2 of 1 s"],
    );
    check(
        &mut guest,
        vec![update("v", "set", "-1")],
        &["update v rejected: the number must not be negative"],
    );
    check(&mut guest, vec![timer(2)], &["update u = 3"]);
    check(&mut guest, vec![timer(1)], &[]);
    check(&mut guest, vec![signal("add", "3")], &["complete = 10"]);
}

#[test]
fn two_handlers_at_once_finish_in_the_order_of_their_start() {
    let (mut guest, _) = start(&sound(), "Counter", "10").expect("it starts");
    check(
        &mut guest,
        vec![update("u", "set", "1"), update("v", "set", "2")],
        &[
            "update u accepted",
            "update v accepted",
            "timer 2 of 1 s",
            "timer 3 of 1 s",
        ],
    );
    check(
        &mut guest,
        vec![timer(3), timer(2)],
        &["update u = 0", "update v = 1"],
    );
}

#[test]
fn an_unknown_signal_query_or_update_is_no_failure_of_the_task() {
    let (mut guest, _) = start(&sound(), "Counter", "10").expect("it starts");
    check(&mut guest, vec![signal("missing", "1")], &[]);
    check(
        &mut guest,
        vec![query("missing")],
        &["query q failed: No query handler for 'missing'"],
    );
    check(
        &mut guest,
        vec![update("u", "missing", "1")],
        &["update u rejected: No update handler registered for update name missing"],
    );
}

#[test]
fn the_metadata_query_tells_handlers_and_details() {
    let (mut guest, _) = start(&sound(), "Counter", "10").expect("it starts");
    let success = guest
        .activate(&activation(vec![query("__temporal_workflow_metadata")]))
        .expect("it answers");
    insta::assert_snapshot!(
        commands(&success)[0],
        @r#"query q = {"currentDetails":"waiting for 10","definition":{"queryDefinitions":[{"description":"","name":"number"}],"signalDefinitions":[{"description":"","name":"add"}],"type":"Counter","updateDefinitions":[{"description":"","name":"set"}]}}"#
    );
}

#[test]
fn a_query_after_a_replay_moves_nothing() {
    let module = sound();
    let init = init("Counter", "10");
    let mut guest = module
        .instantiate(&run_of("Counter"), &init)
        .expect("it is made");
    let replayed = |jobs| WorkflowActivation {
        is_replaying: true,
        ..activation(jobs)
    };
    guest
        .activate(&replayed(vec![Job::InitializeWorkflow(init)]))
        .expect("it replays");
    let success = guest
        .activate(&replayed(vec![query("number")]))
        .expect("it answers");
    assert_eq!(commands(&success), ["query q = 0"]);
}

#[test]
fn a_patch_follows_history_and_else_is_taken() {
    let module = sound();
    let patched = |is_replaying, in_history: bool| {
        let init = init("Patched", "null");
        let mut guest = module
            .instantiate(&run_of("Patched"), &init)
            .expect("it is made");
        let mut jobs = vec![Job::InitializeWorkflow(init)];
        if in_history {
            jobs.push(Job::NotifyHasPatch(NotifyHasPatch {
                patch_id: "faster".into(),
            }));
        }
        let first = WorkflowActivation {
            is_replaying,
            ..activation(jobs)
        };
        commands(&guest.activate(&first).expect("it completes"))
    };
    assert_eq!(
        patched(false, false),
        ["patch faster", "complete = \"new\""]
    );
    assert_eq!(patched(true, true), ["patch faster", "complete = \"new\""]);
    assert_eq!(patched(true, false), ["complete = \"old\""]);
}

#[test]
fn a_patch_is_decided_by_the_host_even_if_the_guest_asks_on_replay() {
    let module = odd();
    let patched = |is_replaying| {
        let init = init("Patch", "");
        let mut guest = module
            .instantiate(&run_of("Patch"), &init)
            .expect("it is made");
        let first = WorkflowActivation {
            is_replaying,
            ..activation(vec![Job::InitializeWorkflow(init)])
        };
        result(&guest.activate(&first).expect("it completes"))
    };
    assert_eq!(patched(false), "new");
    assert_eq!(patched(true), "old");
}

#[test]
fn a_cancelled_workflow_is_told_to_the_guest() {
    let (mut guest, _) = start(&sound(), "Counter", "10").expect("it starts");
    let cancel = Job::CancelWorkflow(CancelWorkflow {
        reason: "enough".into(),
    });
    let success = guest
        .activate(&activation(vec![cancel]))
        .expect("it goes on");
    assert!(
        success
            .commands
            .iter()
            .any(|command| matches!(command.variant, Some(Command::CancelTimer(_)))),
        "{:?}",
        commands(&success)
    );
}

#[test]
fn an_eviction_reaches_no_guest_code() {
    let (mut guest, _) = start(&odd(), "Details", "").expect("it starts");
    check(
        &mut guest,
        vec![Job::RemoveFromCache(RemoveFromCache::default())],
        &[],
    );
}

#[test]
fn input_that_does_not_fit_fails_the_task() {
    let Err(failure) = start(&sound(), "Counter", "\"ten\"") else {
        panic!("the input is no number")
    };
    let text = failure.to_string();
    assert!(
        text.starts_with("workflow Counter failed in guest function `instantiate-workflow`: "),
        "{text}"
    );
}

#[test]
fn a_panic_names_its_function() {
    let Err(failure) = start(&sound(), "Panicking", "null") else {
        panic!("it panics")
    };
    assert_eq!(kind(&failure), "GuestTrap");
    assert!(failure.to_string().contains("reserve_stock"), "{failure}");
}

fn check_odd(workflow_type: &str, expected_kind: &str, words: &str) -> TaskFailure {
    let failure = start_failing(&odd(), workflow_type);
    assert_eq!(kind(&failure), expected_kind, "{failure}");
    let text = failure.to_string();
    assert!(
        text.contains(&format!("workflow {workflow_type} ")),
        "{text}"
    );
    assert!(text.contains(words), "{words:?} is missing in: {text}");
    failure
}

#[test]
fn answers_that_make_no_sense_fail_the_task() {
    check_odd(
        "NoResults",
        "GuestMalformedAnswer",
        "`activate`: 0 results for 1 jobs",
    );
    check_odd(
        "GarbageCommand",
        "GuestMalformedAnswer",
        "it pushed 16 bytes that are no WorkflowCommand",
    );
    check_odd(
        "CommandsWithoutEnd",
        "GuestMalformedAnswer",
        "more than the 67108864 bytes",
    );
    check_odd(
        "GarbageResult",
        "GuestMalformedAnswer",
        "`poll-routine`: 16 bytes that are no Payload",
    );
    check_odd(
        "GarbageFailure",
        "GuestMalformedAnswer",
        "`instantiate-workflow`: 16 bytes that are no Failure",
    );
    check_odd(
        "RefuseToStart",
        "",
        "`instantiate-workflow`: the input is not for me",
    );
    check_odd(
        "AlwaysMoving",
        "GuestCpuLimit",
        "more than the 100 ms of CPU",
    );
    check_odd(
        "NoMainState",
        "GuestMalformedAnswer",
        "the main routine gave no state",
    );
    check_odd(
        "MainAsHandler",
        "GuestMalformedAnswer",
        "the main routine completed as a handler",
    );
    check_odd(
        "RoutineForTimer",
        "GuestMalformedAnswer",
        "a started routine for job",
    );
    check_odd("Panic", "GuestTrap", "it trapped");
}

#[test]
fn an_interceptor_that_waits_for_nothing_is_nondeterministic() {
    let failure = check_odd(
        "StuckInterceptor",
        "",
        "waits for something that no activation will bring",
    );
    assert_eq!(
        failure.cause,
        Some(WorkflowTaskFailedCause::NonDeterministicError)
    );
}

#[test]
fn a_cause_that_the_guest_forces_is_kept() {
    let failure = check_odd("TaskFailed", "", "by its own wish");
    assert_eq!(failure.cause.map(|cause| cause as i32), Some(24));
}

#[test]
fn handlers_that_make_no_sense_fail_the_task() {
    for (workflow_type, job, words) in [
        (
            "HandlerAsMain",
            signal("go", ""),
            "a handler completed as the main routine",
        ),
        (
            "TakenRoutine",
            signal("go", ""),
            "a started routine with id 0, which is taken",
        ),
        (
            "ForeignUpdate",
            signal("go", ""),
            "completed update someone else's, which is not its own",
        ),
        (
            "Details",
            update("u", "set", ""),
            "no result for update set",
        ),
        (
            "QueryNotAnswered",
            query("state"),
            "no result for query state",
        ),
        ("Details", query("state"), "16 bytes that are no Payload"),
    ] {
        let (mut guest, _) = start(&odd(), workflow_type, "").expect("it starts");
        let failure = guest.activate(&activation(vec![job])).expect_err(words);
        assert!(failure.to_string().contains(words), "{failure}");
    }
}
