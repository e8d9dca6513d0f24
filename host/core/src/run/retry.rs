//! Retry arithmetic, for activities and for runs.

use prost::Message;
use temporalio_protos::temporal::api::{
    common::v1::RetryPolicy,
    enums::v1::{RetryState, TimeoutType},
    failure::v1::{ApplicationFailureInfo, Failure, ServerFailureInfo, failure::FailureInfo},
};

use crate::{
    rejection::Rejection,
    time::{Span, Timestamp},
};

/// A time-out can be named like an error type, after this: "TemporalTimeout:StartToClose".
const TIMEOUT_PREFIX: &str = "TemporalTimeout:";

/// Temporal's defaults for what a policy leaves out: 1 s, doubling, at most 100 times the first interval, for ever.
pub fn fill_defaults(policy: &mut RetryPolicy) {
    const INITIAL: Span = Span::from_seconds(1);
    const MAXIMUM_FACTOR: i64 = 100;
    if Span::from_proto(policy.initial_interval.as_ref()).is_zero() {
        policy.initial_interval = Some(INITIAL.to_proto());
    }
    if policy.backoff_coefficient == 0.0 {
        policy.backoff_coefficient = 2.0;
    }
    if Span::from_proto(policy.maximum_interval.as_ref()).is_zero() {
        let initial = Span::from_proto(policy.initial_interval.as_ref());
        policy.maximum_interval = Some(Span(initial.0.saturating_mul(MAXIMUM_FACTOR)).to_proto());
    }
}

/// Refuses a policy that makes no sense, in Temporal's words. What it leaves out is taken as filled with the defaults.
pub fn validate(policy: &RetryPolicy) -> Result<(), Rejection> {
    let refuse = |message: String| Err(Rejection::InvalidArgument(message));
    if policy.maximum_attempts == 1 {
        // No retry: the other fields do not matter.
        return Ok(());
    }
    let mut policy = policy.clone();
    fill_defaults(&mut policy);
    let initial = Span::from_proto(policy.initial_interval.as_ref());
    let maximum = Span::from_proto(policy.maximum_interval.as_ref());
    if initial.0 < 0 {
        return refuse("invalid InitialInterval set on retry policy: negative duration".into());
    }
    if policy.backoff_coefficient < 1.0 {
        return refuse("BackoffCoefficient cannot be less than 1 on retry policy.".into());
    }
    if maximum.0 < 0 {
        return refuse("invalid MaximumInterval set on retry policy: negative duration".into());
    }
    if !maximum.is_zero() && maximum < initial {
        return refuse(
            "MaximumInterval cannot be less than InitialInterval on retry policy.".into(),
        );
    }
    if policy.maximum_attempts < 0 {
        return refuse("MaximumAttempts cannot be negative on retry policy.".into());
    }
    for name in policy
        .non_retryable_error_types
        .iter()
        .filter_map(|t| t.strip_prefix(TIMEOUT_PREFIX))
    {
        if !TIMEOUT_TYPES
            .iter()
            .any(|timeout_type| timeout_name(*timeout_type) == name)
        {
            return refuse(format!("Invalid timeout type value: {name}."));
        }
    }
    Ok(())
}

/// What comes after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another attempt after this long.
    After(Span),
    /// No more, and why.
    Stop(RetryState),
}

/// Decides on another attempt after attempt number `attempt` failed at `now`. `asked` overrides the policy's interval
/// and its maximum. `deadline`: no attempt may begin after it.
#[must_use]
pub fn next_attempt(
    policy: &RetryPolicy,
    attempt: i32,
    failure: &Failure,
    asked: Option<Span>,
    now: Timestamp,
    deadline: Option<Timestamp>,
) -> Next {
    if !is_retryable(failure, &policy.non_retryable_error_types) {
        return Next::Stop(RetryState::NonRetryableFailure);
    }
    if policy.maximum_attempts > 0 && attempt >= policy.maximum_attempts {
        return Next::Stop(RetryState::MaximumAttemptsReached);
    }
    let interval = asked.unwrap_or_else(|| backoff(policy, attempt));
    if deadline.is_some_and(|deadline| now.plus(interval) > deadline) {
        return Next::Stop(RetryState::Timeout);
    }
    Next::After(interval)
}

/// The delay that the failure itself asks for.
#[must_use]
pub fn asked_delay(failure: &Failure) -> Option<Span> {
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => info
            .next_retry_delay
            .as_ref()
            .map(|delay| Span::from_proto(Some(delay))),
        _ => None,
    }
}

/// The longest interval that a policy allows, `None` if there is no such limit.
#[must_use]
pub fn maximum_interval(policy: &RetryPolicy) -> Option<Span> {
    let maximum = Span::from_proto(policy.maximum_interval.as_ref());
    (!maximum.is_zero()).then_some(maximum)
}

fn backoff(policy: &RetryPolicy, attempt: i32) -> Span {
    let interval = exponential(policy, attempt);
    maximum_interval(policy).map_or(interval, |maximum| interval.min(maximum))
}

/// The interval after an attempt, without its maximum.
#[must_use]
pub fn exponential(policy: &RetryPolicy, attempt: i32) -> Span {
    let initial = Span::from_proto(policy.initial_interval.as_ref());
    let factor = policy
        .backoff_coefficient
        .powi(attempt.saturating_sub(1).max(0));
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a float saturates"
    )]
    Span((initial.0 as f64 * factor) as i64)
}

fn is_retryable(failure: &Failure, non_retryable_types: &[String]) -> bool {
    match &failure.failure_info {
        Some(FailureInfo::TerminatedFailureInfo(_) | FailureInfo::CanceledFailureInfo(_)) => false,
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            let retryable_kind = matches!(
                info.timeout_type(),
                TimeoutType::StartToClose | TimeoutType::Heartbeat
            );
            let name = timeout_name(info.timeout_type());
            let is_named = non_retryable_types
                .iter()
                .any(|named| named.strip_prefix(TIMEOUT_PREFIX) == Some(name));
            retryable_kind && !is_named
        }
        Some(FailureInfo::ServerFailureInfo(info)) => !info.non_retryable,
        Some(FailureInfo::ApplicationFailureInfo(info)) => {
            !info.non_retryable && !non_retryable_types.contains(&info.r#type)
        }
        _ => true,
    }
}

const TIMEOUT_TYPES: [TimeoutType; 4] = [
    TimeoutType::StartToClose,
    TimeoutType::ScheduleToStart,
    TimeoutType::ScheduleToClose,
    TimeoutType::Heartbeat,
];

/// As Temporal spells them in messages.
#[must_use]
pub fn timeout_name(timeout_type: TimeoutType) -> &'static str {
    match timeout_type {
        TimeoutType::Unspecified => "Unspecified",
        TimeoutType::StartToClose => "StartToClose",
        TimeoutType::ScheduleToStart => "ScheduleToStart",
        TimeoutType::ScheduleToClose => "ScheduleToClose",
        TimeoutType::Heartbeat => "Heartbeat",
    }
}

/// A failure as it is kept for the next attempt: whole, or what fits of it in a failure that says so.
#[must_use]
pub fn kept_failure(failure: &Failure, limit_bytes: usize) -> Failure {
    if failure.encoded_len() <= limit_bytes {
        return failure.clone();
    }
    Failure {
        message: "Failure exceeds size limit.".into(),
        source: "Server".into(),
        failure_info: Some(FailureInfo::ServerFailureInfo(ServerFailureInfo::default())),
        cause: Some(Box::new(truncated(
            failure,
            &mut { limit_bytes },
            CAUSES_MAX,
        ))),
        ..Default::default()
    }
}

/// A chain of causes is cut after this many. Temporal: 20.
const CAUSES_MAX: usize = 20;

fn truncated(failure: &Failure, left: &mut usize, depth: usize) -> Failure {
    let mut take = |text: &str| {
        let end = text.floor_char_boundary((*left).min(text.len()));
        *left -= end;
        text[..end].to_owned()
    };
    let failure_info = match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => Some(
            FailureInfo::ApplicationFailureInfo(ApplicationFailureInfo {
                r#type: take(&info.r#type),
                non_retryable: info.non_retryable,
                ..Default::default()
            }),
        ),
        Some(FailureInfo::ServerFailureInfo(info)) => Some(FailureInfo::ServerFailureInfo(*info)),
        _ => None,
    };
    let (source, message) = (take(&failure.source), take(&failure.message));
    let stack_trace = take(&failure.stack_trace);
    let cause = failure
        .cause
        .as_ref()
        .filter(|_| *left > 0 && depth > 0)
        .map(|cause| Box::new(truncated(cause, left, depth - 1)));
    Failure {
        message,
        source,
        stack_trace,
        cause,
        failure_info,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> RetryPolicy {
        let mut policy = RetryPolicy::default();
        fill_defaults(&mut policy);
        policy
    }

    fn failure(info: FailureInfo) -> Failure {
        Failure {
            failure_info: Some(info),
            ..Default::default()
        }
    }

    fn next(
        policy: &RetryPolicy,
        attempt: i32,
        failure: &Failure,
        deadline_s: Option<i64>,
    ) -> Next {
        let deadline = deadline_s.map(|s| Timestamp(0).plus(Span::from_seconds(s)));
        next_attempt(
            policy,
            attempt,
            failure,
            asked_delay(failure),
            Timestamp(0),
            deadline,
        )
    }

    #[test]
    fn intervals_double_up_to_the_maximum() {
        let seconds: Vec<_> = [1, 2, 3, 7, 8, 400]
            .map(|attempt| backoff(&policy(), attempt).0 / 1_000_000_000)
            .to_vec();
        assert_eq!(seconds, [1, 2, 4, 64, 100, 100]);
    }

    #[test]
    fn an_attempt_may_begin_at_the_deadline_but_not_after_it() {
        let plain = Failure::default();
        assert_eq!(
            next(&policy(), 2, &plain, Some(2)),
            Next::After(Span::from_seconds(2))
        );
        assert_eq!(
            next(&policy(), 3, &plain, Some(2)),
            Next::Stop(RetryState::Timeout)
        );
    }

    #[test]
    fn attempts_are_counted() {
        let two = RetryPolicy {
            maximum_attempts: 2,
            ..policy()
        };
        assert_eq!(
            next(&two, 1, &Failure::default(), None),
            Next::After(Span::from_seconds(1))
        );
        assert_eq!(
            next(&two, 2, &Failure::default(), None),
            Next::Stop(RetryState::MaximumAttemptsReached)
        );
    }

    #[test]
    fn a_failure_may_ask_for_longer_than_the_maximum() {
        let info = ApplicationFailureInfo {
            next_retry_delay: Some(Span::from_seconds(1000).to_proto()),
            ..Default::default()
        };
        let asked = failure(FailureInfo::ApplicationFailureInfo(info));
        assert_eq!(
            next(&policy(), 1, &asked, None),
            Next::After(Span::from_seconds(1000))
        );
    }

    #[test]
    fn named_types_and_time_outs_are_not_retried() {
        let named = RetryPolicy {
            non_retryable_error_types: vec!["Bad".into(), "TemporalTimeout:Heartbeat".into()],
            ..policy()
        };
        let stop = Next::Stop(RetryState::NonRetryableFailure);
        let bad = ApplicationFailureInfo {
            r#type: "Bad".into(),
            ..Default::default()
        };
        assert_eq!(
            next(
                &named,
                1,
                &failure(FailureInfo::ApplicationFailureInfo(bad)),
                None
            ),
            stop
        );
        for (timeout_type, is_retried) in [
            (TimeoutType::StartToClose, true),
            (TimeoutType::Heartbeat, false),
            (TimeoutType::ScheduleToStart, false),
            (TimeoutType::ScheduleToClose, false),
        ] {
            let info = temporalio_protos::temporal::api::failure::v1::TimeoutFailureInfo {
                timeout_type: timeout_type as i32,
                ..Default::default()
            };
            let outcome = next(
                &named,
                1,
                &failure(FailureInfo::TimeoutFailureInfo(info)),
                None,
            );
            assert_eq!(outcome != stop, is_retried, "{timeout_type:?}");
        }
    }

    #[test]
    fn a_policy_that_makes_no_sense_is_refused_in_temporals_words() {
        let check = |change: fn(&mut RetryPolicy)| {
            let mut policy = RetryPolicy::default();
            change(&mut policy);
            validate(&policy).err().map(|e| e.to_string())
        };
        assert_eq!(check(|_| {}), None);
        assert_eq!(
            check(|p| p.backoff_coefficient = 0.5).as_deref(),
            Some("BackoffCoefficient cannot be less than 1 on retry policy.")
        );
        assert_eq!(
            check(|p| p.maximum_interval = Some(Span::from_millis(1).to_proto())).as_deref(),
            Some("MaximumInterval cannot be less than InitialInterval on retry policy.")
        );
        assert_eq!(
            check(|p| p.maximum_attempts = -1).as_deref(),
            Some("MaximumAttempts cannot be negative on retry policy.")
        );
        assert_eq!(
            check(|p| p.non_retryable_error_types = vec!["TemporalTimeout:Never".into()])
                .as_deref(),
            Some("Invalid timeout type value: Never.")
        );
    }

    #[test]
    fn a_large_failure_is_cut_and_says_so() {
        let cause = Failure {
            message: "é".repeat(3000),
            ..Default::default()
        };
        let large = Failure {
            message: "m".repeat(3000),
            cause: Some(Box::new(cause)),
            ..Default::default()
        };
        let kept = kept_failure(&large, 4096);
        assert_eq!(kept.message, "Failure exceeds size limit.");
        let first = kept.cause.expect("the failure itself");
        assert_eq!(first.message.len(), 3000);
        assert_eq!(first.cause.expect("its cause").message, "é".repeat(548));
    }
}
