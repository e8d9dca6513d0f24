//! What a worker says of an activity: that it is alive, completed, failed or canceled.

use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    failure::v1::Failure,
    history::v1::{
        ActivityTaskCanceledEventAttributes, ActivityTaskCompletedEventAttributes,
        ActivityTaskFailedEventAttributes, ActivityTaskStartedEventAttributes,
        history_event::Attributes,
    },
    workflowservice::v1::RecordActivityTaskHeartbeatResponse,
};

use super::{ActivityRef, Run, state::Activity};
use crate::{context::Cx, rejection::Rejection, time::Timestamp};

impl Run {
    /// RespondActivityTaskCompleted, by token or by id. By its id an activity may be completed before it is started.
    pub fn complete_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        result: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        let id = match activity {
            ActivityRef::Token(_) => self.running_activity(activity)?,
            ActivityRef::Id(_) => self.named_activity(activity)?,
        };
        if self
            .activities
            .get(id)
            .is_some_and(|found| found.started_time == 0)
        {
            self.start_activity_for_end(cx.now, id, identity);
        }
        self.end_activity(cx, id, |started_event_id, _| {
            ActivityTaskCompletedEventAttributes {
                result,
                scheduled_event_id: id,
                started_event_id,
                identity: identity.to_owned(),
                ..Default::default()
            }
            .into()
        });
        Ok(())
    }

    /// RespondActivityTaskFailed, by token or by id: retried if the policy allows it.
    pub fn fail_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        failure: Option<Failure>,
        last_heartbeat_details: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        let id = self.running_activity(activity)?;
        self.touch();
        let failure = failure.unwrap_or_default();
        self.activities.update(id, |activity| {
            activity.note_attempt_end(cx.now, last_heartbeat_details);
        });
        let Some(retry_state) = self.retry_activity(cx, id, &failure) else {
            return Ok(());
        };
        self.end_activity(cx, id, |started_event_id, _| {
            ActivityTaskFailedEventAttributes {
                failure: Some(failure),
                scheduled_event_id: id,
                started_event_id,
                identity: identity.to_owned(),
                retry_state: retry_state as i32,
                ..Default::default()
            }
            .into()
        });
        Ok(())
    }

    /// RespondActivityTaskCanceled, by token or by id.
    pub fn cancel_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        details: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        let id = self.running_activity(activity)?;
        if self
            .activities
            .get(id)
            .is_none_or(|found| found.cancel_requested_event_id == 0)
        {
            return Err(Rejection::InvalidArgument(
                "unable to mark activity as canceled without activity being request canceled first"
                    .into(),
            ));
        }
        self.end_activity(cx, id, |started_event_id, activity| {
            ActivityTaskCanceledEventAttributes {
                details,
                latest_cancel_requested_event_id: activity.cancel_requested_event_id,
                scheduled_event_id: id,
                started_event_id,
                identity: identity.to_owned(),
                ..Default::default()
            }
            .into()
        });
        Ok(())
    }

    /// RecordActivityTaskHeartbeat, by token or by id.
    pub fn heartbeat_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        details: Option<Payloads>,
        identity: &str,
    ) -> Result<RecordActivityTaskHeartbeatResponse, Rejection> {
        let id = self.running_activity(activity)?;
        self.touch();
        let response = self.activities.update(id, |activity| {
            activity.note_heartbeat(cx.now, details, identity);
            RecordActivityTaskHeartbeatResponse {
                cancel_requested: activity.cancel_requested_event_id != 0,
                activity_paused: activity.pause.is_some(),
                activity_reset: activity.reset_asked,
            }
        });
        Ok(response.unwrap_or_default())
    }

    /// Writes an activity's start, if it was started, and its end, and lets the workflow know.
    pub(crate) fn end_activity(
        &mut self,
        cx: &mut Cx<'_>,
        id: i64,
        attributes: impl FnOnce(i64, &Activity) -> Attributes,
    ) {
        let Some(activity) = self.forget_activity(id) else {
            return;
        };
        let mut started_event_id = 0;
        if activity.started_time != 0 {
            let started = ActivityTaskStartedEventAttributes {
                scheduled_event_id: id,
                identity: activity.identity.clone(),
                request_id: activity.request_id.clone(),
                attempt: activity.attempt,
                last_failure: activity.last_failure.clone(),
                ..Default::default()
            };
            started_event_id = self.add_event(Timestamp(activity.started_time), started);
        }
        self.add_event(cx.now, attributes(started_event_id, &activity));
        self.schedule_workflow_task(cx);
    }
}
