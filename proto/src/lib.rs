//! The services that Sundial speaks: server traits of Temporal's API, and the module registry.
//!
//! Messages of Temporal's API are those of the crate `temporalio-protos`; this crate adds what that crate lacks,
//! the server side. It has no behaviour of its own.

/// Server traits of `temporal.api.workflowservice.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod workflowservice {
    tonic::include_proto!("temporal.api.workflowservice.v1");
}

/// Server traits of `temporal.api.operatorservice.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod operatorservice {
    tonic::include_proto!("temporal.api.operatorservice.v1");
}

/// Server traits of `temporal.api.testservice.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod testservice {
    tonic::include_proto!("temporal.api.testservice.v1");
}

/// Messages, server trait and client of `sundial.registry.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod registry {
    include!(concat!(env!("OUT_DIR"), "/registry/sundial.registry.v1.rs"));
}

/// Encoded `FileDescriptorSet` of Temporal's API, for reflection.
pub const TEMPORAL_DESCRIPTORS: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/temporal_descriptors.bin"));

/// Encoded `FileDescriptorSet` of the module registry, for reflection.
pub const REGISTRY_DESCRIPTORS: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/registry_descriptors.bin"));
