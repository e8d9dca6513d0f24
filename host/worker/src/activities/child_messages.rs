//! What a child says on its error stream: heartbeats, a failure, and lines for the log.
//!
//! The protocol is documented in ACTIVITIES.md. It only parses; nothing of a child's text can do more than be logged.

use std::{collections::VecDeque, time::Duration};

use serde::Deserialize;
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    failure::v1::{ApplicationFailureInfo, Failure},
};
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use super::{
    failures::application_failure_with,
    payloads::{MAX_PAYLOAD_BYTES, details_from_json, json_payload},
};

/// The longest line that is understood, in bytes: a heartbeat with the largest payload. The rest of a longer one is passed over.
const MAX_LINE_BYTES: usize = MAX_PAYLOAD_BYTES + 64;

/// What is kept of the log for the message of a failure.
const LAST_LINES: usize = 20;
/// The longest of these lines, in bytes.
const LAST_LINE_BYTES: usize = 1_000;

/// A line of the error stream.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Heartbeat(Vec<Payload>),
    Failure(Box<Failure>),
    Log(String),
    /// It begins as a message and is none.
    Malformed(String),
}

#[derive(Deserialize)]
struct FailureText {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    non_retryable: bool,
    next_retry_delay_ms: Option<u64>,
    details: Option<serde_json::Value>,
}

impl Line {
    pub(super) fn parse(line: &[u8]) -> Self {
        let line = line.trim_ascii_end();
        if let Some(details) = line
            .strip_prefix(b"::heartbeat")
            .filter(|rest| is_word_end(rest))
        {
            return match details_from_json(details) {
                Some(details) => Self::Heartbeat(details.payloads),
                None => Self::Malformed("a heartbeat's details are no JSON".to_owned()),
            };
        }
        if let Some(failure) = line
            .strip_prefix(b"::failure")
            .filter(|rest| is_word_end(rest))
        {
            return match serde_json::from_slice::<FailureText>(failure.trim_ascii()) {
                Ok(failure) => Self::Failure(Box::new(failure.into())),
                Err(error) => Self::Malformed(format!("a failure can't be understood: {error}")),
            };
        }
        Self::Log(String::from_utf8_lossy(line).into_owned())
    }
}

fn is_word_end(rest: &[u8]) -> bool {
    rest.first().is_none_or(u8::is_ascii_whitespace)
}

impl From<FailureText> for Failure {
    fn from(text: FailureText) -> Self {
        let details = text.details.map(|details| Payloads {
            payloads: vec![json_payload(details.to_string())],
        });
        let next_retry_delay = text
            .next_retry_delay_ms
            .map(Duration::from_millis)
            .and_then(|delay| delay.try_into().ok());
        application_failure_with(
            text.message,
            ApplicationFailureInfo {
                r#type: text.r#type,
                non_retryable: text.non_retryable,
                details,
                next_retry_delay,
                ..Default::default()
            },
        )
    }
}

/// The last lines that a child logged.
#[derive(Debug, Default)]
pub(super) struct LastLines(VecDeque<String>);

impl LastLines {
    pub(super) fn push(&mut self, line: &str) {
        if self.0.len() == LAST_LINES {
            self.0.pop_front();
        }
        self.0
            .push_back(line[..line.floor_char_boundary(LAST_LINE_BYTES)].to_owned());
    }

    /// All of them, the oldest first.
    pub(super) fn text(&self) -> String {
        self.0
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Reads a line into `line`, which it clears; false at the end of the stream. What is longer than a line may be is passed over.
pub(super) async fn read_line(
    stream: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
) -> std::io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let available = stream.fill_buf().await?;
        if available.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = available.iter().position(|&byte| byte == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        let room = MAX_LINE_BYTES - line.len();
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        stream.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::failure::v1::failure::FailureInfo;

    use super::*;

    #[test]
    fn heartbeats_carry_json_or_nothing() {
        assert_eq!(
            Line::parse(b"::heartbeat {\"done\": 3}\n"),
            Line::Heartbeat(vec![json_payload("{\"done\": 3}")])
        );
        assert_eq!(Line::parse(b"::heartbeat"), Line::Heartbeat(vec![]));
        assert!(matches!(Line::parse(b"::heartbeat {"), Line::Malformed(_)));
    }

    #[test]
    fn a_failure_carries_all_its_fields() {
        let line = br#"::failure {"type": "Declined", "message": "no funds", "non_retryable": true, "next_retry_delay_ms": 1500, "details": [1]}"#;
        let Line::Failure(failure) = Line::parse(line) else {
            panic!("a failure")
        };
        assert_eq!(failure.message, "no funds");
        let Some(FailureInfo::ApplicationFailureInfo(info)) = failure.failure_info else {
            panic!("of the application")
        };
        assert_eq!(info.r#type, "Declined");
        assert!(info.non_retryable);
        let delay = info.next_retry_delay.unwrap();
        assert_eq!((delay.seconds, delay.nanos), (1, 500_000_000));
        assert_eq!(info.details.unwrap().payloads, [json_payload("[1]")]);
        assert!(matches!(Line::parse(b"::failure oops"), Line::Malformed(_)));
    }

    #[test]
    fn everything_else_is_a_line_for_the_log() {
        assert_eq!(
            Line::parse(b"::heartbeats are fun\r\n"),
            Line::Log("::heartbeats are fun".into())
        );
        assert_eq!(
            Line::parse(b"hello \xff"),
            Line::Log("hello \u{fffd}".into())
        );
    }

    #[tokio::test]
    async fn a_line_without_end_takes_bounded_memory() {
        let mut text = vec![b'x'; MAX_LINE_BYTES * 3];
        text.extend_from_slice(b"\nnext");
        let mut stream = text.as_slice();
        let mut line = Vec::new();
        assert!(read_line(&mut stream, &mut line).await.unwrap());
        assert_eq!(line.len(), MAX_LINE_BYTES);
        assert!(read_line(&mut stream, &mut line).await.unwrap());
        assert_eq!(line, b"next");
        assert!(!read_line(&mut stream, &mut line).await.unwrap());
    }

    #[test]
    fn only_the_last_lines_are_kept_and_cut() {
        let mut lines = LastLines::default();
        for number in 0..100 {
            lines.push(&number.to_string());
        }
        lines.push(&"é".repeat(2_000));
        let text = lines.text();
        assert!(text.starts_with("81\n82\n"), "{text}");
        assert!(text.len() < 1_200);
    }
}
