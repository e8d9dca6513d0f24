//! One wasmtime store: the room in which an instance lives, with its limits armed at each entry and its memory accounted for.
//!
//! It knows no contract. What is called inside is a closure of the contract's module.

use std::sync::Arc;

use wasmtime::{
    AsContextMut, Store, UpdateDeadline,
    component::{Instance, InstancePre},
};

use crate::{
    engine::Runtime,
    failure::{GuestError, TaskFailure, Testimony},
    guest::RunContext,
    host_state::HostState,
    limits::ThreadStack,
    observation,
    options::SandboxOptions,
    statistics::LiveInstance,
};

/// What an instance takes beside its memories: store, tables, instance data. Measured on a small guest.
const OVERHEAD_BYTES: u64 = 24 << 10;

/// Resource handles that a guest may have at once; the Temporal contract needs one.
pub(crate) const MAX_HANDLES: usize = 16;

/// The store of an instance.
pub(crate) struct Room {
    store: Store<HostState>,
    runtime: Arc<Runtime>,
    /// Memory faulted in while the guest ran, in bytes.
    touched_bytes: u64,
    /// Linear memory as it was after instantiation, mostly shared with the module's image.
    initial_bytes: u64,
    /// What was furnished.
    instance: Option<Instance>,
    /// Set by the first failure: a trapped instance can't be entered again, and others can't be trusted.
    spent: bool,
    _live: LiveInstance,
}

impl Room {
    /// An empty store. `run` is missing where a component is only asked what it is.
    pub(crate) fn new(runtime: &Arc<Runtime>, run: Option<RunContext>) -> Self {
        let mut store = Store::new(&runtime.engine, HostState::new(&runtime.options, run));
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|mut store| {
            store.data_mut().cpu.tick()?;
            Ok(UpdateDeadline::Continue(1))
        });
        store.set_hostcall_fuel(runtime.options.output_limit_bytes);
        store.set_max_component_handles(MAX_HANDLES);
        Self {
            store,
            runtime: runtime.clone(),
            touched_bytes: 0,
            initial_bytes: 0,
            instance: None,
            spent: false,
            _live: LiveInstance::count(&runtime.counters),
        }
    }

    /// Makes the instance, whose memory then counts as shared until it is written to, and takes in `load` what is to be called of it.
    pub(crate) fn furnish<R>(
        &mut self,
        pre: &InstancePre<HostState>,
        load: impl FnOnce(&mut Store<HostState>, &Instance) -> wasmtime::Result<R>,
    ) -> Result<R, TaskFailure> {
        let (instance, loaded) = self.enter("instantiate", |store| {
            let instance = pre.instantiate(&mut *store)?;
            let loaded = load(store, &instance)?;
            Ok((instance, loaded))
        })?;
        self.instance = Some(instance);
        self.initial_bytes = self.store.data().memory.used_bytes();
        Ok(loaded)
    }

    /// See [`Guest::state_hash`](crate::Guest::state_hash).
    pub(crate) fn state_hash(&mut self) -> Result<Option<u64>, TaskFailure> {
        let Some(instance) = self.instance else {
            return Ok(None);
        };
        self.enter("hash", |store| {
            Ok(observation::state_hash(store.as_context_mut(), &instance)?)
        })
    }

    /// Runs guest code in `visit`, which may enter the guest several times: together they have one activation's CPU time.
    /// `function` is named by a failure that has no guest function of its own.
    pub(crate) fn enter<R>(
        &mut self,
        function: &'static str,
        visit: impl FnOnce(&mut Store<HostState>) -> Result<R, GuestError>,
    ) -> Result<R, TaskFailure> {
        let outcome = self.enter_inner(visit);
        outcome.map_err(|error| {
            self.spent = true;
            self.runtime.counters.count_failed();
            let state = self.store.data();
            let workflow_type = state
                .run
                .as_ref()
                .map_or("(none)", |run| &run.workflow_type);
            let testimony = Testimony {
                last_words: state.log.last_error().or(state.language.last_words()),
                refused: state.language.refused(),
            };
            TaskFailure::tell(workflow_type, function, error, testimony)
        })
    }

    fn enter_inner<R>(
        &mut self,
        visit: impl FnOnce(&mut Store<HostState>) -> Result<R, GuestError>,
    ) -> Result<R, GuestError> {
        if self.spent {
            let reason =
                "its instance failed before and was used again; it should have been dropped";
            return Err(GuestError::Unavailable(reason.to_owned()));
        }
        let options = &self.runtime.options;
        ThreadStack::require(options.stack_limit_bytes + SandboxOptions::HOST_STACK_BYTES)?;
        let running = self.runtime.ticker.run();
        self.store.data_mut().cpu.restart();
        self.store.set_epoch_deadline(1);
        let faults_before = page_faults();
        let outcome = visit(&mut self.store);
        let faults = page_faults().saturating_sub(faults_before);
        drop(running);
        self.touched_bytes += faults * PAGE_BYTES;
        outcome
    }

    pub(crate) fn state_mut(&mut self) -> &mut HostState {
        self.store.data_mut()
    }

    /// See [`Guest::memory_bytes`](crate::Guest::memory_bytes). What the guest grew by counts in full, since one fault may bring in a
    /// huge page there; of what it began with, only the pages that it touched.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let grown_bytes = self
            .store
            .data()
            .memory
            .used_bytes()
            .saturating_sub(self.initial_bytes);
        OVERHEAD_BYTES + grown_bytes + self.touched_bytes.min(self.initial_bytes)
    }
}

/// The page of a fault: what Linux uses on x86 and mostly elsewhere; this is an estimate.
const PAGE_BYTES: u64 = 4 << 10;

/// Page faults of the calling thread so far.
#[cfg(target_os = "linux")]
fn page_faults() -> u64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `usage` is a valid place to write to, and all zeros is a valid value of it should the call fail.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr());
        usage.assume_init()
    };
    usage.ru_minflt.try_into().unwrap_or_default()
}

/// Elsewhere there are no counts by thread, so everything that a guest began with counts as shared.
#[cfg(not(target_os = "linux"))]
fn page_faults() -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_has_our_limit_of_handles_rather_than_wasmtime_s() {
        let options = SandboxOptions {
            max_live_runs: 1,
            ..Default::default()
        };
        let runtime = Arc::new(Runtime::new(options).expect("it starts"));
        let room = Room::new(&runtime, None);
        assert_eq!(room.store.max_component_handles(), MAX_HANDLES);
    }
}
