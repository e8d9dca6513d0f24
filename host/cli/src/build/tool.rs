//! Programs that builds run: whether they are there, and running them so that a failure names what to do.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde::Serialize;

use crate::problem::Problem;

/// Whether a build can do without a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Need {
    Required,
    Optional,
}

/// A tool that a build uses, as it was found.
#[derive(Debug, Serialize)]
pub(crate) struct Tool {
    /// Its name, as people know it.
    pub(crate) name: &'static str,
    /// Its version, if it is there.
    pub(crate) found: Option<String>,
    /// Whether anything fails without it.
    pub(crate) need: Need,
    /// The command that installs it, or what `sundial build` does about it by itself.
    pub(crate) install: String,
}

impl Tool {
    /// A program on PATH that tells its version, and that a build needs.
    pub(crate) fn on_path(
        name: &'static str,
        program: &str,
        version: &[&str],
        install: impl Into<String>,
    ) -> Self {
        Self {
            name,
            found: first_line(program, version),
            need: Need::Required,
            install: install.into(),
        }
    }
}

/// The first line that a program prints on stdout; nothing if it can't be run or fails.
pub(crate) fn first_line(program: impl AsRef<Path>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program.as_ref())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .next()
        .map(str::to_owned)
}

/// What to say if a program can't be started at all.
pub(crate) fn not_started(program: &str, error: &std::io::Error, install: &str) -> Problem {
    Problem::new(format!("can't run {program}: {error}")).hint(install)
}
