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
    /// The language of the project; none where a file was given.
    fn language(&self) -> Result<Option<Language>, Problem> {
        if !self.path.is_dir() {
            return self.check_of_file().map(|()| None);
        }
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
        Ok(Some(language))
    }

    /// A file is built already, so flags that say how to build make no sense. One that is not there is told of when it is read.
    fn check_of_file(&self) -> Result<(), Problem> {
        let given = [
            ("--lang", self.lang.is_some()),
            ("--compiler", self.compiler.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) if self.path.is_file() => Err(Problem::new(format!(
                "{flag} is for the folder of a project, and {} is a file",
                self.path.display()
            ))
            .hint("leave it out, or give the folder")),
            _ => Ok(()),
        }
    }

    pub(crate) fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let language = self.language()?;
        let product = match language {
            Some(language) => language.driver().build(
                &self.path,
                &Workshop::new(settings, printer).with_compiler(self.compiler),
            )?,
            None => Product {
                wasm: read(&self.path)?,
                component_file: self.path.with_extension("component.wasm"),
            },
        };
        let component = component_of(product.wasm, &self.path, language)?;
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

/// The component in `wasm`, or the one that is made of it. `source` is what problems name, `language` what it was built of here.
fn component_of(
    wasm: Vec<u8>,
    source: &Path,
    language: Option<Language>,
) -> Result<Vec<u8>, Problem> {
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
        .hint(what_makes_a_component(language))
    })
}

fn what_makes_a_component(language: Option<Language>) -> String {
    match language {
        Some(Language::Rust) => {
            "a workflow crate in Rust has `crate-type = [\"cdylib\"]` and calls `export_workflow_module!`".to_owned()
        }
        Some(language @ (Language::Go | Language::Python | Language::TypeScript)) => {
            format!("compare the project with one that `sundial new` makes in {language}")
        }
        None => "a core module needs a workflow's exports and their description, which an SDK puts into it; \
                 of a project, give the folder instead"
            .to_owned(),
    }
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
    fn a_module_that_is_no_workflow_is_told_in_terms_of_its_language() {
        let hint = |language| {
            let empty = b"\0asm\x01\0\0\0".to_vec();
            let problem = component_of(empty, Path::new("order"), language);
            problem.expect_err("it exports nothing").hint
        };
        let speaks_of_rust = |language| hint(language).is_some_and(|hint| hint.contains("cdylib"));
        assert!(speaks_of_rust(Some(Language::Rust)));
        assert!(!speaks_of_rust(Some(Language::Go)) && !speaks_of_rust(None));
    }

    #[test]
    fn what_is_no_webassembly_is_refused_by_name() {
        let problem = component_of(b"hello".to_vec(), Path::new("a.txt"), None)
            .expect_err("this is no WebAssembly");
        assert_eq!(problem.what, "a.txt is not WebAssembly");
    }
}
