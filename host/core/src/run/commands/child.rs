//! StartChildWorkflowExecution.

use temporalio_protos::temporal::api::{
    command::v1::StartChildWorkflowExecutionCommandAttributes,
    enums::v1::{
        ParentClosePolicy, TaskQueueKind, WorkflowIdReusePolicy, WorkflowTaskFailedCause as Cause,
    },
    history::v1::StartChildWorkflowExecutionInitiatedEventAttributes,
    sdk::v1::UserMetadata,
    taskqueue::v1::TaskQueue,
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    run::{
        Run, retry,
        start::task_timeout,
        state::{Child, RunRef},
    },
    task::Transfer,
    time::Span,
};

impl Run {
    pub(super) fn check_start_child(
        &self,
        checks: &mut Checks<'_>,
        a: &StartChildWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadStartChildExecutionAttributes;
        #[allow(deprecated, reason = "clients still send it")]
        let namespace = &a.namespace;
        if !namespace.is_empty() && *namespace != self.head.namespace {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "child workflows in another namespace ({namespace}) are not supported: start it by an activity"
                ),
            ));
        }
        checks.required(
            CAUSE,
            "Required field WorkflowId is not set on StartChildWorkflowExecutionCommand.",
            "WorkflowId",
            &a.workflow_id,
        )?;
        let type_name = a.workflow_type.as_ref().map_or("", |t| t.name.as_str());
        checks.required(
            CAUSE,
            "Required field WorkflowType is not set on StartChildWorkflowExecutionCommand.",
            "WorkflowType",
            type_name,
        )?;
        let queue = a
            .task_queue
            .as_ref()
            .map_or("", |queue| queue.name.as_str());
        checks.id(CAUSE, "TaskQueue", queue)?;
        checks.timeout(
            CAUSE,
            "WorkflowExecutionTimeout on StartChildWorkflowExecutionCommand",
            a.workflow_execution_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "WorkflowRunTimeout on StartChildWorkflowExecutionCommand",
            a.workflow_run_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "WorkflowTaskTimeout on StartChildWorkflowExecutionCommand",
            a.workflow_task_timeout.as_ref(),
        )?;
        if let Some(policy) = &a.retry_policy {
            retry::validate(policy).map_err(|e| Refusal::new(CAUSE, e.to_string()))?;
        }
        if !a.cron_schedule.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                "cron schedules are not supported yet: use a loop with a timer",
            ));
        }
        checks.payloads(
            CAUSE,
            "StartChildWorkflowExecutionCommandAttributes.Input",
            a.input.as_ref(),
        )?;
        checks.claims.children += 1;
        if self.children.len() + checks.claims.children > checks.limits.pending_children {
            return Err(Refusal::new(
                Cause::PendingChildWorkflowsLimitExceeded,
                format!(
                    "the number of pending child workflow executions, {}, has reached the per-workflow limit of {}",
                    self.children.len(),
                    checks.limits.pending_children
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn initiate_child(
        &mut self,
        cx: &mut Cx<'_>,
        a: &StartChildWorkflowExecutionCommandAttributes,
        metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let execution_timeout = Span::from_proto(a.workflow_execution_timeout.as_ref());
        let run_timeout =
            Span::from_proto(a.workflow_run_timeout.as_ref()).tighter(execution_timeout);
        let parent_close_policy = match a.parent_close_policy() {
            ParentClosePolicy::Unspecified => ParentClosePolicy::Terminate,
            policy => policy,
        };
        let reuse = match a.workflow_id_reuse_policy() {
            WorkflowIdReusePolicy::Unspecified => WorkflowIdReusePolicy::AllowDuplicate,
            policy => policy,
        };
        let queue = a
            .task_queue
            .as_ref()
            .map(|queue| queue.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.head.task_queue.clone());
        let initiated = StartChildWorkflowExecutionInitiatedEventAttributes {
            namespace: self.head.namespace.clone(),
            namespace_id: self.key.namespace_id.to_string(),
            workflow_id: a.workflow_id.clone(),
            workflow_type: a.workflow_type.clone(),
            task_queue: Some(TaskQueue {
                name: queue,
                kind: TaskQueueKind::Normal as i32,
                ..Default::default()
            }),
            input: a.input.clone(),
            workflow_execution_timeout: Some(execution_timeout.to_proto()),
            workflow_run_timeout: Some(run_timeout.to_proto()),
            workflow_task_timeout: Some(
                task_timeout(cx, a.workflow_task_timeout.as_ref(), run_timeout).to_proto(),
            ),
            parent_close_policy: parent_close_policy as i32,
            workflow_task_completed_event_id: completed_event_id,
            workflow_id_reuse_policy: reuse as i32,
            retry_policy: a.retry_policy.clone(),
            cron_schedule: a.cron_schedule.clone(),
            header: a.header.clone(),
            memo: a.memo.clone(),
            search_attributes: a.search_attributes.clone(),
            priority: a.priority.clone(),
            versioning_override: a.versioning_override.clone(),
            ..Default::default()
        };
        let id = self.add_event_with(cx.now, initiated, metadata);
        let event = self.tail.events.last().cloned();
        let request_id = cx.ids.uuid().to_string();
        self.children.insert(
            id,
            Child {
                initiated_event_id: id,
                started_event_id: 0,
                child: Some(RunRef {
                    namespace: self.head.namespace.clone(),
                    namespace_id: self.key.namespace_id.to_string(),
                    workflow_id: a.workflow_id.clone(),
                    run_id: String::new(),
                    initiated_event_id: id,
                }),
                workflow_type: a
                    .workflow_type
                    .as_ref()
                    .map(|t| t.name.clone())
                    .unwrap_or_default(),
                parent_close_policy: parent_close_policy as i32,
                request_id,
                initiated: event,
            },
        );
        self.add_transfer(
            cx,
            Transfer::StartChild {
                initiated_event_id: id,
            },
        );
    }
}
