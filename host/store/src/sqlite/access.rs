//! Which way the runs of a filter are found. SQLite would have to guess; we know what each index is for.

use super::where_clause::Sql;
use crate::filter::{Check, Comparison, Condition, Filter, StatusSet, TextColumn};

/// How the rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// A few rows, found by this index (or what SQLite chooses), sorted afterwards.
    Few(&'static str),
    /// Like `Few`, unless there turn out to be many.
    MaybeFew(&'static str),
    /// One ordered scan of this index per status, merged.
    PerStatus(&'static str),
}

const BY_STATUS: Access = Access::PerStatus("INDEXED BY runs_by_status");

impl Access {
    pub(super) fn of(filter: &Filter) -> Self {
        let required = filter
            .condition
            .as_ref()
            .map_or(&[][..], Condition::required);
        required
            .iter()
            .filter_map(Self::through)
            .min_by_key(|access| access.rank())
            .unwrap_or(BY_STATUS)
    }

    /// If a condition that every run meets leads to an index.
    fn through(condition: &Condition) -> Option<Self> {
        let Condition::Text(column, check) = condition else {
            return None;
        };
        let exact = matches!(
            check,
            Check::Compare(Comparison::Equal, _) | Check::OneOf(_)
        );
        let narrow = exact || matches!(check, Check::StartsWith(_) | Check::Between(..));
        match column {
            TextColumn::RunId if exact => Some(Self::Few("INDEXED BY runs_by_run_id")),
            TextColumn::WorkflowId if narrow => {
                Some(Self::MaybeFew("INDEXED BY runs_by_workflow_id"))
            }
            TextColumn::ParentWorkflowId if exact => Some(Self::Few("INDEXED BY runs_by_parent")),
            // Two indexes, one for runs that are their own root.
            TextColumn::RootWorkflowId if exact => Some(Self::Few("")),
            TextColumn::WorkflowType if matches!(check, Check::Compare(Comparison::Equal, _)) => {
                Some(Self::PerStatus("INDEXED BY runs_by_type"))
            }
            _ => None,
        }
    }

    /// The lower, the fewer rows are looked at.
    fn rank(self) -> u8 {
        match self {
            Self::Few("INDEXED BY runs_by_run_id") => 0,
            Self::MaybeFew(_) => 1,
            Self::Few(_) => 2,
            Self::PerStatus(_) => 3,
        }
    }
}

/// The statuses to scan one by one.
pub(super) fn statuses(filter: &Filter) -> StatusSet {
    filter
        .condition
        .as_ref()
        .map_or(StatusSet::ALL, Condition::possible_statuses)
}

/// The clause after WHERE, without a status: namespace, condition and whatever else was given.
pub(super) fn where_clause(sql: &mut Sql, namespace_key: i64, filter: &Filter) -> String {
    let namespace = sql.parameter(namespace_key);
    sql.push("namespace_key = ").push(&namespace);
    if let Some(condition) = &filter.condition {
        sql.push(" AND ");
        sql.condition(condition);
    }
    sql.take_text()
}
