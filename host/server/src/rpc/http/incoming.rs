//! Connections of the HTTP API, with TLS if the server has a certificate. Unlike gRPC's, they may speak HTTP/1.1.

use std::{io, sync::Arc};

use futures::{Stream, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};
use tokio_util::either::Either;
use tonic::transport::server::Connected;

use crate::{
    options::Tls,
    rpc::{accepting::Accepting, first_words::FirstWords, serve::TLS_HANDSHAKE_TIMEOUT},
};

/// How many clients may be agreeing on keys at once; further ones wait.
const HANDSHAKES_AT_ONCE: usize = 256;

/// A connection. Who speaks late in TLS is not waited for either.
pub(super) type Connection = FirstWords<Either<TcpStream, Box<TlsStream<TcpStream>>>>;

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

/// Why certificates can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One is no PEM.
    #[error(transparent)]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// A certificate does not fit its key, or is of a kind that is not known.
    #[error(transparent)]
    Certificate(#[from] rustls::Error),
    /// The authority of clients can't be one.
    #[error(transparent)]
    Authority(#[from] rustls::client::VerifierBuilderError),
}

/// What agrees with clients on keys, by the same certificates as for gRPC.
pub(crate) fn acceptor(tls: &Tls) -> Result<TlsAcceptor, TlsError> {
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&tls.certificate).collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(&tls.key)?;
    let config = match &tls.client_authority {
        None => ServerConfig::builder().with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(authority) {
                roots.add(certificate?)?;
            }
            let verifier = WebPkiClientVerifier::builder(roots.into()).build()?;
            ServerConfig::builder().with_client_cert_verifier(verifier)
        }
    };
    let mut config = config.with_single_cert(certificates, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The connections that come to a listener. It never ends: who can't agree on keys is passed over.
pub(super) fn incoming(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
) -> impl Stream<Item = io::Result<Connection>> {
    Accepting::new(listener)
        .map(move |stream| agree(stream, tls.clone()))
        .buffer_unordered(HANDSHAKES_AT_ONCE)
        .filter_map(|agreed| std::future::ready(agreed.map(Ok)))
}

async fn agree(stream: TcpStream, tls: Option<TlsAcceptor>) -> Option<Connection> {
    let Some(tls) = tls else {
        return Some(FirstWords::new(Either::Left(stream)));
    };
    match tokio::time::timeout(TLS_HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(FirstWords::new(Either::Right(Box::new(stream)))),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a client of the HTTP API did not agree on keys");
            None
        }
        Err(_) => None,
    }
}
