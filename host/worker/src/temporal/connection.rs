//! Connections to the server, one for each namespace, and the pollers that share them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use temporalio_client::{
    ClientTlsOptions, Connection, ConnectionOptions, GrpcCompression, TlsOptions, Url,
};
use temporalio_common::telemetry::TelemetryOptions;
use temporalio_sdk_core::{CoreRuntime, RuntimeOptions};
use tokio::sync::Mutex;

use super::{Core, CoreError, Polls, sdk_core::SdkCore};
use crate::{error::WorkerError, options::WorkerOptions};

/// How long a connection may take to come up, so that a host that does not answer is told as such.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often the host tells the server that it lives, and how loaded it is.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(60);

/// The server, as one client of it.
pub(crate) struct TemporalClient {
    runtime: CoreRuntime,
    options: ConnectionOptions,
    address: String,
    identity: String,
    connections: Mutex<HashMap<String, Connection>>,
}

impl TemporalClient {
    /// Needs a tokio runtime, in which everything of it will run. Connects to nothing yet.
    pub(crate) fn new(options: &WorkerOptions) -> Result<Self, WorkerError> {
        let url: Url = parse(&options.address)?;
        let runtime = RuntimeOptions::builder()
            .telemetry_options(TelemetryOptions::default())
            .heartbeat_interval(Some(HEARTBEAT_INTERVAL))
            .build()
            .map_err(WorkerError::Core)?;
        let runtime = CoreRuntime::new_assume_tokio(runtime)
            .map_err(|error| WorkerError::Core(format!("{error:#}")))?;
        let credentials = &options.credentials;
        let tls = (url.scheme() == "https").then(|| {
            TlsOptions::builder()
                .maybe_server_root_ca_cert(credentials.server_root_certificate.clone())
                .maybe_domain(credentials.server_name.clone())
                .maybe_client_tls_options(credentials.client_identity.clone().map(
                    |(certificate, key)| {
                        ClientTlsOptions::builder()
                            .client_cert(certificate)
                            .client_private_key(key)
                            .build()
                    },
                ))
                .build()
        });
        let connection = ConnectionOptions::new(url)
            .identity(options.identity.clone())
            .maybe_tls_options(tls)
            .maybe_api_key(credentials.api_key.clone())
            .connect_timeout(CONNECT_TIMEOUT)
            .grpc_compression(if options.compression {
                GrpcCompression::Gzip
            } else {
                GrpcCompression::None
            })
            .build();
        Ok(Self {
            runtime,
            options: connection,
            address: options.address.clone(),
            identity: options.identity.clone(),
            connections: Mutex::new(HashMap::new()),
        })
    }

    /// The name under which this host acts.
    pub(crate) fn identity(&self) -> &str {
        &self.identity
    }

    /// The connection of a namespace. A lost one comes back by itself.
    pub(crate) async fn connection(&self, namespace: &str) -> Result<Connection, CoreError> {
        // Held while connecting, so that many pollers that start at once share one connection.
        let mut connections = self.connections.lock().await;
        if let Some(connection) = connections.get(namespace) {
            return Ok(connection.clone());
        }
        let connection = Connection::connect(self.options.clone())
            .await
            .map_err(|error| CoreError::Connect {
                address: self.address.clone(),
                reason: root_cause(&error),
            })?;
        connections.insert(namespace.to_owned(), connection.clone());
        Ok(connection)
    }

    /// Starts to poll a task queue.
    pub(crate) async fn start(
        &self,
        namespace: &str,
        task_queue: &str,
        polls: Polls,
    ) -> Result<Arc<dyn Core>, CoreError> {
        let connection = self.connection(namespace).await?;
        Ok(Arc::new(
            SdkCore::start(&self.runtime, connection, namespace, task_queue, polls).await?,
        ))
    }
}

fn parse(address: &str) -> Result<Url, WorkerError> {
    let wrong = |reason: String| WorkerError::Address {
        address: address.to_owned(),
        reason,
    };
    let url: Url = address.parse().map_err(|error| wrong(format!("{error}")))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        "http" | "https" => Err(wrong("it has no host".to_owned())),
        scheme => Err(wrong(format!("its scheme is {scheme}"))),
    }
}

/// What is at the bottom of an error: of a connection, the outer ones say nothing.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(cause) = root.source() {
        root = cause;
    }
    root.to_string()
}

/// Finds out whether an address can be used, before anything is started.
pub(crate) fn check_address(address: &str) -> Result<(), WorkerError> {
    parse(address).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_scheme_is_refused_with_the_right_form() {
        let message = check_address("127.0.0.1:7233").unwrap_err().to_string();
        assert!(message.contains("http://host:port"), "{message}");
        assert!(check_address("localhost:7233").is_err());
        assert!(check_address("https://temporal.example:7233").is_ok());
    }
}
