//! Specs and their times, as text.

use temporalio_protos::temporal::api::schedule::v1::{
    CalendarSpec, IntervalSpec, ScheduleSpec, StructuredCalendarSpec,
};

use super::*;

fn at(text: &str) -> Timestamp {
    let instant: jiff::Timestamp = text.parse().expect("is a time");
    Timestamp(i64::try_from(instant.as_nanosecond()).expect("is in range"))
}

/// The first times of a spec after the one given.
fn times(spec: ScheduleSpec, after: &str, count: usize) -> String {
    let spec = match CompiledSpec::compile(spec) {
        Ok(spec) => spec,
        Err(error) => return error.to_string(),
    };
    let mut last = at(after);
    let mut found = Vec::new();
    while found.len() < count
        && let Some(time) = spec.next("seed", last)
    {
        last = time.actual;
        found.push(time.nominal.to_proto().to_string());
    }
    found.join(" ")
}

fn cron(text: &str) -> ScheduleSpec {
    ScheduleSpec {
        cron_string: vec![text.into()],
        ..Default::default()
    }
}

const NOON: &str = "2024-03-15T12:00:00Z";

#[test]
fn cron_strings_have_five_to_seven_fields() {
    for (text, expected) in [
        ("30 9 * * *", "2024-03-16T09:30:00Z 2024-03-17T09:30:00Z"),
        (
            "0 12 * * mon-fri",
            "2024-03-18T12:00:00Z 2024-03-19T12:00:00Z",
        ),
        ("0 0 29 feb * 2028", "2028-02-29T00:00:00Z"),
        (
            "*/20 30 12 15 3 * *",
            "2024-03-15T12:30:00Z 2024-03-15T12:30:20Z",
        ),
        ("0 0 13 * fri", "2024-09-13T00:00:00Z 2024-12-13T00:00:00Z"),
        (
            "@daily # at midnight",
            "2024-03-16T00:00:00Z 2024-03-17T00:00:00Z",
        ),
        ("@weekly", "2024-03-17T00:00:00Z 2024-03-24T00:00:00Z"),
        ("@every 6h/1h", "2024-03-15T13:00:00Z 2024-03-15T19:00:00Z"),
        (
            "TZ=Asia/Tokyo 0 9 * * *",
            "2024-03-16T00:00:00Z 2024-03-17T00:00:00Z",
        ),
        ("0 0 30 2 *", ""),
        ("* * * *", "CronString does not have 5-7 fields"),
        ("@every", "CronString does not have interval after @every"),
        ("@every 100ms", "interval is too small"),
        ("CRON_TZ=UTC", "CronString has time zone but missing fields"),
        (
            "99 25 * * *",
            "Minute is not in range [0-59], Hour is not in range [0-23]",
        ),
    ] {
        assert_eq!(times(cron(text), NOON, 2), expected, "{text}");
    }
}

#[test]
fn a_comment_of_a_cron_string_is_kept() {
    let spec = CompiledSpec::compile(cron("0 9 * * * # stand-up")).expect("is a spec");
    assert_eq!(spec.canonical().structured_calendar[0].comment, "stand-up");
    assert!(spec.canonical().cron_string.is_empty());
}

#[test]
fn a_canonical_spec_stays_as_it_is() {
    let once = CompiledSpec::compile(cron("TZ=Europe/Berlin 1-59/7 */5 * jan,mar sun-wed"));
    let once = once.expect("is a spec").canonical().clone();
    let twice = CompiledSpec::compile(once.clone()).expect("is a spec");
    assert_eq!(twice.canonical(), &once);
    assert_eq!(once.timezone_name, "Europe/Berlin");
}

#[test]
fn time_zones_must_agree() {
    let mut spec = cron("TZ=Asia/Tokyo 0 9 * * *");
    spec.timezone_name = "Europe/Berlin".into();
    assert_eq!(times(spec, NOON, 1), "conflicting timezone names");
    let mut spec = cron("TZ=Asia/Tokyo 0 9 * * *");
    spec.cron_string.push("0 9 * * *".into());
    assert_eq!(times(spec, NOON, 1), "conflicting timezone names");
    let mut spec = cron("0 9 * * *");
    spec.timezone_name = "Mars/Base".into();
    assert_eq!(times(spec, NOON, 1), "unknown time zone Mars/Base");
}

#[test]
fn a_skipped_hour_has_no_times_and_a_repeated_one_has_them_twice() {
    assert_eq!(
        times(
            cron("TZ=Europe/Berlin 30 2 * * *"),
            "2024-03-30T00:00:00Z",
            2
        ),
        "2024-03-30T01:30:00Z 2024-04-01T00:30:00Z"
    );
    assert_eq!(
        times(
            cron("TZ=America/New_York 30 1 * * *"),
            "2024-11-02T12:00:00Z",
            3
        ),
        "2024-11-03T05:30:00Z 2024-11-03T06:30:00Z 2024-11-04T06:30:00Z"
    );
}

#[test]
fn exclusions_start_and_end_cut_times_out() {
    let hour = |hour: &str| CalendarSpec {
        hour: hour.into(),
        ..Default::default()
    };
    let excluded = CompiledSpec::compile(ScheduleSpec {
        calendar: vec![hour("14-15")],
        ..Default::default()
    });
    let spec = ScheduleSpec {
        calendar: vec![hour("*")],
        exclude_structured_calendar: excluded
            .expect("is a spec")
            .canonical()
            .structured_calendar
            .clone(),
        start_time: Some(at("2024-03-15T13:00:00Z").to_proto()),
        end_time: Some(at("2024-03-15T17:00:00Z").to_proto()),
        ..Default::default()
    };
    assert_eq!(
        times(spec, NOON, 9),
        "2024-03-15T13:00:00Z 2024-03-15T16:00:00Z 2024-03-15T17:00:00Z"
    );
}

#[test]
fn a_spec_that_excludes_all_of_its_times_ends() {
    let all = CompiledSpec::compile(cron("* * * * * * *")).expect("is a spec");
    let spec = ScheduleSpec {
        interval: vec![IntervalSpec {
            interval: Some(Span::from_seconds(1).to_proto()),
            phase: None,
        }],
        exclude_structured_calendar: all.canonical().structured_calendar.clone(),
        ..Default::default()
    };
    assert_eq!(times(spec, NOON, 1), "");
}

#[test]
fn jitter_moves_a_time_by_less_than_the_way_to_the_next() {
    let mut spec = cron("* * * * *");
    spec.jitter = Some(Span::from_seconds(3600).to_proto());
    let spec = CompiledSpec::compile(spec).expect("is a spec");
    let mut last = at(NOON);
    let mut moved = 0;
    for _ in 0..100 {
        let time = spec.next("seed", last).expect("has a time");
        let jitter = time.actual.since(time.nominal);
        assert!(jitter < Span::from_seconds(60));
        moved += usize::from(jitter > Span::from_seconds(1));
        assert_eq!(spec.next("seed", last), Some(time));
        last = time.actual;
    }
    assert!(moved > 80, "{moved} of 100 were moved");
    let other = spec.next("other", at(NOON)).expect("has a time");
    assert_ne!(spec.next("seed", at(NOON)), Some(other));
}

#[test]
fn what_is_wrong_with_a_calendar_of_ranges_is_said_in_temporals_words() {
    let range = |start, end, step| temporalio_protos::temporal::api::schedule::v1::Range {
        start,
        end,
        step,
    };
    let spec = ScheduleSpec {
        structured_calendar: vec![StructuredCalendarSpec {
            hour: vec![range(24, 0, 0), range(5, 4, -1)],
            comment: "x".repeat(201),
            ..Default::default()
        }],
        ..Default::default()
    };
    assert_eq!(
        times(spec, NOON, 1),
        "invalid calendar spec: Hour Start is not in range [0-23], Hour End is before Start or not in range [0-23], \
         Hour has invalid Step, comment is too long"
    );
}
