//! Ids and names: which must be there, and how long they may be.

use sundial_core::{Limits, RunId};
use temporalio_protos::temporal::api::common::v1::{WorkflowExecution, WorkflowType};
use uuid::Uuid;

use crate::rpc::status::{RpcError, invalid};

/// A workflow id: there, and not too long.
pub(crate) fn workflow_id(id: &str, limits: &Limits) -> Result<(), RpcError> {
    if id.is_empty() {
        return Err(invalid("WorkflowId is not set on request."));
    }
    text(id, limits, "WorkflowId")
}

/// A workflow type: there, and not too long.
pub(crate) fn workflow_type(of: Option<&WorkflowType>, limits: &Limits) -> Result<(), RpcError> {
    let name = of.map_or("", |of| of.name.as_str());
    if name.is_empty() {
        return Err(invalid("WorkflowType is not set on request."));
    }
    text(name, limits, "WorkflowType")
}

/// A request id that must be there.
pub(crate) fn own_request_id(id: &str, limits: &Limits) -> Result<(), RpcError> {
    if id.is_empty() {
        return Err(invalid("RequestId is not set on request."));
    }
    optional_request_id(id, limits)
}

/// A request id is made up where there is none; a caller that retries names its own.
pub(crate) fn request_id(id: &mut String, limits: &Limits) -> Result<(), RpcError> {
    if id.is_empty() {
        *id = Uuid::new_v4().to_string();
    }
    text(id, limits, "RequestId")
}

/// A request id that may be left out.
pub(crate) fn optional_request_id(id: &str, limits: &Limits) -> Result<(), RpcError> {
    text(id, limits, "RequestId")
}

/// The name of a signal: there, and not too long.
pub(crate) fn signal_name(name: &str, limits: &Limits) -> Result<(), RpcError> {
    if name.is_empty() {
        return Err(invalid("SignalName is not set on request."));
    }
    text(name, limits, "SignalName")
}

/// Who calls, as they name themselves.
pub(crate) fn identity(identity: &str, limits: &Limits) -> Result<(), RpcError> {
    text(identity, limits, "Identity")
}

/// A namespace's name: not too long. Whether it must be there depends on the call.
pub(crate) fn namespace(name: &str, limits: &Limits) -> Result<(), RpcError> {
    text(name, limits, "Namespace")
}

/// The workflow id and the run id of an execution that a request names.
pub(crate) fn execution(
    of: Option<WorkflowExecution>,
) -> Result<(String, Option<RunId>), RpcError> {
    let of = of.ok_or_else(|| invalid("Execution is not set on request."))?;
    if of.workflow_id.is_empty() {
        return Err(invalid("WorkflowId is not set on request."));
    }
    no_zero_byte(&of.workflow_id, "WorkflowId")?;
    let run_id = run_id(&of.run_id)?;
    Ok((of.workflow_id, run_id))
}

/// The same where Temporal's frontend looks at no more than whether there is a workflow id.
pub(crate) fn execution_of_any(
    of: Option<WorkflowExecution>,
) -> Result<(String, String), RpcError> {
    match of {
        Some(of) if !of.workflow_id.is_empty() => Ok((of.workflow_id, of.run_id)),
        Some(_) | None => Err(invalid("WorkflowId is not set on request.")),
    }
}

/// A run id like that of [`execution_of_any`]: it is looked at last, and refused in other words.
pub(crate) fn run_id_of_any(id: &str) -> Result<Option<RunId>, RpcError> {
    run_id(id).map_err(|_| invalid("RunId is not valid UUID."))
}

/// A run id, empty for "the newest run".
pub(crate) fn run_id(id: &str) -> Result<Option<RunId>, RpcError> {
    if id.is_empty() {
        Ok(None)
    } else {
        Ok(Some(RunId::parse(id)?))
    }
}

/// A text that stands by itself in the database. PostgreSQL's can't hold a zero byte, so it is refused on every one.
pub(crate) fn no_zero_byte(text: &str, field: &str) -> Result<(), RpcError> {
    if text.contains('\0') {
        return Err(invalid(format!("{field} contains a zero byte.")));
    }
    Ok(())
}

fn text(text: &str, limits: &Limits, field: &str) -> Result<(), RpcError> {
    if text.len() > limits.id_length_bytes {
        return Err(invalid(format!("{field} length exceeds limit.")));
    }
    no_zero_byte(text, field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T>(result: Result<T, RpcError>) -> String {
        result.map_or_else(|error| error.to_string(), |_| "fine".into())
    }

    #[test]
    fn what_is_missing_is_named() {
        let limits = Limits::default();
        assert_eq!(
            check(workflow_id("", &limits)),
            "WorkflowId is not set on request."
        );
        assert_eq!(
            check(workflow_type(None, &limits)),
            "WorkflowType is not set on request."
        );
        assert_eq!(
            check(signal_name("", &limits)),
            "SignalName is not set on request."
        );
        assert_eq!(check(execution(None)), "Execution is not set on request.");
        assert_eq!(
            check(execution(Some(WorkflowExecution::default()))),
            "WorkflowId is not set on request."
        );
        assert_eq!(
            check(execution_of_any(None)),
            "WorkflowId is not set on request."
        );
        assert_eq!(
            check(own_request_id("", &limits)),
            "RequestId is not set on request."
        );
    }

    #[test]
    fn names_end_at_a_thousand_bytes() {
        let limits = Limits::default();
        let (longest, too_long) = ("x".repeat(1000), "x".repeat(1001));
        assert_eq!(check(workflow_id(&longest, &limits)), "fine");
        assert_eq!(
            check(workflow_id(&too_long, &limits)),
            "WorkflowId length exceeds limit."
        );
        assert_eq!(
            check(identity(&too_long, &limits)),
            "Identity length exceeds limit."
        );
        // Bytes are counted, not characters.
        assert_eq!(
            check(signal_name(&"é".repeat(501), &limits)),
            "SignalName length exceeds limit."
        );
    }

    #[test]
    fn a_zero_byte_is_refused_wherever_it_would_be_stored() {
        let limits = Limits::default();
        assert_eq!(
            check(workflow_id("a\0b", &limits)),
            "WorkflowId contains a zero byte."
        );
        let named = WorkflowExecution {
            workflow_id: "\0".into(),
            ..Default::default()
        };
        assert_eq!(
            check(execution(Some(named))),
            "WorkflowId contains a zero byte."
        );
        assert_eq!(
            check(namespace("n\0", &limits)),
            "Namespace contains a zero byte."
        );
    }

    #[test]
    fn a_request_id_is_made_up_where_there_is_none() {
        let limits = Limits::default();
        let mut id = String::new();
        assert_eq!(check(request_id(&mut id, &limits)), "fine");
        assert!(Uuid::try_parse(&id).is_ok());
        let mut own = "mine".to_owned();
        assert_eq!(check(request_id(&mut own, &limits)), "fine");
        assert_eq!(own, "mine");
        assert_eq!(
            check(request_id(&mut "x".repeat(1001), &limits)),
            "RequestId length exceeds limit."
        );
    }

    #[test]
    fn a_run_id_is_a_uuid_or_nothing() {
        assert_eq!(check(run_id("nonsense")), "Invalid RunId.");
        assert_eq!(check(run_id_of_any("nonsense")), "RunId is not valid UUID.");
        assert!(run_id("").expect("is fine").is_none());
        assert!(
            run_id("00000000-0000-4000-8000-000000000000")
                .expect("is fine")
                .is_some()
        );
    }
}
