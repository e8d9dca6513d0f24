//! `sundial completions`: what a shell needs to complete our commands and flags.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{arguments::Arguments, printer::Printer, problem::Problem};

/// Arguments of `sundial completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell to write for
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, printer: &Printer) -> Result<(), Problem> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut Arguments::command(),
            "sundial",
            &mut script,
        );
        printer.text(&String::from_utf8_lossy(&script));
        Ok(())
    }
}
