//! Looking at all of a guest's state, to prove that the same history gives the same state. No part of running workflows.
//!
//! Between activations a guest is its linear memories and its mutable globals, and a component shows neither. [`observable`] gives a
//! component doors through which both can be hashed, without changing them. Tables are left out: what fills them are a module's own
//! functions, chosen by what is in its memory.

mod doors;
mod hasher;
mod open_module;

use std::fmt;

use thiserror::Error;
use wasmtime::{StoreContextMut, component::Instance};

use crate::host_state::HostState;

/// The interface that the doors are exported as.
const INTERFACE: &str = "sundial:observation/state";

/// The component can't be given doors.
#[derive(Debug, Error)]
#[error("the component's state can't be made observable: {0}")]
pub struct NotObservable(String);

impl NotObservable {
    fn of(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The same component with doors, for [`Guest::state_hash`](crate::Guest::state_hash). To everybody else it is another component: it has
/// another digest, and is a little slower to instantiate.
///
/// Components as wit-component, componentize-py and componentize-js make them can be observed; of modules that are hidden in nested
/// components nothing is seen.
pub fn observable(component: &[u8]) -> Result<Vec<u8>, NotObservable> {
    doors::add(component)
}

/// The hash of all that the instance's doors show; nothing if it has none.
pub(crate) fn state_hash(
    mut store: StoreContextMut<'_, HostState>,
    instance: &Instance,
) -> wasmtime::Result<Option<u64>> {
    let Some(doors) = instance.get_export_index(&mut store, None, INTERFACE) else {
        return Ok(None);
    };
    let mut hash = 0;
    for number in 0.. {
        let name = door(number);
        let Some(door) = instance.get_export_index(&mut store, Some(&doors), &name) else {
            break;
        };
        let hasher = instance.get_typed_func::<(u64,), (u64,)>(&mut store, door)?;
        (hash,) = hasher.call(&mut store, (hash,))?;
    }
    Ok(Some(hash))
}

/// The name of the function that hashes one core instance.
fn door(number: usize) -> String {
    format!("hash{number}")
}
