//! The five fields of a schedule, as sets, and the search for the next time that all of them allow.

use jiff::{Zoned, civil::Date, tz::TimeZone};

use crate::time::{Span, Timestamp};

/// What a field may hold.
struct Bounds {
    min: u32,
    max: u32,
    /// Names of the numbers from `min` on.
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds {
    min: 0,
    max: 59,
    names: &[],
};
const HOURS: Bounds = Bounds {
    min: 0,
    max: 23,
    names: &[],
};
const DAYS_OF_MONTH: Bounds = Bounds {
    min: 1,
    max: 31,
    names: &[],
};
const MONTHS: Bounds = Bounds {
    min: 1,
    max: 12,
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
const DAYS_OF_WEEK: Bounds = Bounds {
    min: 0,
    max: 6,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/// Numbers below 64, and whether the field leaves its choice open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Set {
    bits: u64,
    is_open: bool,
}

impl Set {
    fn contains(self, number: i8) -> bool {
        u32::try_from(number).is_ok_and(|number| self.bits >> number & 1 == 1)
    }

    /// A list of ranges, with commas between.
    fn parse(field: &str, bounds: &Bounds) -> Option<Self> {
        let mut set = Self {
            bits: 0,
            is_open: false,
        };
        for range in field.split(',').filter(|range| !range.is_empty()) {
            let range = Self::range(range, bounds)?;
            set.bits |= range.bits;
            set.is_open |= range.is_open;
        }
        Some(set)
    }

    /// `*`, `n` or `n-m`, each with an optional `/step`; `n/step` goes on to the end.
    fn range(text: &str, bounds: &Bounds) -> Option<Self> {
        let (range, step) = match text.split_once('/') {
            None => (text, None),
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|s| *s > 0)?)),
        };
        let (low, high) = match range.split_once('-') {
            None => (range, None),
            Some((low, high)) => (low, Some(high)),
        };
        let is_star = matches!(low, "*" | "?");
        let (first, last) = if is_star {
            (bounds.min, bounds.max)
        } else {
            let first = number(low, bounds)?;
            let last = match (high, step) {
                (Some(high), _) => number(high, bounds)?,
                (None, Some(_)) => bounds.max,
                (None, None) => first,
            };
            (first, last)
        };
        if first < bounds.min || last > bounds.max || first > last {
            return None;
        }
        let step = step.unwrap_or(1);
        let bits = (first..=last)
            .step_by(usize::try_from(step).ok()?)
            .fold(0, |bits, number| bits | 1 << number);
        Some(Self {
            bits,
            // A choice with gaps is a choice.
            is_open: is_star && step == 1,
        })
    }
}

fn number(text: &str, bounds: &Bounds) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    match bounds.names.iter().position(|name| *name == lower) {
        Some(index) => Some(u32::try_from(index).ok()? + bounds.min),
        None => text.parse().ok(),
    }
}

#[derive(Clone, Debug)]
pub(super) struct Fields {
    minutes: Set,
    hours: Set,
    days_of_month: Set,
    months: Set,
    days_of_week: Set,
}

/// The search for a next time ends after this many years.
const YEARS_MAX: i16 = 5;
const MINUTE: Span = Span::from_seconds(60);

impl Fields {
    /// Minute, hour, day of month, month, day of week.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days_of_month, months, days_of_week] = fields.as_slice() else {
            return None;
        };
        Some(Self {
            minutes: Set::parse(minutes, &MINUTES)?,
            hours: Set::parse(hours, &HOURS)?,
            days_of_month: Set::parse(days_of_month, &DAYS_OF_MONTH)?,
            months: Set::parse(months, &MONTHS)?,
            days_of_week: Set::parse(days_of_week, &DAYS_OF_WEEK)?,
        })
    }

    /// `@daily` and its like.
    pub(super) fn of_descriptor(descriptor: &str) -> Option<Self> {
        Self::parse(match descriptor {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => return None,
        })
    }

    /// Where clocks are put back an hour comes twice, where they are put forward it is left out: so does its schedule.
    pub(super) fn next_after(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut at = next_minute(after, zone)?;
        let last_year = at.year().checked_add(YEARS_MAX)?;
        while at.year() <= last_year {
            if !self.months.contains(at.month()) {
                at = start_of(at.date().last_of_month().tomorrow().ok()?, zone)?;
            } else if !self.allows_day(at.date()) {
                at = start_of(at.date().tomorrow().ok()?, zone)?;
            } else if !self.hours.contains(at.hour()) {
                let left = 60 - i64::from(at.minute());
                at = later(&at, Span(left * MINUTE.0))?;
            } else if !self.minutes.contains(at.minute()) {
                at = later(&at, MINUTE)?;
            } else {
                return timestamp(&at);
            }
        }
        None
    }

    /// If both kinds of day are chosen, one of them is enough.
    fn allows_day(&self, date: Date) -> bool {
        let of_month = self.days_of_month.contains(date.day());
        let of_week = self
            .days_of_week
            .contains(date.weekday().to_sunday_zero_offset());
        if self.days_of_month.is_open || self.days_of_week.is_open {
            of_month && of_week
        } else {
            of_month || of_week
        }
    }
}

/// The first whole minute by the clocks of the place that is later.
fn next_minute(after: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let at = jiff::Timestamp::from_nanosecond(i128::from(after.0))
        .ok()?
        .to_zoned(zone.clone());
    let into = i64::from(at.second()) * 1_000_000_000 + i64::from(at.subsec_nanosecond());
    later(&at, Span(MINUTE.0 - into))
}

fn later(at: &Zoned, span: Span) -> Option<Zoned> {
    at.checked_add(jiff::SignedDuration::from_nanos(span.0))
        .ok()
}

fn start_of(date: Date, zone: &TimeZone) -> Option<Zoned> {
    date.to_zoned(zone.clone()).ok()?.start_of_day().ok()
}

fn timestamp(at: &Zoned) -> Option<Timestamp> {
    i64::try_from(at.timestamp().as_nanosecond())
        .ok()
        .map(Timestamp)
}
