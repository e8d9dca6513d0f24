//! Where things are: the checkout, what is built from it, and what is kept between checkouts.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Folders that the tasks work in.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// What is expensive to make and does not depend on the checkout: tools and the Python environment.
    pub(crate) cache: PathBuf,
}

impl Checkout {
    /// Cargo says where this crate is; the environment may say where to build and what to keep.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let root = root
            .context("this crate is in tests/tasks of a checkout")?
            .to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self {
            root,
            target,
            cache: cache_folder()?,
        })
    }

    /// The binary that `cargo build --release` makes.
    pub(crate) fn sundial(&self) -> PathBuf {
        self.target.join("release/sundial")
    }

    /// Guests have a target folder of their own, since they are built for another machine in another profile.
    pub(crate) fn guests_target(&self) -> PathBuf {
        self.target.join("guests")
    }

    /// Where built components are put.
    pub(crate) fn components(&self) -> PathBuf {
        self.target.join("components")
    }

    /// An example of the Rust guests.
    pub(crate) fn example(&self, name: &str) -> PathBuf {
        self.root.join("guests/rust/examples").join(name)
    }
}

fn cache_folder() -> Result<PathBuf> {
    let folder = |variable: &str| {
        env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    folder("SUNDIAL_CACHE_DIR")
        .or_else(|| folder("XDG_CACHE_HOME").map(|base| base.join("sundial")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache/sundial")))
        .context("neither SUNDIAL_CACHE_DIR nor HOME names a folder to keep tools in")
}
