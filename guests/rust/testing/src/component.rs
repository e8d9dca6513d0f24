//! A component under test: built once a process, whatever number of tests ask for it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use crate::workflow::Workflow;

/// What was built by this process, by the folder of its source.
static BUILT: Mutex<Option<HashMap<PathBuf, PathBuf>>> = Mutex::new(None);

/// A workflow component in a file.
#[derive(Clone, Debug)]
pub struct Component {
    file: PathBuf,
}

impl Component {
    /// Builds the workflow crate in this folder by `sundial build`.
    ///
    /// # Panics
    ///
    /// If there is no `sundial`, or if the crate can't be built; the message is the compiler's.
    #[must_use]
    pub fn build(folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref();
        let folder = folder
            .canonicalize()
            .unwrap_or_else(|error| panic!("there is no folder {}: {error}", folder.display()));
        // Held while building: cargo would let the second build wait anyhow.
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let built = built.get_or_insert_default();
        if let Some(file) = built.get(&folder) {
            return Self { file: file.clone() };
        }
        let mut build = sundial();
        build.arg("build").arg(&folder).arg("--json");
        // Those are for the build of the test; a component has a compiler's command line of its own.
        build
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        let output = output(&mut build);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let Some(file) = report["file"].as_str() else {
            panic!(
                "{} can't be built:\n{}",
                folder.display(),
                String::from_utf8_lossy(&output.stderr)
            );
        };
        let file = PathBuf::from(file);
        built.insert(folder, file.clone());
        Self { file }
    }

    /// A component that was built before.
    #[must_use]
    pub fn file(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }

    /// A run of one of its workflow types.
    #[must_use]
    pub fn workflow(&self, workflow_type: &str) -> Workflow {
        let mut command = sundial();
        command
            .arg("test")
            .arg(&self.file)
            .args(["--json", "--workflow", workflow_type]);
        Workflow::new(command)
    }
}

fn sundial() -> Command {
    Command::new(std::env::var_os("SUNDIAL_BINARY").unwrap_or_else(|| "sundial".into()))
}

/// Runs a command to its end.
pub(crate) fn output(command: &mut Command) -> std::process::Output {
    command.output().unwrap_or_else(|error| {
        panic!(
            "can't run {}: {error}; install sundial, or name it in SUNDIAL_BINARY",
            command.get_program().to_string_lossy()
        )
    })
}
