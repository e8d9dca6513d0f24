//! A whole server: opens the store, starts what works on it, and serves.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use sundial_store::{
    Durability, PostgresOptions, PostgresStore, SqliteOptions, SqliteStore, Store, StoreError,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::transport;
use uuid::Uuid;

use crate::{
    batches::Batches,
    clock::{Clock, SkippingClock, SystemClock},
    deployments::Deployments,
    engine::{Engine, EngineOptions, StartError},
    ephemeral::EphemeralFolder,
    jobs::{self, waker::Waker},
    matching::Matching,
    namespaces::{NamespaceError, Namespaces, deletion::Deletions},
    options::{Database, HttpApi, ServerOptions, Time},
    registry::{ComponentInspector, Registry},
    rpc::{
        backend::{Backend, ClusterFacts},
        http,
        serve::{operator_api, serve, transport, workflow_api},
        workers::Workers,
        workflow_service::new_record,
    },
    schedules::Schedules,
};

/// The namespace that every server has.
const DEFAULT_NAMESPACE: &str = "default";

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address can't be listened on.
    #[error(
        "can't listen on {address}: {source}; is another server running there? Choose another port"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The certificates can't be used.
    #[error("the certificate, its key or the authority of clients can't be used: {0}")]
    Tls(#[source] transport::Error),
    /// The certificates can't be used for HTTP.
    #[error("the certificate, its key or the authority of clients can't be used for HTTP: {0}")]
    HttpTls(#[source] http::TlsError),
    /// There is no place for a database that goes with the server.
    #[error("can't make a temporary folder for the database: {0}")]
    TemporaryFolder(#[source] std::io::Error),
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is in the database can't be worked on.
    #[error(transparent)]
    Engine(#[from] StartError),
}

/// A running server. Dropped, it stops at once; [`Server::shutdown`] stops it in order.
pub struct Server {
    local_address: SocketAddr,
    http_address: Option<SocketAddr>,
    stopping: CancellationToken,
    serving: Vec<JoinHandle<Result<(), transport::Error>>>,
    jobs: Option<JoinHandle<()>>,
    engine: Engine,
    store: Arc<dyn Store>,
    drain_timeout: Duration,
    // Last, so that it is removed after all that uses it.
    _folder: Option<EphemeralFolder>,
}

impl Server {
    /// Starts a server; it takes calls when this returns.
    pub async fn start(
        options: ServerOptions,
        inspector: Arc<dyn ComponentInspector>,
    ) -> Result<Self, ServerError> {
        // First of all, so that a port that is taken is told before anything is written. Who connects early waits.
        let listen = |source| ServerError::Listen {
            address: options.address,
            source,
        };
        let listener = TcpListener::bind(options.address).await.map_err(listen)?;
        let local_address = listener.local_addr().map_err(listen)?;
        let http_listener = listen_for_http(options.http, local_address).await?;
        let http_address = http_listener.as_ref().and_then(|l| l.local_addr().ok());
        let http_tls = match (&http_listener, &options.tls) {
            (Some(_), Some(tls)) => Some(http::acceptor(tls).map_err(ServerError::HttpTls)?),
            _ => None,
        };
        let transport = transport(options.tls).map_err(ServerError::Tls)?;
        let (store, folder) = open(&options.database).await?;
        let clock: Arc<dyn Clock> = match options.time {
            Time::Real => Arc::new(SystemClock),
            Time::Skipping { is_locked } => {
                Arc::new(SkippingClock::new(Arc::new(SystemClock), is_locked))
            }
        };
        let namespaces = Namespaces::new(store.clone());
        let own = [DEFAULT_NAMESPACE.to_owned()];
        for name in own.iter().chain(&options.namespaces) {
            ensure_namespace(&namespaces, name, options.retention).await?;
        }
        let matching = {
            // Workers come and go by the system's clock, whatever time it is for the runs.
            let clock = Arc::new(SystemClock);
            Matching::start(store.clone(), clock).await?
        };
        let engine_options = EngineOptions {
            limits: options.limits.clone(),
            owner: format!("{local_address}, process {}", std::process::id()),
            ..Default::default()
        };
        let engine = Engine::start(
            engine_options,
            store.clone(),
            clock.clone(),
            matching.clone(),
            namespaces.clone(),
        )
        .await?;
        let deployments = Deployments::new(store.clone(), matching, clock.clone());
        let stopping = CancellationToken::new();
        let (waker, pokes) = Waker::new(clock.clone());
        let registry = Registry::new(
            store.clone(),
            namespaces,
            deployments.clone(),
            clock.clone(),
            options.limits.clone(),
            inspector,
            stopping.clone(),
        );
        let backend = Arc::new(Backend {
            store: store.clone(),
            engine: engine.clone(),
            deployments,
            schedules: Schedules::new(store.clone(), clock.clone(), waker.clone()),
            batches: Batches::new(store.clone(), clock.clone(), waker.clone()),
            deletions: Deletions::new(
                store.clone(),
                clock.clone(),
                engine.namespaces().clone(),
                waker,
            ),
            workers: Workers::default(),
            limits: options.limits,
            cluster: cluster_facts(&*store, &options.database).await?,
            registered: Default::default(),
            stopping: stopping.clone(),
        });
        let jobs = jobs::waker::start(
            backend.clone(),
            store.clone(),
            clock,
            pokes,
            stopping.clone(),
        );
        let apis = (workflow_api(backend.clone()), operator_api(backend.clone()));
        let mut serving = Vec::new();
        if let Some(listener) = http_listener {
            let (workflow, operator) = apis.clone();
            let gateway = http::Gateway::new(workflow, operator);
            let served = http::serve(listener, http_tls, gateway, stopping.clone());
            serving.push(tokio::spawn(served));
        }
        serving.push(tokio::spawn(serve(
            transport,
            listener,
            backend,
            apis,
            registry,
            stopping.clone(),
        )));
        tracing::info!(%local_address, ?http_address, "serving");
        Ok(Self {
            local_address,
            http_address,
            stopping,
            serving,
            jobs: Some(jobs),
            engine,
            store,
            drain_timeout: options.drain_timeout,
            _folder: folder,
        })
    }

    /// Where it listens: the port that it got, if port 0 was asked for.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Where the HTTP API is, if it is anywhere.
    #[must_use]
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.http_address
    }

    /// The clock, if idle time is skipped.
    #[must_use]
    pub fn skipping_clock(&self) -> Option<SkippingClock> {
        self.engine.clock().skipping().cloned()
    }

    /// Returns when another server has taken this one's shards over: it can do nothing any more but end.
    pub async fn lost_its_shards(&self) {
        self.engine.lost_its_shards().await;
    }

    /// Stops taking calls, lets those end that are being answered (long polls at once), and closes the store.
    pub async fn shutdown(mut self) {
        self.stopping.cancel();
        let deadline = tokio::time::Instant::now() + self.drain_timeout;
        for mut serving in std::mem::take(&mut self.serving) {
            match tokio::time::timeout_at(deadline, &mut serving).await {
                Ok(Ok(Ok(()))) => {}
                Ok(Ok(Err(error))) => tracing::error!(%error, "the server ended by a fault"),
                Ok(Err(error)) => tracing::error!(%error, "the server ended by a fault"),
                Err(_) => {
                    tracing::warn!("some calls did not end in time and are cut off");
                    serving.abort();
                }
            }
        }
        if let Some(mut jobs) = self.jobs.take() {
            match tokio::time::timeout(self.drain_timeout, &mut jobs).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "the loop of the jobs ended by a fault"),
                Err(_) => {
                    // What a turn has done is stored step by step: the next server goes on from there.
                    tracing::warn!("a schedule or a batch did not pause in time and is broken off");
                    jobs.abort();
                }
            }
        }
        self.engine.shutdown().await;
        self.store.close().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.cancel();
        for serving in &self.serving {
            serving.abort();
        }
        if let Some(jobs) = self.jobs.take() {
            jobs.abort();
        }
    }
}

/// How far above the port of gRPC that of HTTP is.
const HTTP_PORT_OFFSET: u16 = 10;

async fn listen_for_http(
    http: HttpApi,
    grpc: SocketAddr,
) -> Result<Option<TcpListener>, ServerError> {
    let at = |port| SocketAddr::new(grpc.ip(), port);
    match http {
        HttpApi::Off => Ok(None),
        HttpApi::At(port) => {
            let address = at(port);
            let listener = TcpListener::bind(address).await;
            listener
                .map(Some)
                .map_err(|source| ServerError::Listen { address, source })
        }
        HttpApi::Beside => {
            let Some(port) = grpc.port().checked_add(HTTP_PORT_OFFSET) else {
                return Ok(None);
            };
            match TcpListener::bind(at(port)).await {
                Ok(listener) => Ok(Some(listener)),
                Err(error) => {
                    let address = at(port);
                    tracing::warn!(%address, %error, "there is no HTTP API: its address can't be listened on");
                    Ok(None)
                }
            }
        }
    }
}

async fn open(
    database: &Database,
) -> Result<(Arc<dyn Store>, Option<EphemeralFolder>), ServerError> {
    match database {
        Database::SqliteFile(path) => {
            let store = SqliteStore::open(path, &SqliteOptions::default()).await?;
            Ok((Arc::new(store), None))
        }
        Database::Postgres(url) => {
            let store = PostgresStore::open(url, &PostgresOptions::default()).await?;
            Ok((Arc::new(store), None))
        }
        Database::SqliteMemory => {
            let folder = EphemeralFolder::make().map_err(ServerError::TemporaryFolder)?;
            let options = SqliteOptions {
                durability: Durability::None,
                ..Default::default()
            };
            let store = SqliteStore::open(folder.path().join("sundial.db"), &options).await?;
            Ok((Arc::new(store), Some(folder)))
        }
    }
}

async fn ensure_namespace(
    namespaces: &Namespaces,
    name: &str,
    retention: Duration,
) -> Result<(), StoreError> {
    let missing = match namespaces.by_name(name).await {
        Ok(_) => return Ok(()),
        Err(NamespaceError::NotFound(name)) => name,
        Err(NamespaceError::Store(error)) => return Err(error),
    };
    let retention = prost_wkt_types::Duration {
        seconds: i64::try_from(retention.as_secs()).unwrap_or(i64::MAX),
        nanos: 0,
    };
    match namespaces
        .create(new_record(&missing, Some(retention)))
        .await
    {
        // Another server on the same database was faster.
        Ok(()) | Err(NamespaceError::Store(StoreError::AlreadyExists { .. })) => Ok(()),
        Err(NamespaceError::Store(error)) => Err(error),
        Err(NamespaceError::NotFound(what)) => Err(StoreError::NotFound { what }),
    }
}

async fn cluster_facts(store: &dyn Store, database: &Database) -> Result<ClusterFacts, StoreError> {
    let own = Uuid::new_v4().to_string();
    let cluster_id = store
        .put_metadata_if_absent("cluster-id", own.as_bytes())
        .await?;
    let shard_count = store.metadata("shard-count").await?.unwrap_or_default();
    Ok(ClusterFacts {
        cluster_id: String::from_utf8_lossy(&cluster_id).into_owned(),
        shard_count: String::from_utf8_lossy(&shard_count).parse().unwrap_or(1),
        persistence_store: match database {
            Database::SqliteFile(_) | Database::SqliteMemory => "sqlite",
            Database::Postgres(_) => "postgres",
        },
    })
}
