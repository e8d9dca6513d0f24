//! Core modules whose memories and mutable globals are exported, whatever they exported before.

use wasm_encoder::{
    ExportKind, ExportSection, Module, RawSection, SectionId,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{GlobalType, MemoryType, Parser, Payload, TypeRef};

use super::NotObservable;

/// A module and what it now exports.
pub(super) struct OpenModule {
    pub(super) bytes: Vec<u8>,
    pub(super) memories: Vec<(String, MemoryType)>,
    pub(super) globals: Vec<(String, GlobalType)>,
}

impl OpenModule {
    /// Whether there is anything to see.
    pub(super) fn has_state(&self) -> bool {
        !self.memories.is_empty() || !self.globals.is_empty()
    }

    pub(super) fn open(module: &[u8]) -> Result<Self, NotObservable> {
        let mut opened = Module::new();
        let mut state = State::default();
        let mut exported = false;
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload.map_err(NotObservable::of)?;
            state.note(&payload)?;
            let Some((id, range)) = payload.as_section() else {
                continue;
            };
            if let Payload::ExportSection(section) = &payload {
                let mut exports = ExportSection::new();
                RoundtripReencoder
                    .parse_export_section(&mut exports, section.clone())
                    .map_err(NotObservable::of)?;
                opened.section(&state.export(exports));
                exported = true;
                continue;
            }
            if !exported && comes_after_exports(id) {
                opened.section(&state.export(ExportSection::new()));
                exported = true;
            }
            let range = range.start as usize..range.end as usize;
            opened.section(&RawSection {
                id,
                data: &module[range],
            });
        }
        if !exported {
            opened.section(&state.export(ExportSection::new()));
        }
        Ok(Self {
            bytes: opened.finish(),
            memories: state.memories.into_iter().map(named("memory")).collect(),
            globals: state.globals.into_iter().map(named("global")).collect(),
        })
    }
}

/// Sections whose order in a module is behind that of exports.
fn comes_after_exports(id: u8) -> bool {
    [
        SectionId::Start,
        SectionId::Element,
        SectionId::DataCount,
        SectionId::Code,
        SectionId::Data,
    ]
    .into_iter()
    .any(|later| u8::from(later) == id)
}

/// What a module defines, with its index.
#[derive(Default)]
struct State {
    memories: Vec<(u32, MemoryType)>,
    globals: Vec<(u32, GlobalType)>,
    memories_so_far: u32,
    globals_so_far: u32,
}

impl State {
    fn note(&mut self, payload: &Payload<'_>) -> Result<(), NotObservable> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    match import.map_err(NotObservable::of)?.ty {
                        TypeRef::Memory(_) => self.memories_so_far += 1,
                        TypeRef::Global(_) => self.globals_so_far += 1,
                        _ => {}
                    }
                }
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    let memory = memory.map_err(NotObservable::of)?;
                    self.memories.push((self.memories_so_far, memory));
                    self.memories_so_far += 1;
                }
            }
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    let ty = global.map_err(NotObservable::of)?.ty;
                    if ty.mutable {
                        self.globals.push((self.globals_so_far, ty));
                    }
                    self.globals_so_far += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn export(&self, mut exports: ExportSection) -> ExportSection {
        for (index, _) in &self.memories {
            exports.export(&name("memory", *index), ExportKind::Memory, *index);
        }
        for (index, _) in &self.globals {
            exports.export(&name("global", *index), ExportKind::Global, *index);
        }
        exports
    }
}

fn named<T>(kind: &str) -> impl Fn((u32, T)) -> (String, T) {
    move |(index, ty)| (name(kind, index), ty)
}

/// A name that no compiler gives.
fn name(kind: &str, index: u32) -> String {
    format!("sundial:observation {kind}{index}")
}
