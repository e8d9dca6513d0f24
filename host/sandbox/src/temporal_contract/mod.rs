//! The contract `temporal:workflow-runtime`, made by Temporal's Rust SDK. The guest holds the workflow's code and its routines; the
//! host is their event loop: it hands in the activation, polls every routine until nothing moves, and makes the completion.

mod bindings;
mod guest;
mod host;
mod jobs;
mod metadata;
mod routines;
mod wire;

use std::sync::Arc;

use prost::Message;
use temporalio_protos::coresdk::workflow_activation::InitializeWorkflow;
use wasmtime::{
    Engine,
    component::{Component, HasSelf, InstancePre, Linker},
};

use self::{
    bindings::{
        WorkflowModule, WorkflowModuleIndices,
        temporal::workflow_runtime::types::{self as wit, WorkflowInit},
    },
    guest::TemporalGuest,
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
pub(crate) struct TemporalModule {
    pre: InstancePre<HostState>,
    indices: WorkflowModuleIndices,
}

impl TemporalModule {
    pub(crate) fn link(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        WorkflowModule::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        let pre = linker.instantiate_pre(component)?;
        let indices = WorkflowModuleIndices::new(&pre)?;
        Ok(Self { pre, indices })
    }

    pub(crate) fn describe(
        &self,
        runtime: &Arc<Runtime>,
    ) -> Result<Vec<WorkflowDefinition>, TaskFailure> {
        let mut room = Room::new(runtime, None);
        let module = self.furnish(&mut room)?;
        let definitions = room.enter("list-workflows", |store| {
            Ok(module
                .temporal_workflow_runtime_workflow_guest()
                .call_list_workflows(store)?)
        })?;
        Ok(definitions
            .into_iter()
            .map(WorkflowDefinition::from)
            .collect())
    }

    /// `definition` is the index of the run's workflow type.
    pub(crate) fn instantiate(
        &self,
        runtime: &Arc<Runtime>,
        run: &RunContext,
        init: &InitializeWorkflow,
        definitions: Arc<[WorkflowDefinition]>,
        definition: usize,
    ) -> Result<TemporalGuest, TaskFailure> {
        let mut room = Room::new(runtime, Some(run.clone()));
        // Not part of what is furnished: the workflow's own constructor runs here, and what it writes is the run's.
        let module = self.furnish(&mut room)?;
        let init = WorkflowInit {
            namespace: run.namespace.clone(),
            task_queue: run.task_queue.clone(),
            run_id: run.run_id.clone(),
            initialize_workflow: init.encode_to_vec(),
        };
        let guest = module.temporal_workflow_runtime_workflow_guest().clone();
        let instance = room.enter("instantiate-workflow", |store| {
            guest
                .call_instantiate_workflow(store, &init)?
                .map_err(|failure| wire::reported("instantiate-workflow", &failure))
        })?;
        Ok(TemporalGuest::new(
            room,
            guest,
            instance,
            definitions,
            definition,
        ))
    }

    fn furnish(&self, room: &mut Room) -> Result<WorkflowModule, TaskFailure> {
        room.furnish(&self.pre, |store, instance| {
            self.indices.load(store, instance)
        })
    }
}

impl From<wit::WorkflowDefinition> for WorkflowDefinition {
    fn from(definition: wit::WorkflowDefinition) -> Self {
        let handlers = |names: Vec<String>| names.into_iter().map(Handler::from).collect();
        Self {
            workflow_type: definition.workflow_type,
            description: String::new(),
            signals: handlers(definition.signals),
            queries: handlers(definition.queries),
            updates: definition
                .updates
                .into_iter()
                .map(|update| update.name.into())
                .collect(),
        }
    }
}
