//! A loaded component: compiled, linked, asked for its definitions, ready to make runs.

use std::sync::Arc;

use temporalio_protos::coresdk::workflow_activation::InitializeWorkflow;
use wasmtime::component::Component;

use crate::{
    contract::Contract,
    definitions::{self, WorkflowDefinition},
    engine::Runtime,
    error::SandboxError,
    failure::TaskFailure,
    guest::{Guest, RunContext},
    inspection::Inspection,
    sundial_contract::SundialModule,
    temporal_contract::TemporalModule,
};

/// A component that can run workflows. Cheap to hold; its code and memory image are shared by all runs.
pub struct Module {
    runtime: Arc<Runtime>,
    digest: String,
    definitions: Arc<[WorkflowDefinition]>,
    linked: Linked,
}

/// The component behind its contract.
enum Linked {
    Sundial(SundialModule),
    Temporal(TemporalModule),
}

impl Module {
    /// Links a compiled component and asks it for its definitions.
    pub(crate) fn link(
        runtime: &Arc<Runtime>,
        inspection: Inspection,
        component: &Component,
    ) -> Result<Self, SandboxError> {
        // Now, rather than while the first workflow waits.
        component
            .initialize_copy_on_write_image()
            .map_err(|error| SandboxError::Compile(format!("{error:#}")))?;
        let linked = match inspection.contract {
            Contract::Sundial => {
                SundialModule::link(&runtime.engine, component).map(Linked::Sundial)
            }
            Contract::Temporal => {
                TemporalModule::link(&runtime.engine, component).map(Linked::Temporal)
            }
        }
        .map_err(|error| SandboxError::Mismatch {
            contract: inspection.contract.package(),
            reason: format!("{error:#}"),
        })?;
        let definitions = match &linked {
            Linked::Sundial(module) => module.describe(runtime),
            Linked::Temporal(module) => module.describe(runtime),
        }
        .map_err(|failure| SandboxError::Definitions(failure.to_string()))?;
        definitions::check(&definitions).map_err(SandboxError::Definitions)?;
        Ok(Self {
            runtime: runtime.clone(),
            digest: inspection.digest,
            definitions: definitions.into(),
            linked,
        })
    }

    /// The lower-case hexadecimal SHA-256 of the component's bytes.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How the component is spoken to.
    pub fn contract(&self) -> Contract {
        match self.linked {
            Linked::Sundial(_) => Contract::Sundial,
            Linked::Temporal(_) => Contract::Temporal,
        }
    }

    /// The workflow types that it runs: at least one, each once.
    pub fn definitions(&self) -> &[WorkflowDefinition] {
        &self.definitions
    }

    /// Makes an instance for one run. `init` is the job of the run's first activation, which is then to be given to
    /// [`Guest::activate`] as it is.
    ///
    /// Guest code runs here too, under the CPU limit, in the calling thread.
    pub fn instantiate(
        &self,
        run: &RunContext,
        init: &InitializeWorkflow,
    ) -> Result<Box<dyn Guest>, TaskFailure> {
        let Some(definition) = self
            .definitions
            .iter()
            .position(|known| known.workflow_type == run.workflow_type)
        else {
            return Err(TaskFailure::unavailable(
                &run.workflow_type,
                format_args!(
                    "module {} has no such type; it has {}",
                    self.digest,
                    self.type_names()
                ),
            ));
        };
        match &self.linked {
            Linked::Sundial(module) => {
                Ok(Box::new(module.instantiate(&self.runtime, run, init)?) as Box<dyn Guest>)
            }
            Linked::Temporal(module) => {
                let definitions = self.definitions.clone();
                Ok(Box::new(module.instantiate(
                    &self.runtime,
                    run,
                    init,
                    definitions,
                    definition,
                )?))
            }
        }
    }

    fn type_names(&self) -> String {
        let names: Vec<_> = self
            .definitions
            .iter()
            .map(|definition| definition.workflow_type.as_str())
            .collect();
        names.join(", ")
    }
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module")
            .field("digest", &self.digest)
            .field("contract", &self.contract())
            .field("definitions", &self.definitions)
            .finish_non_exhaustive()
    }
}
