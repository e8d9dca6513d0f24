//! Compression of what is large enough to gain from it: history batches and pieces of components.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

use crate::error::StoreError;

/// Below this a frame's own overhead and the time eat the gain.
const MIN_BYTES: usize = 512;
/// Fast; a batch is written once and rarely read.
const LEVEL: i32 = 1;
/// No stored value is larger; a frame that claims more is damaged.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// How bytes are stored. The numbers are in databases: never reuse one.
const PLAIN: i32 = 0;
const ZSTD: i32 = 1;

/// Bytes as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    /// As they were given.
    Plain,
    /// Compressed, and smaller for it.
    Zstd(Vec<u8>),
}

thread_local! {
    // A context is hundreds of kilobytes and slow to make, so each thread keeps one.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

impl Packed {
    /// The number that is stored beside the bytes.
    pub(crate) fn codec(&self) -> i32 {
        match self {
            Self::Plain => PLAIN,
            Self::Zstd(_) => ZSTD,
        }
    }

    /// The bytes to store, given the ones that were packed.
    pub(crate) fn bytes<'a>(&'a self, plain: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Plain => plain,
            Self::Zstd(packed) => packed,
        }
    }
}

/// Compresses if it pays. Never fails: what can't be compressed is stored as it is.
pub(crate) fn pack(plain: &[u8]) -> Packed {
    if plain.len() < MIN_BYTES {
        return Packed::Plain;
    }
    let packed = COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Compressor::new(LEVEL).ok();
        }
        slot.as_mut()
            .and_then(|compressor| compressor.compress(plain).ok())
    });
    match packed {
        // An eighth less is worth the decompression.
        Some(packed) if packed.len() < plain.len() - plain.len() / 8 => Packed::Zstd(packed),
        Some(_) | None => Packed::Plain,
    }
}

/// The bytes that were packed.
pub(crate) fn unpack(codec: i32, stored: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    match codec {
        PLAIN => Ok(stored),
        ZSTD => decompress(&stored),
        other => Err(StoreError::Corrupt {
            what: format!("unknown compression {other}"),
        }),
    }
}

fn decompress(stored: &[u8]) -> Result<Vec<u8>, StoreError> {
    let corrupt = |why: &str| StoreError::Corrupt {
        what: format!("compressed bytes: {why}"),
    };
    let capacity = Decompressor::upper_bound(stored)
        .filter(|bytes| *bytes <= MAX_BYTES)
        .ok_or_else(|| corrupt("the frame's size is unknown or too large"))?;
    DECOMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Some(Decompressor::new().map_err(|error| corrupt(&error.to_string()))?);
        }
        let decompressor = slot.as_mut().ok_or_else(|| corrupt("no decompressor"))?;
        decompressor
            .decompress(stored, capacity)
            .map_err(|error| corrupt(&error.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(plain: &[u8]) -> i32 {
        let packed = pack(plain);
        let stored = packed.bytes(plain).to_vec();
        assert!(stored.len() <= plain.len());
        assert_eq!(unpack(packed.codec(), stored).unwrap(), plain);
        packed.codec()
    }

    #[test]
    fn small_and_incompressible_bytes_stay_plain() {
        assert_eq!(round_trip(b""), PLAIN);
        assert_eq!(round_trip(&[7; MIN_BYTES - 1]), PLAIN);
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .take(4096)
        .collect();
        assert_eq!(round_trip(&noise), PLAIN);
    }

    #[test]
    fn large_repetitive_bytes_are_compressed() {
        assert_eq!(round_trip(&[7; MIN_BYTES]), ZSTD);
        assert_eq!(round_trip(&b"activity scheduled ".repeat(100_000)), ZSTD);
    }

    #[test]
    fn damaged_frames_are_refused() {
        let Packed::Zstd(mut packed) = pack(&[7; 4096]) else {
            panic!("not compressed")
        };
        assert!(matches!(
            unpack(9, packed.clone()),
            Err(StoreError::Corrupt { .. })
        ));
        packed.truncate(packed.len() / 2);
        assert!(matches!(
            unpack(ZSTD, packed),
            Err(StoreError::Corrupt { .. })
        ));
        assert!(matches!(
            unpack(ZSTD, vec![1, 2, 3]),
            Err(StoreError::Corrupt { .. })
        ));
    }
}
