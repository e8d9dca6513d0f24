//! Polling a run's routines: handlers in the order in which they started, the main one last, until a whole pass moves nothing or the
//! run ends. The order is part of determinism: it is the one that Temporal's native Rust worker keeps.

use std::collections::HashMap;

use temporalio_protos::{
    coresdk::workflow_commands::{
        CancelWorkflowExecution, CompleteWorkflowExecution, FailWorkflowExecution, WorkflowCommand,
        update_response::Response, workflow_command::Variant as Command,
    },
    temporal::api::{enums::v1::WorkflowTaskFailedCause, failure::v1::Failure},
};
use wasmtime::Store;

use super::{
    bindings::temporal::workflow_runtime::types::{
        MainRoutineCompletion as Main, RoutineCompletion as Done, RoutinePendingState as Pending,
        RoutinePollResult as Poll, SignalRoutineCompletion as Signal, TerminalOutcome as Outcome,
        UpdateRoutineCompletion as Update,
    },
    guest::Workflow,
    jobs::respond,
    wire::{decode, reported, unexpected},
};
use crate::{failure::GuestError, host_state::HostState};

/// The routine that runs the workflow's main function. The others' ids come from the guest.
const MAIN_ROUTINE: u64 = 0;

/// The exported function whose answers these are.
const POLL_ROUTINE: &str = "poll-routine";

/// Signal and update handlers that have not finished.
#[derive(Default)]
pub(super) struct Routines {
    /// In start order.
    running: Vec<u64>,
    /// The protocol instance ids of those that are updates.
    updates: HashMap<u64, String>,
}

impl Routines {
    /// Adds a handler.
    pub(super) fn start(&mut self, id: u64) -> Result<(), GuestError> {
        if id == MAIN_ROUTINE || self.running.contains(&id) {
            return Err(unexpected(
                "activate",
                format!("a started routine with id {id}, which is taken"),
            ));
        }
        self.running.push(id);
        Ok(())
    }

    /// Adds an update's handler.
    pub(super) fn start_update(
        &mut self,
        id: u64,
        protocol_instance_id: &str,
    ) -> Result<(), GuestError> {
        self.start(id)?;
        self.updates.insert(id, protocol_instance_id.to_owned());
        Ok(())
    }

    /// Ends an update's handler, which must be the one that it says.
    fn end_update(&mut self, id: u64, protocol_instance_id: &str) -> Result<(), GuestError> {
        match self.updates.remove(&id) {
            Some(started) if started == protocol_instance_id => Ok(()),
            _ => Err(unexpected(
                POLL_ROUTINE,
                format!(
                    "routine {id} completed update {protocol_instance_id}, which is not its own"
                ),
            )),
        }
    }
}

impl Workflow {
    /// Polls until nothing moves. Answers to updates go to `commands`; the command that ends the run, if it ended, is returned.
    /// A guest that always claims to have moved is ended by the CPU limit.
    pub(super) fn drive(
        &mut self,
        store: &mut Store<HostState>,
        commands: &mut Vec<WorkflowCommand>,
    ) -> Result<Option<Command>, GuestError> {
        loop {
            let mut pass = Pass::default();
            for id in std::mem::take(&mut self.routines.running) {
                let poll = self.poll(store, id)?;
                pass.note(&poll);
                match poll.completion {
                    Some(done) => self.finish_handler(id, done, commands)?,
                    None => self.routines.running.push(id),
                }
            }
            let poll = self.poll(store, MAIN_ROUTINE)?;
            pass.note(&poll);
            match poll.completion {
                Some(Done::Main(Main::Blocked)) => {}
                Some(Done::Main(Main::Terminal(outcome))) => return terminal(outcome).map(Some),
                Some(Done::Main(Main::TaskFailed(failed))) => {
                    return Err(GuestError::Reported {
                        function: POLL_ROUTINE,
                        failure: Box::new(decode(POLL_ROUTINE, &failed.failure)?),
                        cause: failed.force_cause.and_then(known_cause),
                    });
                }
                Some(Done::Signal(_) | Done::Update(_)) => {
                    return Err(unexpected(
                        POLL_ROUTINE,
                        "the main routine completed as a handler",
                    ));
                }
                None => return Err(unexpected(POLL_ROUTINE, "the main routine gave no state")),
            }
            if !pass.moved {
                return if pass.stuck { Err(stuck()) } else { Ok(None) };
            }
        }
    }

    fn poll(&self, store: &mut Store<HostState>, id: u64) -> Result<Poll, GuestError> {
        self.exports
            .workflow_instance()
            .call_poll_routine(store, self.instance, id)?
            .map_err(|failure| reported(POLL_ROUTINE, &failure))
    }

    fn finish_handler(
        &mut self,
        id: u64,
        done: Done,
        commands: &mut Vec<WorkflowCommand>,
    ) -> Result<(), GuestError> {
        match done {
            Done::Signal(Signal::Succeeded) => Ok(()),
            // A signal can't be answered, so its failure is the task's.
            Done::Signal(Signal::Failed(failure)) => Err(reported(POLL_ROUTINE, &failure)),
            Done::Update(Update::Completed(update)) => {
                self.routines.end_update(id, &update.protocol_instance_id)?;
                let value = decode(POLL_ROUTINE, &update.value)?;
                commands.push(respond(
                    &update.protocol_instance_id,
                    Response::Completed(value),
                ));
                Ok(())
            }
            Done::Update(Update::Rejected(update)) => {
                self.routines.end_update(id, &update.protocol_instance_id)?;
                let failure = decode(POLL_ROUTINE, &update.failure)?;
                commands.push(respond(
                    &update.protocol_instance_id,
                    Response::Rejected(failure),
                ));
                Ok(())
            }
            Done::Main(_) => Err(unexpected(
                POLL_ROUTINE,
                "a handler completed as the main routine",
            )),
        }
    }
}

/// What one pass over all routines showed.
#[derive(Default)]
struct Pass {
    moved: bool,
    stuck: bool,
}

impl Pass {
    fn note(&mut self, poll: &Poll) {
        self.moved |= poll.made_progress;
        self.stuck |= matches!(poll.pending_state, Some(Pending::Interceptor));
    }
}

/// A native worker would wait here for some other task of the process; in a component there is none.
fn stuck() -> GuestError {
    GuestError::Reported {
        function: POLL_ROUTINE,
        failure: Box::new(Failure {
            message: "an interceptor waits for something that no activation will bring; it may await its handler and the workflow's \
                      own operations only"
                .to_owned(),
            ..Default::default()
        }),
        cause: Some(WorkflowTaskFailedCause::NonDeterministicError),
    }
}

fn terminal(outcome: Outcome) -> Result<Command, GuestError> {
    Ok(match outcome {
        Outcome::Completed(payload) => {
            let result = Some(decode(POLL_ROUTINE, &payload)?);
            Command::CompleteWorkflowExecution(CompleteWorkflowExecution { result })
        }
        Outcome::Failed(failure) => {
            let failure = without_system(decode(POLL_ROUTINE, &failure)?)?;
            Command::FailWorkflowExecution(FailWorkflowExecution {
                failure: Some(failure),
            })
        }
        Outcome::Cancelled(details) => {
            let details = details
                .map(|details| decode(POLL_ROUTINE, &details))
                .transpose()?;
            Command::CancelWorkflowExecution(CancelWorkflowExecution { details })
        }
        Outcome::ContinueAsNew(request) => {
            Command::ContinueAsNewWorkflowExecution(decode(POLL_ROUTINE, &request)?)
        }
    })
}

/// What Rust's standard library answers where there is no system to ask, and what to use instead.
const WITHOUT_SYSTEM: &[(&str, &str)] = &[
    (
        "operation not supported on this platform",
        "a workflow has no files, no network and no processes; pass the data as input, or do it in an activity",
    ),
    (
        "environment variable not found",
        "a workflow has no environment; pass settings as workflow input or memo",
    ),
];

/// The failure, unless it is one of these answers, handed on: then its code asked for what it does not get, which fails the task, so
/// that code which does not ask can go on with the run. What an activity answered is the cause of a failure, never all of it.
fn without_system(failure: Failure) -> Result<Failure, GuestError> {
    let answer = WITHOUT_SYSTEM
        .iter()
        .find(|(answer, _)| failure.message == *answer && failure.cause.is_none());
    match answer {
        None => Ok(failure),
        Some((_, instead)) => Err(GuestError::Reported {
            function: POLL_ROUTINE,
            failure: Box::new(Failure {
                message: format!("{}: {instead}", failure.message),
                ..failure
            }),
            cause: None,
        }),
    }
}

/// A cause that this API knows; an unknown one is as good as none.
fn known_cause(cause: u32) -> Option<WorkflowTaskFailedCause> {
    match i32::try_from(cause).ok()?.try_into().ok()? {
        WorkflowTaskFailedCause::Unspecified => None,
        cause => Some(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routine_ids_are_used_once() {
        let mut routines = Routines::default();
        assert!(routines.start(MAIN_ROUTINE).is_err());
        assert!(routines.start(1).is_ok());
        assert!(routines.start(1).is_err());
    }

    #[test]
    fn a_routine_completes_its_own_update_once() {
        let mut routines = Routines::default();
        routines.start_update(1, "u").expect("the id is free");
        assert!(routines.end_update(1, "u").is_ok());
        assert!(routines.end_update(1, "u").is_err());
        routines.start_update(2, "v").expect("the id is free");
        assert!(routines.end_update(2, "u").is_err());
    }

    #[test]
    fn what_the_library_answers_without_a_system_fails_the_task() {
        let failed = |message: &str| {
            let failure = Failure {
                message: message.to_owned(),
                ..Default::default()
            };
            match without_system(failure) {
                Ok(failure) => failure.message,
                Err(GuestError::Reported { failure, .. }) => format!("task: {}", failure.message),
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(failed("no stock"), "no stock");
        assert_eq!(
            failed("environment variable not found"),
            "task: environment variable not found: a workflow has no environment; pass settings as workflow input or memo"
        );
        assert!(failed("operation not supported on this platform").ends_with("in an activity"));
        let of_an_activity = Failure {
            message: "environment variable not found".to_owned(),
            cause: Some(Box::default()),
            ..Default::default()
        };
        assert!(without_system(of_an_activity).is_ok());
    }

    #[test]
    fn only_known_causes_are_forced() {
        let nondeterminism = WorkflowTaskFailedCause::NonDeterministicError;
        assert_eq!(known_cause(nondeterminism as u32), Some(nondeterminism));
        assert_eq!(known_cause(0), None);
        assert_eq!(known_cause(u32::MAX), None);
    }
}
