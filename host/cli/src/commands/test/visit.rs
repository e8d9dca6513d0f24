//! What happens to the workflow from outside, and when: signals, updates, queries, a cancellation.

use std::time::Duration;

use serde::Serialize;
use temporalio_protos::temporal::api::common::v1::{Payload, Payloads};

use super::value;
use crate::problem::Problem;

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Visit {
    pub(super) kind: VisitKind,
    /// Empty for a cancellation.
    pub(super) name: String,
    pub(super) input: Option<Payloads>,
    /// After the workflow's start, in its time; `None` for its end.
    pub(super) at: Option<Duration>,
}

/// What kind of visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum VisitKind {
    Signal,
    Update,
    Query,
    Cancel,
}

impl VisitKind {
    fn flag(self) -> &'static str {
        match self {
            Self::Signal => "--signal",
            Self::Update => "--update",
            Self::Query => "--query",
            Self::Cancel => "--cancel",
        }
    }
}

impl Visit {
    /// Reads `NAME[=JSON][@TIME]`. Without a time a query is asked at the end, and the others come at the start.
    pub(super) fn read(kind: VisitKind, text: &str) -> Result<Self, Problem> {
        let end = text.find(['=', '@']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let flag = kind.flag();
        if name.is_empty() {
            return Err(
                Problem::new(format!("{flag} `{text}` has no name")).hint(format!(
                    "write {flag} NAME[=JSON][@TIME], such as approve=true@1h"
                )),
            );
        }
        let (json, at) = match rest.strip_prefix('=') {
            Some(rest) => value::split_time(rest),
            None => value::split_time(rest),
        };
        if json.starts_with('@') {
            return Err(
                Problem::new(format!("{flag} `{text}` ends in no length of time"))
                    .hint("write 500ms, 30s or 1h30m after the @"),
            );
        }
        let input: Option<Payload> = match json {
            "" => None,
            json => Some(value::json(&format!("{flag} {name}"), json)?),
        };
        let at = match kind {
            VisitKind::Query => at,
            VisitKind::Signal | VisitKind::Update | VisitKind::Cancel => {
                Some(at.unwrap_or_default())
            }
        };
        Ok(Self {
            kind,
            name: name.to_owned(),
            input: input.map(|input| Payloads {
                payloads: vec![input],
            }),
            at,
        })
    }

    /// Reads the time of a cancellation.
    pub(super) fn cancellation(text: &str) -> Result<Self, Problem> {
        let time = value::read_time(text.trim_start_matches('@')).ok_or_else(|| {
            Problem::new(format!("--cancel `{text}` is no length of time"))
                .hint("write 500ms, 30s or 1h30m")
        })?;
        Ok(Self {
            kind: VisitKind::Cancel,
            name: String::new(),
            input: None,
            at: Some(time),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: VisitKind, text: &str, name: &str, input: Option<&str>, seconds: Option<u64>) {
        let visit = Visit::read(kind, text).unwrap();
        let given = visit.input.map(|input| {
            String::from_utf8_lossy(&input.payloads.first().expect("it has one").data).into_owned()
        });
        assert_eq!(visit.name, name, "{text}");
        assert_eq!(given.as_deref(), input, "{text}");
        assert_eq!(visit.at, seconds.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn name_input_and_time_are_told_apart() {
        check(VisitKind::Signal, "approve", "approve", None, Some(0));
        check(VisitKind::Signal, "approve@1h", "approve", None, Some(3600));
        check(
            VisitKind::Signal,
            "say=\"a@b\"",
            "say",
            Some("\"a@b\""),
            Some(0),
        );
        check(
            VisitKind::Update,
            "add={\"n\": 1}@5s",
            "add",
            Some("{\"n\": 1}"),
            Some(5),
        );
        check(VisitKind::Query, "status", "status", None, None);
        check(VisitKind::Query, "status@1m", "status", None, Some(60));
    }

    #[test]
    fn what_can_not_be_read_is_refused() {
        for wrong in [
            "",
            "=1",
            "@1h",
            "approve=x",
            "approve@soon",
            "approve=1@soon",
        ] {
            assert!(Visit::read(VisitKind::Signal, wrong).is_err(), "{wrong}");
        }
        assert!(Visit::cancellation("soon").is_err());
    }
}
