//! `sundial build`: from a project in some language, or a core module, to a component that was loaded once.
//!
//! Compiling is the work of the language's driver in `crate::build`, encoding and inspecting the sandbox's: this file brings them
//! together.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use sundial_sandbox::Sandbox;

use crate::{
    build::{Compiler, Language, Product, Workshop},
    commands::{module::Definition, server},
    inspector::definitions,
    printer::Printer,
    problem::Problem,
    settings::{ByteSize, Settings},
};

/// Arguments of `sundial build`.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// Folder of a workflow project, or a .wasm file (core module or component)
    path: PathBuf,
    /// Where to write the component [default: NAME.component.wasm beside what was built]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The project's language [default: what its files say]
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// The compiler of a Go project [default: TinyGo if it is there, else Go]
    #[arg(long, value_name = "COMPILER")]
    compiler: Option<Compiler>,
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
    fn language(&self) -> Result<Language, Problem> {
        let language = match self.lang {
            Some(language) => language,
            None => Language::of_folder(&self.path)?,
        };
        if self.compiler.is_some() && language != Language::Go {
            return Err(Problem::new(format!(
                "--compiler is for projects in Go, and {} is in {language}",
                self.path.display()
            ))
            .hint("leave it out"));
        }
        Ok(language)
    }

    pub(crate) fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let product = match self.path.is_dir() {
            true => self.language()?.driver().build(
                &self.path,
                &Workshop::new(settings, printer).with_compiler(self.compiler),
            )?,
            false => Product {
                wasm: read(&self.path)?,
                component_file: self.path.with_extension("component.wasm"),
            },
        };
        let component = component_of(product.wasm, &self.path)?;
        let inspection = Sandbox::inspect(&component)
            .map_err(|refusal| Problem::new(format!("{}: {refusal}", self.path.display())))?;
        let file = self.output.unwrap_or(product.component_file);
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

/// The component in `wasm`, or the one that is made of it. `source` is what problems name.
fn component_of(wasm: Vec<u8>, source: &Path) -> Result<Vec<u8>, Problem> {
    if !wasm.starts_with(b"\0asm") {
        return Err(
            Problem::new(format!("{} is not WebAssembly", source.display())).hint(
                "give the folder of a workflow project, or a .wasm file that another toolchain made",
            ),
        );
    }
    if is_component(&wasm) {
        return Ok(wasm);
    }
    sundial_sandbox::encode_component(&wasm).map_err(|error| {
        Problem::new(format!(
            "{} can't be made a component: {}",
            source.display(),
            server::chain(&error)
        ))
        .hint("a workflow crate in Rust has `crate-type = [\"cdylib\"]` and calls `export_workflow_module!`")
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
    fn a_component_is_told_from_a_core_module() {
        assert!(is_component(b"\0asm\x0d\0\x01\0"));
        assert!(!is_component(b"\0asm\x01\0\0\0"));
        assert!(!is_component(b"\0as"));
    }

    #[test]
    fn what_is_no_webassembly_is_refused_by_name() {
        let problem = component_of(b"hello".to_vec(), Path::new("a.txt"))
            .expect_err("this is no WebAssembly");
        assert_eq!(problem.what, "a.txt is not WebAssembly");
    }
}
