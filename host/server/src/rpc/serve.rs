//! The gRPC server: which services it has, on what terms, until it is told to stop.

use std::{sync::Arc, time::Duration};

use sundial_proto::{
    operatorservice::operator_service_server::OperatorServiceServer,
    registry::registry_service_server::RegistryServiceServer,
    testservice::test_service_server::TestServiceServer,
    workflowservice::workflow_service_server::{SERVICE_NAME, WorkflowServiceServer},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{
    codec::CompressionEncoding,
    transport::{self, Certificate, Identity, ServerTlsConfig},
};
use tonic_health::ServingStatus;

use super::{
    backend::Backend,
    connection::Incoming,
    measured::Measured,
    operator_service::OperatorHandler,
    plain_errors::PlainErrors,
    reflection::{Lazy, builder},
    test_service::TestHandler,
    workflow_service::WorkflowHandler,
};
use crate::{
    options::Tls,
    registry::{Registry, RegistryHandler},
};

/// Largest request, in bytes. Temporal's, which is that of gRPC itself.
pub(super) const REQUEST_SIZE_BYTES: usize = 4 * 1024 * 1024;

/// A connection that is silent for so long is asked whether it is still there. Temporal: 1 min.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
/// And is closed if it says nothing for so long. Temporal: 10 s.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client has to prove who it is and to agree on keys: a few round trips and a signature.
pub(super) const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How much a client may send before it must wait for us, per call and per connection: a piece of an upload at once.
const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// A service as it is served: counted, timed, with errors in words that clients know.
type Served<S> = Measured<PlainErrors<S>>;
/// Temporal's WorkflowService.
pub(crate) type WorkflowApi = Served<WorkflowServiceServer<WorkflowHandler>>;
/// Temporal's OperatorService.
pub(crate) type OperatorApi = Served<OperatorServiceServer<OperatorHandler>>;

/// WorkflowService, as it is served on every port.
pub(crate) fn workflow_api(backend: Arc<Backend>) -> WorkflowApi {
    let service = WorkflowServiceServer::new(WorkflowHandler::new(backend))
        .max_decoding_message_size(REQUEST_SIZE_BYTES)
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    Measured::new(PlainErrors(service))
}

/// OperatorService, as it is served on every port.
pub(crate) fn operator_api(backend: Arc<Backend>) -> OperatorApi {
    let service = OperatorServiceServer::new(OperatorHandler::new(backend))
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    Measured::new(PlainErrors(service))
}

/// The transport with its terms, and with TLS if there are certificates. Fails if they can't be used.
pub(crate) fn transport(tls: Option<Tls>) -> Result<transport::Server, transport::Error> {
    let server = transport::Server::builder()
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .initial_stream_window_size(Some(STREAM_WINDOW_BYTES))
        .initial_connection_window_size(Some(CONNECTION_WINDOW_BYTES));
    let Some(tls) = tls else {
        return Ok(server);
    };
    let config = ServerTlsConfig::new()
        .identity(Identity::from_pem(tls.certificate, tls.key))
        .timeout(TLS_HANDSHAKE_TIMEOUT);
    server.tls_config(match tls.client_authority {
        Some(authority) => config.client_ca_root(Certificate::from_pem(authority)),
        None => config,
    })
}

/// Serves until `stopping` is cancelled and the calls that are being answered then have ended.
pub(crate) async fn serve(
    mut transport: transport::Server,
    listener: TcpListener,
    backend: Arc<Backend>,
    (workflow_api, operator_api): (WorkflowApi, OperatorApi),
    registry: Arc<Registry>,
    stopping: CancellationToken,
) -> Result<(), transport::Error> {
    let incoming = Incoming::new(listener, backend.matching().clone());
    let test_service = backend.engine.clock().skipping().map(|clock| {
        PlainErrors(
            TestServiceServer::new(TestHandler::new(clock.clone()))
                .accept_compressed(CompressionEncoding::Gzip),
        )
    });
    // Components are compressed poorly and sent rarely: their bytes go as they are.
    let registry_service = RegistryServiceServer::new(RegistryHandler(registry))
        .max_decoding_message_size(REQUEST_SIZE_BYTES)
        .accept_compressed(CompressionEncoding::Gzip);
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status(SERVICE_NAME, ServingStatus::Serving)
        .await;
    health.set_service_status("", ServingStatus::Serving).await;

    let announce = {
        let stopping = stopping.clone();
        async move {
            stopping.cancelled().await;
            health
                .set_service_status(SERVICE_NAME, ServingStatus::NotServing)
                .await;
            health
                .set_service_status("", ServingStatus::NotServing)
                .await;
        }
    };
    transport
        .add_service(workflow_api)
        .add_service(operator_api)
        .add_service(Measured::new(PlainErrors(registry_service)))
        .add_optional_service(test_service)
        .add_service(
            health_service
                .accept_compressed(CompressionEncoding::Gzip)
                .send_compressed(CompressionEncoding::Gzip),
        )
        .add_service(Lazy::new(|| {
            builder()
                .build_v1()
                .expect("the schema that was compiled in can be unpacked")
        }))
        .add_service(Lazy::new(|| {
            builder()
                .build_v1alpha()
                .expect("the schema that was compiled in can be unpacked")
        }))
        .serve_with_incoming_shutdown(incoming, announce)
        .await
}
