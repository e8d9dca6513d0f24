//! What the compiler was told when it made an object file: it writes that into the file itself, and reads it again when the file is
//! loaded.

use serde::Deserialize;
use wasmtime_environ::{
    FlagValue, Inlining, Tunables, obj::ELF_WASM_ENGINE, wasmparser::WasmFeatures,
};

use super::{
    object_file::ObjectFile,
    unfit::{Unfit, require},
};

/// The first byte of the section that this reads.
const VERSION: u8 = 0;

/// The part of the settings that decides how a component is translated.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) tunables: Tunables,
    pub(super) features: WasmFeatures,
}

/// The section as wasmtime writes it, after its version and that of wasmtime.
#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    _target: &'a str,
    #[serde(borrow)]
    _shared_flags: Vec<(&'a str, FlagValue<'a>)>,
    #[serde(borrow)]
    _isa_flags: Vec<(&'a str, FlagValue<'a>)>,
    tunables: Tunables,
    features: u64,
}

impl Settings {
    /// The settings with which this file was made.
    pub(super) fn of(file: &ObjectFile<'_>) -> Result<Self, Unfit> {
        let section = file.section(ELF_WASM_ENGINE)?;
        let Metadata {
            tunables, features, ..
        } = metadata(section).ok_or(Unfit("the settings of the compiler can't be read"))?;
        let features = WasmFeatures::from_bits(features)
            .ok_or(Unfit("the settings have features that are not known"))?;
        // Each of these puts more of the component into the object file than is replaced here.
        let is_plain = !tunables.debug_native
            && !tunables.debug_guest
            && !tunables.recording
            && tunables.inlining == Inlining::No;
        require(is_plain, "the compiler was told to keep more")?;
        Ok(Self { tunables, features })
    }

    /// How far beyond the address that it is given an instruction may reach for the compiler to leave the check to the guard pages, in
    /// bytes. Below this, the minimum of a memory changes nothing of the code.
    pub(super) fn unchecked_reach(&self) -> u64 {
        if !self.tunables.signals_based_traps {
            return 0;
        }
        let reserved = self
            .tunables
            .memory_reservation
            .saturating_add(self.tunables.memory_guard_size);
        reserved.saturating_sub(u32::MAX.into())
    }
}

fn metadata(section: &[u8]) -> Option<Metadata<'_>> {
    let (version, rest) = section.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (wasmtime, rest) = rest.split_at_checked(usize::from(*length))?;
    let major = wasmtime_environ::VERSION.split('.').next()?;
    // Another wasmtime's settings may have another form.
    (*version == VERSION && wasmtime == major.as_bytes()).then_some(())?;
    postcard::from_bytes(rest).ok()
}
