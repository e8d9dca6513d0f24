//! The `sundial` binary as a client: runs a command with --json and reads what it says.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// Runs commands against one server.
#[derive(Clone, Debug)]
pub(crate) struct Sundial {
    pub(crate) binary: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) address: String,
}

impl Sundial {
    /// A command whose problem would be the task's.
    pub(crate) fn json(&self, arguments: &[&str]) -> Result<Value> {
        match self.attempt(arguments)? {
            Ok(value) => Ok(value),
            Err(message) => bail!("sundial {}: {message}", arguments.join(" ")),
        }
    }

    /// A command that may fail: its result, or the message of its problem.
    pub(crate) fn attempt(&self, arguments: &[&str]) -> Result<Result<Value, String>> {
        let output = process::output(self.command(arguments).arg("--json"))?;
        let last_line = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            text.trim().lines().last().unwrap_or_default().to_owned()
        };
        if output.status.success() {
            let line = last_line(&output.stdout);
            return Ok(Ok(
                serde_json::from_str(&line).with_context(|| format!("this is not JSON: {line}"))?
            ));
        }
        let line = last_line(&output.stderr);
        let problem: Option<Value> = serde_json::from_str(&line).ok();
        let message =
            problem.and_then(|problem| problem["error"]["message"].as_str().map(str::to_owned));
        Ok(Err(message.unwrap_or(line)))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(&self.binary, &self.folder);
        command
            .args(arguments)
            .env("SUNDIAL_ADDRESS", &self.address);
        command
    }
}

/// Makes a component of an example. The compiler's progress is shown.
pub(crate) fn build_component(
    binary: &Path,
    source: &Path,
    options: &[&str],
    target: &Path,
    component: &Path,
) -> Result<Value> {
    if let Some(folder) = component.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut command = process::command(binary, source);
    command
        .args(["build", ".", "--json", "--output"])
        .arg(component)
        .args(options)
        .env("CARGO_TARGET_DIR", target)
        .stderr(std::process::Stdio::inherit());
    let output = process::output(&mut command)?;
    if !output.status.success() {
        bail!(
            "{} failed in {}",
            process::shown(&command),
            source.display()
        );
    }
    serde_json::from_slice(&output.stdout).context("`sundial build --json` did not print JSON")
}
