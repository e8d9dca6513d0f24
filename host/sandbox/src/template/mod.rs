//! Compiles a component by way of another one that was made around the same interpreter: their code is the same, and only what the
//! interpreter's memory holds differs.
//!
//! Which compiled components there are to start from is noted beside them in the compile cache. No code is kept here a second time.

mod alike;
mod derive;
mod minimum;
mod object_file;
mod positions;
mod settings;
mod shape;
#[cfg(test)]
mod tests;
mod unfit;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

pub(crate) use self::{derive::derive, shape::Shape, unfit::Unfit};
use self::{object_file::ObjectFile, settings::Settings};
use crate::{
    cache_folder::CacheFolder,
    code_cache::{CHECKSUM_BYTES, Checksum, engine_key},
};

/// The first bytes of a note, with the version of this layout. A checksum follows, and what it is of: see [`Template::write`].
const HEADER: &[u8; 8] = b"SUNTMPL1";

/// How notes' names end.
const EXTENSION: &str = ".template";

/// Notes that are kept; beyond these the oldest go. Each component that is compiled adds one, of 137 bytes, and few have a successor.
const MAX_NOTES: usize = 1_000;

/// A compiled component from which others of its shape can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// The component's, under which its code is kept.
    pub(crate) digest: String,
    /// Of its code: any other is not what was noted.
    pub(crate) checksum: Checksum,
    /// Whether the code is the same for any minimum of memory.
    pub(crate) free_minimum: bool,
}

impl Template {
    /// Describes a component that was compiled to `code`.
    pub(crate) fn describe(
        component: &[u8],
        digest: &str,
        code: &[u8],
        checksum: Checksum,
    ) -> Result<Self, Unfit> {
        let settings = Settings::of(&ObjectFile::parse(code)?)?;
        let free_minimum = minimum::all_within(settings.unchecked_reach(), component)
            .map_err(|_| Unfit("the component's code can't be read"))?;
        Ok(Self {
            digest: digest.to_owned(),
            checksum,
            free_minimum,
        })
    }

    /// The note, but for its header and checksum.
    fn write(&self) -> Vec<u8> {
        let free_minimum = [u8::from(self.free_minimum)];
        [&free_minimum, &self.checksum[..], self.digest.as_bytes()].concat()
    }

    fn read(written: &[u8]) -> Option<Self> {
        let ([free_minimum], rest) = written.split_first_chunk()?;
        let (checksum, digest) = rest.split_first_chunk()?;
        Some(Self {
            digest: std::str::from_utf8(digest).ok()?.to_owned(),
            checksum: *checksum,
            free_minimum: *free_minimum == 1,
        })
    }
}

/// The newest template of each shape.
#[derive(Debug)]
pub(crate) struct Templates {
    folder: CacheFolder,
    engine_key: String,
    turns: Mutex<HashMap<Shape, Weak<Mutex<()>>>>,
}

impl Templates {
    pub(crate) fn new(folder: CacheFolder, engine: &Engine) -> Self {
        Self {
            folder,
            engine_key: engine_key(engine),
            turns: Mutex::default(),
        }
    }

    /// To be locked while a component of this shape is compiled or made: of those that come at once, one is compiled, and the others
    /// are made from it.
    pub(crate) fn turn(&self, shape: &Shape) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(shape).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(shape.clone(), Arc::downgrade(&turn));
        turn
    }

    /// The template of this shape. A damaged note is removed.
    pub(crate) fn get(&self, shape: &Shape) -> Option<Template> {
        let name = self.name(shape);
        let note = self.folder.read(&name)?;
        let template = unpack(&note, &name).and_then(Template::read);
        if template.is_none() {
            tracing::warn!(
                note = name,
                "a note in the compile cache is damaged, so the component is compiled anew"
            );
            self.folder.remove(&name);
        }
        template
    }

    /// Notes the template in place of the one that was known of this shape. That it can't be noted is logged: it costs time, nothing
    /// else.
    pub(crate) fn put(&self, shape: &Shape, template: &Template) {
        let name = self.name(shape);
        let written = template.write();
        let parts = [&HEADER[..], &checksum(&written, &name), &written];
        if let Err(error) = self.folder.write(&name, &parts) {
            tracing::warn!(note = name, %error, "a compiled component could not be noted");
        }
        self.folder.keep_newest(EXTENSION, MAX_NOTES);
    }

    fn name(&self, shape: &Shape) -> String {
        format!("{}-{}{EXTENSION}", shape.as_str(), self.engine_key)
    }
}

/// What a note of this name says, if its checksum fits.
fn unpack<'a>(note: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (expected, written) = note
        .strip_prefix(HEADER)?
        .split_first_chunk::<CHECKSUM_BYTES>()?;
    (checksum(written, name) == *expected).then_some(written)
}

/// The name has shape and engine in it: a note under another one's name is damaged too.
fn checksum(written: &[u8], name: &str) -> Checksum {
    Sha256::new()
        .chain_update(name)
        .chain_update(written)
        .finalize()
        .into()
}
