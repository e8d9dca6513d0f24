//! What a component may import, and what its author should use instead of everything else.
//!
//! It judges names only. Whether a granted import has the right type is for the linker, when the module is loaded.

use std::fmt;

use crate::contract::Contract;

/// An import that can't be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedImport {
    /// The import's name, as the component has it.
    pub name: String,
    /// What to use instead: a clause that follows a colon.
    pub instead: &'static str,
}

impl fmt::Display for RefusedImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.name, self.instead)
    }
}

/// The interfaces that a component may import, by contract, without their version.
fn granted(contract: Contract) -> &'static [&'static str] {
    match contract {
        Contract::Sundial => &["sundial:workflow/host", "sundial:workflow/runtime"],
        Contract::Temporal => &[
            "temporal:workflow-runtime/workflow-host",
            "temporal:workflow-runtime/types",
        ],
    }
}

/// What a C library imports of WASI, without versions: granted for its sake, and refused when it is called.
const WASI_OF_A_RUNTIME: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The versions of WASI that are meant, as a prefix: all of 0.2 is compatible.
const WASI_VERSION: &str = "0.2.";

/// The interface that an import names, if it is one that a language's runtime may import of WASI.
pub(crate) fn wasi_of_a_runtime(import: &str) -> Option<&str> {
    let (interface, version) = split_version(import);
    (version.starts_with(WASI_VERSION) && WASI_OF_A_RUNTIME.contains(&interface))
        .then_some(interface)
}

/// Whether these are the imports of a component that brings a C library, which imports the system whether it is used or not. Where
/// none is, the workflow itself asks for what it imports.
fn brings_a_runtime(imports: &[String]) -> bool {
    imports.iter().any(|import| import.starts_with("wasi:cli/"))
}

/// What to use instead, by the beginning of the import's name. The first match counts, so the special comes before the general.
const INSTEAD: &[(&str, &str)] = &[
    (
        "wasi:clocks/monotonic-clock",
        "a workflow has no clock and does not sleep; use the workflow's time and its timers, which come from history",
    ),
    (
        "wasi:clocks/",
        "a workflow has no clock; use the workflow's time, which comes from history",
    ),
    (
        "wasi:random/",
        "a workflow has no randomness of its own; use the workflow's random source, whose seed comes from history, or draw the \
         number in an activity",
    ),
    (
        "wasi:sockets/",
        "a workflow has no network; make the call in an activity",
    ),
    (
        "wasi:http/",
        "a workflow has no network; make the request in an activity",
    ),
    (
        "wasi:tls/",
        "a workflow has no network; make the request in an activity",
    ),
    (
        "wasi:filesystem/",
        "a workflow has no files; pass the data as input, embed it in the component, or read it in an activity",
    ),
    (
        "wasi:cli/environment",
        "a workflow has no environment and no arguments; pass settings as workflow input or memo",
    ),
    (
        "wasi:cli/stdin",
        "a workflow has no input stream; use workflow input, signals or updates",
    ),
    ("wasi:cli/std", "a workflow does not print; use its logger"),
    (
        "wasi:cli/terminal",
        "a workflow does not print; use its logger",
    ),
    (
        "wasi:cli/exit",
        "a workflow does not exit; return its result, or fail with an error",
    ),
    (
        "wasi:cli/",
        "a workflow is no command; export a workflow contract instead",
    ),
    ("wasi:logging/", "use the workflow's logger"),
    (
        "wasi:config/",
        "a workflow has no configuration; pass settings as workflow input or memo",
    ),
    (
        "wasi:keyvalue/",
        "a workflow has no storage but its own state; use an activity",
    ),
    (
        "wasi:blobstore/",
        "a workflow has no storage but its own state; use an activity",
    ),
    (
        "wasi:messaging/",
        "a workflow sends signals, and everything else from an activity",
    ),
    (
        "wasi:thread",
        "a workflow has one thread; start coroutines, child workflows or activities",
    ),
    (
        "wasi:nn/",
        "a workflow has no devices; call the model in an activity",
    ),
    (
        "wasi:io/",
        "a workflow does no input or output; whatever needs it belongs into an activity",
    ),
    (
        "wasi:",
        "a workflow has no WASI; build for wasm32-unknown-unknown, and move what needs the outside into an activity",
    ),
];

/// Everything that no row of the table speaks of.
const NOTHING_GIVES_IT: &str =
    "nothing gives this to a workflow; what needs the outside belongs into an activity";

/// An interface of ours or of Temporal's, but of another version.
const OTHER_VERSION: &str =
    "this host speaks version 0.1 of it; build against that, or upgrade the host";

/// Those of a component's imports that can't be granted.
pub(crate) fn refused(imports: &[String], contract: Option<Contract>) -> Vec<RefusedImport> {
    let has_wasi = contract == Some(Contract::Sundial) && brings_a_runtime(imports);
    imports
        .iter()
        .filter(|import| !(has_wasi && wasi_of_a_runtime(import).is_some()))
        .filter_map(|import| refuse(import, contract))
        .collect()
}

/// Why `import` can't be granted to a component of this contract; nothing if it can.
fn refuse(import: &str, contract: Option<Contract>) -> Option<RefusedImport> {
    let (interface, version) = split_version(import);
    // Without a contract the import is judged by all of them: the missing contract is told of separately.
    let known = Contract::ALL
        .iter()
        .filter(|one| contract.is_none_or(|contract| contract == **one))
        .any(|one| granted(*one).contains(&interface));
    if known && version.starts_with(Contract::VERSION) {
        return None;
    }
    Some(RefusedImport {
        name: import.to_owned(),
        instead: if known {
            OTHER_VERSION
        } else {
            instead(interface)
        },
    })
}

/// What to use instead of an interface: a clause.
pub(crate) fn instead(interface: &str) -> &'static str {
    INSTEAD
        .iter()
        .find(|(prefix, _)| interface.starts_with(prefix))
        .map_or(NOTHING_GIVES_IT, |(_, instead)| instead)
}

/// Splits `package/interface@version`; without a version that part is empty.
pub(crate) fn split_version(name: &str) -> (&str, &str) {
    name.split_once('@').unwrap_or((name, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(import: &str, expected: Option<&str>) {
        let refused = refuse(import, Some(Contract::Sundial));
        match (refused, expected) {
            (None, None) => {}
            (Some(refused), Some(word)) => {
                let text = refused.to_string();
                assert!(text.contains(import) && text.contains(word), "{text}");
            }
            (got, expected) => panic!("{import}: got {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn the_host_interface_is_granted_in_compatible_versions_only() {
        check("sundial:workflow/host@0.1.0", None);
        check("sundial:workflow/host@0.1.7", None);
        check("sundial:workflow/host@0.2.0", Some("version 0.1"));
        check("sundial:workflow/host", Some("version 0.1"));
    }

    #[test]
    fn one_contract_does_not_get_the_imports_of_the_other() {
        check(
            "temporal:workflow-runtime/workflow-host@0.1.0",
            Some("nothing gives this"),
        );
        let own = refuse(
            "temporal:workflow-runtime/workflow-host@0.1.0",
            Some(Contract::Temporal),
        );
        assert_eq!(own, None);
    }

    #[test]
    fn each_refusal_says_what_to_use_instead() {
        check("wasi:clocks/wall-clock@0.2.3", Some("workflow's time"));
        check("wasi:clocks/monotonic-clock@0.2.3", Some("timers"));
        check("wasi:random/random@0.2.3", Some("random source"));
        check("wasi:sockets/tcp@0.2.3", Some("activity"));
        check("wasi:http/outgoing-handler@0.2.3", Some("activity"));
        check("wasi:filesystem/types@0.2.3", Some("no files"));
        check("wasi:cli/environment@0.2.3", Some("workflow input"));
        check("wasi:cli/stdin@0.2.3", Some("signals"));
        check("wasi:cli/stdout@0.2.3", Some("logger"));
        check("wasi:cli/exit@0.2.3", Some("return its result"));
        check("wasi:future/thing@1.0.0", Some("wasm32-unknown-unknown"));
        check("my:own/thing", Some("nothing gives this"));
    }

    fn refused_names(imports: &[&str], contract: Option<Contract>) -> Vec<String> {
        let imports: Vec<_> = imports.iter().map(|import| (*import).to_owned()).collect();
        let refused = refused(&imports, contract);
        refused.into_iter().map(|import| import.name).collect()
    }

    #[test]
    fn a_c_library_may_import_the_system_but_no_more() {
        let library = ["wasi:cli/stderr@0.2.9", "wasi:sockets/tcp@0.2.9"];
        assert!(refused_names(&library, Some(Contract::Sundial)).is_empty());
        assert_eq!(refused_names(&library, Some(Contract::Temporal)), library);
        assert_eq!(refused_names(&library, None), library);
        for other in [
            "wasi:http/outgoing-handler@0.2.9",
            "wasi:sockets/tls@0.2.9",
            "wasi:sockets/tcp@0.3.0",
            "wasi:cli/run@0.2.9",
        ] {
            let imports = [library[0], other];
            assert_eq!(refused_names(&imports, Some(Contract::Sundial)), [other]);
        }
    }

    #[test]
    fn sockets_without_a_c_library_are_the_workflows_own_wish() {
        let imports = ["wasi:sockets/tcp@0.2.9"];
        assert_eq!(refused_names(&imports, Some(Contract::Sundial)), imports);
    }
}
