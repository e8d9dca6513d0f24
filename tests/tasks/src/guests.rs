//! The languages of workflows, and their examples: which there are, and how each becomes a component.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{checkout::Checkout, sundial::build_component, tinygo, toolchains};

/// One way to make a component: a language, and the compiler where there are two.
pub(crate) struct Language {
    /// Names the components that it makes.
    pub(crate) name: &'static str,
    /// Its folder in `guests`.
    folder: &'static str,
    /// What `sundial build` is given besides the example's folder.
    options: &'static [&'static str],
    /// The file that makes a folder of examples one that can be built, and what must stand in it.
    manifest: (&'static str, &'static str),
    /// Makes sure that its compiler is there.
    toolchain: fn(&Checkout) -> Result<()>,
}

pub(crate) const RUST: Language = Language {
    name: "rust",
    folder: "rust",
    options: &[],
    // The crates beside them declare activities.
    manifest: ("Cargo.toml", "cdylib"),
    toolchain: toolchains::wasm_target,
};

pub(crate) const PYTHON: Language = Language {
    name: "python",
    folder: "python",
    options: &[],
    manifest: ("pyproject.toml", "temporalio"),
    // `sundial build` makes its own environment from any Python.
    toolchain: |checkout| toolchains::python(checkout).map(drop),
};

pub(crate) const GO: Language = Language {
    name: "go",
    folder: "go",
    options: &["--compiler", "go"],
    manifest: ("go.mod", "go.temporal.io/sdk"),
    toolchain: |_| Ok(()),
};

pub(crate) const TYPESCRIPT: Language = Language {
    name: "typescript",
    folder: "typescript",
    options: &[],
    manifest: ("package.json", "@temporalio/workflow"),
    // `sundial build` installs what it needs itself.
    toolchain: |_| Ok(()),
};

/// The same sources by the other compiler, which is not on every machine.
const TINYGO: Language = Language {
    name: "tinygo",
    options: &["--compiler", "tinygo"],
    toolchain: tinygo::make,
    ..GO
};

/// All that every machine can compile.
const LANGUAGES: &[Language] = &[RUST, PYTHON, GO, TYPESCRIPT];

/// All that this machine can compile.
pub(crate) fn languages(checkout: &Checkout) -> Vec<&'static Language> {
    let mut languages: Vec<_> = LANGUAGES.iter().collect();
    if tinygo::is_possible(checkout) {
        languages.push(&TINYGO);
    }
    languages
}

impl Language {
    /// The names of its examples, in order.
    pub(crate) fn examples(&self, checkout: &Checkout) -> Result<Vec<String>> {
        let (manifest, word) = self.manifest;
        let mut names: Vec<String> = fs::read_dir(self.folder(checkout))
            .with_context(|| format!("guests/{} has no examples", self.folder))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                fs::read_to_string(path.join(manifest)).is_ok_and(|text| text.contains(word))
            })
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        Ok(names)
    }

    /// Where the component of an example is put.
    pub(crate) fn component(&self, checkout: &Checkout, example: &str) -> PathBuf {
        checkout
            .components()
            .join(format!("{}-{example}.wasm", self.name))
    }

    /// Makes the component of an example: what `sundial build` says of it.
    pub(crate) fn build(&self, checkout: &Checkout, example: &str) -> Result<Value> {
        (self.toolchain)(checkout)?;
        build_component(
            &checkout.sundial(),
            &self.folder(checkout).join(example),
            self.options,
            &checkout.guests_target(),
            &self.component(checkout, example),
        )
    }

    fn folder(&self, checkout: &Checkout) -> PathBuf {
        checkout
            .root
            .join(Path::new("guests"))
            .join(self.folder)
            .join("examples")
    }
}
