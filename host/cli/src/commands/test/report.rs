//! What is printed: how the workflow ended, and everything that it asked for on the way.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{
    perform::Visited,
    timeline::{Command, Entry, Outcome},
    visit::VisitKind,
};
use crate::{printer::Table, problem::Problem};

/// The result of a test.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) workflow: String,
    pub(super) workflow_id: String,
    pub(super) status: Status,
    /// What it returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Value>,
    /// Why it failed, or why its workflow task did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<Value>,
    /// Milliseconds of workflow time from start to end.
    pub(super) took_ms: u64,
    pub(super) commands: Vec<Entry>,
    /// Signals, updates, queries and cancellations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) visits: Vec<Visited>,
    /// Flags for what was asked for and is not mocked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) missing_mocks: Vec<String>,
}

/// How the workflow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Completed,
    Failed,
    Cancelled,
    TimedOut,
    Terminated,
    /// It is open, and waits for something that nobody will send.
    Waiting,
    /// Its code failed in a way that a server would try again.
    TaskFailed,
}

impl Report {
    /// Why the test is no success, if it is none.
    pub(super) fn problem(&self) -> Option<Problem> {
        let said = |value: Option<&Value>| {
            value
                .and_then(|failure| failure.get("message"))
                .and_then(Value::as_str)
                .unwrap_or("no reason given")
                .to_owned()
        };
        let what = match self.status {
            Status::Completed => return None,
            Status::Failed => format!("failed: {}", causes(self.failure.as_ref())),
            Status::Cancelled => "was cancelled".to_owned(),
            Status::TimedOut => "timed out".to_owned(),
            Status::Terminated => "was terminated".to_owned(),
            Status::Waiting => "waits for something that nothing will bring".to_owned(),
            Status::TaskFailed => {
                format!("failed a workflow task: {}", said(self.failure.as_ref()))
            }
        };
        let problem = Problem::new(format!("workflow {} {what}", self.workflow));
        Some(match (self.missing_mocks.as_slice(), self.status) {
            ([], Status::Waiting) => problem
                .hint("send it a signal or an update: --signal NAME=JSON@TIME, --update NAME=JSON@TIME"),
            ([], _) => problem,
            (missing, _) => problem.hint(format!("give {}", missing.join(" "))),
        })
    }
}

/// A failure with its causes, in one line.
fn causes(failure: Option<&Value>) -> String {
    let mut words = Vec::new();
    let mut next = failure;
    while let Some(failure) = next {
        if let Some(message) = failure.get("message").and_then(Value::as_str) {
            words.push(message.to_owned());
        }
        next = failure.get("cause");
    }
    words.join(": ")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["at", "command", "what", "outcome"]);
        let has_children = self
            .commands
            .iter()
            .any(|entry| entry.workflow_id != self.workflow_id);
        for entry in &self.commands {
            let (command, mut what) = words(&entry.command);
            if has_children {
                what = format!("{}: {what}", entry.workflow_id);
            }
            let outcome = entry.outcome.as_ref().map(outcome).unwrap_or_default();
            table.row([length(entry.at_ms), command.to_owned(), what, outcome]);
        }
        write!(f, "{table}")?;
        for visit in &self.visits {
            let at = visit
                .at_ms
                .map_or("at the end".to_owned(), |at| format!("at {}", length(at)));
            let kind = match visit.visit {
                VisitKind::Signal => "signal",
                VisitKind::Update => "update",
                VisitKind::Query => "query",
                VisitKind::Cancel => "cancel",
            };
            let outcome = visit.outcome.as_ref().map(outcome).unwrap_or_default();
            writeln!(f, "{}", format!("{kind} {} {at}: {outcome}", visit.name).trim_end_matches(": "))?;
        }
        if let Some(result) = &self.result {
            writeln!(f, "result  {result}")?;
        }
        writeln!(f, "took    {}", length(self.took_ms))
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Result(Value::Null) => "done".to_owned(),
        Outcome::Result(value) => value.to_string(),
        Outcome::Failure(failure) => format!("failed: {}", causes(Some(failure))),
    }
}

fn words(command: &Command) -> (&'static str, String) {
    let call = |name: &str, input: &[Value]| {
        let input: Vec<String> = input.iter().map(Value::to_string).collect();
        format!("{name} {}", input.join(", "))
    };
    match command {
        Command::ScheduleActivity {
            activity, input, ..
        } => ("schedule activity", call(activity, input)),
        Command::CancelActivity { activity_id } => ("cancel activity", activity_id.clone()),
        Command::StartTimer { duration_ms, .. } => ("start timer", length(*duration_ms)),
        Command::CancelTimer { timer_id } => ("cancel timer", timer_id.clone()),
        Command::StartChild {
            workflow, input, ..
        } => ("start child", call(workflow, input)),
        Command::SignalWorkflow {
            signal,
            target_id,
            input,
        } => (
            "signal workflow",
            format!("{target_id} {}", call(signal, input)),
        ),
        Command::CancelWorkflow { target_id } => ("cancel workflow", target_id.clone()),
        Command::RecordMarker { marker } => ("record marker", marker.clone()),
        Command::UpsertSearchAttributes { attributes } => {
            ("upsert search attributes", attributes.to_string())
        }
        Command::UpsertMemo { memo } => ("upsert memo", memo.to_string()),
        Command::ContinueAsNew {
            workflow, input, ..
        } => ("continue as new", call(workflow, input)),
        Command::Complete { result } => ("complete", result.to_string()),
        Command::Fail { failure } => ("fail", causes(Some(failure))),
        Command::Cancel => ("cancel", String::new()),
    }
}

/// 90061001 as 1d1h1m1.001s.
fn length(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    let mut text = String::new();
    for (unit, size, most) in [("d", 86_400, u64::MAX), ("h", 3_600, 24), ("m", 60, 60)] {
        let count = (seconds / size) % most;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    match (seconds % 60, rest) {
        (0, 0) if !text.is_empty() => text,
        (seconds, 0) => format!("{text}{seconds}s"),
        (seconds, rest) => format!("{text}{seconds}.{rest:03}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_they_are_read() {
        for (milliseconds, text) in [
            (0, "0s"),
            (5, "0.005s"),
            (1_500, "1.500s"),
            (7_200_000, "2h"),
            (90_061_001, "1d1h1m1.001s"),
            (31_536_000_000, "365d"),
        ] {
            assert_eq!(length(milliseconds), text);
        }
    }
}
