//! `cargo bench-all`: builds what is measured and runs the benchmarks. What they measure, and how, is theirs to say.

use std::time::Instant;

use anyhow::Result;

use crate::{
    checkout::Checkout,
    console,
    demo::cargo_build,
    guests::{RUST, languages},
    postgres::{self, Postgres},
    process::{self, command},
    toolchains,
};

/// Hands the arguments on to the benchmark.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let checkout = Checkout::find()?;
    process::run(&mut cargo_build(&checkout))?;
    // The worker host is measured with it: one workflow type without activities, one with one.
    RUST.build(&checkout, "hello-world")?;
    let postgres = match postgres::is_installed() {
        true => Some(Postgres::start()?),
        false => {
            console::line("PostgreSQL 15 or later is not installed: measuring without it");
            None
        }
    };
    let mut bench = command(
        checkout.target.join("release/sundial-bench"),
        &checkout.root,
    );
    bench
        .arg("--component")
        .arg(RUST.component(&checkout, "hello-world"))
        .args(arguments)
        .env("SUNDIAL_BINARY", checkout.sundial())
        .env("TEMPORAL_BINARY", toolchains::temporal_cli(&checkout)?);
    if let Some(postgres) = &postgres {
        bench
            .env("SUNDIAL_BENCH_POSTGRES", postgres.address())
            .env("SUNDIAL_BENCH_POSTGRES_PID", postgres.pid().to_string());
    }
    process::run(&mut bench)
}

/// What workflows cost in each language: to build, to compile, to start, to activate, to keep.
pub(crate) fn guests() -> Result<()> {
    let checkout = Checkout::find()?;
    process::run(&mut cargo_build(&checkout))?;
    // Of the whole workspace, so that nothing is compiled anew with other features.
    process::run(cargo_build(&checkout).args(["--example", "measure_guests"]))?;
    let measuring = checkout.target.join("release/examples/measure_guests");
    let mut measure = command(measuring, &checkout.root);
    for language in languages(&checkout) {
        for example in ["saga", "account"] {
            let began = Instant::now();
            let built = language.build(&checkout, example)?;
            console::line(format!(
                "{} {example}: built in {:.1} s, {} bytes",
                language.name,
                began.elapsed().as_secs_f64(),
                built["size"]
            ));
        }
        measure.arg(format!(
            "{}={},{}",
            language.name,
            language.component(&checkout, "account").display(),
            language.component(&checkout, "saga").display()
        ));
    }
    process::run(&mut measure)
}
