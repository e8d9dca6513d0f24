//! Durations in requests: never negative, never beyond what arithmetic can bear.

use prost_wkt_types::Duration;
use sundial_core::{Rejection, time::Span};

use crate::rpc::status::{RpcError, invalid};

/// Longer durations are cut to this. Temporal: 250 years.
const LONGEST_SECONDS: i64 = 250 * 365 * 24 * 60 * 60;

/// What is wrong with a duration, or nothing. One that is too long is cut.
fn fault(duration: Option<&mut Duration>) -> Option<&'static str> {
    let duration = duration?;
    let (seconds, nanos) = (duration.seconds, duration.nanos);
    if (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0) {
        return Some("duration has seconds and nanos with different signs");
    }
    if seconds < 0 || nanos < 0 {
        return Some("negative duration");
    }
    if seconds > LONGEST_SECONDS
        || Span::from_proto(Some(duration)) > Span::from_seconds(LONGEST_SECONDS)
    {
        *duration = Span::from_seconds(LONGEST_SECONDS).to_proto();
    }
    None
}

fn check(duration: Option<&mut Duration>, field: &str) -> Result<(), RpcError> {
    match fault(duration) {
        None => Ok(()),
        Some(fault) => Err(invalid(format!(
            "An invalid {field} is set on request. cause: {fault}"
        ))),
    }
}

/// The three timeouts of a start.
pub(crate) fn workflow(
    execution: Option<&mut Duration>,
    run: Option<&mut Duration>,
    task: Option<&mut Duration>,
) -> Result<(), RpcError> {
    check(execution, "WorkflowExecutionTimeoutSeconds")?;
    check(run, "WorkflowRunTimeoutSeconds")?;
    check(task, "WorkflowTaskTimeoutSeconds")
}

/// The delay of a start, which excludes cron.
pub(crate) fn start_delay(cron: &str, delay: Option<&mut Duration>) -> Result<(), RpcError> {
    if !cron.is_empty() && delay.is_some() {
        return Err(invalid(
            "CronSchedule and WorkflowStartDelay may not be used together.",
        ));
    }
    check(delay, "WorkflowStartDelaySeconds")
}

/// A duration of an activity.
pub(crate) fn named(duration: Option<&mut Duration>, field: &str) -> Result<(), RpcError> {
    match fault(duration) {
        None => Ok(()),
        Some(fault) => Err(invalid(format!("invalid {field}: {fault}"))),
    }
}

/// How long closed runs of a namespace are kept. Temporal: at least an hour.
pub(crate) fn retention(retention: Option<&mut Duration>) -> Result<(), RpcError> {
    const SHORTEST: Span = Span::from_seconds(60 * 60);
    let refuse = || {
        RpcError::Rejected(Rejection::InvalidArgument(
            "A valid retention period is not set on request.".into(),
        ))
    };
    let retention = retention.ok_or_else(refuse)?;
    if fault(Some(retention)).is_some() || Span::from_proto(Some(retention)) < SHORTEST {
        return Err(refuse());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration(seconds: i64, nanos: i32) -> Duration {
        Duration { seconds, nanos }
    }

    fn check_workflow(mut run: Duration) -> String {
        match workflow(None, Some(&mut run), None) {
            Ok(()) => format!("{} s {} ns", run.seconds, run.nanos),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_timeout_is_not_negative() {
        assert_eq!(
            check_workflow(duration(-1, 0)),
            "An invalid WorkflowRunTimeoutSeconds is set on request. cause: negative duration"
        );
        assert_eq!(
            check_workflow(duration(1, -1)),
            "An invalid WorkflowRunTimeoutSeconds is set on request. cause: duration has seconds and nanos with different signs"
        );
        assert_eq!(check_workflow(duration(0, 0)), "0 s 0 ns");
    }

    #[test]
    fn a_timeout_beyond_all_reason_is_cut() {
        assert_eq!(
            check_workflow(duration(i64::MAX, 999_999_999)),
            "7884000000 s 0 ns"
        );
        assert_eq!(
            check_workflow(duration(LONGEST_SECONDS, 1)),
            "7884000000 s 0 ns"
        );
        assert_eq!(check_workflow(duration(5, 7)), "5 s 7 ns");
    }

    #[test]
    fn cron_and_a_delay_exclude_each_other() {
        let mut delay = duration(1, 0);
        assert_eq!(
            start_delay("@daily", Some(&mut delay))
                .expect_err("is refused")
                .to_string(),
            "CronSchedule and WorkflowStartDelay may not be used together."
        );
        assert!(start_delay("", Some(&mut delay)).is_ok());
        assert!(start_delay("@daily", None).is_ok());
    }

    #[test]
    fn a_namespace_keeps_runs_for_an_hour_at_least() {
        for (mut given, fine) in [
            (duration(3600, 0), true),
            (duration(3599, 999), false),
            (duration(-5, 0), false),
        ] {
            assert_eq!(retention(Some(&mut given)).is_ok(), fine, "{given:?}");
        }
        assert!(retention(None).is_err());
    }
}
