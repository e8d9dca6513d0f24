//! A failure as the report shows it: what kind, what it says, and its causes.

use serde_json::{Map, Value, json};
use temporalio_protos::temporal::api::failure::v1::{Failure, failure::FailureInfo};

use crate::payload;

/// `{kind, message, type, non_retryable, details, cause, ..}`, without what is not there.
pub(super) fn to_json(failure: Option<&Failure>) -> Value {
    let Some(failure) = failure else {
        return json!({ "message": "no reason given" });
    };
    let mut fields = Map::new();
    fields.insert("message".into(), json!(failure.message));
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => {
            fields.insert("kind".into(), json!("application"));
            if !info.r#type.is_empty() {
                fields.insert("type".into(), json!(info.r#type));
            }
            if info.non_retryable {
                fields.insert("non_retryable".into(), json!(true));
            }
            if info.details.is_some() {
                let details = payload::all_to_json(info.details.as_ref());
                fields.insert("details".into(), details);
            }
        }
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            fields.insert("kind".into(), json!("timeout"));
            let name = info.timeout_type().as_str_name();
            let name = name.trim_start_matches("TIMEOUT_TYPE_").to_lowercase();
            fields.insert("type".into(), json!(name));
        }
        Some(FailureInfo::CanceledFailureInfo(_)) => {
            fields.insert("kind".into(), json!("cancelled"));
        }
        Some(FailureInfo::TerminatedFailureInfo(_)) => {
            fields.insert("kind".into(), json!("terminated"));
        }
        Some(FailureInfo::ActivityFailureInfo(info)) => {
            fields.insert("kind".into(), json!("activity"));
            let activity = info.activity_type.as_ref().map(|kind| kind.name.as_str());
            fields.insert("activity".into(), json!(activity));
        }
        Some(FailureInfo::ChildWorkflowExecutionFailureInfo(info)) => {
            fields.insert("kind".into(), json!("child"));
            let workflow = info.workflow_type.as_ref().map(|kind| kind.name.as_str());
            fields.insert("workflow".into(), json!(workflow));
        }
        // The rest is told by its message.
        Some(_) | None => {}
    }
    if let Some(cause) = &failure.cause {
        fields.insert("cause".into(), to_json(Some(cause)));
    }
    Value::Object(fields)
}
