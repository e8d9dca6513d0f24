//! Serves the HTTP API until it is told to stop.

use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic::{service::Routes, transport};

use super::{gateway::Gateway, incoming::incoming};

/// Serves until `stopping` is cancelled and the requests that are being answered then have ended.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    gateway: Gateway,
    stopping: CancellationToken,
) -> Result<(), transport::Error> {
    transport::Server::builder()
        .accept_http1(true)
        .add_routes(Routes::from(gateway.router()))
        .serve_with_incoming_shutdown(
            Box::pin(incoming(listener, tls)),
            stopping.cancelled_owned(),
        )
        .await
}
