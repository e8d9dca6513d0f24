//! What is shown of a run: DescribeWorkflowExecution, and the row that lists and counts read.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::{ActivityType, WorkflowExecution, WorkflowType},
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{
        PendingActivityState, PendingWorkflowTaskState, TaskQueueKind, VersioningBehavior,
    },
    taskqueue::v1::TaskQueue,
    workflow::v1::{
        PendingActivityInfo, PendingChildExecutionInfo, PendingWorkflowTaskInfo,
        WorkflowExecutionConfig, WorkflowExecutionExtendedInfo, WorkflowExecutionInfo,
        WorkflowExecutionVersioningInfo,
    },
    workflowservice::v1::DescribeWorkflowExecutionResponse,
};

use super::{
    Run,
    state::{Activity, RunRef, Version},
};
use crate::{
    ids::RunId,
    time::{Span, Timestamp},
    write::Visibility,
};

fn instant(at: i64) -> Option<prost_wkt_types::Timestamp> {
    (at != 0).then(|| Timestamp(at).to_proto())
}

fn version_of(version: &Version) -> WorkerDeploymentVersion {
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
                workflow_execution_timeout: Some(Span(self.head.execution_timeout).to_proto()),
                workflow_run_timeout: Some(Span(self.head.run_timeout).to_proto()),
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
            workflow_extended_info: Some(WorkflowExecutionExtendedInfo {
                execution_expiration_time: instant(self.head.execution_deadline),
                run_expiration_time: instant(self.head.run_deadline),
                cancel_requested: self.head.cancel_requested,
                original_start_time: instant(self.head.start_time),
                ..Default::default()
            }),
            ..Default::default()
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
            history_length: self.head.next_event_id - 1,
            parent_namespace_id: self
                .head
                .parent
                .as_ref()
                .map(|parent| parent.namespace_id.clone())
                .unwrap_or_default(),
            parent_execution: self.head.parent.as_ref().map(execution_of),
            execution_time: instant(self.head.execution_time),
            memo: Some(self.head.memo.clone().unwrap_or_default()),
            search_attributes: Some(self.head.search_attributes.clone().unwrap_or_default()),
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
            worker_deployment_name: self
                .head
                .version
                .as_ref()
                .map(|version| version.deployment_name.clone())
                .unwrap_or_default(),
            priority: self.head.priority.clone(),
            ..Default::default()
        }
    }

    fn versioning_info(&self) -> Option<WorkflowExecutionVersioningInfo> {
        if self.head.version.is_none() && self.head.versioning_override.is_none() {
            return None;
        }
        Some(WorkflowExecutionVersioningInfo {
            behavior: self.head.versioning_behavior,
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

    /// The row for lists and counts.
    pub(crate) fn visibility(&self) -> Visibility {
        let closed = self.is_closed();
        let reference = |r: &RunRef| {
            RunId::parse(&r.run_id)
                .ok()
                .map(|run_id| (Arc::from(r.workflow_id.as_str()), run_id))
        };
        Visibility {
            workflow_type: self.head.workflow_type.clone(),
            task_queue: self.head.task_queue.clone(),
            status: self.head.status,
            start_time: Timestamp(self.head.start_time),
            execution_time: Timestamp(self.head.execution_time),
            close_time: self.closed_at(),
            history_length: if closed {
                self.head.next_event_id - 1
            } else {
                0
            },
            history_size_bytes: if closed {
                i64::try_from(self.head.history_size_bytes).unwrap_or(i64::MAX)
            } else {
                0
            },
            parent: self.head.parent.as_ref().and_then(reference),
            root: self.head.root.as_ref().and_then(reference),
            first_run_id: RunId::parse(&self.head.first_run_id).unwrap_or(self.key.run_id),
            memo: self.head.memo.clone(),
            search_attributes: self.head.search_attributes.clone(),
            version: self.last_version(),
        }
    }

    /// Notes the version and behaviour that a worker reported with a completed task.
    pub(crate) fn note_version(&mut self, version: Option<Version>, behavior: VersioningBehavior) {
        if version.is_none() && self.head.version.is_none() {
            return;
        }
        if self.head.version != version {
            self.head.version = version;
            self.visibility_dirty = true;
        }
        self.head.versioning_behavior = behavior as i32;
    }
}

fn pending_activity(activity: &Activity) -> PendingActivityInfo {
    let state = match (
        activity.started_time != 0,
        activity.cancel_requested_event_id != 0,
    ) {
        (true, true) => PendingActivityState::CancelRequested,
        (true, false) => PendingActivityState::Started,
        (false, _) => PendingActivityState::Scheduled,
    };
    let expires = (activity.schedule_to_close != 0)
        .then(|| Timestamp(activity.scheduled_time).plus(Span(activity.schedule_to_close)));
    PendingActivityInfo {
        activity_id: activity.activity_id.clone(),
        activity_type: Some(ActivityType {
            name: activity.activity_type.clone(),
        }),
        state: state as i32,
        heartbeat_details: activity.heartbeat_details.clone(),
        last_heartbeat_time: instant(activity.last_heartbeat_time),
        last_started_time: instant(activity.started_time),
        attempt: activity.attempt,
        maximum_attempts: activity
            .retry_policy
            .as_ref()
            .map_or(0, |p| p.maximum_attempts),
        scheduled_time: instant(activity.attempt_scheduled_time),
        expiration_time: expires.map(Timestamp::to_proto),
        last_failure: activity.last_failure.clone(),
        last_worker_identity: activity.identity.clone(),
        current_retry_interval: activity.backing_off.then(|| {
            Timestamp(activity.attempt_scheduled_time)
                .since(Timestamp(activity.last_attempt_complete_time))
                .to_proto()
        }),
        last_attempt_complete_time: instant(activity.last_attempt_complete_time),
        next_attempt_schedule_time: activity
            .backing_off
            .then(|| Timestamp(activity.attempt_scheduled_time).to_proto()),
        last_deployment_version: activity.version.as_ref().map(version_of),
        priority: activity.priority.clone(),
        ..Default::default()
    }
}
