//! From what a compiler emits to a component: the last step of `sundial build`. It checks nothing about contracts or imports;
//! inspect the result.

use thiserror::Error;
use wasmparser::{Encoding, Parser, Payload};

/// Why a core module did not become a component.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The bytes are a component already, so there is nothing to do.
    #[error("the file is a component already; upload it as it is")]
    AlreadyComponent,
    /// The module does not say which WIT world it implements.
    #[error(
        "the module has no component type, so no workflow is exported from it: is `export_workflow_module!` called, and is the \
         crate type cdylib?"
    )]
    NoComponentType,
    /// The bytes are no WebAssembly module.
    #[error("not a WebAssembly module: {0}")]
    NotWasm(String),
    /// The module imports something that no world of it provides, or breaks the component ABI.
    #[error("the module can't be made a component: {0}")]
    Encode(String),
}

/// Turns a core module with a component type section (what rustc emits for wasm32-unknown-unknown) into a component.
pub fn encode_component(core_module: &[u8]) -> Result<Vec<u8>, BuildError> {
    encode_component_with(core_module, &[])
}

/// The same for a core module that imports more than its world has: each stand-in is a core module that takes the place of the
/// imported module of that name, so that the component does not import it. A stand-in may import the memory, as `env` `memory`.
pub fn encode_component_with(
    core_module: &[u8],
    stand_ins: &[(&str, Vec<u8>)],
) -> Result<Vec<u8>, BuildError> {
    if !has_component_type(core_module)? {
        return Err(BuildError::NoComponentType);
    }
    let mut encoder = wit_component::ComponentEncoder::default();
    encoder
        .module(core_module)
        .map_err(|error| BuildError::Encode(explain(&error)))?;
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

/// Whether a core module carries a custom section with its WIT world.
pub(crate) fn has_component_type(module: &[u8]) -> Result<bool, BuildError> {
    let mut found = false;
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(|error| BuildError::NotWasm(error.to_string()))? {
            Payload::Version {
                encoding: Encoding::Component,
                ..
            } => {
                return Err(BuildError::AlreadyComponent);
            }
            Payload::CustomSection(section) => {
                found |= section.name().starts_with("component-type");
            }
            _ => {}
        }
    }
    Ok(found)
}

fn explain<E: std::fmt::Display>(error: &E) -> String {
    let text = format!("{error:#}");
    if text.contains("wasi_snapshot_preview1") {
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
