//! Policies of a start: retry, reuse and conflict of ids, priority, links.

use prost::Message;
use sundial_core::run::{callbacks::CALLBACKS_MAX, retry};
use temporalio_protos::temporal::api::{
    common::v1::{
        Callback, Link, Priority, RetryPolicy, callback::Variant as CallbackVariant, link::Variant,
    },
    enums::v1::{TimeoutType, WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    workflow::v1::OnConflictOptions,
};

use crate::{
    nexus::callback::SYSTEM_URL,
    rpc::status::{RpcError, invalid},
};

/// Failure types that begin so name a timeout instead of an application's type.
const TIMEOUT_TYPE_PREFIX: &str = "TemporalTimeout:";

/// Temporal: 10 links a request, 4,000 bytes each.
const LINKS_MAX: usize = 10;
const LINK_SIZE_BYTES: usize = 4000;

/// Bytes of a fairness key. Temporal: 64.
pub(crate) const FAIRNESS_KEY_BYTES: usize = 64;

/// Fills in what a retry policy leaves out and checks it.
pub(crate) fn retry_policy(policy: Option<&mut RetryPolicy>) -> Result<(), RpcError> {
    let Some(policy) = policy else { return Ok(()) };
    retry::fill_defaults(policy);
    retry::validate(policy)?;
    let timeouts = [
        TimeoutType::StartToClose,
        TimeoutType::ScheduleToStart,
        TimeoutType::ScheduleToClose,
        TimeoutType::Heartbeat,
    ]
    .map(retry::timeout_name);
    for name in &policy.non_retryable_error_types {
        if let Some(timeout) = name.strip_prefix(TIMEOUT_TYPE_PREFIX)
            && !timeouts.contains(&timeout)
        {
            return Err(invalid(format!("Invalid timeout type value: {timeout}.")));
        }
    }
    Ok(())
}

/// Which policies can't go together, and the defaults of those that were left out.
pub(crate) fn id_policies(
    reuse: &mut i32,
    conflict: &mut i32,
    conflict_default: WorkflowIdConflictPolicy,
) -> Result<(), RpcError> {
    // A policy that nobody knows is taken for none, so that one start with a newer client's policy is not refused. As on Temporal.
    let reuse_policy = WorkflowIdReusePolicy::try_from(*reuse).unwrap_or_default();
    let conflict_policy = WorkflowIdConflictPolicy::try_from(*conflict).unwrap_or_default();
    #[allow(deprecated, reason = "clients still send it")]
    if reuse_policy == WorkflowIdReusePolicy::TerminateIfRunning
        && conflict_policy != WorkflowIdConflictPolicy::Unspecified
    {
        return Err(invalid(
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together with a WorkflowIDConflictPolicy",
        ));
    }
    if reuse_policy == WorkflowIdReusePolicy::RejectDuplicate
        && conflict_policy == WorkflowIdConflictPolicy::TerminateExisting
    {
        return Err(invalid(
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING",
        ));
    }
    if reuse_policy == WorkflowIdReusePolicy::Unspecified {
        *reuse = WorkflowIdReusePolicy::AllowDuplicate as i32;
    }
    #[allow(deprecated, reason = "clients still send it")]
    if conflict_policy == WorkflowIdConflictPolicy::Unspecified
        && reuse_policy != WorkflowIdReusePolicy::TerminateIfRunning
    {
        *conflict = conflict_default as i32;
    }
    Ok(())
}

/// What is to be attached to a run that is there already.
pub(crate) fn on_conflict(options: Option<&OnConflictOptions>) -> Result<(), RpcError> {
    if options.is_some_and(|o| o.attach_completion_callbacks && !o.attach_request_id) {
        return Err(invalid(
            "attaching request ID is required for attaching completion callbacks",
        ));
    }
    Ok(())
}

/// A priority: 1 to 5 or unset, and a fairness key that is not too long.
pub(crate) fn priority(priority: Option<&Priority>) -> Result<(), RpcError> {
    let Some(priority) = priority else {
        return Ok(());
    };
    if priority.priority_key < 0 {
        return Err(invalid("PriorityKey can't be negative"));
    }
    if priority.fairness_key.len() > FAIRNESS_KEY_BYTES {
        return Err(invalid("FairnessKey length exceeds limit"));
    }
    if priority.fairness_weight < 0.0 {
        return Err(invalid("FairnessWeight can't be negative"));
    }
    Ok(())
}

/// Links to other things that a request is about.
pub(crate) fn links(links: &[Link]) -> Result<(), RpcError> {
    if links.len() > LINKS_MAX {
        return Err(invalid(format!(
            "cannot attach more than {LINKS_MAX} links per request, got {}",
            links.len()
        )));
    }
    for link in links {
        let size = link.encoded_len();
        if size > LINK_SIZE_BYTES {
            return Err(invalid(format!(
                "link exceeds allowed size of {LINK_SIZE_BYTES}, got {size}"
            )));
        }
        match &link.variant {
            None => return Err(invalid("unsupported link variant")),
            Some(Variant::WorkflowEvent(event)) => {
                for (value, field) in [
                    (&event.namespace, "namespace field"),
                    (&event.workflow_id, "workflow ID field"),
                    (&event.run_id, "run ID field"),
                ] {
                    if value.is_empty() {
                        return Err(invalid(format!(
                            "workflow event link must not have an empty {field}"
                        )));
                    }
                }
            }
            Some(Variant::BatchJob(job)) if job.job_id.is_empty() => {
                return Err(invalid("batch job link must not have an empty job ID"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whom to tell how a run or an update ends: Nexus operations of this server's, and no address elsewhere.
pub(crate) fn callbacks(callbacks: &[Callback]) -> Result<(), RpcError> {
    if callbacks.len() > CALLBACKS_MAX {
        return Err(invalid(format!(
            "cannot attach more than {CALLBACKS_MAX} callbacks to an execution"
        )));
    }
    for callback in callbacks {
        let Some(CallbackVariant::Nexus(nexus)) = &callback.variant else {
            return Err(RpcError::Unimplemented("unknown callback variant".into()));
        };
        if nexus.url == SYSTEM_URL {
            continue;
        }
        let scheme = nexus.url.split_once("://").map(|(scheme, _)| scheme);
        return Err(invalid(match scheme {
            Some("http" | "https") => format!(
                "invalid url: url does not match any configured callback address: {}",
                nexus.url
            ),
            Some(_) | None => format!("invalid url: unknown scheme: {}", nexus.url),
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use prost_wkt_types::Duration;
    use temporalio_protos::temporal::api::common::v1::callback::Nexus;

    use super::*;

    fn check<T>(result: Result<T, RpcError>) -> String {
        result.map_or_else(|error| error.to_string(), |_| "fine".into())
    }

    #[test]
    fn a_retry_policy_is_filled_in_as_temporal_does() {
        let mut policy = RetryPolicy::default();
        assert_eq!(check(retry_policy(Some(&mut policy))), "fine");
        assert_eq!(policy.initial_interval.map(|d| d.seconds), Some(1));
        assert_eq!(policy.maximum_interval.map(|d| d.seconds), Some(100));
        assert!((policy.backoff_coefficient - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_retry_policy_that_makes_no_sense_is_refused() {
        let refused = |change: fn(&mut RetryPolicy)| {
            let mut policy = RetryPolicy::default();
            change(&mut policy);
            check(retry_policy(Some(&mut policy)))
        };
        assert_eq!(
            refused(|p| p.backoff_coefficient = 0.5),
            "BackoffCoefficient cannot be less than 1 on retry policy."
        );
        assert_eq!(
            refused(|p| p.maximum_attempts = -1),
            "MaximumAttempts cannot be negative on retry policy."
        );
        assert_eq!(
            refused(|p| {
                p.initial_interval = Some(Duration {
                    seconds: 5,
                    nanos: 0,
                });
                p.maximum_interval = Some(Duration {
                    seconds: 1,
                    nanos: 0,
                });
            }),
            "MaximumInterval cannot be less than InitialInterval on retry policy."
        );
        assert_eq!(
            refused(|p| p.non_retryable_error_types = vec!["TemporalTimeout:Nonsense".into()]),
            "Invalid timeout type value: Nonsense."
        );
        assert_eq!(
            refused(|p| p.non_retryable_error_types = vec!["TemporalTimeout:Heartbeat".into()]),
            "fine"
        );
    }

    #[test]
    fn policies_that_contradict_each_other_are_refused() {
        #[allow(deprecated, reason = "clients still send it")]
        let mut reuse = WorkflowIdReusePolicy::TerminateIfRunning as i32;
        let mut conflict = WorkflowIdConflictPolicy::UseExisting as i32;
        let default = WorkflowIdConflictPolicy::Fail;
        assert!(
            check(id_policies(&mut reuse, &mut conflict, default)).contains("TERMINATE_IF_RUNNING")
        );
        let mut reuse = WorkflowIdReusePolicy::RejectDuplicate as i32;
        let mut conflict = WorkflowIdConflictPolicy::TerminateExisting as i32;
        assert!(
            check(id_policies(&mut reuse, &mut conflict, default)).contains("REJECT_DUPLICATE")
        );
        let (mut reuse, mut conflict) = (77, 77);
        assert_eq!(
            check(id_policies(&mut reuse, &mut conflict, default)),
            "fine"
        );
        assert_eq!(reuse, WorkflowIdReusePolicy::AllowDuplicate as i32);
        assert_eq!(conflict, default as i32);
    }

    #[test]
    fn a_priority_has_limits() {
        let refused = |wrong: Priority| check(priority(Some(&wrong)));
        assert_eq!(
            refused(Priority {
                priority_key: -1,
                ..Default::default()
            }),
            "PriorityKey can't be negative"
        );
        assert_eq!(
            refused(Priority {
                fairness_key: "x".repeat(65),
                ..Default::default()
            }),
            "FairnessKey length exceeds limit"
        );
        assert_eq!(
            refused(Priority {
                fairness_weight: -1.0,
                ..Default::default()
            }),
            "FairnessWeight can't be negative"
        );
        assert_eq!(check(priority(None)), "fine");
    }

    #[test]
    fn policies_that_were_left_out_get_their_defaults() {
        let (mut reuse, mut conflict) = (0, 0);
        let result = id_policies(
            &mut reuse,
            &mut conflict,
            WorkflowIdConflictPolicy::UseExisting,
        );
        assert_eq!(check(result), "fine");
        assert_eq!(reuse, WorkflowIdReusePolicy::AllowDuplicate as i32);
        assert_eq!(conflict, WorkflowIdConflictPolicy::UseExisting as i32);
    }

    #[test]
    fn only_this_server_may_be_called_back() {
        let to = |url: &str| Callback {
            variant: Some(CallbackVariant::Nexus(Nexus {
                url: url.into(),
                ..Default::default()
            })),
            ..Default::default()
        };
        let refused = |url: &str| check(callbacks(&[to(SYSTEM_URL), to(url)]));
        assert_eq!(check(callbacks(&[])), "fine");
        assert_eq!(refused(SYSTEM_URL), "fine");
        assert_eq!(
            refused("http://localhost/done"),
            "invalid url: url does not match any configured callback address: http://localhost/done"
        );
        assert_eq!(
            refused("temporal://elsewhere"),
            "invalid url: unknown scheme: temporal://elsewhere"
        );
        assert_eq!(
            check(callbacks(&[Callback::default()])),
            "unknown callback variant"
        );
        assert_eq!(
            check(callbacks(&vec![to(SYSTEM_URL); CALLBACKS_MAX + 1])),
            "cannot attach more than 32 callbacks to an execution"
        );
    }

    #[test]
    fn a_link_leads_somewhere() {
        assert_eq!(check(links(&[])), "fine");
        assert_eq!(check(links(&[Link::default()])), "unsupported link variant");
        let many = vec![Link::default(); 11];
        assert_eq!(
            check(links(&many)),
            "cannot attach more than 10 links per request, got 11"
        );
    }
}
