//! The CPU limit on a machine that is busy with something else. A file of its own, since it makes the machine busy.

mod guests;

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use guests::{SUNDIAL, options, result, sandbox, start};
use sundial_sandbox::{Module, Sandbox, SandboxOptions};

/// Spinning threads for each core: a guest gets about one part in so many and one.
const CROWD: usize = 12;

fn work(module: &Module, rounds: u64) -> Duration {
    let started = Instant::now();
    let (_, first) = start(module, "Work", &rounds.to_string()).expect("the work is done");
    assert!(!result(&first).is_empty());
    started.elapsed()
}

#[test]
fn time_spent_waiting_for_a_core_is_not_the_guests() {
    // As many rounds as take about 60 ms on this machine when it is idle.
    let mut rounds = 1_000_000;
    let module = sandbox().load(&SUNDIAL).expect("the guest loads");
    while work(&module, rounds) < Duration::from_millis(60) {
        rounds *= 2;
    }
    let alone = work(&module, rounds);

    // Four times the CPU that it needs, much less than it will take.
    let limit = alone * 4;
    let cpu_limit_ms = limit.as_millis().try_into().expect("a short time");
    let options = SandboxOptions {
        cpu_limit_ms,
        ..options()
    };
    let module = Sandbox::new(options)
        .expect("a sandbox")
        .load(&SUNDIAL)
        .expect("the guest loads");

    let stop = AtomicBool::new(false);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let crowded = std::thread::scope(|scope| {
        for _ in 0..cores * CROWD {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let crowded = work(&module, rounds);
        stop.store(true, Relaxed);
        crowded
    });
    assert!(
        crowded > limit,
        "the machine was not busy enough to show anything: {crowded:?}, limit {limit:?}"
    );
}
