//! An activity from its command to its end.
//!
//! ```text
//! scheduled ─start─> started ─complete, fail, cancel, time out─> ended
//!     ^                 └─fail, time out, retry allowed─> backing off ─time─> scheduled (attempt + 1)
//! ```
//! Its started event is written with its end, as on Temporal, since until then the attempt may change.

use temporalio_protos::temporal::api::{
    common::v1::{ActivityType, Payloads, WorkflowExecution, WorkflowType},
    enums::v1::{RetryState, TimeoutType},
    failure::v1::{Failure, TimeoutFailureInfo, failure::FailureInfo},
    history::v1::{
        ActivityTaskCanceledEventAttributes, ActivityTaskCompletedEventAttributes,
        ActivityTaskFailedEventAttributes, ActivityTaskStartedEventAttributes,
        ActivityTaskTimedOutEventAttributes, HistoryEvent, history_event::Attributes,
    },
    workflowservice::v1::{PollActivityTaskQueueResponse, RecordActivityTaskHeartbeatResponse},
};

use super::{
    Run,
    retry::{self, Next, timeout_name},
    state::{Activity, Version},
    token::ActivityTaskToken,
    workflow_task::Poller,
};
use crate::{
    context::Cx,
    rejection::Rejection,
    time::{Span, Timestamp},
};

/// How a caller names an activity.
#[derive(Clone, Copy, Debug)]
pub enum ActivityRef<'a> {
    /// By the token of the attempt.
    Token(&'a ActivityTaskToken),
    /// By the id that the workflow chose.
    Id(&'a str),
}

impl Run {
    /// True if [`Run::supply_event`] must come before [`Run::start_activity_task`].
    #[must_use]
    pub fn activity_needs_event(&self, scheduled_event_id: i64) -> bool {
        self.activities.get(scheduled_event_id).is_some()
            && !self.activity_events.contains_key(&scheduled_event_id)
    }

    /// Puts the scheduled event of a pending activity back into memory, after a restart.
    pub fn supply_event(&mut self, event: HistoryEvent) {
        if self.activities.get(event.event_id).is_some() {
            self.activity_events.insert(event.event_id, event);
        }
    }

    /// The activity of this id if it waits in this run's own queue, where the worker that asked for it may take it along:
    /// its scheduled event id and stamp.
    #[must_use]
    pub fn waiting_activity(&self, activity_id: &str) -> Option<(i64, i32)> {
        let (id, activity) = self
            .activities
            .iter()
            .find(|(_, activity)| activity.activity_id == activity_id)?;
        let waits = activity.started_time == 0 && !activity.backing_off;
        (waits && activity.task_queue == self.head.task_queue).then_some((id, activity.stamp))
    }

    /// Hands an activity to a worker. NOT_FOUND: the task is stale, its row can go.
    pub fn start_activity_task(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        stamp: i32,
        poller: &Poller,
    ) -> Result<PollActivityTaskQueueResponse, Rejection> {
        self.require_open()?;
        let stale = || Rejection::NotFound("activity task not found".into());
        let activity = self.activities.get(scheduled_event_id).ok_or_else(stale)?;
        if activity.stamp != stamp || activity.backing_off {
            return Err(stale());
        }
        if activity.started_time != 0 && activity.request_id != poller.request_id {
            return Err(stale());
        }
        if !self.activity_events.contains_key(&scheduled_event_id) {
            return Err(Rejection::FailedPrecondition(format!(
                "event {scheduled_event_id} must be supplied first"
            )));
        }
        let now = cx.now;
        let mut task_id = 0;
        if let Some(activity) = self.activities.get_mut(scheduled_event_id) {
            activity.started_time = now.0;
            activity.identity.clone_from(&poller.identity);
            activity.request_id.clone_from(&poller.request_id);
            activity.version = poller.version.as_ref().map(|v| Version {
                deployment_name: v.deployment_name.clone(),
                build_id: v.build_id.clone(),
            });
            activity.last_heartbeat_time = 0;
            task_id = std::mem::take(&mut activity.task_id);
        }
        self.remove_task(task_id);
        self.touch();
        self.activity_response(scheduled_event_id).ok_or_else(stale)
    }

    fn activity_response(&self, scheduled_event_id: i64) -> Option<PollActivityTaskQueueResponse> {
        let activity = self.activities.get(scheduled_event_id)?;
        let event = self.activity_events.get(&scheduled_event_id)?;
        let Some(Attributes::ActivityTaskScheduledEventAttributes(scheduled)) = &event.attributes
        else {
            return None;
        };
        Some(PollActivityTaskQueueResponse {
            task_token: ActivityTaskToken {
                namespace_id: self.key.namespace_id.0.as_bytes().to_vec(),
                workflow_id: self.key.workflow_id.to_string(),
                run_id: self.key.run_id.0.as_bytes().to_vec(),
                scheduled_event_id,
                attempt: activity.attempt,
                stamp: activity.stamp,
            }
            .encode_token(),
            workflow_namespace: self.head.namespace.clone(),
            workflow_type: Some(WorkflowType {
                name: self.head.workflow_type.clone(),
            }),
            workflow_execution: Some(WorkflowExecution {
                workflow_id: self.key.workflow_id.to_string(),
                run_id: self.key.run_id.to_string(),
            }),
            activity_type: Some(ActivityType {
                name: activity.activity_type.clone(),
            }),
            activity_id: activity.activity_id.clone(),
            header: scheduled.header.clone(),
            input: scheduled.input.clone(),
            heartbeat_details: activity.heartbeat_details.clone(),
            scheduled_time: Some(Timestamp(activity.scheduled_time).to_proto()),
            current_attempt_scheduled_time: Some(
                Timestamp(activity.attempt_scheduled_time).to_proto(),
            ),
            started_time: Some(Timestamp(activity.started_time).to_proto()),
            attempt: activity.attempt,
            schedule_to_close_timeout: Some(Span(activity.schedule_to_close).to_proto()),
            start_to_close_timeout: Some(Span(activity.start_to_close).to_proto()),
            heartbeat_timeout: Some(Span(activity.heartbeat).to_proto()),
            retry_policy: activity.retry_policy.clone(),
            priority: activity.priority.clone(),
            ..Default::default()
        })
    }

    /// The scheduled event id of the activity that a caller names, if that attempt is running.
    fn running_activity(&self, activity: ActivityRef<'_>) -> Result<i64, Rejection> {
        let gone = || {
            Rejection::NotFound(
            "invalid activityID or activity already timed out or invoking workflow is completed".into(),
        )
        };
        if self.is_closed() {
            return Err(gone());
        }
        match activity {
            ActivityRef::Token(token) => {
                let found = self
                    .activities
                    .get(token.scheduled_event_id)
                    .ok_or_else(gone)?;
                if found.attempt != token.attempt
                    || found.stamp != token.stamp
                    || found.started_time == 0
                {
                    return Err(gone());
                }
                Ok(token.scheduled_event_id)
            }
            ActivityRef::Id(activity_id) => {
                let (id, found) = self
                    .activities
                    .iter()
                    .find(|(_, activity)| activity.activity_id == activity_id)
                    .ok_or_else(|| {
                        Rejection::NotFound(format!(
                            "cannot find pending activity with ActivityID {activity_id}"
                        ))
                    })?;
                if found.started_time == 0 {
                    return Err(gone());
                }
                Ok(id)
            }
        }
    }

    /// RespondActivityTaskCompleted, by token or by id.
    pub fn complete_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        result: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        let id = self.running_activity(activity)?;
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
        let failure = failure.unwrap_or_default();
        if let (Some(details), Some(activity)) =
            (last_heartbeat_details, self.activities.get_mut(id))
        {
            activity.heartbeat_details = Some(details);
        }
        let retry_state = match self.retry_activity(cx, id, &failure) {
            None => return Ok(()),
            Some(state) => state,
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
        let requested = self
            .activities
            .get(id)
            .map_or(0, |a| a.cancel_requested_event_id);
        if requested == 0 {
            return Err(Rejection::InvalidArgument(
                "activity cancellation was not requested by its workflow: complete or fail it instead".into(),
            ));
        }
        self.write_canceled(cx, id, details, identity);
        self.schedule_workflow_task(cx);
        Ok(())
    }

    /// Ends an activity as canceled, without a new workflow task.
    pub(crate) fn write_canceled(
        &mut self,
        cx: &mut Cx<'_>,
        id: i64,
        details: Option<Payloads>,
        identity: &str,
    ) {
        self.write_activity_end(cx, id, |started_event_id, activity| {
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
    }

    /// RecordActivityTaskHeartbeat, by token or by id.
    pub fn heartbeat_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        details: Option<Payloads>,
    ) -> Result<RecordActivityTaskHeartbeatResponse, Rejection> {
        let id = self.running_activity(activity)?;
        self.touch();
        let mut cancel_requested = false;
        if let Some(activity) = self.activities.get_mut(id) {
            activity.last_heartbeat_time = cx.now.0;
            activity.heartbeat_details = details;
            cancel_requested = activity.cancel_requested_event_id != 0;
        }
        Ok(RecordActivityTaskHeartbeatResponse {
            cancel_requested,
            ..Default::default()
        })
    }

    /// Arms the next attempt and gives `None`, or says why there is none.
    fn retry_activity(&mut self, cx: &Cx<'_>, id: i64, failure: &Failure) -> Option<RetryState> {
        let activity = self.activities.get(id)?;
        if activity.cancel_requested_event_id != 0 {
            return Some(RetryState::CancelRequested);
        }
        let Some(policy) = &activity.retry_policy else {
            return Some(RetryState::RetryPolicyNotSet);
        };
        let deadline = (activity.schedule_to_close != 0)
            .then(|| Timestamp(activity.scheduled_time).plus(Span(activity.schedule_to_close)));
        let interval =
            match retry::next_attempt(policy, activity.attempt, failure, cx.now, deadline) {
                Next::Stop(state) => return Some(state),
                Next::After(interval) => interval,
            };
        let stamp = self.next_stamp();
        self.touch();
        let mut task_id = 0;
        if let Some(activity) = self.activities.get_mut(id) {
            activity.attempt += 1;
            activity.stamp = stamp;
            activity.started_time = 0;
            activity.request_id.clear();
            activity.last_failure = Some(failure.clone());
            activity.last_attempt_complete_time = cx.now.0;
            activity.attempt_scheduled_time = cx.now.plus(interval).0;
            activity.backing_off = true;
            task_id = std::mem::take(&mut activity.task_id);
        }
        self.remove_task(task_id);
        None
    }

    /// The backoff is over: the next attempt goes into the queue.
    pub(crate) fn offer_retry(&mut self, cx: &mut Cx<'_>, id: i64) {
        let Some(activity) = self.activities.get_mut(id) else {
            return;
        };
        activity.backing_off = false;
        self.add_activity_row(cx, id);
    }

    /// Puts an activity's attempt into its queue.
    pub(crate) fn add_activity_row(&mut self, cx: &mut Cx<'_>, id: i64) {
        let Some(activity) = self.activities.get(id) else {
            return;
        };
        let row = self.activity_task_row(cx, activity);
        if let Some(activity) = self.activities.get_mut(id) {
            activity.task_id = row.id;
        }
        self.touch();
        self.outbox.tasks_added.push(row);
    }

    /// One of the four time-outs passed.
    pub(crate) fn time_out_activity(
        &mut self,
        cx: &mut Cx<'_>,
        id: i64,
        timeout_type: TimeoutType,
    ) {
        let Some(activity) = self.activities.get(id) else {
            return;
        };
        let details = activity.heartbeat_details.clone();
        let last_failure = activity.last_failure.clone();
        let mut failure = timeout_failure(timeout_type, details.clone());
        let Some(retry_state) = self.retry_activity(cx, id, &failure) else {
            return;
        };
        match (retry_state, timeout_type) {
            // The next attempt would begin too late: seen from the workflow the whole activity ran out of time.
            (RetryState::Timeout, TimeoutType::StartToClose | TimeoutType::Heartbeat) => {
                let cause = failure;
                failure = timeout_failure(TimeoutType::ScheduleToClose, details);
                failure.cause = Some(Box::new(cause));
            }
            (_, TimeoutType::ScheduleToStart | TimeoutType::ScheduleToClose) => {
                failure.cause = last_failure.map(Box::new);
            }
            _ => {}
        }
        self.end_activity(cx, id, |started_event_id, _| {
            ActivityTaskTimedOutEventAttributes {
                failure: Some(failure),
                scheduled_event_id: id,
                started_event_id,
                retry_state: retry_state as i32,
            }
            .into()
        });
    }

    fn end_activity(
        &mut self,
        cx: &mut Cx<'_>,
        id: i64,
        attributes: impl FnOnce(i64, &Activity) -> Attributes,
    ) {
        self.write_activity_end(cx, id, attributes);
        self.schedule_workflow_task(cx);
    }

    fn write_activity_end(
        &mut self,
        cx: &mut Cx<'_>,
        id: i64,
        attributes: impl FnOnce(i64, &Activity) -> Attributes,
    ) {
        let Some(activity) = self.activities.remove(id) else {
            return;
        };
        self.activity_events.remove(&id);
        self.remove_task(activity.task_id);
        let mut started_event_id = 0;
        if activity.started_time != 0 {
            started_event_id = self.add_event(
                Timestamp(activity.started_time),
                ActivityTaskStartedEventAttributes {
                    scheduled_event_id: id,
                    identity: activity.identity.clone(),
                    request_id: activity.request_id.clone(),
                    attempt: activity.attempt,
                    last_failure: activity.last_failure.clone(),
                    ..Default::default()
                },
            );
        }
        self.add_event(cx.now, attributes(started_event_id, &activity));
    }
}

fn timeout_failure(timeout_type: TimeoutType, last_heartbeat_details: Option<Payloads>) -> Failure {
    Failure {
        message: format!("activity {} timeout", timeout_name(timeout_type)),
        source: "Server".into(),
        failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo {
            timeout_type: timeout_type as i32,
            last_heartbeat_details,
        })),
        ..Default::default()
    }
}
