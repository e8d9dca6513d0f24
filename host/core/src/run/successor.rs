//! The run that follows a run under the same workflow id: after continue-as-new, or as a retry.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    command::v1::ContinueAsNewWorkflowExecutionCommandAttributes,
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::ContinueAsNewInitiator,
    failure::v1::Failure,
    history::v1::WorkflowExecutionStartedEventAttributes,
    taskqueue::v1::TaskQueue,
};

use super::{
    Run, retry,
    start::{Birth, task_timeout},
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunId},
    time::{Span, Timestamp},
};

impl Run {
    fn namespace_info(&self) -> NamespaceInfo {
        NamespaceInfo {
            id: self.key.namespace_id,
            name: Arc::from(self.head.namespace.as_str()),
        }
    }

    /// Makes the run that continues this one as new. Returns its id.
    pub(crate) fn create_continuation(
        &mut self,
        cx: &mut Cx<'_>,
        command: &ContinueAsNewWorkflowExecutionCommandAttributes,
    ) -> RunId {
        let run_timeout = match Span::from_proto(command.workflow_run_timeout.as_ref()) {
            Span::ZERO => Span(self.head.run_timeout),
            asked => asked.tighter(Span(self.head.execution_timeout)),
        };
        let asked_task_timeout = command
            .workflow_task_timeout
            .filter(|asked| !Span::from_proto(Some(asked)).is_zero())
            .unwrap_or_else(|| Span(self.head.task_timeout).to_proto());
        let mut retry_policy = command.retry_policy.clone();
        if let Some(policy) = &mut retry_policy {
            retry::fill_defaults(policy);
        }
        let mut attributes = self.inherited_attributes();
        attributes.workflow_type = command
            .workflow_type
            .clone()
            .filter(|t| !t.name.is_empty())
            .or_else(|| {
                Some(WorkflowType {
                    name: self.head.workflow_type.clone(),
                })
            });
        attributes.task_queue = command
            .task_queue
            .clone()
            .filter(|queue| !queue.name.is_empty())
            .or_else(|| self.own_queue());
        attributes.input.clone_from(&command.input);
        attributes.workflow_run_timeout = Some(run_timeout.to_proto());
        attributes.workflow_task_timeout =
            Some(task_timeout(cx, Some(&asked_task_timeout), run_timeout).to_proto());
        attributes.initiator = ContinueAsNewInitiator::Workflow as i32;
        attributes.continued_failure.clone_from(&command.failure);
        attributes
            .last_completion_result
            .clone_from(&command.last_completion_result);
        attributes.retry_policy = retry_policy;
        attributes.attempt = 1;
        attributes.cron_schedule.clone_from(&command.cron_schedule);
        attributes.first_workflow_task_backoff =
            Some(Span::from_proto(command.backoff_start_interval.as_ref()).to_proto());
        attributes.header.clone_from(&command.header);
        if let Some(memo) = command.memo.clone().filter(|memo| !memo.fields.is_empty()) {
            attributes.memo = Some(memo);
        }
        if let Some(found) = command
            .search_attributes
            .clone()
            .filter(|found| !found.indexed_fields.is_empty())
        {
            attributes.search_attributes = Some(found);
        }
        self.create_successor(cx, attributes)
    }

    /// Makes the next attempt of this run after `backoff`. Returns its id.
    pub(crate) fn create_retry(
        &mut self,
        cx: &mut Cx<'_>,
        failure: Failure,
        backoff: Span,
    ) -> RunId {
        let inherited = self.inherited_attributes();
        let mut attributes = self.started_attributes.get(0).cloned().unwrap_or_default();
        attributes.continued_execution_run_id = inherited.continued_execution_run_id;
        attributes.first_execution_run_id = inherited.first_execution_run_id;
        attributes.workflow_execution_expiration_time =
            inherited.workflow_execution_expiration_time;
        attributes.memo = inherited.memo;
        attributes.search_attributes = inherited.search_attributes;
        attributes.initiator = ContinueAsNewInitiator::Retry as i32;
        attributes.continued_failure = Some(failure);
        attributes.attempt = self.head.attempt + 1;
        attributes.first_workflow_task_backoff = Some(backoff.to_proto());
        self.create_successor(cx, attributes)
    }

    fn own_queue(&self) -> Option<TaskQueue> {
        Some(TaskQueue {
            name: self.head.task_queue.clone(),
            kind: temporalio_protos::temporal::api::enums::v1::TaskQueueKind::Normal as i32,
            ..Default::default()
        })
    }

    /// What every successor takes over.
    fn inherited_attributes(&self) -> WorkflowExecutionStartedEventAttributes {
        let parent = self.head.parent.clone();
        WorkflowExecutionStartedEventAttributes {
            workflow_execution_timeout: Some(Span(self.head.execution_timeout).to_proto()),
            continued_execution_run_id: self.key.run_id.to_string(),
            first_execution_run_id: self.head.first_run_id.clone(),
            workflow_execution_expiration_time: (self.head.execution_deadline != 0)
                .then(|| Timestamp(self.head.execution_deadline).to_proto()),
            memo: self.head.memo.clone(),
            search_attributes: self.head.search_attributes.clone(),
            workflow_id: self.key.workflow_id.to_string(),
            priority: self.head.priority.clone(),
            versioning_override: self.head.versioning_override.clone(),
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

    fn create_successor(
        &mut self,
        cx: &mut Cx<'_>,
        mut attributes: WorkflowExecutionStartedEventAttributes,
    ) -> RunId {
        let run_id = RunId(cx.ids.uuid());
        attributes.original_execution_run_id = run_id.to_string();
        let request_id = cx.ids.uuid().to_string();
        // A pinned run's successor stays on its version, if the task queue is still that version's.
        let same_queue = attributes
            .task_queue
            .as_ref()
            .is_some_and(|queue| queue.name == self.head.task_queue);
        let version = self
            .pinned_version()
            .filter(|_| same_queue && self.head.versioning_override.is_none())
            .and_then(|_| self.head.version.clone());
        if let Some(version) = &version {
            attributes.inherited_pinned_version = Some(
                temporalio_protos::temporal::api::deployment::v1::WorkerDeploymentVersion {
                    deployment_name: version.deployment_name.clone(),
                    build_id: version.build_id.clone(),
                },
            );
        }
        let birth = Birth {
            run_id,
            workflow_id: self.key.workflow_id.clone(),
            request_id,
            attributes,
            user_metadata: self.head.user_metadata.clone(),
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
}
