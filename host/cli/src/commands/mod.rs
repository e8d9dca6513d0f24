//! One file per command, one folder per noun. A command gets resolved settings and prints through the printer.

pub(crate) mod build;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod module;
pub(crate) mod new;
pub(crate) mod server;
pub(crate) mod test;
pub(crate) mod test_server;
pub(crate) mod worker;
pub(crate) mod workflow;

use std::future::Future;

use crate::{arguments::Command, printer::Printer, problem::Problem, settings::Settings};

/// Runs one command to its end.
pub(crate) fn run(command: Command, settings: Settings, printer: &Printer) -> Result<(), Problem> {
    match command {
        Command::Dev(dev) => on_all_cores(&settings, dev.run(&settings, printer)),
        Command::Server(server) => on_all_cores(&settings, server.run(&settings, printer)),
        Command::Worker(worker) => on_all_cores(&settings, worker.run(&settings, printer)),
        Command::Test(test) => on_all_cores(&settings, test.run(&settings, printer)),
        Command::TestServer(server) => on_all_cores(&settings, server.run(&settings, printer)),
        Command::Module(module) => on_this_thread(&settings, module.run(&settings, printer)),
        Command::Workflow(workflow) => on_this_thread(&settings, workflow.run(&settings, printer)),
        Command::Doctor(doctor) => on_this_thread(&settings, doctor.run(&settings, printer)),
        Command::Build(build) => build.run(&settings, printer),
        Command::New(new) => new.run(printer),
        Command::Config(config) => config.run(&settings, printer),
        Command::Completions(completions) => completions.run(printer),
    }
}

fn on_all_cores(
    settings: &Settings,
    command: impl Future<Output = Result<(), Problem>>,
) -> Result<(), Problem> {
    start_logging(settings)?;
    enter(tokio::runtime::Builder::new_multi_thread(), command)
}

/// A client command waits for one server: threads would only cost its start.
fn on_this_thread(
    settings: &Settings,
    command: impl Future<Output = Result<(), Problem>>,
) -> Result<(), Problem> {
    start_logging(settings)?;
    enter(tokio::runtime::Builder::new_current_thread(), command)
}

fn enter(
    mut builder: tokio::runtime::Builder,
    command: impl Future<Output = Result<(), Problem>>,
) -> Result<(), Problem> {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("can't start the async runtime: {error}")))?;
    runtime.block_on(Box::pin(command))
}

fn start_logging(settings: &Settings) -> Result<(), Problem> {
    // What the user asks for comes last, so that it wins.
    let directives = format!("{},{}", sundial_worker::LOG_DIRECTIVES, settings.log.value);
    let filter = tracing_subscriber::EnvFilter::try_new(directives).map_err(|error| {
        Problem::new(format!("setting log ({}) is `{}`: {error}", settings.log.origin, settings.log.value))
            .hint("write a level (error, warn, info, debug, trace), or a filter such as `warn,sundial_server=debug`")
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
