//! How a run ends, whatever ends it: the close event is the last, and nothing of the run stays pending.

use temporalio_protos::temporal::api::{
    enums::v1::{
        ParentClosePolicy, RetryState, TimeoutType, WorkflowExecutionStatus,
        WorkflowTaskFailedCause,
    },
    failure::v1::{Failure, TimeoutFailureInfo, failure::FailureInfo},
    history::v1::{
        WorkflowExecutionTimedOutEventAttributes, WorkflowTaskFailedEventAttributes,
        history_event::Attributes,
    },
};

use super::{
    Run,
    retry::{self, Next},
};
use crate::{context::Cx, task::Transfer, time::Timestamp};

impl Run {
    /// Writes the close event and clears what is pending. A started workflow task must have been ended before.
    pub(crate) fn close(
        &mut self,
        cx: &mut Cx<'_>,
        status: WorkflowExecutionStatus,
        attributes: impl Into<Attributes>,
    ) {
        self.buffered.clear();
        if let Some(task) = self.head.workflow_task.take() {
            self.remove_task(task.task_id);
        }
        self.add_event(cx.now, attributes);
        self.head.status = status as i32;
        self.head.close_time = cx.now.0;
        self.visibility_dirty = true;
        self.started = None;
        self.head.sticky = None;
        self.head.first_workflow_task_backoff = 0;
        for activity in self.activities.clear() {
            self.remove_task(activity.task_id);
        }
        self.activity_events.clear();
        self.timers.clear();
        self.seen_requests.clear();
        self.seen_index.clear();
        self.started_attributes.clear();
        self.admitted.clear();
        self.apply_parent_close_policies(cx);
        if self.head.parent.is_some() && self.head.new_run_id.is_empty() {
            self.head.close_event = self.tail.events.last().cloned();
            self.add_transfer(cx, Transfer::ChildClosed);
        }
    }

    fn apply_parent_close_policies(&mut self, cx: &mut Cx<'_>) {
        for child in self.children.clear() {
            let policy = ParentClosePolicy::try_from(child.parent_close_policy)
                .unwrap_or(ParentClosePolicy::Unspecified);
            let terminate = match policy {
                ParentClosePolicy::Abandon => {
                    // An abandoned child that was only asked for is still started.
                    if child.started_event_id == 0 {
                        self.children.insert(child.initiated_event_id, child);
                    }
                    continue;
                }
                ParentClosePolicy::RequestCancel => false,
                ParentClosePolicy::Terminate | ParentClosePolicy::Unspecified => true,
            };
            if child.started_event_id == 0 {
                continue;
            }
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
    }

    /// Ends a started workflow task because the run is being closed over its head.
    pub(crate) fn fail_started_task_for_close(&mut self, cx: &mut Cx<'_>) {
        if let Some((_, _, scheduled_event_id, started_event_id)) = self.write_started_task() {
            self.add_event(
                cx.now,
                WorkflowTaskFailedEventAttributes {
                    scheduled_event_id,
                    started_event_id,
                    cause: WorkflowTaskFailedCause::ForceCloseCommand as i32,
                    ..Default::default()
                },
            );
        }
        self.flush_buffered();
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
        self.write_termination(cx, reason.into(), None, "history-service".into());
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
        let (retry_state, new_run_id) = if may_retry {
            self.retry_run(cx, &failure)
        } else {
            (state, String::new())
        };
        self.close(
            cx,
            WorkflowExecutionStatus::TimedOut,
            WorkflowExecutionTimedOutEventAttributes {
                retry_state: retry_state as i32,
                new_execution_run_id: new_run_id,
            },
        );
    }

    /// Starts the next attempt of the run if its policy has one. Gives the state and the new run's id.
    pub(crate) fn retry_run(&mut self, cx: &mut Cx<'_>, failure: &Failure) -> (RetryState, String) {
        let Some(policy) = self.head.retry_policy.clone() else {
            return (RetryState::RetryPolicyNotSet, String::new());
        };
        let deadline =
            (self.head.execution_deadline != 0).then_some(Timestamp(self.head.execution_deadline));
        match retry::next_attempt(&policy, self.head.attempt, failure, cx.now, deadline) {
            Next::Stop(state) => (state, String::new()),
            Next::After(backoff) => {
                let run_id = self.create_retry(cx, failure.clone(), backoff);
                (RetryState::InProgress, run_id.to_string())
            }
        }
    }
}
