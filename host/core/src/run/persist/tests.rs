//! What is stored, and that it comes back.

use super::INLINE_PARTS;
use crate::run::{StoredState, harness::after};

#[test]
fn many_parts_are_rows_and_few_are_in_the_state() {
    let timers: Vec<String> = (0..INLINE_PARTS)
        .map(|n| format!("timer t{n} 5s"))
        .collect();
    let mut house = after(&format!(
        "start\npoll\ncomplete force: {}",
        timers.join(", ")
    ));
    assert!(house.runs[0].parts.is_empty());
    house.play("poll\ncomplete force: timer more 9s");
    assert_eq!(house.runs[0].parts.len(), INLINE_PARTS + 1);
    house.play("poll\ncomplete force: cancel-timer t3, activity a");
    assert_eq!(
        house.runs[0].parts.len(),
        INLINE_PARTS + 1,
        "one went and one came"
    );
    house.crash();
    assert_eq!(house.run().timers.len(), INLINE_PARTS);
    house.play("+5s\n+4s");
    assert_eq!(house.runs[0].parts.len(), 1, "the activity is left");
    house.play("terminate");
    assert!(house.runs[0].parts.is_empty());
}

#[test]
fn an_unchanged_part_is_not_written_again() {
    let timers: Vec<String> = (0..=INLINE_PARTS)
        .map(|n| format!("timer t{n} 5s"))
        .collect();
    let mut house = after(&format!(
        "start\npoll\ncomplete: {}, activity a",
        timers.join(", ")
    ));
    house.play("take a");
    let limits = crate::Limits::default();
    let mut cx = crate::Cx::new(house.now, &mut house.ids, &limits);
    let run = &mut house.runs[0].run;
    let token = house.activity_tokens["a"].clone();
    run.heartbeat_activity(&mut cx, crate::run::ActivityRef::Token(&token), None, "")
        .expect("it runs");
    let write = run.seal(&mut cx).expect("it changed");
    assert_eq!((write.parts_put.len(), write.parts_removed.len()), (1, 0));
}

#[test]
fn the_start_of_a_run_that_may_be_retried_is_a_row() {
    let mut house = after("start retry=1s");
    assert_eq!(house.runs[0].parts.len(), 1);
    house.play("terminate");
    assert!(house.runs[0].parts.is_empty());
}

#[test]
fn bytes_that_are_no_run_are_refused_with_words() {
    let house = after("start");
    let stored = |state: &[u8], parts| StoredState {
        key: house.run().key().clone(),
        state: state.to_vec(),
        parts,
    };
    let refused = |state: &[u8], parts| match crate::Run::load(stored(state, parts)) {
        Ok(_) => panic!("it was read"),
        Err(corrupt) => corrupt.reason,
    };
    assert!(refused(&[0xFF, 0xFF], Vec::new()).contains("varint"));
    assert_eq!(refused(&[], Vec::new()), "it has no events");
    let strange = crate::Part {
        key: crate::PartKey { kind: 99, id: 1 },
        body: Vec::new(),
    };
    assert_eq!(
        refused(&house.runs[0].state, vec![strange]),
        "part 99/1: unknown kind 99"
    );
}

#[test]
fn nothing_is_written_if_nothing_changed() {
    let mut house = after("start\npoll");
    let limits = crate::Limits::default();
    let mut cx = crate::Cx::new(house.now, &mut house.ids, &limits);
    assert!(
        house.runs[0].run.seal(&mut cx).is_none(),
        "a start is in memory alone"
    );
}

#[test]
fn a_long_history_leaves_memory_but_not_what_activities_need() {
    let mut house = after("start\npoll\ncomplete: activity a");
    let markers = vec!["marker a-long-name-to-fill-the-memory-with"; 900].join(", ");
    house.play(&format!("signal one\npoll\ncomplete force: {markers}"));
    assert!(house.run().recent_history(1).is_none());
    assert!(
        house
            .run()
            .recent_history(house.run().next_event_id() - 1)
            .is_some()
    );
    assert!(!house.run().activity_needs_event(5));
    house.play("take a\ndone a");
    assert_eq!(house.run().activity_event_bytes, 0);
}
