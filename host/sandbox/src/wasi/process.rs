//! What a process has and a guest has not: arguments, environment, folders, a terminal. Each is answered with nothing, which every C
//! library takes as an answer. An exit ends the instance, and the seed for hash tables is the run's.

use wasmtime::{
    StoreContextMut,
    component::{LinkerInstance, Resource},
};

use super::{Handle, handle};
use crate::{host_state::HostState, imports, language_runtime::Exited};

/// Names and values, as WASI lists them.
type Pairs = Vec<(String, String)>;

/// Links one of these functions; says whether it is one.
pub(super) fn grant(
    linked: &mut LinkerInstance<'_, HostState>,
    interface: &str,
    function: &str,
) -> wasmtime::Result<bool> {
    match (interface, function) {
        ("wasi:cli/environment", "get-environment") => {
            linked.func_wrap(function, |_, (): ()| Ok((Pairs::new(),)))?;
        }
        ("wasi:cli/environment", "get-arguments") => {
            linked.func_wrap(function, |_, (): ()| Ok((Vec::<String>::new(),)))?;
        }
        ("wasi:cli/environment", "initial-cwd") => {
            linked.func_wrap(function, |_, (): ()| Ok((None::<String>,)))?;
        }
        ("wasi:cli/terminal-stdin", "get-terminal-stdin")
        | ("wasi:cli/terminal-stdout", "get-terminal-stdout")
        | ("wasi:cli/terminal-stderr", "get-terminal-stderr") => {
            linked.func_wrap(function, |_, (): ()| Ok((None::<Resource<Handle>>,)))?;
        }
        ("wasi:filesystem/preopens", "get-directories") => {
            linked.func_wrap(function, |_, (): ()| {
                Ok((Vec::<(Resource<Handle>, String)>::new(),))
            })?;
        }
        ("wasi:sockets/instance-network", "instance-network") => {
            linked.func_wrap(function, |_, (): ()| {
                Ok((Resource::<Handle>::new_own(handle::NETWORK),))
            })?;
        }
        ("wasi:cli/exit", "exit") => {
            linked.func_wrap(
                function,
                |_, (status,): (Result<(), ()>,)| -> wasmtime::Result<()> {
                    let code = u32::from(status.is_err());
                    Err(Exited { code }.into())
                },
            )?;
        }
        ("wasi:random/insecure-seed", "insecure-seed") => {
            let call = format!("`{interface}` {function}");
            let instead = imports::instead(interface);
            linked.func_wrap(
                function,
                move |store: StoreContextMut<'_, HostState>, (): ()| {
                    let state = store.data();
                    let seed = state.language.seed(state.run.as_ref(), &call, instead)?;
                    // The two halves may be told apart, and need not be independent.
                    Ok(((seed, seed.rotate_left(32)),))
                },
            )?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
