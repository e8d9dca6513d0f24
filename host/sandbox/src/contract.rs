//! The two contracts and the interface names by which a component shows which one it speaks.

use std::fmt;

/// What a component and its host say to each other; see `wit/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contract {
    /// `sundial:workflow`: the component brings its language's SDK and exchanges whole activations.
    Sundial,
    /// `temporal:workflow-runtime`: made by Temporal's Rust SDK; the host drives its routines.
    Temporal,
}

impl Contract {
    /// Both, for searching.
    pub(crate) const ALL: [Self; 2] = [Self::Sundial, Self::Temporal];

    /// The interface that a component of this contract exports, without its version.
    pub(crate) fn export(self) -> &'static str {
        match self {
            Self::Sundial => "sundial:workflow/guest",
            Self::Temporal => "temporal:workflow-runtime/workflow-guest",
        }
    }

    /// The versions that this host speaks, as a prefix: patch versions are compatible.
    pub(crate) const VERSION: &'static str = "0.1.";

    /// The WIT package with the version that this host is built against.
    pub fn package(self) -> &'static str {
        match self {
            Self::Sundial => "sundial:workflow@0.1.0",
            Self::Temporal => "temporal:workflow-runtime@0.1.0",
        }
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.package())
    }
}
