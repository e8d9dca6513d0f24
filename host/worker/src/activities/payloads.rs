//! Payloads as JSON and back, for programs that know nothing of payloads.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    failure::v1::Failure,
};

use super::failures::application_failure;

/// The largest payload that a server takes, in bytes: Temporal's limit on a blob.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 2 << 20;

/// A payload of JSON text, which is not checked.
pub fn json_payload(json: impl Into<Vec<u8>>) -> Payload {
    Payload {
        metadata: encoding("json/plain"),
        data: json.into(),
        ..Default::default()
    }
}

/// The payload for no value.
pub fn null_payload() -> Payload {
    Payload {
        metadata: encoding("binary/null"),
        ..Default::default()
    }
}

fn encoding(name: &str) -> HashMap<String, Vec<u8>> {
    HashMap::from([("encoding".to_owned(), name.as_bytes().to_vec())])
}

/// `payloads` as one JSON value: none is null, one is itself, several are an array.
pub(super) fn to_json(payloads: &[Payload]) -> Result<Vec<u8>, Failure> {
    match payloads {
        [] => Ok(b"null".to_vec()),
        [only] => Ok(json_of(only)?.to_vec()),
        several => {
            let mut array = vec![b'['];
            for (number, payload) in several.iter().enumerate() {
                if number > 0 {
                    array.push(b',');
                }
                array.extend_from_slice(json_of(payload)?);
            }
            array.push(b']');
            Ok(array)
        }
    }
}

/// JSON text as a payload: null and nothing are the null payload. `None` if it is no JSON.
pub(super) fn from_json(json: &[u8]) -> Option<Payload> {
    let json = json.trim_ascii();
    if json.is_empty() || json == b"null" {
        return Some(null_payload());
    }
    is_json(json).then(|| json_payload(json))
}

/// JSON text as details: nothing is none. `None` if it is no JSON.
pub(super) fn details_from_json(json: &[u8]) -> Option<Payloads> {
    let json = json.trim_ascii();
    if json.is_empty() {
        return Some(Payloads::default());
    }
    is_json(json).then(|| Payloads {
        payloads: vec![json_payload(json)],
    })
}

fn is_json(json: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(json).is_ok()
}

fn json_of(payload: &Payload) -> Result<&[u8], Failure> {
    let encoding = payload
        .metadata
        .get("encoding")
        .map(|name| String::from_utf8_lossy(name));
    let encoding = encoding.as_deref().unwrap_or("no");
    match encoding {
        "binary/null" => Ok(b"null"),
        "json/plain" | "json/protobuf" if is_json(&payload.data) => Ok(&payload.data),
        "json/plain" | "json/protobuf" => Err(application_failure(
            "UnreadableInput",
            format!("a payload says that it is {encoding} and is not"),
            true,
        )),
        _ => Err(application_failure(
            "UnreadableInput",
            format!(
                "a payload has {encoding} encoding, and child processes are given JSON; run the activity in a Temporal worker that \
                 has the data converter for it"
            ),
            true,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(payloads: &[Payload]) -> String {
        String::from_utf8(to_json(payloads).unwrap()).unwrap()
    }

    #[test]
    fn none_is_null_one_is_itself_and_several_are_an_array() {
        assert_eq!(json(&[]), "null");
        assert_eq!(json(&[json_payload("{\"a\": 1}")]), "{\"a\": 1}");
        assert_eq!(
            json(&[json_payload("1"), null_payload(), json_payload("\"x\"")]),
            "[1,null,\"x\"]"
        );
    }

    #[test]
    fn numbers_pass_as_they_are_written() {
        assert_eq!(
            json(&[json_payload("12345678901234567890.10")]),
            "12345678901234567890.10"
        );
        assert_eq!(from_json(b" 1e400 ").unwrap().data, b"1e400");
    }

    #[test]
    fn what_is_no_json_is_refused_for_good() {
        let protobuf = Payload {
            metadata: encoding("binary/protobuf"),
            ..Default::default()
        };
        let failure = to_json(&[protobuf]).unwrap_err();
        assert!(
            failure.message.contains("binary/protobuf"),
            "{}",
            failure.message
        );
        assert!(to_json(&[json_payload("{")]).is_err());
        assert!(from_json(b"{").is_none());
        assert!(from_json(b"1 2").is_none());
    }

    #[test]
    fn no_output_and_null_are_the_null_payload() {
        for text in ["", " \n", "null\n"] {
            assert_eq!(from_json(text.as_bytes()), Some(null_payload()));
        }
    }
}
