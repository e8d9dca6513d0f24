//! The task runner behind `cargo demo`, `cargo verify` and `cargo bench-all`.
//!
//! It drives other programs (cargo, the `sundial` binary, Python, Go) and checks what they say. It links nothing of
//! Sundial, so that it compiles in seconds and sees only what a user sees.

mod bench;
mod checkout;
mod console;
mod demo;
mod guests;
mod interrupt;
mod postgres;
mod process;
mod sundial;
mod tinygo;
mod toolchains;
mod verify;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage:
  cargo demo [--keep]                 build everything and run the order workflow, step by step
  cargo verify [--only STEP] [--list] check everything, or one step; list the steps
  cargo bench-all [ARGUMENTS]         measure against Temporal's development server
  cargo bench-all guests              measure workflows in each language";

fn main() -> ExitCode {
    interrupt::listen();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            console::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<ExitCode> {
    match words {
        ["demo"] => demo::run(false).map(|()| ExitCode::SUCCESS),
        ["demo", "--keep"] => demo::run(true).map(|()| ExitCode::SUCCESS),
        ["verify"] => verify::run(None),
        ["verify", "--only", step] => verify::run(Some(step)),
        ["verify", "--list"] => verify::list().map(|()| ExitCode::SUCCESS),
        ["bench", "guests"] => bench::guests().map(|()| ExitCode::SUCCESS),
        ["bench", arguments @ ..] => bench::run(arguments).map(|()| ExitCode::SUCCESS),
        ["help" | "--help" | "-h"] => {
            console::line(USAGE);
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("`{}` is not understood\n{USAGE}", words.join(" ")),
    }
}
