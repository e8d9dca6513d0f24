//! One run of this contract: bytes in, bytes out, and nothing believed of the latter.

use prost::Message;
use temporalio_protos::{
    coresdk::{
        workflow_activation::WorkflowActivation,
        workflow_completion::{
            Success, WorkflowActivationCompletion, workflow_activation_completion::Status,
        },
    },
    temporal::api::enums::v1::WorkflowTaskFailedCause,
};

use super::bindings::Workflow;
use crate::{
    commands,
    failure::{GuestError, TaskFailure},
    guest::Guest,
    instance::Room,
};

/// The exported function that failures name.
const ACTIVATE: &str = "activate";

/// A run of a component of the contract `sundial:workflow`.
pub(crate) struct SundialGuest {
    room: Room,
    world: Workflow,
}

impl SundialGuest {
    pub(crate) fn new(room: Room, world: Workflow) -> Self {
        Self { room, world }
    }
}

impl Guest for SundialGuest {
    fn activate(&mut self, activation: &WorkflowActivation) -> Result<Success, TaskFailure> {
        if activation.is_only_eviction() {
            return Ok(Success::default());
        }
        self.room.state_mut().begin(activation);
        let guest = self.world.sundial_workflow_guest();
        let outcome = self.room.enter(ACTIVATE, |store| {
            let answer = guest.call_activate(store, &activation.encode_to_vec())?;
            understand(activation, &answer)
        });
        self.room.state_mut().finish();
        outcome
    }

    fn memory_bytes(&self) -> u64 {
        self.room.memory_bytes()
    }

    fn state_hash(&mut self) -> Result<Option<u64>, TaskFailure> {
        self.room.state_hash()
    }
}

/// What the guest's bytes say.
fn understand(activation: &WorkflowActivation, answer: &[u8]) -> Result<Success, GuestError> {
    let malformed = |reason: String| GuestError::Malformed {
        function: ACTIVATE,
        reason,
    };
    let completion = WorkflowActivationCompletion::decode(answer).map_err(|error| {
        malformed(format!(
            "{} bytes that are no WorkflowActivationCompletion: {error}",
            answer.len()
        ))
    })?;
    if !completion.run_id.is_empty() && completion.run_id != activation.run_id {
        return Err(malformed(format!(
            "a completion of another run, {}",
            completion.run_id
        )));
    }
    match completion.status {
        Some(Status::Successful(success)) => {
            commands::check(activation, &success.commands).map_err(malformed)?;
            Ok(success)
        }
        Some(Status::Failed(failed)) => Err(GuestError::Reported {
            function: ACTIVATE,
            cause: match failed.force_cause() {
                WorkflowTaskFailedCause::Unspecified => None,
                cause => Some(cause),
            },
            failure: Box::new(failed.failure.unwrap_or_default()),
        }),
        None => Err(malformed("a completion without a status".to_owned())),
    }
}
