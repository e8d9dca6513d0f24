//! From what a compiler emits to a component: the last step of `sundial build`. It checks nothing about contracts or imports;
//! inspect the result.

mod preview1;
mod world;

use std::borrow::Cow;

use thiserror::Error;
use wasmparser::{Encoding, KnownCustom, Parser, Payload};

use self::world::World;
use crate::contract::Contract;

/// Why a core module did not become a component.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The bytes are a component already, so there is nothing to do.
    #[error("the file is a component already; upload it as it is")]
    AlreadyComponent,
    /// The module does not say which WIT world it implements.
    #[error(
        "the module has no component type and exports no function of sundial:workflow, so no workflow is exported from it"
    )]
    NoComponentType,
    /// The bytes are no WebAssembly module.
    #[error("not a WebAssembly module: {0}")]
    NotWasm(String),
    /// The module imports something that no world of it provides, or breaks the component ABI.
    #[error("the module can't be made a component: {0}")]
    Encode(String),
}

/// Turns a core module into a component.
///
/// The module says which world it is of in a custom section, as rustc and wit-bindgen write it. A module without one is taken to be of
/// `sundial:workflow` if it exports that contract's functions by their canonical names (`sundial:workflow/guest@0.1.0#activate`). Under
/// a module of standard Go, which knows no other system, an adapter is put that gives `wasi_snapshot_preview1`.
pub fn encode_component(core_module: &[u8]) -> Result<Vec<u8>, BuildError> {
    encode_component_with(core_module, &[])
}

/// The same for a core module that imports more than its world has: each stand-in is a core module that takes the place of the
/// imported module of that name, so that the component does not import it. A stand-in may import the memory, as `env` `memory`.
pub fn encode_component_with(
    core_module: &[u8],
    stand_ins: &[(&str, Vec<u8>)],
) -> Result<Vec<u8>, BuildError> {
    let module = CoreModule::read(core_module)?;
    let mut bytes = Cow::Borrowed(core_module);
    if !module.has_component_type {
        if !module.exports_the_contract {
            return Err(BuildError::NoComponentType);
        }
        world::embed(bytes.to_mut(), World::Workflow).map_err(BuildError::Encode)?;
        if module.imports_runtime {
            world::embed(bytes.to_mut(), World::LanguageRuntime).map_err(BuildError::Encode)?;
        }
    }
    let mut encoder = wit_component::ComponentEncoder::default();
    encoder
        .module(&bytes)
        .map_err(|error| BuildError::Encode(explain(&error)))?;
    if module.is_standard_go && module.imports_preview1 {
        let adapter = preview1::adapter().map_err(BuildError::Encode)?;
        encoder
            .adapter(preview1::NAME, &adapter)
            .map_err(|error| BuildError::Encode(explain(&error)))?;
    }
    for (name, stand_in) in stand_ins {
        encoder
            .adapter(name, stand_in)
            .map_err(|error| BuildError::Encode(explain(&error)))?;
    }
    encoder
        .validate(true)
        .encode()
        .map_err(|error| BuildError::Encode(explain(&error)))
}

/// What a core module shows of itself.
#[derive(Debug, Default)]
pub(crate) struct CoreModule {
    /// It carries a custom section with its WIT world.
    has_component_type: bool,
    /// It exports a function of `sundial:workflow`.
    exports_the_contract: bool,
    imports_preview1: bool,
    /// It imports a function of `sundial:workflow/runtime` itself.
    imports_runtime: bool,
    is_standard_go: bool,
}

impl CoreModule {
    pub(crate) fn read(module: &[u8]) -> Result<Self, BuildError> {
        let not_wasm =
            |error: wasmparser::BinaryReaderError| BuildError::NotWasm(error.to_string());
        let mut found = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload.map_err(not_wasm)? {
                Payload::Version {
                    encoding: Encoding::Component,
                    ..
                } => return Err(BuildError::AlreadyComponent),
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let module = import.map_err(not_wasm)?.module;
                        found.imports_preview1 |= module == preview1::NAME;
                        found.imports_runtime |= module.starts_with(world::RUNTIME);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let name = export.map_err(not_wasm)?.name;
                        found.exports_the_contract |= name
                            .strip_prefix(Contract::Sundial.export())
                            .is_some_and(|rest| rest.starts_with('@') && rest.contains('#'));
                    }
                }
                Payload::CustomSection(section) => {
                    found.has_component_type |= section.name().starts_with("component-type");
                    if let KnownCustom::Producers(producers) = section.as_known() {
                        found.is_standard_go |= was_made_by_go(producers).map_err(not_wasm)?;
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Whether [`encode_component`] knows what component to make of it.
    pub(crate) fn can_be_encoded(&self) -> bool {
        self.has_component_type || self.exports_the_contract
    }
}

/// Whether the compiler named itself as that of standard Go: `language Go`, `processed-by Go cmd/compile`. TinyGo, built on LLVM, does not.
fn was_made_by_go(
    producers: wasmparser::ProducersSectionReader<'_>,
) -> Result<bool, wasmparser::BinaryReaderError> {
    for field in producers {
        let field = field?;
        for value in field.values {
            if field.name == "processed-by" && value?.name == "Go cmd/compile" {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn explain<E: std::fmt::Display>(error: &E) -> String {
    let text = format!("{error:#}");
    if text.contains(preview1::NAME) {
        // The import's name is in the text already; the way out is not.
        format!("{text}; build for wasm32-unknown-unknown, which has no WASI")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty core module.
    const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";
    /// An empty component.
    const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn a_component_is_not_encoded_again() {
        assert!(matches!(
            encode_component(EMPTY_COMPONENT),
            Err(BuildError::AlreadyComponent)
        ));
    }

    #[test]
    fn a_module_without_a_world_is_refused() {
        assert!(matches!(
            encode_component(EMPTY_MODULE),
            Err(BuildError::NoComponentType)
        ));
    }

    #[test]
    fn text_is_not_a_module() {
        assert!(matches!(
            encode_component(b"hello"),
            Err(BuildError::NotWasm(_))
        ));
    }
}
