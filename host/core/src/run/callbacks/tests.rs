//! Callbacks of updates: who hears of their ends, and what.

use temporalio_protos::temporal::api::{
    common::v1::{Callback, callback},
    enums::v1::CallbackState,
    update::v1::{Input, Meta, Request, outcome},
    workflowservice::v1::UpdateWorkflowExecutionRequest,
};

use super::{CALLBACKS_MAX, CallbackEnd};
use crate::{
    Rejection, Transfer,
    run::harness::{House, after},
};

fn callback(name: &str) -> Callback {
    Callback {
        variant: Some(callback::Variant::Nexus(callback::Nexus {
            url: name.into(),
            ..Default::default()
        })),
        ..Default::default()
    }
}

fn update(house: &mut House, callbacks: &[Callback]) -> Result<(), Rejection> {
    let request = UpdateWorkflowExecutionRequest {
        request: Some(Request {
            meta: Some(Meta {
                update_id: "u".into(),
                identity: "client".into(),
            }),
            input: Some(Input {
                name: "change".into(),
                ..Default::default()
            }),
            completion_callbacks: callbacks.to_vec(),
            ..Default::default()
        }),
        ..Default::default()
    };
    house
        .act(|run, cx| run.admit_update(cx, &request))
        .map(|_| ())
}

/// Steps of a script, which has one a line.
fn lines(steps: &str) -> String {
    steps.replace("; ", "\n")
}

/// Transfers that tell somebody, in all runs.
fn told(house: &House) -> usize {
    let transfers = house.runs.iter().flat_map(|run| run.transfers.values());
    transfers
        .filter(|row| matches!(row.transfer, Transfer::CompletionCallback { .. }))
        .count()
}

fn outcome_of(house: &House, index: i64) -> Option<outcome::Value> {
    match house.run().due_callback(index)?.end {
        CallbackEnd::Update(outcome) => outcome.value,
        CallbackEnd::Run(event) => panic!("it is about an update, and not {event:?}"),
    }
}

#[test]
fn all_who_asked_hear_of_an_updates_end_once() {
    let mut house = after(&lines("start; poll; complete"));
    update(&mut house, &[callback("a")]).unwrap();
    // Asked for again before a worker has it.
    update(&mut house, &[callback("a"), callback("b")]).unwrap();
    house.play(&lines("poll; complete: accept u command, timer t 5s"));
    assert_eq!(house.run().describe().callbacks.len(), 2);
    let events = house.run().head.next_event_id;
    // And while the workflow works on it.
    update(&mut house, &[callback("b"), callback("c")]).unwrap();
    update(&mut house, &[callback("c")]).unwrap();
    assert_eq!(house.run().head.next_event_id, events + 1);
    assert_eq!(told(&house), 0);
    house.play(&lines("+5s; poll; complete: respond u result=42 command"));
    assert_eq!(told(&house), 3);
    for index in 0..3 {
        assert!(matches!(
            outcome_of(&house, index),
            Some(outcome::Value::Success(_))
        ));
    }
    let shown = house.run().describe().callbacks;
    assert!(
        shown
            .iter()
            .all(|shown| shown.state() == CallbackState::Scheduled)
    );
    house
        .act(|run, cx| {
            run.callback_answered(cx, 0, None);
            Ok(())
        })
        .unwrap();
    assert_eq!(house.run().due_callback(0), None);
    // One that has ended tells at once, and nobody later.
    update(&mut house, &[callback("d")]).unwrap();
    house.play(&lines("poll; complete: finish"));
    assert_eq!(told(&house), 3);
}

#[test]
fn an_update_that_its_run_leaves_has_failed() {
    for end in ["finish", "continue"] {
        let mut house = after(&lines("start; poll; complete"));
        update(&mut house, &[callback("a")]).unwrap();
        house.play(&lines(&format!("poll; complete: accept u command, {end}")));
        assert_eq!(told(&house), 1, "{end}");
        let run = &house.runs[0];
        let row = run.transfers.values().next().expect("somebody is told");
        assert_eq!(row.transfer, Transfer::CompletionCallback { index: 0 });
    }
}

#[test]
fn a_callback_of_a_rejected_update_is_not_kept() {
    let mut house = after(&lines("start; poll; complete"));
    update(&mut house, &[callback("a")]).unwrap();
    house.play(&lines("poll; complete: reject u"));
    assert!(house.run().describe().callbacks.is_empty());
    assert_eq!(told(&house), 0);
}

#[test]
fn a_run_has_a_limited_number_of_callbacks() {
    let mut house = after(&lines("start; poll; complete"));
    let callbacks = |from: usize, to: usize| {
        let numbers = from..to;
        let all: Vec<Callback> = numbers.map(|n| callback(&n.to_string())).collect();
        all
    };
    let refused = update(&mut house, &callbacks(0, CALLBACKS_MAX + 1)).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("(0 callbacks already attached)")
    );
    update(&mut house, &callbacks(0, CALLBACKS_MAX)).unwrap();
    house.play(&lines("poll; complete: accept u command"));
    let refused = update(&mut house, &callbacks(100, 101)).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("(32 callbacks already attached)")
    );
    assert_eq!(house.run().describe().callbacks.len(), CALLBACKS_MAX);
}
