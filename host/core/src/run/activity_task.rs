//! An activity from its command to its end, and its start.
//!
//! ```text
//! scheduled ─start─> started ─complete, fail, cancel, time out─> ended
//!     ^                 └─fail, time out, retry allowed─> backing off ─time─> scheduled (attempt + 1)
//! ```
//! Its started event is written with its end, as on Temporal, since until then the attempt may change.

use temporalio_protos::temporal::api::{
    common::v1::{ActivityType, WorkflowExecution, WorkflowType},
    history::v1::{HistoryEvent, history_event::Attributes},
    workflowservice::v1::PollActivityTaskQueueResponse,
};

use super::{
    Run, merge_priorities, state::Activity, token::ActivityTaskToken, workflow_task::Poller,
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
            && !self.has_activity_event(scheduled_event_id)
    }

    /// Puts the scheduled event of a pending activity back into memory, after a restart.
    pub fn supply_event(&mut self, event: HistoryEvent) {
        self.keep_activity_event(event);
    }

    /// The activity of this id if it waits in this run's own queue, where the worker that asked for it may take it along:
    /// its scheduled event id and stamp.
    #[must_use]
    pub fn waiting_activity(&self, activity_id: &str) -> Option<(i64, i32)> {
        let (id, activity) = self.activities.find(activity_id)?;
        let waits = activity.waits_in_queue() && !self.is_paused();
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
        if !self.has_activity_event(scheduled_event_id) {
            return Err(Rejection::FailedPrecondition(format!(
                "event {scheduled_event_id} must be supplied first"
            )));
        }
        if activity.started_time == 0 {
            self.note_activity_start(cx.now, scheduled_event_id, poller);
        } else if activity.request_id != poller.request_id {
            return Err(stale());
        }
        self.activity_response(scheduled_event_id).ok_or_else(stale)
    }

    fn note_activity_start(&mut self, now: Timestamp, id: i64, poller: &Poller) {
        self.touch();
        let task_id = self
            .activities
            .update(id, |activity| activity.note_start(now, poller));
        self.remove_task(task_id.unwrap_or_default());
    }

    /// Starts an activity that somebody ends by its id before a worker came for it.
    pub(crate) fn start_activity_for_end(&mut self, now: Timestamp, id: i64, identity: &str) {
        let poller = Poller {
            identity: identity.to_owned(),
            ..Poller::default()
        };
        self.note_activity_start(now, id, &poller);
    }

    fn activity_response(&self, scheduled_event_id: i64) -> Option<PollActivityTaskQueueResponse> {
        let activity = self.activities.get(scheduled_event_id)?;
        let event = self.activity_event(scheduled_event_id)?;
        let Some(Attributes::ActivityTaskScheduledEventAttributes(scheduled)) = event.attributes
        else {
            return None;
        };
        Some(PollActivityTaskQueueResponse {
            task_token: self.activity_token(activity).encode_token(),
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
            priority: merge_priorities(self.head.priority.as_ref(), activity.priority.as_ref()),
            ..Default::default()
        })
    }

    fn activity_token(&self, activity: &Activity) -> ActivityTaskToken {
        ActivityTaskToken {
            namespace_id: self.key.namespace_id.0.as_bytes().to_vec(),
            workflow_id: self.key.workflow_id.to_string(),
            run_id: self.key.run_id.0.as_bytes().to_vec(),
            scheduled_event_id: activity.scheduled_event_id,
            attempt: activity.attempt,
            stamp: activity.stamp,
            is_stand_alone: false,
        }
    }

    /// The scheduled event id of the activity that a caller names, if it is pending and a token names its attempt.
    pub(crate) fn named_activity(&self, activity: ActivityRef<'_>) -> Result<i64, Rejection> {
        self.require_open()?;
        match activity {
            ActivityRef::Token(token) => {
                let found = self.activities.get(token.scheduled_event_id).ok_or_else(gone)?;
                if found.attempt != token.attempt || found.stamp != token.stamp {
                    return Err(gone());
                }
                Ok(token.scheduled_event_id)
            }
            ActivityRef::Id("") => {
                Err(Rejection::InvalidArgument("activityID cannot be empty".into()))
            }
            ActivityRef::Id(activity_id) => {
                self.activities.find(activity_id).map(|(id, _)| id).ok_or_else(|| {
                    Rejection::NotFound(format!(
                        "cannot find pending activity with ActivityID {activity_id}, check workflow execution history for more details"
                    ))
                })
            }
        }
    }

    /// The same, if it is running.
    pub(crate) fn running_activity(&self, activity: ActivityRef<'_>) -> Result<i64, Rejection> {
        let id = self.named_activity(activity)?;
        match self.activities.get(id) {
            Some(found) if found.started_time != 0 => Ok(id),
            _ => Err(gone()),
        }
    }

    /// Notes the activity that the event just written schedules. Its row comes later.
    pub(crate) fn insert_activity(&mut self, scheduled_event_id: i64, at: Timestamp) {
        let stamp = self.next_stamp();
        let Some(Attributes::ActivityTaskScheduledEventAttributes(a)) = self
            .tail
            .last_written()
            .and_then(|event| event.attributes.as_ref())
        else {
            return;
        };
        let span = |of: Option<&prost_wkt_types::Duration>| Span::from_proto(of).0;
        let name = |of: Option<&str>| of.unwrap_or_default().to_owned();
        let activity = Activity {
            scheduled_event_id,
            activity_id: a.activity_id.clone(),
            activity_type: name(a.activity_type.as_ref().map(|t| t.name.as_str())),
            task_queue: name(a.task_queue.as_ref().map(|queue| queue.name.as_str())),
            schedule_to_close: span(a.schedule_to_close_timeout.as_ref()),
            schedule_to_start: span(a.schedule_to_start_timeout.as_ref()),
            start_to_close: span(a.start_to_close_timeout.as_ref()),
            heartbeat: span(a.heartbeat_timeout.as_ref()),
            retry_policy: a.retry_policy.clone(),
            attempt: 1,
            stamp,
            scheduled_time: at.0,
            attempt_scheduled_time: at.0,
            priority: a.priority.clone(),
            ..Default::default()
        };
        self.activities.insert(scheduled_event_id, activity);
    }

    /// Takes an activity out of the state.
    pub(crate) fn forget_activity(&mut self, id: i64) -> Option<Activity> {
        let activity = self.activities.remove(id)?;
        self.touch();
        // Lists say of which types there are paused ones.
        self.visibility_dirty |= activity.pause.is_some();
        self.forget_activity_event(id);
        self.remove_task(activity.task_id);
        Some(activity)
    }

    /// Puts an activity's attempt into its queue. While the run is paused it waits without one.
    pub(crate) fn add_activity_row(&mut self, cx: &mut Cx<'_>, id: i64) {
        if self.is_paused() {
            return;
        }
        let Some(activity) = self.activities.get(id) else {
            return;
        };
        let row = self.activity_task_row(cx, activity);
        self.activities
            .update(id, |activity| activity.task_id = row.id);
        self.touch();
        self.outbox.tasks_added.push(row);
    }
}

fn gone() -> Rejection {
    Rejection::NotFound(
        "invalid activityID or activity already timed out or invoking workflow is completed".into(),
    )
}

#[cfg(test)]
mod tests;
