//! The folder of a database that goes with its server, and what is left of those whose servers were killed.
//!
//! Test tools start servers by the hundred and kill them: nobody else would ever remove their folders.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use tempfile::TempDir;

const PREFIX: &str = "sundial-ephemeral-";
/// Locked for as long as the server lives.
const LOCK: &str = "in-use";

/// Removed when it is dropped.
pub(crate) struct EphemeralFolder {
    folder: TempDir,
    _lock: File,
}

impl EphemeralFolder {
    /// Makes one in the system's folder for temporary files, and removes those that nobody uses any more.
    pub(crate) fn make() -> io::Result<Self> {
        Self::make_in(&std::env::temp_dir())
    }

    fn make_in(parent: &Path) -> io::Result<Self> {
        sweep(parent);
        loop {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
            let path = folder.path().join(LOCK);
            let lock = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            lock.lock()?;
            // Another server's sweep may have come between the two, and taken it for one that is left.
            if path.exists() {
                return Ok(Self {
                    folder,
                    _lock: lock,
                });
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// What can't be removed now is another server's or another user's business.
fn sweep(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        // One without a lock was made a moment ago, and will have it soon.
        let Ok(lock) = File::open(entry.path().join(LOCK)) else {
            continue;
        };
        if lock.try_lock().is_ok() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_server_left_is_removed_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let living = EphemeralFolder::make_in(parent.path()).unwrap();
        let killed = parent.path().join(format!("{PREFIX}killed"));
        std::fs::create_dir(&killed).unwrap();
        std::fs::write(killed.join(LOCK), "").unwrap();
        let foreign = parent.path().join("sundial-ephemera");
        std::fs::create_dir(&foreign).unwrap();
        std::fs::write(foreign.join(LOCK), "").unwrap();
        let next = EphemeralFolder::make_in(parent.path()).unwrap();
        assert!(!killed.exists());
        assert!(living.path().exists() && next.path().exists() && foreign.exists());
        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }
}
