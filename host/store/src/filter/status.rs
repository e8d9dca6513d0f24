//! Statuses by name and number, and sets of them.

use sundial_core::Archetype;

/// `temporal.api.enums.v1.WorkflowExecutionStatus` in its short form; the index is the number.
const NAMES: [&str; 9] = [
    "Unspecified",
    "Running",
    "Completed",
    "Failed",
    "Canceled",
    "Terminated",
    "ContinuedAsNew",
    "TimedOut",
    "Paused",
];

const LONG_NAMES: [&str; 9] = [
    "WORKFLOW_EXECUTION_STATUS_UNSPECIFIED",
    "WORKFLOW_EXECUTION_STATUS_RUNNING",
    "WORKFLOW_EXECUTION_STATUS_COMPLETED",
    "WORKFLOW_EXECUTION_STATUS_FAILED",
    "WORKFLOW_EXECUTION_STATUS_CANCELED",
    "WORKFLOW_EXECUTION_STATUS_TERMINATED",
    "WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW",
    "WORKFLOW_EXECUTION_STATUS_TIMED_OUT",
    "WORKFLOW_EXECUTION_STATUS_PAUSED",
];

/// The same of `temporal.api.enums.v1.ActivityExecutionStatus`.
const ACTIVITY_NAMES: [&str; 8] = [
    "Unspecified",
    "Running",
    "Completed",
    "Failed",
    "Canceled",
    "Terminated",
    "TimedOut",
    "Paused",
];

const LONG_ACTIVITY_NAMES: [&str; 8] = [
    "ACTIVITY_EXECUTION_STATUS_UNSPECIFIED",
    "ACTIVITY_EXECUTION_STATUS_RUNNING",
    "ACTIVITY_EXECUTION_STATUS_COMPLETED",
    "ACTIVITY_EXECUTION_STATUS_FAILED",
    "ACTIVITY_EXECUTION_STATUS_CANCELED",
    "ACTIVITY_EXECUTION_STATUS_TERMINATED",
    "ACTIVITY_EXECUTION_STATUS_TIMED_OUT",
    "ACTIVITY_EXECUTION_STATUS_PAUSED",
];

fn names(archetype: Archetype) -> &'static [&'static str] {
    match archetype {
        Archetype::Workflow => &NAMES,
        Archetype::Activity => &ACTIVITY_NAMES,
    }
}

fn long_names(archetype: Archetype) -> &'static [&'static str] {
    match archetype {
        Archetype::Workflow => &LONG_NAMES,
        Archetype::Activity => &LONG_ACTIVITY_NAMES,
    }
}

/// A set of statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusSet(u16);

impl StatusSet {
    /// No status.
    pub(crate) const NONE: Self = Self(0);
    /// Every status that a run can have.
    pub(crate) const ALL: Self = Self((1 << NAMES.len()) - 1);

    /// Whether a run may be stored with this status.
    pub(crate) fn knows(status: i32) -> bool {
        usize::try_from(status).is_ok_and(|status| status < NAMES.len())
    }

    /// The statuses whose name passes.
    pub(super) fn of_names(archetype: Archetype, passes: impl Fn(&str) -> bool) -> Self {
        let bits = names(archetype)
            .iter()
            .enumerate()
            .filter(|(_, name)| passes(name))
            .map(|(number, _)| 1 << number);
        Self(bits.fold(0, |set, bit: u16| set | bit))
    }

    /// What is in both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either.
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The numbers in the set, ascending.
    pub(crate) fn numbers(self) -> impl Iterator<Item = i32> {
        (0..16).filter(move |number| self.0 & (1 << number) != 0)
    }
}

pub(super) fn name_of_text(archetype: Archetype, text: &str) -> Option<&'static str> {
    let names = names(archetype);
    let number = names
        .iter()
        .chain(long_names(archetype))
        .position(|name| *name == text)?;
    names.get(number % names.len()).copied()
}

pub(super) fn name_of_number(archetype: Archetype, number: i64) -> Option<&'static str> {
    usize::try_from(number)
        .ok()
        .and_then(|number| names(archetype).get(number).copied())
}
