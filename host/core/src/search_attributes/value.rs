//! Whether a payload holds a value of a type.
//!
//! Temporal reads values as Go reads JSON. Nothing is of every type; so is a list of no value, and one of one value stands
//! for that value.

use std::collections::BTreeMap;

use serde_json::Value;
use temporalio_protos::temporal::api::common::v1::Payload;

use super::AttributeType;
use crate::time::Timestamp;

const ENCODING: &str = "encoding";

/// Checks a value. The error is the value, as Temporal prints it.
pub(super) fn check(payload: &Payload, kind: AttributeType) -> Result<(), String> {
    match payload.metadata.get(ENCODING).map(Vec::as_slice) {
        Some(b"binary/null") => Ok(()),
        Some(b"json/plain") => match serde_json::from_slice(&payload.data) {
            Ok(value) if is_of(&value, kind) => Ok(()),
            Ok(value) => Err(shown(&value)),
            Err(_) => Err(raw(payload)),
        },
        Some(b"binary/plain") => {
            let bytes: Vec<String> = payload.data.iter().map(u8::to_string).collect();
            Err(format!("[{}]", bytes.join(" ")))
        }
        _ => Err(raw(payload)),
    }
}

fn is_of(value: &Value, kind: AttributeType) -> bool {
    match (value, kind) {
        (Value::Null, _) => true,
        (Value::Array(items), AttributeType::KeywordList) => {
            items.iter().all(|item| item.is_null() || item.is_string())
        }
        (_, AttributeType::KeywordList) => false,
        (Value::Array(items), _) => match items.as_slice() {
            [] | [Value::Null] => true,
            [item] => is_one_of(item, kind),
            _ => false,
        },
        (value, _) => is_one_of(value, kind),
    }
}

fn is_one_of(value: &Value, kind: AttributeType) -> bool {
    match kind {
        AttributeType::Text | AttributeType::Keyword | AttributeType::KeywordList => {
            value.is_string()
        }
        AttributeType::Int => value.is_i64(),
        AttributeType::Double => value.is_number(),
        AttributeType::Bool => value.is_boolean(),
        AttributeType::Datetime => value
            .as_str()
            .is_some_and(|text| Timestamp::from_rfc3339(text).is_some()),
    }
}

/// As Go prints what it read from JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), shown_number),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let mut fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}:{}", shown(value)))
                .collect();
            fields.sort_unstable();
            format!("map[{}]", fields.join(" "))
        }
    }
}

/// Go's shortest form: with an exponent of at least two digits where it is below -4 or from 21 on.
fn shown_number(number: f64) -> String {
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if exponent < -4 => format!("{digits}e-{:02}", -exponent),
        Ok(exponent) if exponent >= 21 => format!("{digits}e+{exponent:02}"),
        _ => number.to_string(),
    }
}

/// A payload that can't be read, as Go prints protobuf.
fn raw(payload: &Payload) -> String {
    let quoted = |bytes: &[u8]| format!("\"{}\"", bytes.escape_ascii());
    let metadata: BTreeMap<&String, &Vec<u8>> = payload.metadata.iter().collect();
    let mut fields: Vec<String> = metadata
        .into_iter()
        .map(|(name, value)| {
            let name = quoted(name.as_bytes());
            format!("metadata:{{key:{name} value:{}}}", quoted(value))
        })
        .collect();
    if !payload.data.is_empty() {
        fields.push(format!("data:{}", quoted(&payload.data)));
    }
    format!("value from <{}>", fields.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(encoding: &str, data: &str, kind: AttributeType) -> String {
        let payload = Payload {
            metadata: [(ENCODING.to_owned(), encoding.as_bytes().to_vec())].into(),
            data: data.as_bytes().to_vec(),
            ..Default::default()
        };
        check(&payload, kind).map_or_else(|shown| shown, |()| "fine".to_owned())
    }

    fn fits(kind: AttributeType, values: &[&str]) {
        for value in values {
            assert_eq!(verdict_of("json/plain", value, kind), "fine", "{kind:?}");
        }
    }

    fn refused(kind: AttributeType, value: &str, shown: &str) {
        assert_eq!(verdict_of("json/plain", value, kind), shown, "{kind:?}");
    }

    #[test]
    fn each_type_takes_its_values_lists_of_one_and_nothing() {
        use AttributeType::*;
        fits(Text, &["\"a b\"", "[\"a\"]", "[]", "null"]);
        fits(Keyword, &["\"a b\"", "[\"a\"]", "null"]);
        fits(Int, &["5", "-5", "[1]", "[null]", "null"]);
        fits(Double, &["5", "5.5", "1e3", "[1.5]", "null"]);
        fits(Bool, &["true", "[false]", "null"]);
        fits(Datetime, &["\"2024-05-01T00:00:00Z\"", "null"]);
        fits(Datetime, &["\"2024-05-01T00:00:00.5+02:00\""]);
        fits(KeywordList, &["[\"a\",\"b\"]", "[]", "null"]);
    }

    #[test]
    fn other_values_are_shown_as_go_prints_them() {
        use AttributeType::*;
        refused(Text, "5", "5");
        refused(
            Keyword,
            "{\"b\":[1,\"x\"],\"a\":null}",
            "map[a:<nil> b:[1 x]]",
        );
        refused(Int, "5.5", "5.5");
        refused(Int, "9223372036854775808", "9.223372036854776e+18");
        refused(Int, "\"5\"", "5");
        refused(Int, "[1,2]", "[1 2]");
        refused(Keyword, "[\"a\",\"b\"]", "[a b]");
        refused(Double, "\"x\"", "x");
        refused(Bool, "1e21", "1e+21");
        refused(Bool, "1e-7", "1e-07");
        refused(Datetime, "\"yesterday\"", "yesterday");
        refused(Datetime, "5", "5");
        refused(KeywordList, "\"a\"", "a");
        refused(KeywordList, "[1]", "[1]");
    }

    #[test]
    fn what_cannot_be_read_is_no_value() {
        let verdict = |encoding, data| verdict_of(encoding, data, AttributeType::Int);
        assert_eq!(verdict("binary/null", ""), "fine");
        assert_eq!(
            verdict("json/plain", "{"),
            r#"value from <metadata:{key:"encoding" value:"json/plain"} data:"{">"#
        );
        assert_eq!(
            verdict("json/plain", ""),
            r#"value from <metadata:{key:"encoding" value:"json/plain"}>"#
        );
        assert_eq!(
            verdict("other", "\"5\""),
            r#"value from <metadata:{key:"encoding" value:"other"} data:"\"5\"">"#
        );
        assert_eq!(verdict("binary/plain", "ab"), "[97 98]");
    }
}
