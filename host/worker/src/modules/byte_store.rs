//! Components by digest in a folder, so that a restart need not download them and old versions can still be served.
//!
//! What is read is checked, so a damaged file is only a miss. The folder is entered through a capability: no name leads out of it.

use std::{io, path::Path, sync::Arc};

use cap_std::{ambient_authority, fs::Dir};

use crate::error::WorkerError;

/// The folder. Cheap to clone. Its calls block, for as long as it takes to read or write a component.
#[derive(Clone, Debug)]
pub(crate) struct ByteStore(Arc<Dir>);

impl ByteStore {
    /// Opens the folder, and makes it if it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self, WorkerError> {
        let open = || {
            Dir::create_ambient_dir_all(path, ambient_authority())?;
            let parent = Dir::open_ambient_dir(path, ambient_authority())?;
            parent.create_dir_all("modules")?;
            parent.open_dir("modules")
        };
        match open() {
            Ok(folder) => Ok(Self(Arc::new(folder))),
            Err(source) => Err(WorkerError::Folder {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// The component with this digest, if it is there and whole.
    pub(crate) fn get(&self, digest: &str) -> Option<Vec<u8>> {
        let name = file_name(digest)?;
        let bytes = self.0.read(&name).ok()?;
        if sundial_sandbox::digest(&bytes) == digest {
            return Some(bytes);
        }
        tracing::warn!("the stored component {digest} is damaged and is removed");
        // A second process may have removed it before.
        let _ = self.0.remove_file(&name);
        None
    }

    /// Whether there is a component of this digest. It may still turn out to be damaged.
    pub(crate) fn has(&self, digest: &str) -> bool {
        file_name(digest).is_some_and(|name| self.0.exists(name))
    }

    /// Keeps a component. A failure costs no more than a download later, so it is only logged.
    pub(crate) fn put(&self, digest: &str, bytes: &[u8]) {
        let Some(name) = file_name(digest) else {
            return;
        };
        if self.0.exists(&name) {
            return;
        }
        // Renamed when whole, and named by process, so that no reader sees half of it.
        let temporary = format!("{name}.{}", std::process::id());
        let written: io::Result<()> = (|| {
            self.0.write(&temporary, bytes)?;
            self.0.rename(&temporary, &self.0, &name)
        })();
        if let Err(error) = written {
            tracing::warn!("component {digest} could not be stored: {error}");
            let _ = self.0.remove_file(&temporary);
        }
    }
}

/// Digests come from servers: nothing else than a digest becomes a file name.
fn file_name(digest: &str) -> Option<String> {
    let is_digest = digest.len() == 64
        && digest
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_digest.then(|| format!("{digest}.wasm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_for_the_next_process() {
        let folder = tempfile::tempdir().unwrap();
        let digest = sundial_sandbox::digest(b"component");
        ByteStore::open(folder.path())
            .unwrap()
            .put(&digest, b"component");
        let store = ByteStore::open(folder.path()).unwrap();
        assert!(store.has(&digest));
        assert_eq!(store.get(&digest).unwrap(), b"component");
    }

    #[test]
    fn a_damaged_file_is_a_miss_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let store = ByteStore::open(folder.path()).unwrap();
        let digest = sundial_sandbox::digest(b"component");
        std::fs::write(
            folder.path().join("modules").join(format!("{digest}.wasm")),
            b"comp",
        )
        .unwrap();
        assert_eq!(store.get(&digest), None);
        assert!(!store.has(&digest));
    }

    #[test]
    fn a_digest_that_is_a_path_finds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = ByteStore::open(folder.path()).unwrap();
        store.put("../../escaped", b"x");
        assert_eq!(store.get("../../escaped"), None);
        assert!(!folder.path().parent().unwrap().join("escaped").exists());
    }
}
