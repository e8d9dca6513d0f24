//! One field of a calendar as text (`1-5/2,8`, `mon-fri`, `*`) to ranges of numbers.
//!
//! Words of errors are those of Temporal's server, since people search for them.

use temporalio_protos::temporal::api::schedule::v1::Range;

/// The first and the last year that a calendar can name.
pub(super) const YEARS: (i32, i32) = (2000, 2100);

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS_OF_WEEK: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

/// A field of a calendar: its name in errors, its values, and what an empty text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    Year,
    DayOfWeek,
}

impl Field {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Second => "Second",
            Self::Minute => "Minute",
            Self::Hour => "Hour",
            Self::DayOfMonth => "DayOfMonth",
            Self::Month => "Month",
            Self::Year => "Year",
            Self::DayOfWeek => "DayOfWeek",
        }
    }

    /// The least and the greatest value of a range.
    pub(super) fn bounds(self) -> (i32, i32) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::Year => YEARS,
            Self::DayOfWeek => (0, 6),
        }
    }

    /// The same for text, where Sunday may be 7.
    fn text_bounds(self) -> (i32, i32) {
        match self {
            Self::DayOfWeek => (0, 7),
            other => other.bounds(),
        }
    }

    fn default_text(self) -> &'static str {
        match self {
            Self::Second | Self::Minute | Self::Hour => "0",
            Self::DayOfMonth | Self::Month | Self::Year | Self::DayOfWeek => "*",
        }
    }

    /// Reads the field's text.
    pub(super) fn parse(self, text: &str) -> Result<Vec<Range>, String> {
        let text = match text.trim() {
            "" => self.default_text(),
            text => text,
        };
        // No range at all is every year: the spec of most schedules stays short.
        if text == "*" && self == Self::Year {
            return Ok(Vec::new());
        }
        let mut ranges = Vec::new();
        for part in text.split(',') {
            self.parse_part(part, &mut ranges)?;
        }
        Ok(ranges)
    }

    fn parse_part(self, part: &str, ranges: &mut Vec<Range>) -> Result<(), String> {
        let name = self.name();
        let (least, greatest) = self.text_bounds();
        let (values, step) = match part.split_once('/') {
            None => (part, None),
            Some((_, step)) if step.contains('/') => {
                return Err(format!("{name} has too many slashes"));
            }
            Some((_, "")) => return Err(format!("{name} missing step value")),
            Some((values, step)) => (values, Some(parse_step(name, step)?)),
        };
        let (start, mut end) = if values == "*" {
            (least, greatest)
        } else if let Some((start, end)) = values.split_once('-') {
            if end.contains('-') {
                return Err(format!("{name} has too many dashes"));
            }
            let start = self
                .value(start, least, greatest)
                .ok_or_else(|| format!("{name} Start is not in range [{least}-{greatest}]"))?;
            let end = self.value(end, start, greatest).ok_or_else(|| {
                format!("{name} End is before Start or not in range [{least}-{greatest}]")
            })?;
            (start, end)
        } else {
            let start = self
                .value(values, least, greatest)
                .ok_or_else(|| format!("{name} is not in range [{least}-{greatest}]"))?;
            // With a step, one value means "from here to the end".
            (start, if step.is_some() { greatest } else { start })
        };
        let step = step.unwrap_or(1);
        if self == Self::DayOfWeek && end == 7 {
            // Sunday is 0 in ranges: it gets one of its own, unless 0 or 1 to 7 without a step becomes 0 to 6.
            let sunday_is_apart = (7 - start) % step == 0 && (step > 1 || start > 1);
            if sunday_is_apart {
                ranges.push(Range::default());
                if start == 7 {
                    return Ok(());
                }
            }
            end = 6;
        }
        ranges.push(Range {
            start,
            // Zero is "the same as start", and "one by one": as short as can be.
            end: if start == end { 0 } else { end },
            step: if step == 1 { 0 } else { step },
        });
        Ok(())
    }

    fn value(self, text: &str, least: i32, greatest: i32) -> Option<i32> {
        let named = |names: &[&str], shortest: usize, first: i32| {
            let prefix = text.to_lowercase();
            let position = (text.len() >= shortest)
                .then(|| names.iter().position(|name| name.starts_with(&prefix)))??;
            Some(i32::try_from(position).unwrap_or(0) + first)
        };
        let by_name = match self {
            Self::Month => named(&MONTHS, 3, 1),
            Self::DayOfWeek => named(&DAYS_OF_WEEK, 2, 0),
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth | Self::Year => None,
        };
        let value = by_name.or_else(|| text.parse().ok())?;
        (least..=greatest).contains(&value).then_some(value)
    }
}

fn parse_step(name: &str, text: &str) -> Result<i32, String> {
    let step: i32 = text
        .parse()
        .map_err(|_| format!("strconv.Atoi: parsing \"{text}\": invalid syntax"))?;
    if step < 1 {
        return Err(format!("{name} has invalid Step"));
    }
    Ok(step)
}

/// Every value that the ranges name, in their order.
pub(super) fn values(ranges: &[Range]) -> impl Iterator<Item = i32> + '_ {
    ranges.iter().flat_map(|range| {
        let step = usize::try_from(range.step).unwrap_or(1).max(1);
        (range.start..=range.end.max(range.start)).step_by(step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: Field, text: &str) -> String {
        match field.parse(text) {
            Ok(ranges) => values(&ranges)
                .map(|value| value.to_string())
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error,
        }
    }

    #[test]
    fn ranges_steps_and_lists_are_read() {
        assert_eq!(check(Field::Hour, "1-5/2,8-16/3,2"), "1 3 5 8 11 14 2");
        assert_eq!(check(Field::Hour, "20/2"), "20 22");
        assert_eq!(check(Field::Hour, ""), "0");
        assert_eq!(check(Field::DayOfMonth, "*/10"), "1 11 21 31");
        assert_eq!(check(Field::Year, "*"), "");
        assert_eq!(check(Field::Year, "2030-2032"), "2030 2031 2032");
    }

    #[test]
    fn names_of_months_and_days_are_read() {
        assert_eq!(check(Field::Month, "Jan,sept,DECEMBER"), "1 9 12");
        assert_eq!(check(Field::DayOfWeek, "mo-Fri"), "1 2 3 4 5");
    }

    #[test]
    fn sunday_is_seven_too() {
        assert_eq!(check(Field::DayOfWeek, "7"), "0");
        assert_eq!(check(Field::DayOfWeek, "0-7"), "0 1 2 3 4 5 6");
        assert_eq!(check(Field::DayOfWeek, "5-7"), "0 5 6");
        assert_eq!(check(Field::DayOfWeek, "1-7/2"), "0 1 3 5");
        assert_eq!(check(Field::DayOfWeek, "3-7/3"), "3 6");
    }

    #[test]
    fn what_is_wrong_with_a_field_is_said_in_temporals_words() {
        for (field, text, message) in [
            (Field::Minute, "60", "Minute is not in range [0-59]"),
            (Field::Minute, "x", "Minute is not in range [0-59]"),
            (Field::Month, "0-3", "Month Start is not in range [1-12]"),
            (
                Field::Hour,
                "5-4",
                "Hour End is before Start or not in range [0-23]",
            ),
            (Field::Hour, "1/2/3", "Hour has too many slashes"),
            (Field::Hour, "1-2-3", "Hour has too many dashes"),
            (Field::Hour, "1/", "Hour missing step value"),
            (Field::Hour, "1/0", "Hour has invalid Step"),
            (
                Field::Hour,
                "1/x",
                "strconv.Atoi: parsing \"x\": invalid syntax",
            ),
        ] {
            assert_eq!(check(field, text), message, "{text}");
        }
    }
}
