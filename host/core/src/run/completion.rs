//! RespondWorkflowTaskCompleted: a worker's commands and messages become events.
//!
//! Everything is checked before anything is changed. What is refused fails the workflow task, which is a change
//! too: the caller then gets [`Rejection::CommandsRefused`] after the failure is stored.

use temporalio_protos::temporal::api::{
    command::v1::command::Attributes as Command,
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{VersioningBehavior, WorkerVersioningMode, WorkflowTaskFailedCause},
    failure::v1::{Failure, ServerFailureInfo, failure::FailureInfo},
    history::v1::WorkflowTaskCompletedEventAttributes,
    workflowservice::v1::{
        RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse,
    },
};

use super::{
    Run,
    commands::{Origin, Refusal, check_sequence},
    state::{Sticky, Version},
    token::WorkflowTaskToken,
    update_message::{Messages, require_bodies},
    worker_versions::CompletedBy,
    workflow_task::{EndedTask, TaskFailed},
};
use crate::{
    context::Cx,
    rejection::Rejection,
    search_attributes::AttributeTypes,
    time::{Span, Timestamp},
};

/// What came of a completed workflow task.
#[derive(Clone, Debug, Default)]
pub struct CompletedWorkflowTask {
    /// The answer, without tasks.
    pub response: RespondWorkflowTaskCompletedResponse,
    /// The next workflow task (scheduled event id and stamp), if there is one already.
    pub new_task: Option<(i64, i32)>,
}

/// A speculative task that only rejected is dropped unless it showed its worker more events than this: to send them
/// again and again would cost more. Temporal: 10.
const DROPPED_EVENTS_MAX: i64 = 10;

impl Run {
    /// RespondWorkflowTaskCompleted. `attribute_types` are the search attributes that are registered in the namespace.
    pub fn complete_workflow_task(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        token: &WorkflowTaskToken,
        attribute_types: &AttributeTypes,
    ) -> Result<CompletedWorkflowTask, Rejection> {
        self.require_started_task(token)?;
        if self.is_paused() && request.force_create_new_workflow_task {
            return Err(Rejection::FailedPrecondition(
                "Workflow is paused and force create new workflow task is not allowed.".into(),
            ));
        }
        check_versioning(request)?;
        check_sequence(&request.commands)?;
        require_bodies(&request.messages)?;
        if self.has_prolonged_too_long(cx, request) {
            self.end_timed_out_task(cx);
            return Err(Rejection::NotFound(
                "workflow task heartbeat timeout".into(),
            ));
        }
        let checked = self.check_messages(request).and_then(|messages| {
            self.check_commands(cx, &request.commands, &messages, attribute_types)
                .map(|()| messages)
        });
        let messages = match checked {
            Ok(messages) => messages,
            Err(refusal) => return Err(self.refuse(cx, refusal, request)),
        };
        if self.leaves_no_trace(request, &messages) {
            return Ok(self.drop_speculative_task(cx, messages));
        }
        let Some(ended) = self.write_started_task() else {
            return Err(Rejection::NotFound("Workflow task not found.".into()));
        };
        let completed_event_id = self.write_completed(cx, request, &ended);
        self.head.last_started_event_id = ended.started_event_id;
        self.head.last_completed_event_id = completed_event_id;
        self.note_sticky(request);
        self.apply_answer(cx, request, messages, completed_event_id);
        if !self.is_closed() {
            self.schedule_next_task(cx, request, &ended);
        }
        Ok(CompletedWorkflowTask {
            response: RespondWorkflowTaskCompletedResponse::default(),
            new_task: self.pending_task_name(),
        })
    }

    fn apply_answer(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        mut messages: Messages,
        completed_event_id: i64,
    ) {
        let origin = Origin {
            identity: &request.identity,
            completed_event_id,
        };
        for command in &request.commands {
            if let Some(Command::ProtocolMessageCommandAttributes(a)) = &command.attributes {
                if let Some(message) = messages.take(&a.message_id) {
                    self.apply_update_message(cx, message);
                }
            } else {
                self.apply_command(cx, command, &origin);
            }
        }
        for message in messages.into_rest() {
            self.apply_update_message(cx, message);
        }
        if !self.is_closed() && !request.force_create_new_workflow_task {
            self.reject_unprocessed_updates();
        }
    }

    fn note_sticky(&mut self, request: &RespondWorkflowTaskCompletedRequest) {
        self.head.sticky = request.sticky_attributes.as_ref().and_then(|sticky| {
            let queue = sticky.worker_task_queue.as_ref()?.name.clone();
            let schedule_to_start = Span::from_proto(sticky.schedule_to_start_timeout.as_ref()).0;
            (!queue.is_empty()).then_some(Sticky {
                queue,
                schedule_to_start,
            })
        });
    }

    fn schedule_next_task(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        ended: &EndedTask,
    ) {
        let flushed = self.flush_buffered();
        if only_prolongs(request) {
            self.schedule_prolonging_workflow_task(
                cx,
                Timestamp(ended.task.original_scheduled_time),
            );
        } else if request.force_create_new_workflow_task || flushed > 0 {
            self.schedule_workflow_task(cx);
        } else if self.has_updates_to_send() {
            self.schedule_speculative_workflow_task(cx);
        }
        self.prolongs = request.force_create_new_workflow_task && request.return_new_workflow_task;
    }

    /// Workers that need more time say so with an empty answer, again and again, but not for ever.
    fn has_prolonged_too_long(
        &self,
        cx: &Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
    ) -> bool {
        only_prolongs(request)
            && self.head.workflow_task.as_ref().is_some_and(|task| {
                let began = Timestamp(task.original_scheduled_time);
                cx.now > began.plus(cx.limits.workflow_task_heartbeat)
            })
    }

    fn write_completed(
        &mut self,
        cx: &Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        ended: &EndedTask,
    ) -> i64 {
        let options = request.deployment_options.as_ref();
        let version = reported_version(request);
        let behavior = match options {
            // An unversioned worker may have a default behavior set all the same.
            Some(options)
                if options.worker_versioning_mode() != WorkerVersioningMode::Versioned =>
            {
                VersioningBehavior::Unspecified
            }
            _ => request.versioning_behavior(),
        };
        let worker_deployment_name = options
            .map(|options| options.deployment_name.clone())
            .unwrap_or_default();
        let deployment_version = version.as_ref().map(|version| WorkerDeploymentVersion {
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
        });
        self.note_version(version, behavior, &worker_deployment_name);
        let build_id = deployment_version
            .as_ref()
            .map(|version| version.build_id.clone());
        let by = completed_by(request, build_id);
        #[expect(deprecated, reason = "older clients read the checksum")]
        let attributes = WorkflowTaskCompletedEventAttributes {
            scheduled_event_id: ended.scheduled_event_id,
            started_event_id: ended.started_event_id,
            identity: request.identity.clone(),
            binary_checksum: request.binary_checksum.clone(),
            sdk_metadata: request.sdk_metadata.clone(),
            metering_metadata: request.metering_metadata,
            versioning_behavior: behavior as i32,
            worker_deployment_name,
            deployment_version,
            worker_version: request.worker_version_stamp.clone(),
            ..Default::default()
        };
        let completed_event_id = self.add_event(cx.now, attributes);
        self.note_worker(cx.now, by, completed_event_id);
        completed_event_id
    }

    /// A task for updates alone, all of them rejected: as if it had never been.
    fn leaves_no_trace(
        &self,
        request: &RespondWorkflowTaskCompletedRequest,
        messages: &Messages,
    ) -> bool {
        let shown = self.head.next_event_id - (self.head.last_started_event_id + 2);
        let may_show = match &request.capabilities {
            Some(c) if c.discard_speculative_workflow_task_with_events => DROPPED_EVENTS_MAX,
            // The worker can't take events twice.
            _ => 0,
        };
        // A run that waits for nothing else needs its first task.
        let is_needed =
            self.head.last_completed_event_id == 0 && self.head.first_workflow_task_at == 0;
        self.is_task_speculative()
            && request.commands.is_empty()
            && !request.force_create_new_workflow_task
            && shown <= may_show
            && !is_needed
            && messages.only_reject()
    }

    fn drop_speculative_task(
        &mut self,
        cx: &mut Cx<'_>,
        messages: Messages,
    ) -> CompletedWorkflowTask {
        self.drop_started_task();
        for message in messages.into_rest() {
            self.apply_update_message(cx, message);
        }
        self.reject_unprocessed_updates();
        if self.has_updates_to_send() {
            self.schedule_speculative_workflow_task(cx);
        }
        CompletedWorkflowTask {
            response: RespondWorkflowTaskCompletedResponse {
                reset_history_event_id: self.head.last_started_event_id,
                ..Default::default()
            },
            new_task: self.pending_task_name(),
        }
    }

    /// Fails the task because of what its worker answered.
    fn refuse(
        &mut self,
        cx: &mut Cx<'_>,
        refusal: Refusal,
        request: &RespondWorkflowTaskCompletedRequest,
    ) -> Rejection {
        let message = refusal.message();
        self.abort_sent_updates();
        let is_unhandled = refusal.cause == WorkflowTaskFailedCause::UnhandledCommand;
        if self.workflow_task_attempt() > 1 && !is_unhandled {
            // The task is left to time out: a worker that gives the same answer again must not spin.
            return Rejection::CommandsRefused(message);
        }
        #[expect(deprecated, reason = "older clients read the checksum")]
        let failed = TaskFailed {
            cause: refusal.cause,
            failure: Some(Failure {
                message: message.clone(),
                failure_info: Some(FailureInfo::ServerFailureInfo(ServerFailureInfo::default())),
                ..Default::default()
            }),
            identity: request.identity.clone(),
            binary_checksum: request.binary_checksum.clone(),
        };
        if refusal.terminates {
            self.fail_started_task(cx, failed);
            self.write_termination(
                cx,
                super::terminate::Termination {
                    reason: message.clone(),
                    identity: "history-service".into(),
                    ..Default::default()
                },
            );
        } else {
            self.end_failed_task(cx, failed);
        }
        Rejection::CommandsRefused(message)
    }
}

/// True for an answer that says nothing but that more time is needed.
fn only_prolongs(request: &RespondWorkflowTaskCompletedRequest) -> bool {
    request.force_create_new_workflow_task
        && request.commands.is_empty()
        && request.messages.is_empty()
}

fn check_versioning(request: &RespondWorkflowTaskCompletedRequest) -> Result<(), Rejection> {
    #[expect(deprecated, reason = "older workers send it")]
    let names_deployment = request.deployment.is_some();
    if request.versioning_behavior() != VersioningBehavior::Unspecified
        && !names_deployment
        && reported_version(request).is_none()
    {
        return Err(Rejection::InvalidArgument(
            "versioning behavior cannot be specified without deployment options being set with versioned mode".into(),
        ));
    }
    Ok(())
}

#[expect(
    deprecated,
    reason = "unversioned workers have no other way to tell their build"
)]
fn completed_by(
    request: &RespondWorkflowTaskCompletedRequest,
    build_id: Option<String>,
) -> CompletedBy {
    CompletedBy {
        stamp: request.worker_version_stamp.clone(),
        binary_checksum: request.binary_checksum.clone(),
        build_id,
    }
}

fn reported_version(request: &RespondWorkflowTaskCompletedRequest) -> Option<Version> {
    let options = request.deployment_options.as_ref()?;
    (options.worker_versioning_mode() == WorkerVersioningMode::Versioned).then(|| Version {
        deployment_name: options.deployment_name.clone(),
        build_id: options.build_id.clone(),
    })
}
