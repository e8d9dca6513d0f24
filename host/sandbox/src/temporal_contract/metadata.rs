//! The query by which the web UI and the CLI ask a run what it can do and what it is doing.

use serde_json::json;
use temporalio_protos::temporal::api::common::v1::Payload;

use crate::definitions::{Handler, WorkflowDefinition};

/// Reserved by Temporal: <https://github.com/temporalio/api/blob/master/temporal/api/sdk/v1/workflow_metadata.proto>.
pub(super) const QUERY_TYPE: &str = "__temporal_workflow_metadata";

/// The JSON form of `temporal.api.sdk.v1.WorkflowMetadata`, as all SDKs answer it.
pub(super) fn answer(definition: &WorkflowDefinition, current_details: &str) -> Payload {
    let metadata = json!({
        "definition": {
            "type": definition.workflow_type,
            "queryDefinitions": sorted(&definition.queries),
            "signalDefinitions": sorted(&definition.signals),
            "updateDefinitions": sorted(&definition.updates),
        },
        "currentDetails": current_details,
    });
    Payload {
        metadata: [
            ("encoding".to_owned(), b"json/protobuf".to_vec()),
            (
                "messageType".to_owned(),
                b"temporal.api.sdk.v1.WorkflowMetadata".to_vec(),
            ),
        ]
        .into(),
        data: metadata.to_string().into_bytes(),
        ..Default::default()
    }
}

/// By name, as the message's definition asks.
fn sorted(handlers: &[Handler]) -> Vec<serde_json::Value> {
    let mut handlers: Vec<_> = handlers.iter().collect();
    handlers.sort_by(|a, b| a.name.cmp(&b.name));
    handlers
        .into_iter()
        .map(|handler| json!({ "name": handler.name, "description": handler.description }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_listed_by_name() {
        let definition = WorkflowDefinition {
            workflow_type: "Order".into(),
            signals: vec!["pay".to_owned().into(), "approve".to_owned().into()],
            ..Default::default()
        };
        let payload = answer(&definition, "waiting");
        insta::assert_snapshot!(
            String::from_utf8(payload.data).unwrap(),
            @r#"{"currentDetails":"waiting","definition":{"queryDefinitions":[],"signalDefinitions":[{"description":"","name":"approve"},{"description":"","name":"pay"}],"type":"Order","updateDefinitions":[]}}"#
        );
    }
}
