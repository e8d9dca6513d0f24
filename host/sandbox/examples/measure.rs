//! Prints what a run costs: to make, to activate, to keep. `cargo run --release --package sundial-sandbox --example measure`, and with
//! the path of a component and one of its workflow types, for that one; its input is `null`.
//!
//! Times are of the thread's CPU, so that a busy machine matters little; the median of many.

#![expect(clippy::print_stdout, reason = "a measurement prints")]

#[path = "../tests/guests/mod.rs"]
mod guests;

use std::{hint::black_box, sync::Arc, time::Duration};

use guests::{SOUND, SUNDIAL, activation, init, run_of, signal, timer};
use sundial_sandbox::{Guest, Module, Sandbox, SandboxOptions};
use temporalio_protos::coresdk::workflow_activation::{
    InitializeWorkflow, WorkflowActivation, workflow_activation_job::Variant as Job,
};

/// Runs that live at once while memory is measured.
const LIVE: u32 = 1_000;

/// Runs whose making is timed.
const RUNS: usize = 2_000;

/// Activations of one run that are timed.
const ACTIVATIONS: usize = 20_000;

/// What is measured of one component.
struct Subject<'a> {
    name: &'a str,
    component: &'a [u8],
    workflow_type: &'a str,
    input: &'a str,
    /// A job that the run takes again and again; without one only its start is measured.
    steady: Option<Job>,
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [path, workflow_type] => {
            let component = std::fs::read(path).expect("the file can be read");
            measure(&Subject {
                name: path,
                component: &component,
                workflow_type,
                input: "null",
                steady: None,
            });
        }
        _ => {
            measure(&Subject {
                name: "sundial:workflow, wit-bindgen alone",
                component: &SUNDIAL,
                workflow_type: "Count",
                input: "null",
                steady: Some(timer(1)),
            });
            measure(&Subject {
                name: "temporal:workflow-runtime, Temporal's Rust SDK",
                component: &SOUND,
                workflow_type: "Counter",
                input: "1000000000",
                steady: Some(signal("add", "1")),
            });
        }
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
    let (module, compiled) = timed(|| sandbox.load(subject.component).expect("it loads"));
    drop(module);
    let (module, cached) = timed(|| sandbox.load(subject.component).expect("it loads"));
    println!(
        "  inspect {:.1} ms; load {:.1} ms compiled, {:.1} ms from the cache",
        milliseconds(inspected),
        milliseconds(compiled),
        milliseconds(cached)
    );
    starts(subject, &module);
    if let Some(job) = &subject.steady {
        steady(subject, &module, job);
    }
    memory(subject, &module);
}

fn starts(subject: &Subject<'_>, module: &Arc<Module>) {
    let (job, first) = first(subject);
    let (mut made, mut activated, mut both, mut dropped) = (vec![], vec![], vec![], vec![]);
    for _ in 0..RUNS {
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

fn steady(subject: &Subject<'_>, module: &Arc<Module>, job: &Job) {
    let mut guest = start(subject, module);
    let next = activation(vec![job.clone()]);
    let times =
        (0..ACTIVATIONS).map(|_| timed(|| black_box(guest.activate(&next).expect("it goes on"))).1);
    println!("  steady activation {}", spread(times.collect()));
    let (_, whole) = timed(|| {
        for _ in 0..ACTIVATIONS {
            black_box(guest.activate(&next).expect("it goes on"));
        }
    });
    println!(
        "  steady activation without a clock between {:.2} µs",
        microseconds(whole) / ACTIVATIONS as f64
    );
}

fn memory(subject: &Subject<'_>, module: &Arc<Module>) {
    let (before, maps_before) = (private_bytes(), mappings());
    let mut fresh = Vec::new();
    let mut live: Vec<_> = (0..LIVE)
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
    if let Some(job) = &subject.steady {
        let next = activation(vec![job.clone()]);
        for guest in &mut live {
            for _ in 0..10 {
                guest.activate(&next).expect("it goes on");
            }
        }
    }
    let later = private_bytes() - before;
    let estimated: u64 = live.iter().map(|guest| guest.memory_bytes()).sum();
    println!(
        "  private memory per live run {:.1} KB after its start, {:.1} KB after 10 more activations (estimated {:.1} KB); {:.1} mappings",
        kilobytes(at_start),
        kilobytes(later),
        kilobytes(estimated),
        (mappings() - maps_before) as f64 / f64::from(LIVE),
    );
    drop(live);
    let at_once = private_bytes().saturating_sub(before);
    // Longer than the pause after which the sandbox tidies up.
    std::thread::sleep(Duration::from_millis(1_500));
    let later = private_bytes().saturating_sub(before);
    println!(
        "  private memory left by {LIVE} ended runs {:.1} MB, and after a pause {:.1} MB",
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
    let before = thread_cpu();
    let result = act();
    (result, thread_cpu() - before)
}

fn thread_cpu() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a valid place to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
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

fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(LIVE) / 1024.0
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
