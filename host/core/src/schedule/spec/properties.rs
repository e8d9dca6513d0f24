//! What holds for every spec: its times agree with a search second by second, and grow.

use proptest::prelude::*;
use temporalio_protos::temporal::api::schedule::v1::{
    IntervalSpec, Range, ScheduleSpec, StructuredCalendarSpec,
};

use super::*;

const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Santiago",
];
/// How far the search goes: it has to be quick.
const SECONDS: i64 = 3 * 60 * 60;

fn ranges(least: i32, greatest: i32) -> impl Strategy<Value = Vec<Range>> {
    let range = (least..=greatest, 0..=greatest, 0..10).prop_map(move |(start, end, step)| Range {
        start,
        end: if end < start { 0 } else { end },
        step,
    });
    prop::collection::vec(range, 1..3)
}

fn all(least: i32, greatest: i32) -> Vec<Range> {
    vec![Range {
        start: least,
        end: greatest,
        step: 1,
    }]
}

prop_compose! {
    fn calendar()(
        second in ranges(0, 59),
        minute in ranges(0, 59),
        hour in prop_oneof![Just(all(0, 23)), ranges(0, 23)],
        day_of_week in prop_oneof![Just(all(0, 6)), ranges(0, 6)],
    ) -> StructuredCalendarSpec {
        StructuredCalendarSpec {
            second,
            minute,
            hour,
            day_of_month: all(1, 31),
            month: all(1, 12),
            day_of_week,
            ..Default::default()
        }
    }
}

/// Instants near changes of clocks as often as any other.
fn instants() -> impl Strategy<Value = i64> {
    let changes = [
        1_711_846_800, // Berlin, spring 2024
        1_729_990_800, // Berlin, autumn 2024
        1_710_054_000, // New York, spring 2024
        1_730_613_600, // New York, autumn 2024
        1_712_415_600, // Lord Howe, autumn 2024
        1_725_768_000, // Santiago, spring 2024 (at midnight)
        1_712_458_800, // Santiago, autumn 2024 (at midnight)
    ];
    prop_oneof![
        1_600_000_000_i64..1_900_000_000,
        (prop::sample::select(changes.to_vec()), -SECONDS..SECONDS).prop_map(|(at, by)| at + by),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn calendars_agree_with_a_search_second_by_second(
        spec in calendar(),
        zone in prop::sample::select(ZONES.to_vec()),
        after in instants(),
    ) {
        let zone = Zone::load(zone, &[]).expect("is a zone");
        let calendar = Calendar::new(&spec);
        let searched = (after + 1..=after + SECONDS).find(|at| calendar.matches(*at, &zone));
        let found = calendar.next(after, &zone).filter(|at| *at <= after + SECONDS);
        prop_assert_eq!(found, searched);
    }

    #[test]
    fn times_of_a_spec_grow_and_match_a_part_of_it(
        calendars in prop::collection::vec(calendar(), 0..3),
        every in 1_i64..100_000,
        phase in 0_i64..100_000,
        jitter in 0_i64..10_000,
        after in instants(),
    ) {
        let span = |seconds| Some(Span::from_seconds(seconds).to_proto());
        let spec = CompiledSpec::compile(ScheduleSpec {
            structured_calendar: calendars,
            interval: vec![IntervalSpec {
                interval: span(every),
                phase: span(phase % every),
            }],
            jitter: span(jitter),
            timezone_name: "Europe/Berlin".into(),
            ..Default::default()
        });
        let spec = spec.expect("is a spec");
        let mut last = of_seconds(after);
        for _ in 0..20 {
            let time = spec.next("seed", last).expect("has a time");
            prop_assert!(time.nominal > last && time.actual >= time.nominal);
            let at = time.nominal.0 / NANOS_PER_SECOND;
            let of_interval = (at - phase % every) % every == 0;
            let of_calendar = spec.calendars.iter().any(|c| c.matches(at, &spec.zone));
            prop_assert!(of_interval || of_calendar);
            last = time.actual;
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let _ = CompiledSpec::compile(ScheduleSpec {
            cron_string: vec![text.clone()],
            timezone_name: text,
            ..Default::default()
        });
    }
}
