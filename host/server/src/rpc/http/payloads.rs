//! Payloads in short: as the JSON that they hold, instead of bytes in base64 with metadata.
//!
//! What can't be written in short is written in full, so that nothing is lost; and what is written in full is always read.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use prost_reflect::{EnumDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::schema;

const PAYLOAD: &str = "temporal.api.common.v1.Payload";
const PAYLOADS: &str = "temporal.api.common.v1.Payloads";
/// Where the short form of a protobuf message names its type.
const MESSAGE_TYPE: &str = "_protoMessageType";
/// A value's type in the place of its fields' names.
const ANY_TYPE: &str = "@type";

/// As protobuf's JSON has it: with padding or without.
const ANY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Field,
    /// Of a list or a map.
    Element,
}

/// Makes what Temporal's mapping allows into protobuf's own: payloads in short, if they are expected, and the names that enums
/// had in older JSON (`AllowDuplicate`).
pub(super) fn expand(message: &MessageDescriptor, json: &mut Value, has_short: bool) {
    match (message.full_name(), &mut *json) {
        (PAYLOAD, _) if has_short => *json = in_full(json.take()),
        (PAYLOADS, Value::Array(values)) if has_short => {
            let payloads: Vec<Value> = values.drain(..).map(in_full).collect();
            *json = json!({ "payloads": payloads });
        }
        (name, _) if name.starts_with("google.protobuf.") => {}
        (_, Value::Object(object)) => {
            for_each_value(message, object, &mut |kind, place, value| match kind {
                // A field that is null is one that is not set.
                Kind::Message(_) if value.is_null() && place == Place::Field => {}
                Kind::Message(inner) => expand(inner, value, has_short),
                Kind::Enum(kind) => modernize(kind, value),
                _ => {}
            });
        }
        _ => {}
    }
}

/// Writes the payloads in a message's JSON in short.
pub(super) fn shorten(message: &MessageDescriptor, json: &mut Value) {
    match message.full_name() {
        PAYLOAD => {
            if let Some(short) = in_short(json) {
                *json = short;
            }
            return;
        }
        PAYLOADS => {
            let all = match json.get("payloads") {
                Some(Value::Array(payloads)) => payloads.iter().map(in_short).collect(),
                _ => Some(Vec::new()),
            };
            if let Some(all) = all {
                *json = Value::Array(all);
                return;
            }
        }
        _ => {}
    }
    let Value::Object(object) = json else {
        return;
    };
    let held = object.get(ANY_TYPE).and_then(Value::as_str);
    let held = held.and_then(|url| schema::message(url.rsplit('/').next().unwrap_or(url)));
    for_each_value(
        held.as_ref().unwrap_or(message),
        object,
        &mut |kind, _, value| {
            if let Kind::Message(inner) = kind {
                shorten(inner, value);
            }
        },
    );
}

/// Every value of a message's fields with its kind; of lists and maps every element.
fn for_each_value(
    message: &MessageDescriptor,
    object: &mut Map<String, Value>,
    act: &mut dyn FnMut(&Kind, Place, &mut Value),
) {
    for (name, value) in object {
        let Some(field) = schema::field(message, name) else {
            continue;
        };
        match (field.kind(), value) {
            (Kind::Message(entry), Value::Object(entries)) if field.is_map() => {
                let kind = entry.map_entry_value_field().kind();
                for value in entries.values_mut() {
                    act(&kind, Place::Element, value);
                }
            }
            (kind, Value::Array(values)) if field.is_list() => {
                for value in values {
                    act(&kind, Place::Element, value);
                }
            }
            (kind, value) => act(&kind, Place::Field, value),
        }
    }
}

fn in_short(payload: &Value) -> Option<Value> {
    let metadata = payload.get("metadata")?.as_object()?;
    let text = |name: &str| {
        let bytes = BASE64_STANDARD.decode(metadata.get(name)?.as_str()?).ok()?;
        String::from_utf8(bytes).ok()
    };
    let data = || {
        let data = payload.get("data")?.as_str()?;
        serde_json::from_slice(&BASE64_STANDARD.decode(data).ok()?).ok()
    };
    match (text("encoding")?.as_str(), metadata.len()) {
        ("binary/null", _) => Some(in_full(Value::Null)),
        ("json/plain", 1) => data(),
        ("json/protobuf", 2) => {
            let Value::Object(mut message) = data()? else {
                return None;
            };
            message.insert(MESSAGE_TYPE.into(), text("messageType")?.into());
            Some(Value::Object(message))
        }
        _ => None,
    }
}

fn in_full(value: Value) -> Value {
    let payload = |encoding: &str, data: &Value| {
        json!({
            "metadata": {"encoding": BASE64_STANDARD.encode(encoding)},
            "data": BASE64_STANDARD.encode(data.to_string()),
        })
    };
    match value {
        Value::Null => json!({"metadata": {"encoding": BASE64_STANDARD.encode("binary/null")}}),
        Value::Object(fields) if is_in_full(&fields) => Value::Object(fields),
        Value::Object(mut fields) => match fields.remove(MESSAGE_TYPE) {
            Some(Value::String(name)) => {
                let mut full = payload("json/protobuf", &Value::Object(fields));
                full["metadata"]["messageType"] = BASE64_STANDARD.encode(name).into();
                full
            }
            Some(other) => {
                fields.insert(MESSAGE_TYPE.into(), other);
                payload("json/plain", &Value::Object(fields))
            }
            None => payload("json/plain", &Value::Object(fields)),
        },
        other => payload("json/plain", &other),
    }
}

/// Whether a value is a payload itself, rather than what one holds: it has an encoding and bytes, both in base64, and no more.
fn is_in_full(fields: &Map<String, Value>) -> bool {
    let is_base64 = |value: &Value| {
        let text = value.as_str();
        text.is_some_and(|text| {
            ANY_BASE64
                .decode(text.replace('-', "+").replace('_', "/"))
                .is_ok()
        })
    };
    let Some(Value::Object(metadata)) = fields.get("metadata") else {
        return false;
    };
    let Some(encoding) = metadata.get("encoding") else {
        return false;
    };
    let is_null = *encoding == BASE64_STANDARD.encode("binary/null");
    let has_data = match fields.get("data") {
        None => is_null && fields.len() == 1,
        Some(data) => fields.len() == 2 && is_base64(data),
    };
    has_data && metadata.values().all(is_base64)
}

/// Gives an enum's value the name that it has now, if it comes by an older one: `AllowDuplicate` of `WorkflowIdReusePolicy` is
/// `WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE`.
fn modernize(kind: &EnumDescriptor, value: &mut Value) {
    let Value::String(text) = &*value else {
        return;
    };
    if kind.get_value_by_name(text).is_some() {
        return;
    }
    let mut name = String::new();
    for character in format!("{}_{text}", kind.name()).chars() {
        if character.is_ascii_uppercase()
            && name.ends_with(|last: char| last.is_ascii_lowercase() || last.is_ascii_digit())
        {
            name.push('_');
        }
        name.push(character);
    }
    let name = name.to_ascii_uppercase();
    if kind.get_value_by_name(&name).is_some() {
        *value = name.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(metadata: &[(&str, &str)], data: &str) -> Value {
        let metadata: Map<String, Value> = metadata
            .iter()
            .map(|(name, text)| ((*name).to_owned(), BASE64_STANDARD.encode(text).into()))
            .collect();
        json!({"metadata": metadata, "data": BASE64_STANDARD.encode(data)})
    }

    /// A value in short, and the payload that it is.
    fn check(short: Value, full: Value) {
        assert_eq!(in_full(short.clone()), full, "{short} in full");
        assert_eq!(in_short(&full), Some(short), "{full} in short");
    }

    #[test]
    fn json_is_short_for_a_payload_that_holds_it() {
        for value in [
            json!({"a": [1, null]}),
            json!([]),
            json!("x"),
            json!(1.5),
            json!(true),
        ] {
            let text = value.to_string();
            check(value, payload(&[("encoding", "json/plain")], &text));
        }
        check(
            json!({"_protoMessageType": "a.B", "c": 1}),
            payload(
                &[("encoding", "json/protobuf"), ("messageType", "a.B")],
                r#"{"c":1}"#,
            ),
        );
    }

    #[test]
    fn what_is_a_payload_already_stays_one() {
        for full in [
            payload(&[("encoding", "binary/plain")], "\0\u{1}"),
            payload(&[("encoding", "json/plain"), ("type", "Int")], "1"),
            payload(&[("encoding", "json/plain")], "{no json"),
            payload(&[("encoding", "json/plain")], ""),
        ] {
            assert_eq!(in_full(full.clone()), full);
            assert_eq!(in_short(&full), None, "{full}");
        }
        let null = json!({"metadata": {"encoding": "YmluYXJ5L251bGw="}});
        assert_eq!(in_full(Value::Null), null);
        assert_eq!(in_full(null.clone()), null);
        assert_eq!(in_short(&null), Some(null));
    }

    #[test]
    fn what_only_looks_like_a_payload_is_a_value() {
        let look_alikes = [
            json!({"metadata": {"encoding": "???"}, "data": ""}),
            json!({"metadata": {}, "data": ""}),
            json!({"metadata": {"encoding": "YQ=="}, "data": "", "more": 1}),
            json!({"metadata": {"encoding": "YQ=="}}),
            json!({"metadata": {"encoding": "YQ=="}, "data": 1}),
            json!({"_protoMessageType": 1}),
        ];
        for value in look_alikes {
            let text = value.to_string();
            check(value, payload(&[("encoding", "json/plain")], &text));
        }
    }

    #[test]
    fn one_that_has_no_short_form_keeps_the_list_in_full_around_it() {
        let payloads = schema::message(PAYLOADS).expect("there is such a message");
        let binary = payload(&[("encoding", "binary/plain")], "b");
        let plain = payload(&[("encoding", "json/plain")], "1");
        let mut json = json!({"payloads": [plain, binary]});
        shorten(&payloads, &mut json);
        assert_eq!(json, json!({"payloads": [1, binary]}));
        let mut empty = json!({});
        shorten(&payloads, &mut empty);
        assert_eq!(empty, json!([]));
    }

    #[test]
    fn payloads_within_messages_that_hold_any_message_are_found() {
        let any = schema::message("google.protobuf.Any").expect("there is such a message");
        let mut json = json!({
            "@type": "type.googleapis.com/temporal.api.errordetails.v1.QueryFailedFailure",
            "failure": {"encodedAttributes": payload(&[("encoding", "json/plain")], "1")},
        });
        shorten(&any, &mut json);
        assert_eq!(json["failure"]["encodedAttributes"], 1);
    }
}
