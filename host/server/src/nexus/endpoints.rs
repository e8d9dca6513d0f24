//! The registry of endpoints: few, read by every workflow task that schedules an operation, so all of them are in
//! memory. What a request may say is checked by its RPC.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use prost::Message;
use sundial_core::{NexusEndpoints, Timestamp};
use sundial_store::{Store, StoreError};
use temporalio_protos::temporal::api::{
    nexus::v1::{Endpoint, EndpointSpec, EndpointTarget, endpoint_target::Variant},
    operatorservice::v1::ListNexusEndpointsResponse,
};
use uuid::Uuid;

/// Where the store has them.
const KEY: &str = "nexus_endpoints";

/// Why an endpoint was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum EndpointError {
    /// None has this id.
    #[error("{0}")]
    NotFound(String),
    /// One has this name.
    #[error("error creating Nexus endpoint. Endpoint with name {0} already registered")]
    NameTaken(String),
    /// It was changed by others.
    #[error("nexus endpoint version mismatch. received: {received} expected {expected}")]
    Changed {
        /// The version that the caller saw.
        received: i64,
        /// The version that there is.
        expected: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Endpoints by id.
type Known = BTreeMap<Uuid, Endpoint>;

/// A cloneable handle.
#[derive(Clone)]
pub(crate) struct Endpoints {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    known: RwLock<Arc<Known>>,
    /// Names with ids, as the core wants them.
    names: RwLock<NexusEndpoints>,
    /// Changes are made in turn.
    turn: tokio::sync::Mutex<()>,
}

impl Endpoints {
    pub(crate) async fn load(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let stored = store.metadata(KEY).await?.unwrap_or_default();
        let stored = ListNexusEndpointsResponse::decode(stored.as_slice()).map_err(|error| {
            StoreError::Corrupt {
                what: format!("the list of Nexus endpoints can't be read: {error}"),
            }
        })?;
        let known: Known = stored
            .endpoints
            .into_iter()
            .filter_map(|endpoint| Some((Uuid::try_parse(&endpoint.id).ok()?, endpoint)))
            .collect();
        let endpoints = Self {
            inner: Arc::new(Inner {
                store,
                known: RwLock::default(),
                names: RwLock::default(),
                turn: tokio::sync::Mutex::default(),
            }),
        };
        endpoints.remember(known);
        Ok(endpoints)
    }

    fn known(&self) -> Arc<Known> {
        let known = self.inner.known.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Names with ids.
    pub(crate) fn names(&self) -> NexusEndpoints {
        let names = self.inner.names.read();
        names.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<Endpoint> {
        self.known().get(&id).cloned()
    }

    /// Where an endpoint leads to.
    pub(crate) fn target(&self, id: &str) -> Option<Variant> {
        let spec = self.get(Uuid::try_parse(id).ok()?)?.spec?;
        spec.target.and_then(|target| target.variant)
    }

    /// Endpoints in order of id, after the id given.
    pub(crate) fn list(&self, after: Option<Uuid>, limit: usize) -> Vec<Endpoint> {
        self.known()
            .iter()
            .filter(|(id, _)| after.is_none_or(|after| **id > after))
            .map(|(_, endpoint)| endpoint.clone())
            .take(limit)
            .collect()
    }

    /// The endpoint with this name.
    pub(crate) fn named(&self, name: &str) -> Option<Endpoint> {
        let known = self.known();
        known
            .values()
            .find(|endpoint| name_of(endpoint) == name)
            .cloned()
    }

    /// An endpoint that leads to the namespace.
    pub(crate) fn leading_to(&self, namespace: &str) -> Option<Endpoint> {
        self.known()
            .values()
            .find(|endpoint| leads_to(endpoint, namespace))
            .cloned()
    }

    pub(crate) async fn create(
        &self,
        id: Uuid,
        spec: EndpointSpec,
        now: Timestamp,
    ) -> Result<Endpoint, EndpointError> {
        let _turn = self.inner.turn.lock().await;
        let mut known = Known::clone(&self.known());
        check_name(&known, &spec.name, None)?;
        let endpoint = Endpoint {
            version: 1,
            id: id.to_string(),
            spec: Some(spec),
            created_time: Some(now.to_proto()),
            last_modified_time: None,
            url_prefix: format!("/nexus/endpoints/{id}/services"),
        };
        known.insert(id, endpoint.clone());
        self.store(known).await?;
        Ok(endpoint)
    }

    pub(crate) async fn update(
        &self,
        id: Uuid,
        version: i64,
        spec: EndpointSpec,
        now: Timestamp,
    ) -> Result<Endpoint, EndpointError> {
        let _turn = self.inner.turn.lock().await;
        let mut known = Known::clone(&self.known());
        check_name(&known, &spec.name, Some(id))?;
        let endpoint = known.get_mut(&id).ok_or_else(|| {
            EndpointError::NotFound(format!(
                "error updating Nexus endpoint. endpoint ID {id} not found"
            ))
        })?;
        if endpoint.version != version {
            return Err(EndpointError::Changed {
                received: version,
                expected: endpoint.version,
            });
        }
        endpoint.version += 1;
        endpoint.spec = Some(spec);
        endpoint.last_modified_time = Some(now.to_proto());
        let endpoint = endpoint.clone();
        self.store(known).await?;
        Ok(endpoint)
    }

    pub(crate) async fn delete(&self, id: Uuid) -> Result<(), EndpointError> {
        let _turn = self.inner.turn.lock().await;
        let mut known = Known::clone(&self.known());
        if known.remove(&id).is_none() {
            return Err(EndpointError::NotFound(format!(
                "error deleting nexus endpoint with ID: {id}"
            )));
        }
        self.store(known).await?;
        Ok(())
    }

    async fn store(&self, known: Known) -> Result<(), StoreError> {
        let stored = ListNexusEndpointsResponse {
            endpoints: known.values().cloned().collect(),
            ..Default::default()
        };
        self.inner
            .store
            .put_metadata(KEY, &stored.encode_to_vec())
            .await?;
        self.remember(known);
        Ok(())
    }

    fn remember(&self, known: Known) {
        let names = known
            .iter()
            .map(|(id, endpoint)| (name_of(endpoint).to_owned(), id.to_string()))
            .collect();
        *self
            .inner
            .names
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(names);
        *self
            .inner
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }
}

fn name_of(endpoint: &Endpoint) -> &str {
    endpoint.spec.as_ref().map_or("", |spec| spec.name.as_str())
}

fn leads_to(endpoint: &Endpoint, namespace: &str) -> bool {
    let target = endpoint.spec.as_ref().and_then(|spec| spec.target.as_ref());
    matches!(
        target,
        Some(EndpointTarget { variant: Some(Variant::Worker(worker)) }) if worker.namespace == namespace
    )
}

fn check_name(known: &Known, name: &str, except: Option<Uuid>) -> Result<(), EndpointError> {
    let is_taken = known
        .iter()
        .any(|(id, endpoint)| Some(*id) != except && name_of(endpoint) == name);
    if is_taken {
        return Err(EndpointError::NameTaken(name.to_owned()));
    }
    Ok(())
}
