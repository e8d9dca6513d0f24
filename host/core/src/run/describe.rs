//! DescribeWorkflowExecution: what is shown of a run.

use temporalio_protos::temporal::api::{
    activity::v1::ActivityOptions,
    common::v1::{ActivityType, RetryPolicy, WorkflowExecution, WorkflowType},
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{
        EventType, PendingActivityState, PendingWorkflowTaskState, TaskQueueKind,
        VersioningBehavior,
    },
    taskqueue::v1::TaskQueue,
    workflow::v1::{
        PendingActivityInfo, PendingChildExecutionInfo, PendingWorkflowTaskInfo, RequestIdInfo,
        WorkflowExecutionConfig, WorkflowExecutionExtendedInfo, WorkflowExecutionInfo,
        WorkflowExecutionPauseInfo, WorkflowExecutionVersioningInfo,
        pending_activity_info::{
            PauseInfo,
            pause_info::{Manual, PausedBy},
        },
    },
    workflowservice::v1::DescribeWorkflowExecutionResponse,
};

mod nexus;

use super::{
    Run, retry,
    state::{Activity, RunRef, TaskNature, Version, WorkflowTask},
};
use crate::time::{Span, Timestamp};

pub(crate) fn instant(at: i64) -> Option<prost_wkt_types::Timestamp> {
    (at != 0).then(|| Timestamp(at).to_proto())
}

pub(crate) fn version_of(version: &Version) -> WorkerDeploymentVersion {
    WorkerDeploymentVersion {
        deployment_name: version.deployment_name.clone(),
        build_id: version.build_id.clone(),
    }
}

fn execution_of(reference: &RunRef) -> WorkflowExecution {
    WorkflowExecution {
        workflow_id: reference.workflow_id.clone(),
        run_id: reference.run_id.clone(),
    }
}

impl Run {
    /// DescribeWorkflowExecution.
    #[must_use]
    pub fn describe(&self) -> DescribeWorkflowExecutionResponse {
        DescribeWorkflowExecutionResponse {
            execution_config: Some(WorkflowExecutionConfig {
                task_queue: Some(TaskQueue {
                    name: self.head.task_queue.clone(),
                    kind: TaskQueueKind::Normal as i32,
                    ..Default::default()
                }),
                workflow_execution_timeout: self
                    .head
                    .execution_timeout
                    .map(|timeout| Span(timeout).to_proto()),
                workflow_run_timeout: self
                    .head
                    .run_timeout
                    .map(|timeout| Span(timeout).to_proto()),
                default_workflow_task_timeout: Some(Span(self.head.task_timeout).to_proto()),
                user_metadata: self.head.user_metadata.clone(),
            }),
            workflow_execution_info: Some(self.info()),
            pending_activities: self
                .activities
                .iter()
                .map(|(_, a)| pending_activity(a))
                .collect(),
            pending_children: if self.is_closed() {
                Vec::new()
            } else {
                self.pending_children()
            },
            pending_workflow_task: self.pending_workflow_task(),
            pending_nexus_operations: self.pending_nexus_operations(),
            callbacks: self.callback_infos(),
            workflow_extended_info: Some(WorkflowExecutionExtendedInfo {
                execution_expiration_time: instant(self.head.execution_deadline),
                run_expiration_time: instant(self.head.run_deadline),
                cancel_requested: self.head.cancel_requested,
                original_start_time: instant(self.original_start_time()),
                last_reset_time: instant(self.last_reset_time()),
                reset_run_id: self.head.reset_run_id.clone(),
                request_id_infos: self.request_ids(),
                pause_info: self.pause_info(),
                ..Default::default()
            }),
        }
    }

    /// A run that a reset made has the history of one that began earlier.
    fn original_start_time(&self) -> i64 {
        match self.head.original_start_time {
            0 => self.head.start_time,
            original => original,
        }
    }

    fn last_reset_time(&self) -> i64 {
        match self.head.original_start_time {
            0 => 0,
            _ => self.head.start_time,
        }
    }

    fn info(&self) -> WorkflowExecutionInfo {
        let closed = self.closed_at();
        WorkflowExecutionInfo {
            execution: Some(execution_of(&self.reference())),
            r#type: Some(WorkflowType {
                name: self.head.workflow_type.clone(),
            }),
            start_time: instant(self.head.start_time),
            close_time: instant(self.head.close_time),
            status: self.head.status,
            history_length: self.head.next_event_id - 1 + self.unwritten_starts(),
            parent_namespace_id: self
                .head
                .parent
                .as_ref()
                .map(|parent| parent.namespace_id.clone())
                .unwrap_or_default(),
            parent_execution: self.head.parent.as_ref().map(execution_of),
            execution_time: instant(self.head.execution_time),
            memo: Some(self.head.memo.clone().unwrap_or_default()),
            search_attributes: Some(self.listed_search_attributes().unwrap_or_default()),
            task_queue: self.head.task_queue.clone(),
            state_transition_count: self.head.transition_count,
            history_size_bytes: i64::try_from(self.head.history_size_bytes).unwrap_or(i64::MAX),
            execution_duration: closed
                .map(|at| at.since(Timestamp(self.head.execution_time)).to_proto()),
            root_execution: Some(
                self.head
                    .root
                    .as_ref()
                    .map_or_else(|| execution_of(&self.reference()), execution_of),
            ),
            first_run_id: self.head.first_run_id.clone(),
            versioning_info: self.versioning_info(),
            worker_deployment_name: self.head.worker_deployment_name.clone(),
            priority: self.head.priority.clone(),
            ..Default::default()
        }
    }

    fn pause_info(&self) -> Option<WorkflowExecutionPauseInfo> {
        self.head
            .pause
            .as_ref()
            .map(|pause| WorkflowExecutionPauseInfo {
                identity: pause.identity.clone(),
                paused_time: instant(pause.time),
                reason: pause.reason.clone(),
            })
    }

    /// The start of a normal workflow task counts, though it is written with its end.
    pub(crate) fn unwritten_starts(&self) -> i64 {
        let is_normal = |task: &WorkflowTask| task.nature == TaskNature::Normal as i32;
        let started = self.started.is_some();
        i64::from(started && self.head.workflow_task.as_ref().is_some_and(is_normal))
    }

    #[expect(deprecated, reason = "clients still read the old field")]
    fn versioning_info(&self) -> Option<WorkflowExecutionVersioningInfo> {
        if self.head.version.is_none() && self.head.versioning_override.is_none() {
            return None;
        }
        Some(WorkflowExecutionVersioningInfo {
            behavior: self.head.versioning_behavior,
            version: self
                .head
                .version
                .as_ref()
                .map_or_else(String::new, |version| {
                    format!("{}.{}", version.deployment_name, version.build_id)
                }),
            deployment_version: self.head.version.as_ref().map(version_of),
            versioning_override: self.head.versioning_override.clone(),
            ..Default::default()
        })
    }

    fn pending_children(&self) -> Vec<PendingChildExecutionInfo> {
        self.children
            .iter()
            .map(|(id, child)| PendingChildExecutionInfo {
                workflow_id: child
                    .child
                    .as_ref()
                    .map(|c| c.workflow_id.clone())
                    .unwrap_or_default(),
                run_id: child
                    .child
                    .as_ref()
                    .map(|c| c.run_id.clone())
                    .unwrap_or_default(),
                workflow_type_name: child.workflow_type.clone(),
                initiated_id: id,
                parent_close_policy: child.parent_close_policy,
            })
            .collect()
    }

    fn pending_workflow_task(&self) -> Option<PendingWorkflowTaskInfo> {
        let task = self.head.workflow_task.as_ref()?;
        let state = if self.started.is_some() {
            PendingWorkflowTaskState::Started
        } else {
            PendingWorkflowTaskState::Scheduled
        };
        Some(PendingWorkflowTaskInfo {
            state: state as i32,
            scheduled_time: instant(task.scheduled_time),
            original_scheduled_time: instant(task.original_scheduled_time),
            started_time: self.started.as_ref().map(|started| started.time.to_proto()),
            attempt: task.attempt,
        })
    }

    fn request_ids(&self) -> std::collections::HashMap<String, RequestIdInfo> {
        let started = RequestIdInfo {
            event_type: EventType::WorkflowExecutionStarted as i32,
            event_id: 1,
            buffered: false,
        };
        [(self.head.start_request_id.clone(), started)].into()
    }

    /// Notes the version and behavior that a worker reported with a completed task. Without a behavior the run is on no
    /// version.
    pub(crate) fn note_version(
        &mut self,
        version: Option<Version>,
        behavior: VersioningBehavior,
        worker_deployment_name: &str,
    ) {
        worker_deployment_name.clone_into(&mut self.head.worker_deployment_name);
        let version = version.filter(|_| behavior != VersioningBehavior::Unspecified);
        if self.head.version != version {
            self.head.version = version;
            self.visibility_dirty = true;
        }
        self.head.versioning_behavior = behavior as i32;
    }
}

fn pending_activity(activity: &Activity) -> PendingActivityInfo {
    let state = activity.shown_state(activity.cancel_requested_event_id != 0);
    let policy = activity.retry_policy.clone().unwrap_or_default();
    let attempt_at = Timestamp(activity.attempt_scheduled_time);
    let waits = matches!(
        state,
        PendingActivityState::Scheduled | PendingActivityState::Paused
    );
    let current_retry_interval = if !waits {
        None
    } else if activity.backing_off {
        Some(attempt_at.since(Timestamp(activity.last_attempt_complete_time)))
    } else {
        Some(retry::exponential(&policy, activity.attempt))
    };
    PendingActivityInfo {
        activity_id: activity.activity_id.clone(),
        activity_type: Some(ActivityType {
            name: activity.activity_type.clone(),
        }),
        state: state as i32,
        heartbeat_details: activity
            .heartbeat_details
            .clone()
            .filter(|_| activity.last_heartbeat_time != 0),
        last_heartbeat_time: instant(activity.last_heartbeat_time),
        last_started_time: instant(activity.started_time),
        attempt: activity.attempt,
        maximum_attempts: policy.maximum_attempts,
        scheduled_time: instant(activity.attempt_scheduled_time),
        expiration_time: activity.expires_at().map(Timestamp::to_proto),
        last_failure: activity.last_failure.clone(),
        last_worker_identity: activity.identity.clone(),
        current_retry_interval: current_retry_interval.map(Span::to_proto),
        last_attempt_complete_time: instant(activity.last_attempt_complete_time),
        next_attempt_schedule_time: (activity.backing_off && activity.pause.is_none())
            .then(|| attempt_at.to_proto()),
        last_deployment_version: activity.version.as_ref().map(version_of),
        priority: activity.priority.clone(),
        paused: activity.pause.is_some(),
        pause_info: activity.pause.as_ref().map(|pause| PauseInfo {
            pause_time: instant(pause.time),
            paused_by: Some(PausedBy::Manual(Manual {
                identity: pause.identity.clone(),
                reason: pause.reason.clone(),
            })),
        }),
        activity_options: Some(options_of(activity, policy)),
        ..Default::default()
    }
}

/// The options of an activity as they are now.
pub(crate) fn options_of(activity: &Activity, policy: RetryPolicy) -> ActivityOptions {
    ActivityOptions {
        task_queue: Some(TaskQueue {
            name: activity.task_queue.clone(),
            normal_name: activity.task_queue.clone(),
            ..Default::default()
        }),
        schedule_to_close_timeout: Some(Span(activity.schedule_to_close).to_proto()),
        schedule_to_start_timeout: Some(Span(activity.schedule_to_start).to_proto()),
        start_to_close_timeout: Some(Span(activity.start_to_close).to_proto()),
        heartbeat_timeout: Some(Span(activity.heartbeat).to_proto()),
        retry_policy: Some(RetryPolicy {
            non_retryable_error_types: Vec::new(),
            ..policy
        }),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
