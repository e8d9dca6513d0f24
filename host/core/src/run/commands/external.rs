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
    run::{Run, state::External},
    task::Transfer,
};

impl Run {
    pub(super) fn check_signal_external(
        &self,
        checks: &mut Checks<'_>,
        a: &SignalExternalWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadSignalWorkflowExecutionAttributes;
        let Some(execution) = &a.execution else {
            return Err(Refusal::new(
                CAUSE,
                "Execution is not set on SignalExternalWorkflowExecutionCommand.",
            ));
        };
        check_target(
            checks,
            CAUSE,
            "SignalExternalWorkflowExecutionCommand",
            &execution.workflow_id,
            &execution.run_id,
        )?;
        checks.required(
            CAUSE,
            "SignalName is not set on SignalExternalWorkflowExecutionCommand.",
            "SignalName",
            &a.signal_name,
        )?;
        checks.payloads(
            CAUSE,
            "SignalExternalWorkflowExecutionCommandAttributes.Input",
            a.input.as_ref(),
        )?;
        checks.claims.signals += 1;
        let pending = self.pending_externals(true);
        if pending + checks.claims.signals > checks.limits.pending_signals {
            return Err(Refusal::new(
                Cause::PendingSignalsLimitExceeded,
                format!(
                    "the number of pending signals to external workflows, {pending}, has reached the per-workflow limit of {}",
                    checks.limits.pending_signals
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn check_cancel_external(
        &self,
        checks: &mut Checks<'_>,
        a: &RequestCancelExternalWorkflowExecutionCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadRequestCancelExternalWorkflowExecutionAttributes;
        check_target(
            checks,
            CAUSE,
            "RequestCancelExternalWorkflowExecutionCommand",
            &a.workflow_id,
            &a.run_id,
        )?;
        checks.claims.cancels += 1;
        let pending = self.pending_externals(false);
        if pending + checks.claims.cancels > checks.limits.pending_cancels {
            return Err(Refusal::new(
                Cause::PendingRequestCancelLimitExceeded,
                format!(
                    "the number of pending requests to cancel external workflows, {pending}, has reached the per-workflow limit of {}",
                    checks.limits.pending_cancels
                ),
            ));
        }
        Ok(())
    }

    fn pending_externals(&self, signals: bool) -> usize {
        self.externals
            .iter()
            .filter(|(_, external)| {
                let attributes = external
                    .initiated
                    .as_ref()
                    .and_then(|e| e.attributes.as_ref());
                signals
                    == matches!(
                        attributes,
                        Some(
                            Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(_)
                        )
                    )
            })
            .count()
    }

    pub(super) fn initiate_signal(
        &mut self,
        cx: &mut Cx<'_>,
        a: &SignalExternalWorkflowExecutionCommandAttributes,
        metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let attributes = SignalExternalWorkflowExecutionInitiatedEventAttributes {
            workflow_task_completed_event_id: completed_event_id,
            namespace: self.head.namespace.clone(),
            namespace_id: self.key.namespace_id.to_string(),
            workflow_execution: a.execution.clone(),
            signal_name: a.signal_name.clone(),
            input: a.input.clone(),
            child_workflow_only: a.child_workflow_only,
            header: a.header.clone(),
            ..Default::default()
        };
        let id = self.add_event_with(cx.now, attributes, metadata);
        self.insert_external(cx, id);
        self.add_transfer(
            cx,
            Transfer::SignalExternal {
                initiated_event_id: id,
            },
        );
    }

    pub(super) fn initiate_cancel(
        &mut self,
        cx: &mut Cx<'_>,
        a: &RequestCancelExternalWorkflowExecutionCommandAttributes,
        metadata: Option<UserMetadata>,
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
            child_workflow_only: a.child_workflow_only,
            reason: a.reason.clone(),
            ..Default::default()
        };
        let id = self.add_event_with(cx.now, attributes, metadata);
        self.insert_external(cx, id);
        self.add_transfer(
            cx,
            Transfer::CancelExternal {
                initiated_event_id: id,
            },
        );
    }

    fn insert_external(&mut self, cx: &mut Cx<'_>, id: i64) {
        let initiated = self.tail.events.last().cloned();
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

fn check_target(
    checks: &Checks<'_>,
    cause: Cause,
    command: &str,
    workflow_id: &str,
    run_id: &str,
) -> Result<(), Refusal> {
    checks.required(
        cause,
        &format!("WorkflowId is not set on {command}."),
        "WorkflowId",
        workflow_id,
    )?;
    if !run_id.is_empty() && RunId::parse(run_id).is_err() {
        return Err(Refusal::new(
            cause,
            format!("Invalid RunId set on {command}."),
        ));
    }
    Ok(())
}
