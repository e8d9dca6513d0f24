//! Which files of a folder are to be read, judged by what a listing says of them.
//!
//! Pure. A file is read when it is new or has changed, and only once it looks the same in two listings: whoever writes it may not
//! be done. Those of the first listing are read at once, since they were there before this process.

use std::collections::HashMap;

/// A file as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path below the folder.
    pub(super) path: String,
    /// Whatever changes when it is written: size, time, inode.
    pub(super) stamp: Stamp,
}

/// What changes when a file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) modified_ns: i128,
    pub(super) inode: u64,
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct FolderChanges {
    /// `None` before the first listing.
    files: Option<HashMap<String, Seen>>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    stamp: Stamp,
    is_read: bool,
}

impl FolderChanges {
    /// Takes in a listing and returns the paths to read now.
    pub(super) fn step(&mut self, listing: Vec<Entry>) -> Vec<String> {
        let before = self.files.take();
        let mut to_read = Vec::new();
        let files = listing
            .into_iter()
            .map(|Entry { path, stamp }| {
                let same = match &before {
                    None => Some(Seen {
                        stamp,
                        is_read: false,
                    }),
                    Some(before) => before
                        .get(&path)
                        .copied()
                        .filter(|seen| seen.stamp == stamp),
                };
                let is_read = same.is_some();
                if same.is_some_and(|seen| !seen.is_read) {
                    to_read.push(path.clone());
                }
                (path, Seen { stamp, is_read })
            })
            .collect();
        self.files = Some(files);
        to_read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(files: &[(&str, u64)]) -> Vec<Entry> {
        files
            .iter()
            .map(|&(path, size)| Entry {
                path: path.to_owned(),
                stamp: Stamp {
                    size,
                    ..Stamp::default()
                },
            })
            .collect()
    }

    #[test]
    fn files_that_were_there_are_read_at_once_and_only_once() {
        let mut changes = FolderChanges::default();
        assert_eq!(
            changes.step(listing(&[("a.wasm", 1), ("b.wasm", 1)])),
            ["a.wasm", "b.wasm"]
        );
        assert!(
            changes
                .step(listing(&[("a.wasm", 1), ("b.wasm", 1)]))
                .is_empty()
        );
    }

    #[test]
    fn a_new_file_is_read_once_it_stopped_growing() {
        let mut changes = FolderChanges::default();
        changes.step(listing(&[]));
        assert!(changes.step(listing(&[("a.wasm", 1)])).is_empty());
        assert!(changes.step(listing(&[("a.wasm", 2)])).is_empty());
        assert_eq!(changes.step(listing(&[("a.wasm", 2)])), ["a.wasm"]);
        assert!(changes.step(listing(&[("a.wasm", 2)])).is_empty());
    }

    #[test]
    fn a_file_that_goes_and_comes_back_is_read_again() {
        let mut changes = FolderChanges::default();
        changes.step(listing(&[("a.wasm", 1)]));
        changes.step(listing(&[]));
        assert!(changes.step(listing(&[("a.wasm", 1)])).is_empty());
        assert_eq!(changes.step(listing(&[("a.wasm", 1)])), ["a.wasm"]);
    }
}
