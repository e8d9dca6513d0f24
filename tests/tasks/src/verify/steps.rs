//! The steps of `cargo verify`, in the order in which they run: what is quick to fail comes first.

use std::{env, path::PathBuf, process::Command};

use anyhow::Result;

use super::counts::Counts;
use crate::{
    checkout::Checkout,
    console::{self, detail},
    demo::cargo_build,
    guests::{PYTHON, TYPESCRIPT, languages},
    postgres::{self, Postgres},
    process::{self, command},
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
        name: "go-guests",
        about: "the SDK for Go, its check of workflow code, and the examples' own tests",
        needs: &[],
        run: go_guests,
    },
    Step {
        name: "typescript",
        about: "the toolchain and runtime of TypeScript guests, by Node's test runner",
        needs: &[],
        run: typescript,
    },
    Step {
        name: "guests",
        about: "the example workflows become components",
        needs: &["build"],
        run: guests,
    },
    Step {
        name: "determinism",
        about: "the same history gives the same memory, in each language",
        needs: &["build", "guests"],
        run: determinism,
    },
    Step {
        name: "templates",
        about: "code that is made from another component's is what the compiler makes",
        needs: &["build", "guests"],
        run: templates,
    },
    Step {
        name: "guest-tests",
        about: "the examples, tested as authors test workflows",
        needs: &["build", "guests"],
        run: guest_tests,
    },
    Step {
        name: "python",
        about: "black box: Temporal's Python SDK and CLI",
        needs: &["build", "guests"],
        run: |checkout| {
            pytest(
                checkout,
                &["conformance", "--ignore", "conformance/compare"],
            )
        },
    },
    Step {
        name: "compare",
        about: "black box: the same programs on Temporal's server and on ours, on each database",
        needs: &["build"],
        run: compare,
    },
    Step {
        name: "ui",
        about: "black box: the pages of Temporal's Web UI server, in Chromium",
        needs: &["build"],
        run: |checkout| pytest(checkout, &["ui"]),
    },
    Step {
        name: "postgres",
        about: "black box: Temporal's Python SDK, the server on PostgreSQL",
        needs: &["build"],
        run: on_postgres,
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
        run: |checkout| pytest(checkout, &["sandbox"]),
    },
    Step {
        name: "languages",
        about: "black box: the same workflows in every language",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, &["guests"]),
    },
    Step {
        name: "reliability",
        about: "black box: kill -9 under load",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, &["reliability"]),
    },
    Step {
        name: "deploy",
        about: "what is in deploy/, and its processes side by side",
        needs: &["build", "guests"],
        run: |checkout| pytest(checkout, &["deploy"]),
    },
];

/// Folders below `guests/go`.
const GO_MODULES: &[&str] = &[
    "sdk",
    "check",
    "examples/order",
    "examples/saga",
    "examples/account",
    "examples/fan-out",
    "examples/best-practices",
];

fn format(checkout: &Checkout) -> Result<Counts> {
    let host = succeeds(command("cargo", &checkout.root).args(["fmt", "--all", "--check"]))?;
    let guests = checkout.root.join("guests/rust");
    Ok(host.and(succeeds(
        command("cargo", &guests).args(["fmt", "--all", "--check"]),
    )?))
}

fn build(checkout: &Checkout) -> Result<Counts> {
    // Tests beside the code compile guests too.
    toolchains::wasm_target(checkout)?;
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
    let postgres = Postgres::start()?;
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
        .env("INSTA_UPDATE", "no")
        .env(postgres::VARIABLE, postgres.address());
    count(&mut cargo, Counts::of_cargo, |_| true)
}

fn typescript(checkout: &Checkout) -> Result<Counts> {
    toolchains::typescript(checkout)?;
    let mut node = command("node", &checkout.root.join("guests/typescript/test"));
    node.args([
        "--test",
        "--test-reporter=tap",
        "context.test.mjs",
        "build.test.mjs",
        "guest.test.mjs",
    ])
    .env(
        "SUNDIAL_TYPESCRIPT_CACHE",
        checkout.cache.join("typescript-engine"),
    );
    count(&mut node, Counts::of_node, |line| {
        line.starts_with("not ok ") || line.starts_with("# ")
    })
}

fn guests(checkout: &Checkout) -> Result<Counts> {
    let mut counts = Counts::default();
    for language in languages(checkout) {
        for name in language.examples(checkout)? {
            let built = language.build(checkout, &name);
            match &built {
                Ok(built) => detail(format!("{} {name}: {} bytes", language.name, built["size"])),
                Err(error) => console::error(&format!("{} {name}: {error:#}", language.name)),
            }
            counts = counts.and(Counts::of_one(built.is_ok()));
        }
    }
    Ok(counts.given(true))
}

/// Each language's saga is replayed a hundred times in each of two processes. The step `unit` plays the test guests alone.
fn determinism(checkout: &Checkout) -> Result<Counts> {
    let languages = languages(checkout);
    let sagas = languages
        .iter()
        .map(|language| language.component(checkout, "saga"));
    on_components(checkout, "determinism", "SUNDIAL_TEST_COMPONENTS", sagas)
}

/// Two components of each language that has an interpreter. The step `unit` does so with a test guest alone.
fn templates(checkout: &Checkout) -> Result<Counts> {
    let siblings = [PYTHON, TYPESCRIPT].into_iter().flat_map(|language| {
        ["order", "saga"].map(|example| language.component(checkout, example))
    });
    on_components(checkout, "templates", "SUNDIAL_TEST_SIBLINGS", siblings)
}

/// Runs one file of the sandbox's tests, with components that it finds in a variable.
fn on_components(
    checkout: &Checkout,
    test: &str,
    variable: &str,
    components: impl Iterator<Item = PathBuf>,
) -> Result<Counts> {
    let mut cargo = command("cargo", &checkout.root);
    // The whole workspace, so that nothing is compiled anew with other features.
    cargo
        .args(["test", "--release", "--workspace", "--locked"])
        .args(["--test", test])
        .env(variable, env::join_paths(components)?);
    count(&mut cargo, Counts::of_cargo, |_| true)
}

/// The tests build the examples again, which finds everything compiled.
fn guest_tests(checkout: &Checkout) -> Result<Counts> {
    let mut cargo = command("cargo", &checkout.root.join("guests/rust"));
    cargo
        .args([
            "test",
            "--release",
            "--locked",
            "--package",
            "sundial-testing",
        ])
        .env("SUNDIAL_BINARY", checkout.sundial())
        .env("CARGO_TARGET_DIR", checkout.guests_target());
    count(&mut cargo, Counts::of_cargo, |_| true)
}

fn pytest(checkout: &Checkout, arguments: &[&str]) -> Result<Counts> {
    let mut pytest = pytest_command(checkout, arguments)?;
    count(&mut pytest, Counts::of_pytest, |_| true)
}

/// Our server takes part twice, on each of its databases.
fn compare(checkout: &Checkout) -> Result<Counts> {
    let postgres = Postgres::start()?;
    let mut pytest = pytest_command(checkout, &["conformance/compare"])?;
    pytest.env(postgres::VARIABLE, postgres.address());
    count(&mut pytest, Counts::of_pytest, |_| true)
}

/// The suite of the Python SDK once more, each server on a schema of its own.
fn on_postgres(checkout: &Checkout) -> Result<Counts> {
    let postgres = Postgres::start()?;
    let mut pytest = pytest_command(checkout, &["conformance/python"])?;
    pytest
        .env(postgres::VARIABLE, postgres.address())
        .env("SUNDIAL_TEST_DATABASE", "postgres");
    count(&mut pytest, Counts::of_pytest, |_| true)
}

fn pytest_command(checkout: &Checkout, arguments: &[&str]) -> Result<Command> {
    let python = toolchains::python(checkout)?;
    let mut pytest = command(python, &checkout.root.join("tests"));
    pytest.args(["-m", "pytest"]).args(arguments);
    with_binaries(&mut pytest, checkout)?;
    Ok(pytest)
}

fn go(checkout: &Checkout) -> Result<Counts> {
    let mut go = command("go", &checkout.root.join("tests/conformance/go"));
    go.args(["test", "-v", "-count=1", "./..."]);
    with_binaries(&mut go, checkout)?;
    count(&mut go, Counts::of_go, |line| {
        !line.trim_start().starts_with("=== ")
    })
}

/// The modules below `guests/go` that have tests, by ordinary `go test`.
fn go_guests(checkout: &Checkout) -> Result<Counts> {
    let mut counts = Counts::default();
    for module in GO_MODULES {
        let mut go = command("go", &checkout.root.join("guests/go").join(module));
        go.args(["test", "-v", "-count=1", "./..."]);
        counts = counts.and(count(&mut go, Counts::of_go, |line| {
            !line.trim_start().starts_with("=== ")
        })?);
    }
    Ok(counts)
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
