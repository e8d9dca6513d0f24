//! Files of `guests/` that are part of the binary, and the ways out of it: into the cache, or as a new project.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::problem::Problem;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Digits of a digest in a folder's name.
const DIGEST_DIGITS: usize = 16;

/// The longest name of a project, in bytes: it becomes the name of files, packages and modules.
const MAX_NAME_BYTES: usize = 64;

/// A folder in the binary.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// Where it came from, below the checkout.
    name: &'static str,
    /// Paths with `/`, sorted, and contents.
    files: &'static [(&'static str, &'static [u8])],
}

impl Embedded {
    /// Writes the files below `root` into a folder that is named after their digest, unless it is there. The folder appears whole
    /// or not at all.
    pub(super) fn unpack(&self, root: &Path) -> Result<PathBuf, Problem> {
        let folder = root.join(format!("{}-{}", self.name.replace('/', "-"), self.digest()));
        if folder.is_dir() {
            return Ok(folder);
        }
        let unfinished = folder.with_extension(std::process::id().to_string());
        for (path, contents) in self.files {
            write(&unfinished.join(path), contents)?;
        }
        match fs::rename(&unfinished, &folder) {
            Ok(()) => {}
            // Another process was quicker with the same files.
            Err(_) if folder.is_dir() => {
                let _ = fs::remove_dir_all(&unfinished);
            }
            Err(error) => return Err(not_written(&folder, &error)),
        }
        Ok(folder)
    }

    /// Writes the files as a project of this name into `folder`, which must not be there. Templates are real projects named
    /// `my-workflow` (`my_workflow` and `MyWorkflow` where a language wants that), and this name takes the place of theirs.
    /// Returns the files' paths.
    pub(crate) fn write_project(
        &self,
        name: &TemplateName,
        folder: &Path,
    ) -> Result<Vec<String>, Problem> {
        if folder.exists() {
            return Err(
                Problem::new(format!("{} is there already", folder.display()))
                    .hint("choose another name, or remove it"),
            );
        }
        let mut written = Vec::new();
        for (path, contents) in self.files {
            let path = name.replace_in(path);
            match std::str::from_utf8(contents) {
                Ok(text) => write(&folder.join(&path), name.replace_in(text).as_bytes())?,
                Err(_) => write(&folder.join(&path), contents)?,
            }
            written.push(path);
        }
        Ok(written)
    }

    /// The contents of one of the files.
    pub(super) fn file(&self, path: &str) -> Option<&'static [u8]> {
        let found = self.files.iter().find(|(name, _)| *name == path);
        found.map(|(_, contents)| *contents)
    }

    fn digest(&self) -> String {
        let mut bytes = Vec::new();
        for (path, contents) in self.files {
            // Lengths keep two different lists from looking the same.
            for part in [path.as_bytes(), contents] {
                bytes.extend((part.len() as u64).to_le_bytes());
                bytes.extend(part);
            }
        }
        let mut digest = sundial_sandbox::digest(&bytes);
        digest.truncate(DIGEST_DIGITS);
        digest
    }
}

/// The name of a new project: lower-case letters, digits and hyphens, a letter first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateName(String);

impl TemplateName {
    /// Takes a name that every language's tools accept.
    pub(crate) fn new(name: &str) -> Result<Self, Problem> {
        let is_good = name.len() <= MAX_NAME_BYTES
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && !name.ends_with('-')
            && !name.contains("--")
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_good {
            return Err(Problem::new(format!("`{name}` is no name for a project")).hint(format!(
                "use at most {MAX_NAME_BYTES} lower-case letters, digits and single hyphens, a letter first, such as order-intake"
            )));
        }
        Ok(Self(name.to_owned()))
    }

    /// As it was given: `order-intake`.
    pub(crate) fn kebab(&self) -> &str {
        &self.0
    }

    /// `order_intake`.
    pub(crate) fn snake(&self) -> String {
        self.0.replace('-', "_")
    }

    /// `OrderIntake`.
    pub(crate) fn pascal(&self) -> String {
        let capitalized = self.0.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        });
        capitalized.collect()
    }

    fn replace_in(&self, text: &str) -> String {
        text.replace("my-workflow", self.kebab())
            .replace("my_workflow", &self.snake())
            .replace("MyWorkflow", &self.pascal())
    }
}

fn write(path: &Path, contents: &[u8]) -> Result<(), Problem> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, contents))
        .map_err(|error| not_written(path, &error))
}

fn not_written(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(format!("can't write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: Embedded = Embedded {
        name: "guests/some",
        files: &[
            ("my_workflow/a.txt", b"my-workflow my_workflow MyWorkflow"),
            ("b", b"\xff\xfe"),
        ],
    };

    #[test]
    fn a_name_is_told_from_what_tools_would_refuse() {
        let name = TemplateName::new("order-intake-2").expect("a good name");
        assert_eq!(name.snake(), "order_intake_2");
        assert_eq!(name.pascal(), "OrderIntake2");
        for bad in ["", "2nd", "Order", "a b", "a/b", "a-", "a--b", "..", "ä"] {
            assert!(TemplateName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_project_bears_its_name_in_paths_and_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = folder.path().join("order-intake");
        let name = TemplateName::new("order-intake").expect("a good name");
        let written = FILES.write_project(&name, &project).expect("it is written");
        assert_eq!(written, ["order_intake/a.txt", "b"]);
        let text = fs::read_to_string(project.join("order_intake/a.txt")).expect("it is there");
        assert_eq!(text, "order-intake order_intake OrderIntake");
        assert_eq!(
            fs::read(project.join("b")).expect("it is there"),
            b"\xff\xfe"
        );
        let again = FILES.write_project(&name, &project);
        assert!(
            again
                .expect_err("it is there")
                .what
                .ends_with("is there already")
        );
    }

    #[test]
    fn files_are_unpacked_once_and_under_their_digest() {
        let cache = tempfile::tempdir().expect("a folder");
        let folder = FILES.unpack(cache.path()).expect("it is unpacked");
        assert_eq!(
            fs::read(folder.join("b")).expect("it is there"),
            b"\xff\xfe"
        );
        fs::remove_file(folder.join("b")).expect("it is there");
        assert_eq!(FILES.unpack(cache.path()).expect("it is there"), folder);
        assert!(!folder.join("b").exists(), "it was not unpacked again");
        let other = Embedded {
            files: &[("b", b"\xff")],
            ..FILES
        };
        assert_ne!(other.unpack(cache.path()).expect("it is unpacked"), folder);
        let names = fs::read_dir(cache.path()).expect("it is there").count();
        assert_eq!(names, 2, "nothing unfinished stays");
    }
}
