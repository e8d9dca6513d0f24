//! Everything that is printed: results on stdout, all else on stderr, as text or as JSON.
//!
//! No other file prints. Progress is drawn only on a terminal, and never in JSON mode.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::problem::Problem;

/// How often a spinner moves. Slower looks stuck.
const SPINNER_INTERVAL: Duration = Duration::from_millis(100);

/// Prints for one command.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    json: bool,
    progress: bool,
    color: bool,
}

impl Printer {
    /// A printer for this process's stdout and stderr.
    pub(crate) fn new(json: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        let color = terminal && std::env::var_os("NO_COLOR").is_none();
        Self {
            json,
            progress: terminal && !json,
            color,
        }
    }

    /// Prints a result: its JSON, or its text.
    pub(crate) fn report(&self, report: &(impl Serialize + fmt::Display)) {
        match (self.json, serde_json::to_string(report)) {
            (true, Ok(json)) => write_line(io::stdout(), &json),
            (true, Err(error)) => write_line(
                io::stderr(),
                &format!("a result can't be shown as JSON: {error}"),
            ),
            (false, _) => write_line(io::stdout(), report.to_string().trim_end_matches('\n')),
        }
    }

    /// Prints text that has no other form, such as a completion script.
    pub(crate) fn text(&self, text: &str) {
        write_line(io::stdout(), text.trim_end_matches('\n'));
    }

    /// Prints what the user may want to know besides the result.
    pub(crate) fn note(&self, note: impl fmt::Display) {
        if !self.json {
            write_line(io::stderr(), &note.to_string());
        }
    }

    /// Prints why a command failed, and gives the exit code for that.
    pub(crate) fn problem(&self, problem: &Problem) -> ExitCode {
        let text = if self.json {
            serde_json::json!({ "error": { "message": problem.what, "hint": problem.hint } })
                .to_string()
        } else {
            let (red, green, plain) = if self.color {
                ("\x1b[1;31m", "\x1b[32m", "\x1b[0m")
            } else {
                ("", "", "")
            };
            let hint = problem
                .hint
                .as_ref()
                .map(|hint| format!("\n{green}hint{plain}: {hint}"))
                .unwrap_or_default();
            format!("{red}error{plain}: {}{hint}", problem.what)
        };
        write_line(io::stderr(), &text);
        ExitCode::FAILURE
    }

    /// A bar for work whose length in bytes is known. It goes when it is dropped.
    pub(crate) fn bytes_bar(&self, label: &str, total_bytes: u64) -> Progress {
        if !self.progress {
            return Progress(ProgressBar::hidden());
        }
        let style =
            ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec}")
                .expect("the template is ours")
                .progress_chars("=> ");
        Progress(
            ProgressBar::new(total_bytes)
                .with_style(style)
                .with_message(label.to_owned()),
        )
    }

    /// A spinner for work whose length is not known. It goes when it is dropped.
    pub(crate) fn spinner(&self, label: &str) -> Progress {
        if !self.progress {
            return Progress(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
            .expect("the template is ours");
        let bar = ProgressBar::new_spinner()
            .with_style(style)
            .with_message(label.to_owned());
        bar.enable_steady_tick(SPINNER_INTERVAL);
        Progress(bar)
    }
}

/// Work in progress.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Moves the bar on.
    pub(crate) fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Rows under a header, in columns as wide as they must be.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new(header: &[&str]) -> Self {
        Self {
            rows: vec![header.iter().map(|title| title.to_uppercase()).collect()],
        }
    }

    /// Adds a row. Line breaks in a cell become spaces.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(
            cells
                .into_iter()
                .map(|cell| cell.replace(['\n', '\r'], " "))
                .collect(),
        );
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A reader that left, such as `head`, is no reason to complain.
fn write_line(mut stream: impl Write, line: &str) {
    let _ = writeln!(stream, "{line}");
    let _ = stream.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_as_wide_as_its_widest_cells_and_has_no_trailing_spaces() {
        let mut table = Table::new(&["id", "type"]);
        table.row(["a".to_owned(), "Order".to_owned()]);
        table.row(["longer".to_owned(), "two\nlines".to_owned()]);
        assert_eq!(
            table.to_string(),
            "ID      TYPE\na       Order\nlonger  two lines\n"
        );
    }
}
