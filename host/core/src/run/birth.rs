//! The first event of a run, and the state that it begins with.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::{Link, WorkflowExecution},
    enums::v1::{ContinueAsNewInitiator, VersioningBehavior, WorkflowExecutionStatus},
    history::v1::WorkflowExecutionStartedEventAttributes,
    sdk::v1::UserMetadata,
    workflowservice::v1::StartWorkflowExecutionRequest,
};

use super::{
    Run,
    callbacks::standing_by,
    cron::first_backoff,
    events::Extras,
    retry,
    state::{Head, RunRef, Version},
};
use crate::{
    context::Cx,
    ids::{Archetype, NamespaceInfo, RunId, RunKey},
    time::{Span, Timestamp},
};

/// What a new run is made of.
pub(crate) struct Birth {
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: Arc<str>,
    pub(crate) request_id: String,
    pub(crate) attributes: WorkflowExecutionStartedEventAttributes,
    pub(crate) user_metadata: Option<UserMetadata>,
    pub(crate) root: Option<RunRef>,
    /// Set for a run that stays on the version of the one that it follows or belongs to.
    pub(crate) version: Option<Version>,
    pub(crate) links: Vec<Link>,
}

/// What a start request asks for.
pub(crate) fn birth_of(cx: &mut Cx<'_>, request: &StartWorkflowExecutionRequest) -> Birth {
    let run_id = RunId(cx.ids.uuid());
    let execution_timeout = Span::from_proto(request.workflow_execution_timeout.as_ref());
    let run_timeout =
        Span::from_proto(request.workflow_run_timeout.as_ref()).tighter(execution_timeout);
    let backoff = match Span::from_proto(request.workflow_start_delay.as_ref()) {
        Span::ZERO => first_backoff(&request.cron_schedule, cx.now),
        delay => delay,
    };
    let mut retry_policy = request.retry_policy.clone();
    if let Some(policy) = &mut retry_policy {
        retry::fill_defaults(policy);
    }
    let attributes = WorkflowExecutionStartedEventAttributes {
        workflow_type: request.workflow_type.clone(),
        task_queue: request.task_queue.clone(),
        input: request.input.clone(),
        workflow_execution_timeout: execution_timeout
            .shown(request.workflow_execution_timeout.as_ref()),
        workflow_run_timeout: run_timeout.shown(request.workflow_run_timeout.as_ref()),
        workflow_task_timeout: Some(
            task_timeout(cx, request.workflow_task_timeout.as_ref(), run_timeout).to_proto(),
        ),
        original_execution_run_id: run_id.to_string(),
        first_execution_run_id: run_id.to_string(),
        identity: request.identity.clone(),
        retry_policy,
        attempt: 1,
        workflow_execution_expiration_time: expiration(cx, execution_timeout),
        cron_schedule: request.cron_schedule.clone(),
        initiator: initiator_of(&request.cron_schedule) as i32,
        first_workflow_task_backoff: Some(backoff.to_proto()),
        memo: request.memo.clone(),
        search_attributes: request.search_attributes.clone(),
        header: request.header.clone(),
        workflow_id: request.workflow_id.clone(),
        completion_callbacks: request.completion_callbacks.clone(),
        continued_failure: request.continued_failure.clone(),
        last_completion_result: request.last_completion_result.clone(),
        versioning_override: request.versioning_override.clone(),
        priority: request.priority.clone(),
        eager_execution_accepted: request.request_eager_execution && backoff.is_zero(),
        ..Default::default()
    };
    Birth {
        run_id,
        workflow_id: Arc::from(request.workflow_id.as_str()),
        request_id: request.request_id.clone(),
        attributes,
        user_metadata: request.user_metadata.clone(),
        root: None,
        version: None,
        links: own_links(request),
    }
}

/// The links of a start that are not those of its callbacks already.
pub(crate) fn own_links(request: &StartWorkflowExecutionRequest) -> Vec<Link> {
    let callbacks = &request.completion_callbacks;
    let is_of_callback = |link: &Link| callbacks.iter().any(|known| known.links.contains(link));
    request
        .links
        .iter()
        .filter(|link| !is_of_callback(link))
        .cloned()
        .collect()
}

/// What the first run of a chain says of its beginning.
pub(crate) fn initiator_of(cron_schedule: &str) -> ContinueAsNewInitiator {
    if cron_schedule.is_empty() {
        ContinueAsNewInitiator::Unspecified
    } else {
        ContinueAsNewInitiator::CronSchedule
    }
}

/// When a chain of runs that begins now times out. A start delay counts.
pub(crate) fn expiration(
    cx: &Cx<'_>,
    execution_timeout: Span,
) -> Option<prost_wkt_types::Timestamp> {
    (!execution_timeout.is_zero()).then(|| cx.now.plus(execution_timeout).to_proto())
}

/// Temporal's rule: 10 s unless asked otherwise, at most 120 s, never longer than the run.
pub(crate) fn task_timeout(
    cx: &Cx<'_>,
    asked: Option<&prost_wkt_types::Duration>,
    run_timeout: Span,
) -> Span {
    let asked = match Span::from_proto(asked) {
        Span::ZERO => cx.limits.workflow_task_timeout,
        asked => asked.min(cx.limits.workflow_task_timeout_max),
    };
    asked.tighter(run_timeout)
}

impl Run {
    /// Makes a run with its started event. [`Run::begin`] must follow.
    pub(crate) fn create(cx: &Cx<'_>, namespace: &NamespaceInfo, birth: Birth) -> Self {
        let mut run = Self::unborn(cx, namespace, &birth);
        let extras = Extras {
            user_metadata: birth.user_metadata,
            links: birth.links,
            ..Extras::default()
        };
        run.add_event_with(cx.now, birth.attributes, extras);
        run
    }

    /// The same without its started event, which must be written next.
    pub(crate) fn unborn(cx: &Cx<'_>, namespace: &NamespaceInfo, birth: &Birth) -> Self {
        let key = RunKey {
            namespace_id: namespace.id,
            archetype: Archetype::Workflow,
            workflow_id: birth.workflow_id.clone(),
            run_id: birth.run_id,
        };
        let mut run = Self::empty(key, head_of(cx, namespace, birth));
        run.created = true;
        run.visibility_dirty = true;
        if run.head.retry_policy.is_some() || !run.head.cron_schedule.is_empty() {
            run.started_attributes.insert(0, birth.attributes.clone());
        }
        run
    }

    /// Schedules the first workflow task, unless it has to wait.
    pub(crate) fn begin(&mut self, cx: &mut Cx<'_>) {
        if self.head.first_workflow_task_at == 0 {
            self.schedule_workflow_task(cx);
        }
    }
}

fn head_of(cx: &Cx<'_>, namespace: &NamespaceInfo, birth: &Birth) -> Head {
    let attributes = &birth.attributes;
    let now = cx.now;
    let backoff = Span::from_proto(attributes.first_workflow_task_backoff.as_ref());
    let first_task_at = now.plus(backoff);
    let run_timeout = Span::from_proto(attributes.workflow_run_timeout.as_ref());
    let execution_deadline = attributes
        .workflow_execution_expiration_time
        .as_ref()
        .map_or(0, |at| Timestamp::from_proto(at).0);
    let run_deadline = match (run_timeout, execution_deadline) {
        (Span::ZERO, _) => 0,
        (timeout, 0) => first_task_at.plus(timeout).0,
        (timeout, deadline) => first_task_at.plus(timeout).0.min(deadline),
    };
    let behavior = if birth.version.is_some() {
        VersioningBehavior::Pinned
    } else {
        VersioningBehavior::Unspecified
    };
    Head {
        namespace: namespace.name.to_string(),
        workflow_type: attributes
            .workflow_type
            .as_ref()
            .map(|t| t.name.clone())
            .unwrap_or_default(),
        task_queue: attributes
            .task_queue
            .as_ref()
            .map(|q| q.name.clone())
            .unwrap_or_default(),
        status: WorkflowExecutionStatus::Running as i32,
        next_event_id: 1,
        start_time: now.0,
        execution_time: first_task_at.0,
        execution_timeout: attributes
            .workflow_execution_timeout
            .as_ref()
            .map(|timeout| Span::from_proto(Some(timeout)).0),
        run_timeout: attributes
            .workflow_run_timeout
            .is_some()
            .then_some(run_timeout.0),
        task_timeout: Span::from_proto(attributes.workflow_task_timeout.as_ref()).0,
        execution_deadline,
        run_deadline,
        first_run_id: attributes.first_execution_run_id.clone(),
        original_run_id: attributes.original_execution_run_id.clone(),
        parent: parent_of(attributes),
        root: birth.root.clone(),
        attempt: attributes.attempt,
        retry_policy: attributes.retry_policy.clone(),
        cron_schedule: attributes.cron_schedule.clone(),
        memo: attributes.memo.clone(),
        search_attributes: attributes.search_attributes.clone(),
        start_request_id: birth.request_id.clone(),
        first_workflow_task_at: if backoff.is_zero() {
            0
        } else {
            first_task_at.0
        },
        versioning_override: attributes.versioning_override.clone(),
        versioning_behavior: behavior as i32,
        worker_deployment_name: birth
            .version
            .as_ref()
            .map(|version| version.deployment_name.clone())
            .unwrap_or_default(),
        version: birth.version.clone(),
        user_metadata: birth.user_metadata.clone(),
        priority: attributes.priority.clone(),
        callbacks: standing_by(&attributes.completion_callbacks, now),
        ..Default::default()
    }
}

fn parent_of(attributes: &WorkflowExecutionStartedEventAttributes) -> Option<RunRef> {
    let WorkflowExecution {
        workflow_id,
        run_id,
    } = attributes.parent_workflow_execution.clone()?;
    Some(RunRef {
        namespace: attributes.parent_workflow_namespace.clone(),
        namespace_id: attributes.parent_workflow_namespace_id.clone(),
        workflow_id,
        run_id,
        initiated_event_id: attributes.parent_initiated_event_id,
    })
}
