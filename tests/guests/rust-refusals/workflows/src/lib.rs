//! Workflows that ask for what a workflow does not get. A function asks, and the workflow is named after it: what its author is told is the
//! table of guests/README.md.

use std::{
    env, fs,
    hint::black_box,
    io::{self, Read},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, SystemTime},
};

use temporalio_workflow::{
    WorkflowContext, WorkflowResult, WorkflowTermination, common::error::ApplicationFailure,
    export_workflow_module, workflow, workflow_methods,
};

#[inline(never)]
fn clock() -> io::Result<String> {
    Ok(format!("{:?}", SystemTime::now()))
}

#[inline(never)]
fn sleep() -> io::Result<String> {
    thread::sleep(Duration::from_millis(1));
    Ok("slept".to_owned())
}

fn files() -> io::Result<String> {
    fs::read_to_string("/etc/hostname")
}

fn environment() -> Result<String, env::VarError> {
    env::var("HOME")
}

fn sockets() -> io::Result<String> {
    Ok(format!("{:?}", TcpStream::connect("192.0.2.1:443")?))
}

fn http() -> io::Result<String> {
    // What every client for HTTP does in the end.
    Ok(format!("{:?}", TcpStream::connect("192.0.2.1:80")?))
}

fn processes() -> io::Result<String> {
    Ok(Command::new("true").output()?.status.to_string())
}

#[inline(never)]
fn threads() -> io::Result<String> {
    thread::spawn(|| ()).join().expect("the thread ends");
    Ok("joined".to_owned())
}

fn stdin() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

#[inline(never)]
fn unbounded_memory() -> io::Result<String> {
    loop {
        std::mem::forget(black_box(vec![1_u8; 1 << 20]));
    }
}

#[inline(never)]
fn endless_loop() -> io::Result<String> {
    let mut sum = 0_u64;
    loop {
        sum = black_box(sum.wrapping_add(1));
    }
}

fn deep_recursion() -> io::Result<String> {
    Ok(deeper(0).to_string())
}

#[inline(never)]
#[expect(unconditional_recursion, reason = "that is what it is for")]
fn deeper(depth: u64) -> u64 {
    black_box(depth) + deeper(black_box(depth + 1))
}

/// A workflow that returns what a function answers, and fails as it fails.
macro_rules! workflow_asking {
    ($name:ident, $ask:ident) => {
        #[workflow]
        #[derive(Default)]
        pub struct $name;

        #[workflow_methods]
        impl $name {
            #[run]
            pub async fn run(_ctx: &mut WorkflowContext<Self>) -> WorkflowResult<String> {
                $ask().map_err(|error| {
                    WorkflowTermination::from(ApplicationFailure::non_retryable(error))
                })
            }
        }
    };
}

workflow_asking!(Clock, clock);
workflow_asking!(Sleep, sleep);
workflow_asking!(Files, files);
workflow_asking!(Environment, environment);
workflow_asking!(Sockets, sockets);
workflow_asking!(Http, http);
workflow_asking!(Processes, processes);
workflow_asking!(Threads, threads);
workflow_asking!(Stdin, stdin);
workflow_asking!(UnboundedMemory, unbounded_memory);
workflow_asking!(EndlessLoop, endless_loop);
workflow_asking!(DeepRecursion, deep_recursion);

export_workflow_module!([
    Clock,
    Sleep,
    Files,
    Environment,
    Sockets,
    Http,
    Processes,
    Threads,
    Stdin,
    UnboundedMemory,
    EndlessLoop,
    DeepRecursion
]);
