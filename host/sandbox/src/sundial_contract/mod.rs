//! The contract `sundial:workflow`: the guest is a whole SDK and takes activations as bytes; the host carries them and answers for
//! the functions that it and its language's runtime may call.

mod bindings;
mod guest;
mod host;
mod runtime;
mod runtime_bindings;

use std::sync::Arc;

use temporalio_protos::coresdk::workflow_activation::InitializeWorkflow;
use wasmtime::{
    Engine,
    component::{Component, HasSelf, InstancePre, Linker},
};

use self::{
    bindings::{Workflow, WorkflowIndices, exports::sundial::workflow::guest as wit},
    guest::SundialGuest,
};
use crate::{
    definitions::{Handler, WorkflowDefinition},
    engine::Runtime,
    failure::TaskFailure,
    guest::RunContext,
    host_state::HostState,
    instance::Room,
    language_runtime::{self, LanguageRuntime},
    wasi,
};

/// A linked component of this contract.
pub(crate) struct SundialModule {
    pre: InstancePre<HostState>,
    indices: WorkflowIndices,
}

impl SundialModule {
    pub(crate) fn link(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        Workflow::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        runtime_bindings::LanguageRuntime::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| {
            state
        })?;
        wasi::link(engine, &mut linker, component)?;
        let pre = linker.instantiate_pre(component)?;
        let indices = WorkflowIndices::new(&pre)?;
        Ok(Self { pre, indices })
    }

    pub(crate) fn describe(
        &self,
        runtime: &Arc<Runtime>,
    ) -> Result<Vec<WorkflowDefinition>, TaskFailure> {
        let mut room = Room::new(runtime, None);
        let world = self.furnish(&mut room)?;
        let definitions = room.enter("describe", |store| {
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
        init: &InitializeWorkflow,
    ) -> Result<SundialGuest, TaskFailure> {
        let mut room = Room::new(runtime, Some(run.clone()));
        let started_at = init.start_time.as_ref();
        room.state_mut().language =
            LanguageRuntime::new(started_at.map_or(0, language_runtime::nanoseconds));
        let world = self.furnish(&mut room)?;
        Ok(SundialGuest::new(room, world))
    }

    fn furnish(&self, room: &mut Room) -> Result<Workflow, TaskFailure> {
        room.furnish(&self.pre, |store, instance| {
            self.indices.load(store, instance)
        })
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
