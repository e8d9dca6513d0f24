//! The connection of a client command to a server. It does not retry: a person is there to do that.

use std::time::Duration;

use sundial_proto::registry::registry_service_client::RegistryServiceClient;
use sundial_worker::Authorization;
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    workflowservice::v1::workflow_service_client::WorkflowServiceClient,
};
use tonic::{
    Status,
    codec::CompressionEncoding,
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

use crate::{
    arguments::Target,
    problem::{Problem, root_cause},
    server_address::ServerAddress,
    settings::Settings,
};

/// Longer than this no one waits for a server to take the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// One page of history may hold 256 events of up to 2 MiB; a server sends less, but must not be cut off.
const MESSAGE_LIMIT_BYTES: usize = 128 << 20;

type Authorized = InterceptedService<Channel, Authorization>;

/// A connected client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    channel: Authorized,
    pub(crate) address: String,
    pub(crate) namespace: String,
}

impl Client {
    /// Connects to the server that the settings name.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self, Problem> {
        Self::connect_to(ServerAddress::of(settings)?, &settings.namespace.value).await
    }

    /// Connects to a server.
    pub(crate) async fn connect_to(
        server: ServerAddress,
        namespace: &str,
    ) -> Result<Self, Problem> {
        let authorization = server.credentials.authorization().ok_or_else(|| {
            Problem::new("the API key has characters that can't be sent")
                .hint("a key has no line breaks: see --api-key and SUNDIAL_API_KEY")
        })?;
        let channel = InterceptedService::new(open(&server).await?, authorization);
        Ok(Self {
            channel,
            address: server.url,
            namespace: namespace.to_owned(),
        })
    }

    /// Temporal's WorkflowService.
    pub(crate) fn workflows(&self) -> WorkflowServiceClient<Authorized> {
        WorkflowServiceClient::new(self.channel.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(MESSAGE_LIMIT_BYTES)
    }

    /// Sundial's registry of modules.
    pub(crate) fn registry(&self) -> RegistryServiceClient<Authorized> {
        RegistryServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MESSAGE_LIMIT_BYTES)
    }

    /// Words for what the server answered.
    pub(crate) fn problem(&self, status: &Status) -> Problem {
        Problem::of_status(status, &self.address)
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

async fn open(server: &ServerAddress) -> Result<Channel, Problem> {
    let not_usable = |error: tonic::transport::Error| {
        Problem::new(format!(
            "{} can't be used: {}",
            server.url,
            root_cause(&error)
        ))
    };
    let endpoint = Endpoint::from_shared(server.url.clone())
        .map_err(not_usable)?
        .connect_timeout(CONNECT_TIMEOUT);
    let endpoint = server.credentials.secure(endpoint).map_err(not_usable)?;
    endpoint
        .connect()
        .await
        .map_err(|error| Problem::of_status(&Status::unavailable(root_cause(&error)), &server.url))
}
