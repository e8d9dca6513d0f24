//! Compiled code on disk, keyed by a component's digest and by everything about the engine that changes the code.
//!
//! An entry is written under another name and renamed, so that it is whole or not there, and carries a checksum, so that a damaged
//! one is compiled anew. The checksum is no signature: the folder must be writable by its owner only.

use std::{
    hash::{Hash, Hasher},
    io::{Read, Write},
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use cap_std::{
    ambient_authority,
    fs::{Dir, DirBuilder, DirBuilderExt},
};
use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

use crate::{digest::hexadecimal, error::SandboxError};

/// The first bytes of each entry, with the version of this layout: then the checksum, then the code.
const HEADER: &[u8; 8] = b"SUNDIAL1";

/// Length of a SHA-256.
const CHECKSUM_BYTES: usize = 32;

/// Digits of the engine's key in a file name; that the engine fits is checked by wasmtime again.
const ENGINE_KEY_DIGITS: usize = 16;

/// A folder of compiled components.
#[derive(Debug)]
pub(crate) struct CodeCache {
    folder: Dir,
    engine_key: String,
    limit_bytes: u64,
    /// Makes the names of unfinished files unique within the process.
    written: AtomicU64,
}

impl CodeCache {
    pub(crate) fn open(
        path: &Path,
        engine: &Engine,
        limit_bytes: u64,
    ) -> Result<Self, SandboxError> {
        let folder = open_private(path).map_err(|error| SandboxError::CacheFolder {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            folder,
            engine_key: engine_key(engine),
            limit_bytes,
            written: AtomicU64::new(0),
        })
    }

    /// The compiled component, if it is there and sound. A damaged entry is removed.
    pub(crate) fn get(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let name = self.name(digest);
        let mut entry = Vec::new();
        self.folder.open(&name).ok()?.read_to_end(&mut entry).ok()?;
        let component = unpack(&entry).and_then(|code| {
            // SAFETY: the code is what `Component::serialize` gave, unchanged since: it came through the checksum, and only
            // this process's user can write to the folder. wasmtime itself checks version and settings.
            unsafe { Component::deserialize(engine, code) }.ok()
        });
        if component.is_none() {
            tracing::warn!(
                entry = name,
                "a compile cache entry is damaged, so the component is compiled anew"
            );
            // If it can't be removed it will be overwritten.
            let _ = self.folder.remove_file(&name);
        }
        component
    }

    /// Keeps the compiled component. That it can't be kept is logged: it costs time, nothing else.
    pub(crate) fn put(&self, digest: &str, component: &Component) {
        let name = self.name(digest);
        let kept = component
            .serialize()
            .map_err(|error| error.to_string())
            .and_then(|code| self.write(&name, &code).map_err(|error| error.to_string()));
        match kept {
            Ok(()) => self.prune(&name),
            Err(reason) => tracing::warn!(
                entry = name,
                reason,
                "a compiled component could not be kept"
            ),
        }
    }

    fn name(&self, digest: &str) -> String {
        format!("{digest}-{}.cwasm", self.engine_key)
    }

    fn write(&self, name: &str, code: &[u8]) -> std::io::Result<()> {
        let unfinished = format!(
            "{name}.{}.{}",
            std::process::id(),
            self.written.fetch_add(1, Relaxed)
        );
        let outcome = self.folder.create(&unfinished).and_then(|mut file| {
            file.write_all(HEADER)?;
            file.write_all(&Sha256::digest(code))?;
            file.write_all(code)?;
            self.folder.rename(&unfinished, &self.folder, name)
        });
        if outcome.is_err() {
            let _ = self.folder.remove_file(&unfinished);
        }
        outcome
    }

    /// Removes the oldest files until the rest fits; the newest entry stays in any case.
    fn prune(&self, newest: &str) {
        let Ok(entries) = self.folder.entries() else {
            return;
        };
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, metadata.len(), entry.file_name()))
            })
            .collect();
        files.sort_unstable();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, name) in files {
            if total <= self.limit_bytes {
                break;
            }
            if name != newest && self.folder.remove_file(&name).is_ok() {
                total -= bytes;
            }
        }
    }
}

/// Opens the folder, making it readable by its owner alone if it is not there.
fn open_private(path: &Path) -> std::io::Result<Dir> {
    if !path.try_exists()? {
        let (parent, name) = match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => (parent, name),
            _ => return Err(std::io::ErrorKind::InvalidInput.into()),
        };
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        Dir::create_ambient_dir_all(parent, ambient_authority())?;
        let parent = Dir::open_ambient_dir(parent, ambient_authority())?;
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        match parent.create_dir_with(name, &builder) {
            // Another process may have been quicker.
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Dir::open_ambient_dir(path, ambient_authority())
}

/// The code inside an entry whose checksum fits.
fn unpack(entry: &[u8]) -> Option<&[u8]> {
    let (checksum, code) = entry
        .strip_prefix(HEADER)?
        .split_at_checked(CHECKSUM_BYTES)?;
    (Sha256::digest(code)[..] == *checksum).then_some(code)
}

/// Digits that differ whenever the engine would compile differently.
fn engine_key(engine: &Engine) -> String {
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
        component: Component,
    }

    impl Fixture {
        fn new() -> Self {
            let engine = Engine::default();
            let component = Component::new(&engine, EMPTY).expect("an empty component compiles");
            Self {
                folder: tempfile::tempdir().expect("a folder"),
                engine,
                component,
            }
        }

        fn cache(&self, limit_bytes: u64) -> CodeCache {
            CodeCache::open(
                &self.folder.path().join("deep/cache"),
                &self.engine,
                limit_bytes,
            )
            .expect("the cache opens")
        }
    }

    fn files(cache: &CodeCache) -> Vec<String> {
        let mut names: Vec<_> = cache
            .folder
            .entries()
            .expect("the folder can be read")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_put_is_got_and_nothing_else() {
        let fixture = Fixture::new();
        let cache = fixture.cache(u64::MAX);
        assert!(cache.get(&fixture.engine, "a").is_none());
        cache.put("a", &fixture.component);
        assert!(cache.get(&fixture.engine, "a").is_some());
        assert!(cache.get(&fixture.engine, "b").is_none());
        assert_eq!(files(&cache), [cache.name("a")], "no unfinished file stays");
    }

    #[test]
    fn a_damaged_entry_is_removed() {
        let fixture = Fixture::new();
        let cache = fixture.cache(u64::MAX);
        cache.put("a", &fixture.component);
        let sound = cache
            .folder
            .read(cache.name("a"))
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
            cache
                .folder
                .write(cache.name("a"), damaged)
                .expect("the entry can be written");
            assert!(cache.get(&fixture.engine, "a").is_none());
            assert_eq!(files(&cache), [""; 0]);
        }
    }

    #[test]
    fn an_engine_with_other_settings_has_other_entries() {
        let fixture = Fixture::new();
        fixture.cache(u64::MAX).put("a", &fixture.component);
        let other =
            Engine::new(wasmtime::Config::new().epoch_interruption(true)).expect("an engine");
        let path = fixture.folder.path().join("deep/cache");
        let cache = CodeCache::open(&path, &other, u64::MAX).expect("the cache opens");
        assert!(cache.get(&other, "a").is_none());
        assert_eq!(files(&cache).len(), 1, "the other engine's entry stays");
    }

    #[test]
    fn the_oldest_entries_go_when_the_folder_is_full() {
        let fixture = Fixture::new();
        let cache = fixture.cache(0);
        cache.put("a", &fixture.component);
        assert_eq!(
            files(&cache),
            [cache.name("a")],
            "the newest stays even if it is too large"
        );
        cache.put("b", &fixture.component);
        assert_eq!(files(&cache), [cache.name("b")]);
    }

    #[test]
    fn the_folder_is_made_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let fixture = Fixture::new();
        fixture.cache(0);
        let metadata =
            std::fs::metadata(fixture.folder.path().join("deep/cache")).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
    }
}
