//! Time zones: what a clock on the wall shows at an instant, and at which instants it shows something.
//!
//! Zones come from the database of the build, or from the bytes that a user sent (TZif, RFC 9636).

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

/// A time zone.
#[derive(Clone, Debug)]
pub(super) struct Zone(TimeZone);

/// When a wall clock shows something: never (it is skipped when clocks go forward), once, or twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Showings {
    Never,
    Once(i64),
    Twice { first: i64, second: i64 },
}

impl Zone {
    /// The zone of this name (none: UTC), or that of the bytes, which then only have this name.
    pub(super) fn load(name: &str, bytes: &[u8]) -> Result<Self, String> {
        if !bytes.is_empty() {
            return TimeZone::tzif(name, bytes)
                .map(Self)
                .map_err(|_| "malformed time zone information".into());
        }
        if matches!(name, "" | "UTC") {
            return Ok(Self(TimeZone::UTC));
        }
        let unknown = || format!("unknown time zone {name}");
        let zone = TimeZone::get(name).map_err(|_| unknown())?;
        // Names are case sensitive, as on Temporal's server.
        match zone.iana_name() {
            Some(found) if found == name => Ok(Self(zone)),
            Some(_) | None => Err(unknown()),
        }
    }

    /// What the clock shows at an instant, in seconds since 1970; `None` beyond the years that there are.
    pub(super) fn reading(&self, seconds: i64) -> Option<DateTime> {
        let instant = Timestamp::from_second(seconds).ok()?;
        Some(self.0.to_datetime(instant))
    }

    /// When the clock shows this.
    pub(super) fn showings(&self, reading: DateTime) -> Showings {
        let at = |offset: Offset| offset.to_timestamp(reading).map(Timestamp::as_second);
        match self.0.to_ambiguous_timestamp(reading).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                at(offset).map_or(Showings::Never, Showings::Once)
            }
            AmbiguousOffset::Gap { .. } => Showings::Never,
            AmbiguousOffset::Fold { before, after } => match (at(before), at(after)) {
                (Ok(first), Ok(second)) => Showings::Twice { first, second },
                (Ok(_), Err(_)) | (Err(_), Ok(_)) | (Err(_), Err(_)) => Showings::Never,
            },
        }
    }
}

impl Showings {
    pub(super) fn first(self) -> Option<i64> {
        match self {
            Self::Never => None,
            Self::Once(at) | Self::Twice { first: at, .. } => Some(at),
        }
    }

    pub(super) fn last(self) -> Option<i64> {
        match self {
            Self::Never => None,
            Self::Once(at) | Self::Twice { second: at, .. } => Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, reading: &str) -> Showings {
        let zone = Zone::load(name, &[]).expect("is a zone");
        zone.showings(reading.parse().expect("is a reading"))
    }

    #[test]
    fn a_clock_skips_an_hour_in_spring_and_shows_one_twice_in_autumn() {
        assert_eq!(
            check("Europe/Berlin", "2024-03-31T02:30:00"),
            Showings::Never
        );
        assert_eq!(
            check("Europe/Berlin", "2024-10-27T02:30:00"),
            Showings::Twice {
                first: 1_729_989_000,
                second: 1_729_992_600
            }
        );
        assert_eq!(
            check("America/New_York", "2024-07-01T12:00:00"),
            Showings::Once(1_719_849_600)
        );
    }

    #[test]
    fn unknown_zones_are_refused() {
        for name in ["Nowhere/X", "europe/berlin", "../etc/passwd", "Local"] {
            let refused = Zone::load(name, &[]).expect_err("is refused");
            assert_eq!(refused, format!("unknown time zone {name}"));
        }
        assert_eq!(
            Zone::load("Mine", b"TZif but not really").expect_err("is refused"),
            "malformed time zone information"
        );
    }
}
