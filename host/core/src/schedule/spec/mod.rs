//! When a schedule acts: calendars, intervals and cron strings in a time zone, less what is excluded, and jitter.
//!
//! Pure: a spec and an instant give the next instant. What is done then is not known here.

mod calendar;
mod canonical;
mod cron;
mod duration;
mod range;
mod zone;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use temporalio_protos::temporal::api::schedule::v1::{IntervalSpec, ScheduleSpec};

use self::{calendar::Calendar, range::YEARS, zone::Zone};
use crate::time::{Span, Timestamp};

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// More excluded times than this in a row end the schedule: a spec that excludes all of its own times would be searched
/// until the year 2100.
const EXCLUDED_IN_A_ROW: usize = 100_000;

/// A spec that can't be followed, in Temporal's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SpecError(String);

/// A spec that was checked, ready to be asked for its times.
#[derive(Clone, Debug)]
pub struct CompiledSpec {
    canonical: ScheduleSpec,
    zone: Zone,
    calendars: Vec<Calendar>,
    excluded: Vec<Calendar>,
}

/// A time at which a schedule acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionTime {
    /// The time that the spec names: a whole second. Workflow ids are made of it.
    pub nominal: Timestamp,
    /// The same with jitter.
    pub actual: Timestamp,
}

impl CompiledSpec {
    /// Checks a spec.
    pub fn compile(spec: ScheduleSpec) -> Result<Self, SpecError> {
        let canonical = canonical::canonical(spec).map_err(SpecError)?;
        let zone =
            Zone::load(&canonical.timezone_name, &canonical.timezone_data).map_err(SpecError)?;
        let compile = |specs: &[_]| specs.iter().map(Calendar::new).collect();
        Ok(Self {
            zone,
            calendars: compile(&canonical.structured_calendar),
            excluded: compile(&canonical.exclude_structured_calendar),
            canonical,
        })
    }

    /// The spec in the one form that is stored: calendars of ranges, and intervals.
    #[must_use]
    pub fn canonical(&self) -> &ScheduleSpec {
        &self.canonical
    }

    /// The first time after this one, `None` if there is none before the year 2101. The seed moves jitter: schedules
    /// of one spec act apart.
    #[must_use]
    pub fn next(&self, seed: &str, after: Timestamp) -> Option<ActionTime> {
        let start = self
            .canonical
            .start_time
            .as_ref()
            .map_or(Timestamp(0), Timestamp::from_proto);
        // A second before, so that the start itself can be a time.
        let start = Timestamp(start.0.saturating_sub(NANOS_PER_SECOND));
        let end = self.canonical.end_time.as_ref().map(Timestamp::from_proto);
        let mut at = after.max(start).0.div_euclid(NANOS_PER_SECOND);
        for _ in 0..EXCLUDED_IN_A_ROW {
            at = self.next_second(at)?;
            if end.is_some_and(|end| of_seconds(at) > end) || at >= END_OF_YEARS {
                return None;
            }
            let is_excluded = self
                .excluded
                .iter()
                .any(|calendar| calendar.matches(at, &self.zone));
            if !is_excluded {
                return Some(self.with_jitter(seed, at));
            }
        }
        None
    }

    fn next_second(&self, after: i64) -> Option<i64> {
        let calendars = self
            .calendars
            .iter()
            .filter_map(|calendar| calendar.next(after, &self.zone));
        let intervals = self
            .canonical
            .interval
            .iter()
            .map(|interval| next_of_interval(interval, after));
        calendars.chain(intervals).min()
    }

    /// Jitter is a part of the spec's, and less than the time to the next of its times.
    fn with_jitter(&self, seed: &str, at: i64) -> ActionTime {
        let nominal = of_seconds(at);
        let wanted = Span::from_proto(self.canonical.jitter.as_ref());
        if wanted <= Span::ZERO {
            return ActionTime {
                nominal,
                actual: nominal,
            };
        }
        let room = match self.next_second(at) {
            Some(following) => wanted.min(Span::from_seconds(following - at)),
            None => wanted,
        };
        let room_ms = u64::try_from(room.0 / 1_000_000)
            .unwrap_or(0)
            .min(u64::from(u32::MAX));
        let part = (u64::from(hash(seed, at)) * room_ms) >> 32;
        ActionTime {
            nominal,
            actual: nominal.plus(Span::from_millis(i64::try_from(part).unwrap_or(0))),
        }
    }
}

/// Gives every range the end and the step that it has when none is given: how specs are shown.
pub fn show(spec: &mut ScheduleSpec) {
    canonical::fill_in(spec);
}

/// The first second of the year after the last.
const END_OF_YEARS: i64 = {
    assert!(YEARS.1 == 2100);
    4_133_980_800
};

fn of_seconds(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(NANOS_PER_SECOND))
}

fn next_of_interval(interval: &IntervalSpec, after: i64) -> i64 {
    let seconds = |duration| Span::from_proto(duration).0 / NANOS_PER_SECOND;
    let every = seconds(interval.interval.as_ref()).max(1);
    let phase = seconds(interval.phase.as_ref()).max(0);
    // Towards zero, as Temporal's server divides.
    ((after.saturating_sub(phase) / every) + 1)
        .saturating_mul(every)
        .saturating_add(phase)
}

/// FNV-1a, with its bits mixed: only its spread matters, and that it never changes.
fn hash(seed: &str, at: i64) -> u32 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = at.to_be_bytes();
    let hash = bytes
        .iter()
        .chain(seed.as_bytes())
        .fold(BASIS, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
        });
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u32::try_from(mixed >> 32).unwrap_or(0)
}
