//! TypeScript projects. The driver is not built in yet.

use std::path::Path;

use super::{Driver, Embedded, Product, TemplateName, Tool, Workshop};
use crate::problem::Problem;

/// The driver of TypeScript.
#[derive(Debug)]
pub(super) struct TypeScript;

impl Driver for TypeScript {
    fn build(&self, folder: &Path, _workshop: &Workshop<'_>) -> Result<Product, Problem> {
        Err(not_built_in().hint(format!(
            "make a core module of {} with the language's own tools, and give that file",
            folder.display()
        )))
    }

    fn tools(&self, _workshop: &Workshop<'_>) -> Vec<Tool> {
        Vec::new()
    }

    fn template(&self) -> Result<&'static Embedded, Problem> {
        Err(not_built_in())
    }

    fn first_steps(&self, _name: &TemplateName) -> Vec<String> {
        Vec::new()
    }
}

fn not_built_in() -> Problem {
    Problem::new("workflows in TypeScript are not built in yet")
}
