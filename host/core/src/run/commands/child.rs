//! StartChildWorkflowExecution.

use temporalio_protos::temporal::api::{
    command::v1::StartChildWorkflowExecutionCommandAttributes,
    enums::v1::{
        ParentClosePolicy, TaskQueueKind, WorkflowIdReusePolicy, WorkflowTaskFailedCause as Cause,
    },
    history::v1::{StartChildWorkflowExecutionInitiatedEventAttributes, history_event::Attributes},
    sdk::v1::UserMetadata,
    taskqueue::v1::TaskQueue,
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    cron::CronSchedule,
    run::{
        Run,
        birth::task_timeout,
        events::Extras,
        retry,
        state::{Child, RunRef},
        workflow_task::encoded_size,
    },
    task::Transfer,
    time::Span,
};

impl<'a> Checks<'a> {
    #[expect(deprecated, reason = "SDKs still name the namespace")]
    pub(super) fn start_child(
        &mut self,
        a: &'a StartChildWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadStartChildExecutionAttributes;
        const COMMAND: &str = "StartChildWorkflowExecutionCommand";
        self.namespace(CAUSE, &a.namespace)?;
        let workflow_id = a.workflow_id.as_str();
        let type_name = a.workflow_type.as_ref().map_or("", |t| t.name.as_str());
        let namespace = self.run.head.namespace.as_str();
        let context =
            format!("WorkflowId={workflow_id} WorkflowType={type_name} Namespace={namespace}");
        let attributes = a.search_attributes.as_ref();
        self.attribute_names(attributes)?;
        let unset = |field: &str, context: String| {
            Err(Refusal::new(
                CAUSE,
                format!("Required field {field} is not set on {COMMAND}. {context}"),
            ))
        };
        if workflow_id.is_empty() {
            return unset(
                "WorkflowId",
                format!("WorkflowType={type_name} Namespace={namespace}"),
            );
        }
        if type_name.is_empty() {
            return unset(
                "WorkflowType",
                format!("WorkflowId={workflow_id} Namespace={namespace}"),
            );
        }
        self.id(CAUSE, COMMAND, "WorkflowId", workflow_id, &context)?;
        self.id(CAUSE, COMMAND, "WorkflowType", type_name, &context)?;
        let queue = a
            .task_queue
            .as_ref()
            .map_or("", |queue| queue.name.as_str());
        self.id(CAUSE, COMMAND, "TaskQueue", queue, &context)?;
        for (field, span) in [
            ("WorkflowExecutionTimeout", &a.workflow_execution_timeout),
            ("WorkflowRunTimeout", &a.workflow_run_timeout),
            ("WorkflowTaskTimeout", &a.workflow_task_timeout),
        ] {
            Self::timeout(
                CAUSE,
                &format!("{field} on {COMMAND}"),
                span.as_ref(),
                &context,
            )?;
        }
        if let Some(policy) = &a.retry_policy {
            retry::validate(policy).map_err(|e| {
                Refusal::new(
                    CAUSE,
                    format!("invalid WorkflowRetryPolicy on {COMMAND}: {e}. {context}"),
                )
            })?;
        }
        CronSchedule::check(&a.cron_schedule).map_err(|e| {
            Refusal::new(
                CAUSE,
                format!("invalid CronSchedule on {COMMAND}: {e} {context}"),
            )
        })?;
        self.attribute_values(attributes, "StartChildWorkflowCommand", &context)?;
        let prefix = "StartChildWorkflowExecutionCommandAttributes.";
        self.payloads(CAUSE, &format!("{prefix} Input"), a.input.as_ref())?;
        self.memo_size(
            CAUSE,
            &format!("{prefix}Memo"),
            encoded_size(a.memo.as_ref()),
        )?;
        Self::attribute_sizes(CAUSE, attributes)?;
        Self::count(
            Cause::PendingChildWorkflowsLimitExceeded,
            "pending child workflow executions",
            self.run.children.len() + self.children,
            self.limits.pending_children,
        )?;
        self.children += 1;
        self.child_ids.insert(workflow_id);
        Ok(())
    }
}

impl Run {
    pub(super) fn initiate_child(
        &mut self,
        cx: &mut Cx<'_>,
        a: &StartChildWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
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
        let mut retry_policy = a.retry_policy.clone();
        if let Some(policy) = &mut retry_policy {
            retry::fill_defaults(policy);
        }
        let queue = a
            .task_queue
            .as_ref()
            .map(|queue| queue.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.head.task_queue.clone());
        #[expect(deprecated, reason = "SDKs still send the field of version rules")]
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
            workflow_execution_timeout: execution_timeout
                .shown(a.workflow_execution_timeout.as_ref()),
            workflow_run_timeout: Some(run_timeout.to_proto()),
            workflow_task_timeout: Some(
                task_timeout(cx, a.workflow_task_timeout.as_ref(), run_timeout).to_proto(),
            ),
            parent_close_policy: parent_close_policy as i32,
            control: a.control.clone(),
            workflow_task_completed_event_id: completed_event_id,
            workflow_id_reuse_policy: reuse as i32,
            retry_policy,
            header: a.header.clone(),
            cron_schedule: a.cron_schedule.clone(),
            memo: a.memo.clone(),
            search_attributes: a.search_attributes.clone(),
            priority: a.priority.clone(),
            versioning_override: a.versioning_override.clone(),
            inherit_build_id: a.inherit_build_id,
            ..Default::default()
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let id = self.add_event_with(cx.now, initiated, extras);
        self.insert_child(id);
        self.add_transfer(
            cx,
            Transfer::StartChild {
                initiated_event_id: id,
            },
        );
    }

    /// Notes the child that the event just written asks for.
    pub(crate) fn insert_child(&mut self, initiated_event_id: i64) {
        let Some(event) = self.tail.last_written().cloned() else {
            return;
        };
        let Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(a)) =
            &event.attributes
        else {
            return;
        };
        let child = Child {
            initiated_event_id,
            started_event_id: 0,
            child: Some(RunRef {
                namespace: a.namespace.clone(),
                namespace_id: a.namespace_id.clone(),
                workflow_id: a.workflow_id.clone(),
                run_id: String::new(),
                initiated_event_id,
            }),
            workflow_type: a
                .workflow_type
                .as_ref()
                .map(|t| t.name.clone())
                .unwrap_or_default(),
            parent_close_policy: a.parent_close_policy,
            // The same for every attempt to start it, and Temporal's: run, event and, always 0 without clusters, version.
            request_id: format!("{}:{initiated_event_id}:0", self.key.run_id),
            initiated: Some(event),
        };
        self.children.insert(initiated_event_id, child);
    }
}
