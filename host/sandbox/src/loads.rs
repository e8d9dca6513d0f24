//! Modules in memory, one per digest, however many ask for it at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
};

use crate::error::SandboxError;

/// The loads of one kind of module. It does not keep modules alive: whoever uses one holds it.
#[derive(Debug)]
pub(crate) struct Loads<M> {
    slots: Mutex<HashMap<String, Slot<M>>>,
}

/// An outcome that those who wait for it share.
type Load<M> = OnceLock<Result<Arc<M>, SandboxError>>;

#[derive(Debug)]
enum Slot<M> {
    Loading(Arc<Load<M>>),
    Loaded(Weak<M>),
}

impl<M> Default for Loads<M> {
    fn default() -> Self {
        Self {
            slots: Mutex::default(),
        }
    }
}

impl<M> Loads<M> {
    /// The module with this digest, by `load` if it is not there. Callers that come while it is being loaded wait for it.
    pub(crate) fn get_or_load(
        &self,
        digest: &str,
        load: impl FnOnce() -> Result<Arc<M>, SandboxError>,
    ) -> Result<Arc<M>, SandboxError> {
        let pending = match self.find(digest) {
            Ok(module) => return Ok(module),
            Err(pending) => pending,
        };
        let outcome = pending.get_or_init(load).clone();
        self.settle(digest, &pending, &outcome);
        outcome
    }

    /// The module, or the load to take part in.
    fn find(&self, digest: &str) -> Result<Arc<M>, Arc<Load<M>>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.get(digest) {
            Some(Slot::Loading(pending)) => return Err(pending.clone()),
            Some(Slot::Loaded(module)) => {
                if let Some(module) = module.upgrade() {
                    return Ok(module);
                }
            }
            None => {}
        }
        let pending = Arc::new(Load::new());
        slots.insert(digest.to_owned(), Slot::Loading(pending.clone()));
        Err(pending)
    }

    /// The first to come back with an outcome notes it. A failure is not kept: the next caller tries again.
    fn settle(&self, digest: &str, pending: &Arc<Load<M>>, outcome: &Result<Arc<M>, SandboxError>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let is_ours = matches!(slots.get(digest), Some(Slot::Loading(current)) if Arc::ptr_eq(current, pending));
        if !is_ours {
            return;
        }
        match outcome {
            Ok(module) => {
                // The rare moment in which a walk over all slots does not matter.
                slots.retain(|_, slot| match slot {
                    Slot::Loading(_) => true,
                    Slot::Loaded(module) => module.strong_count() > 0,
                });
                slots.insert(digest.to_owned(), Slot::Loaded(Arc::downgrade(module)));
            }
            Err(_) => {
                slots.remove(digest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Barrier,
        atomic::{AtomicU32, Ordering::SeqCst},
    };

    use super::*;

    #[test]
    fn callers_at_the_same_time_share_one_load() {
        const CALLERS: usize = 4;
        let (loads, count, barrier) = (Loads::default(), AtomicU32::new(0), Barrier::new(CALLERS));
        let modules = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        loads.get_or_load("a", || Ok(Arc::new(count.fetch_add(1, SeqCst))))
                    })
                })
                .collect();
            callers
                .into_iter()
                .map(|caller| caller.join().expect("no caller panics").expect("it loads"))
                .collect::<Vec<_>>()
        });
        assert_eq!(count.load(SeqCst), 1);
        assert!(
            modules
                .iter()
                .all(|module| Arc::ptr_eq(module, &modules[0]))
        );
    }

    #[test]
    fn a_module_that_nobody_holds_is_loaded_again() {
        let loads = Loads::default();
        let first = loads
            .get_or_load("a", || Ok(Arc::new(1)))
            .expect("it loads");
        assert_eq!(
            *loads
                .get_or_load("a", || Ok(Arc::new(2)))
                .expect("it is there"),
            1
        );
        drop(first);
        assert_eq!(
            *loads
                .get_or_load("a", || Ok(Arc::new(3)))
                .expect("it loads"),
            3
        );
    }

    #[test]
    fn a_failure_is_not_kept() {
        let loads = Loads::default();
        let failed = loads.get_or_load("a", || Err(SandboxError::Compile("no".into())));
        assert!(failed.is_err());
        assert_eq!(
            *loads
                .get_or_load("a", || Ok(Arc::new(1)))
                .expect("it loads"),
            1
        );
    }
}
