//! The contract `sundial:workflow` as a component type: put into core modules whose compiler does not know it, by the names of what they
//! export.

use std::sync::LazyLock;

use wit_component::StringEncoding;
use wit_parser::{Resolve, SourceMap, WorldId};

/// What the names of the interface that a language's runtime imports begin with.
pub(super) const RUNTIME: &str = "sundial:workflow/runtime@";

/// The package, file by file.
const FILES: &[(&str, &str)] = &[
    (
        "guest.wit",
        include_str!("../../../../wit/sundial-workflow/guest.wit"),
    ),
    (
        "host.wit",
        include_str!("../../../../wit/sundial-workflow/host.wit"),
    ),
    (
        "runtime.wit",
        include_str!("../../../../wit/sundial-workflow/runtime.wit"),
    ),
    (
        "world.wit",
        include_str!("../../../../wit/sundial-workflow/world.wit"),
    ),
];

/// A world of the package.
#[derive(Clone, Copy, Debug)]
pub(super) enum World {
    /// What a workflow component targets.
    Workflow,
    /// What a language's runtime, or the adapter below it, imports.
    LanguageRuntime,
}

/// Both worlds, parsed once.
static WORLDS: LazyLock<(Resolve, WorldId, WorldId)> = LazyLock::new(|| {
    let mut sources = SourceMap::new();
    for (name, text) in FILES {
        sources.push_str(name, *text);
    }
    let mut resolve = Resolve::default();
    let group = sources
        .parse()
        .unwrap_or_else(|(_, error)| panic!("the package sundial:workflow is ours: {error}"));
    let package = resolve
        .push_group(group)
        .expect("the package sundial:workflow is ours");
    let world = |name| {
        resolve
            .select_world(&[package], Some(name))
            .expect("the package sundial:workflow has this world")
    };
    let (workflow, language_runtime) = (world("workflow"), world("language-runtime"));
    (resolve, workflow, language_runtime)
});

/// Adds the section that says of a core module which world it is of.
pub(super) fn embed(module: &mut Vec<u8>, world: World) -> Result<(), String> {
    let (resolve, workflow, language_runtime) = &*WORLDS;
    let world = match world {
        World::Workflow => *workflow,
        World::LanguageRuntime => *language_runtime,
    };
    wit_component::embed_component_metadata(module, resolve, world, StringEncoding::UTF8, false)
        .map_err(|error| format!("{error:#}"))
}
