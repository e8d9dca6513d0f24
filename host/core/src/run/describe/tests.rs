//! What is shown of a run.

use temporalio_protos::temporal::api::enums::v1::{PendingActivityState, PendingWorkflowTaskState};

use crate::run::harness::{House, after};

fn activity(house: &House) -> temporalio_protos::temporal::api::workflow::v1::PendingActivityInfo {
    house
        .run()
        .describe()
        .pending_activities
        .first()
        .cloned()
        .expect("one is pending")
}

#[test]
fn a_pending_activity_is_shown_in_each_of_its_states() {
    let mut house = after(
        "
        start
        poll
        complete: activity a retry=2s
    ",
    );
    let shown = activity(&house);
    assert_eq!(shown.state(), PendingActivityState::Scheduled);
    assert_eq!(shown.current_retry_interval.map(|d| d.seconds), Some(2));
    house.play("take a\nbeat a details=half");
    let shown = activity(&house);
    assert_eq!(
        (shown.state(), shown.attempt),
        (PendingActivityState::Started, 1)
    );
    assert!(shown.heartbeat_details.is_some() && shown.current_retry_interval.is_none());
    house.play("lose a");
    let shown = activity(&house);
    assert_eq!(
        (shown.state(), shown.attempt),
        (PendingActivityState::Scheduled, 2)
    );
    assert_eq!(shown.current_retry_interval.map(|d| d.seconds), Some(2));
    assert!(shown.next_attempt_schedule_time.is_some() && shown.last_failure.is_some());
    house.play("+2s\ntake a\nsignal one\npoll\ncomplete: cancel-activity a");
    assert_eq!(
        activity(&house).state(),
        PendingActivityState::CancelRequested
    );
}

#[test]
fn a_pending_workflow_task_is_shown() {
    let mut house = after("start");
    let shown = |house: &House| house.run().describe().pending_workflow_task;
    assert_eq!(
        shown(&house).map(|task| (task.state(), task.attempt)),
        Some((PendingWorkflowTaskState::Scheduled, 1))
    );
    house.play("poll\nfail\npoll");
    assert_eq!(
        shown(&house).map(|task| (task.state(), task.attempt)),
        Some((PendingWorkflowTaskState::Started, 2))
    );
    house.play("complete");
    assert_eq!(shown(&house), None);
}

#[test]
fn a_started_workflow_task_counts_as_an_event() {
    let length = |house: &House| {
        let shown = house.run().describe().workflow_execution_info;
        shown.map(|info| info.history_length)
    };
    let mut house = after("start");
    assert_eq!(length(&house), Some(2));
    house.play("poll");
    assert_eq!(length(&house), Some(3));
    house.play("fail\npoll");
    assert_eq!(
        length(&house),
        Some(4),
        "a retried task is in no history yet"
    );
}

#[test]
fn a_time_out_of_zero_is_told_from_one_that_nobody_named() {
    let timeouts = |script| {
        let config = after(script).run().describe().execution_config;
        let config = config.expect("a configuration");
        [
            config.workflow_execution_timeout,
            config.workflow_run_timeout,
        ]
        .map(|timeout| timeout.map(|timeout| timeout.seconds))
    };
    assert_eq!(timeouts("start"), [None, None]);
    assert_eq!(timeouts("start run=0s exec=0s"), [Some(0), Some(0)]);
    assert_eq!(timeouts("start exec=60s"), [Some(60), Some(60)]);
}

#[test]
fn lists_see_a_run_begin_and_close() {
    let mut house = after("start");
    let row = house.runs[0].visibility.clone().expect("it is listed");
    assert_eq!((row.history_length, row.close_time), (0, None));
    house.play("terminate");
    let row = house.runs[0].visibility.clone().expect("it is listed");
    assert_eq!((row.history_length, row.close_time), (3, Some(house.now)));
    let bytes: usize = row.history_size_bytes.try_into().expect("a size");
    assert!(bytes > 100, "{bytes}");
}

#[test]
fn requests_that_found_the_run_open_are_told_with_their_events() {
    let ids = |house: &House| {
        let info = house.run().describe().workflow_extended_info;
        let mut ids: Vec<(String, i64, bool)> = info
            .unwrap_or_default()
            .request_id_infos
            .into_iter()
            .map(|(id, info)| (id, info.event_id, info.buffered))
            .collect();
        ids.sort();
        ids
    };
    let mut house = after("start request=a\nstart request=b conflict=use attach");
    let (a, b) = (("a".to_owned(), 1, false), ("b".to_owned(), 3, false));
    assert_eq!(ids(&house), [a.clone(), b.clone()]);
    house.play("poll\nstart request=c conflict=use attach");
    let waiting = ("c".to_owned(), 0, true);
    assert_eq!(ids(&house), [a.clone(), b.clone(), waiting]);
    house.play("complete: timer t 5s");
    assert_eq!(ids(&house), [a, b, ("c".to_owned(), 7, false)]);
}

#[test]
fn the_start_of_a_workflow_task_counts_before_it_is_written() {
    let length = |house: &House| {
        let info = house.run().describe().workflow_execution_info;
        info.unwrap_or_default().history_length
    };
    let mut house = after("start");
    assert_eq!(length(&house), 2);
    house.play("poll");
    assert_eq!(length(&house), 3);
    house.play("complete: timer t 5s");
    assert_eq!(length(&house), 5);
}
