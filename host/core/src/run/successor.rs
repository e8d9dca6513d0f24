//! The run that follows a run under the same workflow id: after continue-as-new, as a retry, or by its schedule.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    command::v1::ContinueAsNewWorkflowExecutionCommandAttributes,
    common::v1::{WorkflowExecution, WorkflowType},
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{ContinueAsNewInitiator, TaskQueueKind},
    failure::v1::Failure,
    history::v1::WorkflowExecutionStartedEventAttributes,
    taskqueue::v1::TaskQueue,
    workflow::v1::{VersioningOverride, versioning_override::Override},
};

use super::{
    Run,
    birth::{Birth, task_timeout},
    cron::ScheduledEnd,
    retry,
    state::Version,
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunId},
    time::{Span, Timestamp},
};

/// What became of a continue-as-new command once the gaps are filled.
pub(crate) struct Continuation {
    pub(crate) run_id: RunId,
    pub(crate) workflow_type: String,
    pub(crate) task_queue: String,
    pub(crate) run_timeout: Span,
    pub(crate) task_timeout: Span,
}

impl Run {
    fn namespace_info(&self) -> NamespaceInfo {
        NamespaceInfo {
            id: self.key.namespace_id,
            name: Arc::from(self.head.namespace.as_str()),
        }
    }

    /// Makes the run that continues this one as new. What the command leaves out is taken from this run, except for
    /// memo and search attributes: a worker that wants them carried on sends them.
    pub(crate) fn create_continuation(
        &mut self,
        cx: &mut Cx<'_>,
        command: &ContinueAsNewWorkflowExecutionCommandAttributes,
    ) -> Continuation {
        let run_timeout = match Span::from_proto(command.workflow_run_timeout.as_ref()) {
            Span::ZERO => Span(self.head.run_timeout()),
            asked => asked,
        }
        .tighter(Span(self.head.execution_timeout()));
        let asked_task_timeout = command
            .workflow_task_timeout
            .filter(|asked| !Span::from_proto(Some(asked)).is_zero())
            .unwrap_or_else(|| Span(self.head.task_timeout).to_proto());
        let task_timeout = task_timeout(cx, Some(&asked_task_timeout), run_timeout);
        let workflow_type = command
            .workflow_type
            .as_ref()
            .map(|t| t.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.head.workflow_type.clone());
        let task_queue = command
            .task_queue
            .as_ref()
            .map(|queue| queue.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.head.task_queue.clone());
        let mut retry_policy = command.retry_policy.clone();
        if let Some(policy) = &mut retry_policy {
            retry::fill_defaults(policy);
        }
        let backoff = Span::from_proto(command.backoff_start_interval.as_ref());
        let attributes = WorkflowExecutionStartedEventAttributes {
            workflow_type: Some(WorkflowType {
                name: workflow_type.clone(),
            }),
            task_queue: Some(queue(&task_queue)),
            input: command.input.clone(),
            workflow_run_timeout: Some(run_timeout.to_proto()),
            workflow_task_timeout: Some(task_timeout.to_proto()),
            initiator: match command.initiator() {
                ContinueAsNewInitiator::Unspecified => ContinueAsNewInitiator::Workflow,
                initiator => initiator,
            } as i32,
            continued_failure: command.failure.clone(),
            last_completion_result: command.last_completion_result.clone(),
            retry_policy,
            attempt: 1,
            cron_schedule: command.cron_schedule.clone(),
            first_workflow_task_backoff: Some(self.least_backoff(cx, backoff).to_proto()),
            header: command.header.clone(),
            memo: command.memo.clone(),
            search_attributes: command.search_attributes.clone(),
            priority: self.head.priority.clone(),
            ..self.inherited_attributes()
        };
        let same_queue = task_queue == self.head.task_queue;
        let version = self
            .pinned_version()
            .filter(|_| same_queue)
            .map(|version| Version {
                deployment_name: version.deployment_name,
                build_id: version.build_id,
            });
        let run_id = self.create_successor(cx, attributes, version);
        Continuation {
            run_id,
            workflow_type,
            task_queue,
            run_timeout,
            task_timeout,
        }
    }

    /// Makes the next attempt of this run after `backoff`: the same start again. Returns its id.
    pub(crate) fn create_retry(
        &mut self,
        cx: &mut Cx<'_>,
        failure: Failure,
        backoff: Span,
    ) -> RunId {
        let began = self.started_attributes.get(0).cloned().unwrap_or_default();
        // The attempt stays on its version if it was born to it.
        let version = began
            .inherited_pinned_version
            .as_ref()
            .and_then(|_| self.pinned_version())
            .map(|version| Version {
                deployment_name: version.deployment_name,
                build_id: version.build_id,
            });
        let attributes = WorkflowExecutionStartedEventAttributes {
            initiator: ContinueAsNewInitiator::Retry as i32,
            continued_failure: Some(failure),
            attempt: self.head.attempt + 1,
            first_workflow_task_backoff: Some(self.least_backoff(cx, backoff).to_proto()),
            ..self.repeated_attributes(began)
        };
        self.create_successor(cx, attributes, version)
    }

    /// Makes the next run of this run's schedule: the same start again, on whatever version is current then.
    pub(crate) fn create_next_scheduled(
        &mut self,
        cx: &mut Cx<'_>,
        end: ScheduledEnd<'_>,
        backoff: Span,
    ) -> RunId {
        let began = self.started_attributes.get(0).cloned().unwrap_or_default();
        let (last_completion_result, continued_failure) = match end {
            ScheduledEnd::Completed(result) => (result.cloned(), None),
            ScheduledEnd::Failed(failure) => {
                (began.last_completion_result.clone(), Some(failure.clone()))
            }
        };
        let attributes = WorkflowExecutionStartedEventAttributes {
            initiator: ContinueAsNewInitiator::CronSchedule as i32,
            continued_failure,
            last_completion_result,
            attempt: 1,
            first_workflow_task_backoff: Some(self.least_backoff(cx, backoff).to_proto()),
            ..self.repeated_attributes(began)
        };
        self.create_successor(cx, attributes, None)
    }

    /// What a run that begins like this one takes over.
    fn repeated_attributes(
        &self,
        began: WorkflowExecutionStartedEventAttributes,
    ) -> WorkflowExecutionStartedEventAttributes {
        WorkflowExecutionStartedEventAttributes {
            workflow_type: began.workflow_type,
            task_queue: Some(queue(&self.head.task_queue)),
            input: began.input,
            workflow_run_timeout: began.workflow_run_timeout,
            workflow_task_timeout: began.workflow_task_timeout,
            retry_policy: began.retry_policy,
            cron_schedule: began.cron_schedule,
            memo: began.memo,
            search_attributes: began.search_attributes,
            header: began.header,
            last_completion_result: began.last_completion_result,
            priority: began.priority,
            ..self.inherited_attributes()
        }
    }

    /// What every successor takes over.
    fn inherited_attributes(&self) -> WorkflowExecutionStartedEventAttributes {
        let parent = self.head.parent.clone();
        WorkflowExecutionStartedEventAttributes {
            workflow_execution_timeout: self
                .head
                .execution_timeout
                .map(|timeout| Span(timeout).to_proto()),
            continued_execution_run_id: self.key.run_id.to_string(),
            prev_auto_reset_points: self.reset_points(),
            first_execution_run_id: self.head.first_run_id.clone(),
            workflow_execution_expiration_time: (self.head.execution_deadline != 0)
                .then(|| Timestamp(self.head.execution_deadline).to_proto()),
            workflow_id: self.key.workflow_id.to_string(),
            root_workflow_execution: self.head.root.as_ref().map(|root| WorkflowExecution {
                workflow_id: root.workflow_id.clone(),
                run_id: root.run_id.clone(),
            }),
            parent_workflow_namespace: parent
                .as_ref()
                .map(|p| p.namespace.clone())
                .unwrap_or_default(),
            parent_workflow_namespace_id: parent
                .as_ref()
                .map(|p| p.namespace_id.clone())
                .unwrap_or_default(),
            parent_initiated_event_id: parent.as_ref().map_or(0, |p| p.initiated_event_id),
            parent_workflow_execution: parent.map(|p| WorkflowExecution {
                workflow_id: p.workflow_id,
                run_id: p.run_id,
            }),
            ..Default::default()
        }
    }

    /// A loop of runs without a pause would spin: the next one waits until this one is old enough.
    fn least_backoff(&self, cx: &Cx<'_>, asked: Span) -> Span {
        let lifetime = cx.now.since(Timestamp(self.head.execution_time));
        let least = cx.limits.new_run_interval.0.saturating_sub(lifetime.0);
        Span(asked.0.max(least))
    }

    fn create_successor(
        &mut self,
        cx: &mut Cx<'_>,
        mut attributes: WorkflowExecutionStartedEventAttributes,
        version: Option<Version>,
    ) -> RunId {
        let run_id = RunId(cx.ids.uuid());
        let request_id = cx.ids.uuid().to_string();
        attributes.original_execution_run_id = run_id.to_string();
        // They hear of the last run of the chain.
        attributes.completion_callbacks = self.callbacks_of_run();
        attributes.inherited_pinned_version =
            version.as_ref().map(|version| WorkerDeploymentVersion {
                deployment_name: version.deployment_name.clone(),
                build_id: version.build_id.clone(),
            });
        let same_queue = attributes
            .task_queue
            .as_ref()
            .is_some_and(|queue| queue.name == self.head.task_queue);
        attributes.versioning_override = self.pinned_override().filter(|_| same_queue);
        let birth = Birth {
            run_id,
            workflow_id: self.key.workflow_id.clone(),
            request_id,
            attributes,
            user_metadata: None,
            root: self.head.root.clone(),
            version,
            links: Vec::new(),
        };
        let mut run = Self::create(cx, &self.namespace_info(), birth);
        run.begin(cx);
        self.head.new_run_id = run_id.to_string();
        self.touch();
        cx.created.push(run);
        run_id
    }

    /// A pin to a version that a person put on the run: successors and children have it too.
    pub(crate) fn pinned_override(&self) -> Option<VersioningOverride> {
        self.head
            .versioning_override
            .clone()
            .filter(|asked| matches!(asked.r#override, Some(Override::Pinned(_))))
    }
}

fn queue(name: &str) -> TaskQueue {
    TaskQueue {
        name: name.to_owned(),
        kind: TaskQueueKind::Normal as i32,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
