//! Cron schedules: whether one could be read. When it fires is not known here.

use crate::rpc::status::{RpcError, invalid};

/// Ranges of minute, hour, day of month, month, day of week.
const FIELDS: [(u32, u32, &[&str]); 5] = [
    (0, 59, &[]),
    (0, 23, &[]),
    (1, 31, &[]),
    (
        1,
        12,
        &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    ),
    (0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

const DESCRIPTORS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

/// Refuses a schedule that can't be read, in Temporal's words.
pub(crate) fn check(schedule: &str) -> Result<(), RpcError> {
    if schedule.is_empty() || is_schedule(schedule) {
        return Ok(());
    }
    Err(invalid("Invalid CronSchedule."))
}

fn is_schedule(schedule: &str) -> bool {
    let schedule = match schedule
        .strip_prefix("TZ=")
        .or_else(|| schedule.strip_prefix("CRON_TZ="))
    {
        None => schedule,
        Some(rest) => match rest.split_once(' ') {
            Some((zone, schedule)) if !zone.is_empty() => schedule.trim_start(),
            _ => return false,
        },
    };
    if let Some(every) = schedule.strip_prefix("@every ") {
        return is_go_duration(every);
    }
    if schedule.starts_with('@') {
        return DESCRIPTORS.contains(&schedule);
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    fields.len() == FIELDS.len()
        && fields
            .iter()
            .zip(FIELDS)
            .all(|(field, range)| field.split(',').all(|part| is_part(part, range)))
}

/// `*`, `?`, `n`, `n-m`, each with an optional `/step`.
fn is_part(part: &str, (min, max, names): (u32, u32, &[&str])) -> bool {
    let (range, step) = match part.split_once('/') {
        None => (part, None),
        Some((range, step)) => (range, Some(step)),
    };
    if step.is_some_and(|step| {
        step.parse::<u32>().is_ok_and(|step| step == 0) || step.parse::<u32>().is_err()
    }) {
        return false;
    }
    let value = |text: &str| -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        let number = match names.iter().position(|name| *name == lower) {
            Some(index) => u32::try_from(index).ok()? + min,
            None => text.parse().ok()?,
        };
        (min..=max).contains(&number).then_some(number)
    };
    match range {
        "*" | "?" => true,
        _ => match range.split_once('-') {
            None => value(range).is_some(),
            Some((from, to)) => {
                matches!((value(from), value(to)), (Some(from), Some(to)) if from <= to)
            }
        },
    }
}

/// Like `1h30m`, at least a second long.
fn is_go_duration(text: &str) -> bool {
    let mut rest = text.trim();
    let mut total_seconds = 0.0;
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let Ok(value) = rest[..digits].parse::<f64>() else {
            return false;
        };
        rest = &rest[digits..];
        let unit = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let seconds = match &rest[..unit] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return false,
        };
        total_seconds += value * seconds;
        rest = &rest[unit..];
    }
    total_seconds > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_that_can_be_read() {
        for schedule in [
            "",
            "* * * * *",
            "0 12 * * ?",
            "*/15 0-6,12 1,15 JAN-mar MON-FRI",
            "5/10 * * * *",
            "@daily",
            "@every 1h30m",
            "@every 90s",
            "TZ=Europe/Berlin 0 9 * * *",
            "CRON_TZ=UTC @hourly",
        ] {
            assert!(check(schedule).is_ok(), "{schedule}");
        }
    }

    #[test]
    fn schedules_that_cannot_be_read() {
        for schedule in [
            "invalid",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "*/x * * * *",
            "a * * * *",
            "@sometimes",
            "@every",
            "@every x",
            "@every 5",
            "TZ= * * * * *",
            "é * * * *",
        ] {
            let error = check(schedule).expect_err(schedule);
            assert_eq!(error.to_string(), "Invalid CronSchedule.");
        }
    }
}
