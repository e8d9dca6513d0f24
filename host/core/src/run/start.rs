//! How a run begins at a client's request: a start, or a signal with start.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    common::v1::{
        Link,
        link::{
            self, WorkflowEvent,
            workflow_event::{EventReference, Reference, RequestIdReference},
        },
    },
    enums::v1::{EventType, WorkflowIdConflictPolicy},
    history::v1::{
        WorkflowExecutionOptionsUpdatedEventAttributes, WorkflowExecutionSignaledEventAttributes,
    },
    workflowservice::v1::{
        SignalWithStartWorkflowExecutionRequest, SignalWithStartWorkflowExecutionResponse,
        StartWorkflowExecutionRequest, StartWorkflowExecutionResponse,
    },
};

use super::{
    Poller, Run, StartedWorkflowTask,
    birth::{Birth, birth_of, own_links},
    callbacks::standing_by,
    events::Extras,
    reuse::{already_running, check_reuse, conflict_policy, terminate_for_new_run},
};
use crate::{context::Cx, ids::NamespaceInfo, rejection::Rejection};

/// StartWorkflowExecution. `current` is the newest run of the workflow id. A new run is put into `cx.created`.
pub fn start_workflow(
    current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    request: &StartWorkflowExecutionRequest,
) -> Result<StartWorkflowExecutionResponse, Rejection> {
    let birth = birth_of(cx, request);
    if let Some(current) = current {
        if current.head.start_request_id == request.request_id {
            return Ok(answer_start(current, true));
        }
        if current.is_closed() {
            check_reuse(current, request.workflow_id_reuse_policy())?;
        } else if current.has_seen_start(&request.request_id) {
            return Ok(answer_start(current, false));
        } else {
            match conflict_policy(
                request.workflow_id_conflict_policy(),
                request.workflow_id_reuse_policy(),
                WorkflowIdConflictPolicy::Fail,
            ) {
                WorkflowIdConflictPolicy::UseExisting => {
                    attach(current, cx, request)?;
                    let mut answer = answer_start(current, false);
                    if attaches_request(request) {
                        answer.link = Some(link_to_request(current, &request.request_id));
                    }
                    return Ok(answer);
                }
                WorkflowIdConflictPolicy::TerminateExisting => {
                    terminate_for_new_run(current, cx, birth.run_id);
                }
                WorkflowIdConflictPolicy::Fail | WorkflowIdConflictPolicy::Unspecified => {
                    return Err(already_running(current));
                }
            }
        }
    }
    let run = begin(cx, namespace, birth, None);
    let response = answer_start(&run, true);
    cx.created.push(run);
    Ok(response)
}

/// Hands the first workflow task of the run that `request` started to its caller, who has a worker for it and asks for
/// that: with the answer, and without a poll. `None` if it is not to be had any more, or not yet.
pub fn take_first_task(
    run: &mut Run,
    cx: &mut Cx<'_>,
    request: &StartWorkflowExecutionRequest,
) -> Option<StartedWorkflowTask> {
    let task = run.head.workflow_task.as_ref()?;
    let is_first = run.head.last_completed_event_id == 0 && task.attempt == 1;
    let is_own = run.head.start_request_id == request.request_id;
    if !request.request_eager_execution || !is_first || !is_own {
        return None;
    }
    let stamp = task.stamp;
    let poller = Poller {
        identity: request.identity.clone(),
        // A caller who did not hear the answer asks again, and gets it again.
        request_id: request.request_id.clone(),
        ..Poller::default()
    };
    run.start_workflow_task(cx, stamp, &poller, HashMap::new())
        .ok()
}

pub(crate) fn answer_start(run: &Run, started: bool) -> StartWorkflowExecutionResponse {
    StartWorkflowExecutionResponse {
        run_id: run.key.run_id.to_string(),
        first_execution_run_id: run.head.first_run_id.clone(),
        started,
        status: run.head.status,
        link: Some(link_to_start(run)),
        ..Default::default()
    }
}

/// A link to a run's first event, for those who note what they started.
fn link_to_start(run: &Run) -> Link {
    let reference = EventReference {
        event_id: 1,
        event_type: EventType::WorkflowExecutionStarted as i32,
    };
    link_to(run, Reference::EventRef(reference))
}

/// A link to the event that notes this request on the run, wherever it comes to stand.
fn link_to_request(run: &Run, request_id: &str) -> Link {
    let reference = RequestIdReference {
        request_id: request_id.to_owned(),
        event_type: EventType::WorkflowExecutionOptionsUpdated as i32,
    };
    link_to(run, Reference::RequestIdRef(reference))
}

fn link_to(run: &Run, reference: Reference) -> Link {
    Link {
        variant: Some(link::Variant::WorkflowEvent(WorkflowEvent {
            namespace: run.head.namespace.clone(),
            workflow_id: run.key.workflow_id.to_string(),
            run_id: run.key.run_id.to_string(),
            reference: Some(reference),
        })),
    }
}

fn begin(
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    birth: Birth,
    signal: Option<(WorkflowExecutionSignaledEventAttributes, Extras)>,
) -> Run {
    let mut run = Run::create(cx, namespace, birth);
    if let Some((signal, extras)) = signal {
        run.write_signal(cx, signal, extras);
    }
    run.begin(cx);
    run
}

/// SignalWithStartWorkflowExecution: the signal goes to the open run, or is the first thing that a new one sees.
pub fn signal_with_start(
    current: Option<&mut Run>,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    request: &SignalWithStartWorkflowExecutionRequest,
) -> Result<SignalWithStartWorkflowExecutionResponse, Rejection> {
    let birth = birth_of(cx, &start_part(request));
    let signal = WorkflowExecutionSignaledEventAttributes {
        signal_name: request.signal_name.clone(),
        input: request.signal_input.clone(),
        identity: request.identity.clone(),
        header: request.header.clone(),
        request_id: request.request_id.clone(),
        ..Default::default()
    };
    let extras = Extras {
        links: request.links.clone(),
        ..Extras::default()
    };
    if let Some(current) = current {
        if current.is_closed() {
            if current.head.start_request_id == request.request_id {
                return Ok(answer_signal(current, true));
            }
            check_reuse(current, request.workflow_id_reuse_policy())?;
        } else {
            match conflict_policy(
                request.workflow_id_conflict_policy(),
                request.workflow_id_reuse_policy(),
                WorkflowIdConflictPolicy::UseExisting,
            ) {
                WorkflowIdConflictPolicy::TerminateExisting => {
                    if current.head.start_request_id == request.request_id {
                        return Ok(answer_signal(current, true));
                    }
                    terminate_for_new_run(current, cx, birth.run_id);
                }
                WorkflowIdConflictPolicy::Fail => return Err(already_running(current)),
                WorkflowIdConflictPolicy::UseExisting | WorkflowIdConflictPolicy::Unspecified => {
                    if current.accept_signal(cx, signal, extras)? {
                        // Unlike a plain signal, this one ends a start delay.
                        current.schedule_workflow_task(cx);
                    }
                    return Ok(answer_signal(current, false));
                }
            }
        }
    }
    let run = begin(cx, namespace, birth, Some((signal, extras)));
    let response = answer_signal(&run, true);
    cx.created.push(run);
    Ok(response)
}

fn answer_signal(run: &Run, started: bool) -> SignalWithStartWorkflowExecutionResponse {
    SignalWithStartWorkflowExecutionResponse {
        run_id: run.key.run_id.to_string(),
        first_execution_run_id: run.head.first_run_id.clone(),
        started,
        ..Default::default()
    }
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

fn attaches_request(request: &StartWorkflowExecutionRequest) -> bool {
    let options = request.on_conflict_options.as_ref();
    options.is_some_and(|options| options.attach_request_id)
}

/// Notes on the open run that another start was answered with it, if the caller asked for that.
fn attach(
    current: &mut Run,
    cx: &mut Cx<'_>,
    request: &StartWorkflowExecutionRequest,
) -> Result<(), Rejection> {
    let Some(options) = &request.on_conflict_options else {
        return Ok(());
    };
    if options.attach_completion_callbacks {
        current.check_callback_room(request.completion_callbacks.len())?;
    }
    let attached_request_id = if attaches_request(request) {
        current.remember_start(&request.request_id);
        request.request_id.clone()
    } else {
        String::new()
    };
    let attached_completion_callbacks = if options.attach_completion_callbacks {
        request.completion_callbacks.clone()
    } else {
        Vec::new()
    };
    let callbacks = standing_by(&attached_completion_callbacks, cx.now);
    current.head.callbacks.extend(callbacks);
    let links = if options.attach_links {
        own_links(request)
    } else {
        Vec::new()
    };
    let attributes = WorkflowExecutionOptionsUpdatedEventAttributes {
        attached_request_id,
        attached_completion_callbacks,
        ..Default::default()
    };
    let extras = Extras {
        links,
        worker_may_ignore: true,
        ..Extras::default()
    };
    current.add_event_with(cx.now, attributes, extras);
    Ok(())
}

#[cfg(test)]
mod tests;
