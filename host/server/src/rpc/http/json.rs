//! Messages as JSON: protobuf's mapping as Temporal extends it.

use prost_reflect::{
    DynamicMessage, FieldDescriptor, MessageDescriptor, ReflectMessage, SerializeOptions,
};
use serde_json::{Map, Value};

use super::{format::Format, payloads};

/// Reads a message. Fails, with words for who sent it, at what the message does not have.
pub(super) fn read(
    message: MessageDescriptor,
    mut json: Value,
    format: Format,
) -> Result<DynamicMessage, String> {
    payloads::expand(&message, &mut json, format.has_short_payloads);
    let name = message.name().to_owned();
    DynamicMessage::deserialize(message, json)
        .map_err(|error| format!("the request is no {name}: {error}"))
}

/// Writes a message. Fails at what JSON has no words for, such as a time in no year.
pub(super) fn write(message: &DynamicMessage, format: Format) -> Result<Value, String> {
    let mut json = message
        .serialize_with_options(serde_json::value::Serializer, &SerializeOptions::new())
        .map_err(|error| format!("the answer can't be written as JSON: {error}"))?;
    if format.has_short_payloads {
        payloads::shorten(&message.descriptor(), &mut json);
    }
    Ok(json)
}

/// Puts a value where a field of a field is, in the place of what is there.
pub(super) fn set(object: &mut Map<String, Value>, fields: &[FieldDescriptor], value: Value) {
    let Some((field, rest)) = fields.split_first() else {
        return;
    };
    let by_name = object.remove(field.name());
    let old = object.remove(field.json_name()).or(by_name);
    let value = if rest.is_empty() {
        value
    } else {
        let mut inner = match old {
            Some(Value::Object(inner)) => inner,
            _ => Map::new(),
        };
        set(&mut inner, rest, value);
        Value::Object(inner)
    };
    object.insert(field.json_name().to_owned(), value);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::schema::{message, resolve},
        *,
    };

    fn check(name: &str, json: Value) -> Result<Value, String> {
        let format = Format {
            has_short_payloads: true,
            is_pretty: false,
        };
        let message = message(name).expect("there is such a message");
        write(&read(message, json, format)?, format)
    }

    #[test]
    fn values_are_written_as_protobuf_does() {
        let start = "temporal.api.workflowservice.v1.StartWorkflowExecutionRequest";
        let json = json!({
            "workflow_id": "w",
            "workflowRunTimeout": "1.5s",
            "workflowIdReusePolicy": "AllowDuplicate",
            "workflowIdConflictPolicy": 1,
            "input": [{"b": [1, null]}, null],
        });
        let written = json!({
            "workflowId": "w",
            "workflowRunTimeout": "1.500s",
            "workflowIdReusePolicy": "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE",
            "workflowIdConflictPolicy": "WORKFLOW_ID_CONFLICT_POLICY_FAIL",
            "input": [{"b": [1, null]}, {"metadata": {"encoding": "YmluYXJ5L251bGw="}}],
        });
        assert_eq!(check(start, json), Ok(written));
    }

    #[test]
    fn what_a_message_does_not_have_is_named() {
        let execution = "temporal.api.common.v1.WorkflowExecution";
        for (json, words) in [
            (json!({"wrong": 1}), "wrong"),
            (json!({"runId": 1}), "string"),
            (json!([]), "WorkflowExecution"),
        ] {
            let error = check(execution, json).expect_err("it is wrong");
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_field_of_a_field_is_put_in_the_place_of_what_is_there() {
        let request = message("temporal.api.workflowservice.v1.QueryWorkflowRequest")
            .expect("there is such a message");
        let fields = resolve(&request, "execution.workflow_id").expect("there are such fields");
        let mut object = Map::new();
        object.insert(
            "execution".into(),
            json!({"workflow_id": "old", "runId": "r"}),
        );
        set(&mut object, &fields, "new".into());
        assert_eq!(
            Value::Object(object),
            json!({"execution": {"workflowId": "new", "runId": "r"}})
        );
    }
}
