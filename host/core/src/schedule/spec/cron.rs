//! Cron strings as schedules have them: five to seven fields, `@daily` and the like, `@every`, a time zone before, a
//! comment behind.

use temporalio_protos::temporal::api::schedule::v1::{
    CalendarSpec, IntervalSpec, StructuredCalendarSpec,
};

use super::{duration, range::Field};

/// What a cron string means.
pub(super) enum Cron {
    /// Times of a calendar, in the time zone named, if one was.
    Calendar(StructuredCalendarSpec, String),
    /// Times at a distance from each other.
    Interval(IntervalSpec),
}

/// Reads a cron string.
pub(super) fn parse(text: &str) -> Result<Cron, String> {
    let mut rest = text.trim();
    let mut zone = "";
    if let Some(named) = rest
        .strip_prefix("TZ=")
        .or_else(|| rest.strip_prefix("CRON_TZ="))
    {
        (zone, rest) = named
            .split_once(' ')
            .ok_or("CronString has time zone but missing fields")?;
    }
    let (fields, comment) = rest.split_once('#').unwrap_or((rest, ""));
    let fields = fields.trim();
    if fields.starts_with("@every") {
        return every(fields).map(Cron::Interval);
    }
    let words: Vec<&str> = predefined(fields).split_whitespace().collect();
    let (second, rest, year) = match words.as_slice() {
        [rest @ .., year] if words.len() == 6 => ("", rest, *year),
        [second, rest @ .., year] if words.len() == 7 => (*second, rest, *year),
        rest => ("", rest, ""),
    };
    let &[minute, hour, day_of_month, month, day_of_week] = rest else {
        return Err("CronString does not have 5-7 fields".into());
    };
    let calendar = CalendarSpec {
        second: second.into(),
        minute: minute.into(),
        hour: hour.into(),
        day_of_month: day_of_month.into(),
        month: month.into(),
        day_of_week: day_of_week.into(),
        year: year.into(),
        comment: comment.trim().into(),
    };
    Ok(Cron::Calendar(structured(&calendar)?, zone.to_owned()))
}

/// A calendar of texts as one of ranges. Every field that is wrong is named.
pub(super) fn structured(calendar: &CalendarSpec) -> Result<StructuredCalendarSpec, String> {
    let mut errors = Vec::new();
    let mut read = |field: Field, text: &str| {
        field.parse(text).unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        })
    };
    let structured = StructuredCalendarSpec {
        second: read(Field::Second, &calendar.second),
        minute: read(Field::Minute, &calendar.minute),
        hour: read(Field::Hour, &calendar.hour),
        day_of_week: read(Field::DayOfWeek, &calendar.day_of_week),
        day_of_month: read(Field::DayOfMonth, &calendar.day_of_month),
        month: read(Field::Month, &calendar.month),
        year: read(Field::Year, &calendar.year),
        comment: calendar.comment.clone(),
    };
    if errors.is_empty() {
        Ok(structured)
    } else {
        Err(errors.join(", "))
    }
}

/// `@every 5m`, `@every 14h/3h`: an interval, and how far from the epoch it begins.
fn every(text: &str) -> Result<IntervalSpec, String> {
    let (_, interval) = text
        .split_once(' ')
        .ok_or("CronString does not have interval after @every")?;
    let (interval, phase) = interval.split_once('/').unwrap_or((interval, ""));
    Ok(IntervalSpec {
        interval: Some(duration::parse(interval)?.to_proto()),
        phase: match phase {
            "" => None,
            phase => Some(duration::parse(phase)?.to_proto()),
        },
    })
}

fn predefined(fields: &str) -> &str {
    match fields {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        other => other,
    }
}
