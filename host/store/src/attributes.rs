//! Search attributes of users: their types, kept for each namespace, and their values as filters look into them.
//!
//! The values of a run are one JSON object beside its row, so that an attribute that is added needs no new column. How a
//! value is written there depends on the type that its payload names: instants are nanoseconds since 1970, texts the
//! words of which they are made, lists of keywords arrays. What can't be read as its type is found by no filter.

use std::collections::BTreeSet;

use prost::Message;
use serde_json::{Map, Value};
use sundial_core::{AttributeType, AttributeTypes, NamespaceId, Timestamp};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, SearchAttributes},
    operatorservice::v1::AddSearchAttributesRequest,
};

use crate::{error::StoreError, records::ids::corrupt};

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

/// Whose the values in a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setter {
    /// What runs begin with and workflows upsert.
    User,
    /// What the server says of the workers that a run was on.
    Server,
}

impl Setter {
    /// Who sets the attribute of this name.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "BinaryChecksums" | "BuildIds" | "TemporalWorkflowVersioningBehavior" => Self::Server,
            _ => Self::User,
        }
    }

    /// The column of their values.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::User => "attributes",
            Self::Server => "server_attributes",
        }
    }
}

/// Attributes that are columns of their own.
const COLUMNS: [&str; 2] = [
    "TemporalWorkerDeployment",
    "TemporalWorkerDeploymentVersion",
];

/// The values of a run as filters see them; `None` if there are none.
pub(crate) fn searched(attributes: Option<&SearchAttributes>, setter: Setter) -> Option<String> {
    let values: Map<String, Value> = attributes?
        .indexed_fields
        .iter()
        .filter(|(name, _)| Setter::of(name) == setter && !COLUMNS.contains(&name.as_str()))
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
        (Some(b"KeywordList"), value @ Value::String(_)) => Some(Value::Array(vec![value])),
        (_, Value::Array(values)) if values.is_empty() => None,
        (kind, Value::Array(mut values))
            if values.len() == 1 && !matches!(kind, Some(b"KeywordList")) =>
        {
            // One value in a list stands for the value.
            values.pop().and_then(|value| single_value(kind, value))
        }
        (kind, value) => single_value(kind, value),
    }
}

fn single_value(kind: Option<&[u8]>, value: Value) -> Option<Value> {
    match (kind, value) {
        (_, Value::Null | Value::Object(_)) => None,
        (Some(b"Text"), Value::String(text)) => {
            Some(words(&text).into_iter().map(Value::String).collect())
        }
        (Some(b"Datetime"), Value::String(text)) => {
            Timestamp::from_rfc3339(&text).map(|time| Value::from(time.0))
        }
        (_, value) => Some(value),
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
        assert_eq!(
            searched(Some(&attributes), Setter::User),
            expected,
            "{kind} {data}"
        );
        assert_eq!(searched(Some(&attributes), Setter::Server), None);
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
        check("Int", "[7]", Some("7"));
        check("Datetime", "[\"1970-01-01T00:00:01Z\"]", Some("1000000000"));
    }

    #[test]
    fn what_is_no_value_is_left_out() {
        check("Keyword", "null", None);
        check("KeywordList", "[]", None);
        check("Int", "[null]", None);
        check("Datetime", "\"yesterday\"", None);
        check("Keyword", "\"a\\u0000b\"", None);
        check("Keyword", "not JSON", None);
        assert_eq!(searched(None, Setter::User), None);
    }

    #[test]
    fn what_the_server_sets_stands_apart() {
        let payload = Payload {
            data: b"[\"unversioned\"]".to_vec(),
            ..Default::default()
        };
        let names = ["BuildIds", "TemporalWorkerDeployment"];
        let attributes = SearchAttributes {
            indexed_fields: names.map(|name| (name.to_owned(), payload.clone())).into(),
        };
        assert_eq!(
            searched(Some(&attributes), Setter::Server).as_deref(),
            Some("{\"BuildIds\":[\"unversioned\"]}")
        );
        assert_eq!(searched(Some(&attributes), Setter::User), None);
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
