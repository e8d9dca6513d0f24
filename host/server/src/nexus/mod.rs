//! Nexus: endpoints that name a place for operations, the requests to those who handle them, and how both are told in
//! Nexus's own words.
//!
//! Who waits for an operation is a run, and what it waits for is in its state: see [`sundial_core::run::nexus`]. A
//! request waits in memory for its answer and nowhere else; lost, it is made again.

pub(crate) mod callback;
pub(crate) mod endpoints;
pub(crate) mod failures;
pub(crate) mod links;
pub(crate) mod tasks;

use std::sync::Arc;

use sundial_store::{Store, StoreError};

use self::{endpoints::Endpoints, tasks::Tasks};

/// A cloneable handle.
#[derive(Clone)]
pub(crate) struct Nexus {
    /// Where operations can be scheduled to.
    pub(crate) endpoints: Endpoints,
    /// Requests on their way to handlers.
    pub(crate) tasks: Tasks,
}

impl Nexus {
    /// With the endpoints that the store knows.
    pub(crate) async fn load(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        Ok(Self {
            endpoints: Endpoints::load(store).await?,
            tasks: Tasks::default(),
        })
    }
}
