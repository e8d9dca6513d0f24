//! What the tasks need besides cargo: Rust's WebAssembly target, a Python environment, packages of npm, Go, and Temporal's CLI.
//! Made once and kept.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    checkout::Checkout,
    console,
    process::{self, command},
};

/// The version of Temporal's CLI that the tests are written for.
const TEMPORAL_CLI: &str = "github.com/temporalio/cli/cmd/temporal@v1.5.1";

/// What Rust guests are compiled for.
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Adds Rust's WebAssembly target where it is missing: rustup takes the targets of rust-toolchain.toml only for a toolchain that it
/// installs, not for one that is there already.
pub(crate) fn wasm_target(checkout: &Checkout) -> Result<()> {
    let sysroot = process::output(command("rustc", &checkout.root).args(["--print", "sysroot"]))?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    if sysroot.join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    console::detail(format!("adding Rust's target {WASM_TARGET}"));
    process::run(command("rustup", &checkout.root).args(["target", "add", WASM_TARGET]))
}

/// A Python environment with what tests/requirements.txt names. Returns its interpreter.
pub(crate) fn python(checkout: &Checkout) -> Result<PathBuf> {
    let requirements = checkout.root.join("tests/requirements.txt");
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("can't read {}", requirements.display()))?;
    let folder = checkout.cache.join("venv");
    let interpreter = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    let is_ready = fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted)
        && process::output(command(&interpreter, &checkout.root).arg("--version"))
            .is_ok_and(|o| o.status.success());
    if is_ready {
        return Ok(interpreter);
    }
    let python =
        env::var_os("SUNDIAL_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let check = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = process::output(command(&python, &checkout.root).args(["-c", check]));
    if !found.is_ok_and(|output| output.status.success()) {
        bail!(
            "{} is not Python 3.10 or later; name another with SUNDIAL_PYTHON",
            python.display()
        );
    }
    console::detail(format!(
        "making a Python environment in {}",
        folder.display()
    ));
    process::run(
        command(&python, &checkout.root)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    process::run(
        command(&interpreter, &checkout.root)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(&requirements),
    )?;
    fs::write(&stamp, wanted)?;
    Ok(interpreter)
}

/// The packages of the TypeScript toolchain, beside its scripts, as its list pins them. Returns the folder.
pub(crate) fn typescript(checkout: &Checkout) -> Result<PathBuf> {
    let folder = checkout.root.join("guests/typescript/toolchain");
    let wanted = fs::read_to_string(folder.join("package-lock.json"))
        .context("guests/typescript has no list of its packages")?;
    let stamp = folder.join("node_modules/.sundial-installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    console::detail("installing the packages of the TypeScript toolchain");
    let mut npm = command("npm", &folder);
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    process::run(&mut npm).context("TypeScript guests need Node.js 18.19 or later, with npm")?;
    fs::write(&stamp, wanted)?;
    Ok(folder)
}

/// Temporal's own CLI, built by Go.
pub(crate) fn temporal_cli(checkout: &Checkout) -> Result<PathBuf> {
    let (_, version) = TEMPORAL_CLI
        .split_once('@')
        .context("the version is pinned")?;
    let folder = checkout
        .cache
        .join("tools")
        .join(format!("temporal-{version}"));
    let binary = folder.join("temporal");
    if !is_executable(&binary) {
        console::detail(format!(
            "building Temporal's CLI {version} (some minutes, once)"
        ));
        let mut go = command("go", &checkout.root);
        go.args(["install", TEMPORAL_CLI]).env("GOBIN", &folder);
        process::run(&mut go).context("the tests with Temporal's CLI need Go 1.25 or later")?;
    }
    Ok(binary)
}

fn is_executable(path: &Path) -> bool {
    process::output(command(path, Path::new("/")).arg("--version"))
        .is_ok_and(|output| output.status.success())
}
