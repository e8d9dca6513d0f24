//! Lets the server ask the sandbox what an uploaded component is. The server itself knows nothing of the sandbox.

use sundial_proto::registry::WorkflowDefinition;
use sundial_sandbox::Sandbox;
use sundial_server::ComponentInspector;

/// Inspects by loading: what can't be compiled here could not run here either.
pub(crate) struct SandboxInspector {
    sandbox: Sandbox,
}

impl SandboxInspector {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox }
    }
}

impl ComponentInspector for SandboxInspector {
    fn inspect(&self, component: &[u8]) -> Result<Vec<WorkflowDefinition>, String> {
        Sandbox::inspect(component).map_err(|refusal| refusal.to_string())?;
        let module = self
            .sandbox
            .load(component)
            .map_err(|error| error.to_string())?;
        Ok(definitions(&module))
    }
}

/// What a loaded component has, in the registry's words.
pub(crate) fn definitions(module: &sundial_sandbox::Module) -> Vec<WorkflowDefinition> {
    module
        .definitions()
        .iter()
        .map(|definition| WorkflowDefinition {
            workflow_type: definition.workflow_type.clone(),
            signals: names(&definition.signals),
            queries: names(&definition.queries),
            updates: names(&definition.updates),
        })
        .collect()
}

fn names(handlers: &[sundial_sandbox::Handler]) -> Vec<String> {
    handlers
        .iter()
        .map(|handler| handler.name.clone())
        .collect()
}
