//! Local activities: refused where nothing can run them, and runs that wait for them stay.

use temporalio_protos::coresdk::{
    workflow_activation::ResolveActivity,
    workflow_commands::{
        ScheduleLocalActivity, WorkflowCommand, workflow_command::Variant as Command,
    },
};

use super::*;
use crate::{
    NativeActivities,
    activities::{handlers, local::LocalActivities},
    json_payload,
};

/// Activities `one` and `two`.
pub(super) fn of_this_host(counters: Arc<Counters>) -> LocalActivities {
    let mut functions = NativeActivities::new();
    functions
        .register("two", |_, _| async { Ok(json_payload("2")) })
        .register("one", |_, _| async { Ok(json_payload("1")) });
    LocalActivities {
        handlers: Arc::new(handlers(functions, Vec::new()).unwrap()),
        functions_runtime: Handle::current(),
        counters,
        shutdown_grace: Default::default(),
        running: Default::default(),
    }
}

/// What a guest answers whose signal's name, if there is one, is the local activity that it asks for.
pub(super) fn asked_for_in(activation: &WorkflowActivation) -> Success {
    let commands = activation.jobs.iter().filter_map(|job| match &job.variant {
        Some(Job::SignalWorkflow(signal)) => Some(WorkflowCommand {
            variant: Some(Command::ScheduleLocalActivity(ScheduleLocalActivity {
                activity_type: signal.signal_name.clone(),
                seq: number_of(&signal.signal_name),
                ..Default::default()
            })),
            ..Default::default()
        }),
        _ => None,
    });
    Success {
        commands: commands.collect(),
        ..Default::default()
    }
}

/// The first letter: each call has a number of its own.
fn number_of(activity_type: &str) -> u32 {
    activity_type.bytes().next().unwrap().into()
}

fn ask_for(run_id: &str, activity_type: &str) -> WorkflowActivation {
    let signal = temporalio_protos::coresdk::workflow_activation::SignalWorkflow {
        signal_name: activity_type.to_owned(),
        ..Default::default()
    };
    activation(run_id, Some(Job::SignalWorkflow(signal)))
}

fn ended(run_id: &str, activity_type: &str) -> WorkflowActivation {
    let resolved = ResolveActivity {
        seq: number_of(activity_type),
        is_local: true,
        ..Default::default()
    };
    activation(run_id, Some(Job::ResolveActivity(resolved)))
}

#[tokio::test]
async fn a_workflow_task_that_asks_for_an_unknown_one_fails_and_says_what_to_do() {
    let mut host = host(u64::MAX, true);
    host.give(first("a", "plain")).await;
    assert_eq!(
        host.failure_of(ask_for("a", "three")).await,
        "local activity three is not known to this worker host; known are: one, two; declare it in the file of --activities or \
         register a function for it, or schedule an ordinary activity, which any worker of its task queue runs"
    );
}

#[tokio::test]
async fn what_history_holds_needs_nothing_that_runs_it() {
    let mut host = host(u64::MAX, true);
    host.give(first("a", "plain")).await;
    let replayed = WorkflowActivation {
        is_replaying: true,
        ..ask_for("a", "three")
    };
    behaviour(host.give(replayed).await.1);
}

#[tokio::test]
async fn a_run_that_waits_for_one_stays_where_none_is_kept() {
    let mut host = host(0, true);
    assert_eq!(host.give(first("a", "plain")).await.0, ["a"]);
    host.give(eviction("a")).await;
    let replayed = WorkflowActivation {
        is_replaying: true,
        ..first("a", "plain")
    };
    assert!(host.give(replayed).await.0.is_empty());
    assert!(host.give(ask_for("a", "one")).await.0.is_empty());
    assert!(host.give(ask_for("a", "two")).await.0.is_empty());
    assert!(host.give(ended("a", "two")).await.0.is_empty());
    assert_eq!(host.give(ended("a", "one")).await.0, ["a"]);
}
