//! Whatever the text, reading a filter ends in a filter or in a refusal.

use proptest::prelude::*;
use sundial_core::Archetype;

use super::{Filter, FilterError, Words};
use crate::attributes::{AttributeType, AttributeTypes};

fn read(text: &str) -> Result<Filter, FilterError> {
    let types = AttributeTypes::from([("Custom".to_owned(), AttributeType::KeywordList)]);
    let words = Words {
        archetype: Archetype::Workflow,
        types: &types,
    };
    super::read(text, words)
}

/// Pieces that filters are made of, and some that they are not.
const PIECES: &[&str] = &[
    "WorkflowId",
    "RunId",
    "ExecutionStatus",
    "StartTime",
    "CloseTime",
    "ExecutionDuration",
    "`WorkflowType`",
    "Custom",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "IS",
    "NULL",
    "STARTS_WITH",
    "LIKE",
    "GROUP BY",
    "ORDER BY",
    "LIMIT",
    "SELECT",
    "CASE",
    "INTERVAL",
    "CAST",
    "ARRAY",
    "EXISTS",
    "(",
    ")",
    ",",
    ";",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "<>",
    "-",
    "+",
    "*",
    "/",
    "||",
    "::",
    "'a'",
    "\"b\"",
    "''",
    "'2024-01-01T00:00:00Z'",
    "'1h'",
    "'Running'",
    "1",
    "-5",
    "1.5",
    "1e999",
    "99999999999999999999",
    "true",
    "?",
    "$1",
    "@x",
    "--",
    "/*",
    "*/",
    "'",
    "\"",
    "`",
    "\\",
    "\u{0}",
    "é",
    "x'00'",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn any_row_of_pieces_is_read_or_refused(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let _ = read(&pieces.join(" "));
        let _ = read(&pieces.concat());
    }

    #[test]
    fn a_value_comes_through_whole(value in any::<String>()) {
        let quoted = value.replace('\\', "\\\\").replace('\'', "''");
        let filter = read(&format!("WorkflowId = '{quoted}'")).unwrap();
        let expected = super::Condition::Text(
            super::TextColumn::WorkflowId,
            super::Check::Compare(super::Comparison::Equal, value),
        );
        prop_assert_eq!(filter.condition, Some(expected));
    }
}
