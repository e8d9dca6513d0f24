//! Prints what a run costs: to make, to activate, to keep. `cargo run --release --package sundial-sandbox --example measure_guests` takes two
//! small Rust guests; with `NAME=COMPONENT,OTHER` it takes the workflow `Account` of the examples in COMPONENT, in whatever language it
//! is written, and OTHER, a second component of that language, for how long the second one takes to compile.
//!
//! Times are of CPU, so that a busy machine matters little; the median of many.

#![expect(clippy::print_stdout, reason = "a measurement prints")]

#[path = "../tests/guests/mod.rs"]
mod guests;

use std::{hint::black_box, sync::Arc, time::Duration};

use guests::{SOUND, SUNDIAL, activation, init, run_of, signal, timer};
use sundial_sandbox::{Guest, Module, Sandbox, SandboxOptions};
use temporalio_protos::coresdk::workflow_activation::{
    InitializeWorkflow, WorkflowActivation, workflow_activation_job::Variant as Job,
};

/// How much is measured: a run of a whole interpreter takes a hundred times what one of a small guest takes.
#[derive(Clone, Copy)]
struct Scale {
    /// Runs that live at once while memory is measured.
    live: u32,
    /// Runs whose making is timed.
    runs: usize,
    /// Activations of one run that are timed.
    activations: usize,
}

const SMALL: Scale = Scale {
    live: 1_000,
    runs: 2_000,
    activations: 20_000,
};

const LARGE: Scale = Scale {
    live: 100,
    runs: 200,
    activations: 10_000,
};

/// Components from this size on bring an interpreter along, in bytes.
const LARGE_FROM_BYTES: usize = 5_000_000;

/// Activations of a history that is replayed.
const REPLAYED: usize = 10_000;

/// What is measured of one component.
struct Subject<'a> {
    name: &'a str,
    component: &'a [u8],
    workflow_type: &'a str,
    input: &'a str,
    /// A job that the run takes again and again; without one only its start is measured.
    steady: Job,
    /// Another component of the same language.
    other: Option<&'a [u8]>,
}

impl Subject<'_> {
    fn scale(&self) -> Scale {
        match self.component.len() {
            LARGE_FROM_BYTES.. => LARGE,
            _ => SMALL,
        }
    }
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        measure(&Subject {
            name: "sundial:workflow, wit-bindgen alone",
            component: &SUNDIAL,
            workflow_type: "Count",
            input: "null",
            steady: timer(1),
            other: None,
        });
        measure(&Subject {
            name: "temporal:workflow-runtime, Temporal's Rust SDK",
            component: &SOUND,
            workflow_type: "Counter",
            input: "1000000000",
            steady: signal("add", "1"),
            other: None,
        });
    }
    for argument in arguments {
        let (name, paths) = argument.split_once('=').expect("NAME=COMPONENT,OTHER");
        let (account, other) = paths.split_once(',').expect("NAME=COMPONENT,OTHER");
        let read = |path: &str| std::fs::read(path).expect("the file can be read");
        measure(&Subject {
            name,
            component: &read(account),
            workflow_type: "Account",
            input: r#"{"account_id": "measured", "messages_per_run": 1000000000}"#,
            steady: signal("deposit", r#"{"amount_cents": 1}"#),
            other: Some(&read(other)),
        });
    }
}

fn measure(subject: &Subject<'_>) {
    println!("{} ({} KB)", subject.name, subject.component.len() / 1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let options = SandboxOptions {
        cache_dir: Some(folder.path().join("code")),
        ..Default::default()
    };
    let sandbox = Sandbox::new(options).expect("a sandbox");
    let (_, inspected) = timed(|| Sandbox::inspect(subject.component).expect("it is acceptable"));
    let (module, compiled) = timed_all(|| sandbox.load(subject.component).expect("it loads"));
    drop(module);
    let (module, cached) = timed_all(|| sandbox.load(subject.component).expect("it loads"));
    println!(
        "  inspect {:.1} ms; load {:.1} ms compiled, {:.1} ms from the cache",
        milliseconds(inspected),
        milliseconds(compiled),
        milliseconds(cached)
    );
    if let Some(other) = subject.other {
        let (_, second) = timed_all(|| sandbox.load(other).expect("it loads"));
        println!(
            "  load of a second component of this language {:.1} ms compiled, {:.2} of the first",
            milliseconds(second),
            second.as_secs_f64() / compiled.as_secs_f64()
        );
    }
    starts(subject, &module);
    steady(subject, &module);
    replay(subject, &module);
    memory(subject, &module);
}

fn starts(subject: &Subject<'_>, module: &Arc<Module>) {
    let (job, first) = first(subject);
    let (mut made, mut activated, mut both, mut dropped) = (vec![], vec![], vec![], vec![]);
    for _ in 0..subject.scale().runs {
        let (mut guest, make) = timed(|| {
            module
                .instantiate(&run_of(subject.workflow_type), &job)
                .expect("it is made")
        });
        let (_, activate) = timed(|| black_box(guest.activate(&first).expect("it starts")));
        let ((), end) = timed(|| drop(guest));
        made.push(make);
        activated.push(activate);
        both.push(make + activate);
        dropped.push(end);
    }
    println!(
        "  instantiate {}, first activation {}, together {}; drop {}",
        spread(made),
        spread(activated),
        spread(both),
        spread(dropped)
    );
}

fn steady(subject: &Subject<'_>, module: &Arc<Module>) {
    let activations = subject.scale().activations;
    let mut guest = start(subject, module);
    let next = activation(vec![subject.steady.clone()]);
    let times =
        (0..activations).map(|_| timed(|| black_box(guest.activate(&next).expect("it goes on"))).1);
    println!("  steady activation {}", spread(times.collect()));
    let (_, whole) = timed(|| {
        for _ in 0..activations {
            black_box(guest.activate(&next).expect("it goes on"));
        }
    });
    println!(
        "  steady activation without a clock between {:.2} µs; {:.1} MB after {} activations",
        microseconds(whole) / activations as f64,
        guest.memory_bytes() as f64 / 1e6,
        2 * activations
    );
}

/// What it takes to bring a run back that is this long.
fn replay(subject: &Subject<'_>, module: &Arc<Module>) {
    let next = WorkflowActivation {
        is_replaying: true,
        ..activation(vec![subject.steady.clone()])
    };
    let (_, whole) = timed(|| {
        let mut guest = start(subject, module);
        for _ in 0..REPLAYED {
            guest.activate(&next).expect("it goes on");
        }
    });
    println!(
        "  replay of {REPLAYED} activations {:.1} ms",
        milliseconds(whole)
    );
}

fn memory(subject: &Subject<'_>, module: &Arc<Module>) {
    let (before, maps_before) = (private_bytes(), mappings());
    let mut fresh = Vec::new();
    let count = subject.scale().live;
    let mut live: Vec<_> = (0..count)
        .map(|_| {
            let (guest, time) = timed(|| start(subject, module));
            fresh.push(time);
            guest
        })
        .collect();
    let at_start = private_bytes() - before;
    println!(
        "  start in a place that no run had before, both together {}",
        spread(fresh)
    );
    let next = activation(vec![subject.steady.clone()]);
    for guest in &mut live {
        for _ in 0..10 {
            guest.activate(&next).expect("it goes on");
        }
    }
    let later = private_bytes() - before;
    let estimated: u64 = live.iter().map(|guest| guest.memory_bytes()).sum();
    println!(
        "  private memory per live run {:.1} KB after its start, {:.1} KB after 10 more activations (estimated {:.1} KB); {:.1} mappings",
        kilobytes(at_start, count),
        kilobytes(later, count),
        kilobytes(estimated, count),
        (mappings() - maps_before) as f64 / f64::from(count),
    );
    drop(live);
    let at_once = private_bytes().saturating_sub(before);
    // Longer than the pause after which the sandbox tidies up.
    std::thread::sleep(Duration::from_millis(1_500));
    let later = private_bytes().saturating_sub(before);
    println!(
        "  private memory left by {count} ended runs {:.1} MB, and after a pause {:.1} MB",
        at_once as f64 / 1e6,
        later as f64 / 1e6
    );
}

fn first(subject: &Subject<'_>) -> (InitializeWorkflow, WorkflowActivation) {
    let job = init(subject.workflow_type, subject.input);
    let first = activation(vec![Job::InitializeWorkflow(job.clone())]);
    (job, first)
}

fn start(subject: &Subject<'_>, module: &Arc<Module>) -> Box<dyn Guest> {
    let (job, first) = first(subject);
    let mut guest = module
        .instantiate(&run_of(subject.workflow_type), &job)
        .expect("it is made");
    guest.activate(&first).expect("it starts");
    guest
}

fn timed<R>(act: impl FnOnce() -> R) -> (R, Duration) {
    let before = cpu(libc::CLOCK_THREAD_CPUTIME_ID);
    let result = act();
    (result, cpu(libc::CLOCK_THREAD_CPUTIME_ID) - before)
}

/// For what many threads work at: compiling.
fn timed_all<R>(act: impl FnOnce() -> R) -> (R, Duration) {
    let before = cpu(libc::CLOCK_PROCESS_CPUTIME_ID);
    let result = act();
    (result, cpu(libc::CLOCK_PROCESS_CPUTIME_ID) - before)
}

fn cpu(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a valid place to write to.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Median and 99th percentile.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: usize| microseconds(times[times.len() * part / 100]);
    format!("{:.1} µs (p99 {:.1})", at(50), at(99))
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn kilobytes(bytes: u64, runs: u32) -> f64 {
    bytes as f64 / f64::from(runs) / 1024.0
}

/// Memory of this process that no other shares, in bytes.
fn private_bytes() -> u64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("Linux tells");
    rollup
        .lines()
        .filter(|line| line.starts_with("Private_"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .sum::<u64>()
        << 10
}

fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps")
        .expect("Linux tells")
        .lines()
        .count()
}
