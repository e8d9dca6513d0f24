//! ScheduleActivityTask and RequestCancelActivityTask.

use temporalio_protos::temporal::api::{
    command::v1::{
        RequestCancelActivityTaskCommandAttributes, ScheduleActivityTaskCommandAttributes,
    },
    common::v1::{Payload, Payloads},
    enums::v1::{TaskQueueKind, WorkflowTaskFailedCause as Cause},
    history::v1::{
        ActivityTaskCancelRequestedEventAttributes, ActivityTaskScheduledEventAttributes,
        history_event::Attributes,
    },
    sdk::v1::UserMetadata,
    taskqueue::v1::TaskQueue,
};

use super::{Applied, Checks, Refusal};
use crate::{
    context::Cx,
    run::{Run, retry, state::Activity},
    time::Span,
};

impl Run {
    pub(super) fn check_schedule_activity(
        &self,
        checks: &mut Checks<'_>,
        a: &ScheduleActivityTaskCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadScheduleActivityAttributes;
        checks.required(
            CAUSE,
            "ActivityId is not set on ScheduleActivityTaskCommand.",
            "ActivityId",
            &a.activity_id,
        )?;
        let type_name = a.activity_type.as_ref().map_or("", |t| t.name.as_str());
        checks.required(
            CAUSE,
            "ActivityType is not set on ScheduleActivityTaskCommand.",
            "ActivityType",
            type_name,
        )?;
        let queue = a
            .task_queue
            .as_ref()
            .map_or("", |queue| queue.name.as_str());
        checks.id(CAUSE, "TaskQueue", queue)?;
        if queue.starts_with("/_sys/") {
            return Err(Refusal::new(
                CAUSE,
                format!("task queue name cannot start with reserved prefix /_sys/: {queue}"),
            ));
        }
        checks.timeout(
            CAUSE,
            "ScheduleToCloseTimeout on ScheduleActivityTaskCommand",
            a.schedule_to_close_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "ScheduleToStartTimeout on ScheduleActivityTaskCommand",
            a.schedule_to_start_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "StartToCloseTimeout on ScheduleActivityTaskCommand",
            a.start_to_close_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "HeartbeatTimeout on ScheduleActivityTaskCommand",
            a.heartbeat_timeout.as_ref(),
        )?;
        if Span::from_proto(a.schedule_to_close_timeout.as_ref()).is_zero()
            && Span::from_proto(a.start_to_close_timeout.as_ref()).is_zero()
        {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "A valid StartToClose or ScheduleToCloseTimeout is not set on ScheduleActivityTaskCommand. ActivityId={} ActivityType={type_name}",
                    a.activity_id
                ),
            ));
        }
        if let Some(policy) = &a.retry_policy {
            retry::validate(policy).map_err(|e| Refusal::new(CAUSE, e.to_string()))?;
        }
        checks.payloads(
            CAUSE,
            "ScheduleActivityTaskCommandAttributes.Input",
            a.input.as_ref(),
        )?;
        let taken = self
            .activities
            .iter()
            .any(|(_, found)| found.activity_id == a.activity_id);
        if taken || !checks.claims.activity_ids.insert(a.activity_id.clone()) {
            return Err(Refusal::new(Cause::ScheduleActivityDuplicateId, ""));
        }
        checks.claims.activities += 1;
        if self.activities.len() + checks.claims.activities > checks.limits.pending_activities {
            return Err(Refusal::new(
                Cause::PendingActivitiesLimitExceeded,
                format!(
                    "the number of pending activities, {}, has reached the per-workflow limit of {}",
                    self.activities.len(),
                    checks.limits.pending_activities
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn schedule_activity(
        &mut self,
        cx: &mut Cx<'_>,
        a: &ScheduleActivityTaskCommandAttributes,
        metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let run_timeout = Span(self.head.run_timeout);
        let limit = |span: Option<&prost_wkt_types::Duration>| {
            let span = Span::from_proto(span);
            if span.is_zero() {
                span
            } else {
                span.tighter(run_timeout)
            }
        };
        let mut schedule_to_close = limit(a.schedule_to_close_timeout.as_ref());
        let mut start_to_close = limit(a.start_to_close_timeout.as_ref());
        let mut schedule_to_start = limit(a.schedule_to_start_timeout.as_ref());
        if schedule_to_close.is_zero() {
            schedule_to_close = run_timeout;
            if schedule_to_start.is_zero() {
                schedule_to_start = run_timeout;
            }
        } else {
            schedule_to_start = schedule_to_close.tighter(schedule_to_start);
            start_to_close = schedule_to_close.tighter(start_to_close);
        }
        let mut heartbeat = Span::from_proto(a.heartbeat_timeout.as_ref());
        if !heartbeat.is_zero() {
            heartbeat = heartbeat.tighter(start_to_close);
        }
        let mut policy = a.retry_policy.clone().unwrap_or_default();
        retry::fill_defaults(&mut policy);
        let queue = a
            .task_queue
            .as_ref()
            .map(|queue| queue.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.head.task_queue.clone());
        let id = self.add_event_with(
            cx.now,
            ActivityTaskScheduledEventAttributes {
                activity_id: a.activity_id.clone(),
                activity_type: a.activity_type.clone(),
                task_queue: Some(TaskQueue {
                    name: queue.clone(),
                    kind: TaskQueueKind::Normal as i32,
                    ..Default::default()
                }),
                header: a.header.clone(),
                input: a.input.clone(),
                schedule_to_close_timeout: Some(schedule_to_close.to_proto()),
                schedule_to_start_timeout: Some(schedule_to_start.to_proto()),
                start_to_close_timeout: Some(start_to_close.to_proto()),
                heartbeat_timeout: Some(heartbeat.to_proto()),
                workflow_task_completed_event_id: completed_event_id,
                retry_policy: Some(policy.clone()),
                priority: a.priority.clone(),
                ..Default::default()
            },
            metadata,
        );
        if let Some(event) = self.tail.events.last() {
            self.activity_events.insert(id, event.clone());
        }
        let stamp = self.next_stamp();
        self.activities.insert(
            id,
            Activity {
                scheduled_event_id: id,
                activity_id: a.activity_id.clone(),
                activity_type: a
                    .activity_type
                    .as_ref()
                    .map(|t| t.name.clone())
                    .unwrap_or_default(),
                task_queue: queue,
                schedule_to_close: schedule_to_close.0,
                schedule_to_start: schedule_to_start.0,
                start_to_close: start_to_close.0,
                heartbeat: heartbeat.0,
                retry_policy: Some(policy),
                attempt: 1,
                stamp,
                scheduled_time: cx.now.0,
                attempt_scheduled_time: cx.now.0,
                priority: a.priority.clone(),
                ..Default::default()
            },
        );
        self.add_activity_row(cx, id);
    }

    pub(super) fn check_cancel_activity(
        &self,
        a: &RequestCancelActivityTaskCommandAttributes,
    ) -> Result<(), Refusal> {
        let id = a.scheduled_event_id;
        let finished_unseen = self
            .buffered
            .iter()
            .any(|(_, event)| ends_activity(event.attributes.as_ref(), id));
        if self.activities.get(id).is_some() || finished_unseen {
            return Ok(());
        }
        Err(Refusal::new(
            Cause::BadRequestCancelActivityAttributes,
            format!("no pending activity has the scheduled event {id}"),
        ))
    }

    pub(super) fn request_activity_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        completed_event_id: i64,
    ) -> Applied {
        let event_id = self.add_event(
            cx.now,
            ActivityTaskCancelRequestedEventAttributes {
                scheduled_event_id,
                workflow_task_completed_event_id: completed_event_id,
            },
        );
        let Some(activity) = self.activities.get_mut(scheduled_event_id) else {
            return Applied::Done;
        };
        activity.cancel_requested_event_id = event_id;
        if activity.started_time != 0 {
            return Applied::Done;
        }
        let details = Payloads {
            payloads: vec![Payload {
                metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
                data: b"\"ACTIVITY_ID_NOT_STARTED\"".to_vec(),
                ..Default::default()
            }],
        };
        self.write_canceled(cx, scheduled_event_id, Some(details), "");
        Applied::WantsTask
    }

    pub(super) fn record_marker(
        &mut self,
        cx: &Cx<'_>,
        a: &temporalio_protos::temporal::api::command::v1::RecordMarkerCommandAttributes,
        metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        self.add_event_with(
            cx.now,
            temporalio_protos::temporal::api::history::v1::MarkerRecordedEventAttributes {
                marker_name: a.marker_name.clone(),
                details: a.details.clone(),
                workflow_task_completed_event_id: completed_event_id,
                header: a.header.clone(),
                failure: a.failure.clone(),
            },
            metadata,
        );
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
