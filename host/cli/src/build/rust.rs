//! Rust crates: cargo makes the core module.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    Driver, Embedded, Need, Product, TemplateName, Tool, Workshop,
    embedded::RUST_TEMPLATE,
    tool::{first_line, not_started},
};
use crate::problem::Problem;

const TARGET: &str = "wasm32-unknown-unknown";

/// Where the toolchain comes from.
const INSTALL_RUST: &str = "Rust comes from https://rustup.rs";

/// The driver of Rust.
#[derive(Debug)]
pub(super) struct Rust;

impl Driver for Rust {
    fn build(&self, folder: &Path, _workshop: &Workshop<'_>) -> Result<Product, Problem> {
        let module = compile(folder)?;
        let wasm = fs::read(&module)
            .map_err(|error| Problem::new(format!("can't read {}: {error}", module.display())))?;
        Ok(Product {
            wasm,
            component_file: module.with_extension("component.wasm"),
        })
    }

    fn tools(&self, _workshop: &Workshop<'_>) -> Vec<Tool> {
        let library = first_line("rustc", &["--print", "target-libdir", "--target", TARGET]);
        vec![
            Tool::on_path("cargo", "cargo", &["--version"], INSTALL_RUST),
            Tool {
                name: TARGET,
                found: library
                    .filter(|folder| Path::new(folder).is_dir())
                    .map(|_| "is there".to_owned()),
                need: Need::Required,
                install: format!("rustup target add {TARGET}"),
            },
        ]
    }

    fn template(&self) -> Result<&'static Embedded, Problem> {
        Ok(&RUST_TEMPLATE)
    }

    fn first_steps(&self, name: &TemplateName) -> Vec<String> {
        vec![
            "cargo test --workspace".to_owned(),
            format!("sundial build . -o {}.wasm", name.kebab()),
        ]
    }
}

/// Runs cargo and returns the core module that it made. Cargo's own progress goes to stderr.
fn compile(folder: &Path) -> Result<PathBuf, Problem> {
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
        .map_err(|error| not_started("cargo", &error, INSTALL_RUST))?;
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
                "if it misses the crate `core` or `std`: rustup target add {TARGET}; if a crate misses a source of randomness or a \
                 clock (getrandom, rand, uuid): a workflow has none of its own; use ctx.random(), ctx.uuid4() and \
                 ctx.workflow_time(), which come from history"
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
}
