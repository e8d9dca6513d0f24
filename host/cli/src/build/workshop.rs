//! Where builds happen: the folders of the user's cache that drivers may fill, and the printer for what takes long.

use std::path::{Path, PathBuf};

use super::Embedded;
use crate::{printer::Printer, problem::Problem, settings::Settings};

/// What every driver gets.
#[derive(Debug)]
pub(crate) struct Workshop<'a> {
    cache: &'a Path,
    /// For spinners and notes.
    pub(crate) printer: &'a Printer,
}

impl<'a> Workshop<'a> {
    pub(crate) fn new(settings: &'a Settings, printer: &'a Printer) -> Self {
        Self {
            cache: &settings.cache_dir.value,
            printer,
        }
    }

    /// A folder for tools that `sundial build` installs for itself; it need not be there yet. `name` has the tool's version in it,
    /// so that another version has another folder.
    pub(crate) fn tools_folder(&self, name: &str) -> PathBuf {
        self.cache.join("tools").join(name)
    }

    /// Unpacks embedded files into a folder of their own, if they are not there already. The folder's name has their digest in it,
    /// so that several versions of `sundial` don't disturb each other. Its files must not be changed.
    pub(crate) fn unpack(&self, embedded: &Embedded) -> Result<PathBuf, Problem> {
        embedded.unpack(&self.cache.join("guests"))
    }
}
