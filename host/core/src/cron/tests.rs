//! Schedules that can be read, and when they are due.

use super::*;

fn at(text: &str) -> Timestamp {
    let instant: jiff::Timestamp = text.parse().expect("an instant");
    Timestamp(i64::try_from(instant.as_nanosecond()).expect("is in range"))
}

fn show(at: Timestamp) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(at.0))
        .expect("is in range")
        .to_string()
}

/// The first few times after an instant.
fn check(schedule: &str, after: &str, expected: &[&str]) {
    let schedule = CronSchedule::parse(schedule).expect("can be read");
    let mut last = at(after);
    let mut times = Vec::new();
    for _ in expected {
        last = schedule.next_after(last).expect("there is a next time");
        times.push(show(last));
    }
    assert_eq!(times, expected);
}

#[test]
fn fields_say_when() {
    check(
        "*/15 0-6,12 * * *",
        "2026-03-01T06:40:07.5Z",
        &[
            "2026-03-01T06:45:00Z",
            "2026-03-01T12:00:00Z",
            "2026-03-01T12:15:00Z",
        ],
    );
    check(
        "5/20 * * * *",
        "2026-03-01T00:05:00Z",
        &["2026-03-01T00:25:00Z", "2026-03-01T00:45:00Z"],
    );
    check(
        "30 9 * JAN MON-FRI",
        "2026-12-30T00:00:00Z",
        &["2027-01-01T09:30:00Z", "2027-01-04T09:30:00Z"],
    );
    check(
        "0 0 29 2 *",
        "2026-01-01T00:00:00Z",
        &["2028-02-29T00:00:00Z"],
    );
}

#[test]
fn a_time_that_is_due_now_is_not_the_next_one() {
    check(
        "* * * * *",
        "2026-03-01T00:05:00Z",
        &["2026-03-01T00:06:00Z"],
    );
    check(
        "* * * * *",
        "2026-03-01T00:05:00.000000001Z",
        &["2026-03-01T00:06:00Z"],
    );
}

#[test]
fn one_of_two_chosen_kinds_of_day_is_enough() {
    check(
        "0 0 13 * FRI",
        "2026-03-08T00:00:00Z",
        &["2026-03-13T00:00:00Z", "2026-03-20T00:00:00Z"],
    );
    check(
        "0 0 13 * *",
        "2026-03-14T00:00:00Z",
        &["2026-04-13T00:00:00Z"],
    );
    // Every other day is a choice too.
    check(
        "0 0 */2 * SUN",
        "2026-03-06T00:00:00Z",
        &["2026-03-07T00:00:00Z", "2026-03-08T00:00:00Z"],
    );
}

#[test]
fn descriptors_are_short_for_fields() {
    for (descriptor, expected) in [
        ("@yearly", "2027-01-01T00:00:00Z"),
        ("@annually", "2027-01-01T00:00:00Z"),
        ("@monthly", "2026-04-01T00:00:00Z"),
        ("@weekly", "2026-03-08T00:00:00Z"),
        ("@daily", "2026-03-05T00:00:00Z"),
        ("@midnight", "2026-03-05T00:00:00Z"),
        ("@hourly", "2026-03-04T10:00:00Z"),
        ("@every 1h30m", "2026-03-04T10:42:05Z"),
        ("@every 1500ms", "2026-03-04T09:12:06Z"),
        ("@every 1ns", "2026-03-04T09:12:06Z"),
        ("@every -1h", "2026-03-04T09:12:06Z"),
    ] {
        check(descriptor, "2026-03-04T09:12:05.25Z", &[expected]);
    }
}

#[test]
fn a_place_has_its_own_clocks() {
    check(
        "CRON_TZ=Europe/Berlin 0 9 * * *",
        "2026-03-28T00:00:00Z",
        &["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"],
    );
    check(
        "TZ=Asia/Kolkata 15 * * * *",
        "2026-03-28T00:00:00Z",
        &["2026-03-28T00:45:00Z"],
    );
}

#[test]
fn an_hour_that_is_left_out_has_no_run_and_one_that_comes_twice_has_two() {
    check(
        "TZ=America/New_York 30 2 * * *",
        "2026-03-07T08:00:00Z",
        &["2026-03-09T06:30:00Z"],
    );
    check(
        "TZ=America/New_York 30 1 * * *",
        "2026-11-01T04:00:00Z",
        &[
            "2026-11-01T05:30:00Z",
            "2026-11-01T06:30:00Z",
            "2026-11-02T06:30:00Z",
        ],
    );
}

#[test]
fn a_date_that_never_comes_has_no_next_time() {
    for never in ["0 0 30 2 *", ", * * * *"] {
        let schedule = CronSchedule::parse(never).expect("can be read");
        assert_eq!(schedule.next_after(at("2026-01-01T00:00:00Z")), None);
        let now = at("2026-01-01T00:00:00Z");
        assert_eq!(schedule.backoff(now, now), None);
    }
}

#[test]
fn schedules_that_cannot_be_read() {
    for bad in [
        "",
        "invalid",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *",
        "1-2-3 * * * *",
        "*/0 * * * *",
        "*/x * * * *",
        "1/2/3 * * * *",
        "a * * * *",
        "-1 * * * *",
        "@sometimes",
        "@every",
        "@every ",
        "@every x",
        "@every 5",
        "@every 5x",
        "@every .s",
        "@every 1.2.3s",
        "@every 99999999999h",
        "TZ=",
        "TZ=UTC",
        "TZ=Nowhere/AtAll * * * * *",
        "é * * * *",
    ] {
        assert!(CronSchedule::parse(bad).is_err(), "{bad}");
    }
}

/// Seconds until the next run of one that was due at `scheduled`.
fn backoff(schedule: &str, scheduled: &str, now: &str) -> Option<i64> {
    let schedule = CronSchedule::parse(schedule).expect("can be read");
    let backoff = schedule.backoff(at(scheduled), at(now))?;
    assert_eq!(backoff.0 % SECOND.0, 0);
    Some(backoff.0 / SECOND.0)
}

#[test]
fn a_backoff_is_whole_seconds_rounded_up() {
    assert_eq!(
        backoff(
            "* * * * *",
            "2026-03-01T00:00:10.5Z",
            "2026-03-01T00:00:10.5Z"
        ),
        Some(50)
    );
}

#[test]
fn times_that_passed_while_a_run_was_busy_are_left_out() {
    let (scheduled, now) = ("2026-03-01T00:01:00Z", "2026-03-01T00:05:30Z");
    assert_eq!(backoff("* * * * *", scheduled, now), Some(30));
    assert_eq!(backoff("@every 60s", scheduled, now), Some(30));
    let next_to_nothing = "2026-03-01T00:05:00Z";
    assert_eq!(backoff("* * * * *", scheduled, next_to_nothing), Some(0));
    assert_eq!(backoff("@every 60s", scheduled, next_to_nothing), Some(0));
    // Years of steps are not taken one by one.
    let (scheduled, now) = ("1990-01-01T00:00:00Z", "2026-03-01T00:00:00.5Z");
    assert_eq!(backoff("@every 7s", scheduled, now), Some(6));
    assert_eq!(backoff("* * * * *", scheduled, now), Some(60));
}

#[test]
fn a_run_that_ends_before_it_was_due_waits_for_when_it_was_due() {
    assert_eq!(
        backoff("@daily", "2026-03-01T00:01:00Z", "2026-03-01T00:00:30Z"),
        Some(30)
    );
}
