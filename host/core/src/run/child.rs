//! Children: asked for by their parent, started beside it, and heard of when they close.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::{RetryState, StartChildWorkflowExecutionFailedCause, WorkflowIdReusePolicy},
    history::v1::{
        ChildWorkflowExecutionCanceledEventAttributes,
        ChildWorkflowExecutionCompletedEventAttributes,
        ChildWorkflowExecutionFailedEventAttributes, ChildWorkflowExecutionStartedEventAttributes,
        ChildWorkflowExecutionTerminatedEventAttributes,
        ChildWorkflowExecutionTimedOutEventAttributes,
        StartChildWorkflowExecutionFailedEventAttributes,
        StartChildWorkflowExecutionInitiatedEventAttributes,
        WorkflowExecutionStartedEventAttributes, history_event::Attributes,
    },
};

use super::{
    Run, retry,
    start::{Birth, check_reuse, task_timeout},
    state::{RunRef, Version},
};
use crate::{
    context::Cx,
    ids::{NamespaceId, NamespaceInfo, RunId, RunKey},
    rejection::Rejection,
    time::Span,
};

/// What a child's start needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildStart {
    /// The initiated event's attributes.
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
    pub user_metadata: Option<temporalio_protos::temporal::api::sdk::v1::UserMetadata>,
}

/// How a child ended, told to its parent.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildOutcome {
    /// The parent's run.
    pub parent: RunKey,
    /// The parent's namespace, by name.
    pub parent_namespace: String,
    /// The event there.
    pub initiated_event_id: i64,
    /// The child's last run.
    pub child: RunRef,
    /// The child's type.
    pub workflow_type: String,
    /// The child's close event.
    pub close: Attributes,
}

/// Starts a child. The same request again gives the run that it started.
pub fn start_child(
    current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    child: &ChildStart,
) -> Result<RunId, Rejection> {
    if let Some(current) = current {
        if current.head.start_request_id == child.request_id {
            return Ok(current.key.run_id);
        }
        let policy = child.initiated.workflow_id_reuse_policy();
        #[allow(deprecated, reason = "clients still send it")]
        if current.is_closed() {
            check_reuse(current, policy)?;
        } else if policy == WorkflowIdReusePolicy::TerminateIfRunning {
            current.write_termination(
                cx,
                "TerminateIfRunning WorkflowIdReusePolicy".into(),
                None,
                "history-service".into(),
            );
        } else {
            return Err(Rejection::AlreadyStarted {
                message: format!(
                    "Workflow execution is already running. WorkflowId: {}, RunId: {}.",
                    current.key.workflow_id, current.key.run_id
                ),
                start_request_id: current.head.start_request_id.clone(),
                run_id: current.key.run_id,
            });
        }
    }
    let birth = birth_of(cx, child);
    let run_id = birth.run_id;
    let mut run = Run::create(cx, namespace, birth);
    run.begin(cx);
    cx.created.push(run);
    Ok(run_id)
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
        parent_workflow_execution: Some(WorkflowExecution {
            workflow_id: child.parent.workflow_id.clone(),
            run_id: child.parent.run_id.clone(),
        }),
        parent_initiated_event_id: child.parent.initiated_event_id,
        task_queue: a.task_queue.clone(),
        input: a.input.clone(),
        workflow_execution_timeout: Some(execution_timeout.to_proto()),
        workflow_run_timeout: Some(run_timeout.to_proto()),
        workflow_task_timeout: Some(
            task_timeout(cx, a.workflow_task_timeout.as_ref(), run_timeout).to_proto(),
        ),
        original_execution_run_id: run_id.to_string(),
        first_execution_run_id: run_id.to_string(),
        retry_policy,
        attempt: 1,
        workflow_execution_expiration_time: (!execution_timeout.is_zero())
            .then(|| cx.now.plus(execution_timeout).to_proto()),
        cron_schedule: a.cron_schedule.clone(),
        first_workflow_task_backoff: Some(Span::ZERO.to_proto()),
        memo: a.memo.clone(),
        search_attributes: a.search_attributes.clone(),
        header: a.header.clone(),
        workflow_id: a.workflow_id.clone(),
        root_workflow_execution: Some(WorkflowExecution {
            workflow_id: child.root.workflow_id.clone(),
            run_id: child.root.run_id.clone(),
        }),
        priority: a.priority.clone(),
        versioning_override: a.versioning_override.clone(),
        inherited_pinned_version: version.as_ref().map(|version| {
            temporalio_protos::temporal::api::deployment::v1::WorkerDeploymentVersion {
                deployment_name: version.deployment_name.clone(),
                build_id: version.build_id.clone(),
            }
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

impl Run {
    /// What is needed to start the child of an initiated event; `None` once it is started.
    #[must_use]
    pub fn child_start(&self, initiated_event_id: i64) -> Option<ChildStart> {
        let child = self.children.get(initiated_event_id)?;
        if child.started_event_id != 0 {
            return None;
        }
        let event = child.initiated.as_ref()?;
        let Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(initiated)) =
            &event.attributes
        else {
            return None;
        };
        let parent = RunRef {
            initiated_event_id,
            ..self.reference()
        };
        Some(ChildStart {
            initiated: initiated.clone(),
            root: self.head.root.clone().unwrap_or_else(|| self.reference()),
            parent,
            request_id: child.request_id.clone(),
            version: self
                .pinned_version()
                .and_then(|_| self.head.version.clone()),
            parent_task_queue: self.head.task_queue.clone(),
            user_metadata: event.user_metadata.clone(),
        })
    }

    /// The child runs.
    pub fn child_started(&mut self, cx: &mut Cx<'_>, initiated_event_id: i64, run_id: RunId) {
        let closed = self.is_closed();
        let Some(child) = self.children.get_mut(initiated_event_id) else {
            return;
        };
        if child.started_event_id != 0 {
            return;
        }
        let initiated = child.initiated.take();
        if let Some(reference) = &mut child.child {
            reference.run_id = run_id.to_string();
        }
        self.touch();
        if closed {
            self.children.remove(initiated_event_id);
            return;
        }
        let Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(initiated)) =
            initiated.and_then(|event| event.attributes)
        else {
            return;
        };
        let event_id = self.add_event(
            cx.now,
            ChildWorkflowExecutionStartedEventAttributes {
                namespace: initiated.namespace,
                namespace_id: initiated.namespace_id,
                initiated_event_id,
                workflow_execution: Some(WorkflowExecution {
                    workflow_id: initiated.workflow_id,
                    run_id: run_id.to_string(),
                }),
                workflow_type: initiated.workflow_type,
                header: initiated.header,
            },
        );
        if let Some(child) = self.children.get_mut(initiated_event_id) {
            child.started_event_id = event_id;
        }
        self.schedule_workflow_task(cx);
    }

    /// The child could not be started.
    pub fn child_start_failed(
        &mut self,
        cx: &mut Cx<'_>,
        initiated_event_id: i64,
        cause: StartChildWorkflowExecutionFailedCause,
    ) {
        let Some(child) = self.children.remove(initiated_event_id) else {
            return;
        };
        self.touch();
        if self.is_closed() {
            return;
        }
        let Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(initiated)) =
            child.initiated.and_then(|event| event.attributes)
        else {
            return;
        };
        self.add_event(
            cx.now,
            StartChildWorkflowExecutionFailedEventAttributes {
                namespace: initiated.namespace,
                namespace_id: initiated.namespace_id,
                workflow_id: initiated.workflow_id,
                workflow_type: initiated.workflow_type,
                cause: cause as i32,
                initiated_event_id,
                workflow_task_completed_event_id: initiated.workflow_task_completed_event_id,
                ..Default::default()
            },
        );
        self.schedule_workflow_task(cx);
    }

    /// What a closed run tells its parent; `None` if it has none, or lives on in another run.
    #[must_use]
    pub fn child_outcome(&self) -> Option<ChildOutcome> {
        let parent = self.head.parent.as_ref()?;
        let close = self.head.close_event.as_ref()?.attributes.clone()?;
        Some(ChildOutcome {
            parent: RunKey {
                namespace_id: NamespaceId(uuid::Uuid::try_parse(&parent.namespace_id).ok()?),
                workflow_id: Arc::from(parent.workflow_id.as_str()),
                run_id: RunId::parse(&parent.run_id).ok()?,
            },
            parent_namespace: parent.namespace.clone(),
            initiated_event_id: parent.initiated_event_id,
            child: self.reference(),
            workflow_type: self.head.workflow_type.clone(),
            close,
        })
    }

    /// A child closed. Unknown or already heard of: nothing happens.
    pub fn child_closed(&mut self, cx: &mut Cx<'_>, outcome: &ChildOutcome) {
        let initiated_event_id = outcome.initiated_event_id;
        if self.is_closed() {
            return;
        }
        // The child may be faster than the news of its start.
        if self
            .children
            .get(initiated_event_id)
            .is_some_and(|child| child.started_event_id == 0)
        {
            let first = RunId::parse(&outcome.child.run_id).unwrap_or(self.key.run_id);
            self.child_started(cx, initiated_event_id, first);
        }
        let Some(child) = self.children.remove(initiated_event_id) else {
            return;
        };
        self.touch();
        self.add_event(cx.now, close_attributes(outcome, child.started_event_id));
        self.schedule_workflow_task(cx);
    }
}

fn close_attributes(outcome: &ChildOutcome, started_event_id: i64) -> Attributes {
    let namespace = outcome.child.namespace.clone();
    let namespace_id = outcome.child.namespace_id.clone();
    let workflow_execution = Some(WorkflowExecution {
        workflow_id: outcome.child.workflow_id.clone(),
        run_id: outcome.child.run_id.clone(),
    });
    let workflow_type = Some(WorkflowType {
        name: outcome.workflow_type.clone(),
    });
    let initiated_event_id = outcome.initiated_event_id;
    match &outcome.close {
        Attributes::WorkflowExecutionCompletedEventAttributes(a) => {
            ChildWorkflowExecutionCompletedEventAttributes {
                result: a.result.clone(),
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
            }
            .into()
        }
        Attributes::WorkflowExecutionFailedEventAttributes(a) => {
            ChildWorkflowExecutionFailedEventAttributes {
                failure: a.failure.clone(),
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
                retry_state: a.retry_state,
            }
            .into()
        }
        Attributes::WorkflowExecutionCanceledEventAttributes(a) => {
            ChildWorkflowExecutionCanceledEventAttributes {
                details: a.details.clone(),
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
            }
            .into()
        }
        Attributes::WorkflowExecutionTimedOutEventAttributes(a) => {
            ChildWorkflowExecutionTimedOutEventAttributes {
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
                retry_state: RetryState::try_from(a.retry_state).unwrap_or_default() as i32,
            }
            .into()
        }
        _ => ChildWorkflowExecutionTerminatedEventAttributes {
            namespace,
            namespace_id,
            workflow_execution,
            workflow_type,
            initiated_event_id,
            started_event_id,
        }
        .into(),
    }
}
