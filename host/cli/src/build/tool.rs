//! Programs that builds run: whether they are there, and running them so that a failure names what to do.

use std::{
    fs::{self, File},
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

/// Keeps two builds from installing the same tools at once: a lock that one process at a time holds, until it drops the file or ends.
pub(crate) fn locked(path: &Path) -> Result<File, Problem> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| File::create(path))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| Problem::new(format!("can't lock {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_first_builds_one_waits() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("tools/python.lock");
        let held = locked(&path).expect("nobody holds it");
        let other = File::open(&path).expect("it is there");
        assert!(other.try_lock().is_err());
        drop(held);
        assert!(other.try_lock().is_ok());
    }
}
