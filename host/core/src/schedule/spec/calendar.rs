//! The times of one calendar: those at which every field matches what a wall clock in the spec's time zone shows.
//!
//! A time that the clock skips does not come; one that it shows twice comes twice.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use temporalio_protos::temporal::api::schedule::v1::{Range, StructuredCalendarSpec};

use super::{
    range::{self, YEARS},
    zone::Zone,
};

/// A calendar, each of its fields as a set of bits.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    second: Bits,
    minute: Bits,
    hour: Bits,
    day_of_month: Bits,
    month: Bits,
    day_of_week: Bits,
    /// Empty: every year.
    years: Vec<i16>,
}

#[derive(Clone, Copy, Debug)]
struct Bits(u64);

impl Bits {
    fn of(ranges: &[Range]) -> Self {
        Self(range::values(ranges).fold(0, |bits, value| {
            let bit = u32::try_from(value)
                .ok()
                .and_then(|value| 1_u64.checked_shl(value));
            bits | bit.unwrap_or(0)
        }))
    }

    fn has(self, value: i8) -> bool {
        u32::try_from(value)
            .ok()
            .and_then(|value| self.0.checked_shr(value))
            .is_some_and(|bits| bits & 1 == 1)
    }

    fn iter(self) -> impl Iterator<Item = i8> {
        (0..64).filter(move |value| self.has(*value))
    }
}

impl Calendar {
    /// The calendar of ranges that were checked.
    pub(super) fn new(spec: &StructuredCalendarSpec) -> Self {
        Self {
            second: Bits::of(&spec.second),
            minute: Bits::of(&spec.minute),
            hour: Bits::of(&spec.hour),
            day_of_month: Bits::of(&spec.day_of_month),
            month: Bits::of(&spec.month),
            day_of_week: Bits::of(&spec.day_of_week),
            years: range::values(&spec.year)
                .filter_map(|year| i16::try_from(year).ok())
                .collect(),
        }
    }

    /// Whether it is one of the calendar's times. All times are seconds since 1970.
    pub(super) fn matches(&self, at: i64, zone: &Zone) -> bool {
        zone.reading(at).is_some_and(|reading| {
            self.has_year(reading.year())
                && self.month.has(reading.month())
                && self.has_day(reading.date())
                && self.hour.has(reading.hour())
                && self.minute.has(reading.minute())
                && self.second.has(reading.second())
        })
    }

    /// The first of its times after this one.
    pub(super) fn next(&self, after: i64, zone: &Zone) -> Option<i64> {
        // A day earlier, for clocks that are put back over midnight.
        let first = zone.reading(after)?.date().checked_sub(1.day()).ok()?;
        let (_, last_year) = YEARS;
        for year in first.year()..=i16::try_from(last_year).unwrap_or(i16::MAX) {
            if !self.has_year(year) {
                continue;
            }
            for month in self.month.iter() {
                let Ok(start_of_month) = Date::new(year, month, 1) else {
                    continue;
                };
                if start_of_month.last_of_month() < first {
                    continue;
                }
                for day in 1..=start_of_month.days_in_month() {
                    let Ok(date) = Date::new(year, month, day) else {
                        continue;
                    };
                    if date < first || !self.has_day(date) {
                        continue;
                    }
                    if let Some(at) = self.next_in_day(date, after, zone) {
                        return Some(at);
                    }
                }
            }
        }
        None
    }

    fn has_year(&self, year: i16) -> bool {
        self.years.is_empty() || self.years.contains(&year)
    }

    fn has_day(&self, date: Date) -> bool {
        self.day_of_month.has(date.day())
            && self.day_of_week.has(date.weekday().to_sunday_zero_offset())
    }

    fn next_in_day(&self, date: Date, after: i64, zone: &Zone) -> Option<i64> {
        let end_of_day = zone.showings(date.at(23, 59, 59, 0));
        if end_of_day.last().is_some_and(|end| end <= after) {
            return None;
        }
        // In each of the two, later readings are later instants.
        let first = self.first_in_day(date, after, |reading| zone.showings(reading).first());
        let last = self.first_in_day(date, after, |reading| zone.showings(reading).last());
        match (first, last) {
            (Some(first), Some(last)) => Some(first.min(last)),
            (first, last) => first.or(last),
        }
    }

    fn first_in_day(
        &self,
        date: Date,
        after: i64,
        instant: impl Fn(DateTime) -> Option<i64>,
    ) -> Option<i64> {
        let is_over = |end: DateTime| instant(end).is_some_and(|end| end <= after);
        for hour in self.hour.iter() {
            if is_over(date.at(hour, 59, 59, 0)) {
                continue;
            }
            for minute in self.minute.iter() {
                if is_over(date.at(hour, minute, 59, 0)) {
                    continue;
                }
                for second in self.second.iter() {
                    match instant(date.at(hour, minute, second, 0)) {
                        Some(at) if at > after => return Some(at),
                        Some(_) | None => {}
                    }
                }
            }
        }
        None
    }
}
