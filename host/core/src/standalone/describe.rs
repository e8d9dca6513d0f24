//! DescribeActivityExecution and PollActivityExecution: what is shown of it.

use temporalio_protos::temporal::api::{
    activity::v1::{ActivityExecutionInfo, ActivityExecutionOutcome},
    common::v1::{ActivityType, SearchAttributes},
    workflowservice::v1::{DescribeActivityExecutionResponse, PollActivityExecutionResponse},
};

use super::StandaloneActivity;
use crate::{
    run::describe::{instant, version_of},
    time::{Span, Timestamp},
};

/// What a description holds besides the plain facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// What it was started with.
    pub input: bool,
    /// How it ended.
    pub outcome: bool,
    /// What its worker last reported.
    pub heartbeat_details: bool,
    /// Why its last attempt failed.
    pub last_failure: bool,
}

impl StandaloneActivity {
    /// DescribeActivityExecution, without the token.
    #[must_use]
    pub fn describe(&self, now: Timestamp, detail: Detail) -> DescribeActivityExecutionResponse {
        DescribeActivityExecutionResponse {
            run_id: self.key.run_id.to_string(),
            info: Some(self.info(now, detail)),
            input: self.request.input.clone().filter(|_| detail.input),
            outcome: self.state.outcome.clone().filter(|_| detail.outcome),
            ..Default::default()
        }
    }

    /// PollActivityExecution; `None` while it is open.
    #[must_use]
    pub fn ended(&self) -> Option<PollActivityExecutionResponse> {
        Some(PollActivityExecutionResponse {
            run_id: self.key.run_id.to_string(),
            outcome: Some(self.outcome()?.clone()),
        })
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Option<&ActivityExecutionOutcome> {
        self.state.outcome.as_ref()
    }

    fn info(&self, now: Timestamp, detail: Detail) -> ActivityExecutionInfo {
        let state = &self.state;
        let activity = &state.activity;
        let attempt_at = Timestamp(activity.attempt_scheduled_time);
        let waits = !self.is_closed() && activity.backing_off && activity.pause.is_none();
        let waits_for_retry = waits && activity.last_attempt_complete_time != 0;
        let ran = self
            .is_closed()
            .then(|| Timestamp(state.close_time).since(Timestamp(activity.scheduled_time)));
        ActivityExecutionInfo {
            activity_id: activity.activity_id.clone(),
            run_id: self.key.run_id.to_string(),
            activity_type: Some(ActivityType {
                name: activity.activity_type.clone(),
            }),
            status: state.status,
            run_state: self.run_state() as i32,
            task_queue: activity.task_queue.clone(),
            schedule_to_close_timeout: Some(Span(activity.schedule_to_close).to_proto()),
            schedule_to_start_timeout: Some(Span(activity.schedule_to_start).to_proto()),
            start_to_close_timeout: Some(Span(activity.start_to_close).to_proto()),
            heartbeat_timeout: Some(Span(activity.heartbeat).to_proto()),
            retry_policy: activity.retry_policy.clone(),
            heartbeat_details: activity
                .heartbeat_details
                .clone()
                .filter(|_| detail.heartbeat_details),
            last_heartbeat_time: instant(activity.last_heartbeat_time),
            last_started_time: instant(state.last_started_time),
            attempt: activity.attempt,
            execution_duration: ran.map(Span::to_proto),
            schedule_time: instant(activity.scheduled_time),
            expiration_time: activity.expires_at().map(Timestamp::to_proto),
            close_time: instant(state.close_time),
            last_failure: activity
                .last_failure
                .clone()
                .filter(|_| detail.last_failure),
            last_worker_identity: activity.identity.clone(),
            current_retry_interval: waits_for_retry.then(|| {
                attempt_at
                    .since(Timestamp(activity.last_attempt_complete_time))
                    .to_proto()
            }),
            last_attempt_complete_time: instant(activity.last_attempt_complete_time),
            next_attempt_schedule_time: (waits && attempt_at > now).then(|| attempt_at.to_proto()),
            last_deployment_version: activity.version.as_ref().map(version_of),
            priority: activity.priority.clone(),
            state_transition_count: state.transition_count,
            state_size_bytes: state.size_bytes,
            search_attributes: Some(SearchAttributes {
                indexed_fields: state
                    .search_attributes
                    .as_ref()
                    .map(|attributes| attributes.indexed_fields.clone())
                    .unwrap_or_default(),
            }),
            header: self.request.header.clone(),
            user_metadata: state.user_metadata.clone(),
            canceled_reason: state
                .cancel
                .as_ref()
                .map(|cancel| cancel.reason.clone())
                .unwrap_or_default(),
            links: state.links.clone(),
            total_heartbeat_count: state.heartbeat_count,
            start_delay: Span(activity.start_delay).to_proto_optional(),
            execution_time: Some(activity.first_attempt_at().to_proto()),
            ..Default::default()
        }
    }
}
