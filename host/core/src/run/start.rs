//! How a run begins: by a start request, a signal with start, or as somebody's child.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::{Link, WorkflowExecution},
    enums::v1::{WorkflowExecutionStatus, WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    history::v1::{
        WorkflowExecutionOptionsUpdatedEventAttributes, WorkflowExecutionSignaledEventAttributes,
        WorkflowExecutionStartedEventAttributes,
    },
    sdk::v1::UserMetadata,
    workflowservice::v1::{
        SignalWithStartWorkflowExecutionRequest, SignalWithStartWorkflowExecutionResponse,
        StartWorkflowExecutionRequest, StartWorkflowExecutionResponse,
    },
};

use super::{
    Run, retry,
    state::{Head, RunRef, Version},
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunId, RunKey},
    rejection::Rejection,
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

/// StartWorkflowExecution. `current` is the newest run of the workflow id. A new run is put into `cx.created`.
pub fn start_workflow(
    current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    request: &StartWorkflowExecutionRequest,
) -> Result<StartWorkflowExecutionResponse, Rejection> {
    if let Some(current) = current {
        if current.head.start_request_id == request.request_id {
            return Ok(answer_start(current, true));
        }
        if !current.is_closed() {
            match conflict_policy(
                request.workflow_id_conflict_policy(),
                request.workflow_id_reuse_policy(),
                WorkflowIdConflictPolicy::Fail,
            ) {
                WorkflowIdConflictPolicy::UseExisting => {
                    attach(current, cx, request);
                    return Ok(answer_start(current, false));
                }
                WorkflowIdConflictPolicy::TerminateExisting => {
                    terminate_for_new_run(current, cx);
                }
                WorkflowIdConflictPolicy::Fail | WorkflowIdConflictPolicy::Unspecified => {
                    return Err(already_running(current));
                }
            }
        } else {
            check_reuse(current, request.workflow_id_reuse_policy())?;
        }
    }
    let birth = birth_of(cx, request);
    let mut run = Run::create(cx, namespace, birth);
    run.begin(cx);
    let response = answer_start(&run, true);
    cx.created.push(run);
    Ok(response)
}

fn answer_start(run: &Run, started: bool) -> StartWorkflowExecutionResponse {
    StartWorkflowExecutionResponse {
        run_id: run.key.run_id.to_string(),
        first_execution_run_id: run.head.first_run_id.clone(),
        started,
        status: run.head.status,
        ..Default::default()
    }
}

/// SignalWithStartWorkflowExecution: the signal goes to the open run, or is the first thing that a new one sees.
pub fn signal_with_start(
    current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    request: &SignalWithStartWorkflowExecutionRequest,
) -> Result<SignalWithStartWorkflowExecutionResponse, Rejection> {
    let signal = WorkflowExecutionSignaledEventAttributes {
        signal_name: request.signal_name.clone(),
        input: request.signal_input.clone(),
        identity: request.identity.clone(),
        header: request.header.clone(),
        request_id: request.request_id.clone(),
        ..Default::default()
    };
    let answer = |run: &Run, started| SignalWithStartWorkflowExecutionResponse {
        run_id: run.key.run_id.to_string(),
        first_execution_run_id: run.head.first_run_id.clone(),
        started,
        ..Default::default()
    };
    if let Some(current) = current {
        if current.head.start_request_id == request.request_id {
            return Ok(answer(current, true));
        }
        if !current.is_closed() {
            match conflict_policy(
                request.workflow_id_conflict_policy(),
                request.workflow_id_reuse_policy(),
                WorkflowIdConflictPolicy::UseExisting,
            ) {
                WorkflowIdConflictPolicy::TerminateExisting => terminate_for_new_run(current, cx),
                WorkflowIdConflictPolicy::Fail => return Err(already_running(current)),
                WorkflowIdConflictPolicy::UseExisting | WorkflowIdConflictPolicy::Unspecified => {
                    current.accept_signal(cx, signal)?;
                    return Ok(answer(current, false));
                }
            }
        } else {
            check_reuse(current, request.workflow_id_reuse_policy())?;
        }
    }
    let birth = birth_of(cx, &start_part(request));
    let mut run = Run::create(cx, namespace, birth);
    run.write_signal(cx, signal);
    run.begin(cx);
    let response = answer(&run, true);
    cx.created.push(run);
    Ok(response)
}

fn start_part(request: &SignalWithStartWorkflowExecutionRequest) -> StartWorkflowExecutionRequest {
    StartWorkflowExecutionRequest {
        namespace: request.namespace.clone(),
        workflow_id: request.workflow_id.clone(),
        workflow_type: request.workflow_type.clone(),
        task_queue: request.task_queue.clone(),
        input: request.input.clone(),
        workflow_execution_timeout: request.workflow_execution_timeout,
        workflow_run_timeout: request.workflow_run_timeout,
        workflow_task_timeout: request.workflow_task_timeout,
        identity: request.identity.clone(),
        request_id: request.request_id.clone(),
        retry_policy: request.retry_policy.clone(),
        cron_schedule: request.cron_schedule.clone(),
        memo: request.memo.clone(),
        search_attributes: request.search_attributes.clone(),
        header: request.header.clone(),
        workflow_start_delay: request.workflow_start_delay,
        user_metadata: request.user_metadata.clone(),
        links: request.links.clone(),
        versioning_override: request.versioning_override.clone(),
        priority: request.priority.clone(),
        ..Default::default()
    }
}

/// The deprecated reuse policy `TERMINATE_IF_RUNNING` is a conflict policy under another name.
fn conflict_policy(
    asked: WorkflowIdConflictPolicy,
    reuse: WorkflowIdReusePolicy,
    default: WorkflowIdConflictPolicy,
) -> WorkflowIdConflictPolicy {
    #[allow(deprecated, reason = "clients still send it")]
    if reuse == WorkflowIdReusePolicy::TerminateIfRunning {
        return WorkflowIdConflictPolicy::TerminateExisting;
    }
    match asked {
        WorkflowIdConflictPolicy::Unspecified => default,
        policy => policy,
    }
}

fn already_running(current: &Run) -> Rejection {
    Rejection::AlreadyStarted {
        message: format!(
            "Workflow execution is already running. WorkflowId: {}, RunId: {}.",
            current.key.workflow_id, current.key.run_id
        ),
        start_request_id: current.head.start_request_id.clone(),
        run_id: current.key.run_id,
    }
}

pub(crate) fn check_reuse(closed: &Run, policy: WorkflowIdReusePolicy) -> Result<(), Rejection> {
    let refuse = |what: &str, why: &str| {
        Err(Rejection::AlreadyStarted {
            message: format!(
                "Workflow execution already finished{what}. WorkflowId: {}, RunId: {}. Workflow Id reuse policy: {why}.",
                closed.key.workflow_id, closed.key.run_id
            ),
            start_request_id: closed.head.start_request_id.clone(),
            run_id: closed.key.run_id,
        })
    };
    match policy {
        WorkflowIdReusePolicy::RejectDuplicate => refuse("", "reject duplicate workflow Id"),
        WorkflowIdReusePolicy::AllowDuplicateFailedOnly
            if matches!(
                closed.status(),
                WorkflowExecutionStatus::Completed | WorkflowExecutionStatus::ContinuedAsNew
            ) =>
        {
            refuse(
                " successfully",
                "allow duplicate workflow Id if last run failed",
            )
        }
        _ => Ok(()),
    }
}

fn terminate_for_new_run(current: &mut Run, cx: &mut Cx<'_>) {
    current.write_termination(
        cx,
        "TerminateIfRunning WorkflowIdReusePolicy".into(),
        None,
        "history-service".into(),
    );
}

/// Notes on the open run that another start was answered with it, if the caller asked for that.
fn attach(current: &mut Run, cx: &mut Cx<'_>, request: &StartWorkflowExecutionRequest) {
    let Some(options) = &request.on_conflict_options else {
        return;
    };
    if !options.attach_request_id || current.has_seen(&request.request_id) {
        return;
    }
    current.remember_request(&request.request_id);
    let callbacks = if options.attach_completion_callbacks {
        request.completion_callbacks.clone()
    } else {
        Vec::new()
    };
    current.add_event(
        cx.now,
        WorkflowExecutionOptionsUpdatedEventAttributes {
            attached_request_id: request.request_id.clone(),
            attached_completion_callbacks: callbacks,
            identity: request.identity.clone(),
            ..Default::default()
        },
    );
}

fn birth_of(cx: &mut Cx<'_>, request: &StartWorkflowExecutionRequest) -> Birth {
    let run_id = RunId(cx.ids.uuid());
    let execution_timeout = Span::from_proto(request.workflow_execution_timeout.as_ref());
    let run_timeout =
        Span::from_proto(request.workflow_run_timeout.as_ref()).tighter(execution_timeout);
    let delay = Span::from_proto(request.workflow_start_delay.as_ref());
    let expires = (!execution_timeout.is_zero())
        .then(|| cx.now.plus(delay).plus(execution_timeout).to_proto());
    let mut retry_policy = request.retry_policy.clone();
    if let Some(policy) = &mut retry_policy {
        retry::fill_defaults(policy);
    }
    let attributes = WorkflowExecutionStartedEventAttributes {
        workflow_type: request.workflow_type.clone(),
        task_queue: request.task_queue.clone(),
        input: request.input.clone(),
        workflow_execution_timeout: Some(execution_timeout.to_proto()),
        workflow_run_timeout: Some(run_timeout.to_proto()),
        workflow_task_timeout: Some(
            task_timeout(cx, request.workflow_task_timeout.as_ref(), run_timeout).to_proto(),
        ),
        original_execution_run_id: run_id.to_string(),
        first_execution_run_id: run_id.to_string(),
        identity: request.identity.clone(),
        retry_policy,
        attempt: 1,
        workflow_execution_expiration_time: expires,
        cron_schedule: request.cron_schedule.clone(),
        first_workflow_task_backoff: Some(delay.to_proto()),
        memo: request.memo.clone(),
        search_attributes: request.search_attributes.clone(),
        header: request.header.clone(),
        workflow_id: request.workflow_id.clone(),
        completion_callbacks: request.completion_callbacks.clone(),
        continued_failure: request.continued_failure.clone(),
        last_completion_result: request.last_completion_result.clone(),
        versioning_override: request.versioning_override.clone(),
        priority: request.priority.clone(),
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
        links: request.links.clone(),
    }
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
        let Birth {
            run_id,
            workflow_id,
            request_id,
            attributes,
            user_metadata,
            root,
            version,
            links,
        } = birth;
        let key = RunKey {
            namespace_id: namespace.id,
            workflow_id,
            run_id,
        };
        let head = head_of(
            cx,
            namespace,
            request_id,
            &attributes,
            user_metadata.clone(),
            root,
            version,
        );
        let mut run = Self::empty(key, head);
        run.created = true;
        run.visibility_dirty = true;
        if run.head.retry_policy.is_some() || !run.head.cron_schedule.is_empty() {
            run.started_attributes.insert(0, attributes.clone());
        }
        run.add_event_with(cx.now, attributes, user_metadata);
        if let Some(event) = run.tail.events.last_mut() {
            event.links = links;
        }
        run
    }

    /// Schedules the first workflow task, now or after the backoff.
    pub(crate) fn begin(&mut self, cx: &mut Cx<'_>) {
        if self.head.first_workflow_task_backoff == 0 {
            self.schedule_workflow_task(cx);
        }
    }
}

fn head_of(
    cx: &Cx<'_>,
    namespace: &NamespaceInfo,
    request_id: String,
    attributes: &WorkflowExecutionStartedEventAttributes,
    user_metadata: Option<UserMetadata>,
    root: Option<RunRef>,
    version: Option<Version>,
) -> Head {
    let now = cx.now;
    let backoff = Span::from_proto(attributes.first_workflow_task_backoff.as_ref());
    let first_task_at = now.plus(backoff);
    let run_timeout = Span::from_proto(attributes.workflow_run_timeout.as_ref());
    let execution_deadline = attributes
        .workflow_execution_expiration_time
        .as_ref()
        .map_or(Timestamp(0), Timestamp::from_proto);
    let run_deadline = if run_timeout.is_zero() {
        0
    } else {
        first_task_at.plus(run_timeout).0
    };
    let pinned = version.is_some();
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
        execution_timeout: Span::from_proto(attributes.workflow_execution_timeout.as_ref()).0,
        run_timeout: run_timeout.0,
        task_timeout: Span::from_proto(attributes.workflow_task_timeout.as_ref()).0,
        execution_deadline: execution_deadline.0,
        run_deadline,
        first_run_id: attributes.first_execution_run_id.clone(),
        original_run_id: attributes.original_execution_run_id.clone(),
        parent: parent_of(attributes),
        root,
        attempt: attributes.attempt,
        retry_policy: attributes.retry_policy.clone(),
        cron_schedule: attributes.cron_schedule.clone(),
        memo: attributes.memo.clone(),
        search_attributes: attributes.search_attributes.clone(),
        start_request_id: request_id,
        first_workflow_task_backoff: if backoff.is_zero() {
            0
        } else {
            first_task_at.0
        },
        versioning_override: attributes.versioning_override.clone(),
        versioning_behavior: if pinned {
            temporalio_protos::temporal::api::enums::v1::VersioningBehavior::Pinned as i32
        } else {
            0
        },
        version,
        user_metadata,
        priority: attributes.priority.clone(),
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
