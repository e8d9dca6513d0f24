//! Lists and counts of runs.

use sundial_core::{NamespaceId, RunKey, Visibility};

/// Which runs to list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// Temporal's list filter; empty for all runs.
    pub filter: String,
    /// The most rows to give; at least 1.
    pub page_size: usize,
    /// Empty for the first page, else what the last page gave.
    pub page_token: Vec<u8>,
}

/// One page of a list, in Temporal's order: open runs first, then the latest close time; equals by the latest start time,
/// then the newest run. A run that closes while pages are read may be seen twice, as with Temporal; none is missed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListPage {
    /// The runs.
    pub runs: Vec<ListedRun>,
    /// Empty when there are no more.
    pub next_page_token: Vec<u8>,
}

/// A run as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedRun {
    /// The run.
    pub key: RunKey,
    /// What is shown.
    pub visibility: Visibility,
}

/// How many runs pass a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunCount {
    /// All of them.
    pub total: i64,
    /// One entry per group if the filter ends in GROUP BY ExecutionStatus, else none.
    pub groups: Vec<CountGroup>,
}

/// The runs of one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountGroup {
    /// `temporal.api.enums.v1.WorkflowExecutionStatus`.
    pub status: i32,
    /// How many there are.
    pub count: i64,
}
