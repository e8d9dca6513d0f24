//! From a version to something that makes runs: fetched, checked, compiled.

use std::sync::Arc;

use sundial_sandbox::{Module, Sandbox};
use tokio::sync::Semaphore;

use super::{Found, ModuleError, byte_store::ByteStore, registry::Registry};

/// Components that are compiled at once. The compiler uses all cores by itself; a second one overlaps what it does not.
const CONCURRENT_LOADS: usize = 2;

/// Loads modules.
pub(crate) struct Loader {
    sandbox: Sandbox,
    store: Option<ByteStore>,
    registry: Option<Registry>,
    loads: Semaphore,
}

impl Loader {
    pub(crate) fn new(
        sandbox: Sandbox,
        store: Option<ByteStore>,
        registry: Option<Registry>,
    ) -> Self {
        Self {
            sandbox,
            store,
            registry,
            loads: Semaphore::new(CONCURRENT_LOADS),
        }
    }

    /// The compiled module of a version.
    pub(crate) async fn load(&self, found: &Found) -> Result<Arc<Module>, ModuleError> {
        let bytes = self.bytes(found).await?;
        let _permit = self
            .loads
            .acquire()
            .await
            .expect("the semaphore is never closed");
        let (sandbox, store, digest) = (
            self.sandbox.clone(),
            self.store.clone(),
            found.version.digest.clone(),
        );
        blocking(move || {
            let module = sandbox.load(&bytes)?;
            if let Some(store) = store {
                store.put(&digest, &bytes);
            }
            Ok(module)
        })
        .await
    }

    async fn bytes(&self, found: &Found) -> Result<Arc<Vec<u8>>, ModuleError> {
        if let Some(bytes) = &found.bytes {
            return Ok(bytes.clone());
        }
        let digest = found.version.digest.clone();
        if let Some(store) = self.store.clone()
            && let Some(bytes) = blocking(move || store.get(&digest)).await
        {
            return Ok(Arc::new(bytes));
        }
        let Some(registry) = &self.registry else {
            return Err(ModuleError::Fetch(
                "there is none, and the component is in no local folder".to_owned(),
            ));
        };
        let bytes = registry.get(&found.version).await?;
        let expected = found.version.digest.clone();
        blocking(move || {
            let actual = sundial_sandbox::digest(&bytes);
            if actual == expected {
                Ok(Arc::new(bytes))
            } else {
                Err(ModuleError::WrongDigest { expected, actual })
            }
        })
        .await
    }
}

/// Runs what takes long on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only a runtime that is going down cancels; nothing polls this future any more then.
            Err(_) => std::future::pending().await,
        },
    }
}
