//! The steps of `cargo verify`, in the order in which they run: what is quick to fail comes first.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Result;

use super::counts::Counts;
use crate::{
    checkout::Checkout,
    console::{self, detail},
    demo::cargo_build,
    process::{self, command},
    sundial::build_component,
    toolchains,
};

/// One step.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// Steps without which it can't run.
    pub(super) needs: &'static [&'static str],
    pub(super) run: fn(&Checkout) -> Result<Counts>,
}

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        needs: &[],
        run: format,
    },
    Step {
        name: "build",
        about: "everything compiles",
        needs: &[],
        run: build,
    },
    Step {
        name: "lints",
        about: "no warnings",
        needs: &[],
        run: lints,
    },
    Step {
        name: "unit",
        about: "tests beside the code",
        needs: &[],
        run: unit,
    },
    Step {
        name: "guests",
        about: "the example workflows become components",
        needs: &["build"],
        run: guests,
    },
    Step {
        name: "python",
        about: "black box: Temporal's Python SDK and CLI",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, "conformance"),
    },
    Step {
        name: "go",
        about: "black box: Temporal's Go SDK",
        needs: &["build"],
        run: go,
    },
    Step {
        name: "sandbox",
        about: "black box: guests and uploads that are wrong",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, "sandbox"),
    },
    Step {
        name: "refusals",
        about: "black box: what a workflow does not get, in each language",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, "refusals"),
    },
    Step {
        name: "reliability",
        about: "black box: kill -9 under load",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, "reliability"),
    },
];

fn format(checkout: &Checkout) -> Result<Counts> {
    let host = succeeds(command("cargo", &checkout.root).args(["fmt", "--all", "--check"]))?;
    let guests = checkout.root.join("guests/rust");
    Ok(host.and(succeeds(
        command("cargo", &guests).args(["fmt", "--all", "--check"]),
    )?))
}

fn build(checkout: &Checkout) -> Result<Counts> {
    succeeds(&mut cargo_build(checkout))
}

fn lints(checkout: &Checkout) -> Result<Counts> {
    succeeds(command("cargo", &checkout.root).args([
        "clippy",
        "--release",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn unit(checkout: &Checkout) -> Result<Counts> {
    let mut cargo = command("cargo", &checkout.root);
    // A snapshot that differs must fail, not be written anew.
    cargo
        .args([
            "test",
            "--release",
            "--workspace",
            "--locked",
            "--no-fail-fast",
        ])
        .env("INSTA_UPDATE", "no");
    count(&mut cargo, Counts::of_cargo, |_| true)
}

fn guests(checkout: &Checkout) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut examples: Vec<PathBuf> = fs::read_dir(checkout.root.join("guests/rust/examples"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            fs::read_to_string(path.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.contains("cdylib"))
        })
        .collect();
    examples.sort();
    for example in examples {
        let name = example
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let component = checkout.components().join(format!("{name}.component.wasm"));
        let built = build_component(
            &checkout.sundial(),
            &example,
            &checkout.guests_target(),
            &component,
        );
        match &built {
            Ok(built) => detail(format!("{name}: {} bytes", built["size"])),
            Err(error) => console::error(&format!("{name}: {error:#}")),
        }
        counts = counts.and(Counts::of_one(built.is_ok()));
    }
    Ok(counts.given(true))
}

fn pytest(checkout: &Checkout, suite: &str) -> Result<Counts> {
    let python = toolchains::python(checkout)?;
    let mut pytest = command(python, &checkout.root.join("tests"));
    pytest.args(["-m", "pytest", suite]);
    with_binaries(&mut pytest, checkout)?;
    count(&mut pytest, Counts::of_pytest, |_| true)
}

fn go(checkout: &Checkout) -> Result<Counts> {
    let mut go = command("go", &checkout.root.join("tests/conformance/go"));
    go.args(["test", "-v", "-count=1", "./..."]);
    with_binaries(&mut go, checkout)?;
    count(&mut go, Counts::of_go, |line| {
        !line.trim_start().starts_with("=== ")
    })
}

/// Tells black-box tests where to find what they drive.
fn with_binaries(tests: &mut Command, checkout: &Checkout) -> Result<()> {
    tests
        .env("SUNDIAL_BINARY", checkout.sundial())
        .env("SUNDIAL_COMPONENTS", checkout.components())
        // Tests that build guests share what the step `guests` built.
        .env("CARGO_TARGET_DIR", checkout.guests_target())
        .env("TEMPORAL_BINARY", toolchains::temporal_cli(checkout)?);
    Ok(())
}

fn succeeds(command: &mut Command) -> Result<Counts> {
    Ok(Counts::of_one(
        process::run(command)
            .map_err(|error| console::error(&format!("{error:#}")))
            .is_ok(),
    ))
}

/// Runs tests, shows what they print, and adds up what it says.
fn count(
    command: &mut Command,
    read: fn(&str) -> Counts,
    show: fn(&str) -> bool,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let succeeded = process::run_reading(command, |line| {
        counts = counts.and(read(line));
        if show(line) {
            console::line(line);
        }
    })?;
    Ok(counts.given(succeeded))
}
