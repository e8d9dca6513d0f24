//! The typed form of a filter. NOT is gone: it was pushed into the tests.

use serde_json::Value;
use sundial_core::Timestamp;

use super::{
    check::Check,
    column::{NumberColumn, TextColumn, TimeColumn},
    literal::Number,
    status::StatusSet,
};
use sundial_core::AttributeType;

/// Which runs pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// AND.
    All(Vec<Self>),
    /// OR.
    Any(Vec<Self>),
    /// The status is one of these.
    Status(StatusSet),
    /// A test of a text.
    Text(TextColumn, Check<String>),
    /// A test of an instant.
    Time(TimeColumn, Check<Timestamp>),
    /// A test of a number.
    Number(NumberColumn, Check<Number>),
    /// A test of an attribute of a user's. The values are as `attributes` writes them.
    Custom(String, AttributeType, Check<Value>),
}

impl Condition {
    /// Statuses that a passing run can have; others can be skipped unread.
    pub(crate) fn possible_statuses(&self) -> StatusSet {
        match self {
            Self::All(parts) => parts.iter().fold(StatusSet::ALL, |set, part| {
                set.and(part.possible_statuses())
            }),
            Self::Any(parts) => parts.iter().fold(StatusSet::NONE, |set, part| {
                set.or(part.possible_statuses())
            }),
            Self::Status(set) => *set,
            Self::Text(..) | Self::Time(..) | Self::Number(..) | Self::Custom(..) => StatusSet::ALL,
        }
    }

    /// Conditions that every passing run meets: the parts of the outermost AND.
    pub(crate) fn required(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            Self::Any(_)
            | Self::Status(_)
            | Self::Text(..)
            | Self::Time(..)
            | Self::Number(..)
            | Self::Custom(..) => std::slice::from_ref(self),
        }
    }
}
