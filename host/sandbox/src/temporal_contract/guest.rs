//! One run of this contract: an activation's way through it, in the order that Temporal's own host keeps.
//!
//! 1. The guest takes the activation in. It answers each job: a started handler, a query's answer, a rejected update, or nothing.
//! 2. Routines are polled, unless the activation holds only queries, which must not move the workflow.
//! 3. The completion: answers to updates and queries first, then what the guest pushed, then the command that ends the run.

use std::sync::Arc;

use prost::Message;
use temporalio_protos::coresdk::{
    workflow_activation::{WorkflowActivation, workflow_activation_job::Variant as Job},
    workflow_commands::WorkflowCommand,
    workflow_completion::Success,
};
use wasmtime::{Store, component::ResourceAny};

use super::{
    bindings::exports::temporal::workflow_runtime::workflow_guest::Guest as Exports, jobs,
    routines::Routines, wire,
};
use crate::{
    commands,
    definitions::WorkflowDefinition,
    failure::{GuestError, TaskFailure},
    guest::Guest,
    host_state::HostState,
    instance::Room,
};

/// The exported function that failures name.
const ACTIVATE: &str = "activate";

/// A run of a component of the contract `temporal:workflow-runtime`.
pub(crate) struct TemporalGuest {
    room: Room,
    workflow: Workflow,
}

/// The run as the component knows it.
pub(super) struct Workflow {
    pub(super) exports: Exports,
    pub(super) instance: ResourceAny,
    pub(super) routines: Routines,
    definitions: Arc<[WorkflowDefinition]>,
    definition: usize,
}

impl TemporalGuest {
    pub(super) fn new(
        room: Room,
        exports: Exports,
        instance: ResourceAny,
        definitions: Arc<[WorkflowDefinition]>,
        definition: usize,
    ) -> Self {
        let routines = Routines::default();
        Self {
            room,
            workflow: Workflow {
                exports,
                instance,
                routines,
                definitions,
                definition,
            },
        }
    }
}

impl Guest for TemporalGuest {
    fn activate(&mut self, activation: &WorkflowActivation) -> Result<Success, TaskFailure> {
        if activation.is_only_eviction() {
            return Ok(Success::default());
        }
        self.room.state_mut().begin(activation);
        let outcome = self
            .room
            .enter(ACTIVATE, |store| self.workflow.activate(store, activation));
        self.room.state_mut().finish();
        Ok(Success {
            commands: outcome?,
            ..Default::default()
        })
    }

    fn memory_bytes(&self) -> u64 {
        self.room.memory_bytes()
    }

    fn state_hash(&mut self) -> Result<Option<u64>, TaskFailure> {
        self.room.state_hash()
    }
}

impl Workflow {
    pub(super) fn definition(&self) -> &WorkflowDefinition {
        &self.definitions[self.definition]
    }

    fn activate(
        &mut self,
        store: &mut Store<HostState>,
        activation: &WorkflowActivation,
    ) -> Result<Vec<WorkflowCommand>, GuestError> {
        let results = self
            .exports
            .workflow_instance()
            .call_activate(&mut *store, self.instance, &activation.encode_to_vec())?
            .map_err(|failure| wire::reported(ACTIVATE, &failure))?
            .job_results;
        let mut commands = Vec::new();
        jobs::take_results(self, store.data(), &activation.jobs, results, &mut commands)?;
        let only_queries = activation
            .jobs
            .iter()
            .all(|job| matches!(job.variant, Some(Job::QueryWorkflow(_))));
        let terminal = if only_queries {
            None
        } else {
            self.drive(store, &mut commands)?
        };
        commands.append(&mut store.data_mut().commands.take());
        commands.extend(terminal.map(WorkflowCommand::from));
        commands::check(activation, &commands).map_err(|reason| GuestError::Malformed {
            function: ACTIVATE,
            reason,
        })?;
        Ok(commands)
    }
}
