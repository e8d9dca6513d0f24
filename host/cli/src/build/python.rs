//! Python projects: Temporal's SDK and the author's modules, loaded into CPython before the component is made.
//!
//! What is done in which order is `guests/python/runtime/sundial_build`, which runs in an environment that this file makes; the tool
//! behind it is componentize-py.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::{
    Driver, Embedded, Need, Product, TemplateName, Tool, Workshop, component_file,
    embedded::{PYTHON_GUEST, PYTHON_TEMPLATE, WORKFLOW_WIT},
    tool::{first_line, locked, not_started},
};
use crate::problem::Problem;

/// The list of tools in the embedded folder, which also names the environment.
const TOOLS: &str = "sundial_build/tools.txt";

/// Written into an environment when it is whole.
const INSTALLED: &str = "installed.txt";

const INSTALL_PYTHON: &str = "install Python 3.10 or later with its module venv: https://python.org, or `apt-get install python3-venv`; \
     SUNDIAL_PYTHON names another interpreter";

/// The driver of Python.
#[derive(Debug)]
pub(super) struct Python;

/// What `sundial_build` prints.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Outcome {
    /// There is a component.
    Built {
        /// Modules that are not in it, with the reason.
        absent: BTreeMap<String, String>,
    },
    /// There is none.
    Failed {
        problem: String,
        hint: Option<String>,
    },
}

impl Driver for Python {
    fn build(&self, folder: &Path, workshop: &Workshop<'_>) -> Result<Product, Problem> {
        let interpreter = environment(workshop)?;
        let guest = workshop.unpack(&PYTHON_GUEST)?;
        let wit = workshop.unpack(&WORKFLOW_WIT)?;
        let output = tempfile::tempdir()
            .map_err(|error| Problem::new(format!("can't make a temporary folder: {error}")))?;
        let component = output.path().join("component.wasm");
        let progress = workshop
            .printer
            .spinner("loading the workflows into Python for WebAssembly");
        let finished = Command::new(&interpreter)
            .args(["-B", "-m", "sundial_build"])
            .arg(folder)
            .arg("--output")
            .arg(&component)
            .arg("--cache")
            .arg(workshop.tools_folder("python-packages"))
            .arg("--wit")
            .arg(&wit)
            .env("PYTHONPATH", &guest)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| {
                not_started(&interpreter.display().to_string(), &error, INSTALL_PYTHON)
            })?;
        drop(progress);
        match outcome(&finished.stdout) {
            Some(Outcome::Built { absent }) => tell_absent(workshop, &absent),
            Some(Outcome::Failed { problem, hint }) => {
                let problem = Problem::new(problem);
                return Err(match hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
            }
            None => {
                return Err(Problem::new(format!(
                    "the build of {} ended early: {}",
                    folder.display(),
                    finished.status
                ))
                .hint("what Python said is above"));
            }
        }
        let wasm = fs::read(&component).map_err(|error| {
            Problem::new(format!("can't read {}: {error}", component.display()))
        })?;
        Ok(Product {
            wasm,
            component_file: component_file(folder),
        })
    }

    fn tools(&self, workshop: &Workshop<'_>) -> Vec<Tool> {
        let folder = environment_folder(workshop);
        vec![
            Tool {
                name: "python3",
                found: first_line(python(), &["--version"]),
                need: Need::Required,
                install: INSTALL_PYTHON.into(),
            },
            Tool {
                name: "componentize-py",
                found: folder
                    .join(INSTALLED)
                    .is_file()
                    .then(|| folder.display().to_string()),
                need: Need::Required,
                install: "`sundial build` installs it at the first Python project".into(),
            },
        ]
    }

    fn template(&self) -> Result<&'static Embedded, Problem> {
        Ok(&PYTHON_TEMPLATE)
    }

    fn first_steps(&self, name: &TemplateName) -> Vec<String> {
        vec![
            "python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt".into(),
            ".venv/bin/pytest".into(),
            "sundial build .".into(),
            format!("sundial module push {}.component.wasm", name.kebab()),
        ]
    }
}

/// The last line that the build printed.
fn outcome(stdout: &[u8]) -> Option<Outcome> {
    let text = String::from_utf8_lossy(stdout);
    text.lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok())
}

/// Says which modules have a stand-in: the workflow must not use them.
fn tell_absent(workshop: &Workshop<'_>, absent: &BTreeMap<String, String>) {
    for (module, reason) in absent {
        workshop.printer.note(format!(
            "{module} is not in the component, so only activities can use it: {reason}"
        ));
    }
}

/// The interpreter that makes the environment.
fn python() -> PathBuf {
    std::env::var_os("SUNDIAL_PYTHON").map_or_else(|| "python3".into(), PathBuf::from)
}

fn environment_folder(workshop: &Workshop<'_>) -> PathBuf {
    let digest = sundial_sandbox::digest(tools());
    workshop.tools_folder(&format!("python-{}", &digest[..16]))
}

/// What the environment is made of.
fn tools() -> &'static [u8] {
    PYTHON_GUEST
        .file(TOOLS)
        .expect("the embedded folder lists its tools")
}

/// An environment with componentize-py: its interpreter. Made at the first build.
fn environment(workshop: &Workshop<'_>) -> Result<PathBuf, Problem> {
    let folder = environment_folder(workshop);
    let interpreter = folder.join("bin/python");
    if folder.join(INSTALLED).is_file() {
        return Ok(interpreter);
    }
    let _progress = workshop.printer.spinner("installing componentize-py, once");
    let _lock = locked(&folder.with_extension("lock"))?;
    // Another build may have made it while this one waited.
    if folder.join(INSTALLED).is_file() {
        return Ok(interpreter);
    }
    run(Command::new(python())
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    let list = folder.join("tools.txt");
    let written = |path: &Path| {
        fs::write(path, tools())
            .map_err(|error| Problem::new(format!("can't write {}: {error}", path.display())))
    };
    written(&list)?;
    run(Command::new(&interpreter)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .arg("--requirement")
        .arg(&list))?;
    written(&folder.join(INSTALLED))?;
    Ok(interpreter)
}

fn run(command: &mut Command) -> Result<(), Problem> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(&program, &error, INSTALL_PYTHON))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Problem::new(format!(
        "{program} could not make an environment with componentize-py:\n{}",
        String::from_utf8_lossy(&output.stderr).trim_end()
    ))
    .hint(INSTALL_PYTHON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_a_component_or_a_problem() {
        let built = outcome(b"noise\n{\"absent\": {\"ssl\": \"not there\"}}\n");
        let Some(Outcome::Built { absent }) = built else {
            panic!("{built:?}");
        };
        assert_eq!(absent["ssl"], "not there");
        let failed = outcome(b"{\"problem\": \"no workflow\", \"hint\": null}");
        assert!(matches!(failed, Some(Outcome::Failed { .. })), "{failed:?}");
        assert!(outcome(b"Traceback").is_none());
    }

    #[test]
    fn the_tools_are_pinned() {
        let text = String::from_utf8_lossy(tools());
        assert!(text.contains("componentize-py=="), "{text}");
    }
}
