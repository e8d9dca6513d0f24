//! How a run ends, whatever ends it: the close event is the last, and nothing of the run stays pending.

use temporalio_protos::temporal::api::{
    enums::v1::{ParentClosePolicy, RetryState, TimeoutType, WorkflowExecutionStatus},
    failure::v1::{Failure, TimeoutFailureInfo, failure::FailureInfo},
    history::v1::{WorkflowExecutionTimedOutEventAttributes, history_event::Attributes},
};

use super::{
    Run,
    cron::ScheduledEnd,
    events::Extras,
    retry::{self, Next},
    state::Child,
    terminate::Termination,
};
use crate::{context::Cx, ids::RunId, task::Transfer, time::Timestamp};

impl Run {
    /// Writes the close event and clears what is pending. A started workflow task must have been ended before.
    pub(crate) fn close(
        &mut self,
        cx: &mut Cx<'_>,
        status: WorkflowExecutionStatus,
        attributes: impl Into<Attributes>,
        extras: Extras,
    ) {
        self.buffered.clear();
        self.buffered_bytes = 0;
        if let Some(task) = self.head.workflow_task.take() {
            self.remove_task(task.task_id);
        }
        self.add_event_with(cx.now, attributes, extras);
        self.head.status = status as i32;
        self.head.close_time = cx.now.0;
        self.visibility_dirty = true;
        self.head.sticky = None;
        self.head.first_workflow_task_at = 0;
        for activity in self.activities.clear() {
            self.remove_task(activity.task_id);
        }
        self.activity_events.clear();
        self.activity_event_bytes = 0;
        self.timers.clear();
        self.nexus_operations.clear();
        self.started_attributes.clear();
        self.abort_updates_of_closed();
        if !self.head.reset_run_id.is_empty() {
            // The run that takes its place has its children, and its parent.
            return;
        }
        self.send_callbacks_of_updates(cx);
        for (_, child) in self.children_to_leave() {
            self.apply_parent_close_policy(cx, child);
        }
        if !self.head.new_run_id.is_empty() {
            return;
        }
        let has_parent = self.head.parent.is_some();
        if has_parent || !self.callbacks_of_run().is_empty() {
            self.head.close_event = self.tail.last_written().cloned().map(Box::new);
        }
        if has_parent {
            self.add_transfer(cx, Transfer::ChildClosed);
        }
        self.send_callbacks(cx);
    }

    /// Takes the children out that run. One that is only asked for stays: if news of its start are on their way, it
    /// gets its due then; if not, it is not started any more.
    fn children_to_leave(&mut self) -> Vec<(i64, Child)> {
        let running: Vec<i64> = self
            .children
            .iter()
            .filter(|(_, child)| child.started_event_id != 0)
            .map(|(id, _)| id)
            .collect();
        running
            .into_iter()
            .filter_map(|id| Some((id, self.children.remove(id)?)))
            .collect()
    }

    /// Does to a running child what its parent's end means for it.
    pub(crate) fn apply_parent_close_policy(&mut self, cx: &mut Cx<'_>, child: Child) {
        let policy = ParentClosePolicy::try_from(child.parent_close_policy)
            .unwrap_or(ParentClosePolicy::Unspecified);
        let terminate = match policy {
            ParentClosePolicy::Abandon => return,
            ParentClosePolicy::RequestCancel => false,
            ParentClosePolicy::Terminate | ParentClosePolicy::Unspecified => true,
        };
        if let Some(run) = child.child {
            self.add_transfer(
                cx,
                Transfer::ParentClosed {
                    namespace: run.namespace,
                    workflow_id: run.workflow_id,
                    run_id: run.run_id,
                    terminate,
                },
            );
        }
    }

    /// A history that outgrows its limits ends its run, so that it can't harm the others.
    pub(crate) fn enforce_history_limits(&mut self, cx: &mut Cx<'_>) {
        if self.is_closed() {
            return;
        }
        let reason = if self.head.next_event_id - 1 > cx.limits.history_count_events {
            "Workflow history count exceeds limit."
        } else if self.head.history_size_bytes > cx.limits.history_size_bytes {
            "Workflow history size exceeds limit."
        } else {
            return;
        };
        self.write_termination(
            cx,
            Termination {
                reason: reason.into(),
                identity: "history-service".into(),
                ..Termination::default()
            },
        );
    }

    /// The run, or its whole chain, ran out of time.
    pub(crate) fn time_out(&mut self, cx: &mut Cx<'_>, state: RetryState, may_retry: bool) {
        self.fail_started_task_for_close(cx);
        let failure = Failure {
            message: "workflow timeout".into(),
            source: "Server".into(),
            failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo {
                timeout_type: TimeoutType::StartToClose as i32,
                last_heartbeat_details: None,
            })),
            ..Default::default()
        };
        let (retry_state, new_execution_run_id) = if may_retry {
            self.follow_failure(cx, &failure)
        } else {
            (state, String::new())
        };
        let attributes = WorkflowExecutionTimedOutEventAttributes {
            retry_state: retry_state as i32,
            new_execution_run_id,
        };
        self.close(
            cx,
            WorkflowExecutionStatus::TimedOut,
            attributes,
            Extras::default(),
        );
    }

    /// Makes the run that follows a failure, if there is one: the next attempt, else the next of the schedule. Gives the
    /// state of the retries and the new run's id.
    pub(crate) fn follow_failure(
        &mut self,
        cx: &mut Cx<'_>,
        failure: &Failure,
    ) -> (RetryState, String) {
        let (state, next) = self.retry_run(cx, failure);
        let next = next.or_else(|| self.follow_schedule(cx, ScheduledEnd::Failed(failure)));
        (
            state,
            next.map(|run_id| run_id.to_string()).unwrap_or_default(),
        )
    }

    fn retry_run(&mut self, cx: &mut Cx<'_>, failure: &Failure) -> (RetryState, Option<RunId>) {
        let Some(policy) = self.head.retry_policy.clone() else {
            return (RetryState::RetryPolicyNotSet, None);
        };
        let deadline =
            (self.head.execution_deadline != 0).then_some(Timestamp(self.head.execution_deadline));
        // Unlike an activity's, a run's own wish for a delay is bounded by the policy.
        let asked = retry::asked_delay(failure).map(|asked| {
            retry::maximum_interval(&policy).map_or(asked, |maximum| asked.min(maximum))
        });
        match retry::next_attempt(&policy, self.head.attempt, failure, asked, cx.now, deadline) {
            Next::Stop(state) => (state, None),
            Next::After(backoff) => {
                let run_id = self.create_retry(cx, failure.clone(), backoff);
                (RetryState::InProgress, Some(run_id))
            }
        }
    }
}

#[cfg(test)]
mod tests;
