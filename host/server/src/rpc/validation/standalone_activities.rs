//! What requests about stand-alone activities must hold, in Temporal's words.

use prost_wkt_types::Duration;
use sundial_core::{Limits, RunId, time::Span};
use temporalio_protos::temporal::api::{
    enums::v1::{ActivityIdConflictPolicy, ActivityIdReusePolicy},
    workflowservice::v1::StartActivityExecutionRequest,
};
use uuid::Uuid;

use super::{names::no_zero_byte, policies, search_attributes, sizes, task_queue, timeouts};
use crate::rpc::status::{RpcError, invalid};

/// Checks a start and fills in what its caller left out.
pub(crate) fn prepare_start(
    request: &mut StartActivityExecutionRequest,
    limits: &Limits,
) -> Result<(), RpcError> {
    request_id(&mut request.request_id, limits)?;
    timeouts::named(request.start_delay.as_mut(), "StartDelay")?;
    task_queue::normalize(request.task_queue.as_mut(), limits)?;
    if request.activity_id.is_empty() {
        return Err(invalid("activityId is not set"));
    }
    let type_name = request
        .activity_type
        .as_ref()
        .map_or("", |of| of.name.as_str());
    if type_name.is_empty() {
        return Err(invalid("activityType is not set"));
    }
    policies::retry_policy(request.retry_policy.as_mut())?;
    length(&request.activity_id, "activityId", limits)?;
    length(type_name, "activityType", limits)?;
    policies::priority(request.priority.as_ref())?;
    let unset = |span: &Option<Duration>| Span::from_proto(span.as_ref()).is_zero();
    timeouts::named(
        request.schedule_to_close_timeout.as_mut(),
        "ScheduleToCloseTimeout",
    )?;
    timeouts::named(
        request.schedule_to_start_timeout.as_mut(),
        "ScheduleToStartTimeout",
    )?;
    timeouts::named(
        request.start_to_close_timeout.as_mut(),
        "StartToCloseTimeout",
    )?;
    timeouts::named(request.heartbeat_timeout.as_mut(), "HeartbeatTimeout")?;
    if unset(&request.schedule_to_close_timeout) && unset(&request.start_to_close_timeout) {
        return Err(invalid(format!(
            "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. \
             ActivityId={} ActivityType={type_name}",
            request.activity_id
        )));
    }
    identity(&request.identity, limits)?;
    if ActivityIdReusePolicy::try_from(request.id_reuse_policy).is_err() {
        return Err(invalid(format!(
            "unsupported ID reuse policy: {}",
            request.id_reuse_policy
        )));
    }
    if ActivityIdConflictPolicy::try_from(request.id_conflict_policy).is_err() {
        return Err(invalid(format!(
            "unsupported ID conflict policy: {}",
            request.id_conflict_policy
        )));
    }
    on_conflict(request)?;
    if sizes::too_large(request.input.as_ref(), limits) {
        return Err(invalid("input exceeds length limit"));
    }
    search_attributes::check(request.search_attributes.as_ref())?;
    policies::links(&request.links)?;
    no_callbacks(request)
}

/// They tell nobody but those who ask.
fn no_callbacks(request: &StartActivityExecutionRequest) -> Result<(), RpcError> {
    if request.completion_callbacks.is_empty() {
        return Ok(());
    }
    Err(invalid(
        "attaching workflow callbacks is disabled for this namespace",
    ))
}

fn on_conflict(request: &StartActivityExecutionRequest) -> Result<(), RpcError> {
    let Some(options) = &request.on_conflict_options else {
        return Ok(());
    };
    if options.attach_completion_callbacks && !options.attach_request_id {
        return Err(invalid(
            "on_conflict_options: attach_completion_callbacks requires attach_request_id to be set",
        ));
    }
    if options.attach_request_id
        && request.completion_callbacks.is_empty()
        && request.links.is_empty()
    {
        return Err(invalid(
            "on_conflict_options: attach_request_id requires at least one completion callback or link",
        ));
    }
    Ok(())
}

/// The id and the run id of an activity that a request names.
pub(crate) fn named(
    activity_id: &str,
    run_id: &str,
    limits: &Limits,
) -> Result<Option<RunId>, RpcError> {
    if activity_id.is_empty() {
        return Err(invalid("activity ID is required"));
    }
    length(activity_id, "activity ID", limits)?;
    if run_id.is_empty() {
        return Ok(None);
    }
    match RunId::parse(run_id) {
        Ok(run_id) => Ok(Some(run_id)),
        Err(_) => Err(invalid("invalid run id: must be a valid UUID")),
    }
}

/// A request id is made up where there is none.
pub(crate) fn request_id(id: &mut String, limits: &Limits) -> Result<(), RpcError> {
    if id.is_empty() {
        *id = Uuid::new_v4().to_string();
    }
    length(id, "request ID", limits)
}

/// Who calls, as they name themselves.
pub(crate) fn identity(identity: &str, limits: &Limits) -> Result<(), RpcError> {
    length(identity, "identity", limits)
}

/// Why somebody does something.
pub(crate) fn reason(reason: &str, limits: &Limits) -> Result<(), RpcError> {
    if reason.len() > limits.blob_size_bytes {
        return Err(invalid("reason exceeds length limit"));
    }
    Ok(())
}

/// How far a moment may be off.
pub(crate) fn jitter(jitter: Option<&mut Duration>) -> Result<Span, RpcError> {
    let Some(jitter) = jitter else {
        return Ok(Span::ZERO);
    };
    timeouts::named(Some(jitter), "jitter")?;
    Ok(Span::from_proto(Some(jitter)))
}

fn length(text: &str, field: &str, limits: &Limits) -> Result<(), RpcError> {
    let (length, limit) = (text.len(), limits.id_length_bytes);
    if length > limit {
        return Err(invalid(format!(
            "{field} exceeds length limit. Length={length} Limit={limit}"
        )));
    }
    no_zero_byte(text, field)
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::{
        common::v1::{ActivityType, OnConflictOptions, RetryPolicy},
        taskqueue::v1::TaskQueue,
    };

    use super::*;

    fn check(change: impl FnOnce(&mut StartActivityExecutionRequest)) -> String {
        let mut request = StartActivityExecutionRequest {
            activity_id: "a".into(),
            activity_type: Some(ActivityType { name: "t".into() }),
            task_queue: Some(TaskQueue {
                name: "q".into(),
                ..Default::default()
            }),
            start_to_close_timeout: Some(Span::from_seconds(1).to_proto()),
            ..Default::default()
        };
        change(&mut request);
        prepare_start(&mut request, &Limits::default())
            .map_or_else(|error| error.to_string(), |()| "fine".into())
    }

    #[test]
    fn what_is_wrong_with_a_start_is_said_in_temporals_words() {
        let negative = Some(Duration {
            seconds: -1,
            nanos: 0,
        });
        let wrong = [
            check(|_| {}),
            check(|r| r.activity_id.clear()),
            check(|r| r.activity_id = "x".repeat(1001)),
            check(|r| r.activity_type = None),
            check(|r| r.task_queue = None),
            check(|r| r.start_to_close_timeout = None),
            check(|r| r.heartbeat_timeout = negative),
            check(|r| r.start_delay = negative),
            check(|r| r.id_reuse_policy = 9),
            check(|r| r.id_conflict_policy = 9),
            check(|r| {
                r.retry_policy = Some(RetryPolicy {
                    maximum_attempts: -1,
                    ..Default::default()
                });
            }),
            check(|r| {
                r.on_conflict_options = Some(OnConflictOptions {
                    attach_request_id: true,
                    ..Default::default()
                });
            }),
        ];
        assert_eq!(
            wrong,
            [
                "fine",
                "activityId is not set",
                "activityId exceeds length limit. Length=1001 Limit=1000",
                "activityType is not set",
                "taskQueue is not set",
                "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. ActivityId=a ActivityType=t",
                "invalid HeartbeatTimeout: negative duration",
                "invalid StartDelay: negative duration",
                "unsupported ID reuse policy: 9",
                "unsupported ID conflict policy: 9",
                "MaximumAttempts cannot be negative on retry policy.",
                "on_conflict_options: attach_request_id requires at least one completion callback or link",
            ]
        );
    }

    #[test]
    fn an_activity_is_named_by_its_id_and_perhaps_its_run() {
        let limits = Limits::default();
        let said = |id: &str, run: &str| {
            named(id, run, &limits).map_or_else(|error| error.to_string(), |run| format!("{run:?}"))
        };
        assert_eq!(said("", ""), "activity ID is required");
        assert_eq!(said("a", ""), "None");
        assert_eq!(said("a", "x"), "invalid run id: must be a valid UUID");
        assert_eq!(said("a\0", ""), "activity ID contains a zero byte.");
    }
}
