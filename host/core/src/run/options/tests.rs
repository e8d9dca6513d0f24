//! Pins, and what waits for a worker when one is set.

use temporalio_protos::temporal::api::{
    common::v1::Priority,
    deployment::v1::WorkerDeploymentVersion,
    workflow::v1::{
        VersioningOverride, WorkflowExecutionOptions,
        versioning_override::{Override, PinnedOverride},
    },
};

use crate::run::{
    harness::{House, after},
    options::ChangedOptions,
};

fn pinned(build_id: &str) -> WorkflowExecutionOptions {
    let version = WorkerDeploymentVersion {
        deployment_name: "d".into(),
        build_id: build_id.into(),
    };
    WorkflowExecutionOptions {
        versioning_override: Some(VersioningOverride {
            r#override: Some(Override::Pinned(PinnedOverride {
                version: Some(version),
                ..Default::default()
            })),
            ..Default::default()
        }),
        ..Default::default()
    }
}

const PIN: ChangedOptions = ChangedOptions {
    versioning_override: true,
    priority: false,
};

/// Changes the options, and gives what that wrote.
fn change(
    house: &mut House,
    options: &WorkflowExecutionOptions,
    changed: ChangedOptions,
) -> String {
    house.log.clear();
    let now = house
        .act(|run, cx| run.update_options(cx, options, changed, "client"))
        .expect("it is open");
    if changed.versioning_override {
        assert_eq!(now.versioning_override, options.versioning_override);
    }
    house.log.clone()
}

#[test]
fn a_pin_gives_waiting_tasks_other_rows_and_the_same_again_changes_nothing() {
    let mut house = after("start\npoll\ncomplete: activity a, timer t 5s\nsignal one");
    insta::assert_snapshot!(change(&mut house, &pinned("2"), PIN), @r#"
        9 WorkflowExecutionOptionsUpdated
        + activity task 5 for q on 2
        + workflow task 8 for q on 2
        - workflow task 8 for q
        - activity task 5 for q
        "#);
    assert_eq!(change(&mut house, &pinned("2"), PIN), "");
    assert!(
        house.runs[0]
            .tasks
            .values()
            .all(|task| task.version == house.run().pinned_version())
    );
    insta::assert_snapshot!(change(&mut house, &WorkflowExecutionOptions::default(), PIN), @r#"
        10 WorkflowExecutionOptionsUpdated
        + activity task 5 for q
        + workflow task 8 for q
        - workflow task 8 for q on 2
        - activity task 5 for q on 2
        "#);
    assert_eq!(house.run().pinned_version(), None);
}

#[test]
fn a_pin_waits_behind_a_task_that_a_worker_has_and_survives_a_crash() {
    let mut house = after("start\npoll");
    insta::assert_snapshot!(change(&mut house, &pinned("2"), PIN), @"");
    insta::assert_snapshot!(house.check("crash\npoll"), @r#"
        > crash
        > poll
          3 WorkflowExecutionOptionsUpdated
          task attempt 1 events 1..3 then [4 WorkflowTaskStarted of 2 by worker]
        "#);
    assert_eq!(
        house.run().pinned_version().map(|version| version.build_id),
        Some("2".into())
    );
}

#[test]
fn a_priority_ranks_what_waits() {
    let mut house = after("start");
    let options = WorkflowExecutionOptions {
        priority: Some(Priority {
            priority_key: 1,
            ..Default::default()
        }),
        ..Default::default()
    };
    let changed = ChangedOptions {
        versioning_override: false,
        priority: true,
    };
    change(&mut house, &options, changed);
    assert!(
        house.runs[0]
            .tasks
            .values()
            .all(|task| task.priority_key == 1)
    );
}

#[test]
fn a_closed_run_has_no_options_to_change() {
    let mut house = after("start\nterminate");
    let refused = house.act(|run, cx| run.update_options(cx, &pinned("2"), PIN, "client"));
    assert!(refused.is_err());
}

#[test]
fn paths_are_read_in_both_spellings_and_others_are_refused() {
    let read = |path: &str| ChangedOptions::read(&[path.to_owned()]);
    for path in ["versioning_override", "versioningOverride"] {
        assert!(read(path).expect("is known").versioning_override, "{path}");
    }
    assert!(read("priority").expect("is known").priority);
    assert!(read("memo").is_err());
    assert!(ChangedOptions::read(&[]).is_err());
}
