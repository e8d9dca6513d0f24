//! Namespaces by name and id: the store's records, kept in memory because every request names one.
//!
//! What a request to register or update a namespace may say is checked by its RPC, not here.

pub(crate) mod deletion;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use sundial_core::{NamespaceId, NamespaceInfo};
use sundial_store::{NamespaceRecord, Store, StoreError};

/// Why a namespace could not be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NamespaceError {
    /// There is none of this name or id.
    #[error("Namespace {0} is not found.")]
    NotFound(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A cloneable handle.
#[derive(Clone)]
pub struct Namespaces {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    known: RwLock<HashMap<String, Arc<NamespaceRecord>>>,
}

impl Namespaces {
    /// Nothing is read until it is asked for.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                known: RwLock::default(),
            }),
        }
    }

    /// What the core needs to know of the namespace with this name.
    pub async fn info(&self, name: &str) -> Result<NamespaceInfo, NamespaceError> {
        let record = self.by_name(name).await?;
        Ok(NamespaceInfo {
            id: record.id,
            name: Arc::from(record.name.as_str()),
        })
    }

    /// The record with this name.
    pub async fn by_name(&self, name: &str) -> Result<Arc<NamespaceRecord>, NamespaceError> {
        let known = self
            .inner
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned();
        if let Some(record) = known {
            return Ok(record);
        }
        let found = self.inner.store.namespace_by_name(name).await?;
        match found {
            Some(record) => Ok(self.remember(record)),
            None => Err(NamespaceError::NotFound(name.to_owned())),
        }
    }

    /// The record with this id.
    pub async fn by_id(&self, id: NamespaceId) -> Result<Arc<NamespaceRecord>, NamespaceError> {
        let known = self
            .inner
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .find(|record| record.id == id)
            .cloned();
        if let Some(record) = known {
            return Ok(record);
        }
        let found = self.inner.store.namespace_by_id(id).await?;
        match found {
            Some(record) => Ok(self.remember(record)),
            None => Err(NamespaceError::NotFound(id.to_string())),
        }
    }

    /// Stores a new namespace; [`StoreError::AlreadyExists`] if the name is taken.
    pub async fn create(&self, record: NamespaceRecord) -> Result<(), NamespaceError> {
        self.inner.store.create_namespace(&record).await?;
        self.remember(NamespaceRecord {
            revision: 1,
            ..record
        });
        Ok(())
    }

    /// Replaces a namespace that was read at `record.revision`; [`StoreError::Stale`] if it has changed since.
    pub async fn update(
        &self,
        record: NamespaceRecord,
    ) -> Result<Arc<NamespaceRecord>, NamespaceError> {
        let result = self.inner.store.update_namespace(&record).await;
        // Whatever happened, what is in memory may be old now.
        self.forget(record.id);
        let revision = result?;
        Ok(self.remember(NamespaceRecord { revision, ..record }))
    }

    /// Namespaces in order of name, after the name given.
    pub async fn list(
        &self,
        after_name: Option<&str>,
        limit: usize,
    ) -> Result<Vec<NamespaceRecord>, NamespaceError> {
        Ok(self.inner.store.list_namespaces(after_name, limit).await?)
    }

    /// What is in memory may be old: it is read again when it is asked for.
    pub fn forget_all(&self) {
        self.inner
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn remember(&self, record: NamespaceRecord) -> Arc<NamespaceRecord> {
        let record = Arc::new(record);
        let mut known = self
            .inner
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        known.insert(record.name.clone(), record.clone());
        record
    }

    /// What is in memory of it is not to be used any more.
    fn forget(&self, id: NamespaceId) {
        let mut known = self
            .inner
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, record| record.id != id);
    }
}
