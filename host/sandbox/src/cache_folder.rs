//! The folder in which the sandbox keeps what is costly to make: private, bounded in bytes, each file whole or not there. What is in the
//! files is for the caches that write them.

use std::{
    ffi::OsString,
    hash::{BuildHasher, RandomState},
    io::{Read, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use cap_std::{
    ambient_authority,
    fs::{Dir, DirBuilder, DirBuilderExt, File, OpenOptions},
    time::SystemTime,
};

use crate::error::SandboxError;

/// Numbers the unfinished files of this process, whichever sandbox writes them.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// The folder; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct CacheFolder {
    folder: Arc<Dir>,
    limit_bytes: u64,
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
        let number = BEGUN.fetch_add(1, Relaxed);
        // Containers that share the folder may have the same process id, so chance tells them apart.
        let chance = RandomState::new().hash_one(number);
        let name = format!("{name}.{}.{number}.{chance:016x}", std::process::id());
        let file = self
            .folder
            .open_with(&name, OpenOptions::new().write(true).create_new(true))?;
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

    /// Writes a file whole: these parts, one after the other.
    pub(crate) fn write(&self, name: &str, parts: &[&[u8]]) -> std::io::Result<()> {
        let mut unfinished = self.begin(name)?;
        match parts.iter().try_for_each(|part| unfinished.write_all(part)) {
            Ok(()) => self.finish(unfinished, name),
            Err(error) => {
                self.abandon(unfinished);
                Err(error)
            }
        }
    }

    /// Removes a file that will not be finished.
    pub(crate) fn abandon(&self, unfinished: Unfinished) {
        self.remove(&unfinished.name);
    }

    /// Removes the oldest of the files whose names end with `extension`, until there are `limit`.
    pub(crate) fn keep_newest(&self, extension: &str, limit: usize) {
        let mut files = self.oldest_first();
        files.retain(|(_, _, name)| name.to_str().is_some_and(|name| name.ends_with(extension)));
        let surplus = files.len().saturating_sub(limit);
        for (_, _, name) in &files[..surplus] {
            let _ = self.folder.remove_file(name);
        }
    }

    /// When each file was written, its bytes and its name.
    fn oldest_first(&self) -> Vec<(SystemTime, u64, OsString)> {
        let Ok(entries) = self.folder.entries() else {
            return Vec::new();
        };
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, metadata.len(), entry.file_name()))
            })
            .collect();
        files.sort_unstable();
        files
    }

    /// Removes the oldest files until the rest fits; the newest entry stays in any case.
    fn prune(&self, newest: &str) {
        let files = self.oldest_first();
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
        folder.write(name, &[b"x"]).expect("it is written");
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
    fn two_sandboxes_may_write_the_same_file_at_once() {
        let place = tempfile::tempdir().expect("a folder");
        let open = || CacheFolder::open(place.path(), u64::MAX).expect("it opens");
        let (one, other) = (open(), open());
        let mut first = one.begin("a").expect("a file");
        let mut second = other.begin("a").expect("another file");
        first.write_all(b"x").expect("it is written");
        second.write_all(b"x").expect("it is written");
        one.finish(first, "a").expect("it is finished");
        other.finish(second, "a").expect("it is finished");
        assert_eq!(one.read("a").as_deref(), Some(b"x".as_slice()));
        assert_eq!(names(&one), ["a"]);
    }

    #[test]
    fn of_one_kind_only_so_many_files_are_kept() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = CacheFolder::open(place.path(), u64::MAX).expect("it opens");
        for name in ["a.x", "b.x", "c.x", "a.y"] {
            write(&folder, name);
        }
        folder.keep_newest(".x", 2);
        assert_eq!(names(&folder).len(), 3);
        assert!(folder.read("a.y").is_some(), "another kind stays");
        folder.keep_newest(".x", 2);
        assert_eq!(names(&folder).len(), 3);
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
