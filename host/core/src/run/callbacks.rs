//! Completion callbacks: others who want to hear how a run ends, or an update of it. Of a run they hear once no further
//! run follows.

use temporalio_protos::temporal::api::{
    common::v1::Callback,
    enums::v1::CallbackState,
    failure::v1::Failure,
    history::v1::HistoryEvent,
    update::v1::Outcome,
    workflow::v1::{
        CallbackInfo,
        callback_info::{Trigger, UpdateWorkflowExecutionCompleted, WorkflowClosed, trigger},
    },
};

use super::{
    Run,
    state::CompletionCallback,
    update::{closed_before_completion, failed},
};
use crate::{context::Cx, rejection::Rejection, task::Transfer, time::Timestamp};

/// Callbacks that a run may have, its own and those of its updates. Temporal: 32.
pub const CALLBACKS_MAX: usize = 32;

/// What is to be told, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct DueCallback {
    /// Whom.
    pub callback: Callback,
    /// What has ended.
    pub end: CallbackEnd,
}

/// What a callback is about.
#[derive(Clone, Debug, PartialEq)]
pub enum CallbackEnd {
    /// The run, with its last event.
    Run(Box<HistoryEvent>),
    /// An update, with its outcome.
    Update(Box<Outcome>),
}

/// The callbacks of a run that begins.
pub(crate) fn standing_by(callbacks: &[Callback], now: Timestamp) -> Vec<CompletionCallback> {
    callbacks
        .iter()
        .map(|callback| waiting(callback, "", now))
        .collect()
}

fn waiting(callback: &Callback, update_id: &str, now: Timestamp) -> CompletionCallback {
    CompletionCallback {
        callback: Some(callback.clone()),
        registration_time: now.0,
        state: CallbackState::Standby as i32,
        update_id: update_id.to_owned(),
        ..Default::default()
    }
}

impl Run {
    /// Refuses more callbacks than a run may have.
    pub(crate) fn check_callback_room(&self, callbacks: usize) -> Result<(), Rejection> {
        let attached = self.head.callbacks.len();
        if callbacks > 0 && attached + callbacks > CALLBACKS_MAX {
            return Err(Rejection::InvalidArgument(format!(
                "cannot attach more than {CALLBACKS_MAX} callbacks to an execution ({attached} callbacks already attached)"
            )));
        }
        Ok(())
    }

    /// These want to hear of the end of an update.
    pub(crate) fn let_callbacks_stand_by(
        &mut self,
        update_id: &str,
        callbacks: &[Callback],
        now: Timestamp,
    ) {
        for callback in callbacks {
            if !self.has_update_callback(update_id, callback) {
                self.head.callbacks.push(waiting(callback, update_id, now));
            }
        }
    }

    /// Those of an update that has ended in the run that this one is made from were told there.
    pub(crate) fn forget_callbacks_of_update(&mut self, update_id: &str) {
        self.head
            .callbacks
            .retain(|known| known.update_id != update_id);
    }

    /// True if this callback stands by for the update already.
    pub(crate) fn has_update_callback(&self, update_id: &str, callback: &Callback) -> bool {
        self.head
            .callbacks
            .iter()
            .any(|known| known.update_id == update_id && known.callback.as_ref() == Some(callback))
    }

    /// The callbacks that hear of the end of this run or of one that follows it.
    pub(crate) fn callbacks_of_run(&self) -> Vec<Callback> {
        self.head
            .callbacks
            .iter()
            .filter(|known| known.update_id.is_empty())
            .filter_map(|known| known.callback.clone())
            .collect()
    }

    /// The run has closed and nothing follows it: everybody is to be told.
    pub(crate) fn send_callbacks(&mut self, cx: &mut Cx<'_>) {
        self.schedule_callbacks(cx, "", None);
    }

    /// An update has ended.
    pub(crate) fn send_callbacks_of_update(
        &mut self,
        cx: &mut Cx<'_>,
        update_id: &str,
        outcome: Option<&Outcome>,
    ) {
        if !update_id.is_empty() {
            self.schedule_callbacks(cx, update_id, outcome);
        }
    }

    /// The run has closed: updates that it was at work on have failed, whatever follows.
    pub(crate) fn send_callbacks_of_updates(&mut self, cx: &mut Cx<'_>) {
        let mut left: Vec<String> = self
            .head
            .callbacks
            .iter()
            .filter(|known| known.state == CallbackState::Standby as i32)
            .map(|known| known.update_id.clone())
            .collect();
        left.dedup();
        let outcome = failed(closed_before_completion());
        for update_id in left {
            self.send_callbacks_of_update(cx, &update_id, Some(&outcome));
        }
    }

    fn schedule_callbacks(&mut self, cx: &mut Cx<'_>, update_id: &str, outcome: Option<&Outcome>) {
        for index in 0..self.head.callbacks.len() {
            let callback = &mut self.head.callbacks[index];
            if callback.update_id != update_id || callback.state != CallbackState::Standby as i32 {
                continue;
            }
            callback.state = CallbackState::Scheduled as i32;
            callback.attempt += 1;
            callback.outcome = outcome.cloned();
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            self.add_transfer(cx, Transfer::CompletionCallback { index });
        }
    }

    /// What a stored callback is about; `None` if it is done.
    #[must_use]
    pub fn due_callback(&self, index: i64) -> Option<DueCallback> {
        let callback = self.head.callbacks.get(usize::try_from(index).ok()?)?;
        if callback.state != CallbackState::Scheduled as i32 {
            return None;
        }
        let end = match callback.update_id.is_empty() {
            true => CallbackEnd::Run(self.head.close_event.clone()?),
            false => CallbackEnd::Update(Box::new(callback.outcome.clone()?)),
        };
        Some(DueCallback {
            callback: callback.callback.clone()?,
            end,
        })
    }

    /// What became of a callback: a failure is for good.
    pub fn callback_answered(&mut self, cx: &Cx<'_>, index: i64, failure: Option<Failure>) {
        let Some(callback) = usize::try_from(index)
            .ok()
            .and_then(|index| self.head.callbacks.get_mut(index))
        else {
            return;
        };
        callback.last_attempt_complete_time = cx.now.0;
        callback.state = match failure {
            None => CallbackState::Succeeded,
            Some(_) => CallbackState::Failed,
        } as i32;
        callback.last_failure = failure;
        callback.outcome = None;
        self.touch();
    }

    pub(crate) fn callback_infos(&self) -> Vec<CallbackInfo> {
        let instant = |at: i64| (at != 0).then(|| Timestamp(at).to_proto());
        self.head
            .callbacks
            .iter()
            .map(|callback| CallbackInfo {
                callback: callback.callback.clone(),
                trigger: Some(trigger_of(callback)),
                registration_time: instant(callback.registration_time),
                state: callback.state,
                attempt: callback.attempt,
                last_attempt_complete_time: instant(callback.last_attempt_complete_time),
                last_attempt_failure: callback.last_failure.clone(),
                ..Default::default()
            })
            .collect()
    }
}

fn trigger_of(callback: &CompletionCallback) -> Trigger {
    use trigger::Variant;
    let variant = match callback.update_id.as_str() {
        "" => Variant::WorkflowClosed(WorkflowClosed {}),
        update_id => Variant::UpdateWorkflowExecutionCompleted(UpdateWorkflowExecutionCompleted {
            update_id: update_id.to_owned(),
        }),
    };
    Trigger {
        variant: Some(variant),
    }
}

#[cfg(test)]
mod tests;
