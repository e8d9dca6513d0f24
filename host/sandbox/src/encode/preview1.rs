//! The adapter that stands under a module of standard Go: it gives `wasi_snapshot_preview1`, the only system that compiler knows, in terms
//! of `sundial:workflow/runtime`. The adapter itself is `preview1.wat`.

use super::world::{self, World};

/// The import module that the adapter provides.
pub(super) const NAME: &str = "wasi_snapshot_preview1";

/// The adapter as a core module with its world.
pub(super) fn adapter() -> Result<Vec<u8>, String> {
    let mut module =
        wat::parse_str(include_str!("preview1.wat")).map_err(|error| error.to_string())?;
    world::embed(&mut module, World::LanguageRuntime)?;
    Ok(module)
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, Payload};

    use super::*;

    #[test]
    fn the_adapter_is_valid_and_has_no_other_imports() {
        let module = adapter().expect("it is made");
        wasmparser::validate(&module).expect("it is valid");
        for payload in Parser::new(0).parse_all(&module) {
            if let Payload::ImportSection(section) = payload.expect("it is valid") {
                for import in section.into_imports() {
                    let import = import.expect("it is valid");
                    assert!(
                        ["env", "sundial:workflow/runtime@0.1.0"].contains(&import.module),
                        "{import:?}"
                    );
                }
            }
        }
    }
}
