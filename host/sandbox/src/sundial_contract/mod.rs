//! The contract `sundial:workflow`: the guest is a whole SDK and takes activations as bytes; the host carries them and answers for
//! the two functions that it may call.

mod bindings;
mod guest;
mod host;

use std::sync::Arc;

use wasmtime::{
    Engine,
    component::{Component, HasSelf, Linker},
};

use self::{
    bindings::{Workflow, WorkflowPre, exports::sundial::workflow::guest as wit},
    guest::SundialGuest,
};
use crate::{
    definitions::{Handler, WorkflowDefinition},
    engine::Runtime,
    failure::TaskFailure,
    guest::RunContext,
    host_state::HostState,
    instance::Room,
};

/// A linked component of this contract.
pub(crate) struct SundialModule(WorkflowPre<HostState>);

impl SundialModule {
    pub(crate) fn link(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        Workflow::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        WorkflowPre::new(linker.instantiate_pre(component)?).map(Self)
    }

    pub(crate) fn describe(
        &self,
        runtime: &Arc<Runtime>,
    ) -> Result<Vec<WorkflowDefinition>, TaskFailure> {
        let definitions = Room::new(runtime, None).enter("describe", |store| {
            let world = self.0.instantiate(&mut *store)?;
            Ok(world.sundial_workflow_guest().call_describe(store)?)
        })?;
        Ok(definitions
            .into_iter()
            .map(WorkflowDefinition::from)
            .collect())
    }

    pub(crate) fn instantiate(
        &self,
        runtime: &Arc<Runtime>,
        run: &RunContext,
    ) -> Result<SundialGuest, TaskFailure> {
        let mut room = Room::new(runtime, Some(run.clone()));
        let world = room.furnish(|store| Ok(self.0.instantiate(store)?))?;
        Ok(SundialGuest::new(room, world))
    }
}

impl From<wit::WorkflowDefinition> for WorkflowDefinition {
    fn from(definition: wit::WorkflowDefinition) -> Self {
        let handlers = |handlers: Vec<wit::Handler>| {
            handlers
                .into_iter()
                .map(|handler| Handler {
                    name: handler.name,
                    description: handler.description,
                })
                .collect()
        };
        Self {
            workflow_type: definition.workflow_type,
            description: definition.description,
            signals: handlers(definition.signals),
            queries: handlers(definition.queries),
            updates: handlers(definition.updates),
        }
    }
}
