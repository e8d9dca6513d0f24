//! Figures by server: kept in the order in which they came, printed side by side with ratios.

use std::{fmt::Write, time::Duration};

use serde::Serialize;

/// What Sundial aims at, at most, on two cores of a small machine.
const AIMS: [(&str, f64); 10] = [
    ("start-up, s", 0.3),
    ("idle memory, MB", 60.0),
    ("unloaded: start to result p50, ms", 10.0),
    ("1 activities: server CPU s per 1,000", 0.7),
    ("1 activities: database CPU s per 1,000", 0.5),
    ("10 activities: server CPU s per 1,000", 3.0),
    ("one run of 1000 activities: s", 5.0),
    ("backlog: memory growth, MB", 100.0),
    ("sleeping: memory of each, KB", 1.0),
    ("worker host, 2 tasks: CPU s per 1,000", 2.0),
];

/// Everything that was measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    columns: Vec<Column>,
}

/// The figures of one server.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    server: String,
    figures: Vec<(String, f64)>,
}

impl Report {
    pub(crate) fn column(&mut self, server: &str) -> &mut Column {
        self.columns.push(Column {
            server: server.into(),
            figures: Vec::new(),
        });
        self.columns.last_mut().expect("one was pushed")
    }

    /// One row a figure, one column a server; how many times the first server's figure the others' are.
    pub(crate) fn table(&self) -> String {
        let Some((first, others)) = self.columns.split_first() else {
            return String::new();
        };
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.columns.iter().flat_map(|column| &column.figures) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        let width = names
            .iter()
            .map(|name| name.len())
            .max()
            .unwrap_or_default();
        let mut table = format!("{:width$}  {:>12}  {:>6}", "", first.server, "aim");
        for other in others {
            let _ = write!(table, "  {:>16}  {:>7}", other.server, "ratio");
        }
        for name in names {
            let aim = AIMS.iter().find(|(aimed, _)| *aimed == name);
            let aim = aim.map(|(_, most)| short(*most)).unwrap_or_default();
            let own = first.figure(name);
            let shown = own.map(short).unwrap_or_default();
            let _ = write!(table, "\n{name:width$}  {shown:>12}  {aim:>6}");
            for other in others {
                let theirs = other.figure(name);
                let ratio = own
                    .filter(|own| *own != 0.0)
                    .zip(theirs)
                    .map(|(own, theirs)| format!("{:.2}", theirs / own))
                    .unwrap_or_default();
                let shown = theirs.map(short).unwrap_or_default();
                let _ = write!(table, "  {shown:>16}  {ratio:>7}");
            }
        }
        table
    }
}

impl Column {
    /// A figure that could not be taken is left out.
    pub(crate) fn put(&mut self, name: impl Into<String>, figure: Option<f64>) {
        if let Some(figure) = figure {
            let name = name.into();
            crate::printer::note(&format!("  {name}: {}", short(figure)));
            self.figures.push((name, figure));
        }
    }

    fn figure(&self, name: &str) -> Option<f64> {
        self.figures
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, figure)| *figure)
    }
}

/// Three digits, as far as that makes sense.
fn short(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// How long things took.
#[derive(Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The latency that this share of all stays within.
    pub(crate) fn percentile_ms(&self, share: f64) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let last = sorted.len().checked_sub(1)?;
        let index = ((sorted.len() as f64 * share) as usize).min(last);
        Some(sorted[index].as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_side_by_side_with_ratios() {
        let mut report = Report::default();
        report.column("ours").put("speed", Some(200.0));
        report.column("theirs").put("speed", Some(50.0));
        let table = report.table();
        let row = table.lines().last().expect("a row");
        assert_eq!(
            row.split_whitespace().collect::<Vec<_>>(),
            ["speed", "200", "50.0", "0.25"]
        );
    }

    #[test]
    fn a_figure_that_only_another_server_has_is_shown() {
        let mut report = Report::default();
        report.column("ours").put("speed", Some(200.0));
        report.column("theirs").put("database CPU", Some(3.0));
        let table = report.table();
        let row = table.lines().last().expect("a row");
        assert_eq!(
            row.split_whitespace().collect::<Vec<_>>(),
            ["database", "CPU", "3.00"]
        );
    }

    #[test]
    fn percentiles_of_nothing_are_nothing() {
        assert_eq!(Latencies::default().percentile_ms(0.5), None);
        let mut latencies = Latencies::default();
        (1..=100).for_each(|ms| latencies.add(Duration::from_millis(ms)));
        assert_eq!(latencies.percentile_ms(0.99), Some(100.0));
        assert_eq!(latencies.percentile_ms(0.50), Some(51.0));
    }
}
