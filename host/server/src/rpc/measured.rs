//! Counts and times the calls of a service, by method and by the code of the answer.
//!
//! What is timed is how long the beginning of an answer takes: of an answer that is one message that is all, of a stream
//! the time to its headers, and how the stream ends is not counted. A method is counted from its first answer on that is
//! not UNIMPLEMENTED, so that names which clients make up take no memory. A call costs a lookup under a shared lock and
//! two readings of the clock, whether somebody reads the metrics or not; a method's meters are made by its first call.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    task::{Context, Poll, ready},
    time::Instant,
};

use metrics::{Counter, Histogram, counter, histogram};
use tonic::{
    Code, Status,
    body::Body,
    codegen::{Service, http},
    server::NamedService,
};

/// The codes that gRPC has, from `Ok` to `Unauthenticated`: each is an index.
const CODE_COUNT: usize = 17;

/// A generated service whose calls are counted and timed.
#[derive(Clone)]
pub(crate) struct Measured<S> {
    inner: S,
    methods: Methods,
}

impl<S> Measured<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self {
            inner,
            methods: Methods::default(),
        }
    }
}

impl<S: NamedService> NamedService for Measured<S> {
    const NAME: &'static str = S::NAME;
}

impl<S, B> Service<http::Request<B>> for Measured<S>
where
    S: Service<http::Request<B>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Unpin,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = MeasuredFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        // Cheap: the path's bytes are shared.
        let uri = request.uri().clone();
        MeasuredFuture {
            begun: Instant::now(),
            methods: self.methods.clone(),
            inner: self.inner.call(request),
            uri,
        }
    }
}

/// The answer of a [`Measured`].
pub(crate) struct MeasuredFuture<F> {
    inner: F,
    uri: http::Uri,
    methods: Methods,
    begun: Instant,
}

impl<F> Future for MeasuredFuture<F>
where
    F: Future<Output = Result<http::Response<Body>, Infallible>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(Pin::new(&mut self.inner).poll(cx))?;
        // Only an error without a body has its status among the headers. Those of calls that answer with one message
        // are such; a stream that breaks off later says so behind its body, and counts as what it began as.
        let code = match response.headers().get(Status::GRPC_STATUS) {
            Some(code) => Code::from_bytes(code.as_bytes()),
            None => Code::Ok,
        };
        self.methods.count(self.uri.path(), code, self.begun);
        Poll::Ready(Ok(response))
    }
}

/// The meters of each method that was called.
#[derive(Clone, Default)]
struct Methods(Arc<RwLock<HashMap<String, Meters>>>);

impl Methods {
    fn count(&self, path: &str, code: Code, begun: Instant) {
        let methods = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meters) = methods.get(path) {
            meters.count(code, begun);
            return;
        }
        drop(methods);
        // Clients must not make up names without end.
        if code == Code::Unimplemented {
            return;
        }
        let mut methods = self.0.write().unwrap_or_else(PoisonError::into_inner);
        methods
            .entry(path.to_owned())
            .or_insert_with(|| Meters::new(path))
            .count(code, begun);
    }
}

struct Meters {
    service: String,
    method: String,
    seconds: Histogram,
    by_code: [OnceLock<Counter>; CODE_COUNT],
}

impl Meters {
    fn new(path: &str) -> Self {
        let (service, method) = path
            .trim_start_matches('/')
            .rsplit_once('/')
            .unwrap_or(("", path));
        let service = service.rsplit('.').next().unwrap_or(service).to_owned();
        let method = method.to_owned();
        Self {
            seconds: histogram!(
                "sundial_request_seconds", "service" => service.clone(), "method" => method.clone()
            ),
            service,
            method,
            by_code: Default::default(),
        }
    }

    fn count(&self, code: Code, begun: Instant) {
        self.seconds.record(begun.elapsed());
        let Some(counter) = self.by_code.get(code as usize) else {
            return;
        };
        counter
            .get_or_init(|| {
                counter!(
                    "sundial_requests_total",
                    "service" => self.service.clone(),
                    "method" => self.method.clone(),
                    "code" => format!("{code:?}"),
                )
            })
            .increment(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_method_has_are_not_kept() {
        let methods = Methods::default();
        let path =
            |method: &str| format!("/temporal.api.workflowservice.v1.WorkflowService/{method}");
        methods.count(&path("MadeUp"), Code::Unimplemented, Instant::now());
        methods.count(&path("GetSystemInfo"), Code::Ok, Instant::now());
        let kept = methods.0.read().expect("nothing panicked");
        assert_eq!(kept.len(), 1);
        let meters = &kept[&path("GetSystemInfo")];
        assert_eq!(
            (meters.service.as_str(), meters.method.as_str()),
            ("WorkflowService", "GetSystemInfo")
        );
    }
}
