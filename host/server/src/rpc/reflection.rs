//! Reflection: the schema of every service, for tools that have none of their own.
//!
//! The schema takes some megabytes once it is unpacked, and few ask for it: it is unpacked for the first who does.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use tonic::{
    body::Body,
    codegen::{Service, http},
    server::NamedService,
};
use tonic_reflection::server::Builder;

/// A service that is made when it is called first.
pub(crate) struct Lazy<S> {
    made: Arc<OnceLock<S>>,
    make: fn() -> S,
}

impl<S> Lazy<S> {
    pub(crate) fn new(make: fn() -> S) -> Self {
        Self {
            made: Arc::new(OnceLock::new()),
            make,
        }
    }
}

impl<S> Clone for Lazy<S> {
    fn clone(&self) -> Self {
        Self {
            made: self.made.clone(),
            make: self.make,
        }
    }
}

impl<S: NamedService> NamedService for Lazy<S> {
    const NAME: &'static str = S::NAME;
}

impl<S, B> Service<http::Request<B>> for Lazy<S>
where
    S: Service<http::Request<B>, Response = http::Response<Body>, Error = Infallible> + Clone,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = S::Future;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Generated services are always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        self.made.get_or_init(self.make).clone().call(request)
    }
}

/// What is described.
pub(crate) fn builder() -> Builder<'static> {
    Builder::configure()
        .register_encoded_file_descriptor_set(sundial_proto::TEMPORAL_DESCRIPTORS)
        .register_encoded_file_descriptor_set(sundial_proto::REGISTRY_DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name("temporal.api.workflowservice.v1.WorkflowService")
        .with_service_name("temporal.api.operatorservice.v1.OperatorService")
        .with_service_name("sundial.registry.v1.RegistryService")
        .with_service_name("grpc.health.v1.Health")
        .with_service_name("grpc.reflection.v1.ServerReflection")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_can_be_unpacked() {
        assert!(builder().build_v1().is_ok());
        assert!(builder().build_v1alpha().is_ok());
    }
}
