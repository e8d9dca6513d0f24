//! A spec as its user wrote it to the one form that is stored and shown: calendars of ranges, and intervals.
//!
//! Words of errors are those of Temporal's server, since people search for them.

use temporalio_protos::temporal::api::schedule::v1::{
    IntervalSpec, Range, ScheduleSpec, StructuredCalendarSpec,
};

use super::{
    cron::{self, Cron},
    range::Field,
};
use crate::time::Span;

/// A comment of a calendar has at most this many bytes.
const COMMENT_BYTES: usize = 200;
const CONFLICTING_ZONES: &str = "conflicting timezone names";

/// Replaces cron strings and calendars of texts, and checks what there is then. Doing it again changes nothing.
pub(super) fn canonical(mut spec: ScheduleSpec) -> Result<ScheduleSpec, String> {
    for calendar in std::mem::take(&mut spec.calendar) {
        spec.structured_calendar.push(cron::structured(&calendar)?);
    }
    #[expect(deprecated, reason = "older clients still exclude calendars of texts")]
    for calendar in std::mem::take(&mut spec.exclude_calendar) {
        spec.exclude_structured_calendar
            .push(cron::structured(&calendar)?);
    }
    let mut cron_zone: Option<String> = None;
    for text in std::mem::take(&mut spec.cron_string) {
        let zone = match cron::parse(&text)? {
            Cron::Calendar(calendar, zone) => {
                spec.structured_calendar.push(calendar);
                zone
            }
            Cron::Interval(interval) => {
                spec.interval.push(interval);
                String::new()
            }
        };
        if cron_zone.replace(zone.clone()).is_some_and(|z| z != zone) {
            return Err(CONFLICTING_ZONES.into());
        }
    }
    if let Some(zone) = cron_zone.filter(|zone| !zone.is_empty()) {
        let other = !spec.timezone_name.is_empty() && spec.timezone_name != zone;
        if other || !spec.timezone_data.is_empty() {
            return Err(CONFLICTING_ZONES.into());
        }
        spec.timezone_name = zone;
    }
    for calendar in &spec.structured_calendar {
        check_calendar(calendar)?;
    }
    for calendar in &spec.exclude_structured_calendar {
        check_calendar(calendar)?;
    }
    for interval in &spec.interval {
        check_interval(interval)?;
    }
    Ok(spec)
}

/// Every range as it is shown: with the end and the step that it has when none is given.
pub(super) fn fill_in(spec: &mut ScheduleSpec) {
    let calendars = spec
        .structured_calendar
        .iter_mut()
        .chain(&mut spec.exclude_structured_calendar);
    for calendar in calendars {
        let fields = [
            &mut calendar.second,
            &mut calendar.minute,
            &mut calendar.hour,
            &mut calendar.day_of_month,
            &mut calendar.month,
            &mut calendar.year,
            &mut calendar.day_of_week,
        ];
        for range in fields.into_iter().flatten() {
            range.end = range.end.max(range.start);
            range.step = range.step.max(1);
        }
    }
}

fn check_calendar(calendar: &StructuredCalendarSpec) -> Result<(), String> {
    let mut errors = Vec::new();
    let fields = [
        (Field::Second, &calendar.second),
        (Field::Minute, &calendar.minute),
        (Field::Hour, &calendar.hour),
        (Field::DayOfMonth, &calendar.day_of_month),
        (Field::Month, &calendar.month),
        (Field::Year, &calendar.year),
        (Field::DayOfWeek, &calendar.day_of_week),
    ];
    for (field, ranges) in fields {
        for range in ranges {
            check_range(field, range, &mut errors);
        }
    }
    if calendar.comment.len() > COMMENT_BYTES {
        errors.push("comment is too long".into());
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(format!("invalid calendar spec: {}", errors.join(", "))),
    }
}

fn check_range(field: Field, range: &Range, errors: &mut Vec<String>) {
    let name = field.name();
    let (least, greatest) = field.bounds();
    if range.start < least || range.start > greatest {
        errors.push(format!("{name} Start is not in range [{least}-{greatest}]"));
    }
    if range.end != 0 && (range.end < range.start || range.end > greatest) {
        errors.push(format!(
            "{name} End is before Start or not in range [{least}-{greatest}]"
        ));
    }
    if range.step < 0 {
        errors.push(format!("{name} has invalid Step"));
    }
}

fn check_interval(interval: &IntervalSpec) -> Result<(), String> {
    let every = Span::from_proto(interval.interval.as_ref());
    let phase = Span::from_proto(interval.phase.as_ref());
    if every < Span::from_seconds(1) {
        Err("interval is too small".into())
    } else if phase < Span::ZERO {
        Err("phase is negative".into())
    } else if phase >= every {
        Err("phase cannot be greater than Interval".into())
    } else {
        Ok(())
    }
}
