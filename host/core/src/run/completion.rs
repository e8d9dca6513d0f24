//! RespondWorkflowTaskCompleted: a worker's commands and messages become events.
//!
//! Everything is checked before anything is changed. What is refused fails the workflow task, which is a change
//! too: the caller then gets [`Rejection::CommandsRefused`] after the failure is stored.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    command::v1::{self as command, command::Attributes as Command},
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{WorkerVersioningMode, WorkflowTaskFailedCause},
    failure::v1::{ApplicationFailureInfo, Failure, ServerFailureInfo, failure::FailureInfo},
    history::v1::WorkflowTaskCompletedEventAttributes,
    workflowservice::v1::{
        RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse,
    },
};

use super::{
    Run,
    commands::{Applied, Refusal, camel_case},
    state::{Sticky, Version},
    token::WorkflowTaskToken,
    update::UpdateMessage,
    workflow_task::Started,
};
use crate::{context::Cx, rejection::Rejection, time::Span};

/// What came of a completed workflow task.
#[derive(Clone, Debug, Default)]
pub struct CompletedWorkflowTask {
    /// The answer, without tasks.
    pub response: RespondWorkflowTaskCompletedResponse,
    /// The next workflow task (scheduled event id and stamp), if there is one already.
    pub new_task: Option<(i64, i32)>,
}

/// The messages of a request, decoded, by id; in order.
struct Messages {
    order: Vec<String>,
    by_id: HashMap<String, UpdateMessage>,
}

impl Messages {
    fn take(&mut self, id: &str) -> Option<UpdateMessage> {
        self.by_id.remove(id)
    }
}

impl Run {
    /// RespondWorkflowTaskCompleted.
    pub fn complete_workflow_task(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        token: &WorkflowTaskToken,
    ) -> Result<CompletedWorkflowTask, Rejection> {
        self.require_started_task(token)?;
        check_sequence(&request.commands)?;
        let checked = self.check_messages(request).and_then(|messages| {
            self.check_commands(cx, &request.commands)
                .map(|()| messages)
        });
        let mut messages = match checked {
            Ok(messages) => messages,
            Err(refusal) => return Err(self.refuse(cx, refusal, &request.identity)),
        };
        if self.leaves_no_trace(request, &messages) {
            return Ok(self.drop_speculative_task(cx, messages));
        }
        let Some((_, started, scheduled_event_id, started_event_id)) = self.write_started_task()
        else {
            return Err(Rejection::NotFound("Workflow task not found.".into()));
        };
        let completed_event_id =
            self.write_completed(cx, request, &started, scheduled_event_id, started_event_id);
        self.head.last_started_event_id = started_event_id;
        self.head.last_completed_event_id = completed_event_id;

        let named: Vec<&str> = request
            .commands
            .iter()
            .filter_map(|command| match &command.attributes {
                Some(Command::ProtocolMessageCommandAttributes(a)) => Some(a.message_id.as_str()),
                _ => None,
            })
            .collect();
        let first: Vec<String> = messages
            .order
            .iter()
            .filter(|id| !named.contains(&id.as_str()))
            .cloned()
            .collect();
        for id in first {
            if let Some(message) = messages.take(&id) {
                self.apply_update_message(cx, message);
            }
        }
        let mut wants_task = request.force_create_new_workflow_task;
        for command in &request.commands {
            if self.is_closed() {
                break;
            }
            if let Some(Command::ProtocolMessageCommandAttributes(a)) = &command.attributes {
                if let Some(message) = messages.take(&a.message_id) {
                    self.apply_update_message(cx, message);
                }
            } else if self.apply_command(cx, command, completed_event_id) == Applied::WantsTask {
                wants_task = true;
            }
        }
        self.reject_unprocessed_updates();
        self.finish_completion(cx, request, wants_task);
        Ok(CompletedWorkflowTask {
            response: RespondWorkflowTaskCompletedResponse::default(),
            new_task: self.pending_task_name(),
        })
    }

    fn finish_completion(
        &mut self,
        cx: &mut Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        wants_task: bool,
    ) {
        if self.is_closed() {
            return;
        }
        self.head.sticky = request.sticky_attributes.as_ref().and_then(|sticky| {
            let queue = sticky.worker_task_queue.as_ref()?.name.clone();
            let schedule_to_start = Span::from_proto(sticky.schedule_to_start_timeout.as_ref()).0;
            (!queue.is_empty()).then_some(Sticky {
                queue,
                schedule_to_start,
            })
        });
        let flushed = self.flush_buffered();
        if wants_task || flushed > 0 {
            self.schedule_workflow_task(cx);
        } else if self.has_unsent_updates() {
            self.schedule_speculative_workflow_task(cx);
        }
    }

    /// The pending workflow task's scheduled event id and stamp.
    #[must_use]
    pub fn pending_task_name(&self) -> Option<(i64, i32)> {
        self.head
            .workflow_task
            .as_ref()
            .map(|task| (task.scheduled_event_id, task.stamp))
    }

    fn write_completed(
        &mut self,
        cx: &Cx<'_>,
        request: &RespondWorkflowTaskCompletedRequest,
        started: &Started,
        scheduled_event_id: i64,
        started_event_id: i64,
    ) -> i64 {
        let behavior = request.versioning_behavior();
        let version = reported_version(request).or_else(|| {
            started.version.as_ref().map(|version| Version {
                deployment_name: version.deployment_name.clone(),
                build_id: version.build_id.clone(),
            })
        });
        let deployment_version = version.as_ref().map(|version| WorkerDeploymentVersion {
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
        });
        #[allow(deprecated, reason = "older clients read the checksum")]
        let attributes = WorkflowTaskCompletedEventAttributes {
            scheduled_event_id,
            started_event_id,
            identity: request.identity.clone(),
            binary_checksum: request.binary_checksum.clone(),
            sdk_metadata: request.sdk_metadata.clone(),
            metering_metadata: request.metering_metadata,
            versioning_behavior: behavior as i32,
            worker_deployment_name: version
                .as_ref()
                .map(|version| version.deployment_name.clone())
                .unwrap_or_default(),
            deployment_version,
            ..Default::default()
        };
        self.note_version(version, behavior);
        self.add_event(cx.now, attributes)
    }

    fn check_messages(
        &self,
        request: &RespondWorkflowTaskCompletedRequest,
    ) -> Result<Messages, Refusal> {
        let bad = |message: String| {
            Refusal::new(
                WorkflowTaskFailedCause::BadUpdateWorkflowExecutionMessage,
                message,
            )
        };
        let mut messages = Messages {
            order: Vec::new(),
            by_id: HashMap::new(),
        };
        for message in &request.messages {
            let decoded = UpdateMessage::decode(message).map_err(bad)?;
            if !self.knows_update(decoded.update_id()) {
                return Err(bad(format!("update {:?} not found", decoded.update_id())));
            }
            messages.order.push(message.id.clone());
            messages.by_id.insert(message.id.clone(), decoded);
        }
        for command in &request.commands {
            if let Some(Command::ProtocolMessageCommandAttributes(a)) = &command.attributes
                && !messages.by_id.contains_key(&a.message_id)
            {
                return Err(bad(format!(
                    "ProtocolMessageCommand referenced absent message ID {}",
                    a.message_id
                )));
            }
        }
        Ok(messages)
    }

    /// A task for updates alone, all of them rejected: as if it had never been.
    fn leaves_no_trace(
        &self,
        request: &RespondWorkflowTaskCompletedRequest,
        messages: &Messages,
    ) -> bool {
        self.is_task_speculative()
            && request.commands.is_empty()
            && !request.force_create_new_workflow_task
            && self.buffered.is_empty()
            && messages
                .by_id
                .values()
                .all(|message| matches!(message, UpdateMessage::Reject(..)))
    }

    fn drop_speculative_task(
        &mut self,
        cx: &mut Cx<'_>,
        mut messages: Messages,
    ) -> CompletedWorkflowTask {
        for id in std::mem::take(&mut messages.order) {
            if let Some(message) = messages.take(&id) {
                self.apply_update_message(cx, message);
            }
        }
        self.reject_unprocessed_updates();
        self.started = None;
        self.head.workflow_task = None;
        if self.has_unsent_updates() {
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

    /// A worker that completes its task without a word on an update does not know updates.
    fn reject_unprocessed_updates(&mut self) {
        let unprocessed: Vec<String> = self
            .admitted
            .iter()
            .filter(|admitted| admitted.sent)
            .map(|admitted| admitted.update_id.clone())
            .collect();
        for update_id in unprocessed {
            let failure = Failure {
                message: "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker.".into(),
                source: "Server".into(),
                failure_info: Some(FailureInfo::ApplicationFailureInfo(ApplicationFailureInfo {
                    r#type: "UnprocessedUpdate".into(),
                    non_retryable: true,
                    ..Default::default()
                })),
                ..Default::default()
            };
            self.reject_update(update_id, failure);
        }
    }

    fn reject_update(&mut self, update_id: String, failure: Failure) {
        self.admitted
            .retain(|admitted| admitted.update_id != update_id);
        self.rejected.push(update_id, failure);
    }

    /// Fails the task because of what its worker answered.
    fn refuse(&mut self, cx: &mut Cx<'_>, refusal: Refusal, identity: &str) -> Rejection {
        let message = refusal.message();
        let attempt = self
            .head
            .workflow_task
            .as_ref()
            .map_or(1, |task| task.attempt);
        if attempt > 1 && refusal.cause != WorkflowTaskFailedCause::UnhandledCommand {
            // A worker that repeats what was refused would go round and round: its task runs into its timeout instead.
            return Rejection::InvalidArgument(message);
        }
        let failure = Failure {
            message: message.clone(),
            source: "Server".into(),
            failure_info: Some(FailureInfo::ServerFailureInfo(ServerFailureInfo {
                non_retryable: true,
            })),
            ..Default::default()
        };
        self.end_failed_task(cx, refusal.cause, Some(failure), identity);
        if refusal.terminates {
            self.write_termination(cx, message.clone(), None, "history-service".into());
        }
        Rejection::CommandsRefused(message)
    }
}

/// Nothing may follow the command that ends the run. The task stays with its worker.
fn check_sequence(commands: &[command::Command]) -> Result<(), Rejection> {
    let name = |command: &command::Command| {
        let words = command
            .command_type()
            .as_str_name()
            .trim_start_matches("COMMAND_TYPE_");
        camel_case(words)
    };
    let Some(position) = commands.iter().position(is_last) else {
        return Ok(());
    };
    if position + 1 == commands.len() {
        return Ok(());
    }
    let all: Vec<String> = commands.iter().map(name).collect();
    Err(Rejection::InvalidArgument(format!(
        "invalid command sequence: [{}], command {} must be the last command.",
        all.join(", "),
        all[position]
    )))
}

fn is_last(command: &command::Command) -> bool {
    matches!(
        command.attributes,
        Some(
            Command::CompleteWorkflowExecutionCommandAttributes(_)
                | Command::FailWorkflowExecutionCommandAttributes(_)
                | Command::CancelWorkflowExecutionCommandAttributes(_)
                | Command::ContinueAsNewWorkflowExecutionCommandAttributes(_)
        )
    )
}

fn reported_version(request: &RespondWorkflowTaskCompletedRequest) -> Option<Version> {
    let options = request.deployment_options.as_ref()?;
    (options.worker_versioning_mode() == WorkerVersioningMode::Versioned).then(|| Version {
        deployment_name: options.deployment_name.clone(),
        build_id: options.build_id.clone(),
    })
}
