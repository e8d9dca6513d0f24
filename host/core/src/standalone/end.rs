//! How it ends: completed, canceled, or with a failure. Nothing of it stays pending.

use temporalio_protos::temporal::api::{
    activity::v1::{ActivityExecutionOutcome, activity_execution_outcome::Value},
    common::v1::Payloads,
    enums::v1::{ActivityExecutionStatus, RetryState},
    failure::v1::{CanceledFailureInfo, Failure, failure::FailureInfo},
};

use super::StandaloneActivity;
use crate::{
    context::Cx,
    rejection::Rejection,
    run::{ActivityRef, Poller},
};

impl StandaloneActivity {
    /// RespondActivityTaskCompleted, by token or by id. By its id it may be completed before a worker comes for it.
    pub fn complete(
        &mut self,
        cx: &mut Cx<'_>,
        named: ActivityRef<'_>,
        result: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        match named {
            ActivityRef::Token(_) => self.require_running(named)?,
            ActivityRef::Id(_) => self.require_named(named)?,
        }
        if !self.state.activity.is_started() {
            let poller = Poller {
                identity: identity.to_owned(),
                ..Poller::default()
            };
            self.note_start(cx.now, &poller);
        }
        let activity = &mut self.state.activity;
        activity.note_attempt_end(cx.now, None);
        if !identity.is_empty() {
            identity.clone_into(&mut activity.identity);
        }
        let outcome = ActivityExecutionOutcome {
            value: Some(Value::Result(result.unwrap_or_default())),
            ..Default::default()
        };
        self.close(cx, ActivityExecutionStatus::Completed, outcome);
        Ok(())
    }

    /// RespondActivityTaskCanceled, by token or by id.
    pub fn cancel(
        &mut self,
        cx: &mut Cx<'_>,
        named: ActivityRef<'_>,
        details: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        self.require_running(named)?;
        if !self.is_cancel_requested() {
            return Err(Rejection::FailedPrecondition(
                "invalid transition from Started".into(),
            ));
        }
        let activity = &mut self.state.activity;
        activity.note_attempt_end(cx.now, None);
        if !identity.is_empty() {
            identity.clone_into(&mut activity.identity);
        }
        self.close_canceled(cx, details);
        Ok(())
    }

    pub(super) fn close_canceled(&mut self, cx: &mut Cx<'_>, details: Option<Payloads>) {
        let identity = self
            .state
            .cancel
            .as_ref()
            .map(|cancel| cancel.identity.clone())
            .unwrap_or_default();
        let failure = Failure {
            message: "Activity canceled".into(),
            failure_info: Some(FailureInfo::CanceledFailureInfo(CanceledFailureInfo {
                details,
                identity,
            })),
            ..Default::default()
        };
        let status = ActivityExecutionStatus::Canceled;
        self.close_failed(cx, status, failure, RetryState::Unspecified);
    }

    pub(super) fn close_failed(
        &mut self,
        cx: &mut Cx<'_>,
        status: ActivityExecutionStatus,
        failure: Failure,
        retry_state: RetryState,
    ) {
        let outcome = ActivityExecutionOutcome {
            value: Some(Value::Failure(failure)),
            retry_state: retry_state as i32,
        };
        self.close(cx, status, outcome);
    }

    fn close(
        &mut self,
        cx: &mut Cx<'_>,
        status: ActivityExecutionStatus,
        outcome: ActivityExecutionOutcome,
    ) {
        self.touch();
        let activity = &mut self.state.activity;
        activity.backing_off = false;
        activity.pause = None;
        activity.reset_asked = false;
        let task_id = std::mem::take(&mut activity.task_id);
        self.remove_task(task_id);
        self.state.close_time = cx.now.0;
        self.state.outcome = Some(outcome);
        self.set_status(status);
    }
}
