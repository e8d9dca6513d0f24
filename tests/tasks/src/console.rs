//! What the tasks print: steps with the time that they took.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::interrupt;

/// A line of its own.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
    let _ = stdout().flush();
}

/// A line that belongs to the step that runs.
pub(crate) fn detail(text: impl Display) {
    for text in text.to_string().lines() {
        line(format!("      {text}"));
    }
}

/// Why the task failed.
pub(crate) fn error(text: &str) {
    let _ = writeln!(stderr(), "error: {text}");
}

/// Seconds with one decimal, milliseconds below one.
pub(crate) fn elapsed(duration: Duration) -> String {
    match duration.as_secs() {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{:.1} s", duration.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Announces steps, numbers them, and says how long each took.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    count: usize,
}

impl Steps {
    /// Runs one step. It does not run if the task was interrupted before.
    pub(crate) fn run<T>(&mut self, title: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        interrupt::check()?;
        self.count += 1;
        line(format!("{:>3}. {title}", self.count));
        let start = Instant::now();
        let outcome = step();
        interrupt::check()?;
        if outcome.is_ok() {
            detail(format!("({})", elapsed(start.elapsed())));
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_the_unit_that_fits() {
        let shown = [5, 1_250, 75_000].map(|ms| elapsed(Duration::from_millis(ms)));
        assert_eq!(shown, ["5 ms", "1.2 s", "1 min 15 s"]);
    }
}
