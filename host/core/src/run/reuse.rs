//! What a start does about the run that has its workflow id already.

use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    enums::v1::{WorkflowExecutionStatus, WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
};

use super::{Run, terminate::Termination};
use crate::{context::Cx, ids::RunId, rejection::Rejection};

/// The deprecated reuse policy `TERMINATE_IF_RUNNING` is a conflict policy under another name.
pub(crate) fn conflict_policy(
    asked: WorkflowIdConflictPolicy,
    reuse: WorkflowIdReusePolicy,
    default: WorkflowIdConflictPolicy,
) -> WorkflowIdConflictPolicy {
    #[expect(deprecated, reason = "clients still send it")]
    if reuse == WorkflowIdReusePolicy::TerminateIfRunning {
        return WorkflowIdConflictPolicy::TerminateExisting;
    }
    match asked {
        WorkflowIdConflictPolicy::Unspecified => default,
        policy => policy,
    }
}

pub(crate) fn already_running(current: &Run) -> Rejection {
    Rejection::AlreadyStarted {
        message: format!(
            "Workflow execution is already running. WorkflowId: {}, RunId: {}.",
            current.key.workflow_id, current.key.run_id
        ),
        start_request_id: current.head.start_request_id.clone(),
        run_id: current.key.run_id,
    }
}

pub(crate) fn check_reuse(closed: &Run, policy: WorkflowIdReusePolicy) -> Result<(), Rejection> {
    let refuse = |what: &str, why: &str| {
        Err(Rejection::AlreadyStarted {
            message: format!(
                "Workflow execution already finished{what}. WorkflowId: {}, RunId: {}. Workflow Id reuse policy: {why}.",
                closed.key.workflow_id, closed.key.run_id
            ),
            start_request_id: closed.head.start_request_id.clone(),
            run_id: closed.key.run_id,
        })
    };
    match policy {
        WorkflowIdReusePolicy::RejectDuplicate => refuse("", "reject duplicate workflow Id"),
        WorkflowIdReusePolicy::AllowDuplicateFailedOnly
            if matches!(
                closed.status(),
                WorkflowExecutionStatus::Completed | WorkflowExecutionStatus::ContinuedAsNew
            ) =>
        {
            refuse(
                " successfully",
                "allow duplicate workflow Id if last run failed",
            )
        }
        _ => Ok(()),
    }
}

pub(crate) fn terminate_for_new_run(current: &mut Run, cx: &mut Cx<'_>, new_run_id: RunId) {
    let details = Payloads {
        payloads: vec![Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: format!("\"terminated by new runID: {new_run_id}\"").into_bytes(),
            ..Default::default()
        }],
    };
    current.write_termination(
        cx,
        Termination {
            reason: "TerminateIfRunning WorkflowIdReusePolicy".into(),
            details: Some(details),
            identity: "history-service".into(),
            links: Vec::new(),
        },
    );
}
