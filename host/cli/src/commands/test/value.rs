//! What stands after the name in `--mock NAME=VALUE` and `--signal NAME=VALUE`: JSON, and perhaps a time.
//!
//! ```text
//! VALUE := [ "!" ] JSON [ "@" TIME ]
//! ```
//! An `@` inside the JSON is the JSON's own: only a text that is no JSON as a whole may end in a time.

use std::time::Duration;

use serde::{Deserialize, de::IgnoredAny};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
};

use crate::{duration, payload, problem::Problem};

/// Takes the time off the end of a value.
pub(super) fn split_time(text: &str) -> (&str, Option<Duration>) {
    let is_json = |text: &str| {
        let json = text.strip_prefix('!').unwrap_or(text);
        json.is_empty() || serde_json::from_str::<IgnoredAny>(json).is_ok()
    };
    if is_json(text) {
        return (text, None);
    }
    match text.rsplit_once('@') {
        Some((json, time)) if is_json(json) => match read_time(time) {
            Some(time) => (json, Some(time)),
            None => (text, None),
        },
        Some(_) | None => (text, None),
    }
}

/// A length of time, such as 1h30m.
pub(super) fn read_time(text: &str) -> Option<Duration> {
    Duration::try_from(duration::parse(text).ok()?).ok()
}

/// The failure that `!VALUE` stands for. `what` names the value for its author.
pub(super) fn failure(what: &str, json: &str) -> Result<Failure, Problem> {
    match serde_json::from_str::<FailureText>(json) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(
            Problem::new(format!("{what} is no failure: {error}: {json}")).hint(
                "write !\"message\", or !{\"message\": .., \"type\": .., \"non_retryable\": true, \"details\": .., \"next_retry_delay_ms\": ..}",
            ),
        ),
    }
}

/// The same fields as in the failure of an activity that is a program.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FailureText {
    Message(String),
    Fields(FailureFields),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureFields {
    #[serde(default)]
    message: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    non_retryable: bool,
    details: Option<serde_json::Value>,
    next_retry_delay_ms: Option<u64>,
}

impl From<FailureText> for Failure {
    fn from(text: FailureText) -> Self {
        let fields = match text {
            FailureText::Fields(fields) => fields,
            FailureText::Message(message) => {
                return application_failure(message, ApplicationFailureInfo::default());
            }
        };
        let details = fields.details.map(|details| Payloads {
            payloads: vec![payload::of_json(&details)],
        });
        application_failure(
            fields.message,
            ApplicationFailureInfo {
                r#type: fields.r#type,
                non_retryable: fields.non_retryable,
                details,
                next_retry_delay: fields
                    .next_retry_delay_ms
                    .and_then(|delay| Duration::from_millis(delay).try_into().ok()),
                ..Default::default()
            },
        )
    }
}

/// A failure of an application's own.
pub(super) fn application_failure(message: String, info: ApplicationFailureInfo) -> Failure {
    Failure {
        message,
        source: "sundial".to_owned(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
        ..Default::default()
    }
}

/// The JSON of a value, as a payload.
pub(super) fn json(what: &str, json: &str) -> Result<Payload, Problem> {
    payload::from_json(what, json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, json: &str, seconds: Option<u64>) {
        assert_eq!(
            split_time(text),
            (json, seconds.map(Duration::from_secs)),
            "{text}"
        );
    }

    #[test]
    fn a_time_follows_the_json() {
        check("1", "1", None);
        check("{\"a\": 1}@2h", "{\"a\": 1}", Some(7200));
        check("!\"no\"@1m", "!\"no\"", Some(60));
        check("@3s", "", Some(3));
        check("", "", None);
    }

    #[test]
    fn an_at_sign_in_the_json_is_no_time() {
        check("\"ada@5s\"", "\"ada@5s\"", None);
        check("\"ada@5s\"@5s", "\"ada@5s\"", Some(5));
        check("\"ada@home\"@soon", "\"ada@home\"@soon", None);
        check("ada@5s", "ada@5s", None);
    }

    #[test]
    fn a_failure_is_a_message_or_an_object() {
        let message = failure("--mock a", "\"no funds\"").unwrap();
        assert_eq!(message.message, "no funds");
        let fields = failure(
            "--mock a",
            r#"{"type": "Declined", "non_retryable": true, "details": {"code": 51}}"#,
        )
        .unwrap();
        let Some(FailureInfo::ApplicationFailureInfo(info)) = fields.failure_info else {
            panic!("an application's failure is expected");
        };
        assert_eq!(
            (info.r#type.as_str(), info.non_retryable),
            ("Declined", true)
        );
        assert!(info.details.is_some());
        assert!(failure("--mock a", r#"{"tpye": "Declined"}"#).is_err());
        assert!(failure("--mock a", "7").is_err());
    }
}
