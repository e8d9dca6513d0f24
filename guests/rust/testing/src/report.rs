//! What became of a run, as `sundial test --json` reports it.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// A run that has ended, or waits for something that nothing will bring.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    /// How it stands.
    pub status: Status,
    /// What it returned.
    #[serde(default)]
    pub result: Option<Value>,
    /// Why it failed, or why its code did: `message`, `kind`, `type`, `details`, `cause`.
    #[serde(default)]
    pub failure: Option<Value>,
    /// The workflow's own time from start to end.
    #[serde(rename = "took_ms", deserialize_with = "milliseconds")]
    pub took: Duration,
    /// What it asked for, and its children with it, in order.
    pub commands: Vec<Command>,
    /// What came of signals, updates and queries.
    #[serde(default)]
    pub visits: Vec<Visit>,
    /// Flags for what it asked for and is not mocked.
    #[serde(default)]
    pub missing_mocks: Vec<String>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It returned.
    Completed,
    /// It failed.
    Failed,
    /// It heeded a cancellation.
    Cancelled,
    /// A time-out ended it.
    TimedOut,
    /// It was terminated.
    Terminated,
    /// It is open, and waits for something that nothing will bring.
    Waiting,
    /// Its code panicked or was refused: a server would try it again.
    TaskFailed,
}

/// One command.
#[derive(Clone, Debug, Deserialize)]
pub struct Command {
    /// The workflow's time from the start to the command.
    #[serde(rename = "at_ms", deserialize_with = "milliseconds")]
    pub at: Duration,
    /// Who gave it.
    pub workflow_id: String,
    /// `schedule_activity`, `start_timer`, `start_child`, `complete`, ..
    #[serde(rename = "command")]
    pub kind: String,
    /// Everything else that belongs to its kind, such as `activity`, `input`, `duration_ms`.
    #[serde(flatten)]
    pub fields: serde_json::Map<String, Value>,
}

/// A signal, update, query or cancellation.
#[derive(Clone, Debug, Deserialize)]
pub struct Visit {
    /// `signal`, `update`, `query`, `cancel`.
    #[serde(rename = "visit")]
    pub kind: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// `{"result": ..}` or `{"failure": ..}`; a signal that was delivered has none.
    #[serde(default)]
    pub outcome: Option<Value>,
}

impl Run {
    pub(crate) fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// What the workflow returned.
    ///
    /// # Panics
    ///
    /// If it did not complete, saying what it did instead, or if the result is of another type.
    #[must_use]
    pub fn result<T: DeserializeOwned>(&self) -> T {
        let Some(result) = &self.result else {
            panic!(
                "the workflow did not complete: {:?} {} {}",
                self.status,
                self.failure.clone().unwrap_or_default(),
                self.missing_mocks.join(" ")
            );
        };
        read(result)
    }

    /// The inputs with which an activity was scheduled, one list for each time.
    #[must_use]
    pub fn activity_inputs(&self, activity: &str) -> Vec<Value> {
        self.commands
            .iter()
            .filter(|command| {
                command.kind == "schedule_activity" && command.fields["activity"] == activity
            })
            .map(|command| command.fields["input"].clone())
            .collect()
    }

    /// The lengths of the timers that were started.
    #[must_use]
    pub fn timers(&self) -> Vec<Duration> {
        self.commands
            .iter()
            .filter(|command| command.kind == "start_timer")
            .filter_map(|command| command.fields["duration_ms"].as_u64())
            .map(Duration::from_millis)
            .collect()
    }

    /// What an update or a query of this name answered, the first of them.
    ///
    /// # Panics
    ///
    /// If there was none, or if it failed, saying why.
    #[must_use]
    pub fn answer<T: DeserializeOwned>(&self, name: &str) -> T {
        let visit = self.visits.iter().find(|visit| visit.name == name);
        let outcome = visit.and_then(|visit| visit.outcome.as_ref());
        match outcome.and_then(|outcome| outcome.get("result")) {
            Some(result) => read(result),
            None => panic!("{name} was not answered: {outcome:?}"),
        }
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("{value} is of another type: {error}"))
}

fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_millis)
}
