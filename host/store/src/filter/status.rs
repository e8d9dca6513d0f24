//! Workflow statuses by name and number, and sets of them.

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
    pub(super) fn of_names(passes: impl Fn(&str) -> bool) -> Self {
        let bits = NAMES
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

pub(super) fn name_of_text(text: &str) -> Option<&'static str> {
    let number = NAMES
        .iter()
        .position(|name| *name == text)
        .or_else(|| LONG_NAMES.iter().position(|name| *name == text));
    number.map(|number| NAMES[number])
}

pub(super) fn name_of_number(number: i64) -> Option<&'static str> {
    usize::try_from(number)
        .ok()
        .and_then(|number| NAMES.get(number).copied())
}
