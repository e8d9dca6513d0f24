//! The cheap look at a component: what can be said without compiling it. Uploads are checked with it, and loads once more.
//!
//! It looks at size, form, the WebAssembly proposals used, imports and exported interfaces. The types of functions are left to the
//! linker, and the definitions to the component itself.

use thiserror::Error;
use wasmparser::{
    Chunk, ComponentExternalKind, Encoding, Parser, Payload, Validator, WasmFeatures,
};

use crate::{
    contract::Contract,
    digest::digest,
    encode::CoreModule,
    imports::{self, RefusedImport, split_version},
};

/// The largest component, in bytes. A Python workflow with its interpreter is 49 MB.
pub const MAX_COMPONENT_BYTES: usize = 128 << 20;

/// The first bytes of every WebAssembly file.
const MAGIC: &[u8] = b"\0asm";

/// The parts of WebAssembly that may be used: everything in the second version of the standard, and what later proposals add without
/// a choice for the host. Threads could make runs differ; memories of 64 bits would outgrow the pool; garbage collection,
/// exceptions and asynchronous components are not built into this host.
const FEATURES: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

/// What was learned about an acceptable component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// How it wants to be spoken to.
    pub contract: Contract,
    /// All imports, each of them granted.
    pub imports: Vec<String>,
    /// Lower-case hexadecimal SHA-256 of the bytes.
    pub digest: String,
}

/// Why a component is not accepted. The messages are for the person who built it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Nothing was sent.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MAX_COMPONENT_BYTES`].
    #[error(
        "the component has {bytes} bytes, and at most {MAX_COMPONENT_BYTES} are accepted; strip debug information, and build with \
         optimisation for size"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It does not begin as WebAssembly does.
    #[error("the file is not WebAssembly")]
    NotWasm,
    /// It is WebAssembly, but ends too early.
    #[error("the component is truncated: it ends after {bytes} bytes, in the middle of a section")]
    Truncated {
        /// Where it ends.
        bytes: usize,
    },
    /// A core module that can be made a component.
    #[error(
        "the file is a core module, not yet a component; turn it into one with `sundial build`"
    )]
    NotYetComponent,
    /// A core module that says nothing about a contract.
    #[error(
        "the file is a core module without a workflow contract; a workflow is built from a crate that calls \
         `export_workflow_module!`, or from a component of the world sundial:workflow"
    )]
    CoreModule,
    /// It breaks the rules of WebAssembly, or uses a proposal that is off.
    #[error("the component is not valid: {reason}, at byte {offset}")]
    Invalid {
        /// What rule is broken.
        reason: String,
        /// Where.
        offset: u64,
    },
    /// It imports what a workflow does not get.
    #[error("the component imports what a workflow does not get: {}", list(.0))]
    Imports(Vec<RefusedImport>),
    /// It exports neither contract.
    #[error(
        "the component exports no workflow contract: expected {} or {}, found {}",
        Contract::Sundial.export(), Contract::Temporal.export(), found(.exports)
    )]
    NoContract {
        /// What it does export.
        exports: Vec<String>,
    },
    /// It exports a contract in a version that is not spoken here.
    #[error(
        "the component exports {export}, and this host speaks version 0.1 of it; rebuild the component, or upgrade the host"
    )]
    ContractVersion {
        /// The exported interface, with its version.
        export: String,
    },
    /// It exports both contracts.
    #[error(
        "the component exports both workflow contracts; it must export one, so that it is clear who drives it"
    )]
    TwoContracts,
}

/// See [`Sandbox::inspect`](crate::Sandbox::inspect).
pub(crate) fn inspect(bytes: &[u8]) -> Result<Inspection, Refusal> {
    check_form(bytes)?;
    Validator::new_with_features(FEATURES)
        .validate_all(bytes)
        .map_err(|error| invalid(bytes, &error))?;
    let outline = Outline::read(bytes)?;
    let contract = outline.contract();
    let refused = imports::refused(&outline.imports, contract.as_ref().ok().copied());
    if !refused.is_empty() {
        // Before a missing contract: what a file wants of the host says most about what it is.
        return Err(Refusal::Imports(refused));
    }
    Ok(Inspection {
        contract: contract?,
        imports: outline.imports,
        digest: digest(bytes),
    })
}

fn check_form(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > MAX_COMPONENT_BYTES {
        return Err(Refusal::TooLarge { bytes: bytes.len() });
    }
    if !bytes.starts_with(MAGIC) {
        return Err(if MAGIC.starts_with(bytes) {
            Refusal::Truncated { bytes: bytes.len() }
        } else {
            Refusal::NotWasm
        });
    }
    if is_truncated(bytes) {
        return Err(Refusal::Truncated { bytes: bytes.len() });
    }
    if Parser::is_core_wasm(bytes) {
        let can_be_encoded = CoreModule::read(bytes).is_ok_and(|module| module.can_be_encoded());
        return Err(match can_be_encoded {
            true => Refusal::NotYetComponent,
            false => Refusal::CoreModule,
        });
    }
    Ok(())
}

/// Whether the outermost sections reach past the end: the parser would wait for more.
fn is_truncated(mut bytes: &[u8]) -> bool {
    let mut parser = Parser::new(0);
    loop {
        match parser.parse(bytes, false) {
            Ok(Chunk::NeedMoreData(_)) => return !bytes.is_empty(),
            Ok(Chunk::Parsed { consumed, payload }) => {
                bytes = &bytes[consumed..];
                match payload {
                    Payload::End(_) => return false,
                    // What is inside of these is skipped: only their length matters here.
                    Payload::ModuleSection {
                        unchecked_range, ..
                    }
                    | Payload::ComponentSection {
                        unchecked_range, ..
                    } => {
                        let length = usize::try_from(unchecked_range.end - unchecked_range.start)
                            .unwrap_or(usize::MAX);
                        match bytes.get(length..) {
                            Some(rest) => bytes = rest,
                            None => return true,
                        }
                    }
                    Payload::CodeSectionStart { size, .. } => {
                        parser.skip_section();
                        match bytes.get(size as usize..) {
                            Some(rest) => bytes = rest,
                            None => return true,
                        }
                    }
                    _ => {}
                }
            }
            // Broken rather than cut off: the validator has better words for it.
            Err(_) => return false,
        }
    }
}

fn invalid(bytes: &[u8], error: &wasmparser::BinaryReaderError) -> Refusal {
    if error.message().starts_with("unexpected end") && error.offset() as usize >= bytes.len() {
        return Refusal::Truncated { bytes: bytes.len() };
    }
    Refusal::Invalid {
        reason: error.message().to_owned(),
        offset: error.offset(),
    }
}

/// The outermost imports and exports of a component.
struct Outline {
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Outline {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut outline = Self {
            imports: Vec::new(),
            exports: Vec::new(),
        };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(|error| invalid(bytes, &error))? {
                Payload::Version {
                    encoding: Encoding::Module | Encoding::Component,
                    ..
                } => {
                    depth += 1;
                }
                Payload::End(_) => depth -= 1,
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        let import = import.map_err(|error| invalid(bytes, &error))?;
                        outline.imports.push(import.name.full_name().into_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        let export = export.map_err(|error| invalid(bytes, &error))?;
                        if export.kind == ComponentExternalKind::Instance {
                            outline.exports.push(export.name.full_name().into_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }

    fn contract(&self) -> Result<Contract, Refusal> {
        let mut found = None;
        for export in &self.exports {
            let (interface, version) = split_version(export);
            let Some(contract) = Contract::ALL
                .into_iter()
                .find(|one| one.export() == interface)
            else {
                continue;
            };
            if !version.starts_with(Contract::VERSION) {
                return Err(Refusal::ContractVersion {
                    export: export.clone(),
                });
            }
            if found.replace(contract).is_some() {
                return Err(Refusal::TwoContracts);
            }
        }
        found.ok_or_else(|| Refusal::NoContract {
            exports: self.exports.clone(),
        })
    }
}

fn list(imports: &[RefusedImport]) -> String {
    /// More than these make no message better.
    const SHOWN: usize = 8;
    let mut text = imports
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    if imports.len() > SHOWN {
        text.push_str(&format!("; and {} more", imports.len() - SHOWN));
    }
    text
}

fn found(exports: &[String]) -> String {
    if exports.is_empty() {
        "no exported interface".to_owned()
    } else {
        exports.join(", ")
    }
}
