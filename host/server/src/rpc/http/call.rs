//! Calls a method of a gRPC service in this process, as a client would, without a connection.

use std::convert::Infallible;

use axum::http::{self, HeaderMap, HeaderName, HeaderValue, header};
use bytes::{BufMut, Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use tonic::{Status, body::Body, codegen::Service};

/// Before each message: whether it is compressed, and how long it is.
const PREFIX_BYTES: usize = 5;

/// Headers of HTTP that calls get as they are. Temporal's, but for those that only its own proxies send.
const FORWARDED: [&str; 6] = [
    "authorization",
    "authorization-extras",
    "client-name",
    "client-version",
    "grpc-timeout",
    "x-forwarded-for",
];
/// What comes with this before its name is meant for the call.
const METADATA_PREFIX: &str = "grpc-metadata-";

/// Sends an encoded request to a method, by its path, and returns the encoded response.
pub(super) async fn unary<S>(
    mut service: S,
    path: &str,
    headers: &HeaderMap,
    message: &[u8],
) -> Result<Bytes, Status>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
{
    let mut request = http::Request::post(path)
        .version(http::Version::HTTP_2)
        .header(header::CONTENT_TYPE, "application/grpc")
        .header(header::TE, "trailers")
        .body(Body::new(Full::new(framed(message)?)))
        .map_err(|error| Status::internal(format!("{path} can't be called: {error}")))?;
    request.headers_mut().extend(metadata(headers));
    let response = match service.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if let Some(status) = Status::from_header_map(response.headers())
        && status.code() != tonic::Code::Ok
    {
        return Err(status);
    }
    let collected = response.into_body().collect().await?;
    if let Some(status) = collected.trailers().and_then(Status::from_header_map)
        && status.code() != tonic::Code::Ok
    {
        return Err(status);
    }
    let mut bytes = collected.to_bytes();
    if bytes.len() < PREFIX_BYTES {
        return Err(Status::internal(format!("{path} answered with nothing")));
    }
    Ok(bytes.split_off(PREFIX_BYTES))
}

fn framed(message: &[u8]) -> Result<Bytes, Status> {
    let length = u32::try_from(message.len())
        .map_err(|_| Status::resource_exhausted("the request is larger than 4 GiB"))?;
    let mut bytes = BytesMut::with_capacity(PREFIX_BYTES + message.len());
    bytes.put_u8(0);
    bytes.put_u32(length);
    bytes.put_slice(message);
    Ok(bytes.freeze())
}

fn metadata(headers: &HeaderMap) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    headers.iter().filter_map(|(name, value)| {
        let name = match name.as_str().strip_prefix(METADATA_PREFIX) {
            // Those of the protocol itself are ours.
            Some(rest) if !rest.starts_with("grpc-") && rest != "te" && rest != "content-type" => {
                HeaderName::from_bytes(rest.as_bytes()).ok()?
            }
            Some(_) => return None,
            None if FORWARDED.contains(&name.as_str()) => name.clone(),
            None => return None,
        };
        Some((name, value.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_are_meant_for_the_call_come_with_it() {
        let mut headers = HeaderMap::new();
        for name in [
            "Authorization",
            "Cookie",
            "Grpc-Metadata-Tenant",
            "Grpc-Metadata-Grpc-Encoding",
            "Grpc-Metadata-Te",
            "Host",
        ] {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("is a name");
            headers.insert(name, HeaderValue::from_static("x"));
        }
        let mut names: Vec<String> = metadata(&headers)
            .map(|(name, _)| name.to_string())
            .collect();
        names.sort();
        assert_eq!(names, ["authorization", "tenant"]);
    }
}
