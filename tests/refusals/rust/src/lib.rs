//! Workflows that ask for what a workflow does not get, each named after what it asks for. What their author sees is the table of
//! guests/README.md.

use std::{
    hint::black_box,
    io::Read,
    net::TcpStream,
    process::Command,
    time::{Duration, SystemTime},
};

use temporalio_workflow::{
    WorkflowContext, WorkflowResult, WorkflowTermination, common::error::ApplicationFailure,
    export_workflow_module, workflow, workflow_methods,
};

/// A workflow whose run returns what this expression gives.
macro_rules! workflow_asking {
    ($name:ident, $ask:expr) => {
        #[workflow]
        #[derive(Default)]
        pub struct $name;

        #[workflow_methods]
        impl $name {
            #[run]
            pub async fn run(_ctx: &mut WorkflowContext<Self>) -> WorkflowResult<String> {
                $ask
            }
        }
    };
}

workflow_asking!(Clock, Ok(ask_the_clock()));
workflow_asking!(Sleep, Ok(sleep()));
workflow_asking!(
    Files,
    Ok(std::fs::read_to_string("/etc/hostname").map_err(failed)?)
);
workflow_asking!(Environment, Ok(std::env::var("HOME").map_err(failed)?));
workflow_asking!(Sockets, Ok(connect("192.0.2.1:443")?));
workflow_asking!(Http, Ok(connect("example.com:80")?));
workflow_asking!(Processes, {
    let output = Command::new("true").output().map_err(failed)?;
    Ok(output.status.to_string())
});
workflow_asking!(Threads, Ok(start_a_thread()));
workflow_asking!(Stdin, {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    Ok(text)
});
workflow_asking!(UnboundedMemory, Ok(eat_memory()));
workflow_asking!(EndlessLoop, Ok(count_without_end()));
workflow_asking!(DeepRecursion, Ok(recurse(1).to_string()));

#[inline(never)]
fn ask_the_clock() -> String {
    format!("{:?}", SystemTime::now())
}

#[inline(never)]
fn sleep() -> String {
    std::thread::sleep(Duration::from_millis(1));
    "slept".to_owned()
}

fn connect(address: &str) -> WorkflowResult<String> {
    let stream = TcpStream::connect(address).map_err(failed)?;
    Ok(format!("{stream:?}"))
}

#[inline(never)]
fn start_a_thread() -> String {
    std::thread::spawn(|| ()).join().expect("the thread ends");
    "joined".to_owned()
}

#[inline(never)]
fn eat_memory() -> String {
    loop {
        std::mem::forget(black_box(vec![1_u8; 1 << 20]));
    }
}

#[inline(never)]
fn count_without_end() -> String {
    let mut sum = 0_u64;
    loop {
        sum = black_box(sum.wrapping_add(1));
    }
}

#[inline(never)]
#[expect(unconditional_recursion, reason = "that is what it is for")]
fn recurse(depth: u64) -> u64 {
    black_box(depth) + recurse(black_box(depth + 1))
}

/// The workflow fails with the error's words.
fn failed(error: impl std::error::Error + Send + Sync + 'static) -> WorkflowTermination {
    ApplicationFailure::non_retryable(error).into()
}

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
