//! Filters as users write them, with what they mean or how they are refused.

use sundial_core::Timestamp;

use super::*;
use crate::attributes::AttributeType;

/// An attribute of each type, named after it.
fn types() -> AttributeTypes {
    [
        AttributeType::Text,
        AttributeType::Keyword,
        AttributeType::Int,
        AttributeType::Double,
        AttributeType::Bool,
        AttributeType::Datetime,
        AttributeType::KeywordList,
    ]
    .into_iter()
    .map(|kind| (format!("My{}", kind.name()), kind))
    .collect()
}

fn read(text: &str) -> Result<Filter, FilterError> {
    let words = Words {
        archetype: Archetype::Workflow,
        types: &types(),
    };
    super::read(text, words)
}

fn condition(text: &str) -> Condition {
    read(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .condition
        .unwrap()
}

fn text_is(column: TextColumn, value: &str) -> Condition {
    Condition::Text(column, Check::Compare(Comparison::Equal, value.into()))
}

#[track_caller]
fn check_statuses(text: &str, expected: &[i32]) {
    let Condition::Status(set) = condition(text) else {
        panic!("{text} is no status")
    };
    assert_eq!(set.numbers().collect::<Vec<_>>(), expected, "{text}");
}

#[track_caller]
fn check_refusal(text: &str, expected: &str) {
    assert_eq!(read(text).unwrap_err().0, expected, "{text}");
}

#[test]
fn an_empty_filter_passes_everything() {
    for text in ["", "   ", "\n"] {
        assert_eq!(
            read(text).unwrap(),
            Filter {
                condition: None,
                grouped_by_status: false
            }
        );
    }
}

#[test]
fn strings_take_either_quote_and_names_take_backticks() {
    let expected = text_is(TextColumn::WorkflowId, "a b");
    for text in [
        "WorkflowId = 'a b'",
        "WorkflowId=\"a b\"",
        "`WorkflowId` = 'a b'",
        "(WorkflowId = 'a b')",
    ] {
        assert_eq!(condition(text), expected, "{text}");
    }
    assert_eq!(
        condition("WorkflowId = 'it''s'"),
        text_is(TextColumn::WorkflowId, "it's")
    );
    assert_eq!(
        condition(r"WorkflowId = 'it\'s'"),
        text_is(TextColumn::WorkflowId, "it's")
    );
}

#[test]
fn keywords_take_any_case() {
    let Condition::All(parts) = condition("WorkflowId = 'a' and (RunId = 'b' Or RunId = 'c')")
    else {
        panic!()
    };
    assert_eq!(parts[0], text_is(TextColumn::WorkflowId, "a"));
    assert_eq!(
        parts[1],
        Condition::Any(vec![
            text_is(TextColumn::RunId, "b"),
            text_is(TextColumn::RunId, "c")
        ])
    );
}

#[test]
fn and_binds_more_than_or() {
    let Condition::Any(parts) = condition("WorkflowId = 'a' OR WorkflowId = 'b' AND RunId = 'c'")
    else {
        panic!()
    };
    assert_eq!(parts.len(), 2);
    assert!(matches!(parts[1], Condition::All(_)));
}

#[test]
fn statuses_go_by_name_by_number_and_by_long_name() {
    check_statuses("ExecutionStatus = 'Running'", &[1]);
    check_statuses(
        "ExecutionStatus = \"WORKFLOW_EXECUTION_STATUS_TIMED_OUT\"",
        &[7],
    );
    check_statuses("ExecutionStatus = 2", &[2]);
    check_statuses("ExecutionStatus IN ('Failed', 'TimedOut', 4)", &[3, 4, 7]);
    check_statuses(
        "ExecutionStatus NOT IN ('Unspecified', 'Running', 'Completed', 'Paused')",
        &[3, 4, 5, 6, 7],
    );
    check_statuses("ExecutionStatus != 'Running'", &[0, 2, 3, 4, 5, 6, 7, 8]);
    check_statuses("NOT ExecutionStatus != 'Running'", &[1]);
    check_statuses("ExecutionStatus IS NULL", &[]);
    check_statuses(
        "ExecutionStatus BETWEEN 'Completed' AND 'Failed'",
        &[2, 3, 6],
    );
    check_refusal(
        "ExecutionStatus = 'Runing'",
        "invalid expression: invalid ExecutionStatus value 'Runing'",
    );
    check_refusal(
        "ExecutionStatus = 99",
        "invalid expression: invalid ExecutionStatus value 99",
    );
    check_refusal(
        "ExecutionStatus = true",
        "invalid expression: unexpected value type bool for search attribute ExecutionStatus",
    );
}

#[test]
fn possible_statuses_follow_from_the_whole_condition() {
    let possible = |text: &str| {
        condition(text)
            .possible_statuses()
            .numbers()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        possible("ExecutionStatus = 'Running' AND WorkflowId = 'a'"),
        [1]
    );
    assert_eq!(
        possible("ExecutionStatus = 'Running' OR ExecutionStatus = 'Failed'"),
        [1, 3]
    );
    assert_eq!(
        possible("ExecutionStatus = 'Running' OR WorkflowId = 'a'").len(),
        9
    );
    assert_eq!(
        possible("ExecutionStatus = 'Running' AND ExecutionStatus = 'Failed'"),
        [0; 0]
    );
}

#[test]
fn times_are_rfc_3339_or_nanoseconds() {
    let at = |nanos| {
        Condition::Time(
            TimeColumn::StartTime,
            Check::Compare(Comparison::Greater, Timestamp(nanos)),
        )
    };
    assert_eq!(
        condition("StartTime > '1970-01-01T00:00:01Z'"),
        at(1_000_000_000)
    );
    assert_eq!(
        condition("StartTime > '1970-01-01T00:00:01.5Z'"),
        at(1_500_000_000)
    );
    assert_eq!(
        condition("StartTime > '1970-01-01T01:00:01.000000007+01:00'"),
        at(1_000_000_007)
    );
    assert_eq!(condition("StartTime > 1000000000"), at(1_000_000_000));
    assert_eq!(condition("StartTime > -5"), at(-5));
    for text in [
        "yesterday",
        "2024-01-01",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00",
        "2024-13-01T00:00:00Z",
    ] {
        check_refusal(
            &format!("CloseTime < '{text}'"),
            &format!("invalid expression: unable to parse datetime '{text}'"),
        );
    }
    check_refusal(
        "StartTime = 1.5",
        "invalid expression: invalid value type for search attribute StartTime of type Datetime: 1.5 (type: float64)",
    );
}

#[test]
fn durations_take_three_forms() {
    let longer = |nanos| {
        let check = Check::Compare(Comparison::Greater, Number::Integer(nanos));
        Condition::Number(NumberColumn::ExecutionDuration, check)
    };
    let second = 1_000_000_000;
    assert_eq!(condition("ExecutionDuration > 5"), longer(5));
    assert_eq!(condition("ExecutionDuration > '5'"), longer(5));
    assert_eq!(
        condition("ExecutionDuration > '1h30m'"),
        longer(5_400 * second)
    );
    assert_eq!(
        condition("ExecutionDuration > '-1.5h'"),
        longer(-5_400 * second)
    );
    assert_eq!(
        condition("ExecutionDuration > '2d'"),
        longer(172_800 * second)
    );
    assert_eq!(
        condition("ExecutionDuration > '300ms'"),
        longer(300_000_000)
    );
    assert_eq!(
        condition("ExecutionDuration > '01:02:03'"),
        longer(3_723 * second)
    );
    for text in ["", "h", "1x", "1:2", "1:60:00", "1h-2m"] {
        check_refusal(
            &format!("ExecutionDuration > '{text}'"),
            &format!(
                "invalid expression: invalid duration value for search attribute ExecutionDuration: {text}"
            ),
        );
    }
}

#[test]
fn not_is_pushed_into_the_tests() {
    assert_eq!(
        condition("NOT (WorkflowId = 'a' AND CloseTime IS NULL)"),
        Condition::Any(vec![
            Condition::Text(
                TextColumn::WorkflowId,
                Check::Compare(Comparison::NotEqual, "a".into())
            ),
            Condition::Time(TimeColumn::CloseTime, Check::Present),
        ])
    );
    assert_eq!(
        condition("NOT NOT WorkflowId = 'a'"),
        text_is(TextColumn::WorkflowId, "a")
    );
}

#[test]
fn the_other_operators_of_keywords() {
    let task_queue = |check| Condition::Text(TextColumn::TaskQueue, check);
    let (a, b) = (|| "a".to_owned(), || "b".to_owned());
    for (text, check) in [
        ("TaskQueue STARTS_WITH 'a'", Check::StartsWith(a())),
        ("TaskQueue starts_with 'a'", Check::StartsWith(a())),
        ("TaskQueue NOT STARTS_WITH 'a'", Check::NotStartsWith(a())),
        ("NOT TaskQueue STARTS_WITH 'a'", Check::NotStartsWith(a())),
        ("TaskQueue IN ('a', 'b')", Check::OneOf(vec![a(), b()])),
        ("TaskQueue NOT IN ('a', 'b')", Check::NoneOf(vec![a(), b()])),
        ("TaskQueue BETWEEN 'a' AND 'b'", Check::Between(a(), b())),
        (
            "TaskQueue NOT BETWEEN 'a' AND 'b'",
            Check::NotBetween(a(), b()),
        ),
        ("TaskQueue IS NOT NULL", Check::Present),
        (
            "TaskQueue <= 'a'",
            Check::Compare(Comparison::LessOrEqual, a()),
        ),
    ] {
        assert_eq!(condition(text), task_queue(check), "{text}");
    }
    let Condition::All(parts) =
        condition("TaskQueue STARTS_WITH 'a' AND WorkflowId = 'b' AND RunId = 'c'")
    else {
        panic!()
    };
    assert_eq!(parts.len(), 3);
}

#[test]
fn group_by_is_for_the_status_alone() {
    assert_eq!(
        read("GROUP BY ExecutionStatus").unwrap(),
        Filter {
            condition: None,
            grouped_by_status: true
        }
    );
    assert!(
        read("WorkflowId = 'a' group by ExecutionStatus")
            .unwrap()
            .grouped_by_status
    );
    check_refusal(
        "GROUP BY WorkflowType",
        "operation is not supported: 'group by' clause is only supported for ExecutionStatus search attribute",
    );
    check_refusal(
        "GROUP BY ExecutionStatus, WorkflowType",
        "operation is not supported: 'group by' clause supports only a single field",
    );
}

#[test]
fn refusals_have_temporals_words() {
    check_refusal(
        "CustomField = 'a'",
        "invalid expression: column name 'CustomField' is not a valid search attribute",
    );
    check_refusal(
        "workflowid = 'a'",
        "invalid expression: column name 'workflowid' is not a valid search attribute",
    );
    check_refusal("WorkflowId", "invalid expression: incomplete expression");
    check_refusal(
        "WorkflowId = abc",
        "operation is not supported: column name on the right side of comparison expression (did you forget to quote \
         \"abc\"?)",
    );
    check_refusal(
        "WorkflowId = 5",
        "invalid expression: invalid value type for search attribute WorkflowId of type Keyword: 5 (type: int64)",
    );
    check_refusal(
        "WorkflowId LIKE 'a%'",
        "operation is not supported: operator 'LIKE' not supported for Keyword type search attribute 'WorkflowId'",
    );
    check_refusal(
        "StartTime STARTS_WITH '2024'",
        "operation is not supported: operator 'STARTS_WITH' not supported for Datetime type search attribute \
         'StartTime'",
    );
    check_refusal(
        "WorkflowId STARTS_WITH 5",
        "invalid expression: right-hand side of 'starts_with' must be a literal string (got: 5)",
    );
    check_refusal("AND", "invalid expression: incomplete expression");
    check_refusal(
        "WorkflowId + 'a'",
        "operation is not supported: operator '+' not supported for Keyword type search attribute 'WorkflowId'",
    );
    check_refusal(
        "WorkflowId IN (SELECT 1)",
        "operation is not supported: expression `WorkflowId IN (SELECT 1)`",
    );
    check_refusal(
        "now() > 5",
        "invalid expression: must be a column name but was `now()`",
    );
    check_refusal("now()", "operation is not supported: function expression");
    check_refusal(
        "WorkflowId = 'a' ORDER BY StartTime",
        "operation is not supported: 'ORDER BY' clause",
    );
    check_refusal("LIMIT 5", "operation is not supported: 'LIMIT' clause");
    check_refusal(
        "'a' = WorkflowId",
        "invalid expression: must be a column name but was `'a'`",
    );
}

#[test]
fn malformed_text_is_refused_with_its_place() {
    check_refusal(
        "WorkflowId = ",
        "malformed SQL query: syntax error at position 40",
    );
    check_refusal(
        "WorkflowId = 'a' WorkflowType",
        "malformed SQL query: syntax error at position 57 near 'WorkflowType'",
    );
    for text in [
        "WorkflowId = 'a",
        "WorkflowId = 'a' AND",
        "(WorkflowId = 'a'",
        "a b c",
        "= 'a'",
        "\u{0}",
        "'",
    ] {
        let refused = read(text).unwrap_err().0;
        assert!(
            refused.starts_with("malformed SQL query: syntax error at position "),
            "{text}: {refused}"
        );
    }
}

#[test]
fn hostile_filters_are_refused_and_not_executed() {
    let deep = format!("{}WorkflowId = 'a'{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(read(&deep).is_err());
    let long = vec!["WorkflowId = 'a'"; 5_000].join(" AND ");
    check_refusal(
        &long,
        "operation is not supported: more than 400 conditions in one query",
    );
    let fits = vec!["WorkflowId = 'a'"; 400].join(" AND ");
    assert_eq!(condition(&fits).required().len(), 400);
    assert!(read(&format!("WorkflowId = '{}'", "a".repeat(200_000))).is_err());
    assert!(read(&"NOT ".repeat(300)).is_err());
    assert!(read(&format!("StartTime > {}5", "-".repeat(5_000))).is_err());
}

#[test]
fn values_of_users_attributes_have_their_types() {
    let custom = |kind: AttributeType, value: serde_json::Value| {
        let check = Check::Compare(Comparison::Equal, value);
        Condition::Custom(format!("My{}", kind.name()), kind, check)
    };
    for (text, kind, value) in [
        (
            "MyText = 'Big blue'",
            AttributeType::Text,
            "Big blue".into(),
        ),
        ("`MyKeyword` = 'a'", AttributeType::Keyword, "a".into()),
        ("MyInt = 7", AttributeType::Int, 7.into()),
        ("MyDouble = 1.5", AttributeType::Double, 1.5.into()),
        ("MyBool = true", AttributeType::Bool, true.into()),
        (
            "MyDatetime = '1970-01-01T00:00:01Z'",
            AttributeType::Datetime,
            1_000_000_000.into(),
        ),
        (
            "MyKeywordList = 'a'",
            AttributeType::KeywordList,
            "a".into(),
        ),
    ] {
        assert_eq!(condition(text), custom(kind, value), "{text}");
    }
}

#[test]
fn what_an_attributes_type_does_not_take_is_refused() {
    check_refusal(
        "MyKeyword = 7",
        "invalid expression: invalid value type for search attribute MyKeyword of type Keyword: 7 (type: int64)",
    );
    check_refusal(
        "MyInt STARTS_WITH 'a'",
        "operation is not supported: operator 'STARTS_WITH' not supported for Int type search attribute 'MyInt'",
    );
    check_refusal(
        "MyKeywordList > 'a'",
        "operation is not supported: operator '>' not supported for KeywordList type search attribute 'MyKeywordList'",
    );
    check_refusal(
        "MyText BETWEEN 'a' AND 'b'",
        "operation is not supported: cannot do range condition on search attribute 'MyText' of type Text",
    );
    check_refusal(
        "GROUP BY MyKeyword",
        "operation is not supported: 'group by' clause is only supported for ExecutionStatus search attribute",
    );
}
