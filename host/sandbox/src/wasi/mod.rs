//! WASI 0.2 for the runtime of a guest's language: every function that a component imports is there, and nearly all of them refuse.
//!
//! Interpreters are linked against a C library, which imports the whole system whether or not the workflow uses it. What such a
//! library needs to live is granted (`streams.rs`, `process.rs`); all else is a stub that refuses by name (`refusals.rs`), made from
//! the types that the component itself declares. No host access is linked in anywhere: there is nothing here to escape to.

mod process;
mod refusals;
mod streams;

use wasmtime::{
    Engine,
    component::{Component, LinkerInstance, ResourceType, types::ComponentItem},
};

use crate::{host_state::HostState, imports};

/// What every handle that a guest holds stands for: the host keeps nothing behind it, its number says all. So a guest can fill no table
/// but its own, and that one is bounded (`MAX_HANDLES` in `instance.rs`).
pub(crate) struct Handle;

/// The numbers behind handles.
mod handle {
    pub(super) const STDIN: u32 = 0;
    pub(super) const STDOUT: u32 = 1;
    pub(super) const STDERR: u32 = 2;
    /// A pollable that is always ready.
    pub(super) const READY: u32 = 3;
    /// The network that there isn't: asking for it has no error to answer with, using it has.
    pub(super) const NETWORK: u32 = 4;
}

/// Links what `component` imports of WASI, and only that: a component without it pays nothing.
pub(crate) fn link(
    engine: &Engine,
    linker: &mut wasmtime::component::Linker<HostState>,
    component: &Component,
) -> wasmtime::Result<()> {
    for (name, import) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = import.ty else {
            continue;
        };
        let Some(interface) = imports::wasi_of_a_runtime(name) else {
            continue;
        };
        let mut linked = linker.instance(name)?;
        for (function, item) in instance.exports(engine) {
            match item.ty {
                ComponentItem::Resource(_) => {
                    linked.resource(function, ResourceType::host::<Handle>(), |_, _| Ok(()))?;
                }
                ComponentItem::ComponentFunc(_) => {
                    let is_granted = grant(&mut linked, interface, function)?;
                    if !is_granted {
                        refusals::refuse(&mut linked, interface, function)?;
                    }
                }
                // Plain types need no link, and nothing else is part of an interface.
                ComponentItem::CoreFunc(_)
                | ComponentItem::Module(_)
                | ComponentItem::Component(_)
                | ComponentItem::ComponentInstance(_)
                | ComponentItem::Type(_) => {}
            }
        }
    }
    Ok(())
}

/// Links a function that is granted; says whether it is.
fn grant(
    linked: &mut LinkerInstance<'_, HostState>,
    interface: &str,
    function: &str,
) -> wasmtime::Result<bool> {
    Ok(
        process::grant(linked, interface, function)?
            || streams::grant(linked, interface, function)?,
    )
}
