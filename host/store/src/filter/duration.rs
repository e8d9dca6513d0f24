//! Durations as filters write them: nanoseconds, Go's form ("1h30m", also "2d"), or hh:mm:ss.

const NANOS_PER_SECOND: f64 = 1e9;

/// Nanoseconds, or `None` if the text is no duration.
pub(super) fn parse(text: &str) -> Option<i64> {
    if let Ok(nanos) = text.parse() {
        return Some(nanos);
    }
    parse_units(text).or_else(|| parse_clock(text))
}

fn parse_units(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let value: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        total += value * unit_nanos(&rest[..letters])?;
        rest = &rest[letters..];
    }
    whole(sign * total)
}

fn unit_nanos(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1.0,
        "us" | "µs" | "μs" => 1e3,
        "ms" => 1e6,
        "s" => NANOS_PER_SECOND,
        "m" => 60.0 * NANOS_PER_SECOND,
        "h" => 3_600.0 * NANOS_PER_SECOND,
        "d" => 86_400.0 * NANOS_PER_SECOND,
        _ => return None,
    })
}

fn parse_clock(text: &str) -> Option<i64> {
    let mut fields = text.split(':');
    let (hours, minutes, seconds) = (fields.next()?, fields.next()?, fields.next()?);
    let in_range =
        |field: &str, below: u32| field.parse::<u32>().ok().filter(|value| *value < below);
    let hours = hours.parse::<u32>().ok()?;
    let seconds = f64::from(hours) * 3_600.0
        + f64::from(in_range(minutes, 60)?) * 60.0
        + f64::from(in_range(seconds, 60)?);
    fields
        .next()
        .is_none()
        .then(|| whole(seconds * NANOS_PER_SECOND))
        .flatten()
}

fn whole(nanos: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was checked, a fraction of a nanosecond is dropped"
    )]
    (nanos.is_finite() && nanos.abs() < i64::MAX as f64).then_some(nanos as i64)
}
