//! Answers of HTTP: JSON in the form that was asked for, and the code that stands for a status of gRPC.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use prost_reflect::DynamicMessage;
use serde_json::{Value, json};
use tonic::{Code, Status};

use super::{format::Format, json, schema};

/// The answer to a call that succeeded.
pub(super) fn success(json: &Value, format: Format) -> Response {
    respond(StatusCode::OK, json, format)
}

/// The answer to a call that did not: its code, message and details.
pub(super) fn failure(status: &Status, format: Format) -> Response {
    let mut json = json!({"code": status.code() as i32, "message": status.message()});
    if let Some(details) = details(status, format) {
        json["details"] = details;
    }
    respond(http_code(status.code()), &json, format)
}

fn details(status: &Status, format: Format) -> Option<Value> {
    if status.details().is_empty() {
        return None;
    }
    let message = DynamicMessage::decode(schema::message("google.rpc.Status")?, status.details());
    let mut json = json::write(&message.ok()?, format).ok()?;
    Some(json.get_mut("details")?.take())
}

fn respond(code: StatusCode, json: &Value, format: Format) -> Response {
    let text = match format.is_pretty {
        true => format!("{json:#}"),
        false => json.to_string(),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = code;
    let content_type = HeaderValue::from_static(format.content_type());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

/// The code of HTTP for a code of gRPC, as googleapis maps them.
fn http_code(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => {
            StatusCode::BAD_REQUEST
        }
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        // Not registered: nginx's for a client that went away.
        Code::Cancelled => StatusCode::from_u16(499).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
    }
}
