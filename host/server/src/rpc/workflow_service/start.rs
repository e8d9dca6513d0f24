//! Starting runs, with and without a signal.

use sundial_core::{Limits, run::start};
use temporalio_protos::temporal::api::{
    deployment::v1::WorkerDeploymentOptions,
    enums::v1::{WorkerVersioningMode, WorkflowIdConflictPolicy},
    workflowservice::v1::{
        SignalWithStartWorkflowExecutionRequest, SignalWithStartWorkflowExecutionResponse,
        StartWorkflowExecutionRequest, StartWorkflowExecutionResponse,
    },
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
    validation::{
        cron, names, policies,
        search_attributes::{self, Registered},
        sizes, task_queue, timeouts, versioning,
    },
};

impl Backend {
    pub(super) async fn start_workflow_execution(
        &self,
        mut request: StartWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<StartWorkflowExecutionResponse, RpcError> {
        let namespace = self.open_namespace(&request.namespace).await?;
        let types = self
            .attribute_types(namespace.id, &request.search_attributes)
            .await?;
        let registered = Registered {
            namespace: &namespace.name,
            types: &types,
        };
        prepare_start(&mut request, &self.limits, registered)?;
        if is_versioned(request.eager_worker_deployment_options.as_ref()) {
            // Which version's workers get the task is for matching to decide.
            request.request_eager_execution = false;
        }
        let (mut response, first_task) = self.engine.start_workflow(&namespace, request).await?;
        if let Some(started) = first_task {
            response.eager_workflow_task = Some(self.workflow_task(started).await?);
        }
        Ok(response)
    }

    pub(super) async fn signal_with_start_workflow_execution(
        &self,
        mut request: SignalWithStartWorkflowExecutionRequest,
        _call: Call,
    ) -> Result<SignalWithStartWorkflowExecutionResponse, RpcError> {
        let namespace = self.open_namespace(&request.namespace).await?;
        let types = self
            .attribute_types(namespace.id, &request.search_attributes)
            .await?;
        let registered = Registered {
            namespace: &namespace.name,
            types: &types,
        };
        prepare_signal_with_start(&mut request, &self.limits, registered)?;
        let workflow_id = request.workflow_id.clone();
        let within = namespace.clone();
        let response = self
            .engine
            .transact_workflow(&namespace, &workflow_id, move |current, cx| {
                start::signal_with_start(current, cx, &within, &request)
            })
            .await?;
        Ok(response)
    }
}

fn is_versioned(options: Option<&WorkerDeploymentOptions>) -> bool {
    options
        .is_some_and(|options| options.worker_versioning_mode() == WorkerVersioningMode::Versioned)
}

/// Checks a start and fills in what its caller left out.
pub(super) fn prepare_start(
    request: &mut StartWorkflowExecutionRequest,
    limits: &Limits,
    registered: Registered<'_>,
) -> Result<(), RpcError> {
    names::workflow_id(&request.workflow_id, limits)?;
    policies::retry_policy(request.retry_policy.as_mut())?;
    timeouts::start_delay(
        &request.cron_schedule,
        request.workflow_start_delay.as_mut(),
    )?;
    cron::check(&request.cron_schedule)?;
    names::workflow_type(request.workflow_type.as_ref(), limits)?;
    task_queue::normalize(request.task_queue.as_mut(), limits)?;
    timeouts::workflow(
        request.workflow_execution_timeout.as_mut(),
        request.workflow_run_timeout.as_mut(),
        request.workflow_task_timeout.as_mut(),
    )?;
    names::request_id(&mut request.request_id, limits)?;
    policies::id_policies(
        &mut request.workflow_id_reuse_policy,
        &mut request.workflow_id_conflict_policy,
        WorkflowIdConflictPolicy::Fail,
    )?;
    policies::on_conflict(request.on_conflict_options.as_ref())?;
    search_attributes::prepare(request.search_attributes.as_mut(), registered)?;
    policies::priority(request.priority.as_ref())?;
    policies::callbacks(&request.completion_callbacks)?;
    policies::links(&request.links)?;
    versioning::override_of(request.versioning_override.as_ref())?;
    sizes::payloads(request.input.as_ref(), limits)?;
    sizes::memo(request.memo.as_ref(), limits)
}

/// The same for a signal with start.
fn prepare_signal_with_start(
    request: &mut SignalWithStartWorkflowExecutionRequest,
    limits: &Limits,
    registered: Registered<'_>,
) -> Result<(), RpcError> {
    names::workflow_id(&request.workflow_id, limits)?;
    names::signal_name(&request.signal_name, limits)?;
    names::workflow_type(request.workflow_type.as_ref(), limits)?;
    task_queue::normalize(request.task_queue.as_mut(), limits)?;
    names::request_id(&mut request.request_id, limits)?;
    timeouts::workflow(
        request.workflow_execution_timeout.as_mut(),
        request.workflow_run_timeout.as_mut(),
        request.workflow_task_timeout.as_mut(),
    )?;
    policies::retry_policy(request.retry_policy.as_mut())?;
    timeouts::start_delay(
        &request.cron_schedule,
        request.workflow_start_delay.as_mut(),
    )?;
    let asked = request.workflow_id_conflict_policy;
    policies::id_policies(
        &mut request.workflow_id_reuse_policy,
        &mut request.workflow_id_conflict_policy,
        WorkflowIdConflictPolicy::UseExisting,
    )?;
    if asked == WorkflowIdConflictPolicy::Fail as i32 {
        return Err(invalid(
            "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation.",
        ));
    }
    cron::check(&request.cron_schedule)?;
    search_attributes::prepare(request.search_attributes.as_mut(), registered)?;
    policies::priority(request.priority.as_ref())?;
    policies::links(&request.links)?;
    versioning::override_of(request.versioning_override.as_ref())?;
    sizes::payloads(request.input.as_ref(), limits)?;
    sizes::payloads(request.signal_input.as_ref(), limits)?;
    sizes::memo(request.memo.as_ref(), limits)
}

#[cfg(test)]
mod tests {
    use prost_wkt_types::Duration;
    use temporalio_protos::temporal::api::{
        common::v1::{Payload, Payloads, RetryPolicy, SearchAttributes, WorkflowType},
        taskqueue::v1::TaskQueue,
    };

    use super::*;

    fn good() -> StartWorkflowExecutionRequest {
        StartWorkflowExecutionRequest {
            namespace: "default".into(),
            workflow_id: "w".into(),
            workflow_type: Some(WorkflowType { name: "t".into() }),
            task_queue: Some(TaskQueue {
                name: "q".into(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    fn prepared(request: &mut StartWorkflowExecutionRequest) -> Result<(), RpcError> {
        let types = sundial_core::AttributeTypes::new();
        let registered = Registered {
            namespace: "default",
            types: &types,
        };
        prepare_start(request, &Limits::default(), registered)
    }

    fn check(change: impl FnOnce(&mut StartWorkflowExecutionRequest)) -> String {
        let mut request = good();
        change(&mut request);
        prepared(&mut request).map_or_else(|error| error.to_string(), |()| "fine".into())
    }

    #[test]
    fn a_plain_start_is_fine_and_its_defaults_are_filled_in() {
        let mut request = good();
        prepared(&mut request).expect("is fine");
        assert!(!request.request_id.is_empty());
        assert_eq!(
            request.workflow_id_conflict_policy(),
            WorkflowIdConflictPolicy::Fail
        );
    }

    #[test]
    fn what_is_wrong_with_a_start_is_said_in_temporals_words() {
        let wrong: Vec<String> = vec![
            check(|r| r.workflow_id.clear()),
            check(|r| r.workflow_type = None),
            check(|r| r.task_queue = None),
            check(|r| r.task_queue = Some(TaskQueue::default())),
            check(|r| r.workflow_id = "x".repeat(1001)),
            check(|r| r.request_id = "x".repeat(1001)),
            check(|r| {
                r.workflow_run_timeout = Some(Duration {
                    seconds: -1,
                    nanos: 0,
                })
            }),
            check(|r| {
                r.workflow_start_delay = Some(Duration {
                    seconds: -1,
                    nanos: 0,
                })
            }),
            check(|r| {
                r.retry_policy = Some(RetryPolicy {
                    backoff_coefficient: 0.5,
                    ..Default::default()
                });
            }),
            check(|r| r.cron_schedule = "nonsense".into()),
            check(|r| r.cron_schedule = "0 0 30 2 *".into()),
            check(|r| r.cron_schedule = "@daily".into()),
            check(|r| {
                let unknown = [("Nowhere".to_owned(), Payload::default())];
                r.search_attributes = Some(SearchAttributes {
                    indexed_fields: unknown.into(),
                });
            }),
            check(|r| {
                let payload = Payload {
                    data: vec![0; 2 * 1024 * 1024 + 1],
                    ..Default::default()
                };
                r.input = Some(Payloads {
                    payloads: vec![payload],
                });
            }),
        ];
        insta::assert_snapshot!(wrong.join("\n"), @r"
        WorkflowId is not set on request.
        WorkflowType is not set on request.
        taskQueue is not set
        missing task queue name
        WorkflowId length exceeds limit.
        RequestId length exceeds limit.
        An invalid WorkflowRunTimeoutSeconds is set on request. cause: negative duration
        An invalid WorkflowStartDelaySeconds is set on request. cause: negative duration
        BackoffCoefficient cannot be less than 1 on retry policy.
        Invalid CronSchedule.
        invalid CronSchedule, no time can be found to satisfy the schedule
        fine
        Namespace default has no mapping defined for search attribute Nowhere
        Blob data size exceeds limit.
        ");
    }

    #[test]
    fn a_signal_with_start_needs_a_signal_and_cannot_be_told_to_fail() {
        let start = good();
        let mut request = SignalWithStartWorkflowExecutionRequest {
            workflow_id: start.workflow_id,
            workflow_type: start.workflow_type,
            task_queue: start.task_queue,
            ..Default::default()
        };
        let limits = Limits::default();
        let types = sundial_core::AttributeTypes::new();
        let registered = Registered {
            namespace: "default",
            types: &types,
        };
        let error = prepare_signal_with_start(&mut request, &limits, registered)
            .expect_err("has no signal");
        assert_eq!(error.to_string(), "SignalName is not set on request.");
        request.signal_name = "s".into();
        prepare_signal_with_start(&mut request, &limits, registered).expect("is fine");
        assert_eq!(
            request.workflow_id_conflict_policy(),
            WorkflowIdConflictPolicy::UseExisting
        );
        request.workflow_id_conflict_policy = WorkflowIdConflictPolicy::Fail as i32;
        assert!(prepare_signal_with_start(&mut request, &limits, registered).is_err());
    }
}
