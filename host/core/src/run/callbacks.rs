//! Completion callbacks: others who want to hear how a run ends. They hear it once no further run follows.

use temporalio_protos::temporal::api::{
    common::v1::Callback,
    enums::v1::CallbackState,
    failure::v1::Failure,
    history::v1::HistoryEvent,
    workflow::v1::{
        CallbackInfo,
        callback_info::{Trigger, WorkflowClosed, trigger},
    },
};

use super::{Run, state::CompletionCallback};
use crate::{context::Cx, task::Transfer, time::Timestamp};

/// What is to be told, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct DueCallback {
    /// Whom.
    pub callback: Callback,
    /// The run's last event.
    pub close_event: HistoryEvent,
    /// The run's first event happened then.
    pub started_at: Timestamp,
}

/// The callbacks of a run that begins.
pub(crate) fn standing_by(callbacks: &[Callback], now: Timestamp) -> Vec<CompletionCallback> {
    callbacks
        .iter()
        .map(|callback| CompletionCallback {
            callback: Some(callback.clone()),
            registration_time: now.0,
            state: CallbackState::Standby as i32,
            ..Default::default()
        })
        .collect()
}

impl Run {
    /// The run has closed and nothing follows it: everybody is to be told.
    pub(crate) fn send_callbacks(&mut self, cx: &mut Cx<'_>) {
        for index in 0..self.head.callbacks.len() {
            let callback = &mut self.head.callbacks[index];
            callback.state = CallbackState::Scheduled as i32;
            callback.attempt += 1;
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
        Some(DueCallback {
            callback: callback.callback.clone()?,
            close_event: self.head.close_event.as_deref().cloned()?,
            started_at: Timestamp(self.head.start_time),
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
        self.touch();
    }

    pub(crate) fn callback_infos(&self) -> Vec<CallbackInfo> {
        let instant = |at: i64| (at != 0).then(|| Timestamp(at).to_proto());
        self.head
            .callbacks
            .iter()
            .map(|callback| CallbackInfo {
                callback: callback.callback.clone(),
                trigger: Some(Trigger {
                    variant: Some(trigger::Variant::WorkflowClosed(WorkflowClosed {})),
                }),
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
