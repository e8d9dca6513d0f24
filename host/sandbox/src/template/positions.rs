//! Where in the component instructions come from. Compiled code knows that by the byte, so that a component whose data has another length
//! has other positions after it.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use wasmtime_environ::{
    CompiledFunctionsTable, DefinedFuncIndex, EntityRef, FuncKey, StaticModuleIndex,
};

use super::unfit::{Unfit, require};

/// A position that is none.
const NONE: u32 = u32::MAX;

/// How many entries a block of the address map has, but for the last.
const BLOCK_ENTRIES: u32 = 128;

/// Bytes before the index of the address map: how many entries it has, and how many blocks.
const HEADER: usize = 8;

/// Bytes of an entry in the index of the address map: the first address of a block, and where the block begins.
const INDEX_ENTRY: usize = 8;

const UNREADABLE: Unfit = Unfit("the positions of instructions can't be read");

/// By how much the positions of some functions change.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    /// Where the functions' machine code lies, in bytes from the first of all code.
    code: Range<u32>,
    /// Which source positions are theirs in the list of all.
    sources: Range<usize>,
    bytes: i64,
}

impl Shift {
    pub(super) fn is_none(&self) -> bool {
        self.bytes == 0
    }

    fn apply(&self, position: u32) -> Option<u32> {
        if position == NONE {
            return Some(NONE);
        }
        let moved = i64::from(position).checked_add(self.bytes)?;
        u32::try_from(moved).ok().filter(|moved| *moved != NONE)
    }
}

/// What wasmtime keeps of all functions, in the form in which it writes it: its own type shows no more than single functions.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Functions {
    namespaces: Vec<u32>,
    location_starts: Vec<u32>,
    sparse_starts: Vec<u32>,
    source_starts: Vec<u32>,
    sparse_indices: Vec<u32>,
    /// Start and length.
    locations: Vec<(u32, u32)>,
    sources: Vec<u32>,
}

impl Functions {
    pub(super) fn of(table: &CompiledFunctionsTable) -> Result<Self, Unfit> {
        let bytes = postcard::to_allocvec(table).map_err(|_| UNREADABLE)?;
        postcard::from_bytes(&bytes).map_err(|_| UNREADABLE)
    }

    pub(super) fn into_table(self) -> Result<CompiledFunctionsTable, Unfit> {
        let bytes = postcard::to_allocvec(&self).map_err(|_| UNREADABLE)?;
        postcard::from_bytes(&bytes).map_err(|_| UNREADABLE)
    }

    /// The shift of all functions of a module; none if it has no functions.
    pub(super) fn shift(&self, module: StaticModuleIndex, bytes: i64) -> Option<Shift> {
        let any_function = FuncKey::DefinedWasmFunction(module, DefinedFuncIndex::new(0));
        let (wanted, _) = any_function.into_raw_parts();
        let namespace = self.namespaces.iter().position(|key| *key == wanted)?;
        let range = |starts: &[u32], length: usize| {
            let end = starts
                .get(namespace + 1)
                .map_or(length, |end| *end as usize);
            Some(*starts.get(namespace)? as usize..end)
        };
        let locations = range(&self.location_starts, self.locations.len())?;
        let (first, last) = match self.locations.get(locations)? {
            [first, .., last] => (first, last),
            [only] => (only, only),
            [] => return None,
        };
        Some(Shift {
            code: first.0..last.0.checked_add(last.1)?,
            sources: range(&self.source_starts, self.sources.len())?,
            bytes,
        })
    }

    /// Changes where the functions begin.
    pub(super) fn apply(&mut self, shift: &Shift) -> Result<(), Unfit> {
        let sources = self.sources.get_mut(shift.sources.clone());
        for source in sources.ok_or(UNREADABLE)? {
            *source = shift.apply(*source).ok_or(UNREADABLE)?;
        }
        Ok(())
    }
}

/// The address map with other positions. Each instruction's must be in one of the shifts' code, and the shifts in the order of the code.
pub(super) fn shift_address_map(map: &[u8], shifts: &[Shift]) -> Result<Vec<u8>, Unfit> {
    let (header, rest) = map.split_at_checked(HEADER).ok_or(UNREADABLE)?;
    let mut header_fields = Reader(header);
    let (entries, blocks) = (header_fields.int()?, header_fields.int()?);
    require(
        blocks == entries.div_ceil(BLOCK_ENTRIES),
        "the address map has another form than is known here",
    )?;
    let index_bytes = blocks as usize * INDEX_ENTRY;
    let (index, bodies) = rest.split_at_checked(index_bytes).ok_or(UNREADABLE)?;
    let (mut index, mut bodies) = (Reader(index), Reader(bodies));
    let mut moved_index = Vec::with_capacity(index_bytes);
    let mut moved = Vec::with_capacity(bodies.0.len());
    let mut left = entries;
    while left > 0 {
        let first_address = index.int()?;
        // Blocks follow each other without a gap, so the place of each need not be read.
        index.int()?;
        moved_index.extend_from_slice(&first_address.to_le_bytes());
        moved_index.extend_from_slice(&length(&moved)?.to_le_bytes());
        let in_block = left.min(BLOCK_ENTRIES);
        shift_block(&mut bodies, &mut moved, first_address, in_block, shifts)?;
        left -= in_block;
    }
    require(
        bodies.0.is_empty(),
        "the address map is longer than it says",
    )?;
    Ok([header, &moved_index, &moved].concat())
}

fn shift_block(
    block: &mut Reader<'_>,
    moved: &mut Vec<u8>,
    first_address: u32,
    entries: u32,
    shifts: &[Shift],
) -> Result<(), Unfit> {
    let mut address = first_address;
    let (mut before, mut moved_before) = (None, None::<i64>);
    for _ in 0..entries {
        let token = block.unsigned()?;
        write_unsigned(moved, token);
        let step = u32::try_from(token >> 1).map_err(|_| UNREADABLE)?;
        address = address.checked_add(step).ok_or(UNREADABLE)?;
        if token & 1 != 0 {
            continue;
        }
        let position = match before {
            None => i64::try_from(block.unsigned()?).map_err(|_| UNREADABLE)?,
            Some(before) => block.signed()?.checked_add(before).ok_or(UNREADABLE)?,
        };
        before = Some(position);
        let known = u32::try_from(position).ok().filter(|known| *known != NONE);
        let moved_position = find(shifts, address)
            .and_then(|shift| shift.apply(known?))
            .ok_or(Unfit("an instruction comes from no function"))?;
        match moved_before {
            None => write_unsigned(moved, moved_position.into()),
            Some(before) => write_signed(moved, i64::from(moved_position) - before),
        }
        moved_before = Some(moved_position.into());
    }
    Ok(())
}

/// The shift for the machine code at this address.
fn find(shifts: &[Shift], address: u32) -> Option<&Shift> {
    let candidate = shifts.partition_point(|shift| shift.code.end <= address);
    shifts
        .get(candidate)
        .filter(|shift| shift.code.contains(&address))
}

fn length(bytes: &[u8]) -> Result<u32, Unfit> {
    u32::try_from(bytes.len()).map_err(|_| UNREADABLE)
}

/// Numbers, one after the other.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, Unfit> {
        let (byte, rest) = self.0.split_first().ok_or(UNREADABLE)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn int(&mut self) -> Result<u32, Unfit> {
        let (int, rest) = self.0.split_first_chunk().ok_or(UNREADABLE)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*int))
    }

    /// LEB128, and how many bits of it were given.
    fn leb128(&mut self) -> Result<(u64, u32), Unfit> {
        let (mut value, mut bits) = (0, 0);
        loop {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            value |= part.checked_shl(bits).ok_or(UNREADABLE)?;
            bits += 7;
            if byte & 0x80 == 0 {
                return Ok((value, bits));
            }
        }
    }

    fn unsigned(&mut self) -> Result<u64, Unfit> {
        Ok(self.leb128()?.0)
    }

    fn signed(&mut self) -> Result<i64, Unfit> {
        let (value, bits) = self.leb128()?;
        let unused = 64_u32.saturating_sub(bits);
        Ok((value << unused).cast_signed() >> unused)
    }
}

fn write_unsigned(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        let part = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return bytes.push(part);
        }
        bytes.push(part | 0x80);
    }
}

fn write_signed(bytes: &mut Vec<u8>, mut value: i64) {
    loop {
        let part = (value & 0x7f) as u8;
        value >>= 7;
        let sign = if part & 0x40 == 0 { 0 } else { -1 };
        if value == sign {
            return bytes.push(part);
        }
        bytes.push(part | 0x80);
    }
}
