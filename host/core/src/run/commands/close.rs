//! The commands that end a run: complete, fail, cancel, continue as new.

use prost::Message;
use temporalio_protos::temporal::api::{
    command::v1::{
        CancelWorkflowExecutionCommandAttributes, CompleteWorkflowExecutionCommandAttributes,
        ContinueAsNewWorkflowExecutionCommandAttributes, FailWorkflowExecutionCommandAttributes,
    },
    common::v1::WorkflowType,
    enums::v1::{TaskQueueKind, WorkflowExecutionStatus, WorkflowTaskFailedCause as Cause},
    history::v1::{
        WorkflowExecutionCanceledEventAttributes, WorkflowExecutionCompletedEventAttributes,
        WorkflowExecutionContinuedAsNewEventAttributes, WorkflowExecutionFailedEventAttributes,
    },
    sdk::v1::UserMetadata,
    taskqueue::v1::TaskQueue,
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    run::{Run, cron::ScheduledEnd, events::Extras, retry, workflow_task::encoded_size},
};

impl Checks<'_> {
    /// A run does not end over the head of something that it has not seen.
    pub(super) fn close(&self) -> Result<(), Refusal> {
        if self.run.buffered.len() > self.unbuffered {
            return Err(Refusal::new(Cause::UnhandledCommand, ""));
        }
        Ok(())
    }

    pub(super) fn complete_run(
        &self,
        a: &CompleteWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        self.close()?;
        self.payloads(
            Cause::BadCompleteWorkflowExecutionAttributes,
            "CompleteWorkflowExecutionCommandAttributes.Result",
            a.result.as_ref(),
        )
    }

    pub(super) fn fail_run(
        &self,
        a: &FailWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadFailWorkflowExecutionAttributes;
        self.close()?;
        let Some(failure) = &a.failure else {
            return Err(Refusal::new(
                CAUSE,
                "Failure is not set on FailWorkflowExecutionCommand.",
            ));
        };
        let bytes = failure.encoded_len();
        self.size(
            CAUSE,
            "FailWorkflowExecutionCommandAttributes.Failure",
            bytes,
        )
    }

    pub(super) fn continue_as_new(
        &self,
        a: &ContinueAsNewWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadContinueAsNewAttributes;
        const COMMAND: &str = "ContinueAsNewWorkflowExecutionCommand";
        self.close()?;
        let type_name = a.workflow_type.as_ref().map_or("", |t| t.name.as_str());
        let queue = a
            .task_queue
            .as_ref()
            .map_or("", |queue| queue.name.as_str());
        let context = format!("WorkflowType={type_name} TaskQueue={queue}");
        let attributes = a.search_attributes.as_ref();
        self.attribute_names(attributes)?;
        self.id(CAUSE, COMMAND, "WorkflowType", type_name, &context)?;
        self.id(CAUSE, COMMAND, "TaskQueue", queue, &context)?;
        for (field, span) in [
            ("WorkflowRunTimeout", &a.workflow_run_timeout),
            ("WorkflowTaskTimeout", &a.workflow_task_timeout),
            ("BackoffStartInterval", &a.backoff_start_interval),
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
        self.attribute_values(attributes, COMMAND, &context)?;
        let prefix = "ContinueAsNewWorkflowExecutionCommandAttributes.";
        self.payloads(CAUSE, &format!("{prefix} Input"), a.input.as_ref())?;
        self.memo_size(
            CAUSE,
            &format!("{prefix} Memo"),
            encoded_size(a.memo.as_ref()),
        )?;
        Self::attribute_sizes(CAUSE, attributes)
    }
}

fn extras(user_metadata: Option<UserMetadata>) -> Extras {
    Extras {
        user_metadata,
        ..Extras::default()
    }
}

impl Run {
    pub(super) fn complete_run(
        &mut self,
        cx: &mut Cx<'_>,
        a: &CompleteWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let next = self.follow_schedule(cx, ScheduledEnd::Completed(a.result.as_ref()));
        let attributes = WorkflowExecutionCompletedEventAttributes {
            result: a.result.clone(),
            workflow_task_completed_event_id: completed_event_id,
            new_execution_run_id: next.map(|run_id| run_id.to_string()).unwrap_or_default(),
        };
        self.close(
            cx,
            WorkflowExecutionStatus::Completed,
            attributes,
            extras(user_metadata),
        );
    }

    pub(super) fn fail_run(
        &mut self,
        cx: &mut Cx<'_>,
        a: &FailWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let failure = a.failure.clone().unwrap_or_default();
        let (retry_state, new_execution_run_id) = self.follow_failure(cx, &failure);
        let attributes = WorkflowExecutionFailedEventAttributes {
            failure: Some(failure),
            retry_state: retry_state as i32,
            workflow_task_completed_event_id: completed_event_id,
            new_execution_run_id,
        };
        self.close(
            cx,
            WorkflowExecutionStatus::Failed,
            attributes,
            extras(user_metadata),
        );
    }

    pub(super) fn cancel_run(
        &mut self,
        cx: &mut Cx<'_>,
        a: &CancelWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let attributes = WorkflowExecutionCanceledEventAttributes {
            workflow_task_completed_event_id: completed_event_id,
            details: a.details.clone(),
        };
        self.close(
            cx,
            WorkflowExecutionStatus::Canceled,
            attributes,
            extras(user_metadata),
        );
    }

    pub(super) fn continue_as_new(
        &mut self,
        cx: &mut Cx<'_>,
        a: &ContinueAsNewWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let next = self.create_continuation(cx, a);
        #[expect(deprecated, reason = "SDKs still send the field of version rules")]
        let attributes = WorkflowExecutionContinuedAsNewEventAttributes {
            new_execution_run_id: next.run_id.to_string(),
            workflow_type: Some(WorkflowType {
                name: next.workflow_type,
            }),
            task_queue: Some(TaskQueue {
                name: next.task_queue,
                kind: TaskQueueKind::Normal as i32,
                ..Default::default()
            }),
            input: a.input.clone(),
            workflow_run_timeout: Some(next.run_timeout.to_proto()),
            workflow_task_timeout: Some(next.task_timeout.to_proto()),
            workflow_task_completed_event_id: completed_event_id,
            backoff_start_interval: a.backoff_start_interval,
            initiator: a.initiator,
            failure: a.failure.clone(),
            last_completion_result: a.last_completion_result.clone(),
            header: a.header.clone(),
            memo: a.memo.clone(),
            search_attributes: a.search_attributes.clone(),
            initial_versioning_behavior: a.initial_versioning_behavior,
            inherit_build_id: a.inherit_build_id,
        };
        self.close(
            cx,
            WorkflowExecutionStatus::ContinuedAsNew,
            attributes,
            extras(user_metadata),
        );
    }
}
