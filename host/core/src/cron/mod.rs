//! Cron schedules of workflows: when the next run is due.
//!
//! The notation is that of robfig/cron v3, which Temporal's servers read: five fields or a descriptor, with an optional
//! time zone before it. What a run does about its schedule is not decided here.

mod duration;
mod fields;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use self::fields::Fields;
use crate::time::{Span, Timestamp};

/// When a workflow runs again.
#[derive(Clone, Debug)]
pub struct CronSchedule {
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    /// `@every`: a whole number of seconds after the last time.
    Every(Span),
    /// At the times that the fields allow, by the clocks of a place.
    At { fields: Fields, zone: TimeZone },
}

/// Why a schedule is refused, in Temporal's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// It can't be read.
    #[error("Invalid CronSchedule.")]
    Unreadable,
    /// It names no time at all.
    #[error("invalid CronSchedule, no time can be found to satisfy the schedule")]
    Never,
}

const SECOND: Span = Span::from_seconds(1);

impl CronSchedule {
    /// Reads a schedule. Without a time zone it goes by UTC.
    pub fn parse(text: &str) -> Result<Self, BadSchedule> {
        let (zone, rule) = match text
            .strip_prefix("TZ=")
            .or_else(|| text.strip_prefix("CRON_TZ="))
        {
            None => (TimeZone::UTC, text),
            Some(rest) => {
                let (name, rule) = rest.split_once(' ').ok_or(BadSchedule::Unreadable)?;
                (zone(name)?, rule.trim())
            }
        };
        if let Some(every) = rule.strip_prefix("@every ") {
            // Parts of a second are dropped, and less than a second is one.
            let asked = duration::parse(every).ok_or(BadSchedule::Unreadable)?;
            let whole = Span(asked.0 - asked.0 % SECOND.0);
            return Ok(Self {
                rule: Rule::Every(whole.max(SECOND)),
            });
        }
        let fields = if rule.starts_with('@') {
            Fields::of_descriptor(rule)
        } else {
            Fields::parse(rule)
        };
        Ok(Self {
            rule: Rule::At {
                fields: fields.ok_or(BadSchedule::Unreadable)?,
                zone,
            },
        })
    }

    /// Refuses a schedule that nobody could keep. None at all is fine.
    pub fn check(text: &str) -> Result<(), BadSchedule> {
        if text.is_empty() {
            return Ok(());
        }
        // Any five years will do: a leap year is among them.
        match Self::parse(text)?.next_after(Timestamp(0)) {
            Some(_) => Ok(()),
            None => Err(BadSchedule::Never),
        }
    }

    /// The first time after `after`; `None` if there is none in the next five years (30 February).
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match &self.rule {
            Rule::Every(span) => Some(Timestamp(whole_second(after).0.checked_add(span.0)?)),
            Rule::At { fields, zone } => fields.next_after(after, zone),
        }
    }

    /// How long after `now` the next run is due, when the last one was due at `scheduled`: in whole seconds, rounded up.
    /// Times that have passed meanwhile are left out. `None` if there is no next time.
    #[must_use]
    pub fn backoff(&self, scheduled: Timestamp, now: Timestamp) -> Option<Span> {
        let next = if now < scheduled {
            scheduled
        } else {
            self.first_not_before(scheduled, now)?
        };
        Some(rounded_up(next.since(now)))
    }

    fn first_not_before(&self, scheduled: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let mut next = match &self.rule {
            Rule::Every(span) => {
                // As many steps at once as have passed for certain.
                let passed = now.since(whole_second(scheduled)).0 / span.0;
                let skipped = span.0.checked_mul((passed - 1).max(0))?;
                self.next_after(Timestamp(scheduled.0.checked_add(skipped)?))?
            }
            // Fields know nothing of the times before, so those that have passed need not be walked through.
            Rule::At { .. } => self.next_after(scheduled.max(Timestamp(now.0 - 1)))?,
        };
        while next < now {
            next = self.next_after(next)?;
        }
        Some(next)
    }
}

fn rounded_up(span: Span) -> Span {
    Span(span.0.saturating_add(SECOND.0 - 1) / SECOND.0 * SECOND.0)
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(SECOND.0))
}

/// As Go names time zones: by the database of the world's, or `UTC`, or nothing, or `Local`, which a server takes as UTC.
fn zone(name: &str) -> Result<TimeZone, BadSchedule> {
    match name {
        "" | "UTC" | "Local" => Ok(TimeZone::UTC),
        name => TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| BadSchedule::Unreadable),
    }
}

#[cfg(test)]
mod tests;
