//! The front door: inspect bytes, load modules, read counters.

use std::sync::Arc;

use crate::{
    compile::compile,
    digest::digest,
    engine::Runtime,
    error::SandboxError,
    inspection::{self, Inspection, Refusal},
    loads::Loads,
    module::Module,
    options::SandboxOptions,
    statistics::Statistics,
};

/// A place where workflow components run. Clones are the same sandbox; one is enough for a process.
#[derive(Clone, Debug)]
pub struct Sandbox {
    runtime: Arc<Runtime>,
    loads: Arc<Loads<Module>>,
}

impl Sandbox {
    /// Sets the engine up. Address space for [`SandboxOptions::max_live_runs`] instances is reserved here, and a thread is started
    /// that sleeps unless guests run.
    pub fn new(options: SandboxOptions) -> Result<Self, SandboxError> {
        Ok(Self {
            runtime: Arc::new(Runtime::new(options)?),
            loads: Arc::default(),
        })
    }

    /// Checks a component without compiling it: its size, that it is a valid component, its contract, its imports.
    /// It takes about a second for 100 MB.
    pub fn inspect(bytes: &[u8]) -> Result<Inspection, Refusal> {
        inspection::inspect(bytes)
    }

    /// Compiles the component, or takes it from the cache, and asks it for its definitions.
    ///
    /// Blocks, for a minute if a Python module must be compiled, and for a second if one of the same interpreter was before: call it
    /// where that is allowed. Callers with the same bytes share one load. The module lives as long as someone holds it.
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<Module>, SandboxError> {
        self.loads.get_or_load(&digest(bytes), || {
            let inspection = inspection::inspect(bytes)?;
            let component = compile(&self.runtime, bytes, &inspection.digest)?;
            Ok(Arc::new(Module::link(
                &self.runtime,
                inspection,
                &component,
            )?))
        })
    }

    /// The settings that this sandbox was made with.
    pub fn options(&self) -> &SandboxOptions {
        &self.runtime.options
    }

    /// What happened so far.
    pub fn statistics(&self) -> Statistics {
        self.runtime.counters.read()
    }
}
