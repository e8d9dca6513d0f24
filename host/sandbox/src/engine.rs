//! The one engine of a sandbox and what belongs to it: configuration, epoch ticker, compile cache, counters.

use std::sync::Arc;

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
    WasmBacktraceDetails, WasmFeatures,
};

use crate::{
    cache_folder::CacheFolder,
    code_cache::CodeCache,
    error::SandboxError,
    function_cache::FunctionCache,
    limits::{MAX_TABLE_ELEMENTS, Ticker},
    memory_return::MemoryReturn,
    options::SandboxOptions,
    statistics::Counters,
    template::Templates,
};

/// Instances beyond the live runs: those that describe a module while it is loaded.
const DESCRIBING: u32 = 32;

/// Core instances of one component. Python's has the most, 15: CPython, its shared libraries, an adapter, a shim and its fix-ups. The
/// pool counts those of all components together, and only counts them: this limit reserves nothing.
const CORE_INSTANCES_OF_A_COMPONENT: u32 = 16;

/// Tables of one component: the guest's and a shim's, and as many to spare. Each reserves 800 kB of address space, used or not, so this
/// stays far below the core instances.
const TABLES_OF_A_COMPONENT: u32 = 4;

/// Bytes of a memory that are cleared by hand when its run ends, instead of being given back to the system and faulted in again by
/// the next one. They halve the cost of starting a run, and stay with the process: so many for each run that was live at its busiest.
const KEPT_MEMORY_BYTES: usize = 64 << 10;

/// Memory slots without a run that may keep those bytes.
const KEPT_SLOTS: u32 = 100;

/// A data segment far from the others makes an image of mostly zeros. Up to here it is made nevertheless; CPython needs 30 MB.
pub(crate) const DENSE_IMAGE_BYTES: u64 = 64 << 20;

/// Frames in a backtrace: deep enough to see the workflow's own code below a panic.
const BACKTRACE_FRAMES: usize = 64;

/// What all modules and guests of a sandbox share.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) options: SandboxOptions,
    pub(crate) ticker: Ticker,
    pub(crate) cache: Option<Caches>,
    pub(crate) counters: Arc<Counters>,
}

/// What is kept on disk of compilations.
#[derive(Debug)]
pub(crate) struct Caches {
    /// Whole components.
    pub(crate) code: CodeCache,
    /// Which of them are a start for others.
    pub(crate) templates: Templates,
    /// The functions of all of them.
    pub(crate) functions: Arc<FunctionCache>,
}

impl Runtime {
    pub(crate) fn new(options: SandboxOptions) -> Result<Self, SandboxError> {
        let folder = options
            .cache_dir
            .as_deref()
            .map(|path| CacheFolder::open(path, options.cache_limit_bytes))
            .transpose()?;
        let functions = folder
            .as_ref()
            .map(|folder| Arc::new(FunctionCache::new(folder.clone())));
        let engine = new_engine(&options, functions.clone()).map_err(|error| {
            SandboxError::Setup(format!(
                "{error:#}; if address space is short, lower max_live_runs (now {})",
                options.max_live_runs
            ))
        })?;
        let counters = Arc::<Counters>::default();
        let mut memory_return = MemoryReturn::new(counters.clone());
        let ticker = Ticker::start(engine.clone(), move || memory_return.rest())
            .map_err(|error| SandboxError::Setup(format!("no thread for its ticker: {error}")))?;
        let cache = folder.zip(functions).map(|(folder, functions)| Caches {
            code: CodeCache::new(folder.clone(), &engine),
            templates: Templates::new(folder, &engine),
            functions,
        });
        Ok(Self {
            engine,
            options,
            ticker,
            cache,
            counters,
        })
    }
}

fn new_engine(
    options: &SandboxOptions,
    functions: Option<Arc<FunctionCache>>,
) -> wasmtime::Result<Engine> {
    let mut config = config(options);
    if let Some(functions) = functions {
        config.enable_incremental_compilation(functions)?;
    }
    Engine::new(&config)
}

fn config(options: &SandboxOptions) -> Config {
    let mut config = Config::new();
    // Nothing that could make two executions of the same history differ.
    config
        .wasm_features(left_off(), false)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    // Limits.
    config
        .epoch_interruption(true)
        .max_wasm_stack(options.stack_limit_bytes);
    // Failures that name functions and lines.
    config
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(BACKTRACE_FRAMES))
        .wasm_backtrace_details(WasmBacktraceDetails::Enable);
    // Cheap instances.
    config
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(DENSE_IMAGE_BYTES)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(options)));
    config
}

/// Proposals that a guest may not use; `inspection` lists those that it may. The compiler is told so too, lest the two disagree.
fn left_off() -> WasmFeatures {
    WasmFeatures::THREADS | WasmFeatures::MEMORY64 | WasmFeatures::MULTI_MEMORY
}

fn pool(options: &SandboxOptions) -> PoolingAllocationConfig {
    let instances = options.max_live_runs.saturating_add(DESCRIBING);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(CORE_INSTANCES_OF_A_COMPONENT))
        .total_tables(instances.saturating_mul(TABLES_OF_A_COMPONENT))
        // A component has one; each reserves 4 GiB of address space.
        .total_memories(instances)
        .table_elements(MAX_TABLE_ELEMENTS)
        // Some compilers put several tables into a module.
        .max_tables_per_module(4)
        .max_core_instance_size(16 << 20)
        .max_component_instance_size(16 << 20)
        .linear_memory_keep_resident(KEPT_MEMORY_BYTES)
        .table_keep_resident(KEPT_MEMORY_BYTES)
        .max_unused_warm_slots(KEPT_SLOTS)
        .pagemap_scan(Enabled::Auto);
    pool
}

#[cfg(test)]
mod tests {
    use wasmtime::{
        Store,
        component::{Component, Linker},
    };

    use super::*;

    /// A component with so many core instances, one of which has a memory and all the tables.
    fn component(core_instances: u32, tables: u32) -> String {
        let tables = "(table 1 funcref)".repeat(tables as usize);
        let others = "(core instance (instantiate $other))".repeat(core_instances as usize - 1);
        format!(
            "(component
                (core module $main (memory 1) {tables})
                (core module $other)
                (core instance (instantiate $main))
                {others})"
        )
    }

    #[test]
    fn the_pool_has_room_for_the_largest_components_in_all_live_runs() {
        let options = SandboxOptions {
            max_live_runs: 8,
            ..Default::default()
        };
        let runtime = Runtime::new(options).expect("it starts");
        let text = component(CORE_INSTANCES_OF_A_COMPONENT, TABLES_OF_A_COMPONENT);
        let bytes = wat::parse_str(text).expect("it is a component");
        let component = Component::new(&runtime.engine, bytes).expect("it compiles");
        let linker = Linker::new(&runtime.engine);
        let mut live = Vec::new();
        for _ in 0..8 + DESCRIBING {
            let mut store = Store::new(&runtime.engine, ());
            linker
                .instantiate(&mut store, &component)
                .expect("there is room");
            live.push(store);
        }
    }
}
