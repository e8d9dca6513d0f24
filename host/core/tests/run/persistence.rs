//! A run that comes back from its last write is the run that was: for any sequence of commands.

use proptest::prelude::*;

use crate::harness::{Bench, schedule_activity, start_timer};

#[derive(Clone, Debug)]
enum Move {
    Signal(u8),
    Poll,
    Complete { timers: u8, activities: u8 },
    Advance(u8),
    Crash,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        any::<u8>().prop_map(Move::Signal),
        Just(Move::Poll),
        (0_u8..12, 0_u8..12).prop_map(|(timers, activities)| Move::Complete { timers, activities }),
        (0_u8..20).prop_map(Move::Advance),
        Just(Move::Crash),
    ];
    prop::collection::vec(one, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_stored_is_the_run(moves in moves()) {
        let mut bench = Bench::new();
        let mut task = None;
        let mut serial = 0;
        for step in moves {
            match step {
                Move::Signal(number) => bench.signal(&number.to_string()),
                Move::Poll => {
                    if bench.run.has_pending_workflow_task() {
                        task = bench.try_poll().ok().or(task);
                    }
                }
                Move::Complete { timers, activities } => {
                    let Some(task) = task.take() else { continue };
                    let mut commands = Vec::new();
                    for _ in 0..timers {
                        serial += 1;
                        commands.push(start_timer(&serial.to_string(), 5 + i64::from(serial % 7)));
                    }
                    for _ in 0..activities {
                        serial += 1;
                        commands.push(schedule_activity(&serial.to_string(), |_| {}));
                    }
                    // A task that timed out meanwhile is refused, and nothing has changed.
                    let _ = bench.answer(&task, crate::harness::with_commands(commands));
                }
                Move::Advance(seconds) => bench.advance(i64::from(seconds)),
                Move::Crash => {
                    // Whatever only memory knew is gone: the started task, and what that held back.
                    let stored = bench.last_write().wake_at;
                    let activities = bench.run.describe().pending_activities;
                    bench.crash();
                    task = None;
                    prop_assert_eq!(bench.run.wake_at(), stored);
                    prop_assert_eq!(bench.run.describe().pending_activities, activities);
                }
            }
        }
        let events = bench.history.len() as i64;
        prop_assert!(bench.run.next_event_id() > events);
    }
}
