//! Takes a request of HTTP apart, calls what it means, and makes an answer of the response.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use bytes::Bytes;
use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor};
use serde_json::{Map, Value};
use tonic::Status;

use super::{
    answer, call,
    format::Format,
    json, query,
    routes::{self, Found, PathFields, Route, ServiceName},
    schema,
};
use crate::rpc::{
    call::parse_timeout,
    serve::{OperatorApi, REQUEST_SIZE_BYTES, WorkflowApi},
};

/// The transport has the same deadline, but knows no JSON: this much before it the call is given up here.
const TIMEOUT_MARGIN: Duration = Duration::from_millis(10);

/// The services that calls go to.
#[derive(Clone)]
pub(crate) struct Gateway {
    workflow: WorkflowApi,
    operator: OperatorApi,
}

impl Gateway {
    pub(crate) fn new(workflow: WorkflowApi, operator: OperatorApi) -> Self {
        Self { workflow, operator }
    }

    /// What answers requests.
    pub(super) fn router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }

    async fn respond(&self, request: Request, format: Format) -> Result<Value, Status> {
        let (parts, body) = request.into_parts();
        let (route, path) = match routes::find(&parts.method, parts.uri.path()) {
            Found::Call(route, path) => (route, path),
            Found::OtherVerb => return Err(Status::unimplemented("Method Not Allowed")),
            Found::Nothing => return Err(Status::not_found("Not Found")),
        };
        let method = schema::method(route.service, route.method).ok_or_else(|| {
            Status::internal(format!("the schema has no method {}", route.method))
        })?;
        let message = match route.has_body {
            true => body_fields(body).await,
            false => query_fields(&method.input(), &parts.uri, &path),
        }
        .and_then(|fields| {
            read_message(
                method.input(),
                fields,
                path,
                Format::of_request(&parts.headers),
            )
        })
        .map_err(Status::invalid_argument)?;
        let bytes = self
            .call_in_time(route, &parts.headers, &message.encode_to_vec())
            .await?;
        let response = DynamicMessage::decode(method.output(), bytes)
            .map_err(|error| Status::internal(format!("the response can't be read: {error}")))?;
        json::write(&response, format).map_err(Status::internal)
    }

    async fn call_in_time(
        &self,
        route: &Route,
        headers: &HeaderMap,
        message: &[u8],
    ) -> Result<Bytes, Status> {
        let calling = self.call(route, headers, message);
        let timeout = headers
            .get("grpc-timeout")
            .and_then(|text| parse_timeout(text.to_str().ok()?));
        match timeout {
            None => calling.await,
            Some(timeout) => tokio::time::timeout(timeout.saturating_sub(TIMEOUT_MARGIN), calling)
                .await
                .unwrap_or_else(|_| Err(Status::deadline_exceeded("context deadline exceeded"))),
        }
    }

    async fn call(
        &self,
        route: &Route,
        headers: &HeaderMap,
        message: &[u8],
    ) -> Result<Bytes, Status> {
        let path = format!("/{}/{}", route.service.full(), route.method);
        match route.service {
            ServiceName::Workflow => {
                call::unary(self.workflow.clone(), &path, headers, message).await
            }
            ServiceName::Operator => {
                call::unary(self.operator.clone(), &path, headers, message).await
            }
        }
    }
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let format = Format::of_answer(request.headers(), query);
    match gateway.respond(request, format).await {
        Ok(json) => answer::success(&json, format),
        Err(status) => answer::failure(&status, format),
    }
}

/// The fields that a body names. One that is empty names none.
async fn body_fields(body: Body) -> Result<Map<String, Value>, String> {
    let bytes = to_bytes(body, REQUEST_SIZE_BYTES).await.map_err(|error| {
        format!("the request can't be read, or is larger than {REQUEST_SIZE_BYTES} bytes: {error}")
    })?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| format!("the request is no JSON object: {error}"))
}

fn query_fields(
    message: &MessageDescriptor,
    uri: &Uri,
    path: &PathFields,
) -> Result<Map<String, Value>, String> {
    let mut fields = Map::new();
    query::read(message, uri.query().unwrap_or_default(), path, &mut fields)?;
    Ok(fields)
}

/// The request's message. What the path says goes before what the body says.
fn read_message(
    message: MessageDescriptor,
    mut fields: Map<String, Value>,
    path: PathFields,
    format: Format,
) -> Result<DynamicMessage, String> {
    for (name, text) in path {
        let place = schema::resolve(&message, name)
            .ok_or_else(|| format!("{} has no field {name}", message.name()))?;
        json::set(&mut fields, &place, Value::String(text));
    }
    json::read(message, Value::Object(fields), format)
}
