//! List filters over records that are no runs, checked value by value: schedules are few, and no index knows their
//! attributes.
//!
//! Types are those of the values: a comparison of unlike types does not hold.

use std::cmp::Ordering;

use serde_json::Value;
use sqlparser::ast::{BinaryOperator, Expr, InTarget, UnaryOperator};
use sundial_core::Timestamp;
use temporalio_protos::temporal::api::common::v1::Payload;

use super::{
    FilterError,
    check::{Check, Comparison},
    literal::Literal,
    parse,
};
use crate::error::StoreError;

/// A value of a search attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeValue {
    /// Keyword or Text.
    Text(String),
    /// KeywordList.
    List(Vec<String>),
    /// Int.
    Integer(i64),
    /// Double.
    Float(f64),
    /// Bool.
    Boolean(bool),
    /// Datetime.
    Time(Timestamp),
}

/// A filter over records.
#[derive(Clone, Debug)]
pub struct RecordFilter {
    tree: Option<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Test(String, Check<Literal>),
}

impl RecordFilter {
    /// Reads a filter; an empty one passes everything. Fails with [`StoreError::InvalidFilter`].
    pub fn read(text: &str) -> Result<Self, StoreError> {
        let refuse = |error: FilterError| StoreError::InvalidFilter(error.0);
        let parsed = parse::parse(text).map_err(refuse)?;
        if !parsed.group_by.is_empty() {
            return Err(refuse(FilterError::unsupported("'group by' clause")));
        }
        let tree = parsed.condition.as_ref().map(|tree| node(tree, false));
        Ok(Self {
            tree: tree.transpose().map_err(refuse)?,
        })
    }

    /// The attributes that the filter names, each as often as it does.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        if let Some(tree) = &self.tree {
            tree.collect_names(&mut names);
        }
        names
    }

    /// Whether a record passes, whose attributes are looked up by name.
    pub fn matches(&self, attribute: impl Fn(&str) -> Option<AttributeValue>) -> bool {
        self.tree
            .as_ref()
            .is_none_or(|tree| tree.matches(&attribute))
    }
}

impl Node {
    fn collect_names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_names(names));
            }
            Self::Test(name, _) => names.push(name),
        }
    }

    fn matches(&self, attribute: &impl Fn(&str) -> Option<AttributeValue>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(attribute)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(attribute)),
            Self::Test(name, check) => match (attribute(name), check) {
                (None, check) => matches!(check, Check::Missing),
                (Some(_), Check::Missing) => false,
                (Some(value), check) => value.passes(check),
            },
        }
    }
}

fn node(tree: &Expr, negated: bool) -> Result<Node, FilterError> {
    match tree {
        Expr::Nested(inner) => node(inner, negated),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => node(expr, !negated),
        Expr::BinaryOp {
            left,
            op: op @ (BinaryOperator::And | BinaryOperator::Or),
            right,
        } => {
            let parts = vec![node(left, negated)?, node(right, negated)?];
            let all = (*op == BinaryOperator::And) != negated;
            Ok(if all {
                Node::All(parts)
            } else {
                Node::Any(parts)
            })
        }
        leaf => {
            let (name, check) = test(leaf)?;
            let check = if negated { check.negated() } else { check };
            Ok(Node::Test(name, check))
        }
    }
}

fn test(tree: &Expr) -> Result<(String, Check<Literal>), FilterError> {
    let negate_if = |negated: bool, check: Check<Literal>| match negated {
        true => check.negated(),
        false => check,
    };
    Ok(match tree {
        Expr::BinaryOp { left, op, right } => {
            let value = Literal::read(right)?;
            let check = match op {
                BinaryOperator::Eq => Check::Compare(Comparison::Equal, value),
                BinaryOperator::NotEq => Check::Compare(Comparison::NotEqual, value),
                BinaryOperator::Lt => Check::Compare(Comparison::Less, value),
                BinaryOperator::LtEq => Check::Compare(Comparison::LessOrEqual, value),
                BinaryOperator::Gt => Check::Compare(Comparison::Greater, value),
                BinaryOperator::GtEq => Check::Compare(Comparison::GreaterOrEqual, value),
                BinaryOperator::PGStartsWith => Check::StartsWith(value),
                other => {
                    return Err(FilterError::unsupported(format_args!(
                        "operator '{other}' not supported"
                    )));
                }
            };
            (name(left)?, check)
        }
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let check = Check::Between(Literal::read(low)?, Literal::read(high)?);
            (name(expr)?, negate_if(*negated, check))
        }
        Expr::In {
            expr,
            target: InTarget::List(list),
            negated,
            ..
        } => {
            let values = list.iter().map(Literal::read).collect::<Result<_, _>>()?;
            (name(expr)?, negate_if(*negated, Check::OneOf(values)))
        }
        Expr::IsNull(expr) => (name(expr)?, Check::Missing),
        Expr::IsNotNull(expr) => (name(expr)?, Check::Present),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            return Err(FilterError::invalid("incomplete expression"));
        }
        other => {
            return Err(FilterError::unsupported(format_args!(
                "expression `{other}`"
            )));
        }
    })
}

fn name(tree: &Expr) -> Result<String, FilterError> {
    match tree {
        Expr::Identifier(name) => Ok(name.value.clone()),
        Expr::Nested(inner) => name(inner),
        other => Err(FilterError::invalid(format_args!(
            "must be a column name but was `{other}`"
        ))),
    }
}

impl AttributeValue {
    /// Reads a payload as search attributes have it: JSON, its type in the metadata. `None` for null, and for what is
    /// no search attribute.
    #[must_use]
    pub fn of_payload(payload: &Payload) -> Option<Self> {
        let kind = payload.metadata.get("type").map(Vec::as_slice);
        let json = serde_json::from_slice(&payload.data).ok()?;
        Self::of_json(json, kind == Some(b"Datetime"))
    }

    fn of_json(json: Value, is_time: bool) -> Option<Self> {
        match json {
            Value::String(text) if is_time => Timestamp::from_rfc3339(&text).map(Self::Time),
            Value::String(text) => Some(Self::Text(text)),
            Value::Bool(value) => Some(Self::Boolean(value)),
            Value::Number(number) => match number.as_i64() {
                Some(value) => Some(Self::Integer(value)),
                None => number.as_f64().map(Self::Float),
            },
            Value::Array(values) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(Self::List),
            Value::Null | Value::Object(_) => None,
        }
    }

    fn passes(&self, check: &Check<Literal>) -> bool {
        // Of a list, one value is enough; none must be what it must not be.
        if let Self::List(values) = self {
            let one = |check: &Check<Literal>| {
                values
                    .iter()
                    .any(|value| Self::Text(value.clone()).passes(check))
            };
            return match check {
                Check::Compare(Comparison::NotEqual, _)
                | Check::NoneOf(_)
                | Check::NotBetween(..)
                | Check::NotStartsWith(_) => !one(&check.clone().negated()),
                check => one(check),
            };
        }
        let compare = |literal: &Literal| self.compare(literal);
        match check {
            Check::Compare(comparison, literal) => match (comparison, compare(literal)) {
                (Comparison::NotEqual, order) => order != Some(Ordering::Equal),
                (_, None) => false,
                (Comparison::Equal, Some(order)) => order.is_eq(),
                (Comparison::Less, Some(order)) => order.is_lt(),
                (Comparison::LessOrEqual, Some(order)) => order.is_le(),
                (Comparison::Greater, Some(order)) => order.is_gt(),
                (Comparison::GreaterOrEqual, Some(order)) => order.is_ge(),
            },
            Check::OneOf(values) => values.iter().any(|v| compare(v) == Some(Ordering::Equal)),
            Check::NoneOf(values) => values.iter().all(|v| compare(v) != Some(Ordering::Equal)),
            Check::Between(low, high) => {
                compare(low).is_some_and(Ordering::is_ge)
                    && compare(high).is_some_and(Ordering::is_le)
            }
            Check::NotBetween(low, high) => {
                compare(low).is_some_and(Ordering::is_lt)
                    || compare(high).is_some_and(Ordering::is_gt)
            }
            Check::StartsWith(prefix) => self.starts_with(prefix),
            Check::NotStartsWith(prefix) => !self.starts_with(prefix),
            Check::Missing => false,
            Check::Present => true,
        }
    }

    fn starts_with(&self, prefix: &Literal) -> bool {
        match (self, prefix) {
            (Self::Text(value), Literal::Text(prefix)) => value.starts_with(prefix),
            (_, _) => false,
        }
    }

    fn compare(&self, literal: &Literal) -> Option<Ordering> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "JSON numbers are no better than this"
        )]
        let float = |value: i64| value as f64;
        match (self, literal) {
            (Self::Text(value), Literal::Text(other)) => Some(value.as_str().cmp(other)),
            (Self::Integer(value), Literal::Integer(other)) => Some(value.cmp(other)),
            (Self::Integer(value), Literal::Float(other)) => float(*value).partial_cmp(other),
            (Self::Float(value), Literal::Integer(other)) => value.partial_cmp(&float(*other)),
            (Self::Float(value), Literal::Float(other)) => value.partial_cmp(other),
            (Self::Boolean(value), Literal::Boolean(other)) => Some(value.cmp(other)),
            (Self::Boolean(value), Literal::Text(other)) => {
                other.parse().ok().map(|other: bool| value.cmp(&other))
            }
            (Self::Time(value), Literal::Text(other)) => {
                Timestamp::from_rfc3339(other).map(|other| value.cmp(&other))
            }
            (Self::Time(value), Literal::Integer(other)) => Some(value.0.cmp(other)),
            (_, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str) -> Option<AttributeValue> {
        Some(match name {
            "Customer" => AttributeValue::Text("acme".into()),
            "Tags" => AttributeValue::List(vec!["red".into(), "blue".into()]),
            "Count" => AttributeValue::Float(7.0),
            "Paused" => AttributeValue::Boolean(true),
            "Since" => AttributeValue::Time(Timestamp(1_000_000_000)),
            _ => return None,
        })
    }

    fn check(filter: &str) -> Result<bool, String> {
        RecordFilter::read(filter)
            .map(|filter| filter.matches(attribute))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn records_pass_by_their_values() {
        for (filter, passes) in [
            ("", true),
            ("Customer = 'acme'", true),
            ("Customer != 'acme' OR Count > 6", true),
            ("NOT (Customer = 'acme' AND Count < 8)", false),
            ("Customer IN ('x', 'acme') AND Tags = 'red'", true),
            ("Tags != 'red'", false),
            ("Tags NOT IN ('green')", true),
            ("Customer STARTS_WITH 'ac'", true),
            ("Count BETWEEN 1 AND 7", true),
            ("Paused = true", true),
            ("Paused = 'false'", false),
            ("Since < '1970-01-01T00:00:02Z'", true),
            ("Unknown IS NULL AND Customer IS NOT NULL", true),
            ("Unknown = 'x'", false),
            ("Unknown != 'x'", false),
            ("Customer = 7", false),
        ] {
            assert_eq!(check(filter), Ok(passes), "{filter}");
        }
    }

    #[test]
    fn filters_that_can_not_be_read_are_refused() {
        for filter in [
            "Customer",
            "Customer LIKE 'a'",
            "a b",
            "Count GROUP BY Count",
        ] {
            assert!(check(filter).is_err(), "{filter}");
        }
        let names = RecordFilter::read("A = 1 AND (B = 2 OR NOT A = 3)").unwrap();
        assert_eq!(names.names(), ["A", "B", "A"]);
    }

    #[test]
    fn payloads_are_read_by_their_types() {
        let read = |kind: &str, data: &str| {
            AttributeValue::of_payload(&Payload {
                metadata: [("type".to_owned(), kind.as_bytes().to_vec())].into(),
                data: data.as_bytes().to_vec(),
                ..Default::default()
            })
        };
        assert_eq!(
            read("Keyword", "\"a\""),
            Some(AttributeValue::Text("a".into()))
        );
        assert_eq!(read("Int", "12"), Some(AttributeValue::Integer(12)));
        assert_eq!(
            read("Datetime", "\"1970-01-01T00:00:01Z\""),
            Some(AttributeValue::Time(Timestamp(1_000_000_000)))
        );
        assert_eq!(
            read("KeywordList", "[\"a\"]"),
            Some(AttributeValue::List(vec!["a".into()]))
        );
        assert_eq!(read("Keyword", "null"), None);
        assert_eq!(read("Keyword", "{"), None);
    }
}
