//! Lengths of time as a person writes them: 500ms, 30s, 1h30m.

use prost_wkt_types::Duration;

const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// Reads a length of time, for clap.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let expected = || format!("`{text}` is no length of time: write 500ms, 30s or 1h30m");
    let mut rest = text.trim();
    let mut total_ms: u64 = 0;
    if rest.is_empty() {
        return Err(expected());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .ok_or_else(expected)?;
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit_ms = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(expected)?
            .1;
        let number: u64 = number.parse().map_err(|_| expected())?;
        total_ms = number
            .checked_mul(unit_ms)
            .and_then(|ms| total_ms.checked_add(ms))
            .ok_or_else(expected)?;
        rest = after;
    }
    let seconds = i64::try_from(total_ms / 1_000).map_err(|_| expected())?;
    let nanos = i32::try_from(total_ms % 1_000 * 1_000_000).map_err(|_| expected())?;
    Ok(Duration { seconds, nanos })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up() {
        let read = |text| parse(text).map(|duration| (duration.seconds, duration.nanos));
        assert_eq!(read("500ms"), Ok((0, 500_000_000)));
        assert_eq!(read("1h30m"), Ok((5_400, 0)));
        assert_eq!(read("1s5ms"), Ok((1, 5_000_000)));
        assert_eq!(read("2d"), Ok((172_800, 0)));
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for text in ["", "5", "s", "5 s", "-5s", "5sec", "99999999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
