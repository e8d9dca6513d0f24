//! What is printed: how the workflow ended, and everything that it asked for on the way.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{
    perform::Visited,
    timeline::{Command, Entry, Outcome},
    visit::VisitKind,
};
use crate::problem::Problem;

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
            ([], Status::Waiting) => problem.hint(
                "send it a signal or an update: --signal NAME=JSON@TIME, --update NAME=JSON@TIME",
            ),
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
        let has_children = self
            .commands
            .iter()
            .any(|entry| entry.workflow_id != self.workflow_id);
        let lines: Vec<[String; 3]> = self
            .commands
            .iter()
            .map(|entry| {
                let (command, mut what) = words(&entry.command);
                if has_children {
                    what = format!("{}: {what}", entry.workflow_id);
                }
                [length(entry.at_ms), command.to_owned(), what]
            })
            .collect();
        let width = |column: usize| lines.iter().map(|line| line[column].len()).max();
        let (at_width, command_width) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
        for (entry, [at, command, what]) in self.commands.iter().zip(&lines) {
            let line = format!("{at:at_width$}  {command:command_width$}  {what}");
            writeln!(f, "{}", line.trim_end())?;
            // What ends by itself in time needs no line of its own.
            if let Some(ended) = entry.outcome.as_ref().filter(|ended| !is_done(ended)) {
                writeln!(f, "{:at_width$}    {}", "", outcome(ended))?;
            }
        }
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
            let name = match visit.name.as_str() {
                "" => String::new(),
                name => format!(" {name}"),
            };
            match &visit.outcome {
                Some(ended) => writeln!(f, "{kind}{name} {at}: {}", outcome(ended))?,
                None => writeln!(f, "{kind}{name} {at}")?,
            }
        }
        if let Some(result) = &self.result {
            writeln!(f, "result {result}")?;
        }
        writeln!(f, "took   {}", length(self.took_ms))
    }
}

fn is_done(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Result(Value::Null))
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Result(Value::Null) => "done".to_owned(),
        Outcome::Result(value) => format!("returned {value}"),
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
        Command::ScheduleLocalActivity {
            activity, attempt, ..
        } => (
            "schedule local activity",
            match attempt {
                0 | 1 => activity.clone(),
                attempt => format!("{activity} (attempt {attempt})"),
            },
        ),
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
    fn each_command_is_told_with_its_outcome() {
        let entry = |at_ms, command, outcome| Entry {
            at_ms,
            workflow_id: "w".into(),
            command,
            outcome,
        };
        let activity = Command::ScheduleActivity {
            activity: "charge".into(),
            activity_id: "1".into(),
            task_queue: "q".into(),
            input: vec![serde_json::json!({ "cents": 5 })],
        };
        let timer = Command::StartTimer {
            timer_id: "2".into(),
            duration_ms: 7_200_000,
        };
        let failure =
            serde_json::json!({ "message": "activity failed", "cause": { "message": "no funds" } });
        let report = Report {
            workflow: "Order".into(),
            workflow_id: "w".into(),
            status: Status::Failed,
            result: None,
            failure: Some(failure.clone()),
            took_ms: 7_200_001,
            commands: vec![
                entry(0, timer, Some(Outcome::Result(Value::Null))),
                entry(7_200_000, activity, Some(Outcome::Failure(failure.clone()))),
                entry(7_200_001, Command::Fail { failure }, None),
            ],
            visits: Vec::new(),
            missing_mocks: Vec::new(),
        };
        insta::assert_snapshot!(report, @r#"
        0s        start timer        2h
        2h        schedule activity  charge {"cents":5}
                    failed: activity failed: no funds
        2h0.001s  fail               activity failed: no funds
        took   2h0.001s
        "#);
        let problem = report.problem().expect("it failed");
        assert_eq!(
            problem.what,
            "workflow Order failed: activity failed: no funds"
        );
    }

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
