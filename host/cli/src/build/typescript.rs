//! TypeScript projects: Temporal's SDK and the author's workflows, bundled and loaded into a JavaScript engine before the component is
//! made.
//!
//! Bundling, checking and loading are the scripts of `guests/typescript/toolchain`, run by Node.js; their packages come from npm by
//! a pinned list, once for each version of it. What makes a component of the result is the sandbox's encoder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::{
    Driver, Embedded, Need, Product, TemplateName, Tool, Workshop, component_file,
    embedded::{TYPESCRIPT_TEMPLATE, TYPESCRIPT_TOOLCHAIN, WORKFLOW_WIT},
    tool::{locked, not_started},
};
use crate::{commands::server, problem::Problem};

/// What npm installs from, and what says that it is done.
const PACKAGE_LIST: &str = "package-lock.json";
const INSTALLED: &str = "node_modules/.package-lock.json";

const INSTALL_NODE: &str =
    "install Node.js 18.19 or later: https://nodejs.org, or `apt-get install nodejs npm`";

/// The driver of TypeScript.
#[derive(Debug)]
pub(super) struct TypeScript;

/// The last line that the build's script prints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    /// The core module.
    module: Option<PathBuf>,
    /// By the imported module that each takes the place of.
    #[serde(default)]
    stand_ins: BTreeMap<String, PathBuf>,
    /// What works otherwise than in Node.js.
    #[serde(default)]
    warnings: Vec<String>,
    /// Why there is no module, a sentence each, with file and line.
    #[serde(default)]
    problems: Vec<String>,
}

impl Driver for TypeScript {
    fn build(&self, folder: &Path, workshop: &Workshop<'_>) -> Result<Product, Problem> {
        let toolchain = installed(workshop)?;
        let wit = workshop.unpack(&WORKFLOW_WIT)?;
        // Beside the scripts, because Node.js looks for packages upwards.
        let output = tempfile::Builder::new()
            .prefix("build-")
            .tempdir_in(packages_folder(workshop))
            .map_err(|error| Problem::new(format!("can't make a folder to build in: {error}")))?;
        let progress = workshop
            .printer
            .spinner("bundling the workflows and loading them into the engine");
        let outcome = run_script(&toolchain, folder, &wit, output.path())?;
        drop(progress);
        product(folder, workshop, outcome)
    }

    fn tools(&self, workshop: &Workshop<'_>) -> Vec<Tool> {
        let packages = packages_folder(workshop);
        vec![
            Tool::on_path("node", "node", &["--version"], INSTALL_NODE),
            Tool::on_path("npm", "npm", &["--version"], INSTALL_NODE),
            Tool {
                name: "packages for TypeScript",
                found: packages
                    .join(INSTALLED)
                    .is_file()
                    .then(|| packages.display().to_string()),
                need: Need::Required,
                install: "`sundial build` installs them at the first TypeScript project".into(),
            },
        ]
    }

    fn template(&self) -> Result<&'static Embedded, Problem> {
        Ok(&TYPESCRIPT_TEMPLATE)
    }

    fn first_steps(&self, name: &TemplateName) -> Vec<String> {
        vec![
            "npm install".into(),
            "npm test".into(),
            "sundial build .".into(),
            format!("sundial module push {}.component.wasm", name.kebab()),
        ]
    }
}

/// What the files that a build left become, or why there are none.
fn product(folder: &Path, workshop: &Workshop<'_>, outcome: Outcome) -> Result<Product, Problem> {
    for warning in &outcome.warnings {
        workshop.printer.note(format!("warning: {warning}"));
    }
    let Some(module) = outcome.module else {
        return Err(Problem::new(format!(
            "{} can't be a component:\n{}",
            folder.display(),
            outcome.problems.join("\n")
        )));
    };
    let read = |path: &Path| {
        fs::read(path)
            .map_err(|error| Problem::new(format!("can't read {}: {error}", path.display())))
    };
    let stand_ins = outcome
        .stand_ins
        .iter()
        .map(|(name, path)| Ok((name.as_str(), read(path)?)))
        .collect::<Result<Vec<_>, Problem>>()?;
    let wasm = sundial_sandbox::encode_component_with(&read(&module)?, &stand_ins)
        .map_err(|error| Problem::new(server::chain(&error)))?;
    Ok(Product {
        wasm,
        component_file: component_file(folder),
    })
}

/// The folder that holds the packages of this pinned list.
fn packages_folder(workshop: &Workshop<'_>) -> PathBuf {
    let list = TYPESCRIPT_TOOLCHAIN
        .file(PACKAGE_LIST)
        .expect("the toolchain has a list of its packages");
    let digest = sundial_sandbox::digest(list);
    workshop.tools_folder(&format!("typescript-{}", &digest[..16]))
}

/// The folder of the scripts, with their packages beside it.
fn installed(workshop: &Workshop<'_>) -> Result<PathBuf, Problem> {
    let packages = packages_folder(workshop);
    // Below the packages' folder, because Node.js looks for packages upwards.
    let toolchain = TYPESCRIPT_TOOLCHAIN.unpack(&packages)?;
    if packages.join(INSTALLED).is_file() {
        return Ok(toolchain);
    }
    let _lock = locked(&packages.with_extension("lock"))?;
    // Another build may have installed them while this one waited.
    if packages.join(INSTALLED).is_file() {
        return Ok(toolchain);
    }
    let progress = workshop
        .printer
        .spinner("installing the packages that build TypeScript, once");
    for name in ["package.json", PACKAGE_LIST, "nothing/package.json"] {
        let contents = TYPESCRIPT_TOOLCHAIN
            .file(name)
            .expect("the toolchain names its packages");
        let path = packages.join(name);
        fs::create_dir_all(path.parent().expect("it lies in a folder"))
            .and_then(|()| fs::write(&path, contents))
            .map_err(|error| Problem::new(format!("can't write {}: {error}", path.display())))?;
    }
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&packages)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started("npm", &error, INSTALL_NODE))?;
    drop(progress);
    if !output.status.success() {
        return Err(Problem::new(format!(
            "npm could not install the packages that build TypeScript:\n{}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        ))
        .hint("they come from npm's registry: is it reachable, or set in ~/.npmrc?"));
    }
    Ok(toolchain)
}

/// Runs the build's script. What it prints besides its outcome goes to stderr.
fn run_script(
    toolchain: &Path,
    folder: &Path,
    wit: &Path,
    output: &Path,
) -> Result<Outcome, Problem> {
    let cache = toolchain
        .parent()
        .expect("the toolchain lies below its packages");
    let finished = Command::new("node")
        .arg(toolchain.join("build.mjs"))
        .args([folder, wit, cache, output])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started("node", &error, INSTALL_NODE))?;
    let text = String::from_utf8_lossy(&finished.stdout);
    let outcome = text
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok());
    outcome.ok_or_else(|| {
        Problem::new(format!(
            "the build of {} ended early: {}",
            folder.display(),
            finished.status
        ))
        .hint("what Node.js said is above; Node.js 18.19 or later is needed")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_a_module_or_problems() {
        let good: Outcome = serde_json::from_str(
            r#"{ "module": "m.wasm", "standIns": { "wasi:io/poll@0.2.10": "s.wasm" }, "warnings": ["w"] }"#,
        )
        .expect("it is well formed");
        assert_eq!(good.module.as_deref(), Some(Path::new("m.wasm")));
        assert_eq!(good.stand_ins.len(), 1);
        let bad: Outcome =
            serde_json::from_str(r#"{ "problems": ["a.ts:1: no"] }"#).expect("it is well formed");
        assert_eq!((bad.module, bad.problems.len()), (None, 1));
    }

    #[test]
    fn the_toolchain_pins_its_packages() {
        for name in [
            "package.json",
            PACKAGE_LIST,
            "nothing/package.json",
            "build.mjs",
            "runtime/guest.js",
        ] {
            assert!(TYPESCRIPT_TOOLCHAIN.file(name).is_some(), "{name}");
        }
    }
}
