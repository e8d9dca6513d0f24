//! `sundial build`: from a Rust crate or a core module to a component that was loaded once.
//!
//! Compiling is cargo's work, encoding and inspecting the sandbox's: this file brings them together.

use std::{
    fmt, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::Args;
use serde::Serialize;
use sundial_sandbox::Sandbox;

use crate::{
    commands::{module::Definition, server},
    inspector::definitions,
    printer::Printer,
    problem::Problem,
    settings::{ByteSize, Settings},
};

const TARGET: &str = "wasm32-unknown-unknown";

/// Arguments of `sundial build`.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// Folder of a Rust crate, or a .wasm file (core module or component)
    path: PathBuf,
    /// Where to write the component [default: NAME.component.wasm beside the core module]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What was built.
#[derive(Debug, Serialize)]
struct Built {
    file: PathBuf,
    size: u64,
    digest: String,
    contract: String,
    imports: Vec<String>,
    workflows: Vec<Definition>,
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.file.display())?;
        writeln!(f, "  size       {}", ByteSize(self.size))?;
        writeln!(f, "  digest     {}", self.digest)?;
        writeln!(f, "  contract   {}", self.contract)?;
        writeln!(
            f,
            "  imports    {}",
            if self.imports.is_empty() {
                "none".into()
            } else {
                self.imports.join(", ")
            }
        )?;
        self.workflows
            .iter()
            .try_for_each(|workflow| writeln!(f, "  workflow   {workflow}"))
    }
}

impl Build {
    pub(crate) fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let source = match self.path.is_dir() {
            true => compile_crate(&self.path)?,
            false => self.path.clone(),
        };
        let bytes = read(&source)?;
        if !bytes.starts_with(b"\0asm") {
            return Err(
                Problem::new(format!("{} is not WebAssembly", source.display())).hint(
                    "give the folder of a Rust crate, or a .wasm file that another toolchain made",
                ),
            );
        }
        let component = if is_component(&bytes) {
            bytes
        } else {
            sundial_sandbox::encode_component(&bytes).map_err(|error| {
                Problem::new(format!("{} can't be made a component: {}", source.display(), server::chain(&error)))
                    .hint("a workflow crate has `crate-type = [\"cdylib\"]` and calls `export_workflow_module!`")
            })?
        };
        let inspection = Sandbox::inspect(&component)
            .map_err(|refusal| Problem::new(format!("{}: {refusal}", source.display())))?;
        let file = self
            .output
            .unwrap_or_else(|| source.with_extension("component.wasm"));
        write(&file, &component)?;

        let progress = printer.spinner("compiling the component to machine code");
        let module = server::sandbox(settings)?
            .load(&component)
            .map_err(|error| {
                Problem::new(format!("{}: {}", file.display(), server::chain(&error)))
            })?;
        drop(progress);
        printer.report(&Built {
            size: component.len() as u64,
            digest: inspection.digest,
            contract: inspection.contract.to_string(),
            imports: inspection.imports,
            workflows: definitions(&module).into_iter().map(Definition).collect(),
            file,
        });
        Ok(())
    }
}

/// Runs cargo and returns the core module that it made. Cargo's own progress goes to stderr.
fn compile_crate(folder: &Path) -> Result<PathBuf, Problem> {
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.canonicalize().map_err(|_| {
        Problem::new(format!("{} has no Cargo.toml", folder.display()))
            .hint("give the folder of a Rust crate, or a .wasm file that another toolchain made")
    })?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| {
            Problem::new(format!("can't run cargo: {error}"))
                .hint("Rust comes from https://rustup.rs")
        })?;
    let stdout = cargo.stdout.take().expect("stdout is piped");
    let mut modules = Vec::new();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        modules.extend(core_module(&line, &manifest));
    }
    let status = cargo
        .wait()
        .map_err(|error| Problem::new(format!("cargo did not end: {error}")))?;
    if !status.success() {
        return Err(
            Problem::new(format!("cargo could not build {}", folder.display())).hint(format!(
                "if it misses the crate `core` or `std`: rustup target add {TARGET}"
            )),
        );
    }
    // A workspace's folder may be written with `..` in it; people should get a path that they can read.
    let module = modules
        .pop()
        .map(|module| module.canonicalize().unwrap_or(module));
    module.ok_or_else(|| {
        Problem::new(format!("{} builds no WebAssembly module", folder.display()))
            .hint("its Cargo.toml needs [lib] crate-type = [\"cdylib\"]; of a workspace, name the folder of one crate")
    })
}

/// The .wasm file of a line of cargo's messages, if it is the dynamic library of our crate.
fn core_module(line: &str, manifest: &Path) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact"
        || message["manifest_path"].as_str().map(Path::new) != Some(manifest)
    {
        return None;
    }
    let files = message["filenames"]
        .as_array()?
        .iter()
        .filter_map(|file| file.as_str());
    files.map(PathBuf::from).find(|file| {
        file.extension()
            .is_some_and(|extension| extension == "wasm")
    })
}

/// A component's version field is 13 with layer 1; a core module's is 1 with layer 0.
fn is_component(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0asm") && bytes.get(6..8) == Some(&[1, 0])
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    fs::read(path).map_err(|error| Problem::new(format!("can't read {}: {error}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    fs::write(path, bytes)
        .map_err(|error| Problem::new(format!("can't write {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_module_of_the_named_crate_is_taken_from_cargo_s_messages() {
        let line = |manifest: &str, file: &str| {
            serde_json::json!({
                "reason": "compiler-artifact", "manifest_path": manifest, "filenames": [file]
            })
            .to_string()
        };
        let manifest = Path::new("/w/order/Cargo.toml");
        let found = core_module(&line("/w/order/Cargo.toml", "/t/order.wasm"), manifest);
        assert_eq!(found, Some(PathBuf::from("/t/order.wasm")));
        assert_eq!(
            core_module(&line("/w/other/Cargo.toml", "/t/other.wasm"), manifest),
            None
        );
        assert_eq!(
            core_module(&line("/w/order/Cargo.toml", "/t/order.rlib"), manifest),
            None
        );
        assert_eq!(core_module("not json", manifest), None);
    }

    #[test]
    fn a_component_is_told_from_a_core_module() {
        assert!(is_component(b"\0asm\x0d\0\x01\0"));
        assert!(!is_component(b"\0asm\x01\0\0\0"));
        assert!(!is_component(b"\0as"));
    }
}
