//! Search attributes of users: their types, kept for each namespace, and their values as filters look into them.
//!
//! The values of a run are one JSON object beside its row, so that an attribute that is added needs no new column. How a
//! value is written there depends on the type that its payload names: instants are nanoseconds since 1970, texts the
//! words of which they are made, lists of keywords arrays. What can't be read as its type is found by no filter.

use std::collections::{BTreeSet, HashMap};

use prost::Message;
use serde_json::{Map, Value};
use sundial_core::NamespaceId;
use temporalio_protos::temporal::api::{
    common::v1::{Payload, SearchAttributes},
    enums::v1::IndexedValueType,
    operatorservice::v1::AddSearchAttributesRequest,
};

use crate::{error::StoreError, filter::parse_time, records::ids::corrupt};

/// The attributes that users registered in a namespace.
pub type AttributeTypes = HashMap<String, AttributeType>;

/// The type of a search attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// Found by any of its words.
    Text,
    /// Found as a whole.
    Keyword,
    /// A whole number.
    Int,
    /// Any number.
    Double,
    /// True or false.
    Bool,
    /// An instant.
    Datetime,
    /// Found by any of its keywords.
    KeywordList,
}

/// Attributes that servers and SDKs set among a run's own, and that filters take everywhere.
pub const PREDEFINED: [(&str, AttributeType); 10] = [
    ("BatcherNamespace", AttributeType::Keyword),
    ("BatcherUser", AttributeType::Keyword),
    ("BinaryChecksums", AttributeType::KeywordList),
    ("BuildIds", AttributeType::KeywordList),
    ("TemporalChangeVersion", AttributeType::KeywordList),
    ("TemporalNamespaceDivision", AttributeType::Keyword),
    ("TemporalPauseInfo", AttributeType::KeywordList),
    ("TemporalSchedulePaused", AttributeType::Bool),
    ("TemporalScheduledById", AttributeType::Keyword),
    ("TemporalScheduledStartTime", AttributeType::Datetime),
];

impl AttributeType {
    /// The type of an attribute of [`PREDEFINED`].
    pub(crate) fn predefined(name: &str) -> Option<Self> {
        PREDEFINED
            .iter()
            .find(|(predefined, _)| *predefined == name)
            .map(|(_, kind)| *kind)
    }

    /// Its name, as payloads and errors have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Keyword => "Keyword",
            Self::Int => "Int",
            Self::Double => "Double",
            Self::Bool => "Bool",
            Self::Datetime => "Datetime",
            Self::KeywordList => "KeywordList",
        }
    }

    fn of_number(number: i32) -> Option<Self> {
        match IndexedValueType::try_from(number).ok()? {
            IndexedValueType::Unspecified => None,
            IndexedValueType::Text => Some(Self::Text),
            IndexedValueType::Keyword => Some(Self::Keyword),
            IndexedValueType::Int => Some(Self::Int),
            IndexedValueType::Double => Some(Self::Double),
            IndexedValueType::Bool => Some(Self::Bool),
            IndexedValueType::Datetime => Some(Self::Datetime),
            IndexedValueType::KeywordList => Some(Self::KeywordList),
        }
    }
}

/// Where a namespace's attributes stand among the server's own values.
#[must_use]
pub fn attribute_types_key(namespace_id: NamespaceId) -> String {
    format!("search_attributes/{namespace_id}")
}

/// Reads the value at [`attribute_types_key`]. Types that this program does not know are left out.
pub fn read_attribute_types(stored: &[u8]) -> Result<AttributeTypes, StoreError> {
    let stored = AddSearchAttributesRequest::decode(stored)
        .map_err(|error| corrupt(format!("the registered search attributes: {error}")))?;
    let known = |(name, number)| AttributeType::of_number(number).map(|kind| (name, kind));
    Ok(stored
        .search_attributes
        .into_iter()
        .filter_map(known)
        .collect())
}

/// The values of a run as filters see them; `None` if there are none.
pub(crate) fn searched(attributes: Option<&SearchAttributes>) -> Option<String> {
    let values: Map<String, Value> = attributes?
        .indexed_fields
        .iter()
        .filter_map(|(name, payload)| {
            let value = searched_value(name, payload)?;
            // PostgreSQL's JSON can't hold a zero byte either.
            (!name.contains('\0') && !holds_zero_byte(&value)).then(|| (name.clone(), value))
        })
        .collect();
    (!values.is_empty()).then(|| Value::Object(values).to_string())
}

fn searched_value(name: &str, payload: &Payload) -> Option<Value> {
    let value: Value = serde_json::from_slice(&payload.data).ok()?;
    let predefined = AttributeType::predefined(name).map(|kind| kind.name().as_bytes());
    let kind = predefined.or_else(|| payload.metadata.get("type").map(Vec::as_slice));
    match (kind, value) {
        (_, Value::Null | Value::Object(_)) => None,
        (Some(b"Text"), Value::String(text)) => {
            Some(words(&text).into_iter().map(Value::String).collect())
        }
        (Some(b"Datetime"), Value::String(text)) => {
            parse_time(&text).map(|time| Value::from(time.0))
        }
        (Some(b"KeywordList"), value @ Value::String(_)) => Some(Value::Array(vec![value])),
        (_, Value::Array(values)) if values.is_empty() => None,
        (_, value @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_))) => {
            Some(value)
        }
    }
}

fn holds_zero_byte(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_zero_byte),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// The words of a text, in lower case: letters and digits between other characters.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, data: &str, expected: Option<&str>) {
        let payload = Payload {
            metadata: [("type".to_owned(), kind.as_bytes().to_vec())].into(),
            data: data.as_bytes().to_vec(),
            ..Default::default()
        };
        let attributes = SearchAttributes {
            indexed_fields: [("A".to_owned(), payload)].into(),
        };
        let expected = expected.map(|value| format!("{{\"A\":{value}}}"));
        assert_eq!(searched(Some(&attributes)), expected, "{kind} {data}");
    }

    #[test]
    fn values_are_written_as_filters_compare_them() {
        check("Keyword", "\"a b\"", Some("\"a b\""));
        check("Int", "7", Some("7"));
        check("Double", "1.5", Some("1.5"));
        check("Bool", "true", Some("true"));
        check("Datetime", "\"1970-01-01T00:00:01Z\"", Some("1000000000"));
        check("Text", "\"Big, blue big\"", Some("[\"big\",\"blue\"]"));
        check("KeywordList", "[\"a\",\"b\"]", Some("[\"a\",\"b\"]"));
        check("KeywordList", "\"a\"", Some("[\"a\"]"));
    }

    #[test]
    fn what_is_no_value_is_left_out() {
        check("Keyword", "null", None);
        check("KeywordList", "[]", None);
        check("Datetime", "\"yesterday\"", None);
        check("Keyword", "\"a\\u0000b\"", None);
        check("Keyword", "not JSON", None);
        assert_eq!(searched(None), None);
    }

    #[test]
    fn stored_types_are_read() {
        let stored = AddSearchAttributesRequest {
            search_attributes: [("A".to_owned(), 3), ("B".to_owned(), 99)].into(),
            ..Default::default()
        };
        let types = read_attribute_types(&stored.encode_to_vec()).unwrap();
        assert_eq!(
            types,
            AttributeTypes::from([("A".to_owned(), AttributeType::Int)])
        );
        assert!(read_attribute_types(b"\xff").is_err());
    }
}
