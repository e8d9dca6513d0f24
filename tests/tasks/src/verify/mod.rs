//! `cargo verify`: every check, one step after another. A step that fails does not stop those that don't need it.

mod counts;
mod steps;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{checkout::Checkout, console, interrupt};
use counts::Counts;
use steps::STEPS;

/// What came of a step.
struct Outcome {
    name: &'static str,
    counts: Counts,
    took: Duration,
}

/// Prints the steps.
pub(crate) fn list() -> Result<()> {
    for step in STEPS {
        console::line(format!("{:<12} {}", step.name, step.about));
    }
    Ok(())
}

/// Runs all steps, or one with those that it needs.
pub(crate) fn run(only: Option<&str>) -> Result<ExitCode> {
    let checkout = Checkout::find()?;
    let mut wanted: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    if let Some(name) = only {
        let Some(step) = STEPS.iter().find(|step| step.name == name) else {
            bail!("there is no step `{name}`; `cargo verify --list` shows them");
        };
        wanted.retain(|other| *other == name || step.needs.contains(other));
    }

    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in STEPS.iter().filter(|step| wanted.contains(&step.name)) {
        interrupt::check()?;
        let missing = outcomes
            .iter()
            .find(|outcome| step.needs.contains(&outcome.name) && outcome.counts.failed > 0);
        console::line(format!("\n==> {}: {}", step.name, step.about));
        let start = Instant::now();
        let counts = match missing {
            Some(outcome) => {
                console::detail(format!(
                    "not run: it needs the step {}, which failed",
                    outcome.name
                ));
                Counts {
                    passed: 0,
                    failed: 1,
                }
            }
            None => (step.run)(&checkout).unwrap_or_else(|error| {
                console::error(&format!("{error:#}"));
                Counts {
                    passed: 0,
                    failed: 1,
                }
            }),
        };
        outcomes.push(Outcome {
            name: step.name,
            counts,
            took: start.elapsed(),
        });
    }
    interrupt::check()?;
    Ok(tell(&outcomes))
}

/// The table of steps, how to run again what failed, and the summary as the last line.
fn tell(outcomes: &[Outcome]) -> ExitCode {
    console::line("");
    for Outcome { name, counts, took } in outcomes {
        let verdict = if counts.failed == 0 { "ok" } else { "FAILED" };
        let Counts { passed, failed } = counts;
        let took = console::elapsed(*took);
        console::line(format!(
            "{verdict:<7} {name:<12} {passed:>5} passed {failed:>4} failed   {took}"
        ));
    }
    for Outcome { name, .. } in outcomes.iter().filter(|outcome| outcome.counts.failed > 0) {
        console::line(format!("run it alone: cargo verify --only {name}"));
    }
    let total = outcomes
        .iter()
        .fold(Counts::default(), |sum, outcome| sum.and(outcome.counts));
    console::line(format!("{} passed, {} failed", total.passed, total.failed));
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
