//! Starting a child: what its parent asks for becomes a run beside it.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    history::v1::{
        StartChildWorkflowExecutionInitiatedEventAttributes,
        WorkflowExecutionStartedEventAttributes, history_event::Attributes,
    },
    sdk::v1::UserMetadata,
};

use super::{
    Run,
    birth::{Birth, expiration, initiator_of, task_timeout},
    cron::first_backoff,
    merge_priorities, retry,
    reuse::{already_running, check_reuse, conflict_policy, terminate_for_new_run},
    state::{RunRef, Version},
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunId},
    rejection::Rejection,
    time::Span,
};

pub use super::child_news::ChildOutcome;

/// What a child's start needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildStart {
    /// The initiated event's attributes, with the parent's priority and pin where it has none of its own.
    pub initiated: StartChildWorkflowExecutionInitiatedEventAttributes,
    /// The parent, with the initiated event's id.
    pub parent: RunRef,
    /// The root of the tree.
    pub root: RunRef,
    /// Makes the start idempotent.
    pub request_id: String,
    /// The version that the child stays on, if its parent is pinned.
    pub version: Option<Version>,
    /// The parent's task queue, to know whether the version has the child's.
    pub parent_task_queue: String,
    /// The event's user metadata.
    pub user_metadata: Option<UserMetadata>,
}

/// Starts a child. The same request again gives the run that it started.
pub fn start_child(
    current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    child: &ChildStart,
) -> Result<RunId, Rejection> {
    let birth = birth_of(cx, child);
    let run_id = birth.run_id;
    if let Some(current) = current {
        if current.head.start_request_id == child.request_id {
            return Ok(current.key.run_id);
        }
        let reuse = child.initiated.workflow_id_reuse_policy();
        if current.is_closed() {
            check_reuse(current, reuse)?;
        } else if terminates(reuse) {
            terminate_for_new_run(current, cx, run_id);
        } else {
            return Err(already_running(current));
        }
    }
    let mut run = Run::create(cx, namespace, birth);
    run.begin(cx);
    cx.created.push(run);
    Ok(run_id)
}

fn terminates(reuse: WorkflowIdReusePolicy) -> bool {
    conflict_policy(
        WorkflowIdConflictPolicy::Fail,
        reuse,
        WorkflowIdConflictPolicy::Fail,
    ) == WorkflowIdConflictPolicy::TerminateExisting
}

fn birth_of(cx: &mut Cx<'_>, child: &ChildStart) -> Birth {
    let run_id = RunId(cx.ids.uuid());
    let a = &child.initiated;
    let execution_timeout = Span::from_proto(a.workflow_execution_timeout.as_ref());
    let run_timeout = Span::from_proto(a.workflow_run_timeout.as_ref()).tighter(execution_timeout);
    let mut retry_policy = a.retry_policy.clone();
    if let Some(policy) = &mut retry_policy {
        retry::fill_defaults(policy);
    }
    let same_queue = a
        .task_queue
        .as_ref()
        .is_some_and(|q| q.name == child.parent_task_queue);
    let version = child.version.clone().filter(|_| same_queue);
    let attributes = WorkflowExecutionStartedEventAttributes {
        workflow_type: a.workflow_type.clone(),
        parent_workflow_namespace: child.parent.namespace.clone(),
        parent_workflow_namespace_id: child.parent.namespace_id.clone(),
        parent_workflow_execution: Some(execution_of(&child.parent)),
        parent_initiated_event_id: child.parent.initiated_event_id,
        task_queue: a.task_queue.clone(),
        input: a.input.clone(),
        workflow_execution_timeout: execution_timeout.shown(a.workflow_execution_timeout.as_ref()),
        workflow_run_timeout: run_timeout.shown(a.workflow_run_timeout.as_ref()),
        workflow_task_timeout: Some(
            task_timeout(cx, a.workflow_task_timeout.as_ref(), run_timeout).to_proto(),
        ),
        original_execution_run_id: run_id.to_string(),
        first_execution_run_id: run_id.to_string(),
        retry_policy,
        attempt: 1,
        workflow_execution_expiration_time: expiration(cx, execution_timeout),
        cron_schedule: a.cron_schedule.clone(),
        initiator: initiator_of(&a.cron_schedule) as i32,
        first_workflow_task_backoff: Some(first_backoff(&a.cron_schedule, cx.now).to_proto()),
        memo: a.memo.clone(),
        search_attributes: a.search_attributes.clone(),
        header: a.header.clone(),
        workflow_id: a.workflow_id.clone(),
        root_workflow_execution: Some(execution_of(&child.root)),
        priority: a.priority.clone(),
        versioning_override: a.versioning_override.clone(),
        inherited_pinned_version: version.as_ref().map(|version| WorkerDeploymentVersion {
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
        }),
        ..Default::default()
    };
    Birth {
        run_id,
        workflow_id: Arc::from(a.workflow_id.as_str()),
        request_id: child.request_id.clone(),
        attributes,
        user_metadata: child.user_metadata.clone(),
        root: Some(child.root.clone()),
        version,
        links: Vec::new(),
    }
}

fn execution_of(run: &RunRef) -> WorkflowExecution {
    WorkflowExecution {
        workflow_id: run.workflow_id.clone(),
        run_id: run.run_id.clone(),
    }
}

impl Run {
    /// What is needed to start the child of an initiated event; `None` once it is started, or if the parent closed
    /// before.
    #[must_use]
    pub fn child_start(&self, initiated_event_id: i64) -> Option<ChildStart> {
        let child = self.children.get(initiated_event_id)?;
        if child.started_event_id != 0 || self.is_closed() {
            return None;
        }
        let event = child.initiated.as_ref()?;
        let Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(initiated)) =
            &event.attributes
        else {
            return None;
        };
        let mut initiated = initiated.clone();
        initiated.priority =
            merge_priorities(self.head.priority.as_ref(), initiated.priority.as_ref());
        let same_queue = initiated
            .task_queue
            .as_ref()
            .is_some_and(|queue| queue.name == self.head.task_queue);
        if initiated.versioning_override.is_none() && same_queue {
            initiated.versioning_override = self.pinned_override();
        }
        let parent = RunRef {
            initiated_event_id,
            ..self.reference()
        };
        Some(ChildStart {
            initiated,
            root: self.head.root.clone().unwrap_or_else(|| self.reference()),
            parent,
            request_id: child.request_id.clone(),
            version: self.pinned_version().map(|version| Version {
                deployment_name: version.deployment_name,
                build_id: version.build_id,
            }),
            parent_task_queue: self.head.task_queue.clone(),
            user_metadata: event.user_metadata.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
