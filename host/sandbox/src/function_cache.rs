//! Compiled functions on disk, found again by what they do: so that a component compiles only what no other one had. Of two that have all
//! of their code in common, the second is not compiled at all (see `template`). The keys are the compiler's, and cover everything that
//! changes the code.
//!
//! While components are compiled, the functions that are new to the cache go into one file, a pack, which gets its name when the last of
//! these components is done. Between, the cache takes no memory and holds no file.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{BufWriter, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use cap_std::fs::{File, FileExt};
use sha2::{Digest, Sha256};
use wasmtime::CacheStore;

use crate::{
    cache_folder::{CacheFolder, Unfinished},
    digest::hexadecimal,
};

/// The first bytes of a pack, with the version of this layout. Records follow: key, checksum, length, code.
const HEADER: &[u8; 8] = b"SUNFUNC1";

/// Length of a key: the compiler's, a SHA-256.
const KEY_BYTES: usize = 32;

/// As many bytes of a SHA-256 as find accidental damage. Against others the folder is private.
const CHECKSUM_BYTES: usize = 8;

/// What precedes the code of a function: key, checksum, and its length in four bytes.
const RECORD_HEADER_BYTES: usize = KEY_BYTES + CHECKSUM_BYTES + 4;

/// How packs' names end.
const EXTENSION: &str = ".functions";

/// Packs that are kept; beyond these the oldest go. Each compilation opens all of them and reads their lists of functions. Most
/// compilations add one, and what an old one has was compiled anew if anything about the compiler changed.
const MAX_PACKS: usize = 64;

/// How much is written at once, in bytes: functions are small.
const WRITE_BYTES: usize = 1 << 20;

type Key = [u8; KEY_BYTES];

/// Compiled functions.
#[derive(Debug)]
pub(crate) struct FunctionCache {
    folder: CacheFolder,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How many components are being compiled.
    compiling: usize,
    packs: Vec<File>,
    known: HashMap<Key, Place>,
    new: Option<NewPack>,
}

/// Where a function lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    pack: usize,
    offset: u64,
    length: u32,
    checksum: [u8; CHECKSUM_BYTES],
}

/// The functions that were not known.
#[derive(Debug)]
struct NewPack {
    unfinished: BufWriter<Unfinished>,
    /// Names the pack: the same functions give the same name.
    digest: Sha256,
}

/// While it lives, functions are looked up and kept.
#[derive(Debug)]
pub(crate) struct Compiling<'a>(&'a FunctionCache);

impl FunctionCache {
    pub(crate) fn new(folder: CacheFolder) -> Self {
        Self {
            folder,
            state: Mutex::default(),
        }
    }

    /// Opens the packs. Hold what this returns while a component is compiled.
    pub(crate) fn compile(&self) -> Compiling<'_> {
        let mut state = self.state();
        if state.compiling == 0 {
            state.read(&self.folder);
        }
        state.compiling += 1;
        Compiling(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, state: &mut State, key: Key, code: &[u8]) -> std::io::Result<()> {
        if state.new.is_none() {
            state.new = Some(NewPack::begin(&self.folder)?);
        }
        let new = state.new.as_mut().expect("it was made above");
        let outcome = new.write(key, code);
        if outcome.is_err()
            && let Some(new) = state.new.take()
        {
            self.folder.abandon(new.into_unfinished());
        }
        outcome
    }

    /// Names the new pack.
    fn settle(&self, state: &mut State) {
        let new = state.new.take();
        *state = State::default();
        let Some(mut new) = new else { return };
        if let Err(error) = new.unfinished.flush() {
            tracing::warn!(%error, "compiled functions could not be kept");
            self.folder.abandon(new.into_unfinished());
            return;
        }
        let name = hexadecimal(&new.digest.clone().finalize()) + EXTENSION;
        if let Err(error) = self.folder.finish(new.into_unfinished(), &name) {
            tracing::warn!(%error, "compiled functions could not be kept");
        }
    }
}

impl Drop for Compiling<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.compiling -= 1;
        if state.compiling == 0 {
            self.0.settle(&mut state);
        }
    }
}

impl CacheStore for FunctionCache {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let key = Key::try_from(key).ok()?;
        let (file, place) = {
            let state = self.state();
            let place = *state.known.get(&key)?;
            (state.packs.get(place.pack)?.try_clone().ok()?, place)
        };
        let mut code = vec![0; place.length as usize];
        file.read_exact_at(&mut code, place.offset).ok()?;
        // A damaged function is compiled anew.
        (checksum(&code) == place.checksum).then_some(Cow::Owned(code))
    }

    fn insert(&self, key: &[u8], code: Vec<u8>) -> bool {
        let Ok(key) = Key::try_from(key) else {
            return false;
        };
        let mut state = self.state();
        state.compiling > 0 && self.keep(&mut state, key, &code).is_ok()
    }
}

impl State {
    /// Notes where each function of each pack lies. A pack that is damaged is used as far as it is sound.
    fn read(&mut self, folder: &CacheFolder) {
        folder.keep_newest(EXTENSION, MAX_PACKS);
        for name in folder.names() {
            if !name.ends_with(EXTENSION) {
                continue;
            }
            let Some(file) = folder.open_file(&name) else {
                continue;
            };
            let pack = self.packs.len();
            self.known.extend(places(&file, pack));
            self.packs.push(file);
        }
    }
}

/// The functions of a pack, up to its end or to the first record that makes no sense.
fn places(file: &File, pack: usize) -> impl Iterator<Item = (Key, Place)> {
    let mut header = [0; HEADER.len()];
    let end = match file.read_exact_at(&mut header, 0) {
        Ok(()) if header == *HEADER => file.metadata().map_or(0, |metadata| metadata.len()),
        _ => 0,
    };
    let mut offset = HEADER.len() as u64;
    std::iter::from_fn(move || {
        let mut record = [0; RECORD_HEADER_BYTES];
        if offset >= end || file.read_exact_at(&mut record, offset).is_err() {
            return None;
        }
        let (key, rest) = record.split_first_chunk()?;
        let (checksum, length) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(length.try_into().ok()?);
        let place = Place {
            pack,
            offset: offset + RECORD_HEADER_BYTES as u64,
            length,
            checksum: *checksum,
        };
        offset = place.offset + u64::from(length);
        (offset <= end).then_some((*key, place))
    })
}

impl NewPack {
    fn begin(folder: &CacheFolder) -> std::io::Result<Self> {
        let unfinished = folder.begin(EXTENSION)?;
        let mut unfinished = BufWriter::with_capacity(WRITE_BYTES, unfinished);
        unfinished.write_all(HEADER)?;
        Ok(Self {
            unfinished,
            digest: Sha256::new(),
        })
    }

    fn write(&mut self, key: Key, code: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(code.len()).map_err(std::io::Error::other)?;
        self.digest.update(key);
        self.unfinished.write_all(&key)?;
        self.unfinished.write_all(&checksum(code))?;
        self.unfinished.write_all(&length.to_le_bytes())?;
        self.unfinished.write_all(code)
    }

    /// The file, without what is not written yet.
    fn into_unfinished(self) -> Unfinished {
        self.unfinished.into_parts().0
    }
}

fn checksum(code: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest = Sha256::digest(code);
    std::array::from_fn(|index| digest[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(place: &tempfile::TempDir) -> FunctionCache {
        let folder = CacheFolder::open(place.path(), u64::MAX).expect("the folder opens");
        FunctionCache::new(folder)
    }

    fn key(number: u8) -> Key {
        [number; KEY_BYTES]
    }

    fn get(cache: &FunctionCache, number: u8) -> Option<Vec<u8>> {
        cache.get(&key(number)).map(Cow::into_owned)
    }

    fn pack(place: &tempfile::TempDir) -> std::path::PathBuf {
        let mut names = std::fs::read_dir(place.path()).expect("it is there");
        let pack = names.next().expect("a pack").expect("it can be read");
        assert!(names.next().is_none(), "nothing unfinished stays");
        pack.path()
    }

    #[test]
    fn functions_are_found_by_the_next_compilation() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = cache(&place);
        {
            let _compiling = cache.compile();
            assert!(cache.insert(&key(1), b"one".to_vec()));
            assert!(cache.insert(&key(2), Vec::new()));
        }
        assert_eq!(
            get(&cache, 1),
            None,
            "nothing is compiled, so nothing is open"
        );
        let _compiling = cache.compile();
        assert_eq!(get(&cache, 1).as_deref(), Some(b"one".as_slice()));
        assert_eq!(get(&cache, 2).as_deref(), Some(b"".as_slice()));
        assert_eq!(get(&cache, 3), None);
    }

    #[test]
    fn compilations_at_the_same_time_share_a_pack() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = cache(&place);
        let (first, second) = (cache.compile(), cache.compile());
        assert!(cache.insert(&key(1), b"one".to_vec()));
        drop(first);
        assert!(cache.insert(&key(2), b"two".to_vec()));
        drop(second);
        pack(&place);
        let _compiling = cache.compile();
        assert!(get(&cache, 1).is_some() && get(&cache, 2).is_some());
    }

    #[test]
    fn packs_do_not_become_ever_more() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = cache(&place);
        let count = || {
            std::fs::read_dir(place.path())
                .expect("it is there")
                .count()
        };
        for number in 0..=MAX_PACKS {
            let name = place.path().join(format!("{number}{EXTENSION}"));
            std::fs::write(name, HEADER).expect("it is written");
        }
        assert_eq!(count(), MAX_PACKS + 1);
        drop(cache.compile());
        assert_eq!(count(), MAX_PACKS);
    }

    #[test]
    fn without_new_functions_there_is_no_new_pack() {
        let place = tempfile::tempdir().expect("a folder");
        drop(cache(&place).compile());
        assert_eq!(
            std::fs::read_dir(place.path())
                .expect("it is there")
                .count(),
            0
        );
    }

    #[test]
    fn no_damage_brings_another_code_or_a_panic() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = cache(&place);
        {
            let _compiling = cache.compile();
            assert!(cache.insert(&key(1), b"one".to_vec()));
            assert!(cache.insert(&key(2), b"two".to_vec()));
        }
        let pack = pack(&place);
        let sound = std::fs::read(&pack).expect("it is there");
        for index in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[index] ^= 0x55;
            for damaged in [&damaged[..], &sound[..index]] {
                std::fs::write(&pack, damaged).expect("it can be written");
                let _compiling = cache.compile();
                for (number, code) in [(1, b"one"), (2, b"two")] {
                    let got = get(&cache, number);
                    assert!(got.is_none() || got.as_deref() == Some(code), "{got:?}");
                }
            }
        }
    }
}
