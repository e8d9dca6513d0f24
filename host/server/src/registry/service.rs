//! The gRPC service of the registry: takes requests apart and hands them on.

use std::{pin::Pin, sync::Arc};

use futures::Stream;
use sundial_core::{Limits, NamespaceInfo};
use sundial_proto::registry::{
    self as proto, DescribeRequest, DescribeResponse, GetRequest, GetResponse, ListRequest,
    ListResponse, PushRequest, PushResponse, WatchRequest, WatchResponse,
    registry_service_server::RegistryService,
};
use sundial_store::Store;
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{SharedInspector, download, names, push, watch};
use crate::{
    clock::Clock,
    deployments::Deployments,
    namespaces::Namespaces,
    rpc::status::{RpcError, invalid, not_found},
};

/// Uploads that are in memory at the same time; further ones wait. It bounds the server's memory to this many times
/// the size limit.
const CONCURRENT_UPLOADS: usize = 2;

/// News that a watcher may be late with before it has to look everything up again.
const NEWS_KEPT: usize = 64;

/// A version that was just stored.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) namespace: Arc<str>,
    pub(super) version: proto::ModuleVersion,
}

/// The registry. One per server.
pub(crate) struct Registry {
    pub(super) store: Arc<dyn Store>,
    pub(super) namespaces: Namespaces,
    pub(super) deployments: Deployments,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Limits,
    pub(super) inspector: SharedInspector,
    pub(super) uploads: Semaphore,
    pub(super) news: broadcast::Sender<News>,
    pub(super) stopping: CancellationToken,
}

impl Registry {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        namespaces: Namespaces,
        deployments: Deployments,
        clock: Arc<dyn Clock>,
        limits: Limits,
        inspector: SharedInspector,
        stopping: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            namespaces,
            deployments,
            clock,
            limits,
            inspector,
            uploads: Semaphore::new(CONCURRENT_UPLOADS),
            news: broadcast::channel(NEWS_KEPT).0,
            stopping,
        })
    }

    /// The namespace that a request must name.
    pub(super) async fn namespace(&self, name: &str) -> Result<NamespaceInfo, RpcError> {
        if name.is_empty() {
            return Err(invalid("namespace is not set"));
        }
        Ok(self.namespaces.info(name).await?)
    }
}

/// The service as tonic wants it.
pub(crate) struct RegistryHandler(pub(crate) Arc<Registry>);

type BoxStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[async_trait]
impl RegistryService for RegistryHandler {
    async fn push(
        &self,
        request: Request<Streaming<PushRequest>>,
    ) -> Result<Response<PushResponse>, Status> {
        let answer = push::push(&self.0, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    type GetStream = BoxStream<GetResponse>;

    async fn get(&self, request: Request<GetRequest>) -> Result<Response<Self::GetStream>, Status> {
        let request = request.into_inner();
        let namespace = self.0.namespace(&request.namespace).await?;
        names::digest(&request.digest)?;
        let stream = download::download(&self.0, &namespace, &request.digest).await?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListResponse>, Status> {
        let namespace = self.0.namespace(&request.get_ref().namespace).await?;
        let modules = self.0.modules(&namespace).await?;
        Ok(Response::new(ListResponse { modules }))
    }

    async fn describe(
        &self,
        request: Request<DescribeRequest>,
    ) -> Result<Response<DescribeResponse>, Status> {
        let request = request.into_inner();
        let namespace = self.0.namespace(&request.namespace).await?;
        names::module(&request.name)?;
        let found = self
            .0
            .store
            .module_versions(Some(namespace.id), Some(&request.name))
            .await
            .map_err(RpcError::from)?;
        if found.is_empty() {
            let message = format!(
                "no module {:?} in namespace {:?}",
                request.name, request.namespace
            );
            return Err(not_found(message).into());
        }
        let mut versions = Vec::with_capacity(found.len());
        for version in &found {
            versions.push(self.0.shown(&namespace, version).await?);
        }
        Ok(Response::new(DescribeResponse { versions }))
    }

    type WatchStream = BoxStream<WatchResponse>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let name = request.into_inner().namespace;
        let namespace = if name.is_empty() {
            None
        } else {
            Some(self.0.namespace(&name).await?)
        };
        let stream = watch::watch(self.0.clone(), namespace);
        Ok(Response::new(Box::pin(stream)))
    }
}
