//! Instants and durations as the core counts them: nanoseconds, always an input.

use std::str::FromStr;

use prost_wkt_types as wkt;

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Nanoseconds; never negative where the core makes one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

const NANOS_PER_SECOND: i64 = 1_000_000_000;

impl Timestamp {
    /// The protobuf form.
    #[must_use]
    pub fn to_proto(self) -> wkt::Timestamp {
        wkt::Timestamp {
            seconds: self.0.div_euclid(NANOS_PER_SECOND),
            nanos: i32::try_from(self.0.rem_euclid(NANOS_PER_SECOND)).unwrap_or(0),
        }
    }

    /// From the protobuf form; out-of-range values saturate.
    #[must_use]
    pub fn from_proto(value: &wkt::Timestamp) -> Self {
        Self(
            value
                .seconds
                .saturating_mul(NANOS_PER_SECOND)
                .saturating_add(i64::from(value.nanos)),
        )
    }

    /// From RFC 3339 with a time and a zone; out-of-range values saturate.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        // The library behind it would also take less.
        let bytes = text.as_bytes();
        let zoned = text.ends_with('Z')
            || (bytes.len() >= 25
                && matches!(bytes[bytes.len() - 6], b'+' | b'-')
                && bytes[bytes.len() - 3] == b':');
        if !text.is_ascii() || bytes.len() < 20 || bytes[10] != b'T' || !zoned {
            return None;
        }
        wkt::Timestamp::from_str(text)
            .ok()
            .map(|time| Self::from_proto(&time))
    }

    /// This instant moved by `span`; saturates.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The whole second that this instant is in.
    #[must_use]
    pub fn whole_seconds(self) -> Self {
        Self(self.0 - self.0.rem_euclid(NANOS_PER_SECOND))
    }

    /// The time from `earlier` to this instant, zero if it lies before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }
}

impl Span {
    /// How an event shows a time-out that was asked for and may have been cut: one that nobody set is left out.
    pub(crate) fn shown(
        self,
        asked: Option<&prost_wkt_types::Duration>,
    ) -> Option<prost_wkt_types::Duration> {
        (asked.is_some() || self != Self::ZERO).then(|| self.to_proto())
    }

    /// No time at all. In requests it means "not set".
    pub const ZERO: Self = Self(0);

    /// Whole seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(NANOS_PER_SECOND))
    }

    /// Whole milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// True for "not set".
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The shorter of the two, where zero means "no limit".
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        match (self.is_zero(), other.is_zero()) {
            (true, _) => other,
            (_, true) => self,
            (false, false) => self.min(other),
        }
    }

    /// From the protobuf form; absent is zero, out-of-range values saturate.
    #[must_use]
    pub fn from_proto(value: Option<&wkt::Duration>) -> Self {
        value.map_or(Self::ZERO, |d| {
            Self(
                d.seconds
                    .saturating_mul(NANOS_PER_SECOND)
                    .saturating_add(i64::from(d.nanos)),
            )
        })
    }

    /// The protobuf form; zero too.
    #[must_use]
    pub fn to_proto(self) -> wkt::Duration {
        wkt::Duration {
            seconds: self.0 / NANOS_PER_SECOND,
            nanos: i32::try_from(self.0 % NANOS_PER_SECOND).unwrap_or(0),
        }
    }

    /// The protobuf form, `None` for zero.
    #[must_use]
    pub fn to_proto_optional(self) -> Option<wkt::Duration> {
        (!self.is_zero()).then(|| self.to_proto())
    }
}
