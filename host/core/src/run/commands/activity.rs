//! ScheduleActivityTask and RequestCancelActivityTask.

use temporalio_protos::temporal::api::{
    command::v1::{
        RequestCancelActivityTaskCommandAttributes, ScheduleActivityTaskCommandAttributes,
    },
    common::v1::{Payload, Payloads},
    enums::v1::{TaskQueueKind, WorkflowTaskFailedCause as Cause},
    history::v1::{
        ActivityTaskCancelRequestedEventAttributes, ActivityTaskCanceledEventAttributes,
        ActivityTaskScheduledEventAttributes, history_event::Attributes,
    },
    sdk::v1::UserMetadata,
    taskqueue::v1::TaskQueue,
};

use super::{Checks, Origin, Refusal};
use crate::{
    context::Cx,
    run::{Run, activity_rules::Timeouts, events::Extras, retry},
    time::Span,
};

const COMMAND: &str = "ScheduleActivityTaskCommand";

impl<'a> Checks<'a> {
    pub(super) fn schedule_activity(
        &mut self,
        a: &'a ScheduleActivityTaskCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadScheduleActivityAttributes;
        let id = a.activity_id.as_str();
        let type_name = a.activity_type.as_ref().map_or("", |t| t.name.as_str());
        let context = format!("ActivityId={id} ActivityType={type_name}");
        let queue = a
            .task_queue
            .as_ref()
            .map_or("", |queue| queue.name.as_str());
        self.id(CAUSE, COMMAND, "TaskQueue", queue, &context)?;
        if queue.starts_with("/_sys/") {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "invalid TaskQueue on {COMMAND}: task queue name cannot start with reserved prefix /_sys/. {context}"
                ),
            ));
        }
        if id.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                format!("ActivityId is not set on {COMMAND}. ActivityType={type_name}"),
            ));
        }
        if type_name.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                format!("ActivityType is not set on {COMMAND}. ActivityID={id}"),
            ));
        }
        if let Some(policy) = &a.retry_policy {
            retry::validate(policy).map_err(|e| {
                Refusal::new(
                    CAUSE,
                    format!("invalid ActivityRetryPolicy on {COMMAND}: {e}. {context}"),
                )
            })?;
        }
        self.id(CAUSE, COMMAND, "ActivityId", id, &context)?;
        self.id(CAUSE, COMMAND, "ActivityType", type_name, &context)?;
        for (field, span) in [
            ("ScheduleToCloseTimeout", &a.schedule_to_close_timeout),
            ("ScheduleToStartTimeout", &a.schedule_to_start_timeout),
            ("StartToCloseTimeout", &a.start_to_close_timeout),
            ("HeartbeatTimeout", &a.heartbeat_timeout),
        ] {
            Self::timeout(
                CAUSE,
                &format!("{field} for {COMMAND}"),
                span.as_ref(),
                &context,
            )?;
        }
        if Span::from_proto(a.schedule_to_close_timeout.as_ref()).is_zero()
            && Span::from_proto(a.start_to_close_timeout.as_ref()).is_zero()
        {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "A valid StartToClose or ScheduleToCloseTimeout is not set on {COMMAND}. {context}"
                ),
            ));
        }
        self.payloads(
            CAUSE,
            "ScheduleActivityTaskCommandAttributes.Input",
            a.input.as_ref(),
        )?;
        Self::count(
            Cause::PendingActivitiesLimitExceeded,
            "pending activities",
            self.run.activities.len() + self.scheduled.len() - self.finished.len(),
            self.limits.pending_activities,
        )?;
        let is_taken = self
            .run
            .activities
            .find(id)
            .is_some_and(|(event_id, _)| !self.finished.contains(&event_id));
        if is_taken || !self.activity_ids.insert(id) {
            return Err(Refusal::out_of_place(
                Cause::ScheduleActivityDuplicateId,
                "add-activitytask-scheduled-event",
                &format!("ActivityID: {id}"),
            ));
        }
        self.scheduled.insert(self.next_event_id, id);
        Ok(())
    }

    pub(super) fn cancel_activity(
        &mut self,
        a: &RequestCancelActivityTaskCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadRequestCancelActivityAttributes;
        let event_id = a.scheduled_event_id;
        if event_id <= 0 {
            return Err(Refusal::new(
                CAUSE,
                "ScheduledEventId is not set on RequestCancelActivityTaskCommand.",
            ));
        }
        if self.finished.contains(&event_id) {
            return Ok(());
        }
        let refuse = || {
            Err(Refusal::out_of_place(
                CAUSE,
                "add-activitytask-cancel-requested-event",
                &format!("ScheduledEventID: {event_id}"),
            ))
        };
        if let Some(activity) = self.run.activities.get(event_id) {
            if activity.cancel_requested_event_id != 0 || !self.canceled.insert(event_id) {
                return refuse();
            }
            if activity.started_time == 0 {
                self.finished.insert(event_id);
            }
            return Ok(());
        }
        if let Some(activity_id) = self.scheduled.get(&event_id) {
            self.activity_ids.remove(activity_id);
            self.finished.insert(event_id);
            return Ok(());
        }
        let finished_unseen = self
            .run
            .buffered
            .iter()
            .any(|(_, event)| ends_activity(event.attributes.as_ref(), event_id));
        if finished_unseen { Ok(()) } else { refuse() }
    }
}

/// The time-outs as a command asks for them.
fn asked_timeouts(a: &ScheduleActivityTaskCommandAttributes) -> Timeouts {
    Timeouts {
        schedule_to_close: Span::from_proto(a.schedule_to_close_timeout.as_ref()),
        schedule_to_start: Span::from_proto(a.schedule_to_start_timeout.as_ref()),
        start_to_close: Span::from_proto(a.start_to_close_timeout.as_ref()),
        heartbeat: Span::from_proto(a.heartbeat_timeout.as_ref()),
    }
}

impl Run {
    pub(super) fn schedule_activity(
        &mut self,
        cx: &mut Cx<'_>,
        a: &ScheduleActivityTaskCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let timeouts = asked_timeouts(a).fill(Span(self.head.run_timeout()));
        let mut policy = a.retry_policy.clone().unwrap_or_default();
        retry::fill_defaults(&mut policy);
        let queue = a
            .task_queue
            .as_ref()
            .map(|queue| queue.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.head.task_queue.clone());
        #[expect(deprecated, reason = "SDKs still send the field of version rules")]
        let attributes = ActivityTaskScheduledEventAttributes {
            activity_id: a.activity_id.clone(),
            activity_type: a.activity_type.clone(),
            task_queue: Some(TaskQueue {
                name: queue,
                kind: TaskQueueKind::Normal as i32,
                ..Default::default()
            }),
            header: a.header.clone(),
            input: a.input.clone(),
            schedule_to_close_timeout: Some(timeouts.schedule_to_close.to_proto()),
            schedule_to_start_timeout: Some(timeouts.schedule_to_start.to_proto()),
            start_to_close_timeout: Some(timeouts.start_to_close.to_proto()),
            heartbeat_timeout: Some(timeouts.heartbeat.to_proto()),
            workflow_task_completed_event_id: completed_event_id,
            retry_policy: Some(policy),
            priority: a.priority.clone(),
            use_workflow_build_id: a.use_workflow_build_id,
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let id = self.add_event_with(cx.now, attributes, extras);
        self.insert_activity(id, cx.now);
        self.add_activity_row(cx, id);
    }

    pub(super) fn request_activity_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        origin: &Origin<'_>,
    ) {
        let event_id = self.add_event(
            cx.now,
            ActivityTaskCancelRequestedEventAttributes {
                scheduled_event_id,
                workflow_task_completed_event_id: origin.completed_event_id,
            },
        );
        let is_started = self.activities.update(scheduled_event_id, |activity| {
            activity.cancel_requested_event_id = event_id;
            activity.started_time != 0
        });
        if is_started != Some(false) {
            return;
        }
        self.forget_activity(scheduled_event_id);
        // It comes after everything that the commands write, and makes a workflow task of its own.
        self.add_event_after_commands(
            cx.now,
            ActivityTaskCanceledEventAttributes {
                details: Some(not_started_details()),
                latest_cancel_requested_event_id: event_id,
                scheduled_event_id,
                identity: origin.identity.to_owned(),
                ..Default::default()
            },
        );
    }
}

fn not_started_details() -> Payloads {
    Payloads {
        payloads: vec![Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: b"\"ACTIVITY_ID_NOT_STARTED\"".to_vec(),
            ..Default::default()
        }],
    }
}

fn ends_activity(attributes: Option<&Attributes>, id: i64) -> bool {
    match attributes {
        Some(Attributes::ActivityTaskCompletedEventAttributes(a)) => a.scheduled_event_id == id,
        Some(Attributes::ActivityTaskFailedEventAttributes(a)) => a.scheduled_event_id == id,
        Some(Attributes::ActivityTaskTimedOutEventAttributes(a)) => a.scheduled_event_id == id,
        Some(Attributes::ActivityTaskCanceledEventAttributes(a)) => a.scheduled_event_id == id,
        _ => false,
    }
}
