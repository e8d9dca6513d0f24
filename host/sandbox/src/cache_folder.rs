//! The folder in which the sandbox keeps what is costly to make: private, bounded in bytes, each file whole or not there. What is in the
//! files is for the caches that write them.

use std::{
    io::{Read, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use cap_std::{
    ambient_authority,
    fs::{Dir, DirBuilder, DirBuilderExt, File},
};

use crate::error::SandboxError;

/// The folder; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct CacheFolder {
    folder: Arc<Dir>,
    limit_bytes: u64,
    /// Makes the names of unfinished files unique within the process.
    written: Arc<AtomicU64>,
}

/// A file that has no name yet that others look for.
#[derive(Debug)]
pub(crate) struct Unfinished {
    name: String,
    file: File,
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl CacheFolder {
    /// Opens the folder, making it readable by its owner alone if it is not there.
    pub(crate) fn open(path: &Path, limit_bytes: u64) -> Result<Self, SandboxError> {
        let folder = open_private(path).map_err(|error| SandboxError::CacheFolder {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            folder: Arc::new(folder),
            limit_bytes,
            written: Arc::default(),
        })
    }

    /// The whole of a file, if it is there.
    pub(crate) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open_file(name)?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    pub(crate) fn open_file(&self, name: &str) -> Option<File> {
        self.folder.open(name).ok()
    }

    /// If it can't be removed it will be overwritten.
    pub(crate) fn remove(&self, name: &str) {
        let _ = self.folder.remove_file(name);
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Vec<String> {
        let Ok(entries) = self.folder.entries() else {
            return Vec::new();
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.collect()
    }

    /// A new file that is to become `name`.
    pub(crate) fn begin(&self, name: &str) -> std::io::Result<Unfinished> {
        let number = self.written.fetch_add(1, Relaxed);
        let name = format!("{name}.{}.{number}", std::process::id());
        let file = self.folder.create(&name)?;
        Ok(Unfinished { name, file })
    }

    /// Gives a finished file its name, and makes room for it.
    pub(crate) fn finish(&self, unfinished: Unfinished, name: &str) -> std::io::Result<()> {
        let outcome = self.folder.rename(&unfinished.name, &self.folder, name);
        match outcome {
            Ok(()) => self.prune(name),
            Err(_) => self.abandon(unfinished),
        }
        outcome
    }

    /// Removes a file that will not be finished.
    pub(crate) fn abandon(&self, unfinished: Unfinished) {
        self.remove(&unfinished.name);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &CacheFolder, name: &str) {
        let mut unfinished = folder.begin(name).expect("a file");
        unfinished.write_all(b"x").expect("it is written");
        folder.finish(unfinished, name).expect("it is finished");
    }

    fn names(folder: &CacheFolder) -> Vec<String> {
        let mut names = folder.names();
        names.sort();
        names
    }

    #[test]
    fn the_oldest_files_go_when_the_folder_is_full() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = CacheFolder::open(place.path(), 0).expect("it opens");
        write(&folder, "a");
        assert_eq!(
            names(&folder),
            ["a"],
            "the newest stays even if it is too large"
        );
        write(&folder, "b");
        assert_eq!(names(&folder), ["b"]);
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = CacheFolder::open(place.path(), u64::MAX).expect("it opens");
        let unfinished = folder.begin("a").expect("a file");
        assert!(folder.read("a").is_none());
        folder.abandon(unfinished);
        assert_eq!(names(&folder), [""; 0], "nothing unfinished stays");
        write(&folder, "a");
        assert_eq!(folder.read("a").as_deref(), Some(b"x".as_slice()));
    }

    #[test]
    fn the_folder_is_made_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("deep/cache");
        CacheFolder::open(&path, 0).expect("it opens");
        let metadata = std::fs::metadata(path).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
    }
}
