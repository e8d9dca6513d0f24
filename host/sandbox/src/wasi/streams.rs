//! Standard streams: output is the run's log, input is at its end. A stream is always ready, so a program that polls one never waits.

use wasmtime::{
    StoreContextMut,
    component::{ComponentType, LinkerInstance, Lower, Resource},
};

use super::{Handle, handle};
use crate::{
    host_state::HostState,
    imports,
    language_runtime::{CallRefused, Output},
};

/// How much a guest may write at once, in bytes: what WASI's blocking writes take, too.
const WRITE_BYTES: u64 = 4 << 10;

/// WASI's `stream-error`.
#[derive(ComponentType, Lower)]
#[component(variant)]
enum StreamError {
    /// Never made: a stream of ours does not fail.
    #[component(name = "last-operation-failed")]
    #[expect(dead_code, reason = "the type has this case")]
    LastOperationFailed(Resource<Handle>),
    #[component(name = "closed")]
    Closed,
}

type Stream = Resource<Handle>;

/// Links one of these functions; says whether it is one.
pub(super) fn grant(
    linked: &mut LinkerInstance<'_, HostState>,
    interface: &str,
    function: &str,
) -> wasmtime::Result<bool> {
    match (interface, function) {
        ("wasi:cli/stdin", "get-stdin") => give(linked, function, handle::STDIN)?,
        ("wasi:cli/stdout", "get-stdout") => give(linked, function, handle::STDOUT)?,
        ("wasi:cli/stderr", "get-stderr") => give(linked, function, handle::STDERR)?,
        ("wasi:io/streams", function) => return grant_stream(linked, function),
        ("wasi:io/poll", "[method]pollable.ready") => {
            linked.func_wrap(function, |_, (_,): (Stream,)| Ok((true,)))?;
        }
        ("wasi:io/poll", "[method]pollable.block") => {
            linked.func_wrap(function, |_, (_,): (Stream,)| Ok(()))?;
        }
        ("wasi:io/poll", "poll") => {
            // No pollable but those of streams exists: clocks refuse to make one.
            linked.func_wrap(function, |_, (pollables,): (Vec<Stream>,)| {
                let ready: Vec<u32> = (0..).take(pollables.len()).collect();
                Ok((ready,))
            })?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn give(
    linked: &mut LinkerInstance<'_, HostState>,
    function: &str,
    number: u32,
) -> wasmtime::Result<()> {
    linked.func_wrap(function, move |_, (): ()| {
        Ok((Resource::<Handle>::new_own(number),))
    })
}

fn grant_stream(
    linked: &mut LinkerInstance<'_, HostState>,
    function: &str,
) -> wasmtime::Result<bool> {
    match function {
        "[method]output-stream.check-write" => {
            linked.func_wrap(function, |_, (_,): (Stream,)| {
                Ok((Ok::<u64, StreamError>(WRITE_BYTES),))
            })?;
        }
        "[method]output-stream.write" | "[method]output-stream.blocking-write-and-flush" => {
            linked.func_wrap(
                function,
                |mut store: StoreContextMut<'_, HostState>, (stream, bytes): (Stream, Vec<u8>)| {
                    let output = match stream.rep() {
                        handle::STDERR => Output::Stderr,
                        _ => Output::Stdout,
                    };
                    store.data_mut().print(output, &bytes);
                    Ok((Ok::<(), StreamError>(()),))
                },
            )?;
        }
        "[method]output-stream.flush" | "[method]output-stream.blocking-flush" => {
            linked.func_wrap(function, |_, (_,): (Stream,)| {
                Ok((Ok::<(), StreamError>(()),))
            })?;
        }
        "[method]input-stream.read" | "[method]input-stream.blocking-read" => {
            linked.func_wrap(
                function,
                |mut store: StoreContextMut<'_, HostState>, (_, _): (Stream, u64)| {
                    store.data_mut().language.note_refusal(CallRefused {
                        call: "standard input".to_owned(),
                        instead: imports::instead("wasi:cli/stdin"),
                    });
                    Ok((Err::<Vec<u8>, StreamError>(StreamError::Closed),))
                },
            )?;
        }
        "[method]output-stream.subscribe" | "[method]input-stream.subscribe" => {
            linked.func_wrap(function, |_, (_,): (Stream,)| {
                Ok((Resource::<Handle>::new_own(handle::READY),))
            })?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
