//! From a folder of source to WebAssembly: one driver per language, all behind one trait.
//!
//! It finds out which language a folder is written in and what each driver can do. Encoding, inspecting and printing are
//! `commands/build.rs`; what a driver does with its toolchain is its own file.

mod embedded;
mod go;
mod python;
mod rust;
mod tool;
mod typescript;
mod workshop;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use serde::Serialize;

pub(crate) use embedded::{Embedded, TemplateName};
pub(crate) use go::Compiler;
pub(crate) use tool::{Need, Tool};
pub(crate) use workshop::Workshop;

use crate::problem::Problem;

/// A language that workflows are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    Rust,
    Go,
    Python,
    #[value(name = "typescript")]
    TypeScript,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Go => "Go",
            Self::Python => "Python",
            Self::TypeScript => "TypeScript",
        })
    }
}

/// What is known of one language.
pub(crate) trait Driver {
    /// Runs the language's toolchain on a folder. What it prints goes to stderr.
    ///
    /// The same source must give the same bytes, wherever the folder lies.
    fn build(&self, folder: &Path, workshop: &Workshop<'_>) -> Result<Product, Problem>;

    /// The tools that [`Driver::build`] runs, looked for on this machine. Nothing is installed or changed.
    fn tools(&self, workshop: &Workshop<'_>) -> Vec<Tool>;

    /// The project that `sundial new` makes: see [`Embedded::write_project`].
    fn template(&self) -> Result<&'static Embedded, Problem>;

    /// What to do with a new project, a command a line, as seen from inside of its folder.
    fn first_steps(&self, name: &TemplateName) -> Vec<String>;
}

/// What a driver made.
#[derive(Debug)]
pub(crate) struct Product {
    /// A core module with its world in a custom section, or a component.
    pub(crate) wasm: Vec<u8>,
    /// Where the component goes unless the user says otherwise. The module is named after it.
    pub(crate) component_file: PathBuf,
}

impl Language {
    /// All of them, in the order in which they are shown.
    pub(crate) const ALL: [Self; 4] = [Self::Rust, Self::Go, Self::Python, Self::TypeScript];

    /// What is known of it.
    pub(crate) fn driver(self) -> &'static dyn Driver {
        match self {
            Self::Rust => &rust::Rust,
            Self::Go => &go::Go,
            Self::Python => &python::Python,
            Self::TypeScript => &typescript::TypeScript,
        }
    }

    /// The files that say of a folder that it is a project in this language.
    fn manifests(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["Cargo.toml"],
            Self::Go => &["go.mod"],
            Self::Python => &["pyproject.toml"],
            Self::TypeScript => &["package.json"],
        }
    }

    /// The language of a folder. A manifest decides; without one, a list of requirements or Python files do, which other projects
    /// may have besides.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self, Problem> {
        let found: Vec<_> = Self::ALL
            .into_iter()
            .filter_map(|language| {
                let manifest = language
                    .manifests()
                    .iter()
                    .find(|manifest| folder.join(manifest).is_file())?;
                Some((language, *manifest))
            })
            .collect();
        match found.as_slice() {
            [(language, _)] => Ok(*language),
            [] if has_python_files(folder) => Ok(Self::Python),
            [] => Err(Problem::new(format!(
                "{} is no project that can be built: it has no Cargo.toml, go.mod, pyproject.toml, requirements.txt, .py file or \
                 package.json",
                folder.display()
            ))
            .hint("name the folder of one workflow project, or a .wasm file; `sundial new` makes a project")),
            several => {
                let kinds: Vec<_> = several
                    .iter()
                    .map(|(language, manifest)| format!("{language} ({manifest})"))
                    .collect();
                Err(Problem::new(format!(
                    "{} may be {}",
                    folder.display(),
                    kinds.join(" or ")
                ))
                .hint("say which with --lang"))
            }
        }
    }
}

/// `NAME.component.wasm` in the project's folder, which is where its author looks. What seems an extension of the folder is part of
/// its name.
fn component_file(folder: &Path) -> PathBuf {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = absolute.file_name().map_or_else(
        || "workflow".into(),
        |name| name.to_string_lossy().into_owned(),
    );
    folder.join(format!("{name}.component.wasm"))
}

fn has_python_files(folder: &Path) -> bool {
    if folder.join("requirements.txt").is_file() {
        return true;
    }
    let Ok(entries) = folder.read_dir() else {
        return false;
    };
    entries.filter_map(Result::ok).any(|entry| {
        Path::new(&entry.file_name())
            .extension()
            .is_some_and(|extension| extension == "py")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(files: &[&str]) -> Result<Language, String> {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            std::fs::write(folder.path().join(file), "").expect("the folder can be written");
        }
        Language::of_folder(folder.path()).map_err(|problem| {
            problem
                .what
                .replace(&folder.path().display().to_string(), "FOLDER")
        })
    }

    #[test]
    fn a_component_is_named_after_its_project() {
        let check = |folder: &str, file: &str| {
            assert_eq!(component_file(Path::new(folder)), Path::new(file));
        };
        check("/nowhere/order", "/nowhere/order/order.component.wasm");
        check(
            "/nowhere/order.v2",
            "/nowhere/order.v2/order.v2.component.wasm",
        );
        check("/", "/workflow.component.wasm");
    }

    #[test]
    fn a_manifest_names_the_language() {
        assert_eq!(language(&["Cargo.toml"]), Ok(Language::Rust));
        assert_eq!(language(&["go.mod", "go.sum"]), Ok(Language::Go));
        assert_eq!(language(&["pyproject.toml"]), Ok(Language::Python));
        assert_eq!(language(&["package.json"]), Ok(Language::TypeScript));
    }

    #[test]
    fn python_files_count_only_where_no_manifest_speaks() {
        assert_eq!(language(&["requirements.txt"]), Ok(Language::Python));
        assert_eq!(language(&["workflows.py"]), Ok(Language::Python));
        assert_eq!(language(&["worker.py", "Cargo.toml"]), Ok(Language::Rust));
        assert_eq!(language(&["requirements.txt", "go.mod"]), Ok(Language::Go));
    }

    #[test]
    fn two_manifests_are_a_question_to_the_user() {
        assert_eq!(
            language(&["package.json", "pyproject.toml"]),
            Err("FOLDER may be Python (pyproject.toml) or TypeScript (package.json)".into())
        );
        let nothing = language(&["README.md"]).expect_err("this is no project");
        assert!(nothing.starts_with("FOLDER is no project"), "{nothing}");
    }
}
