//! The commands that end a run: complete, fail, cancel, continue as new.

use temporalio_protos::temporal::api::{
    command::v1::{
        CancelWorkflowExecutionCommandAttributes, CompleteWorkflowExecutionCommandAttributes,
        ContinueAsNewWorkflowExecutionCommandAttributes, FailWorkflowExecutionCommandAttributes,
    },
    enums::v1::{
        ContinueAsNewInitiator, WorkflowExecutionStatus, WorkflowTaskFailedCause as Cause,
    },
    history::v1::{
        WorkflowExecutionCanceledEventAttributes, WorkflowExecutionCompletedEventAttributes,
        WorkflowExecutionContinuedAsNewEventAttributes, WorkflowExecutionFailedEventAttributes,
    },
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    run::{Run, retry},
};

impl Run {
    /// A run does not end over the head of something that it has not seen.
    pub(super) fn check_close(&self) -> Result<(), Refusal> {
        if !self.buffered.is_empty() || self.has_unsent_updates() {
            return Err(Refusal::new(Cause::UnhandledCommand, ""));
        }
        Ok(())
    }

    pub(super) fn complete_run(
        &mut self,
        cx: &mut Cx<'_>,
        a: &CompleteWorkflowExecutionCommandAttributes,
        completed_event_id: i64,
    ) {
        self.close(
            cx,
            WorkflowExecutionStatus::Completed,
            WorkflowExecutionCompletedEventAttributes {
                result: a.result.clone(),
                workflow_task_completed_event_id: completed_event_id,
                new_execution_run_id: String::new(),
            },
        );
    }

    pub(super) fn fail_run(
        &mut self,
        cx: &mut Cx<'_>,
        a: &FailWorkflowExecutionCommandAttributes,
        completed_event_id: i64,
    ) {
        let failure = a.failure.clone().unwrap_or_default();
        let (retry_state, new_execution_run_id) = self.retry_run(cx, &failure);
        self.close(
            cx,
            WorkflowExecutionStatus::Failed,
            WorkflowExecutionFailedEventAttributes {
                failure: Some(failure),
                retry_state: retry_state as i32,
                workflow_task_completed_event_id: completed_event_id,
                new_execution_run_id,
            },
        );
    }

    pub(super) fn cancel_run(
        &mut self,
        cx: &mut Cx<'_>,
        a: &CancelWorkflowExecutionCommandAttributes,
        completed_event_id: i64,
    ) {
        self.close(
            cx,
            WorkflowExecutionStatus::Canceled,
            WorkflowExecutionCanceledEventAttributes {
                workflow_task_completed_event_id: completed_event_id,
                details: a.details.clone(),
            },
        );
    }

    pub(super) fn check_continue_as_new(
        &self,
        checks: &Checks<'_>,
        a: &ContinueAsNewWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadContinueAsNewAttributes;
        let type_name = a.workflow_type.as_ref().map_or("", |t| t.name.as_str());
        checks.id(
            CAUSE,
            "WorkflowType on ContinueAsNewWorkflowExecutionCommand",
            type_name,
        )?;
        let queue = a
            .task_queue
            .as_ref()
            .map_or("", |queue| queue.name.as_str());
        checks.id(
            CAUSE,
            "TaskQueue on ContinueAsNewWorkflowExecutionCommand",
            queue,
        )?;
        checks.timeout(
            CAUSE,
            "WorkflowRunTimeout on ContinueAsNewWorkflowExecutionCommand",
            a.workflow_run_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "WorkflowTaskTimeout on ContinueAsNewWorkflowExecutionCommand",
            a.workflow_task_timeout.as_ref(),
        )?;
        checks.timeout(
            CAUSE,
            "BackoffStartInterval on ContinueAsNewWorkflowExecutionCommand",
            a.backoff_start_interval.as_ref(),
        )?;
        if let Some(policy) = &a.retry_policy {
            retry::validate(policy).map_err(|e| Refusal::new(CAUSE, e.to_string()))?;
        }
        checks.payloads(
            CAUSE,
            "ContinueAsNewWorkflowExecutionCommandAttributes. Input",
            a.input.as_ref(),
        )
    }

    pub(super) fn continue_as_new(
        &mut self,
        cx: &mut Cx<'_>,
        a: &ContinueAsNewWorkflowExecutionCommandAttributes,
        completed_event_id: i64,
    ) {
        let run_id = self.create_continuation(cx, a);
        let next = cx
            .created
            .last()
            .map(|run| (run.workflow_type().to_owned(), run.task_queue().to_owned()));
        let (workflow_type, task_queue) = next.unwrap_or_default();
        self.close(
            cx,
            WorkflowExecutionStatus::ContinuedAsNew,
            WorkflowExecutionContinuedAsNewEventAttributes {
                new_execution_run_id: run_id.to_string(),
                workflow_type: Some(workflow_type.into()),
                task_queue: Some(temporalio_protos::temporal::api::taskqueue::v1::TaskQueue {
                    name: task_queue,
                    kind: temporalio_protos::temporal::api::enums::v1::TaskQueueKind::Normal as i32,
                    ..Default::default()
                }),
                input: a.input.clone(),
                workflow_run_timeout: a.workflow_run_timeout,
                workflow_task_timeout: a.workflow_task_timeout,
                workflow_task_completed_event_id: completed_event_id,
                backoff_start_interval: a.backoff_start_interval,
                initiator: ContinueAsNewInitiator::Workflow as i32,
                last_completion_result: a.last_completion_result.clone(),
                header: a.header.clone(),
                memo: a.memo.clone(),
                search_attributes: a.search_attributes.clone(),
                initial_versioning_behavior: a.initial_versioning_behavior,
                ..Default::default()
            },
        );
    }
}
