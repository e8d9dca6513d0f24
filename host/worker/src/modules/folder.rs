//! Modules from a folder: every `NAME.wasm` in it, and every `QUEUE/NAME.wasm` below it, as it appears and changes.
//!
//! The folder is looked at once a second: that works on every file system, network volumes of a cluster included, where
//! notifications don't.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use cap_std::{
    ambient_authority,
    fs::{Dir, Metadata, MetadataExt},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Event, Found, ModuleVersion,
    folder_changes::{Entry, FolderChanges, Stamp},
    is_module_name,
};
use crate::{error::WorkerError, options::WorkerOptions};

const INTERVAL: Duration = Duration::from_secs(1);

/// The largest file that is read, in bytes: what the sandbox accepts.
const MAX_COMPONENT_BYTES: u64 = sundial_sandbox::MAX_COMPONENT_BYTES as u64;

/// A folder of modules.
pub(crate) struct ModuleFolder {
    folder: Dir,
    path: PathBuf,
    task_queue: String,
    namespaces: Vec<String>,
    set_current: bool,
    changes: FolderChanges,
}

impl ModuleFolder {
    /// Opens the folder, which must be there.
    pub(crate) fn open(path: &Path, options: &WorkerOptions) -> Result<Self, WorkerError> {
        let folder = Dir::open_ambient_dir(path, ambient_authority()).map_err(|source| {
            WorkerError::Folder {
                path: path.to_owned(),
                source,
            }
        })?;
        Ok(Self {
            folder,
            path: path.to_owned(),
            task_queue: options.task_queue_for_folder.clone(),
            namespaces: options.namespaces.clone(),
            set_current: options.set_current,
            changes: FolderChanges::default(),
        })
    }

    /// Tells of all modules, until `stop` or until nobody listens.
    pub(crate) async fn watch(mut self, events: mpsc::Sender<Event>, stop: CancellationToken) {
        let mut interval = tokio::time::interval(INTERVAL);
        let mut is_first = true;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = interval.tick() => {}
            }
            // Reading blocks.
            let scanned = tokio::task::spawn_blocking(move || {
                let found = self.scan();
                (self, found)
            });
            let Ok((folder, found)) = scanned.await else {
                tracing::error!(
                    "the folder of modules is not looked at any more: its scan panicked"
                );
                return;
            };
            self = folder;
            let caught_up = std::mem::take(&mut is_first).then_some(Event::CaughtUp);
            for event in found.into_iter().map(Event::Found).chain(caught_up) {
                if events.send(event).await.is_err() {
                    return;
                }
            }
        }
    }

    /// The versions in files that are new or changed, one for each namespace.
    fn scan(&mut self) -> Vec<Found> {
        let listing = match self.list() {
            Ok(listing) => listing,
            Err(error) => {
                tracing::warn!("folder {} can't be listed: {error}", self.path.display());
                return Vec::new();
            }
        };
        let paths = self.changes.step(listing);
        let mut found = Vec::new();
        for path in paths {
            match self.read(&path) {
                Ok(versions) => found.extend(versions),
                Err(reason) => tracing::error!(
                    "{} is not served: {reason}",
                    self.path.join(&path).display()
                ),
            }
        }
        found
    }

    fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in self.folder.entries()? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            // Hidden ones are how volumes swap their content and editors save.
            if name.starts_with('.') {
                continue;
            }
            // Follows links within the folder, and none that lead out of it.
            let Ok(metadata) = self.folder.metadata(&name) else {
                continue;
            };
            if metadata.is_dir() {
                for file in self.folder.open_dir(&name)?.entries()? {
                    let Ok(file) = file?.file_name().into_string() else {
                        continue;
                    };
                    let path = format!("{name}/{file}");
                    if let Ok(metadata) = self.folder.metadata(&path) {
                        entries.extend(entry_of(path, &metadata));
                    }
                }
            } else {
                entries.extend(entry_of(name, &metadata));
            }
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    fn read(&self, path: &str) -> Result<Vec<Found>, String> {
        let (task_queue, file) = path.rsplit_once('/').unwrap_or((&self.task_queue, path));
        let name = file.strip_suffix(".wasm").unwrap_or(file);
        if !is_module_name(name) {
            return Err(
                "its name must be 1 to 128 characters of a-z, 0-9 and -, starting with a letter"
                    .to_owned(),
            );
        }
        let size = self
            .folder
            .metadata(path)
            .map_err(|error| error.to_string())?
            .len();
        if size > MAX_COMPONENT_BYTES {
            return Err(format!(
                "it has {size} bytes; a component may have {MAX_COMPONENT_BYTES}"
            ));
        }
        let bytes = Arc::new(self.folder.read(path).map_err(|error| error.to_string())?);
        let digest = sundial_sandbox::digest(&bytes);
        Ok(self
            .namespaces
            .iter()
            .map(|namespace| Found {
                version: ModuleVersion {
                    namespace: namespace.clone(),
                    name: name.to_owned(),
                    digest: digest.clone(),
                    task_queue: task_queue.to_owned(),
                },
                bytes: Some(bytes.clone()),
                wants_to_be_current: self.set_current,
            })
            .collect())
    }
}

fn entry_of(path: String, metadata: &Metadata) -> Option<Entry> {
    let is_component = metadata.is_file() && path.ends_with(".wasm");
    is_component.then(|| Entry {
        path,
        stamp: Stamp {
            size: metadata.len(),
            modified_ns: i128::from(metadata.mtime()) * 1_000_000_000
                + i128::from(metadata.mtime_nsec()),
            inode: metadata.ino(),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn open(path: &Path) -> ModuleFolder {
        let options = WorkerOptions {
            task_queue_for_folder: "orders".to_owned(),
            namespaces: vec!["one".to_owned(), "two".to_owned()],
            ..Default::default()
        };
        ModuleFolder::open(path, &options).unwrap()
    }

    #[test]
    fn each_file_is_a_module_of_each_namespace() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("order.wasm"), b"bytes").unwrap();
        fs::write(folder.path().join("notes.txt"), b"no module").unwrap();
        let found = open(folder.path()).scan();
        let names: Vec<_> = found
            .iter()
            .map(|found| {
                (
                    found.version.namespace.as_str(),
                    found.version.name.as_str(),
                    found.version.task_queue.as_str(),
                )
            })
            .collect();
        assert_eq!(
            names,
            [("one", "order", "orders"), ("two", "order", "orders")]
        );
        assert_eq!(found[0].version.digest, sundial_sandbox::digest(b"bytes"));
        assert_eq!(**found[0].bytes.as_ref().unwrap(), b"bytes");
    }

    #[test]
    fn a_folder_below_names_the_task_queue() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("Payments.v2")).unwrap();
        fs::write(folder.path().join("Payments.v2/charge.wasm"), b"bytes").unwrap();
        let found = open(folder.path()).scan();
        assert_eq!(found[0].version.task_queue, "Payments.v2");
        assert_eq!(found[0].version.name, "charge");
    }

    #[test]
    fn a_changed_file_is_a_new_version_once_it_rests() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("order.wasm");
        fs::write(&file, b"first").unwrap();
        let mut modules = open(folder.path());
        let first = modules.scan();
        fs::write(&file, b"the second").unwrap();
        assert!(modules.scan().is_empty());
        let second = modules.scan();
        assert_ne!(first[0].version.digest, second[0].version.digest);
        assert_eq!(first[0].version.name, second[0].version.name);
    }

    #[test]
    fn a_bad_name_and_a_link_out_of_the_folder_are_passed_over() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.wasm"), b"secret").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Bad Name.wasm"), b"bytes").unwrap();
        std::os::unix::fs::symlink(
            outside.path().join("secret.wasm"),
            folder.path().join("secret.wasm"),
        )
        .unwrap();
        assert!(open(folder.path()).scan().is_empty());
    }

    #[test]
    fn a_link_within_the_folder_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("..data")).unwrap();
        fs::write(folder.path().join("..data/order.wasm"), b"bytes").unwrap();
        std::os::unix::fs::symlink("..data/order.wasm", folder.path().join("order.wasm")).unwrap();
        assert_eq!(open(folder.path()).scan().len(), 2);
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_it() {
        let message = ModuleFolder::open(Path::new("/no/such/folder"), &WorkerOptions::default())
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(message.contains("/no/such/folder"), "{message}");
    }
}
