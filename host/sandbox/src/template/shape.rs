//! What two components have in common that were made by the same tools around the same interpreter: everything but what the
//! interpreter's memory holds. It decides which components are compared at all; whether one is then made from the other is decided by
//! [`derive`](super::derive::derive).

use std::ops::Range;

use sha2::{Digest, Sha256};
use wasmparser::{
    BinaryReaderError, ConstExpr, DataKind, DataSectionReader, FromReader, GlobalSectionReader,
    MemorySectionReader, Operator, Parser, Payload, SectionLimited,
};

use crate::digest::hexadecimal;

/// Opens the hash, with the version of this file's rules.
const RULES: &[u8] = b"sundial shape 1";

/// What stands in the hash, before its length and its bytes. Sections have their ids, all of them below.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Mark {
    Version = 0x80,
    Module,
    Component,
    End,
    /// A memory without its minimum.
    Memory,
    /// A global without its initial value.
    Global,
    /// All data of a module, all of it active.
    Data,
    /// That the number of data segments is told.
    DataCount,
    /// A memory or a global as it is.
    Item,
}

/// The digest of a component without: active data at constant addresses, the minimum of memories without a maximum, and the constants
/// with which mutable integers begin. Whoever has the same shape has, byte for byte, the same functions, types, tables, imports,
/// exports, constants, names and custom sections, in the same places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape(String);

impl Shape {
    /// The shape of a valid component; none if there is nothing that could differ, or if it can't be read.
    pub(crate) fn of(component: &[u8]) -> Option<Self> {
        let mut outline = Outline {
            bytes: component,
            hasher: Sha256::new(),
            leaves_out: false,
        };
        outline.hasher.update(RULES);
        for payload in Parser::new(0).parse_all(component) {
            outline.take(&payload.ok()?)?;
        }
        outline
            .leaves_out
            .then(|| Self(hexadecimal(&outline.hasher.finalize())))
    }

    /// 64 hexadecimal digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

struct Outline<'a> {
    bytes: &'a [u8],
    hasher: Sha256,
    /// Something was met that is not in the hash.
    leaves_out: bool,
}

impl<'a> Outline<'a> {
    fn take(&mut self, payload: &Payload<'_>) -> Option<()> {
        match payload {
            Payload::Version { num, encoding, .. } => {
                let is_component = *encoding == wasmparser::Encoding::Component;
                let [low, high] = num.to_le_bytes();
                self.mark(Mark::Version, &[u8::from(is_component), low, high]);
            }
            // What is in it follows.
            Payload::ModuleSection { .. } => self.mark(Mark::Module, &[]),
            Payload::ComponentSection { .. } => self.mark(Mark::Component, &[]),
            Payload::End(_) => self.mark(Mark::End, &[]),
            Payload::MemorySection(memories) => self.memories(memories)?,
            Payload::GlobalSection(globals) => self.globals(globals)?,
            Payload::DataCountSection { .. } => self.mark(Mark::DataCount, &[]),
            Payload::DataSection(data) if is_active(data).ok()? => {
                self.leave_out(Mark::Data, &[]);
            }
            // It is in the code section, which is taken as a whole.
            Payload::CodeSectionEntry(_) => {}
            section => {
                let (id, range) = section.as_section()?;
                let bytes = self.slice(range)?;
                self.part(id, bytes);
            }
        }
        Some(())
    }

    fn memories(&mut self, memories: &MemorySectionReader<'_>) -> Option<()> {
        for (memory, range) in items(memories)? {
            let only_has_a_minimum = !memory.memory64
                && !memory.shared
                && memory.maximum.is_none()
                && memory.page_size_log2.is_none();
            if only_has_a_minimum {
                self.leave_out(Mark::Memory, &[]);
            } else {
                let bytes = self.slice(range)?;
                self.mark(Mark::Item, bytes);
            }
        }
        Some(())
    }

    fn globals(&mut self, globals: &GlobalSectionReader<'_>) -> Option<()> {
        for (global, range) in items(globals)? {
            let begins_with = constant(&global.init_expr).ok()?;
            match begins_with {
                // The compiler puts the value of a global that never changes into the code.
                Some(constant) if global.ty.mutable && !global.ty.shared => {
                    self.leave_out(Mark::Global, &[constant as u8]);
                }
                _ => {
                    let bytes = self.slice(range)?;
                    self.mark(Mark::Item, bytes);
                }
            }
        }
        Some(())
    }

    fn slice(&self, range: Range<u64>) -> Option<&'a [u8]> {
        let start = usize::try_from(range.start).ok()?;
        let end = usize::try_from(range.end).ok()?;
        self.bytes.get(start..end)
    }

    fn leave_out(&mut self, mark: Mark, bytes: &[u8]) {
        self.leaves_out = true;
        self.mark(mark, bytes);
    }

    fn mark(&mut self, mark: Mark, bytes: &[u8]) {
        self.part(mark as u8, bytes);
    }

    fn part(&mut self, tag: u8, bytes: &[u8]) {
        self.hasher.update([tag]);
        self.hasher.update((bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }
}

/// An integer that a constant expression may be.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Constant {
    I32,
    I64,
}

/// What kind of constant the expression is, if it is one and nothing more.
fn constant(expression: &ConstExpr<'_>) -> Result<Option<Constant>, BinaryReaderError> {
    let mut operators = expression.get_operators_reader();
    let constant = match operators.read()? {
        Operator::I32Const { .. } => Constant::I32,
        Operator::I64Const { .. } => Constant::I64,
        _ => return Ok(None),
    };
    let is_all = matches!(operators.read()?, Operator::End);
    Ok(is_all.then_some(constant))
}

/// Whether all segments lie in the first memory from the beginning, each at a constant address.
fn is_active(data: &DataSectionReader<'_>) -> Result<bool, BinaryReaderError> {
    for segment in data.clone() {
        let is_active = match segment?.kind {
            DataKind::Active {
                memory_index: 0,
                offset_expr,
            } => matches!(constant(&offset_expr)?, Some(Constant::I32)),
            DataKind::Active { .. } | DataKind::Passive => false,
        };
        if !is_active {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The items of a section, and where in the component each is.
fn items<'a, T: FromReader<'a>>(section: &SectionLimited<'a, T>) -> Option<Vec<(T, Range<u64>)>> {
    let mut items: Vec<(T, Range<u64>)> = Vec::new();
    for item in section.clone().into_iter_with_offsets() {
        let (offset, item) = item.ok()?;
        if let Some((_, before)) = items.last_mut() {
            before.end = offset;
        }
        items.push((item, offset..section.range().end));
    }
    Some(items)
}
