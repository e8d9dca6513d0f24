//! Gives the errors that tonic makes itself the words that Temporal's clients know.
//!
//! A method without an implementation is named, and a message that is too large is refused with the code and the
//! beginning that SDKs look for (they then fail the workflow task instead of sending it for ever).

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tonic::{
    Code, Status,
    body::Body,
    codegen::{Service, http},
    server::NamedService,
};

/// What the generated code says for methods that were not written.
const STUB_MESSAGE: &str = "Not yet implemented";

/// How tonic begins when a message is larger than the limit.
const TOO_LARGE_PREFIX: &str = "Error, decoded message length too large:";

/// A generated service with better words.
#[derive(Clone, Debug)]
pub(crate) struct PlainErrors<S>(pub(crate) S);

impl<S: NamedService> NamedService for PlainErrors<S> {
    const NAME: &'static str = S::NAME;
}

impl<S, B> Service<http::Request<B>> for PlainErrors<S>
where
    S: Service<http::Request<B>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Unpin,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = PlainErrorsFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        // Cheap: the path's bytes are shared.
        let uri = request.uri().clone();
        PlainErrorsFuture {
            inner: self.0.call(request),
            uri,
        }
    }
}

/// The answer of a [`PlainErrors`].
pub(crate) struct PlainErrorsFuture<F> {
    inner: F,
    uri: http::Uri,
}

impl<F> Future for PlainErrorsFuture<F>
where
    F: Future<Output = Result<http::Response<Body>, Infallible>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match ready!(Pin::new(&mut self.inner).poll(cx)) {
            Ok(response) => response,
            Err(never) => match never {},
        };
        // Only an error without a body has its status among the headers.
        if !response.headers().contains_key(Status::GRPC_STATUS) {
            return Poll::Ready(Ok(response));
        }
        let better = Status::from_header_map(response.headers())
            .and_then(|status| better_words(&status, self.uri.path()));
        Poll::Ready(Ok(better.map_or(response, Status::into_http)))
    }
}

fn better_words(status: &Status, path: &str) -> Option<Status> {
    let (service, method) = path.trim_start_matches('/').rsplit_once('/')?;
    match status.code() {
        Code::Unimplemented if status.message() == STUB_MESSAGE => {
            let service = service.rsplit('.').next().unwrap_or(service);
            Some(Status::unimplemented(format!(
                "method {method} of {service} is not implemented by this server"
            )))
        }
        Code::Unimplemented if status.message().is_empty() => Some(Status::unimplemented(format!(
            "unknown method {method} for service {service}"
        ))),
        Code::OutOfRange => {
            let sizes = status.message().strip_prefix(TOO_LARGE_PREFIX)?;
            let mut numbers = sizes
                .split(|c: char| !c.is_ascii_digit())
                .filter(|n| !n.is_empty());
            let (found, limit) = (numbers.next()?, numbers.next()?);
            Some(Status::resource_exhausted(format!(
                "grpc: received message larger than max ({found} vs. {limit})"
            )))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: &Status) -> String {
        let path = "/temporal.api.workflowservice.v1.WorkflowService/CreateSchedule";
        match better_words(status, path) {
            None => "unchanged".into(),
            Some(status) => format!("{:?}: {}", status.code(), status.message()),
        }
    }

    #[test]
    fn a_method_that_was_not_written_is_named() {
        assert_eq!(
            check(&Status::unimplemented(STUB_MESSAGE)),
            "Unimplemented: method CreateSchedule of WorkflowService is not implemented by this server"
        );
    }

    #[test]
    fn a_method_that_nobody_knows_is_named() {
        assert_eq!(
            check(&Status::unimplemented("")),
            "Unimplemented: unknown method CreateSchedule for service temporal.api.workflowservice.v1.WorkflowService"
        );
    }

    #[test]
    fn a_message_that_is_too_large_gets_the_words_that_sdks_look_for() {
        let tonic = "Error, decoded message length too large: found 5000000 bytes, the limit is: 4194304 bytes";
        assert_eq!(
            check(&Status::out_of_range(tonic)),
            "ResourceExhausted: grpc: received message larger than max (5000000 vs. 4194304)"
        );
    }

    #[test]
    fn other_errors_stay_as_they_are() {
        assert_eq!(
            check(&Status::unimplemented("cron is not implemented")),
            "unchanged"
        );
        assert_eq!(check(&Status::not_found("x")), "unchanged");
        assert_eq!(check(&Status::out_of_range("x")), "unchanged");
    }
}
