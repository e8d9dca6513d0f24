//! `cargo bench-all`: builds what is measured and runs the benchmark. What it measures, and how, is that crate's.

use anyhow::Result;

use crate::{
    checkout::Checkout,
    demo::cargo_build,
    process::{self, command},
    sundial::build_component,
    toolchains,
};

/// Hands the arguments on to the benchmark.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let checkout = Checkout::find()?;
    process::run(&mut cargo_build(&checkout))?;
    // The worker host is measured with it: one workflow type without activities, one with one.
    let component = checkout.components().join("hello-world.component.wasm");
    build_component(
        &checkout.sundial(),
        &checkout.example("hello-world"),
        &checkout.guests_target(),
        &component,
    )?;
    let mut bench = command(
        checkout.target.join("release/sundial-bench"),
        &checkout.root,
    );
    bench
        .arg("--component")
        .arg(&component)
        .args(arguments)
        .env("SUNDIAL_BINARY", checkout.sundial())
        .env("TEMPORAL_BINARY", toolchains::temporal_cli(&checkout)?);
    process::run(&mut bench)
}
