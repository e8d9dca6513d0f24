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
        Contract::Sundial => &["sundial:workflow/host"],
        Contract::Temporal => &[
            "temporal:workflow-runtime/workflow-host",
            "temporal:workflow-runtime/types",
        ],
    }
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

/// Why `import` can't be granted to a component of this contract; nothing if it can.
pub(crate) fn refuse(import: &str, contract: Option<Contract>) -> Option<RefusedImport> {
    let (interface, version) = split_version(import);
    // Without a contract the import is judged by all of them: the missing contract is told of separately.
    let known = Contract::ALL
        .iter()
        .filter(|one| contract.is_none_or(|contract| contract == **one))
        .any(|one| granted(*one).contains(&interface));
    if known && version.starts_with(Contract::VERSION) {
        return None;
    }
    let instead = if known {
        OTHER_VERSION
    } else {
        INSTEAD
            .iter()
            .find(|(prefix, _)| interface.starts_with(prefix))
            .map_or(NOTHING_GIVES_IT, |(_, instead)| instead)
    };
    Some(RefusedImport {
        name: import.to_owned(),
        instead,
    })
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
}
