//! Search attributes in requests.
//!
//! Attributes need no registration here: their type is in their payload's metadata. What is checked is their number,
//! their size, and that none takes a name of the system's.

use prost::Message;
use temporalio_protos::temporal::api::common::v1::SearchAttributes;

use crate::rpc::status::{RpcError, invalid};

/// Temporal's limits.
const COUNT_MAX: usize = 100;
const VALUE_SIZE_BYTES: usize = 2 * 1024;
const TOTAL_SIZE_BYTES: usize = 40 * 1024;

/// Names that the server sets itself.
const SYSTEM: [&str; 19] = [
    "WorkflowId",
    "RunId",
    "WorkflowType",
    "StartTime",
    "ExecutionTime",
    "CloseTime",
    "ExecutionStatus",
    "TaskQueue",
    "HistoryLength",
    "ExecutionDuration",
    "StateTransitionCount",
    "HistorySizeBytes",
    "ParentWorkflowId",
    "ParentRunId",
    "RootWorkflowId",
    "RootRunId",
    "TemporalWorkerDeployment",
    "TemporalWorkerDeploymentVersion",
    "TemporalWorkflowVersioningBehavior",
];

/// Checks the attributes of a start.
pub(crate) fn check(attributes: Option<&SearchAttributes>) -> Result<(), RpcError> {
    let Some(attributes) = attributes else {
        return Ok(());
    };
    let fields = &attributes.indexed_fields;
    if fields.len() > COUNT_MAX {
        return Err(invalid(format!(
            "number of search attributes {} exceeds limit {COUNT_MAX}",
            fields.len()
        )));
    }
    for (name, value) in fields {
        if SYSTEM.contains(&name.as_str()) {
            return Err(invalid(format!(
                "{name} attribute can't be set in SearchAttributes"
            )));
        }
        let size = value.data.len();
        if size > VALUE_SIZE_BYTES {
            return Err(invalid(format!(
                "search attribute {name} value size {size} exceeds size limit {VALUE_SIZE_BYTES}"
            )));
        }
    }
    let size = attributes.encoded_len();
    if size > TOTAL_SIZE_BYTES {
        return Err(invalid(format!(
            "total size of search attributes {size} exceeds size limit {TOTAL_SIZE_BYTES}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::common::v1::Payload;

    use super::*;

    fn verdict(fields: &[(&str, usize)]) -> String {
        let indexed_fields = fields
            .iter()
            .map(|(name, size)| {
                (
                    (*name).to_owned(),
                    Payload {
                        data: vec![0; *size],
                        ..Default::default()
                    },
                )
            })
            .collect();
        check(Some(&SearchAttributes { indexed_fields }))
            .map_or_else(|error| error.to_string(), |()| "fine".into())
    }

    #[test]
    fn attributes_have_limits() {
        assert!(check(None).is_ok());
        assert_eq!(verdict(&[("Customer", 2048)]), "fine");
        assert_eq!(
            verdict(&[("Customer", 2049)]),
            "search attribute Customer value size 2049 exceeds size limit 2048"
        );
        assert_eq!(
            verdict(&[("StartTime", 1)]),
            "StartTime attribute can't be set in SearchAttributes"
        );
        assert_eq!(
            verdict(&[("TemporalWorkerDeployment", 1)]),
            "TemporalWorkerDeployment attribute can't be set in SearchAttributes"
        );
        assert_eq!(verdict(&[("BatcherUser", 1)]), "fine");
        let names: Vec<String> = (0..101).map(|n| format!("a{n}")).collect();
        let many: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 1)).collect();
        assert_eq!(
            verdict(&many),
            "number of search attributes 101 exceeds limit 100"
        );
        let large: Vec<(&str, usize)> = many[..30].iter().map(|(name, _)| (*name, 2000)).collect();
        assert!(verdict(&large).contains("exceeds size limit 40960"));
    }
}
