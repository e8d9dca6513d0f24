//! StartActivityExecution: what becomes of the one that has the id already, and how a new one begins.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    activity::v1::ActivityOptions,
    common::v1::{Link, link},
    enums::v1::{
        ActivityExecutionStatus, ActivityIdConflictPolicy, ActivityIdReusePolicy, TaskQueueKind,
    },
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{StartActivityExecutionRequest, StartActivityExecutionResponse},
};

use super::{
    StandaloneActivity,
    state::{Request, State},
};
use crate::{
    context::Cx,
    ids::{Archetype, NamespaceInfo, RunId, RunKey},
    rejection::Rejection,
    run::{activity_rules::Timeouts, retry, state::Activity},
    time::Span,
};

/// StartActivityExecution. `current` is the newest one of the id. A new one is put into `cx.created_activities`.
///
/// The same request id gives the same run again, as long as that is the newest of its id.
pub fn start(
    current: Option<&mut StandaloneActivity>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    request: &StartActivityExecutionRequest,
) -> Result<StartActivityExecutionResponse, Rejection> {
    if let Some(current) = current {
        if current.has_seen_start(&request.request_id) {
            return Ok(current.answer_start(false));
        }
        if current.is_closed() {
            current.check_reuse(request.id_reuse_policy())?;
        } else {
            match request.id_conflict_policy() {
                ActivityIdConflictPolicy::UseExisting => {
                    current.attach(request);
                    return Ok(current.answer_start(false));
                }
                ActivityIdConflictPolicy::Fail | ActivityIdConflictPolicy::Unspecified => {
                    return Err(current.already_started());
                }
            }
        }
    }
    let activity = StandaloneActivity::begin(cx, namespace, request);
    let response = activity.answer_start(true);
    cx.created_activities.push(activity);
    Ok(response)
}

impl StandaloneActivity {
    fn has_seen_start(&self, request_id: &str) -> bool {
        self.state.start_request_id == request_id
            || self
                .state
                .attached_request_ids
                .iter()
                .any(|seen| seen == request_id)
    }

    fn already_started(&self) -> Rejection {
        Rejection::ActivityAlreadyStarted {
            start_request_id: self.state.start_request_id.clone(),
            run_id: self.key.run_id,
        }
    }

    fn check_reuse(&self, policy: ActivityIdReusePolicy) -> Result<(), Rejection> {
        match policy {
            ActivityIdReusePolicy::Unspecified | ActivityIdReusePolicy::AllowDuplicate => Ok(()),
            ActivityIdReusePolicy::AllowDuplicateFailedOnly
                if self.status() != ActivityExecutionStatus::Completed =>
            {
                Ok(())
            }
            ActivityIdReusePolicy::AllowDuplicateFailedOnly
            | ActivityIdReusePolicy::RejectDuplicate => Err(self.already_started()),
        }
    }

    /// Keeps what a start brings that was given this one.
    fn attach(&mut self, request: &StartActivityExecutionRequest) {
        let asked = request.on_conflict_options.unwrap_or_default();
        if asked.attach_links && !request.links.is_empty() {
            self.state.links.extend(request.links.iter().cloned());
            self.touch();
        }
        if asked.attach_request_id {
            self.state
                .attached_request_ids
                .push(request.request_id.clone());
            self.touch();
        }
    }

    fn answer_start(&self, started: bool) -> StartActivityExecutionResponse {
        StartActivityExecutionResponse {
            run_id: self.key.run_id.to_string(),
            started,
            link: Some(Link {
                variant: Some(link::Variant::Activity(link::Activity {
                    namespace: self.state.namespace.clone(),
                    activity_id: self.key.workflow_id.to_string(),
                    run_id: self.key.run_id.to_string(),
                })),
            }),
        }
    }

    fn begin(
        cx: &mut Cx<'_>,
        namespace: &NamespaceInfo,
        request: &StartActivityExecutionRequest,
    ) -> Self {
        let options = options_of(request);
        let mut state = State {
            namespace: namespace.name.to_string(),
            activity: Activity {
                activity_id: request.activity_id.clone(),
                activity_type: request
                    .activity_type
                    .as_ref()
                    .map(|of| of.name.clone())
                    .unwrap_or_default(),
                attempt: 1,
                scheduled_time: cx.now.0,
                ..Default::default()
            },
            search_attributes: request.search_attributes.clone(),
            user_metadata: request.user_metadata.clone(),
            start_request_id: request.request_id.clone(),
            links: request.links.clone(),
            ..Default::default()
        };
        take_options(&mut state.activity, &options);
        state.activity.attempt_scheduled_time = state.activity.first_attempt_at().0;
        state.original_options = Some(options);
        let mut activity = Self {
            key: RunKey {
                namespace_id: namespace.id,
                archetype: Archetype::Activity,
                workflow_id: Arc::from(request.activity_id.as_str()),
                run_id: RunId(cx.ids.uuid()),
            },
            state,
            request: Request {
                input: request.input.clone(),
                header: request.header.clone(),
            },
            tasks_added: Vec::new(),
            tasks_removed: Vec::new(),
            state_bytes: 0,
            dirty: true,
            created: true,
            visibility_dirty: true,
        };
        activity.set_status(ActivityExecutionStatus::Running);
        activity.offer(cx);
        activity
    }

    /// What it was started with is what it has again; but for its delay, once a worker has had it.
    pub(super) fn restore_options(&mut self) {
        let mut options = self.state.original_options.clone().unwrap_or_default();
        if self.state.was_started {
            options.start_delay = Some(Span(self.state.activity.start_delay).to_proto());
        }
        take_options(&mut self.state.activity, &options);
        self.visibility_dirty = true;
    }
}

fn take_options(activity: &mut Activity, options: &ActivityOptions) {
    activity.task_queue = options
        .task_queue
        .as_ref()
        .map(|queue| queue.name.clone())
        .unwrap_or_default();
    activity.schedule_to_close = Span::from_proto(options.schedule_to_close_timeout.as_ref()).0;
    activity.schedule_to_start = Span::from_proto(options.schedule_to_start_timeout.as_ref()).0;
    activity.start_to_close = Span::from_proto(options.start_to_close_timeout.as_ref()).0;
    activity.heartbeat = Span::from_proto(options.heartbeat_timeout.as_ref()).0;
    activity.start_delay = Span::from_proto(options.start_delay.as_ref()).0;
    activity.retry_policy.clone_from(&options.retry_policy);
    activity.priority.clone_from(&options.priority);
}

/// The options of a start, with what it leaves out filled in.
fn options_of(request: &StartActivityExecutionRequest) -> ActivityOptions {
    let timeouts = Timeouts {
        schedule_to_close: Span::from_proto(request.schedule_to_close_timeout.as_ref()),
        schedule_to_start: Span::from_proto(request.schedule_to_start_timeout.as_ref()),
        start_to_close: Span::from_proto(request.start_to_close_timeout.as_ref()),
        heartbeat: Span::from_proto(request.heartbeat_timeout.as_ref()),
    }
    .fill(Span::ZERO);
    let mut policy = request.retry_policy.clone().unwrap_or_default();
    retry::fill_defaults(&mut policy);
    ActivityOptions {
        task_queue: Some(TaskQueue {
            name: request
                .task_queue
                .as_ref()
                .map(|queue| queue.name.clone())
                .unwrap_or_default(),
            kind: TaskQueueKind::Normal as i32,
            ..Default::default()
        }),
        schedule_to_close_timeout: Some(timeouts.schedule_to_close.to_proto()),
        schedule_to_start_timeout: Some(timeouts.schedule_to_start.to_proto()),
        start_to_close_timeout: Some(timeouts.start_to_close.to_proto()),
        heartbeat_timeout: Some(timeouts.heartbeat.to_proto()),
        retry_policy: Some(policy),
        priority: request.priority.clone(),
        start_delay: request.start_delay,
    }
}
