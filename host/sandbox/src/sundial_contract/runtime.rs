//! The interface `sundial:workflow/runtime`, from the host's side.

use super::runtime_bindings::sundial::workflow::runtime::{self, Output, Wish};
use crate::{
    host_state::HostState,
    imports,
    language_runtime::{self, CallRefused, Exited},
};

/// Of no interface of WASI.
const NO_PROCESSES: &str =
    "a workflow has no processes and gets no signals of a system; start the program in an activity";

impl runtime::Host for HostState {
    fn workflow_time(&mut self) -> wasmtime::Result<u64> {
        Ok(self.language.time_ns())
    }

    fn seed(&mut self) -> wasmtime::Result<u64> {
        let instead = imports::instead("wasi:random/");
        let seed = self
            .language
            .seed(self.run.as_ref(), "the system's random numbers", instead)?;
        Ok(seed)
    }

    fn side_effect(&mut self, is_ongoing: bool) -> wasmtime::Result<()> {
        self.language.set_side_effect(is_ongoing);
        Ok(())
    }

    fn write(&mut self, output: Output, bytes: Vec<u8>) -> wasmtime::Result<()> {
        let output = match output {
            Output::Stdout => language_runtime::Output::Stdout,
            Output::Stderr => language_runtime::Output::Stderr,
        };
        self.print(output, &bytes);
        Ok(())
    }

    fn refused(&mut self, wish: Wish) -> wasmtime::Result<()> {
        let (call, instead) = match wish {
            Wish::Sleep => (
                "the system's sleep",
                imports::instead("wasi:clocks/monotonic-clock"),
            ),
            Wish::Files => ("the file system", imports::instead("wasi:filesystem/")),
            Wish::Stdin => ("standard input", imports::instead("wasi:cli/stdin")),
            Wish::Sockets => ("the network", imports::instead("wasi:sockets/")),
            Wish::Processes => ("the system's processes", NO_PROCESSES),
        };
        self.language.note_refusal(CallRefused {
            call: call.to_owned(),
            instead,
        });
        Ok(())
    }

    fn exit(&mut self, code: u32) -> wasmtime::Result<()> {
        Err(Exited { code }.into())
    }
}
