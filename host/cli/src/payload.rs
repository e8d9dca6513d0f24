//! Payloads as the commands read and show them: JSON in, JSON out. Other encodings are named, not decoded.

use std::{collections::HashMap, fs};

use serde_json::Value;
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    failure::v1::{Failure, failure::FailureInfo},
};

use crate::{arguments::Input, problem::Problem};

impl Input {
    /// The arguments, each checked to be JSON. `None` if there are none.
    pub(crate) fn payloads(&self) -> Result<Option<Payloads>, Problem> {
        let mut payloads = Vec::new();
        for (i, text) in self.input.iter().enumerate() {
            payloads.push(from_json(&format!("input {}", i + 1), text)?);
        }
        for path in &self.input_file {
            let text = fs::read_to_string(path).map_err(|error| {
                Problem::new(format!(
                    "can't read the input file {}: {error}",
                    path.display()
                ))
            })?;
            payloads.push(from_json(&path.display().to_string(), &text)?);
        }
        Ok((!payloads.is_empty()).then_some(Payloads { payloads }))
    }
}

/// A payload with the encoding json/plain. The text is sent as it was written.
pub(crate) fn from_json(name: &str, text: &str) -> Result<Payload, Problem> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
        Problem::new(format!("{name} is not JSON: {error}: {text}"))
            .hint("a string needs quotes of its own, as in --input '\"hello\"'")
    })?;
    Ok(plain(text.trim().as_bytes().to_vec()))
}

/// A payload with the encoding json/plain.
pub(crate) fn of_json(value: &Value) -> Payload {
    plain(value.to_string().into_bytes())
}

fn plain(data: Vec<u8>) -> Payload {
    Payload {
        metadata: HashMap::from([("encoding".to_owned(), b"json/plain".to_vec())]),
        data,
        ..Payload::default()
    }
}

/// `NAME=JSON` pairs, as memos and search attributes are given.
pub(crate) fn from_pairs(
    flag: &str,
    pairs: &[String],
) -> Result<HashMap<String, Payload>, Problem> {
    pairs
        .iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, json)) => {
                Ok((name.to_owned(), from_json(&format!("{flag} {name}"), json)?))
            }
            None => Err(Problem::new(format!("{flag} `{pair}` has no `=`"))
                .hint(format!("write {flag} NAME=JSON"))),
        })
        .collect()
}

/// The JSON of a payload, or an object that says what else it is.
pub(crate) fn to_json(payload: &Payload) -> Value {
    let encoding = payload
        .metadata
        .get("encoding")
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let encoding = encoding.unwrap_or_default();
    match encoding.as_str() {
        "json/plain" | "json/protobuf" => {
            serde_json::from_slice(&payload.data).unwrap_or_else(|_| opaque(&encoding, payload))
        }
        "binary/null" => Value::Null,
        _ => opaque(&encoding, payload),
    }
}

/// One value as itself, none as null, more as a list.
pub(crate) fn all_to_json(payloads: Option<&Payloads>) -> Value {
    match payloads
        .map(|payloads| payloads.payloads.as_slice())
        .unwrap_or_default()
    {
        [] => Value::Null,
        [one] => to_json(one),
        many => Value::Array(many.iter().map(to_json).collect()),
    }
}

/// A failure and its causes in one line: `what (type): its cause: the cause of that`.
pub(crate) fn failure_text(failure: &Failure) -> String {
    let kind = match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) if !info.r#type.is_empty() => {
            format!(" ({})", info.r#type)
        }
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            format!(" ({})", info.timeout_type().as_str_name())
        }
        _ => String::new(),
    };
    let cause = failure
        .cause
        .as_ref()
        .map(|cause| format!(": {}", failure_text(cause)))
        .unwrap_or_default();
    format!("{}{kind}{cause}", failure.message)
}

fn opaque(encoding: &str, payload: &Payload) -> Value {
    serde_json::json!({ "encoding": encoding, "size": payload.data.len() })
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::failure::v1::ApplicationFailureInfo;

    use super::*;

    #[test]
    fn json_goes_in_and_comes_out_as_it_was() {
        let payload = from_json("input", " {\"a\": [1, null]} ").expect("it is JSON");
        assert_eq!(to_json(&payload), serde_json::json!({ "a": [1, null] }));
    }

    #[test]
    fn text_without_quotes_is_refused_with_a_hint() {
        let problem = from_json("input 1", "hello").expect_err("it is not JSON");
        assert!(problem.what.starts_with("input 1 is not JSON"), "{problem}");
        assert!(problem.hint.is_some());
    }

    #[test]
    fn another_encoding_is_named_but_not_shown() {
        let payload = Payload {
            metadata: HashMap::from([("encoding".to_owned(), b"binary/plain".to_vec())]),
            data: vec![0; 3],
            ..Payload::default()
        };
        assert_eq!(
            to_json(&payload),
            serde_json::json!({ "encoding": "binary/plain", "size": 3 })
        );
    }

    #[test]
    fn a_failure_is_told_with_its_causes() {
        let info = ApplicationFailureInfo {
            r#type: "Declined".to_owned(),
            ..Default::default()
        };
        let cause = Failure {
            message: "no money".to_owned(),
            failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
            ..Failure::default()
        };
        let failure = Failure {
            message: "activity failed".to_owned(),
            cause: Some(Box::new(cause)),
            ..Failure::default()
        };
        assert_eq!(
            failure_text(&failure),
            "activity failed: no money (Declined)"
        );
    }
}
