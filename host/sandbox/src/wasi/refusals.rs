//! The stubs of everything else: each refuses by an error of its own type where it has one, so that the guest's author sees an
//! ordinary exception, and traps where it has none. Either way it is told with what to use instead.

use wasmtime::{
    StoreContextMut,
    component::{
        LinkerInstance, Val,
        types::{ComponentFunc, Type},
    },
};

use crate::{host_state::HostState, imports, language_runtime::CallRefused};

/// The cases by which error types of WASI say that something is not allowed, the plainest first: of sockets, files, streams.
const DENIALS: &[&str] = &["access-denied", "not-permitted", "access", "closed"];

/// Links a function that refuses.
pub(super) fn refuse(
    linked: &mut LinkerInstance<'_, HostState>,
    interface: &str,
    function: &str,
) -> wasmtime::Result<()> {
    let refused = CallRefused {
        call: format!("`{interface}` {}", plain(function)),
        instead: imports::instead(interface),
    };
    linked.func_new(
        function,
        move |mut store: StoreContextMut<'_, HostState>, ty: ComponentFunc, arguments, results| {
            // What was lent for the call has to be given back.
            for argument in arguments {
                if let Val::Resource(handle) = argument {
                    handle.resource_drop(&mut store)?;
                }
            }
            let Some(denial) = denial(&ty) else {
                return Err(refused.clone().into());
            };
            store.data_mut().language.note_refusal(refused.clone());
            // A function whose one result is a `result` has one place for it.
            results.fill(denial);
            Ok(())
        },
    )
}

/// The answer that says no; nothing if the function can't say it.
fn denial(ty: &ComponentFunc) -> Option<Val> {
    let mut results = ty.results();
    let (Some(Type::Result(result)), None) = (results.next(), results.next()) else {
        return None;
    };
    let error = match result.err() {
        None => None,
        Some(Type::Enum(cases)) => {
            let names: Vec<_> = cases.names().collect();
            let denial = DENIALS.iter().find(|denial| names.contains(denial))?;
            Some(Box::new(Val::Enum((*denial).to_owned())))
        }
        Some(Type::Variant(cases)) => {
            let names: Vec<_> = cases
                .cases()
                .filter(|case| case.ty.is_none())
                .map(|case| case.name)
                .collect();
            let denial = DENIALS.iter().find(|denial| names.contains(denial))?;
            Some(Box::new(Val::Variant((*denial).to_owned(), None)))
        }
        Some(_) => return None,
    };
    Some(Val::Result(Err(error)))
}

/// `[method]descriptor.stat-at` as people say it: `descriptor.stat-at`.
fn plain(function: &str) -> &str {
    function
        .split_once(']')
        .map_or(function, |(_, plain)| plain)
}
