//! Compiled code on disk, keyed by a component's digest and by everything about the engine that changes the code.
//!
//! An entry carries a checksum, so that a damaged one is compiled anew. The checksum is no signature: the folder must be writable by its
//! owner only.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

use crate::{cache_folder::CacheFolder, digest::hexadecimal};

/// The first bytes of each entry, with the version of this layout: then the checksum, then the code.
const HEADER: &[u8; 8] = b"SUNDIAL1";

/// Length of a SHA-256.
pub(crate) const CHECKSUM_BYTES: usize = 32;

/// A SHA-256.
pub(crate) type Checksum = [u8; CHECKSUM_BYTES];

/// Digits of the engine's key in a file name; that the engine fits is checked by wasmtime again.
const ENGINE_KEY_DIGITS: usize = 16;

/// Compiled components.
#[derive(Debug)]
pub(crate) struct CodeCache {
    folder: CacheFolder,
    engine_key: String,
}

impl CodeCache {
    pub(crate) fn new(folder: CacheFolder, engine: &Engine) -> Self {
        Self {
            folder,
            engine_key: engine_key(engine),
        }
    }

    /// The compiled component, if it is there and sound. A damaged entry is removed.
    pub(crate) fn get(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let entry = self.read(digest)?;
        let component = load(engine, entry.code());
        if component.is_none() {
            self.remove_damaged(digest);
        }
        component
    }

    /// The entry, if it is there and sound. A damaged one is removed.
    pub(crate) fn read(&self, digest: &str) -> Option<Entry> {
        let entry = Entry::unpack(self.folder.read(&self.name(digest))?);
        if entry.is_none() {
            self.remove_damaged(digest);
        }
        entry
    }

    /// Keeps what [`Component::serialize`] gave. That it can't be kept is logged: it costs time, nothing else.
    pub(crate) fn put(&self, digest: &str, code: &[u8], checksum: &Checksum) {
        let name = self.name(digest);
        if let Err(error) = self.folder.write(&name, &[&HEADER[..], checksum, code]) {
            tracing::warn!(entry = name, %error, "a compiled component could not be kept");
        }
    }

    fn remove_damaged(&self, digest: &str) {
        let name = self.name(digest);
        tracing::warn!(
            entry = name,
            "a compile cache entry is damaged, so the component is compiled anew"
        );
        self.folder.remove(&name);
    }

    fn name(&self, digest: &str) -> String {
        format!("{digest}-{}.cwasm", self.engine_key)
    }
}

/// Compiled code whose checksum fits.
#[derive(Debug)]
pub(crate) struct Entry {
    bytes: Vec<u8>,
    checksum: Checksum,
}

impl Entry {
    fn unpack(bytes: Vec<u8>) -> Option<Self> {
        let (checksum, code) = bytes
            .strip_prefix(HEADER)?
            .split_first_chunk::<CHECKSUM_BYTES>()?;
        let checksum = *checksum;
        (self::checksum(code) == checksum).then_some(Self { bytes, checksum })
    }

    /// What [`Component::serialize`] gave.
    pub(crate) fn code(&self) -> &[u8] {
        &self.bytes[HEADER.len() + CHECKSUM_BYTES..]
    }

    pub(crate) fn checksum(&self) -> &Checksum {
        &self.checksum
    }
}

/// Names code, and finds accidental damage of it.
pub(crate) fn checksum(code: &[u8]) -> Checksum {
    Sha256::digest(code).into()
}

fn load(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: the code is what `Component::serialize` gave, unchanged since: it came through the checksum, and only this process's user
    // can write to the folder. wasmtime itself checks version and settings.
    unsafe { Component::deserialize(engine, code) }.ok()
}

/// Digits that differ whenever the engine would compile differently.
pub(crate) fn engine_key(engine: &Engine) -> String {
    let mut hasher = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let mut key = hexadecimal(&hasher.0.finalize());
    key.truncate(ENGINE_KEY_DIGITS);
    key
}

/// The standard library's own hasher may change from release to release and has 64 bits; file names should last.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        u64::from_le_bytes(std::array::from_fn(|index| digest[index]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest component.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    struct Fixture {
        folder: tempfile::TempDir,
        engine: Engine,
        code: Vec<u8>,
    }

    impl Fixture {
        fn new() -> Self {
            let engine = Engine::default();
            let code = Component::new(&engine, EMPTY)
                .and_then(|component| component.serialize())
                .expect("an empty component compiles");
            Self {
                folder: tempfile::tempdir().expect("a folder"),
                engine,
                code,
            }
        }

        fn cache(&self) -> CodeCache {
            self.cache_of(&self.engine)
        }

        fn cache_of(&self, engine: &Engine) -> CodeCache {
            let folder = CacheFolder::open(self.folder.path(), u64::MAX).expect("the folder opens");
            CodeCache::new(folder, engine)
        }
    }

    #[test]
    fn what_was_put_is_got_and_nothing_else() {
        let fixture = Fixture::new();
        let cache = fixture.cache();
        assert!(cache.get(&fixture.engine, "a").is_none());
        cache.put("a", &fixture.code, &checksum(&fixture.code));
        assert!(cache.get(&fixture.engine, "a").is_some());
        assert!(cache.get(&fixture.engine, "b").is_none());
        assert_eq!(
            cache.folder.names(),
            [cache.name("a")],
            "no unfinished file stays"
        );
    }

    #[test]
    fn a_damaged_entry_is_removed() {
        let fixture = Fixture::new();
        let cache = fixture.cache();
        cache.put("a", &fixture.code, &checksum(&fixture.code));
        let sound = cache
            .folder
            .read(&cache.name("a"))
            .expect("the entry can be read");
        for damaged in [
            {
                let mut bytes = sound.clone();
                *bytes.last_mut().unwrap() ^= 1;
                bytes
            },
            sound[..sound.len() / 2].to_vec(),
            sound[..4].to_vec(),
            Vec::new(),
        ] {
            std::fs::write(fixture.folder.path().join(cache.name("a")), damaged)
                .expect("the entry can be written");
            assert!(cache.get(&fixture.engine, "a").is_none());
            assert_eq!(cache.folder.names(), [""; 0]);
        }
    }

    #[test]
    fn an_engine_with_other_settings_has_other_entries() {
        let fixture = Fixture::new();
        fixture
            .cache()
            .put("a", &fixture.code, &checksum(&fixture.code));
        let other =
            Engine::new(wasmtime::Config::new().epoch_interruption(true)).expect("an engine");
        let cache = fixture.cache_of(&other);
        assert!(cache.get(&other, "a").is_none());
        assert_eq!(
            cache.folder.names().len(),
            1,
            "the other engine's entry stays"
        );
    }
}
