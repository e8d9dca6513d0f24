//! The binary `sundial`: reads the command line, resolves the settings, runs one command, sets the exit code.
//!
//! It has no behaviour of the server, the worker host or the sandbox: those are crates of their own.

mod arguments;
mod build;
mod certificates;
mod client;
mod commands;
mod duration;
mod inspector;
mod interrupt;
mod messages;
mod metrics_page;
mod payload;
mod printer;
mod problem;
mod server_address;
mod settings;

use std::process::ExitCode;

use crate::{arguments::Arguments, printer::Printer, settings::Settings};

fn main() -> ExitCode {
    let arguments = Arguments::read();
    let printer = Printer::new(arguments.global.json);
    let settings = match Settings::load(arguments.overrides()) {
        Ok(settings) => settings,
        Err(problem) => return printer.problem(&problem),
    };
    match commands::run(arguments.command, settings, &printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => printer.problem(&problem),
    }
}
