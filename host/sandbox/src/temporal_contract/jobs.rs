//! What the guest answered to each job of an activation.
//!
//! | job | answers that make sense |
//! |---|---|
//! | signal | nothing (there is no such handler), or a started signal routine |
//! | update | a started update routine, which means accepted, or a rejection |
//! | query | its answer |
//! | any other | nothing |

use temporalio_protos::coresdk::{
    workflow_activation::{
        DoUpdate, QueryWorkflow, WorkflowActivationJob, workflow_activation_job::Variant as Job,
    },
    workflow_commands::{
        QueryResult, QuerySuccess, UpdateResponse, WorkflowCommand, query_result,
        update_response::Response, workflow_command::Variant as Command,
    },
};

use super::{
    bindings::temporal::workflow_runtime::types::{
        ActivationJobResult as Answer, QueryResponse, RoutineKind, StartedRoutine,
    },
    guest::Workflow,
    metadata,
    wire::{decode, unexpected},
};
use crate::{failure::GuestError, host_state::HostState};

/// The exported function whose answers these are.
const ACTIVATE: &str = "activate";

/// Notes started routines and turns answers into commands, in job order.
pub(super) fn take_results(
    workflow: &mut Workflow,
    state: &HostState,
    jobs: &[WorkflowActivationJob],
    answers: Vec<Answer>,
    commands: &mut Vec<WorkflowCommand>,
) -> Result<(), GuestError> {
    if answers.len() != jobs.len() {
        return Err(unexpected(
            ACTIVATE,
            format!("{} results for {} jobs", answers.len(), jobs.len()),
        ));
    }
    for (job, answer) in jobs.iter().zip(answers) {
        match (&job.variant, answer) {
            (Some(Job::SignalWorkflow(_)), Answer::StartedRoutine(routine)) => {
                start_signal(workflow, &routine)?;
            }
            (Some(Job::DoUpdate(update)), Answer::StartedRoutine(routine)) => {
                start_update(workflow, update, &routine)?;
                commands.push(respond(
                    &update.protocol_instance_id,
                    Response::Accepted(()),
                ));
            }
            (Some(Job::DoUpdate(update)), Answer::UpdateRejected(failure)) => {
                let failure = decode(ACTIVATE, &failure)?;
                commands.push(respond(
                    &update.protocol_instance_id,
                    Response::Rejected(failure),
                ));
            }
            (Some(Job::QueryWorkflow(query)), Answer::QueryResponse(answer)) => {
                commands.push(answer_query(workflow, state, query, &answer)?);
            }
            (Some(Job::DoUpdate(update)), other) => {
                return Err(unexpected(
                    ACTIVATE,
                    format!("{} for update {}", name(&other), update.name),
                ));
            }
            (Some(Job::QueryWorkflow(query)), other) => {
                return Err(unexpected(
                    ACTIVATE,
                    format!("{} for query {}", name(&other), query.query_type),
                ));
            }
            (_, Answer::None) => {}
            (Some(job), other) => {
                return Err(unexpected(
                    ACTIVATE,
                    format!("{} for job {job}", name(&other)),
                ));
            }
            (None, other) => {
                return Err(unexpected(
                    ACTIVATE,
                    format!("{} for an empty job", name(&other)),
                ));
            }
        }
    }
    Ok(())
}

/// The command that answers an update.
pub(super) fn respond(protocol_instance_id: &str, response: Response) -> WorkflowCommand {
    Command::UpdateResponse(UpdateResponse {
        protocol_instance_id: protocol_instance_id.to_owned(),
        response: Some(response),
    })
    .into()
}

fn start_signal(workflow: &mut Workflow, routine: &StartedRoutine) -> Result<(), GuestError> {
    match &routine.kind {
        RoutineKind::Signal(_) => workflow.routines.start(routine.routine_id),
        RoutineKind::Main | RoutineKind::Update(_) => Err(unexpected(
            ACTIVATE,
            "a routine of another kind for a signal",
        )),
    }
}

fn start_update(
    workflow: &mut Workflow,
    update: &DoUpdate,
    routine: &StartedRoutine,
) -> Result<(), GuestError> {
    match &routine.kind {
        RoutineKind::Update(kind) if kind.protocol_instance_id == update.protocol_instance_id => {
            workflow
                .routines
                .start_update(routine.routine_id, &update.protocol_instance_id)
        }
        RoutineKind::Update(kind) => Err(unexpected(
            ACTIVATE,
            format!(
                "a routine of update {} for update {}",
                kind.protocol_instance_id, update.protocol_instance_id
            ),
        )),
        RoutineKind::Main | RoutineKind::Signal(_) => Err(unexpected(
            ACTIVATE,
            "a routine of another kind for an update",
        )),
    }
}

fn answer_query(
    workflow: &Workflow,
    state: &HostState,
    query: &QueryWorkflow,
    answer: &QueryResponse,
) -> Result<WorkflowCommand, GuestError> {
    let variant = if query.query_type == metadata::QUERY_TYPE {
        // The SDK in the guest knows the details alone; the host knows the handlers, too.
        let payload = metadata::answer(workflow.definition(), &state.current_details);
        query_result::Variant::Succeeded(QuerySuccess {
            response: Some(payload),
        })
    } else {
        match &answer.response {
            Ok(payload) => query_result::Variant::Succeeded(QuerySuccess {
                response: Some(decode(ACTIVATE, payload)?),
            }),
            Err(failure) => query_result::Variant::Failed(decode(ACTIVATE, failure)?),
        }
    };
    let result = QueryResult {
        query_id: query.query_id.clone(),
        variant: Some(variant),
    };
    Ok(Command::RespondToQuery(result).into())
}

fn name(answer: &Answer) -> &'static str {
    match answer {
        Answer::None => "no result",
        Answer::StartedRoutine(_) => "a started routine",
        Answer::QueryResponse(_) => "a query's answer",
        Answer::UpdateRejected(_) => "an update's rejection",
    }
}
