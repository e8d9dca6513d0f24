//! Watching for versions: all that are there, then each that comes, none twice and none left out.
//!
//! A watcher listens before it looks, so what comes in between is seen by both; and one that was too slow to hear all
//! looks again.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use futures::{Stream, stream};
use sundial_core::{NamespaceId, NamespaceInfo};
use sundial_proto::registry::{self as proto, WatchResponse};
use tokio::sync::broadcast::{self, error::RecvError};
use tonic::Status;

use super::service::{News, Registry};
use crate::rpc::status::RpcError;

/// A version's identity.
type Identity = (String, String, String, String);

fn identity(version: &proto::ModuleVersion) -> Identity {
    (
        version.namespace.clone(),
        version.name.clone(),
        version.digest.clone(),
        version.task_queue.clone(),
    )
}

struct Watcher {
    registry: Arc<Registry>,
    namespace: Option<NamespaceInfo>,
    news: broadcast::Receiver<News>,
    sent: HashSet<Identity>,
    waiting: VecDeque<WatchResponse>,
    must_look: bool,
    caught_up: bool,
}

/// Begins to watch a namespace, or all of them.
pub(super) fn watch(
    registry: Arc<Registry>,
    namespace: Option<NamespaceInfo>,
) -> impl Stream<Item = Result<WatchResponse, Status>> {
    let news = registry.news.subscribe();
    let watcher = Watcher {
        registry,
        namespace,
        news,
        sent: HashSet::new(),
        waiting: VecDeque::new(),
        must_look: true,
        caught_up: false,
    };
    stream::try_unfold(watcher, |mut watcher| async move {
        Ok(watcher.next().await?.map(|response| (response, watcher)))
    })
}

impl Watcher {
    async fn next(&mut self) -> Result<Option<WatchResponse>, RpcError> {
        loop {
            if let Some(response) = self.waiting.pop_front() {
                return Ok(Some(response));
            }
            if self.must_look {
                self.look().await?;
                continue;
            }
            let stopping = self.registry.stopping.clone();
            let news = tokio::select! {
                news = self.news.recv() => news,
                () = stopping.cancelled() => return Ok(None),
            };
            match news {
                Ok(News { namespace, version }) => {
                    let is_wanted = self
                        .namespace
                        .as_ref()
                        .is_none_or(|wanted| wanted.name == namespace);
                    if is_wanted {
                        self.add(version);
                    }
                }
                Err(RecvError::Lagged(_)) => self.must_look = true,
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    fn add(&mut self, version: proto::ModuleVersion) {
        if self.sent.insert(identity(&version)) {
            let caught_up = self.caught_up;
            self.waiting.push_back(WatchResponse {
                version: Some(version),
                caught_up,
            });
        }
    }

    /// Queues every version that is stored and was not sent, oldest first.
    async fn look(&mut self) -> Result<(), RpcError> {
        let registry = self.registry.clone();
        let namespace_id = self.namespace.as_ref().map(|namespace| namespace.id);
        let versions = registry.store.module_versions(namespace_id, None).await?;
        let mut names: HashMap<NamespaceId, NamespaceInfo> = HashMap::new();
        for version in versions.iter().rev() {
            let namespace = match names.get(&version.namespace_id) {
                Some(namespace) => namespace.clone(),
                None => {
                    let Ok(record) = registry.namespaces.by_id(version.namespace_id).await else {
                        continue;
                    };
                    let info = NamespaceInfo {
                        id: record.id,
                        name: Arc::from(record.name.as_str()),
                    };
                    names.insert(record.id, info.clone());
                    info
                }
            };
            self.add(registry.shown(&namespace, version).await?);
        }
        self.must_look = false;
        if !self.caught_up {
            self.caught_up = true;
            self.waiting.push_back(WatchResponse {
                version: None,
                caught_up: true,
            });
        }
        Ok(())
    }
}
