//! The connection of a client command to a server. It does not retry: a person is there to do that.

use std::time::Duration;

use sundial_proto::registry::registry_service_client::RegistryServiceClient;
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    workflowservice::v1::workflow_service_client::WorkflowServiceClient,
};
use tonic::{
    Status,
    codec::CompressionEncoding,
    transport::{Channel, Endpoint},
};

use crate::{arguments::Target, problem::Problem, settings::Settings};

/// Longer than this no one waits for a server to take the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// One page of history may hold 256 events of up to 2 MiB; a server sends less, but must not be cut off.
const MESSAGE_LIMIT_BYTES: usize = 128 << 20;

/// A connected client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    channel: Channel,
    pub(crate) address: String,
    pub(crate) namespace: String,
}

impl Client {
    /// Connects to the server that the settings name.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self, Problem> {
        Self::connect_to(&settings.address.value, &settings.namespace.value).await
    }

    /// Connects to the server at `address`.
    pub(crate) async fn connect_to(address: &str, namespace: &str) -> Result<Self, Problem> {
        let channel = endpoint(address)?.connect().await.map_err(|error| {
            Problem::of_status(&Status::unavailable(root_cause(&error)), address)
        })?;
        Ok(Self {
            channel,
            address: address.to_owned(),
            namespace: namespace.to_owned(),
        })
    }

    /// Temporal's WorkflowService.
    pub(crate) fn workflows(&self) -> WorkflowServiceClient<Channel> {
        WorkflowServiceClient::new(self.channel.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(MESSAGE_LIMIT_BYTES)
    }

    /// Sundial's registry of modules.
    pub(crate) fn registry(&self) -> RegistryServiceClient<Channel> {
        RegistryServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MESSAGE_LIMIT_BYTES)
    }

    /// Words for what the server answered.
    pub(crate) fn problem(&self, status: &Status) -> Problem {
        Problem::of_status(status, &self.address)
    }
}

/// `http://host:port`, whichever way the address was written.
pub(crate) fn url(address: &str) -> Result<String, Problem> {
    if address.starts_with("https://") {
        return Err(
            Problem::new(format!("{address}: connections with TLS are not supported"))
                .hint("use host:port of a server without TLS"),
        );
    }
    let host = address
        .strip_prefix("http://")
        .unwrap_or(address)
        .trim_end_matches('/');
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(format!("http://{host}"))
        }
        _ => Err(Problem::new(format!("`{address}` is not an address"))
            .hint("write it as host:port, such as 127.0.0.1:7233")),
    }
}

/// Who the server is told did it.
pub(crate) fn identity() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("sundial-cli:{}@{}", std::process::id(), host.trim())
}

impl Target {
    /// As the API names it. An empty run id means the latest run.
    pub(crate) fn execution(&self) -> WorkflowExecution {
        WorkflowExecution {
            workflow_id: self.workflow_id.clone(),
            run_id: self.run_id.clone().unwrap_or_default(),
        }
    }
}

fn endpoint(address: &str) -> Result<Endpoint, Problem> {
    let endpoint = Endpoint::from_shared(url(address)?)
        .map_err(|error| Problem::new(format!("`{address}` is not an address: {error}")))?;
    Ok(endpoint.connect_timeout(CONNECT_TIMEOUT))
}

/// The innermost error says what happened; those around it say only that something did.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_written_with_or_without_a_scheme() {
        for address in [
            "127.0.0.1:7233",
            "http://127.0.0.1:7233",
            "http://127.0.0.1:7233/",
        ] {
            assert_eq!(url(address).expect("it is good"), "http://127.0.0.1:7233");
        }
        for address in [
            "",
            "localhost",
            ":7233",
            "localhost:port",
            "https://example.test:7233",
        ] {
            assert!(url(address).is_err(), "{address}");
        }
    }
}
