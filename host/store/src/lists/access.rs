//! Which way the runs of a filter are found. SQLite would have to guess; we know what each index is for. PostgreSQL
//! has statistics and chooses the index itself, of those that the scans leave it.

use std::collections::BTreeSet;

use super::clause::Clause;
use crate::filter::{Check, Comparison, Condition, Filter, StatusSet, TextColumn};

/// With more types than this, one scan of all runs is cheaper than a scan for each.
const MAX_TYPES: usize = 8;

/// How the rows are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Access<'f> {
    /// One run for each id.
    RunIds,
    /// A range of workflow ids: a few rows, or very many.
    WorkflowIds,
    /// The children of a run.
    Children,
    /// The tree of a run: by one index for the run that is its own root, by another for the rest.
    Tree(&'f Check<String>),
    /// One ordered scan per status of the runs of each of a few types.
    Types(&'f [String]),
    /// One ordered scan per status of all runs.
    Everything,
}

/// A part of the table that is read through one index.
pub(super) struct Scan {
    /// The table with the index.
    pub(super) from: String,
    /// What the rows meet, after WHERE.
    pub(super) clause: String,
    /// The status that all rows have.
    pub(super) status: Option<i32>,
}

impl<'f> Access<'f> {
    /// The way that looks at the fewest rows.
    pub(super) fn of(filter: &'f Filter) -> Self {
        let required = filter
            .condition
            .as_ref()
            .map_or(&[][..], Condition::required);
        required
            .iter()
            .filter_map(Self::through)
            .min_by_key(Self::rank)
            .unwrap_or(Self::Everything)
    }

    /// The way through a condition that every run meets, if it leads to an index.
    pub(super) fn through(condition: &'f Condition) -> Option<Self> {
        let Condition::Text(column, check) = condition else {
            return None;
        };
        let exact = matches!(
            check,
            Check::Compare(Comparison::Equal, _) | Check::OneOf(_)
        );
        let narrow = exact || matches!(check, Check::StartsWith(_) | Check::Between(..));
        match column {
            TextColumn::RunId if exact => Some(Self::RunIds),
            TextColumn::WorkflowId if narrow => Some(Self::WorkflowIds),
            TextColumn::ParentWorkflowId if exact => Some(Self::Children),
            TextColumn::RootWorkflowId if exact => Some(Self::Tree(check)),
            TextColumn::WorkflowType => match check {
                Check::Compare(Comparison::Equal, name) => {
                    Some(Self::Types(std::slice::from_ref(name)))
                }
                Check::OneOf(names) if names.len() <= MAX_TYPES => Some(Self::Types(names)),
                _ => None,
            },
            TextColumn::RunId
            | TextColumn::WorkflowId
            | TextColumn::TaskQueue
            | TextColumn::ParentWorkflowId
            | TextColumn::ParentRunId
            | TextColumn::RootWorkflowId
            | TextColumn::RootRunId
            | TextColumn::WorkerDeployment
            | TextColumn::WorkerDeploymentVersion => None,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::RunIds => 0,
            Self::WorkflowIds => 1,
            Self::Children => 2,
            Self::Tree(_) => 3,
            Self::Types(_) => 4,
            Self::Everything => 5,
        }
    }

    /// The scans that together give every row that meets the clause once. There may be none.
    pub(super) fn scans(self, sql: &mut Clause, clause: &str, filter: &Filter) -> Vec<Scan> {
        let dialect = sql.dialect;
        let one = |index: &str, extra: String| Scan {
            from: dialect.runs_by(index),
            clause: format!("{extra}{clause}"),
            status: None,
        };
        match self {
            Self::RunIds => vec![one("runs_by_run_id", String::new())],
            Self::WorkflowIds => vec![one("runs_by_workflow_id", String::new())],
            Self::Children => vec![one("runs_by_parent", String::new())],
            Self::Tree(check) => {
                sql.plain("workflow_id", check);
                let own = format!(
                    "root_run_id = {} AND {} AND ",
                    dialect.empty_bytes(),
                    sql.take_text()
                );
                sql.plain("root_workflow_id", check);
                let other = format!("{} AND ", sql.take_text());
                vec![one("runs_by_workflow_id", own), one("runs_by_root", other)]
            }
            Self::Types(names) => {
                let distinct: BTreeSet<&String> = names.iter().collect();
                let of_type = |name: &String| {
                    let name = sql.parameter(name.as_str());
                    per_status(filter, move |status| {
                        let extra = format!("workflow_type = {} AND ", dialect.name_key(&name));
                        one("runs_by_type", format!("status = {status} AND {extra}"))
                    })
                };
                distinct.into_iter().flat_map(of_type).collect()
            }
            Self::Everything => per_status(filter, |status| {
                one("runs_by_status", format!("status = {status} AND "))
            }),
        }
    }
}

/// A scan for each status that a run may have.
fn per_status(filter: &Filter, scan: impl Fn(i32) -> Scan) -> Vec<Scan> {
    let possible = filter
        .condition
        .as_ref()
        .map_or(StatusSet::ALL, Condition::possible_statuses);
    possible
        .numbers()
        .map(|status| Scan {
            status: Some(status),
            ..scan(status)
        })
        .collect()
}

/// What a filter demands, after WHERE.
pub(super) fn where_clause(sql: &mut Clause, namespace_key: i64, filter: &Filter) -> String {
    let namespace = sql.parameter(namespace_key);
    sql.push("namespace_key = ").push(&namespace);
    if let Some(condition) = &filter.condition {
        sql.push(" AND ");
        sql.condition(condition);
    }
    sql.take_text()
}
