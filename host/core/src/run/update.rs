//! Updates as clients see them: admitted, then waited for.
//!
//! An admitted update is in memory only, as on Temporal: until it is accepted nothing of it is in history, and a
//! client that hears of a crash asks again under the same update id.

use std::collections::VecDeque;

use prost::Message;
use prost_wkt_types::Any;
use temporalio_protos::temporal::api::{
    common::v1::Callback,
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    history::v1::{
        HistoryEvent, WorkflowExecutionOptionsUpdatedEventAttributes, history_event::Attributes,
        workflow_execution_options_updated_event_attributes::WorkflowUpdateOptionsUpdate,
    },
    protocol::v1::{Message as ProtocolMessage, message::SequencingId},
    update::v1::{Outcome, Request, outcome},
    workflowservice::v1::UpdateWorkflowExecutionRequest,
};

use super::{Run, callbacks::CALLBACKS_MAX, events::Extras, state::Update};
use crate::{context::Cx, limits::Limits, rejection::Rejection};

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
    /// Why nothing will come of it any more: the answer for whoever waits. [`Rejection::WorkflowClosing`] means that
    /// the update may be tried on the run that the workflow id means now.
    pub aborted: Option<Rejection>,
}

/// An update that waits for a worker.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) update_id: String,
    pub(crate) request: Request,
    /// True while the started workflow task carries it.
    pub(crate) sent: bool,
    /// True if an event has the request: then workers read it there, and are sent no message.
    pub(crate) in_history: bool,
}

impl Admitted {
    /// Others want to hear of its end, too. Those that the worker is sent, or that history has, stay as they are.
    fn attach(&mut self, callbacks: Vec<Callback>) {
        let known = &mut self.request.completion_callbacks;
        for callback in callbacks {
            if !known.contains(&callback) && known.len() < CALLBACKS_MAX {
                known.push(callback);
            }
        }
    }
}

/// An end that history does not know.
#[derive(Clone, Debug)]
pub(crate) enum UnwrittenEnd {
    Rejected(Box<Failure>),
    Aborted(Rejection),
}

/// The last updates that ended so; nobody but those who wait for them asks.
#[derive(Debug, Default)]
pub(crate) struct Ended(VecDeque<(String, UnwrittenEnd)>);

impl Ended {
    const KEPT: usize = 64;

    pub(crate) fn push(&mut self, update_id: String, end: UnwrittenEnd) {
        self.forget(&update_id);
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back((update_id, end));
    }

    fn get(&self, update_id: &str) -> Option<&UnwrittenEnd> {
        self.0
            .iter()
            .rev()
            .find(|(id, _)| id == update_id)
            .map(|(_, end)| end)
    }

    fn forget(&mut self, update_id: &str) {
        self.0.retain(|(id, _)| id != update_id);
    }
}

/// What is said of an update that no worker saw before its run closed.
pub const ABORTED_BY_CLOSE: &str = "workflow update was aborted by closing workflow";

/// From this attempt of the workflow task on nobody is let in. Temporal: 3.
const FAILING_ATTEMPTS: i32 = 3;

impl Run {
    /// UpdateWorkflowExecution up to admission. The same update id again changes nothing.
    pub fn admit_update(
        &mut self,
        cx: &mut Cx<'_>,
        request: &UpdateWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        self.require_chain(&request.first_execution_run_id)?;
        if self.is_paused() {
            return Err(Rejection::FailedPrecondition(
                "Workflow is paused. Cannot update the workflow.".into(),
            ));
        }
        let update_id = update_id_of(request);
        if self.updates.find(update_id).is_some() {
            return self.attach_to_update(cx, request);
        }
        self.require_open()?;
        if self.workflow_task_attempt() >= FAILING_ATTEMPTS {
            return Err(Rejection::WorkflowNotReady(
                "Unable to perform workflow execution update due to Workflow Task in failed state."
                    .into(),
            ));
        }
        self.require_not_closing()?;
        let update = request.request.clone().unwrap_or_default();
        if let Some(admitted) = self
            .admitted
            .iter_mut()
            .find(|admitted| admitted.update_id == update_id)
        {
            admitted.attach(update.completion_callbacks);
            return Ok(());
        }
        self.check_callback_room(update.completion_callbacks.len())?;
        self.update_load().check_room(cx.limits, &update)?;
        self.ended.forget(update_id);
        self.admitted.push(Admitted {
            update_id: update_id.to_owned(),
            request: update,
            sent: false,
            in_history: false,
        });
        if self.head.workflow_task.is_none() {
            self.schedule_speculative_workflow_task(cx);
        }
        Ok(())
    }

    /// Others want to hear of the end of an update that a worker has accepted.
    fn attach_to_update(
        &mut self,
        cx: &mut Cx<'_>,
        request: &UpdateWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        let update_id = update_id_of(request);
        let Some(update) = &request.request else {
            return Ok(());
        };
        // Of one that has ended the caller hears at once.
        if self.is_closed() || self.has_completed_update(update_id) {
            return Ok(());
        }
        let mut new = update.completion_callbacks.clone();
        new.retain(|callback| !self.has_update_callback(update_id, callback));
        if new.is_empty() {
            return Ok(());
        }
        self.check_callback_room(new.len())?;
        self.let_callbacks_stand_by(update_id, &new, cx.now);
        let attributes = WorkflowExecutionOptionsUpdatedEventAttributes {
            workflow_update_options: vec![WorkflowUpdateOptionsUpdate {
                update_id: update_id.to_owned(),
                attached_request_id: update.request_id.clone(),
                attached_completion_callbacks: new,
            }],
            ..Default::default()
        };
        let extras = Extras {
            worker_may_ignore: true,
            ..Extras::default()
        };
        self.add_event_with(cx.now, attributes, extras);
        Ok(())
    }

    fn update_load(&self) -> UpdateLoad {
        let unfinished = self
            .updates
            .iter()
            .filter(|(_, update)| update.completed_event_id == 0)
            .count();
        UpdateLoad {
            in_flight: self.admitted.len() + unfinished,
            total: self.updates.len() + self.admitted.len(),
            bytes: self
                .admitted
                .iter()
                .map(|waiting| waiting.request.encoded_len())
                .sum(),
        }
    }

    /// True if history has the update's outcome.
    pub(crate) fn has_completed_update(&self, update_id: &str) -> bool {
        self.updates
            .find(update_id)
            .is_some_and(|(_, update)| update.completed_event_id != 0)
    }

    /// True if the update has been sent to this run before, and may still come to something, or has.
    #[must_use]
    pub fn knows_update(&self, update_id: &str) -> bool {
        self.updates.find(update_id).is_some()
            || self
                .admitted
                .iter()
                .any(|admitted| admitted.update_id == update_id)
    }

    /// What is known of an update, `None` if nothing is.
    #[must_use]
    pub fn update_state(&self, update_id: &str) -> Option<UpdateView> {
        if let Some((_, update)) = self.updates.find(update_id) {
            return Some(self.view_of_accepted(update));
        }
        if self
            .admitted
            .iter()
            .any(|admitted| admitted.update_id == update_id)
        {
            return Some(view_at(UpdateStage::Admitted));
        }
        Some(match self.ended.get(update_id)? {
            UnwrittenEnd::Rejected(failure) => view_of_failure(failure.as_ref().clone()),
            UnwrittenEnd::Aborted(rejection) => UpdateView {
                aborted: Some(rejection.clone()),
                ..view_at(UpdateStage::Admitted)
            },
        })
    }

    fn view_of_accepted(&self, update: &Update) -> UpdateView {
        if update.completed_event_id == 0 {
            return if self.is_closed() {
                view_of_failure(closed_before_completion())
            } else {
                view_at(UpdateStage::Accepted)
            };
        }
        let outcome = self
            .tail
            .get(update.completed_event_id)
            .as_ref()
            .and_then(outcome_of);
        let outcome_event_id = outcome.is_none().then_some(update.completed_event_id);
        UpdateView {
            outcome,
            outcome_event_id,
            ..view_at(UpdateStage::Completed)
        }
    }

    /// Messages for the started workflow task. A task that only prolongs another carries what is new alone: its worker
    /// still has the rest.
    pub(crate) fn take_update_messages(&mut self, again: bool) -> Vec<ProtocolMessage> {
        let Some(started) = &self.started else {
            return Vec::new();
        };
        let sequencing = SequencingId::EventId(started.started_event_id - 1);
        self.admitted
            .iter_mut()
            .filter(|admitted| again || !admitted.sent)
            .filter_map(|admitted| {
                admitted.sent = true;
                (!admitted.in_history).then(|| ProtocolMessage {
                    id: request_message_id(&admitted.update_id),
                    protocol_instance_id: admitted.update_id.clone(),
                    body: Some(Any {
                        type_url: "type.googleapis.com/temporal.api.update.v1.Request".into(),
                        value: admitted.request.encode_to_vec(),
                    }),
                    sequencing_id: Some(sequencing),
                })
            })
            .collect()
    }

    /// The workflow task that carried them did not complete: they wait again.
    pub(crate) fn return_updates_to_admitted(&mut self) {
        for admitted in &mut self.admitted {
            admitted.sent = false;
        }
    }

    /// True if an update waits for a workflow task to carry it.
    pub(crate) fn has_updates_to_send(&self) -> bool {
        !self.admitted.is_empty()
    }

    /// The answer that went with them was refused: whoever waits for an update hears of it, since the workflow has
    /// seen it and may not want it again.
    pub(crate) fn abort_sent_updates(&mut self) {
        let rejection = || {
            Rejection::WorkflowNotReady(
                "Unable to perform workflow execution update due to unexpected workflow task failure."
                    .into(),
            )
        };
        for aborted in self.admitted.extract_if(.., |admitted| admitted.sent) {
            self.ended
                .push(aborted.update_id, UnwrittenEnd::Aborted(rejection()));
        }
    }

    /// The run is closed: what no worker has accepted will not be.
    pub(crate) fn abort_updates_of_closed(&mut self) {
        let rejection = if self.head.new_run_id.is_empty() {
            Rejection::NotFound(ABORTED_BY_CLOSE.into())
        } else {
            Rejection::WorkflowClosing
        };
        for aborted in self.admitted.drain(..) {
            self.ended
                .push(aborted.update_id, UnwrittenEnd::Aborted(rejection.clone()));
        }
    }
}

/// What a run has of updates already.
#[derive(Default)]
pub(crate) struct UpdateLoad {
    in_flight: usize,
    total: usize,
    /// Of the requests that no worker has accepted.
    bytes: usize,
}

impl UpdateLoad {
    /// Refuses one more if that is too many.
    pub(crate) fn check_room(&self, limits: &Limits, update: &Request) -> Result<(), Rejection> {
        if self.in_flight >= limits.updates_in_flight {
            return Err(Rejection::ResourceExhausted(format!(
                "limit on number of concurrent in-flight updates has been reached ({})",
                limits.updates_in_flight
            )));
        }
        if self.total >= limits.updates_total {
            return Err(Rejection::FailedPrecondition(format!(
                "The limit on the total number of distinct updates in this workflow has been reached ({}). \
                 Make sure any duplicate updates share an Update ID so the server can deduplicate them, and \
                 consider rejecting updates that you aren't going to process. You can also Continue-as-New to \
                 avoid this; we recommend you check Continue-as-New Suggested in your Workflow.",
                limits.updates_total
            )));
        }
        if self.bytes + update.encoded_len() >= limits.updates_in_flight_bytes {
            return Err(Rejection::ResourceExhausted(format!(
                "limit on total payload size of in-flight updates has been reached ({} bytes)",
                limits.updates_in_flight_bytes
            )));
        }
        Ok(())
    }
}

/// The id that an update is known by, empty if it has none.
pub(crate) fn update_id_of(request: &UpdateWorkflowExecutionRequest) -> &str {
    request
        .request
        .as_ref()
        .and_then(|update| update.meta.as_ref())
        .map_or("", |meta| meta.update_id.as_str())
}

/// The id of the message that brings an update to a worker.
pub(crate) fn request_message_id(update_id: &str) -> String {
    format!("{update_id}/request")
}

fn view_at(stage: UpdateStage) -> UpdateView {
    UpdateView {
        stage,
        outcome: None,
        outcome_event_id: None,
        aborted: None,
    }
}

/// An outcome that is a failure.
pub(crate) fn failed(failure: Failure) -> Outcome {
    Outcome {
        value: Some(outcome::Value::Failure(failure)),
    }
}

fn view_of_failure(failure: Failure) -> UpdateView {
    UpdateView {
        outcome: Some(failed(failure)),
        ..view_at(UpdateStage::Completed)
    }
}

/// What becomes of an update that a run was at work on when it closed.
pub(crate) fn closed_before_completion() -> Failure {
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

#[cfg(test)]
mod tests;
