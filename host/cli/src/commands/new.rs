//! `sundial new`: makes a workflow project that builds as it is. What is in it comes from the language's template.

use std::{fmt, path::PathBuf};

use clap::Args;
use serde::Serialize;

use crate::{
    build::{Language, TemplateName},
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Name of the project, and of the folder that is made
    name: String,
    /// The language to write in
    #[arg(long, value_name = "LANGUAGE")]
    lang: Language,
}

/// What was made.
#[derive(Debug, Serialize)]
struct Made {
    folder: PathBuf,
    language: Language,
    files: Vec<String>,
    first_steps: Vec<String>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} holds a workflow, an activity and a test in {}; its README.md says what is what",
            self.folder.display(),
            self.language
        )?;
        writeln!(f, "  cd {}", self.folder.display())?;
        self.first_steps
            .iter()
            .try_for_each(|step| writeln!(f, "  {step}"))
    }
}

impl New {
    pub(crate) fn run(self, printer: &Printer) -> Result<(), Problem> {
        let name = TemplateName::new(&self.name)?;
        let folder = PathBuf::from(name.kebab());
        let driver = self.lang.driver();
        let files = driver.template()?.write_project(&name, &folder)?;
        printer.report(&Made {
            folder,
            language: self.lang,
            files,
            first_steps: driver.first_steps(&name),
        });
        Ok(())
    }
}
