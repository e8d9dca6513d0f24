//! Retry arithmetic, for activities and for runs.

use temporalio_protos::temporal::api::{
    common::v1::RetryPolicy,
    enums::v1::{RetryState, TimeoutType},
    failure::v1::{Failure, failure::FailureInfo},
};

use crate::{
    rejection::Rejection,
    time::{Span, Timestamp},
};

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

/// Refuses a policy that makes no sense, in Temporal's words.
pub fn validate(policy: &RetryPolicy) -> Result<(), Rejection> {
    let refuse = |message: &str| Err(Rejection::InvalidArgument(message.to_owned()));
    if policy.maximum_attempts == 1 {
        // No retry: the other fields do not matter.
        return Ok(());
    }
    let initial = Span::from_proto(policy.initial_interval.as_ref());
    let maximum = Span::from_proto(policy.maximum_interval.as_ref());
    if initial.0 < 0 {
        return refuse("InitialInterval cannot be negative on retry policy.");
    }
    if policy.backoff_coefficient != 0.0 && policy.backoff_coefficient < 1.0 {
        return refuse("BackoffCoefficient cannot be less than 1 on retry policy.");
    }
    if maximum.0 < 0 {
        return refuse("MaximumInterval cannot be negative on retry policy.");
    }
    if !maximum.is_zero() && maximum < initial {
        return refuse("MaximumInterval cannot be less than InitialInterval on retry policy.");
    }
    if policy.maximum_attempts < 0 {
        return refuse("MaximumAttempts cannot be negative on retry policy.");
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

/// Decides on another attempt after attempt number `attempt` failed at `now`. `deadline`: no attempt may begin at or
/// after it.
#[must_use]
pub fn next_attempt(
    policy: &RetryPolicy,
    attempt: i32,
    failure: &Failure,
    now: Timestamp,
    deadline: Option<Timestamp>,
) -> Next {
    if !is_retryable(failure, &policy.non_retryable_error_types) {
        return Next::Stop(RetryState::NonRetryableFailure);
    }
    if policy.maximum_attempts > 0 && attempt >= policy.maximum_attempts {
        return Next::Stop(RetryState::MaximumAttemptsReached);
    }
    let interval = asked_delay(failure).unwrap_or_else(|| backoff(policy, attempt));
    if deadline.is_some_and(|deadline| now.plus(interval) >= deadline) {
        return Next::Stop(RetryState::Timeout);
    }
    Next::After(interval)
}

/// The delay that the failure itself asks for.
fn asked_delay(failure: &Failure) -> Option<Span> {
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => info
            .next_retry_delay
            .as_ref()
            .map(|delay| Span::from_proto(Some(delay))),
        _ => None,
    }
}

fn backoff(policy: &RetryPolicy, attempt: i32) -> Span {
    let initial = Span::from_proto(policy.initial_interval.as_ref());
    let maximum = Span::from_proto(policy.maximum_interval.as_ref());
    let factor = policy
        .backoff_coefficient
        .powi(attempt.saturating_sub(1).max(0));
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a float saturates"
    )]
    let interval = Span((initial.0 as f64 * factor) as i64);
    if maximum.is_zero() {
        interval
    } else {
        interval.min(maximum)
    }
}

fn is_retryable(failure: &Failure, non_retryable_types: &[String]) -> bool {
    match &failure.failure_info {
        Some(FailureInfo::TerminatedFailureInfo(_) | FailureInfo::CanceledFailureInfo(_)) => false,
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            // A time-out can be named like a type: "TemporalTimeout:StartToClose".
            let retryable_kind = matches!(
                info.timeout_type(),
                TimeoutType::StartToClose | TimeoutType::Heartbeat
            );
            let name = format!("TemporalTimeout:{}", timeout_name(info.timeout_type()));
            retryable_kind && !non_retryable_types.contains(&name)
        }
        Some(FailureInfo::ServerFailureInfo(info)) => !info.non_retryable,
        Some(FailureInfo::ApplicationFailureInfo(info)) => {
            !info.non_retryable && !non_retryable_types.contains(&info.r#type)
        }
        _ => true,
    }
}

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
