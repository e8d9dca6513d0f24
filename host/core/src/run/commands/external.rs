//! SignalExternalWorkflowExecution and RequestCancelExternalWorkflowExecution.

use temporalio_protos::temporal::api::{
    command::v1::{
        RequestCancelExternalWorkflowExecutionCommandAttributes,
        SignalExternalWorkflowExecutionCommandAttributes,
    },
    common::v1::WorkflowExecution,
    enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::{
        RequestCancelExternalWorkflowExecutionInitiatedEventAttributes,
        SignalExternalWorkflowExecutionInitiatedEventAttributes, history_event::Attributes,
    },
    sdk::v1::UserMetadata,
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    ids::RunId,
    run::{Run, events::Extras, state::External},
    task::Transfer,
};

impl<'a> Checks<'a> {
    #[expect(deprecated, reason = "SDKs still name the namespace")]
    pub(super) fn signal_external(
        &mut self,
        a: &'a SignalExternalWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadSignalWorkflowExecutionAttributes;
        const COMMAND: &str = "SignalExternalWorkflowExecutionCommand";
        self.namespace(CAUSE, &a.namespace)?;
        let Some(execution) = &a.execution else {
            return Err(Refusal::new(
                CAUSE,
                format!("Execution is not set on {COMMAND}."),
            ));
        };
        let rest = format!("SignalName={}", a.signal_name);
        self.target(CAUSE, COMMAND, &a.namespace, execution, &rest)?;
        if a.signal_name.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "SignalName is not set on {COMMAND}. WorkflowId={} Namespace={} RunId={}",
                    execution.workflow_id, a.namespace, execution.run_id
                ),
            ));
        }
        Self::count(
            Cause::PendingSignalsLimitExceeded,
            "pending signals to external workflows",
            self.run.pending_externals(true) + self.signals,
            self.limits.pending_signals,
        )?;
        self.signals += 1;
        self.payloads(
            CAUSE,
            "SignalExternalWorkflowExecutionCommandAttributes.Input",
            a.input.as_ref(),
        )
    }

    #[expect(deprecated, reason = "SDKs still name the namespace")]
    pub(super) fn cancel_external(
        &mut self,
        a: &'a RequestCancelExternalWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadRequestCancelExternalWorkflowExecutionAttributes;
        const COMMAND: &str = "RequestCancelExternalWorkflowExecutionCommand";
        self.namespace(CAUSE, &a.namespace)?;
        let execution = WorkflowExecution {
            workflow_id: a.workflow_id.clone(),
            run_id: a.run_id.clone(),
        };
        self.target(CAUSE, COMMAND, &a.namespace, &execution, "")?;
        if self.child_ids.contains(a.workflow_id.as_str()) {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "Start and RequestCancel for child workflow is not allowed in same workflow task. WorkflowId={} RunId={} Namespace={}",
                    a.workflow_id, a.run_id, a.namespace
                ),
            ));
        }
        Self::count(
            Cause::PendingRequestCancelLimitExceeded,
            "pending requests to cancel external workflows",
            self.run.pending_externals(false) + self.cancels,
            self.limits.pending_cancels,
        )?;
        self.cancels += 1;
        Ok(())
    }

    fn target(
        &self,
        cause: Cause,
        command: &str,
        namespace: &str,
        execution: &WorkflowExecution,
        rest: &str,
    ) -> Result<(), Refusal> {
        let WorkflowExecution {
            workflow_id,
            run_id,
        } = execution;
        let refuse = |message: String| Err(Refusal::new(cause, message.trim_end().to_owned()));
        if workflow_id.is_empty() {
            return refuse(format!(
                "WorkflowId is not set on {command}. Namespace={namespace} RunId={run_id} {rest}"
            ));
        }
        let context = format!("WorkflowId={workflow_id}");
        self.id(cause, command, "WorkflowId", workflow_id, &context)?;
        if !run_id.is_empty() && RunId::parse(run_id).is_err() {
            return refuse(format!(
                "Invalid RunId set on {command}. WorkflowId={workflow_id} Namespace={namespace} RunId={run_id} {rest}"
            ));
        }
        Ok(())
    }
}

impl Run {
    fn pending_externals(&self, signals: bool) -> usize {
        let is_signal = |external: &External| {
            matches!(
                external
                    .initiated
                    .as_ref()
                    .and_then(|e| e.attributes.as_ref()),
                Some(Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(_))
            )
        };
        self.externals
            .iter()
            .filter(|(_, external)| is_signal(external) == signals)
            .count()
    }

    #[expect(deprecated, reason = "older workers still read these fields")]
    pub(super) fn initiate_signal(
        &mut self,
        cx: &mut Cx<'_>,
        a: &SignalExternalWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let attributes = SignalExternalWorkflowExecutionInitiatedEventAttributes {
            workflow_task_completed_event_id: completed_event_id,
            namespace: self.head.namespace.clone(),
            namespace_id: self.key.namespace_id.to_string(),
            workflow_execution: a.execution.clone(),
            signal_name: a.signal_name.clone(),
            input: a.input.clone(),
            control: a.control.clone(),
            child_workflow_only: a.child_workflow_only,
            header: a.header.clone(),
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let id = self.add_event_with(cx.now, attributes, extras);
        self.insert_external(cx, id);
        self.add_transfer(
            cx,
            Transfer::SignalExternal {
                initiated_event_id: id,
            },
        );
    }

    #[expect(deprecated, reason = "older workers still read these fields")]
    pub(super) fn initiate_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        a: &RequestCancelExternalWorkflowExecutionCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let attributes = RequestCancelExternalWorkflowExecutionInitiatedEventAttributes {
            workflow_task_completed_event_id: completed_event_id,
            namespace: self.head.namespace.clone(),
            namespace_id: self.key.namespace_id.to_string(),
            workflow_execution: Some(WorkflowExecution {
                workflow_id: a.workflow_id.clone(),
                run_id: a.run_id.clone(),
            }),
            control: a.control.clone(),
            child_workflow_only: a.child_workflow_only,
            reason: a.reason.clone(),
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let id = self.add_event_with(cx.now, attributes, extras);
        self.insert_external(cx, id);
        self.add_transfer(
            cx,
            Transfer::CancelExternal {
                initiated_event_id: id,
            },
        );
    }

    /// Notes the message that the event just written asks for.
    pub(crate) fn insert_external(&mut self, cx: &mut Cx<'_>, id: i64) {
        let initiated = self.tail.last_written().cloned();
        let request_id = cx.ids.uuid().to_string();
        self.externals.insert(
            id,
            External {
                initiated,
                request_id,
            },
        );
    }
}
