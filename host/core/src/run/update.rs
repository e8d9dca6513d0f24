//! Updates: admitted by a client, then accepted or rejected, and completed, by the workflow.
//!
//! An admitted update is in memory only, as on Temporal: until it is accepted nothing of it is in history, and a
//! client that hears of a crash asks again under the same update id.

use std::collections::VecDeque;

use prost::Message;
use prost_wkt_types::Any;
use temporalio_protos::temporal::api::{
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    history::v1::{
        HistoryEvent, WorkflowExecutionUpdateAcceptedEventAttributes,
        WorkflowExecutionUpdateCompletedEventAttributes, history_event::Attributes,
    },
    protocol::v1::{Message as ProtocolMessage, message::SequencingId},
    update::v1::{Acceptance, Outcome, Rejection as UpdateRejection, Request, Response, outcome},
    workflowservice::v1::UpdateWorkflowExecutionRequest,
};

use super::{Run, state::Update};
use crate::{context::Cx, rejection::Rejection};

/// How far an update is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpdateStage {
    /// Waits for a worker.
    Admitted,
    /// The workflow is working on it.
    Accepted,
    /// It has an outcome; a rejection is one.
    Completed,
}

/// What a client may know of an update.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateView {
    /// How far it is.
    pub stage: UpdateStage,
    /// Present when it is completed and the outcome is in memory.
    pub outcome: Option<Outcome>,
    /// The event that has the outcome when it is completed and not in memory.
    pub outcome_event_id: Option<i64>,
}

/// An update that waits for a worker.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) update_id: String,
    pub(crate) request: Request,
    /// True while the started workflow task carries it.
    pub(crate) sent: bool,
}

/// The last updates that were rejected; nobody but those who wait for them asks.
#[derive(Debug, Default)]
pub(crate) struct Rejected(VecDeque<(String, Failure)>);

impl Rejected {
    const KEPT: usize = 64;

    pub(crate) fn push(&mut self, update_id: String, failure: Failure) {
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back((update_id, failure));
    }

    fn get(&self, update_id: &str) -> Option<&Failure> {
        self.0
            .iter()
            .rev()
            .find(|(id, _)| id == update_id)
            .map(|(_, failure)| failure)
    }

    fn forget(&mut self, update_id: &str) {
        self.0.retain(|(id, _)| id != update_id);
    }
}

/// What a worker said of an update, decoded.
pub(crate) enum UpdateMessage {
    Accept(String, Acceptance),
    Reject(String, UpdateRejection),
    Complete(String, Response),
}

impl UpdateMessage {
    /// Reads a protocol message; anything unknown is refused with words.
    pub(crate) fn decode(message: &ProtocolMessage) -> Result<Self, String> {
        let body = message.body.as_ref().ok_or("message has no body")?;
        let id = message.protocol_instance_id.clone();
        let bad = |e: prost::DecodeError| format!("message {}: {e}", message.id);
        match body.type_url.rsplit('/').next() {
            Some("temporal.api.update.v1.Acceptance") => Ok(Self::Accept(
                id,
                Acceptance::decode(body.value.as_slice()).map_err(bad)?,
            )),
            Some("temporal.api.update.v1.Rejection") => Ok(Self::Reject(
                id,
                UpdateRejection::decode(body.value.as_slice()).map_err(bad)?,
            )),
            Some("temporal.api.update.v1.Response") => Ok(Self::Complete(
                id,
                Response::decode(body.value.as_slice()).map_err(bad)?,
            )),
            _ => Err(format!(
                "message {} has an unknown type {:?}",
                message.id, body.type_url
            )),
        }
    }

    pub(crate) fn update_id(&self) -> &str {
        match self {
            Self::Accept(id, _) | Self::Reject(id, _) | Self::Complete(id, _) => id,
        }
    }
}

impl Run {
    /// UpdateWorkflowExecution up to admission. The same update id again changes nothing.
    pub fn admit_update(
        &mut self,
        cx: &mut Cx<'_>,
        request: &UpdateWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        let update = request.request.clone().unwrap_or_default();
        let update_id = update
            .meta
            .as_ref()
            .map(|meta| meta.update_id.clone())
            .unwrap_or_default();
        if self.accepted_update(&update_id).is_some() {
            return Ok(());
        }
        self.require_open()?;
        self.require_chain(&request.first_execution_run_id)?;
        if self
            .admitted
            .iter()
            .any(|admitted| admitted.update_id == update_id)
        {
            return Ok(());
        }
        let in_flight = self.admitted.len()
            + self
                .updates
                .iter()
                .filter(|(_, update)| update.completed_event_id == 0)
                .count();
        if in_flight >= cx.limits.updates_in_flight {
            return Err(Rejection::ResourceExhausted(format!(
                "limit on number of concurrent in-flight updates has been reached ({})",
                cx.limits.updates_in_flight
            )));
        }
        if self.updates.len() + self.admitted.len() >= cx.limits.updates_total {
            return Err(Rejection::FailedPrecondition(format!(
                "limit on number of total updates has been reached ({})",
                cx.limits.updates_total
            )));
        }
        self.rejected.forget(&update_id);
        self.admitted.push(Admitted {
            update_id,
            request: update,
            sent: false,
        });
        if self.head.workflow_task.is_none() {
            self.schedule_speculative_workflow_task(cx);
        }
        Ok(())
    }

    fn accepted_update(&self, update_id: &str) -> Option<&Update> {
        self.updates
            .iter()
            .map(|(_, update)| update)
            .find(|update| update.update_id == update_id)
    }

    /// What is known of an update, `None` if nothing is.
    #[must_use]
    pub fn update_state(&self, update_id: &str) -> Option<UpdateView> {
        if let Some(update) = self.accepted_update(update_id) {
            if update.completed_event_id == 0 {
                if self.is_closed() {
                    return Some(completed(Outcome {
                        value: Some(outcome::Value::Failure(closed_before_completion())),
                    }));
                }
                let stage = UpdateStage::Accepted;
                return Some(UpdateView {
                    stage,
                    outcome: None,
                    outcome_event_id: None,
                });
            }
            let outcome = self.recent_outcome(update.completed_event_id);
            let outcome_event_id = outcome.is_none().then_some(update.completed_event_id);
            return Some(UpdateView {
                stage: UpdateStage::Completed,
                outcome,
                outcome_event_id,
            });
        }
        if self
            .admitted
            .iter()
            .any(|admitted| admitted.update_id == update_id)
        {
            let stage = UpdateStage::Admitted;
            return Some(UpdateView {
                stage,
                outcome: None,
                outcome_event_id: None,
            });
        }
        let failure = self.rejected.get(update_id)?;
        Some(completed(Outcome {
            value: Some(outcome::Value::Failure(failure.clone())),
        }))
    }

    fn recent_outcome(&self, event_id: i64) -> Option<Outcome> {
        outcome_of(self.recent_history(event_id)?.first()?)
    }

    /// Messages for the started workflow task: what waits, or everything for a worker without the run in its cache.
    pub(crate) fn take_update_messages(&mut self, _sticky: bool) -> Vec<ProtocolMessage> {
        let Some(started) = &self.started else {
            return Vec::new();
        };
        let sequencing = SequencingId::EventId(started.started_event_id - 1);
        self.admitted
            .iter_mut()
            .map(|admitted| {
                admitted.sent = true;
                ProtocolMessage {
                    id: format!("{}/request", admitted.update_id),
                    protocol_instance_id: admitted.update_id.clone(),
                    body: Some(Any {
                        type_url: "type.googleapis.com/temporal.api.update.v1.Request".into(),
                        value: admitted.request.encode_to_vec(),
                    }),
                    sequencing_id: Some(sequencing),
                }
            })
            .collect()
    }

    /// The workflow task that carried them did not complete: they wait again.
    pub(crate) fn return_updates_to_admitted(&mut self) {
        for admitted in &mut self.admitted {
            admitted.sent = false;
        }
    }

    /// True if an update waits that no workflow task has carried.
    pub(crate) fn has_unsent_updates(&self) -> bool {
        self.admitted.iter().any(|admitted| !admitted.sent)
    }

    /// True if the update is one that a worker may now speak of.
    pub(crate) fn knows_update(&self, update_id: &str) -> bool {
        self.admitted
            .iter()
            .any(|admitted| admitted.update_id == update_id)
            || self
                .accepted_update(update_id)
                .is_some_and(|update| update.completed_event_id == 0)
    }

    /// Does what a worker said of an update. It was checked before.
    pub(crate) fn apply_update_message(&mut self, cx: &mut Cx<'_>, message: UpdateMessage) {
        match message {
            UpdateMessage::Accept(update_id, acceptance) => {
                self.accept_update(cx, update_id, acceptance);
            }
            UpdateMessage::Reject(update_id, rejection) => {
                self.admitted
                    .retain(|admitted| admitted.update_id != update_id);
                self.rejected
                    .push(update_id, rejection.failure.unwrap_or_default());
            }
            UpdateMessage::Complete(update_id, response) => {
                self.complete_update(cx, &update_id, response);
            }
        }
    }

    fn accept_update(&mut self, cx: &mut Cx<'_>, update_id: String, acceptance: Acceptance) {
        let Some(position) = self.admitted.iter().position(|a| a.update_id == update_id) else {
            return;
        };
        let admitted = self.admitted.remove(position);
        let event_id = self.add_event(
            cx.now,
            WorkflowExecutionUpdateAcceptedEventAttributes {
                protocol_instance_id: update_id.clone(),
                accepted_request_message_id: acceptance.accepted_request_message_id,
                accepted_request_sequencing_event_id: acceptance
                    .accepted_request_sequencing_event_id,
                accepted_request: Some(admitted.request),
            },
        );
        self.head.update_count += 1;
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
        let found = self
            .updates
            .iter()
            .find(|(_, update)| update.update_id == update_id && update.completed_event_id == 0)
            .map(|(id, _)| id);
        let Some(accepted_event_id) = found else {
            return;
        };
        let event_id = self.add_event(
            cx.now,
            WorkflowExecutionUpdateCompletedEventAttributes {
                meta: response.meta,
                accepted_event_id,
                outcome: response.outcome,
            },
        );
        if let Some(update) = self.updates.get_mut(accepted_event_id) {
            update.completed_event_id = event_id;
        }
    }
}

fn completed(outcome: Outcome) -> UpdateView {
    UpdateView {
        stage: UpdateStage::Completed,
        outcome: Some(outcome),
        outcome_event_id: None,
    }
}

fn closed_before_completion() -> Failure {
    Failure {
        message:
            "Workflow Update failed because the Workflow completed before the Update completed."
                .into(),
        source: "Server".into(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(
            ApplicationFailureInfo {
                r#type: "AcceptedUpdateCompletedWorkflow".into(),
                non_retryable: true,
                ..Default::default()
            },
        )),
        ..Default::default()
    }
}

/// The outcome that a completed event holds.
#[must_use]
pub fn outcome_of(event: &HistoryEvent) -> Option<Outcome> {
    match &event.attributes {
        Some(Attributes::WorkflowExecutionUpdateCompletedEventAttributes(completed)) => {
            completed.outcome.clone()
        }
        _ => None,
    }
}
