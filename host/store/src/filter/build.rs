//! The syntax tree to a typed condition. What is not a search attribute, an operator or a value that it takes ends here.

use sqlparser::ast::{BinaryOperator, Expr, InTarget, UnaryOperator};

use super::{
    FilterError, Words,
    check::{Check, Comparison},
    column::Column,
    condition::Condition,
    literal::Literal,
    status::StatusSet,
};
use crate::attributes::AttributeType;

/// Builds the condition, or its opposite.
pub(super) fn condition(
    tree: &Expr,
    negated: bool,
    words: Words<'_>,
) -> Result<Condition, FilterError> {
    match tree {
        Expr::Nested(inner) => condition(inner, negated, words),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => condition(expr, !negated, words),
        Expr::BinaryOp {
            op: op @ (BinaryOperator::And | BinaryOperator::Or),
            ..
        } => {
            let parts = chain(tree, op)
                .into_iter()
                .map(|part| condition(part, negated, words))
                .collect::<Result<Vec<_>, _>>()?;
            let all = (*op == BinaryOperator::And) != negated;
            Ok(if all {
                Condition::All(flatten(parts))
            } else {
                Condition::Any(parts)
            })
        }
        _ => leaf(tree, negated, words),
    }
}

/// Whether the runs are to be grouped by status, the one grouping that there is.
pub(super) fn group_by(columns: &[Expr], words: Words<'_>) -> Result<bool, FilterError> {
    match columns {
        [] => Ok(false),
        [column] => {
            let name = column_name(column)?;
            match Column::named(&name, words)? {
                Column::Status => Ok(true),
                Column::Text(_) | Column::Time(_) | Column::Number(_) | Column::Custom(_) => {
                    Err(FilterError::unsupported(
                        "'group by' clause is only supported for ExecutionStatus search attribute",
                    ))
                }
            }
        }
        _ => Err(FilterError::unsupported(
            "'group by' clause supports only a single field",
        )),
    }
}

/// The operands of `a AND b AND c`, which the parser gives as a tree that leans left without bound.
fn chain<'a>(tree: &'a Expr, wanted: &BinaryOperator) -> Vec<&'a Expr> {
    let mut operands = Vec::new();
    let mut rest = tree;
    while let Expr::BinaryOp { left, op, right } = rest
        && op == wanted
    {
        operands.push(right.as_ref());
        rest = left;
    }
    operands.push(rest);
    operands.reverse();
    operands
}

fn flatten(parts: Vec<Condition>) -> Vec<Condition> {
    parts
        .into_iter()
        .flat_map(|part| match part {
            Condition::All(inner) => inner,
            other => vec![other],
        })
        .collect()
}

fn leaf(tree: &Expr, negated: bool, words: Words<'_>) -> Result<Condition, FilterError> {
    let name = column_name(tested_side(tree)?)?;
    let column = Column::named(&name, words)?;
    let check = test(tree, &name, column)?;
    let check = if negated { check.negated() } else { check };
    match column {
        Column::Text(text) => check
            .try_map(|value| value.into_text(&name, column))
            .map(|check| Condition::Text(text, check)),
        Column::Time(time) => check
            .try_map(|value| value.into_time(&name, column))
            .map(|check| Condition::Time(time, check)),
        Column::Number(number) => check
            .try_map(|value| value.into_number(&name, number))
            .map(|check| Condition::Number(number, check)),
        Column::Custom(kind) => check
            .try_map(|value| value.into_attribute(&name, kind))
            .map(|check| Condition::Custom(name.clone(), kind, check)),
        Column::Status => {
            let check = check.try_map(|value| value.into_status_name(words.archetype))?;
            Ok(Condition::Status(StatusSet::of_names(
                words.archetype,
                |status| check.passes(status),
            )))
        }
    }
}

/// The side of a comparison that must name a search attribute.
fn tested_side(tree: &Expr) -> Result<&Expr, FilterError> {
    match tree {
        Expr::BinaryOp { left: side, .. }
        | Expr::Between { expr: side, .. }
        | Expr::In { expr: side, .. }
        | Expr::IsNull(side)
        | Expr::IsNotNull(side)
        | Expr::IsTrue(side)
        | Expr::IsFalse(side)
        | Expr::IsNotTrue(side)
        | Expr::IsNotFalse(side)
        | Expr::IsUnknown(side)
        | Expr::IsNotUnknown(side)
        | Expr::Like { expr: side, .. }
        | Expr::ILike { expr: side, .. }
        | Expr::RLike { expr: side, .. }
        | Expr::SimilarTo { expr: side, .. } => Ok(side),
        Expr::Function(_) => Err(FilterError::unsupported("function expression")),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            Err(FilterError::invalid("incomplete expression"))
        }
        _ => Err(FilterError::unsupported(format_args!(
            "expression `{tree}`"
        ))),
    }
}

fn test(tree: &Expr, name: &str, column: Column) -> Result<Check<Literal>, FilterError> {
    let unsupported = |operator: &str| {
        FilterError::unsupported(format_args!(
            "operator '{operator}' not supported for {} type search attribute '{name}'",
            column.type_name()
        ))
    };
    let negate_if =
        |negated: bool, check: Check<Literal>| if negated { check.negated() } else { check };
    match tree {
        Expr::BinaryOp {
            op: BinaryOperator::PGStartsWith,
            right,
            ..
        } => match (column, Literal::read(right)?) {
            (column, _) if !column.is_keyword() => Err(unsupported("STARTS_WITH")),
            (_, prefix @ Literal::Text(_)) => Ok(Check::StartsWith(prefix)),
            (_, other) => Err(FilterError::invalid(format_args!(
                "right-hand side of 'starts_with' must be a literal string (got: {other})"
            ))),
        },
        Expr::BinaryOp { op, right, .. } => {
            let comparison = match op {
                BinaryOperator::Eq => Comparison::Equal,
                BinaryOperator::NotEq => Comparison::NotEqual,
                BinaryOperator::Lt => Comparison::Less,
                BinaryOperator::LtEq => Comparison::LessOrEqual,
                BinaryOperator::Gt => Comparison::Greater,
                BinaryOperator::GtEq => Comparison::GreaterOrEqual,
                other => return Err(unsupported(&other.to_string())),
            };
            let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
            if column.holds_several() && !is_equality {
                return Err(unsupported(&op.to_string()));
            }
            Ok(Check::Compare(comparison, Literal::read(right)?))
        }
        Expr::Between { .. } if column.holds_several() => {
            Err(FilterError::unsupported(format_args!(
                "cannot do range condition on search attribute '{name}' of type {}",
                column.type_name()
            )))
        }
        Expr::Between {
            negated, low, high, ..
        } => Ok(negate_if(
            *negated,
            Check::Between(Literal::read(low)?, Literal::read(high)?),
        )),
        Expr::In { negated, .. } if column == Column::Custom(AttributeType::Text) => {
            Err(unsupported(if *negated { "not in" } else { "in" }))
        }
        Expr::In {
            target: InTarget::List(list),
            negated,
            ..
        } => {
            let values = list.iter().map(Literal::read).collect::<Result<_, _>>()?;
            Ok(negate_if(*negated, Check::OneOf(values)))
        }
        Expr::IsNull(_) => Ok(Check::Missing),
        Expr::IsNotNull(_) => Ok(Check::Present),
        Expr::IsTrue(_)
        | Expr::IsFalse(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNotFalse(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_) => Err(FilterError::invalid(
            "'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'",
        )),
        Expr::Like { .. } | Expr::ILike { .. } | Expr::RLike { .. } | Expr::SimilarTo { .. } => {
            Err(unsupported("LIKE"))
        }
        _ => Err(FilterError::unsupported(format_args!(
            "expression `{tree}`"
        ))),
    }
}

fn column_name(tree: &Expr) -> Result<String, FilterError> {
    match tree {
        Expr::Identifier(name) => Ok(name.value.clone()),
        Expr::CompoundIdentifier(names) => Ok(names
            .iter()
            .map(|name| name.value.as_str())
            .collect::<Vec<_>>()
            .join(".")),
        Expr::Nested(inner) => column_name(inner),
        _ => Err(FilterError::invalid(format_args!(
            "must be a column name but was `{tree}`"
        ))),
    }
}
