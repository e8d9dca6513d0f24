//! `sundial config`: every setting with its value, its origin and what it means.

use std::{fmt, path::PathBuf};

use clap::Args;
use serde::Serialize;

use crate::{
    printer::{Printer, Table},
    problem::Problem,
    settings::{Entry, Settings},
};

/// Arguments of `sundial config`.
#[derive(Debug, Args)]
pub(crate) struct Config {}

#[derive(Debug, Serialize)]
struct Listing {
    file: Option<PathBuf>,
    settings: Vec<Entry>,
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["setting", "value", "origin", "meaning"]);
        for entry in &self.settings {
            table.row([
                entry.name.into(),
                entry.value.clone(),
                entry.origin.to_string(),
                entry.about.into(),
            ]);
        }
        write!(f, "{table}")
    }
}

impl Config {
    pub(crate) fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        printer.report(&Listing {
            file: settings.file.clone(),
            settings: settings.entries(),
        });
        Ok(())
    }
}
