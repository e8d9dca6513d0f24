//! What a component says of itself: its workflow types, and what can be sent to each.

use std::collections::HashSet;

/// Temporal's limit on names, in bytes.
const MAX_NAME_BYTES: usize = 1_000;

/// A workflow type of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowDefinition {
    /// The name by which clients start it.
    pub workflow_type: String,
    /// A sentence or two for people; empty if there is none, as always in the Temporal contract.
    pub description: String,
    /// The signals that it declares, in the component's order.
    pub signals: Vec<Handler>,
    /// The queries that it declares.
    pub queries: Vec<Handler>,
    /// The updates that it declares.
    pub updates: Vec<Handler>,
}

/// A signal, a query or an update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handler {
    /// The name that clients use.
    pub name: String,
    /// A sentence or two for people; may be empty.
    pub description: String,
}

impl From<String> for Handler {
    fn from(name: String) -> Self {
        Self {
            name,
            description: String::new(),
        }
    }
}

/// Checks what no contract's types can: that there is something to run, and that every name is usable.
pub(crate) fn check(definitions: &[WorkflowDefinition]) -> Result<(), String> {
    if definitions.is_empty() {
        return Err("it has none".to_owned());
    }
    unique(
        "workflow type",
        definitions
            .iter()
            .map(|definition| &definition.workflow_type),
    )?;
    for definition in definitions {
        for (kind, handlers) in [
            ("signal", &definition.signals),
            ("query", &definition.queries),
            ("update", &definition.updates),
        ] {
            unique(kind, handlers.iter().map(|handler| &handler.name))
                .map_err(|reason| format!("in workflow {}, {reason}", definition.workflow_type))?;
        }
    }
    Ok(())
}

fn unique<'a>(kind: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for name in names {
        if name.is_empty() {
            return Err(format!("a {kind} has no name"));
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(format!(
                "the name of a {kind} has {} bytes, at most {MAX_NAME_BYTES} are allowed",
                name.len()
            ));
        }
        if !seen.insert(name) {
            return Err(format!("the {kind} {name} is there twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(workflow_type: &str, signals: &[&str]) -> WorkflowDefinition {
        WorkflowDefinition {
            workflow_type: workflow_type.into(),
            signals: signals.iter().map(|name| name.to_string().into()).collect(),
            ..Default::default()
        }
    }

    fn complaint(definitions: &[WorkflowDefinition]) -> String {
        check(definitions).expect_err("these definitions must not pass")
    }

    #[test]
    fn sound_definitions_pass() {
        assert_eq!(
            check(&[definition("A", &["x", "y"]), definition("B", &["x"])]),
            Ok(())
        );
    }

    #[test]
    fn each_defect_is_named_with_its_place() {
        assert_eq!(complaint(&[]), "it has none");
        assert_eq!(
            complaint(&[definition("", &[])]),
            "a workflow type has no name"
        );
        assert_eq!(
            complaint(&[definition("A", &[]), definition("A", &[])]),
            "the workflow type A is there twice"
        );
        assert_eq!(
            complaint(&[definition("A", &["x", "x"])]),
            "in workflow A, the signal x is there twice"
        );
        let long = "n".repeat(MAX_NAME_BYTES + 1);
        assert!(complaint(&[definition(&long, &[])]).contains("has 1001 bytes"));
    }
}
