//! UpdateTaskQueueConfig: how fast a task queue gives out its tasks.

use sundial_core::{TaskKind, Timestamp};
use temporalio_protos::temporal::api::{
    enums::v1::TaskQueueType,
    taskqueue::v1::{ConfigMetadata, RateLimitConfig, TaskQueue},
    workflowservice::v1::{
        UpdateTaskQueueConfigRequest, UpdateTaskQueueConfigResponse,
        update_task_queue_config_request::RateLimitUpdate,
    },
};

use crate::{
    matching::{ConfigChange, ConfigError, QueueName},
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::{policies::FAIRNESS_KEY_BYTES, task_queue},
    },
};

/// Bytes of a reason. Temporal: 1,000.
const REASON_BYTES: usize = 1000;
/// Weights that a request may set and unset. Temporal: 1,000.
const WEIGHTS: usize = 1000;

impl Backend {
    pub(super) async fn update_task_queue_config(
        &self,
        request: UpdateTaskQueueConfigRequest,
        _call: Call,
    ) -> Result<UpdateTaskQueueConfigResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        check(&request, self.limits.id_length_bytes)?;
        let mut queue = TaskQueue {
            name: request.task_queue.clone(),
            ..Default::default()
        };
        task_queue::normalize(Some(&mut queue), &self.limits)?;
        let kind = match request.task_queue_type() {
            TaskQueueType::Workflow => TaskKind::Workflow,
            TaskQueueType::Activity => TaskKind::Activity,
            TaskQueueType::Nexus => {
                return Err(RpcError::Unimplemented(
                    "the configuration of Nexus task queues is not implemented by this server"
                        .into(),
                ));
            }
            TaskQueueType::Unspecified => {
                return Err(invalid("Task queue type is not set on request."));
            }
        };
        let name = QueueName {
            namespace_id: namespace.id,
            kind,
            name: queue.name.into(),
        };
        let change = change_of(request, self.engine.clock().now());
        let config = self.matching().configure(name, change).await;
        Ok(UpdateTaskQueueConfigResponse {
            config: Some(config.map_err(|error| match error {
                ConfigError::TooManyWeights => invalid(error.to_string()),
                ConfigError::Store(error) => error.into(),
            })?),
        })
    }
}

fn check(request: &UpdateTaskQueueConfigRequest, identity_bytes: usize) -> Result<(), RpcError> {
    let (whole, keys) = (
        request.update_queue_rate_limit.as_ref(),
        request.update_fairness_key_rate_limit_default.as_ref(),
    );
    if request.task_queue_type() == TaskQueueType::Workflow {
        if whole.is_some() {
            return Err(invalid(
                "Setting rate limit on workflow task queues is not allowed.",
            ));
        }
        if keys.is_some() {
            return Err(invalid(
                "Setting fairness key rate limit on workflow task queues is not allowed.",
            ));
        }
    }
    rate(whole, "UpdateQueueRateLimit")?;
    rate(keys, "UpdateFairnessKeyRateLimitDefault")?;
    if request.identity.len() > identity_bytes {
        return Err(too_long("Identity", identity_bytes));
    }
    weights(request)
}

fn rate(update: Option<&RateLimitUpdate>, name: &str) -> Result<(), RpcError> {
    let Some((update, limit)) = update.and_then(|u| Some((u, u.rate_limit.as_ref()?))) else {
        return Ok(());
    };
    let per_second = limit.requests_per_second;
    if per_second < 0.0 || per_second.is_nan() {
        return Err(invalid(format!(
            "RequestsPerSecond for {name} rate limit must be non-negative."
        )));
    }
    if update.reason.len() > REASON_BYTES {
        return Err(too_long(&format!("{name}.Reason"), REASON_BYTES));
    }
    Ok(())
}

fn too_long(field: &str, most: usize) -> RpcError {
    invalid(format!("{field} field too long (max {most} characters)."))
}

fn weights(request: &UpdateTaskQueueConfigRequest) -> Result<(), RpcError> {
    let (set, unset) = (
        &request.set_fairness_weight_overrides,
        &request.unset_fairness_weight_overrides,
    );
    let total = set.len() + unset.len();
    if total > WEIGHTS {
        return Err(invalid(format!(
            "too many fairness weight overrides in request: got {total}, maximum {WEIGHTS}"
        )));
    }
    for key in set.keys().chain(unset) {
        if key.is_empty() {
            return Err(invalid("fairness weight override key must not be empty"));
        }
        if key.len() > FAIRNESS_KEY_BYTES {
            return Err(invalid("fairness key length exceeds limit"));
        }
    }
    for (key, weight) in set {
        if *weight <= 0.0 || weight.is_nan() {
            return Err(invalid(format!(
                "invalid fairness weight weight for key {key:?}: must be greater than zero"
            )));
        }
        if unset.contains(key) {
            return Err(invalid(format!(
                "fairness weight override key {key:?} present in both set and unset lists"
            )));
        }
    }
    Ok(())
}

fn change_of(request: UpdateTaskQueueConfigRequest, now: Timestamp) -> ConfigChange {
    let config = |update: Option<RateLimitUpdate>| {
        update.map(|update| RateLimitConfig {
            rate_limit: update.rate_limit,
            metadata: Some(ConfigMetadata {
                reason: update.reason,
                update_identity: request.identity.clone(),
                update_time: Some(now.to_proto()),
            }),
        })
    };
    ConfigChange {
        queue_rate_limit: config(request.update_queue_rate_limit),
        fairness_key_rate_limit: config(request.update_fairness_key_rate_limit_default),
        set_weights: request.set_fairness_weight_overrides.into_iter().collect(),
        unset_weights: request.unset_fairness_weight_overrides,
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::taskqueue::v1::RateLimit;

    use super::*;

    fn refused(change: impl FnOnce(&mut UpdateTaskQueueConfigRequest)) -> String {
        let mut request = UpdateTaskQueueConfigRequest {
            task_queue_type: TaskQueueType::Activity as i32,
            ..Default::default()
        };
        change(&mut request);
        check(&request, 10).map_or_else(|error| error.to_string(), |()| "fine".into())
    }

    fn limit(requests_per_second: f32, reason: &str) -> Option<RateLimitUpdate> {
        Some(RateLimitUpdate {
            rate_limit: Some(RateLimit {
                requests_per_second,
            }),
            reason: reason.into(),
        })
    }

    #[test]
    fn a_rate_is_a_number_that_is_not_negative() {
        assert_eq!(
            refused(|r| r.update_queue_rate_limit = limit(0.0, "")),
            "fine"
        );
        for wrong in [-1.0, f32::NAN] {
            assert_eq!(
                refused(|r| r.update_queue_rate_limit = limit(wrong, "")),
                "RequestsPerSecond for UpdateQueueRateLimit rate limit must be non-negative."
            );
        }
        assert_eq!(
            refused(|r| r.update_fairness_key_rate_limit_default = limit(1.0, &"x".repeat(1001))),
            "UpdateFairnessKeyRateLimitDefault.Reason field too long (max 1000 characters)."
        );
        assert_eq!(
            refused(|r| r.identity = "12345678901".into()),
            "Identity field too long (max 10 characters)."
        );
    }

    #[test]
    fn workflow_task_queues_have_no_rates() {
        let workflow = |r: &mut UpdateTaskQueueConfigRequest| {
            r.task_queue_type = TaskQueueType::Workflow as i32;
        };
        assert_eq!(refused(workflow), "fine");
        assert_eq!(
            refused(|r| {
                workflow(r);
                r.update_queue_rate_limit = limit(1.0, "");
            }),
            "Setting rate limit on workflow task queues is not allowed."
        );
        assert_eq!(
            refused(|r| {
                workflow(r);
                r.update_fairness_key_rate_limit_default = limit(1.0, "");
            }),
            "Setting fairness key rate limit on workflow task queues is not allowed."
        );
    }

    #[test]
    fn weights_are_above_zero_and_have_keys() {
        let set = |key: &str, weight| {
            let key = key.to_owned();
            refused(|r| {
                r.set_fairness_weight_overrides = [(key, weight)].into();
                r.unset_fairness_weight_overrides = vec!["gone".into()];
            })
        };
        assert_eq!(set("a", 0.5), "fine");
        assert_eq!(
            set("", 0.5),
            "fairness weight override key must not be empty"
        );
        assert_eq!(
            set(&"x".repeat(65), 1.0),
            "fairness key length exceeds limit"
        );
        assert_eq!(
            set("a", 0.0),
            "invalid fairness weight weight for key \"a\": must be greater than zero"
        );
        assert_eq!(
            set("gone", 1.0),
            "fairness weight override key \"gone\" present in both set and unset lists"
        );
        assert_eq!(
            refused(|r| r.unset_fairness_weight_overrides = vec!["k".into(); 1001]),
            "too many fairness weight overrides in request: got 1001, maximum 1000"
        );
    }
}
