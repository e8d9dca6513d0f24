//! Temporal's list filter: text to a typed condition. One file per step: `dialect` and `parse` make a syntax tree with
//! the crate sqlparser, `column` names the search attributes, `literal` and `status` read values, `build` makes the
//! typed [`Condition`]. Turning a condition into SQL is each database's own affair.
//!
//! Words of errors are those of Temporal's server, since people search for them.

mod build;
mod check;
mod column;
mod condition;
mod dialect;
mod duration;
mod literal;
mod parse;
pub(crate) mod records;
mod status;

use sundial_core::Archetype;

pub(crate) use check::{Check, Comparison};
pub(crate) use column::{NumberColumn, TextColumn, TimeColumn};
pub(crate) use condition::Condition;
pub(crate) use literal::{Number, parse_time};
pub(crate) use status::StatusSet;

use crate::attributes::AttributeTypes;

/// What a filter asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    /// Which runs; `None` for all.
    pub(crate) condition: Option<Condition>,
    /// Whether the filter ends in GROUP BY ExecutionStatus.
    pub(crate) grouped_by_status: bool,
}

/// A filter that can't be understood, in Temporal's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct FilterError(pub(crate) String);

impl FilterError {
    fn malformed(what: impl std::fmt::Display) -> Self {
        Self(format!("malformed SQL query: {what}"))
    }

    fn unsupported(what: impl std::fmt::Display) -> Self {
        Self(format!("operation is not supported: {what}"))
    }

    fn invalid(what: impl std::fmt::Display) -> Self {
        Self(format!("invalid expression: {what}"))
    }
}

/// What a filter may name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    /// What the executions are that it is about.
    pub(crate) archetype: Archetype,
    /// The attributes that users registered.
    pub(crate) types: &'a AttributeTypes,
}

/// Reads a filter. Never panics, whatever the text.
pub(crate) fn read(text: &str, words: Words<'_>) -> Result<Filter, FilterError> {
    let parsed = parse::parse(text)?;
    let condition = parsed
        .condition
        .as_ref()
        .map(|tree| build::condition(tree, false, words))
        .transpose()?;
    let grouped_by_status = build::group_by(&parsed.group_by, words)?;
    Ok(Filter {
        condition,
        grouped_by_status,
    })
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
