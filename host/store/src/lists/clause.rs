//! A typed condition as SQL over the table `runs`. Every value is a parameter; parameters are numbered, so that a
//! clause can stand in a statement several times.

use std::fmt::Write;

use sundial_core::Timestamp;
use uuid::Uuid;

use super::OPEN;
use crate::{
    filter::{Check, Comparison, Condition, Number, NumberColumn, TextColumn, TimeColumn},
    sql::{Dialect, Statement, Value},
};

/// SQLite allows 32,766, PostgreSQL 65,535.
const MAX_PARAMETERS: usize = 32_000;

const ONE_OF: &str = " IN (";
const NONE_OF: &str = " NOT IN (";

/// A statement in the making.
pub(super) struct Clause {
    pub(super) dialect: Dialect,
    text: String,
    values: Vec<Value>,
}

impl Clause {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::new(),
            values: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a parameter and gives its name.
    pub(super) fn parameter(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        let name = self.parameter(value);
        self.push(&name)
    }

    /// The text so far; the parameters stay.
    pub(super) fn take_text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    pub(super) fn has_too_many_parameters(&self) -> bool {
        self.values.len() > MAX_PARAMETERS
    }

    pub(super) fn finish(self) -> Statement {
        Statement {
            text: self.text.into(),
            values: self.values,
        }
    }

    /// Writes a condition that can stand in an AND.
    pub(super) fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) => self.joined(parts, " AND "),
            Condition::Any(parts) => self.joined(parts, " OR "),
            Condition::Status(set) => {
                let numbers: Vec<String> = set.numbers().map(|number| number.to_string()).collect();
                let _ = write!(self.text, "status IN ({})", numbers.join(", "));
            }
            Condition::Text(column, check) => self.text_check(*column, check),
            Condition::Time(column, check) => self.time_check(*column, check),
            Condition::Number(column, check) => self.number_check(*column, check),
            Condition::Custom(name, kind, check) => self.attribute(name, *kind, check),
        }
    }

    fn joined(&mut self, parts: &[Condition], connective: &str) {
        self.push("(");
        for (index, part) in parts.iter().enumerate() {
            self.push(if index == 0 { "" } else { connective });
            self.condition(part);
        }
        self.push(")");
    }

    fn text_check(&mut self, column: TextColumn, check: &Check<String>) {
        match column {
            TextColumn::WorkflowId => self.plain("workflow_id", check),
            TextColumn::RunId => self.uuid("run_id", check),
            TextColumn::WorkflowType => self.named("workflow_type", check),
            TextColumn::TaskQueue => self.named("task_queue", check),
            TextColumn::ParentWorkflowId => self.plain("parent_workflow_id", check),
            TextColumn::ParentRunId => self.uuid("parent_run_id", check),
            TextColumn::RootWorkflowId => {
                self.root(check, Self::plain, "workflow_id", "root_workflow_id")
            }
            TextColumn::RootRunId => self.root(check, Self::uuid, "run_id", "root_run_id"),
            TextColumn::WorkerDeployment => self.named("deployment", check),
            TextColumn::WorkerDeploymentVersion => self.version(check),
        }
    }

    /// A run that is its own root is marked by an empty root run id and nothing else.
    fn root(
        &mut self,
        check: &Check<String>,
        test: impl Fn(&mut Self, &str, &Check<String>),
        own: &str,
        other: &str,
    ) {
        match check {
            Check::Missing => _ = self.push("root_run_id IS NULL"),
            Check::Present => _ = self.push("root_run_id IS NOT NULL"),
            check => {
                let empty = self.dialect.empty_bytes();
                self.push(&format!("((root_run_id = {empty} AND "));
                test(self, own, check);
                self.push(&format!(") OR (root_run_id != {empty} AND "));
                test(self, other, check);
                self.push("))");
            }
        }
    }

    /// A test of an SQL expression that is a text.
    pub(super) fn plain(&mut self, expression: &str, check: &Check<String>) {
        match check {
            Check::StartsWith(prefix) => {
                self.push("(")
                    .push(expression)
                    .push(" >= ")
                    .bind(prefix.as_str());
                if let Some(end) = after_prefix(prefix) {
                    self.push(" AND ").push(expression).push(" < ").bind(&end);
                }
                self.push(")");
            }
            Check::NotStartsWith(prefix) => {
                self.push("(")
                    .push(expression)
                    .push(" < ")
                    .bind(prefix.as_str());
                if let Some(end) = after_prefix(prefix) {
                    self.push(" OR ").push(expression).push(" >= ").bind(&end);
                }
                self.push(")");
            }
            check => self.comparison(expression, check, |sql, value| _ = sql.bind(value.as_str())),
        }
    }

    /// The tests that are the same for all types of value.
    pub(super) fn comparison<V>(
        &mut self,
        expression: &str,
        check: &Check<V>,
        bind: impl Fn(&mut Self, &V),
    ) {
        self.push(expression);
        match check {
            Check::Compare(comparison, value) => {
                self.push(" ").push(comparison.sql()).push(" ");
                bind(self, value);
            }
            Check::OneOf(values) => self.list(ONE_OF, values, bind),
            Check::NoneOf(values) => self.list(NONE_OF, values, bind),
            Check::Between(low, high) => {
                self.push(" BETWEEN ");
                bind(self, low);
                self.push(" AND ");
                bind(self, high);
            }
            Check::NotBetween(low, high) => {
                self.push(" NOT BETWEEN ");
                bind(self, low);
                self.push(" AND ");
                bind(self, high);
            }
            Check::Missing => _ = self.push(" IS NULL"),
            Check::Present => _ = self.push(" IS NOT NULL"),
            Check::StartsWith(_) | Check::NotStartsWith(_) => {
                unreachable!("only texts have prefixes, and `plain` writes those")
            }
        }
    }

    fn list<V>(&mut self, opening: &str, values: &[V], bind: impl Fn(&mut Self, &V)) {
        self.push(opening);
        for (index, value) in values.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            bind(self, value);
        }
        self.push(")");
    }

    /// A test of a column that holds a name, or the key of one.
    fn named(&mut self, column: &str, check: &Check<String>) {
        if !self.dialect.has_name_keys() {
            return self.plain(column, check);
        }
        match check {
            Check::Missing => _ = self.push(column).push(" IS NULL"),
            Check::Present => _ = self.push(column).push(" IS NOT NULL"),
            Check::Compare(Comparison::Equal, name) => {
                self.push(column)
                    .push(" = (SELECT name_key FROM names WHERE name = ")
                    .bind(name.as_str())
                    .push(")");
            }
            check => {
                self.push(column)
                    .push(" IN (SELECT name_key FROM names WHERE ");
                self.plain("name", check);
                self.push(")");
            }
        }
    }

    /// A test of a column that holds the bytes of a UUID.
    fn uuid(&mut self, column: &str, check: &Check<String>) {
        match check {
            Check::Missing => _ = self.push(column).push(" IS NULL"),
            Check::Present => _ = self.push(column).push(" IS NOT NULL"),
            Check::Compare(Comparison::Equal, text) => self.uuid_list(column, ONE_OF, [text]),
            Check::Compare(Comparison::NotEqual, text) => self.uuid_list(column, NONE_OF, [text]),
            Check::OneOf(texts) => self.uuid_list(column, ONE_OF, texts),
            Check::NoneOf(texts) => self.uuid_list(column, NONE_OF, texts),
            check => {
                let hex = self.dialect.hex(column);
                let digits = |from: u32, count: u32| format!("substr({hex}, {from}, {count})");
                let text = [
                    digits(1, 8),
                    digits(9, 4),
                    digits(13, 4),
                    digits(17, 4),
                    digits(21, 12),
                ]
                .join(" || '-' || ");
                self.push(column).push(" IS NOT NULL AND ");
                self.plain(&format!("({text})"), check);
            }
        }
    }

    /// A text that is not how a UUID is written equals none.
    fn uuid_list<'v>(
        &mut self,
        column: &str,
        opening: &str,
        texts: impl IntoIterator<Item = &'v String>,
    ) {
        let uuids: Vec<Uuid> = texts
            .into_iter()
            .filter_map(|text| {
                Uuid::try_parse(text)
                    .ok()
                    .filter(|uuid| uuid.to_string() == *text)
            })
            .collect();
        if uuids.is_empty() {
            let all = opening == NONE_OF;
            self.push(column).push(if all {
                " IS NOT NULL"
            } else {
                " IS NULL AND 1 = 0"
            });
            return;
        }
        self.push("(")
            .push(column)
            .push(" IS NOT NULL AND ")
            .push(column);
        self.list(opening, &uuids, |sql, uuid| {
            _ = sql.bind(uuid.as_bytes().as_slice())
        });
        self.push(")");
    }

    fn version(&mut self, check: &Check<String>) {
        match check {
            Check::Missing => _ = self.push("build_id IS NULL"),
            Check::Present => _ = self.push("build_id IS NOT NULL"),
            Check::Compare(Comparison::Equal, text) => {
                // A deployment's name has no colon, a build id may.
                let (deployment, build_id) = text.split_once(':').unwrap_or((text, ""));
                let equal = |text: &str| Check::Compare(Comparison::Equal, text.to_owned());
                self.push("(");
                self.named("deployment", &equal(deployment));
                self.push(" AND ");
                self.named("build_id", &equal(build_id));
                self.push(")");
            }
            check => {
                let [deployment, build_id] =
                    ["deployment", "build_id"].map(|column| self.dialect.name_of(column));
                self.plain(&format!("({deployment} || ':' || {build_id})"), check);
            }
        }
    }

    fn time_check(&mut self, column: TimeColumn, check: &Check<Timestamp>) {
        let bind = |sql: &mut Self, time: &Timestamp| _ = sql.bind(time.0.min(OPEN - 1));
        match column {
            TimeColumn::StartTime => {
                self.comparison("start_time", check, bind);
                // No run closes before it starts, and the close time is what the indexes are ordered by.
                if let Some(earliest) = earliest(check) {
                    self.push(" AND close_time >= ").bind(earliest.0);
                }
            }
            TimeColumn::ExecutionTime => self.comparison("execution_time", check, bind),
            TimeColumn::CloseTime => match check {
                Check::Missing => _ = self.push(&format!("close_time = {OPEN}")),
                Check::Present => _ = self.push(&format!("close_time < {OPEN}")),
                check => {
                    self.push(&format!("(close_time < {OPEN} AND "));
                    self.comparison("close_time", check, bind);
                    self.push(")");
                }
            },
        }
    }

    fn number_check(&mut self, column: NumberColumn, check: &Check<Number>) {
        let expression = match column {
            NumberColumn::HistoryLength => "history_length".to_owned(),
            NumberColumn::HistorySizeBytes => "history_size_bytes".to_owned(),
            NumberColumn::ExecutionDuration => {
                format!("(CASE WHEN close_time < {OPEN} THEN close_time - execution_time END)")
            }
        };
        self.comparison(&expression, check, |sql, number| match number {
            Number::Integer(value) => _ = sql.bind(*value),
            Number::Float(value) => _ = sql.bind(Value::Float(*value)),
        });
    }
}

/// The first text after all that begin with the prefix; `None` if there is none.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut end: Vec<char> = prefix.chars().collect();
    while let Some(last) = end.pop() {
        let next = ((last as u32 + 1)..=(char::MAX as u32)).find_map(char::from_u32);
        if let Some(next) = next {
            end.push(next);
            return Some(end.into_iter().collect());
        }
    }
    None
}

fn earliest(check: &Check<Timestamp>) -> Option<Timestamp> {
    match check {
        Check::Compare(
            Comparison::Equal | Comparison::Greater | Comparison::GreaterOrEqual,
            time,
        )
        | Check::Between(time, _) => Some(*time),
        Check::OneOf(times) => times.iter().min().copied(),
        Check::Compare(Comparison::NotEqual | Comparison::Less | Comparison::LessOrEqual, _)
        | Check::NoneOf(_)
        | Check::NotBetween(..)
        | Check::StartsWith(_)
        | Check::NotStartsWith(_)
        | Check::Missing
        | Check::Present => None,
    }
}

#[cfg(test)]
mod tests {
    use sundial_core::Archetype;

    use super::*;

    fn check(filter: &str, expected: &str) {
        let words = crate::filter::Words {
            archetype: Archetype::Workflow,
            types: &Default::default(),
        };
        let condition = crate::filter::read(filter, words)
            .unwrap()
            .condition
            .unwrap();
        let mut sql = Clause::new(Dialect::Sqlite);
        sql.condition(&condition);
        assert_eq!(sql.take_text(), expected, "{filter}");
    }

    #[test]
    fn values_become_numbered_parameters() {
        check(
            "WorkflowId = 'a' AND (WorkflowType = 'b' OR HistoryLength > 3)",
            "(workflow_id = $1 AND (workflow_type = (SELECT name_key FROM names WHERE name = $2) OR history_length > $3))",
        );
    }

    #[test]
    fn a_prefix_becomes_a_range() {
        check(
            "WorkflowId STARTS_WITH 'or'",
            "(workflow_id >= $1 AND workflow_id < $2)",
        );
        check(
            "WorkflowId NOT STARTS_WITH 'or'",
            "(workflow_id < $1 OR workflow_id >= $2)",
        );
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix("\u{10ffff}"), None);
        assert_eq!(after_prefix(""), None);
    }

    #[test]
    fn an_open_run_has_no_close_time() {
        check("CloseTime IS NULL", "close_time = 9223372036854775807");
        check(
            "CloseTime > 5",
            "(close_time < 9223372036854775807 AND close_time > $1)",
        );
    }

    #[test]
    fn a_start_time_bounds_the_close_time() {
        check("StartTime >= 5", "start_time >= $1 AND close_time >= $2");
        check("StartTime < 5", "start_time < $1");
    }
}
