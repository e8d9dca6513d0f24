//! The last look at a guest's commands before they leave the sandbox. sdk-core refuses a completion with a malformed command as a
//! whole, without failing the workflow task, which would then hang until its timeout: so what it would refuse is found here.
//!
//! Whether a command makes sense for the run (does this timer exist?) is core's and the server's to say.

use std::collections::HashSet;

use temporalio_protos::coresdk::{
    workflow_activation::{WorkflowActivation, workflow_activation_job::Variant as Job},
    workflow_commands::{WorkflowCommand, workflow_command::Variant as Command},
};

/// Fails with what is wrong with `commands` as the answer to `activation`.
pub(crate) fn check(
    activation: &WorkflowActivation,
    commands: &[WorkflowCommand],
) -> Result<(), String> {
    let mut unanswered: HashSet<&str> = activation
        .jobs
        .iter()
        .filter_map(|job| match &job.variant {
            Some(Job::QueryWorkflow(query)) => Some(query.query_id.as_str()),
            _ => None,
        })
        .collect();
    let only_queries = !unanswered.is_empty() && unanswered.len() == activation.jobs.len();

    for (index, command) in commands.iter().enumerate() {
        match &command.variant {
            None => return Err(format!("command {index} of its completion is empty")),
            Some(Command::RespondToQuery(answer)) => {
                if answer.variant.is_none() {
                    return Err(format!("its answer to query {} is empty", answer.query_id));
                }
                if !unanswered.remove(answer.query_id.as_str()) {
                    return Err(format!(
                        "it answered query {}, which was not asked or is answered already",
                        answer.query_id
                    ));
                }
            }
            Some(Command::UpdateResponse(response)) if response.response.is_none() => {
                return Err(format!(
                    "its response to update {} is empty",
                    response.protocol_instance_id
                ));
            }
            Some(_) if only_queries => {
                return Err("it issued a command while it was only queried; a query must not change anything".to_owned());
            }
            Some(_) => {}
        }
    }
    match unanswered.into_iter().min() {
        Some(query_id) => Err(format!("it left query {query_id} unanswered")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::coresdk::{
        workflow_activation::{FireTimer, QueryWorkflow},
        workflow_commands::{QueryResult, QuerySuccess, StartTimer, UpdateResponse, query_result},
    };

    use super::*;

    fn check_completion(jobs: Vec<Job>, commands: Vec<Option<Command>>, complaint: Option<&str>) {
        let activation = WorkflowActivation {
            jobs: jobs.into_iter().map(Into::into).collect(),
            ..Default::default()
        };
        let commands: Vec<_> = commands
            .into_iter()
            .map(|variant| WorkflowCommand {
                variant,
                ..Default::default()
            })
            .collect();
        let outcome = check(&activation, &commands);
        match complaint {
            None => assert_eq!(outcome, Ok(())),
            Some(text) => {
                let error = outcome.expect_err(text);
                assert!(error.contains(text), "{error}");
            }
        }
    }

    fn query(id: &str) -> Job {
        Job::QueryWorkflow(QueryWorkflow {
            query_id: id.into(),
            ..Default::default()
        })
    }

    fn answer(id: &str) -> Option<Command> {
        let variant = Some(query_result::Variant::Succeeded(QuerySuccess::default()));
        Some(Command::RespondToQuery(QueryResult {
            query_id: id.into(),
            variant,
        }))
    }

    fn timer() -> Option<Command> {
        Some(Command::StartTimer(StartTimer::default()))
    }

    #[test]
    fn commands_and_answers_pass() {
        check_completion(
            vec![Job::FireTimer(FireTimer::default())],
            vec![timer()],
            None,
        );
        check_completion(
            vec![query("a"), query("b")],
            vec![answer("b"), answer("a")],
            None,
        );
        check_completion(
            vec![Job::FireTimer(FireTimer::default()), query("a")],
            vec![timer(), answer("a")],
            None,
        );
    }

    #[test]
    fn what_core_would_refuse_is_refused() {
        check_completion(vec![], vec![timer(), None], Some("command 1"));
        check_completion(vec![query("a")], vec![], Some("left query a unanswered"));
        check_completion(vec![query("a")], vec![answer("b")], Some("query b"));
        check_completion(
            vec![query("a")],
            vec![answer("a"), answer("a")],
            Some("already"),
        );
        check_completion(
            vec![query("a")],
            vec![answer("a"), timer()],
            Some("only queried"),
        );
        let empty = QueryResult {
            query_id: "a".into(),
            variant: None,
        };
        check_completion(
            vec![query("a")],
            vec![Some(Command::RespondToQuery(empty))],
            Some("answer to query a is empty"),
        );
        check_completion(
            vec![],
            vec![Some(Command::UpdateResponse(UpdateResponse::default()))],
            Some("response to update"),
        );
    }
}
