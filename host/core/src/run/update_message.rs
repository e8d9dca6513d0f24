//! Updates as workers see them: what a worker says of an update, checked and then done.

use std::collections::{HashMap, HashSet};

use prost::Message;
use temporalio_protos::temporal::api::{
    command::v1::{Command, command::Attributes},
    enums::v1::WorkflowTaskFailedCause,
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    history::v1::{
        WorkflowExecutionUpdateAcceptedEventAttributes,
        WorkflowExecutionUpdateCompletedEventAttributes,
    },
    protocol::v1::Message as ProtocolMessage,
    update::v1::{Acceptance, Rejection, Response},
    workflowservice::v1::RespondWorkflowTaskCompletedRequest,
};

use super::{
    Run,
    commands::{Refusal, is_close_command},
    state::Update,
    update::{UnwrittenEnd, request_message_id},
};
use crate::context::Cx;

/// What a worker said of an update, decoded.
pub(crate) enum UpdateMessage {
    Accept(String, Acceptance),
    Reject(String, Rejection),
    Complete(String, Response),
}

impl UpdateMessage {
    /// Reads a protocol message; anything unknown is refused with words.
    fn decode(message: &ProtocolMessage) -> Result<Self, String> {
        let id = message.protocol_instance_id.clone();
        let body = message
            .body
            .as_ref()
            .ok_or_else(|| format!("Update {id} received message with nil body"))?;
        let bad = |e: prost::DecodeError| format!("unable to unmarshal request: {e}");
        match body.type_url.rsplit('/').next() {
            Some("temporal.api.update.v1.Acceptance") => Ok(Self::Accept(
                id,
                Acceptance::decode(body.value.as_slice()).map_err(bad)?,
            )),
            Some("temporal.api.update.v1.Rejection") => Ok(Self::Reject(
                id,
                Rejection::decode(body.value.as_slice()).map_err(bad)?,
            )),
            Some("temporal.api.update.v1.Response") => Ok(Self::Complete(
                id,
                Response::decode(body.value.as_slice()).map_err(bad)?,
            )),
            _ => Err(format!("unsupported protocol type {}", body.type_url)),
        }
    }

    fn update_id(&self) -> &str {
        match self {
            Self::Accept(id, _) | Self::Reject(id, _) | Self::Complete(id, _) => id,
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Accept(..) => "Acceptance",
            Self::Reject(..) => "Rejection",
            Self::Complete(..) => "Response",
        }
    }

    /// True if it writes an event.
    pub(crate) fn is_written(&self) -> bool {
        !matches!(self, Self::Reject(..))
    }

    /// Refuses a message that lacks what makes it one, in Temporal's words.
    fn check_fields(&self) -> Result<(), String> {
        let unset = |field: &str| {
            Err(format!(
                "invalid *update.{}: {field} is not set",
                self.type_name()
            ))
        };
        match self {
            Self::Accept(_, a) if a.accepted_request_sequencing_event_id == 0 => {
                unset("accepted_request_sequencing_event_id")
            }
            Self::Accept(_, a) if a.accepted_request_message_id.is_empty() => {
                unset("accepted_request_message_id")
            }
            Self::Complete(id, a) => match a.meta.as_ref().map(|meta| meta.update_id.as_str()) {
                None => unset("meta"),
                Some("") => unset("meta.update_id"),
                Some(named) if named != id => {
                    Err(format!("invalid *update.Response: meta.update_id != {id}"))
                }
                Some(_) if a.outcome.is_none() => unset("outcome"),
                Some(_) => Ok(()),
            },
            Self::Accept(..) | Self::Reject(..) => Ok(()),
        }
    }
}

/// Refuses an answer with a message that says nothing. The workflow task goes on, as on Temporal: it is the SDK that is
/// at fault, and not the workflow.
pub(crate) fn require_bodies(messages: &[ProtocolMessage]) -> Result<(), crate::Rejection> {
    if messages.iter().any(|message| message.body.is_none()) {
        return Err(crate::Rejection::InvalidArgument("nil message body".into()));
    }
    Ok(())
}

/// The messages of an answer, by id, in order.
pub(crate) struct Messages {
    order: Vec<String>,
    by_id: HashMap<String, UpdateMessage>,
}

impl Messages {
    pub(crate) fn get(&self, id: &str) -> Option<&UpdateMessage> {
        self.by_id.get(id)
    }

    pub(crate) fn take(&mut self, id: &str) -> Option<UpdateMessage> {
        self.by_id.remove(id)
    }

    /// What no command took, in order.
    pub(crate) fn into_rest(mut self) -> Vec<UpdateMessage> {
        let order = std::mem::take(&mut self.order);
        order
            .iter()
            .filter_map(|id| self.by_id.remove(id))
            .collect()
    }

    pub(crate) fn only_reject(&self) -> bool {
        self.by_id
            .values()
            .all(|message| matches!(message, UpdateMessage::Reject(..)))
    }
}

/// How far an update is while the messages of an answer are gone through. The names are Temporal's: refusals show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Admitted,
    Sent,
    /// By this very answer.
    ProvisionallyAccepted,
    Accepted,
    /// By this very answer.
    ProvisionallyCompleted,
    Completed,
}

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::new(
        WorkflowTaskFailedCause::BadUpdateWorkflowExecutionMessage,
        message,
    )
}

impl Run {
    /// Decodes and checks every message of an answer, in the order in which they will be done.
    pub(crate) fn check_messages(
        &self,
        request: &RespondWorkflowTaskCompletedRequest,
    ) -> Result<Messages, Refusal> {
        let mut messages = Messages {
            order: Vec::new(),
            by_id: HashMap::new(),
        };
        for message in &request.messages {
            let decoded = UpdateMessage::decode(message).map_err(bad)?;
            messages.order.push(message.id.clone());
            messages.by_id.insert(message.id.clone(), decoded);
        }
        let mut progress: HashMap<&str, Progress> = HashMap::new();
        let named = named_messages(&request.commands)?;
        for id in &named {
            let message = messages.get(id).ok_or_else(|| {
                bad(format!(
                    "ProtocolMessageCommand referenced absent message ID {id}"
                ))
            })?;
            self.check_message(message, &mut progress)?;
        }
        let closes = request.commands.last().is_some_and(is_close_command);
        let named: HashSet<&str> = named.into_iter().collect();
        for id in messages
            .order
            .iter()
            .filter(|id| !named.contains(id.as_str()))
        {
            match messages.get(id) {
                // Nothing can be written after the close event, so it is passed over.
                Some(message) if closes && message.is_written() => {}
                Some(message) => self.check_message(message, &mut progress)?,
                None => {}
            }
        }
        Ok(messages)
    }

    fn check_message<'a>(
        &self,
        message: &'a UpdateMessage,
        progress: &mut HashMap<&'a str, Progress>,
    ) -> Result<(), Refusal> {
        let update_id = message.update_id();
        let known = progress
            .get(update_id)
            .copied()
            .or_else(|| self.update_progress(update_id));
        // The worker may know of an update that this server lost in a crash; then it brings the request along.
        let brought = match message {
            UpdateMessage::Accept(_, a) => a.accepted_request.is_some(),
            UpdateMessage::Reject(_, a) => a.rejected_request.is_some(),
            UpdateMessage::Complete(..) => false,
        };
        let now = known.or(brought.then_some(Progress::Admitted)).ok_or_else(|| {
            bad(format!("update {update_id} wasn't found on the server. This is most likely a transient error which will be resolved automatically by retries"))
        })?;
        let next = match (message, now) {
            (UpdateMessage::Accept(..), Progress::Admitted | Progress::Sent) => {
                Progress::ProvisionallyAccepted
            }
            (UpdateMessage::Reject(..), Progress::Admitted | Progress::Sent)
            | (UpdateMessage::Complete(..), Progress::ProvisionallyAccepted | Progress::Accepted) => {
                Progress::ProvisionallyCompleted
            }
            (
                UpdateMessage::Accept(..) | UpdateMessage::Reject(..),
                Progress::ProvisionallyAccepted
                | Progress::Accepted
                | Progress::ProvisionallyCompleted
                | Progress::Completed,
            )
            | (
                UpdateMessage::Complete(..),
                Progress::Admitted
                | Progress::Sent
                | Progress::ProvisionallyCompleted
                | Progress::Completed,
            ) => {
                return Err(bad(format!(
                    "invalid state transition attempted for Update {update_id}: received *update.{} message while in state {now:?}",
                    message.type_name()
                )));
            }
        };
        message.check_fields().map_err(bad)?;
        progress.insert(update_id, next);
        Ok(())
    }

    fn update_progress(&self, update_id: &str) -> Option<Progress> {
        match self.updates.find(update_id) {
            Some((_, update)) if update.completed_event_id == 0 => Some(Progress::Accepted),
            Some(_) => Some(Progress::Completed),
            None => self
                .admitted
                .iter()
                .find(|admitted| admitted.update_id == update_id)
                .map(|admitted| {
                    if admitted.sent {
                        Progress::Sent
                    } else {
                        Progress::Admitted
                    }
                }),
        }
    }

    /// Does what a worker said of an update. It was checked before. Once the run is closed only rejections count.
    pub(crate) fn apply_update_message(&mut self, cx: &mut Cx<'_>, message: UpdateMessage) {
        match message {
            UpdateMessage::Reject(update_id, rejection) => {
                self.reject_update(update_id, rejection.failure.unwrap_or_default());
            }
            UpdateMessage::Accept(..) | UpdateMessage::Complete(..) if self.is_closed() => {}
            UpdateMessage::Accept(update_id, acceptance) => {
                self.accept_update(cx, update_id, acceptance);
            }
            UpdateMessage::Complete(update_id, response) => {
                self.complete_update(cx, &update_id, response);
            }
        }
    }

    fn accept_update(&mut self, cx: &mut Cx<'_>, update_id: String, acceptance: Acceptance) {
        self.forget_admitted_again(&update_id);
        let position = self.admitted.iter().position(|a| a.update_id == update_id);
        let (request, in_history) = match position {
            Some(position) => {
                let admitted = self.admitted.remove(position);
                (Some(admitted.request), admitted.in_history)
            }
            None => (acceptance.accepted_request, false),
        };
        if let Some(request) = &request {
            self.let_callbacks_stand_by(&update_id, &request.completion_callbacks, cx.now);
        }
        let accepted_request = request.filter(|_| !in_history);
        let event_id = self.add_event(
            cx.now,
            WorkflowExecutionUpdateAcceptedEventAttributes {
                protocol_instance_id: update_id.clone(),
                accepted_request_message_id: request_message_id(&update_id),
                accepted_request_sequencing_event_id: acceptance
                    .accepted_request_sequencing_event_id,
                accepted_request,
            },
        );
        self.updates.insert(
            event_id,
            Update {
                update_id,
                accepted_event_id: event_id,
                completed_event_id: 0,
            },
        );
    }

    fn complete_update(&mut self, cx: &mut Cx<'_>, update_id: &str, response: Response) {
        let Some((accepted_event_id, _)) = self.updates.find(update_id) else {
            return;
        };
        let outcome = response.outcome;
        let event_id = self.add_event(
            cx.now,
            WorkflowExecutionUpdateCompletedEventAttributes {
                meta: response.meta,
                accepted_event_id,
                outcome: outcome.clone(),
            },
        );
        self.updates.update(accepted_event_id, |update| {
            update.completed_event_id = event_id
        });
        self.send_callbacks_of_update(cx, update_id, outcome.as_ref());
    }

    fn reject_update(&mut self, update_id: String, failure: Failure) {
        self.admitted
            .retain(|admitted| admitted.update_id != update_id);
        self.forget_admitted_again(&update_id);
        self.ended
            .push(update_id, UnwrittenEnd::Rejected(Box::new(failure)));
    }

    /// A worker that completes its task without a word on an update does not know updates.
    pub(crate) fn reject_unprocessed_updates(&mut self) {
        let unprocessed: Vec<String> = self
            .admitted
            .iter()
            .filter(|admitted| admitted.sent)
            .map(|admitted| admitted.update_id.clone())
            .collect();
        for update_id in unprocessed {
            self.reject_update(update_id, unprocessed_failure());
        }
    }
}

/// The ids of the messages that commands name, in order.
fn named_messages(commands: &[Command]) -> Result<Vec<&str>, Refusal> {
    let ids = commands
        .iter()
        .filter_map(|command| match &command.attributes {
            Some(Attributes::ProtocolMessageCommandAttributes(a)) => Some(a.message_id.as_str()),
            _ => None,
        });
    let ids: Vec<&str> = ids.collect();
    if ids.iter().any(|id| id.is_empty()) {
        return Err(bad("MessageID is not set on ProtocolMessageCommand."));
    }
    Ok(ids)
}

fn unprocessed_failure() -> Failure {
    Failure {
        message: "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker.".into(),
        source: "Server".into(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(ApplicationFailureInfo {
            r#type: "UnprocessedUpdate".into(),
            non_retryable: true,
            ..Default::default()
        })),
        ..Default::default()
    }
}
