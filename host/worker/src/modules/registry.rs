//! The module registry of a Sundial server: which versions there are, as they appear, and their bytes.

use std::time::Duration;

use sundial_proto::registry::{
    GetRequest, WatchRequest, WatchResponse, registry_service_client::RegistryServiceClient,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Status,
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

use super::{Event, Found, ModuleError, ModuleVersion};
use crate::{
    backoff::Backoff, credentials::Authorization, error::WorkerError, options::WorkerOptions,
};

/// The largest component that is taken, in bytes: what the sandbox accepts.
const MAX_COMPONENT_BYTES: usize = sundial_sandbox::MAX_COMPONENT_BYTES;

/// The watch is silent for as long as nothing changes; pings tell a silent server from a dead one.
const PING_INTERVAL: Duration = Duration::from_secs(20);

type Client = RegistryServiceClient<InterceptedService<Channel, Authorization>>;

/// The registry. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Registry {
    client: Client,
    namespaces: Vec<String>,
}

impl Registry {
    /// Connects to nothing yet.
    pub(crate) fn new(options: &WorkerOptions) -> Result<Self, WorkerError> {
        let wrong = |reason: String| WorkerError::Address {
            address: options.address.clone(),
            reason,
        };
        let endpoint = Endpoint::from_shared(options.address.clone())
            .map_err(|error| wrong(error.to_string()))?
            .connect_timeout(Duration::from_secs(10))
            .http2_keep_alive_interval(PING_INTERVAL)
            .keep_alive_while_idle(true)
            .tcp_nodelay(true);
        let endpoint = options
            .credentials
            .secure(endpoint)
            .map_err(|error| wrong(error.to_string()))?;
        let authorization = options
            .credentials
            .authorization()
            .ok_or(WorkerError::Option {
                option: "credentials",
                reason: "the api key has characters that can't be sent",
            })?;
        Ok(Self {
            client: RegistryServiceClient::with_interceptor(endpoint.connect_lazy(), authorization),
            namespaces: options.namespaces.clone(),
        })
    }

    /// Tells of all versions of the namespaces served, until `stop` or until nobody listens. A lost connection is made again, and
    /// then all versions are told again.
    pub(crate) async fn watch(mut self, events: mpsc::Sender<Event>, stop: CancellationToken) {
        let mut backoff = Backoff::new();
        loop {
            let ended = tokio::select! {
                () = stop.cancelled() => return,
                ended = self.watch_once(&events, &mut backoff) => ended,
            };
            match ended {
                Ended::NobodyListens => return,
                Ended::Closed => tracing::info!("the registry closed the watch; asking again"),
                Ended::Failed(status) if status.code() == Code::Unimplemented => tracing::error!(
                    "the server has no module registry; if it is a Temporal server, give the modules as a folder"
                ),
                Ended::Failed(status) => {
                    tracing::warn!(
                        "the registry can't be watched: {}: {}",
                        status.code(),
                        status.message()
                    );
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(backoff.next()) => {}
            }
        }
    }

    async fn watch_once(&mut self, events: &mpsc::Sender<Event>, backoff: &mut Backoff) -> Ended {
        let namespace = match self.namespaces.as_slice() {
            [only] => only.clone(),
            _ => String::new(),
        };
        let mut stream = match self.client.watch(WatchRequest { namespace }).await {
            Ok(response) => response.into_inner(),
            Err(status) => return Ended::Failed(status),
        };
        loop {
            let response = match stream.message().await {
                Ok(Some(response)) => response,
                Ok(None) => return Ended::Closed,
                Err(status) => return Ended::Failed(status),
            };
            backoff.reset();
            for event in self.events(response) {
                if events.send(event).await.is_err() {
                    return Ended::NobodyListens;
                }
            }
        }
    }

    fn events(&self, response: WatchResponse) -> impl Iterator<Item = Event> {
        // The first message after those that were there already says so, whether it has a version or not.
        let caught_up = response.caught_up.then_some(Event::CaughtUp);
        let version = response
            .version
            .filter(|version| self.namespaces.contains(&version.namespace));
        let found = version.map(|version| {
            Event::Found(Found {
                version: ModuleVersion {
                    namespace: version.namespace,
                    name: version.name,
                    digest: version.digest,
                    task_queue: version.task_queue,
                },
                bytes: None,
                wants_to_be_current: false,
            })
        });
        caught_up.into_iter().chain(found)
    }

    /// The bytes of a version. They are not checked here.
    pub(crate) async fn get(&self, version: &ModuleVersion) -> Result<Vec<u8>, ModuleError> {
        let failed =
            |status: Status| ModuleError::Fetch(format!("{}: {}", status.code(), status.message()));
        let request = GetRequest {
            namespace: version.namespace.clone(),
            digest: version.digest.clone(),
        };
        let mut stream = self
            .client
            .clone()
            .get(request)
            .await
            .map_err(failed)?
            .into_inner();
        let mut bytes = Vec::new();
        while let Some(part) = stream.message().await.map_err(failed)? {
            if bytes.len() + part.data.len() > MAX_COMPONENT_BYTES {
                return Err(ModuleError::Fetch(format!(
                    "it is larger than {MAX_COMPONENT_BYTES} bytes"
                )));
            }
            bytes.extend_from_slice(&part.data);
        }
        Ok(bytes)
    }
}

enum Ended {
    NobodyListens,
    Closed,
    Failed(Status),
}
