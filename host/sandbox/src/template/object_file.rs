//! The file in which the compiler keeps a compiled component: an ELF file of 64 bits, of which nothing is read here but where its sections
//! lie, in order to put others in their place.

use super::unfit::Unfit;

/// Sizes, in bytes.
const FILE_HEADER: usize = 64;
const SECTION_HEADER: usize = 64;

/// The first bytes: ELF, 64 bits, little-endian.
const MAGIC: &[u8] = b"\x7fELF\x02\x01";

/// Where fields lie in the header of the file.
const SECTIONS_AT: usize = 0x28;
const SECTION_COUNT: usize = 0x3c;
const NAMES_SECTION: usize = 0x3e;

/// Where fields lie in the header of a section.
const NAME: usize = 0;
const OFFSET: usize = 24;
const SIZE: usize = 32;
const ALIGNMENT: usize = 48;

/// The headers of the sections are aligned to this.
const HEADERS_ALIGNMENT: usize = 8;

/// More than the largest page that any machine has.
const MAX_ALIGNMENT: usize = 1 << 20;

/// A file whose sections follow each other in the order of their headers, as closely as their alignments allow.
#[derive(Debug)]
pub(super) struct ObjectFile<'a> {
    bytes: &'a [u8],
    sections: Vec<Section<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Section<'a> {
    name: &'a [u8],
    header: &'a [u8],
    content: &'a [u8],
    alignment: usize,
}

impl<'a> ObjectFile<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Unfit> {
        Self::read(bytes).ok_or(Unfit(
            "the object file has another layout than is known here",
        ))
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let headers_at = long(bytes, SECTIONS_AT)?;
        let count = short(bytes, SECTION_COUNT)?;
        let headers = bytes.get(headers_at..)?;
        if headers.len() != count * SECTION_HEADER {
            return None;
        }
        let mut end = FILE_HEADER;
        let mut sections = Vec::with_capacity(count);
        for (number, header) in headers.chunks_exact(SECTION_HEADER).enumerate() {
            let (offset, size) = (long(header, OFFSET)?, long(header, SIZE)?);
            let alignment = long(header, ALIGNMENT)?.max(1);
            if number == 0 {
                // It is of nothing.
                (offset == 0 && size == 0).then_some(())?;
            } else {
                let follows =
                    alignment <= MAX_ALIGNMENT && offset == end.next_multiple_of(alignment);
                follows.then_some(())?;
                end = offset.checked_add(size)?;
            }
            sections.push(Section {
                name: &[],
                header,
                content: bytes.get(offset..)?.get(..size)?,
                alignment,
            });
        }
        (headers_at == end.next_multiple_of(HEADERS_ALIGNMENT)).then_some(())?;
        let names = sections.get(short(bytes, NAMES_SECTION)?)?.content;
        for section in &mut sections {
            let name = names.get(int(section.header, NAME)?..)?;
            let length = name.iter().position(|byte| *byte == 0)?;
            section.name = &name[..length];
        }
        Some(Self { bytes, sections })
    }

    /// The content of the section with this name.
    pub(super) fn section(&self, name: &str) -> Result<&'a [u8], Unfit> {
        Ok(self.find(name)?.content)
    }

    /// What the section's place in the file is a multiple of, in bytes.
    pub(super) fn alignment(&self, name: &str) -> Result<usize, Unfit> {
        Ok(self.find(name)?.alignment)
    }

    fn find(&self, name: &str) -> Result<&Section<'a>, Unfit> {
        let mut found = self
            .sections
            .iter()
            .filter(|section| section.name == name.as_bytes());
        match (found.next(), found.next()) {
            (Some(section), None) => Ok(section),
            _ => Err(Unfit("a section of the object file is not there once")),
        }
    }

    /// The file with other contents in these sections, all of which it must have.
    pub(super) fn with(&self, contents: &[(&str, &[u8])]) -> Result<Vec<u8>, Unfit> {
        for (name, _) in contents {
            self.find(name)?;
        }
        Ok(self.write(contents))
    }

    fn write(&self, contents: &[(&str, &[u8])]) -> Vec<u8> {
        let length: usize = contents.iter().map(|(_, content)| content.len()).sum();
        let mut file = Vec::with_capacity(self.bytes.len() + length);
        file.extend_from_slice(&self.bytes[..FILE_HEADER]);
        let mut headers = Vec::with_capacity(self.sections.len() * SECTION_HEADER);
        for (number, section) in self.sections.iter().enumerate() {
            let mut header = section.header.to_vec();
            if number > 0 {
                let content = contents
                    .iter()
                    .find(|(name, _)| name.as_bytes() == section.name)
                    .map_or(section.content, |(_, content)| *content);
                align(&mut file, section.alignment);
                put(&mut header, OFFSET, file.len());
                put(&mut header, SIZE, content.len());
                file.extend_from_slice(content);
            }
            headers.extend_from_slice(&header);
        }
        align(&mut file, HEADERS_ALIGNMENT);
        let at = file.len();
        put(&mut file, SECTIONS_AT, at);
        file.extend_from_slice(&headers);
        file
    }
}

/// Adds zeros up to a multiple of `alignment`.
pub(super) fn align(bytes: &mut Vec<u8>, alignment: usize) {
    bytes.resize(bytes.len().next_multiple_of(alignment), 0);
}

fn put(bytes: &mut [u8], at: usize, value: usize) {
    bytes[at..at + 8].copy_from_slice(&(value as u64).to_le_bytes());
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(field(bytes, at)?).into())
}

fn int(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(field(bytes, at)?)).ok()
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u64::from_le_bytes(field(bytes, at)?)).ok()
}

#[cfg(test)]
mod tests {
    use wasmtime::{Engine, component::Component};

    use super::*;

    fn compiled() -> Vec<u8> {
        let text = r#"(component (core module (memory 1) (data (i32.const 0) "some") (func (export "f"))))"#;
        let bytes = wat::parse_str(text).expect("it is a component");
        Component::new(&Engine::default(), bytes)
            .and_then(|component| component.serialize())
            .expect("it compiles")
    }

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let compiled = compiled();
        let file = ObjectFile::parse(&compiled).expect("it is an object file");
        let longer = vec![7; 100_000];
        let written = file
            .with(&[(".rodata.wasm", &longer)])
            .expect("it is written");
        let again = ObjectFile::parse(&written).expect("it is an object file");
        assert_eq!(again.section(".rodata.wasm").expect("it is there"), longer);
        for name in [".text", ".wasmtime.info", ".wasmtime.engine", ".symtab"] {
            assert_eq!(
                again.section(name).expect("it is there"),
                file.section(name).expect("it is there")
            );
        }
        assert!(file.with(&[(".other", &longer)]).is_err());
    }

    #[test]
    fn no_damage_makes_it_panic() {
        let compiled = compiled();
        let headers = long(&compiled, SECTIONS_AT).expect("it has a header");
        for at in (0..FILE_HEADER).chain(headers..compiled.len()) {
            let mut damaged = compiled.clone();
            damaged[at] ^= 0x55;
            // Whether it is refused depends on what the byte is for.
            let _ = ObjectFile::parse(&damaged);
        }
        for length in 0..FILE_HEADER {
            assert!(ObjectFile::parse(&compiled[..length]).is_err());
        }
    }
}
