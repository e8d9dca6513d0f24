//! What comes with a request besides its message: who calls, and how long they wait.

use std::time::Duration;

use tonic::{Extensions, Request, metadata::MetadataMap};

use crate::matching::ConnectionId;

/// A long poll is answered this much before its caller gives up, so that the answer arrives. Temporal: 1 s.
const LONG_POLL_MARGIN: Duration = Duration::from_secs(1);

/// Clients name what they can do in this header, with commas between.
const FEATURES: &str = "supported-features";
/// They find the run that follows another in every event that closes one.
const FOLLOWS_NEXT_RUN: &str = "follows-next-run-id";

/// The surroundings of one request.
pub(crate) struct Call {
    metadata: MetadataMap,
    extensions: Extensions,
    is_own: bool,
}

impl Call {
    /// Takes a request apart.
    pub(crate) fn split<T>(request: Request<T>) -> (T, Self) {
        let (metadata, extensions, message) = request.into_parts();
        (
            message,
            Self {
                metadata,
                extensions,
                is_own: false,
            },
        )
    }

    /// A call of the server's own.
    pub(crate) fn own() -> Self {
        Self {
            metadata: MetadataMap::new(),
            extensions: Extensions::new(),
            is_own: true,
        }
    }

    /// The connection that the call came on; 0 for calls that came on none of ours (tests).
    pub(crate) fn connection(&self) -> ConnectionId {
        self.extensions
            .get::<ConnectionId>()
            .copied()
            .unwrap_or(ConnectionId(0))
    }

    /// How long the caller waits, if it says so.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        parse_timeout(self.metadata.get("grpc-timeout")?.to_str().ok()?)
    }

    /// How long to wait for something to happen: at most `limit`, and a margin less than the caller does.
    pub(crate) fn long_poll(&self, limit: Duration) -> Duration {
        self.timeout().map_or(limit, |timeout| {
            limit.min(timeout.saturating_sub(LONG_POLL_MARGIN))
        })
    }

    /// True if the caller looks for a run that follows another in every event that may name it.
    pub(crate) fn follows_next_run(&self) -> bool {
        self.is_own || self.lists(FEATURES, FOLLOWS_NEXT_RUN)
    }

    /// True if the caller reads gzip.
    pub(crate) fn accepts_gzip(&self) -> bool {
        self.lists("grpc-accept-encoding", "gzip")
    }

    fn lists(&self, header: &str, wanted: &str) -> bool {
        self.metadata
            .get(header)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|name| name.trim() == wanted))
    }
}

/// Reads a `grpc-timeout` header: up to eight digits and a unit.
pub(super) fn parse_timeout(text: &str) -> Option<Duration> {
    const MAX_DIGITS: usize = 8;
    let unit = text.chars().next_back()?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    match unit {
        'H' => Some(Duration::from_secs(value * 60 * 60)),
        'M' => Some(Duration::from_secs(value * 60)),
        'S' => Some(Duration::from_secs(value)),
        'm' => Some(Duration::from_millis(value)),
        'u' => Some(Duration::from_micros(value)),
        'n' => Some(Duration::from_nanos(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(timeout: &str) -> Call {
        let mut request = Request::new(());
        request
            .metadata_mut()
            .insert("grpc-timeout", timeout.parse().expect("is ASCII"));
        Call::split(request).1
    }

    #[test]
    fn a_timeout_is_read_in_every_unit() {
        for (text, expected) in [
            ("1H", Some(Duration::from_secs(3600))),
            ("2M", Some(Duration::from_secs(120))),
            ("3S", Some(Duration::from_secs(3))),
            ("4m", Some(Duration::from_millis(4))),
            ("5u", Some(Duration::from_micros(5))),
            ("99999999n", Some(Duration::from_nanos(99_999_999))),
            ("", None),
            ("S", None),
            ("-1S", None),
            ("123456789S", None),
            ("1x", None),
            ("1é", None),
        ] {
            assert_eq!(parse_timeout(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_poll_ends_before_its_caller_leaves() {
        let minute = Duration::from_secs(60);
        assert_eq!(call("20S").long_poll(minute), Duration::from_secs(19));
        assert_eq!(call("70S").long_poll(minute), minute);
        assert_eq!(call("500m").long_poll(minute), Duration::ZERO);
    }

    #[test]
    fn who_follows_runs_says_so() {
        assert!(Call::own().follows_next_run());
        let mut request = Request::new(());
        assert!(!Call::split(Request::new(())).1.follows_next_run());
        request.metadata_mut().insert(
            FEATURES,
            "something, follows-next-run-id".parse().expect("is ASCII"),
        );
        assert!(Call::split(request).1.follows_next_run());
    }

    #[test]
    fn gzip_is_used_only_for_those_who_read_it() {
        let mut request = Request::new(());
        assert!(!Call::split(Request::new(())).1.accepts_gzip());
        request.metadata_mut().insert(
            "grpc-accept-encoding",
            "identity, gzip".parse().expect("is ASCII"),
        );
        assert!(Call::split(request).1.accepts_gzip());
    }
}
