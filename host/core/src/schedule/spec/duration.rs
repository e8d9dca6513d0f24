//! Durations as `@every` spells them: Go's notation (`1h30m`, `1.5s`), and days.
//!
//! Words of errors are those of Temporal's server, since people search for them.

use crate::time::Span;

const UNITS: [(&str, f64); 9] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
    ("d", 24.0 * 3600e9),
];

/// Reads a duration.
pub(super) fn parse(text: &str) -> Result<Span, String> {
    let invalid = || format!("time: invalid duration \"{text}\"");
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(Span::ZERO);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut nanos = 0.0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().map_err(|_| invalid())?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        let unit = &rest[..letters];
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration \"{text}\""));
        }
        let (_, unit_nanos) = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(|| format!("time: unknown unit \"{unit}\" in duration \"{text}\""))?;
        nanos += number * unit_nanos;
        rest = &rest[letters..];
    }
    if nanos >= i64::MAX as f64 {
        return Err(invalid());
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was checked; less than a nanosecond is nothing"
    )]
    let nanos = (sign * nanos).round() as i64;
    Ok(Span(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_gos_and_days() {
        for (text, expected) in [
            ("90s", Ok(90_000_000_000)),
            ("1h30m", Ok(5_400_000_000_000)),
            ("1.5d", Ok(129_600_000_000_000)),
            ("-2ms", Ok(-2_000_000)),
            ("0", Ok(0)),
            ("", Err("time: invalid duration \"\"")),
            ("5", Err("time: missing unit in duration \"5\"")),
            ("5w", Err("time: unknown unit \"w\" in duration \"5w\"")),
            ("h", Err("time: invalid duration \"h\"")),
            ("1.2.3s", Err("time: invalid duration \"1.2.3s\"")),
        ] {
            let found = parse(text).map(|span| span.0);
            assert_eq!(found, expected.map_err(str::to_owned), "{text}");
        }
    }
}
