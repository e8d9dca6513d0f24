//! Whatever a random sequence of commands does to a run, what must hold holds.

use std::fmt::Write;

use proptest::prelude::*;
use temporalio_protos::temporal::api::workflowservice::v1::DescribeWorkflowExecutionResponse;

use super::harness::House;
use crate::Run;

/// One step of a script, with a name out of few, so that steps meet.
fn step() -> impl Strategy<Value = String> {
    let name = || prop::sample::select(vec!["a", "b", "c"]);
    let time = || prop::sample::select(vec!["1s", "3s", "10s", "400ms"]);
    let command = move || {
        prop_oneof![
            3 => (name(), time(), time()).prop_map(|(n, run, close)| {
                format!("activity {n} run={run} close={close} retry=1s beat=2s")
            }),
            2 => (name(), time()).prop_map(|(n, t)| format!("timer {n} {t}")),
            1 => name().prop_map(|n| format!("cancel-timer {n}")),
            1 => name().prop_map(|n| format!("cancel-activity {n}")),
            1 => name().prop_map(|n| format!("marker {n}")),
            1 => name().prop_map(|n| format!("child {n}")),
            1 => name().prop_map(|n| format!("signal {n} go")),
            2 => name().prop_map(|n| format!("accept {n}")),
            1 => name().prop_map(|n| format!("reject {n}")),
            1 => name().prop_map(|n| format!("respond {n}")),
        ]
    };
    let close = prop::sample::select(vec![
        "",
        "",
        "",
        "",
        "",
        "",
        ", finish",
        ", break",
        ", continue",
    ]);
    let flags = prop::sample::select(vec![
        "",
        "",
        " force",
        " sticky=s",
        " force return",
        " sticky=s force return",
    ]);
    let complete = (flags, prop::collection::vec(command(), 0..5), close).prop_map(
        |(flags, commands, close)| format!("complete{flags}: {}{close}", commands.join(", ")),
    );
    prop_oneof![
        6 => Just("poll".to_owned()),
        2 => Just("poll sticky".to_owned()),
        8 => complete,
        1 => Just("fail".to_owned()),
        3 => name().prop_map(|n| format!("take {n}")),
        2 => name().prop_map(|n| format!("done {n}")),
        1 => name().prop_map(|n| format!("done {n} by-id")),
        1 => name().prop_map(|n| format!("lose {n}")),
        1 => name().prop_map(|n| format!("beat {n} details=x")),
        1 => name().prop_map(|n| format!("yield {n}")),
        2 => (name(), name()).prop_map(|(n, r)| format!("signal {n} request={r}")),
        2 => name().prop_map(|n| format!("update {n}")),
        1 => Just("cancel".to_owned()),
        1 => Just("hold request=r".to_owned()),
        2 => Just("release".to_owned()),
        1 => Just("crash".to_owned()),
        3 => time().prop_map(|t| format!("+{t}")),
    ]
}

fn script() -> impl Strategy<Value = Vec<String>> {
    let start = prop::sample::select(vec![
        "start",
        "start run=30s retry=1s attempts=3",
        "start exec=60s delay=2s",
    ]);
    (start, prop::collection::vec(step(), 1..60)).prop_map(|(start, mut steps)| {
        steps.insert(0, start.to_owned());
        steps
    })
}

/// What a crash leaves of what is shown: a started task is scheduled again, one for updates alone is gone.
fn after_crash(run: &Run) -> DescribeWorkflowExecutionResponse {
    let mut shown = run.describe();
    if run.is_task_speculative() {
        shown.pending_workflow_task = None;
    } else if let Some(task) = &mut shown.pending_workflow_task {
        task.state =
            temporalio_protos::temporal::api::enums::v1::PendingWorkflowTaskState::Scheduled as i32;
        task.started_time = None;
    }
    if let Some(info) = &mut shown.workflow_execution_info {
        info.history_length += run.buffered.len() as i64 - run.unwritten_starts();
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_comes_back_from_the_store_as_it_was(steps in script()) {
        let mut house = House::new();
        house.limits.buffered_events = 6;
        for step in steps {
            let _ = writeln!(house.log, "> {step}");
            house.step(&step);
            for stored in &house.runs {
                stored.verify();
                let loaded = stored.load();
                let shown = loaded.describe();
                prop_assert_eq!(&shown, &after_crash(&stored.run), "{}", house.log);
                prop_assert_eq!(
                    loaded.earliest_deadline(false),
                    stored.run.earliest_deadline(false),
                    "{}", house.log
                );
                prop_assert_eq!(stored.wake_at, stored.run.earliest_deadline(false), "{}", house.log);
            }
        }
    }
}
