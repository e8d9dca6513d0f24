//! Messages of Temporal's API as the canonical JSON of protobuf, which Temporal's own tools read.

use std::sync::LazyLock;

use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::Value;

use crate::problem::Problem;

static DESCRIPTORS: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(sundial_proto::TEMPORAL_DESCRIPTORS).ok());

/// The JSON of a message: lowerCamelCase names, enums by name, bytes as base64, defaults left out.
pub(crate) fn to_json<M: Message + Name>(message: &M) -> Result<Value, Problem> {
    let unknown = || Problem::new(format!("{} can't be shown as JSON", M::full_name()));
    let pool = DESCRIPTORS.as_ref().ok_or_else(unknown)?;
    let descriptor = pool
        .get_message_by_name(&M::full_name())
        .ok_or_else(unknown)?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|_| unknown())?;
    dynamic
        .serialize_with_options(serde_json::value::Serializer, &SerializeOptions::new())
        .map_err(|error| {
            Problem::new(format!(
                "{} can't be shown as JSON: {error}",
                M::full_name()
            ))
        })
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::{
        common::v1::{WorkflowExecution, WorkflowType},
        enums::v1::WorkflowExecutionStatus,
        workflow::v1::WorkflowExecutionInfo,
    };

    use super::*;

    #[test]
    fn a_message_is_shown_as_temporal_s_tools_show_it() {
        let info = WorkflowExecutionInfo {
            execution: Some(WorkflowExecution {
                workflow_id: "w".into(),
                run_id: "r".into(),
            }),
            r#type: Some(WorkflowType {
                name: "Order".into(),
            }),
            status: WorkflowExecutionStatus::Running.into(),
            history_length: 3,
            ..WorkflowExecutionInfo::default()
        };
        assert_eq!(
            to_json(&info).expect("the type is known"),
            serde_json::json!({
                "execution": { "workflowId": "w", "runId": "r" },
                "type": { "name": "Order" },
                "status": "WORKFLOW_EXECUTION_STATUS_RUNNING",
                "historyLength": "3",
            })
        );
    }
}
