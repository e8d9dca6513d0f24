//! The integers that stand for runs and namespaces in the tables, remembered.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sundial_core::{NamespaceId, RunId};

/// Half of the run keys that are remembered, about 48 bytes each: enough for the runs that are active at a time.
const RUN_KEYS_PER_GENERATION: usize = 32_768;

/// Keys that committer and readers share.
#[derive(Debug, Default)]
pub(crate) struct SharedKeys {
    runs: Mutex<RunKeys>,
    namespaces: Mutex<HashMap<NamespaceId, i64>>,
}

/// Two generations: when the young one is full it becomes the old one, and the old one is forgotten.
#[derive(Debug, Default)]
struct RunKeys {
    young: HashMap<RunId, i64>,
    old: HashMap<RunId, i64>,
}

impl SharedKeys {
    pub(crate) fn run(&self, run_id: RunId) -> Option<i64> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = runs.young.get(&run_id) {
            return Some(*key);
        }
        let key = runs.old.remove(&run_id)?;
        runs.remember(run_id, key);
        Some(key)
    }

    pub(crate) fn remember_run(&self, run_id: RunId, key: i64) {
        self.runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remember(run_id, key);
    }

    pub(crate) fn forget_run(&self, run_id: RunId) {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.young.remove(&run_id);
        runs.old.remove(&run_id);
    }

    pub(crate) fn known_namespace(&self, id: NamespaceId) -> Option<i64> {
        self.namespaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .copied()
    }

    /// Namespaces are few and keep their keys.
    pub(crate) fn remember_namespace(&self, id: NamespaceId, key: i64) {
        self.namespaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, key);
    }
}

impl RunKeys {
    fn remember(&mut self, run_id: RunId, key: i64) {
        if self.young.len() >= RUN_KEYS_PER_GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(run_id, key);
    }
}
