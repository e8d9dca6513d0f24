//! Values in a filter: as they were written, and as the column that they are compared with needs them.

use std::{fmt, str::FromStr};

use prost_wkt_types as wkt;
use sqlparser::ast::{Expr, UnaryOperator, Value};
use sundial_core::{Archetype, Timestamp};

use super::{
    FilterError,
    column::{Column, NumberColumn},
    duration, status,
};
use crate::attributes::AttributeType;

/// A value as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
}

/// A value for a column of type Int.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
}

impl Literal {
    /// Reads the right side of a comparison.
    pub(super) fn read(tree: &Expr) -> Result<Self, FilterError> {
        match tree {
            Expr::Value(value) => Self::read_value(&value.value),
            Expr::UnaryOp {
                op: op @ (UnaryOperator::Minus | UnaryOperator::Plus),
                expr,
            } => {
                let sign = if *op == UnaryOperator::Minus { -1 } else { 1 };
                match Self::read(expr)? {
                    Self::Integer(value) => Ok(Self::Integer(value.saturating_mul(sign))),
                    Self::Float(value) => Ok(Self::Float(if sign < 0 { -value } else { value })),
                    Self::Text(_) | Self::Boolean(_) => Err(FilterError::invalid(format_args!(
                        "unary operator not supported in \"{tree}\""
                    ))),
                }
            }
            Expr::Nested(inner) => Self::read(inner),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                Err(FilterError::unsupported(format_args!(
                    "column name on the right side of comparison expression (did you forget to quote \"{tree}\"?)"
                )))
            }
            Expr::Function(_) => Err(FilterError::unsupported("nested func")),
            _ => Err(FilterError::invalid(format_args!(
                "unexpected value \"{tree}\""
            ))),
        }
    }

    fn read_value(value: &Value) -> Result<Self, FilterError> {
        match value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => {
                Ok(Self::Text(text.clone()))
            }
            Value::Boolean(value) => Ok(Self::Boolean(*value)),
            Value::Number(digits, _) => match (digits.parse(), digits.parse()) {
                (Ok(value), _) => Ok(Self::Integer(value)),
                (Err(_), Ok(value)) => Ok(Self::Float(value)),
                (Err(_), Err(_)) => Err(FilterError::invalid(format_args!(
                    "unable to parse value \"{digits}\""
                ))),
            },
            _ => Err(FilterError::invalid(format_args!(
                "unexpected value \"{value}\""
            ))),
        }
    }

    pub(super) fn into_text(self, name: &str, column: Column) -> Result<String, FilterError> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.wrong_type(name, column)),
        }
    }

    pub(super) fn into_time(self, name: &str, column: Column) -> Result<Timestamp, FilterError> {
        match self {
            Self::Integer(nanos) => Ok(Timestamp(nanos)),
            Self::Text(text) => parse_time(&text).ok_or_else(|| {
                FilterError::invalid(format_args!("unable to parse datetime '{text}'"))
            }),
            other => Err(other.wrong_type(name, column)),
        }
    }

    pub(super) fn into_number(
        self,
        name: &str,
        column: NumberColumn,
    ) -> Result<Number, FilterError> {
        match (column, self) {
            (_, Self::Integer(value)) => Ok(Number::Integer(value)),
            (NumberColumn::HistoryLength | NumberColumn::HistorySizeBytes, Self::Float(value)) => {
                Ok(Number::Float(value))
            }
            (NumberColumn::ExecutionDuration, Self::Text(text)) => {
                duration::parse(&text).map(Number::Integer).ok_or_else(|| {
                    FilterError::invalid(format_args!(
                        "invalid duration value for search attribute {name}: {text}"
                    ))
                })
            }
            (_, other) => Err(other.wrong_type(name, Column::Number(column))),
        }
    }

    /// A value of an attribute of a user's, as `attributes` writes it.
    pub(super) fn into_attribute(
        self,
        name: &str,
        kind: AttributeType,
    ) -> Result<serde_json::Value, FilterError> {
        let column = Column::Custom(kind);
        match (kind, self) {
            (AttributeType::Datetime, value) => value.into_time(name, column).map(|at| at.0.into()),
            (AttributeType::Int | AttributeType::Double, Self::Integer(value)) => Ok(value.into()),
            (AttributeType::Int | AttributeType::Double, Self::Float(value)) => Ok(value.into()),
            (AttributeType::Bool, Self::Boolean(value)) => Ok(value.into()),
            (
                AttributeType::Text | AttributeType::Keyword | AttributeType::KeywordList,
                Self::Text(value),
            ) => Ok(value.into()),
            (_, other) => Err(other.wrong_type(name, column)),
        }
    }

    /// The name of a status, from its name or number.
    pub(super) fn into_status_name(
        self,
        archetype: Archetype,
    ) -> Result<&'static str, FilterError> {
        let found = match &self {
            Self::Text(text) => status::name_of_text(archetype, text),
            Self::Integer(number) => status::name_of_number(archetype, *number),
            Self::Float(_) | Self::Boolean(_) => {
                return Err(FilterError::invalid(format_args!(
                    "unexpected value type {} for search attribute ExecutionStatus",
                    self.go_type()
                )));
            }
        };
        found.ok_or_else(|| match self {
            Self::Text(text) => {
                FilterError::invalid(format_args!("invalid ExecutionStatus value '{text}'"))
            }
            other => FilterError::invalid(format_args!("invalid ExecutionStatus value {other}")),
        })
    }

    fn wrong_type(&self, name: &str, column: Column) -> FilterError {
        FilterError::invalid(format_args!(
            "invalid value type for search attribute {name} of type {}: {self} (type: {})",
            column.type_name(),
            self.go_type()
        ))
    }

    fn go_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Integer(_) => "int64",
            Self::Float(_) => "float64",
            Self::Boolean(_) => "bool",
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Boolean(value) => write!(f, "{value}"),
        }
    }
}

/// RFC 3339 with a time and a zone; the library behind it would also take less.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let zoned = text.ends_with('Z')
        || (bytes.len() >= 25
            && matches!(bytes[bytes.len() - 6], b'+' | b'-')
            && bytes[bytes.len() - 3] == b':');
    if !text.is_ascii() || bytes.len() < 20 || bytes[10] != b'T' || !zoned {
        return None;
    }
    wkt::Timestamp::from_str(text)
        .ok()
        .map(|time| Timestamp::from_proto(&time))
}
