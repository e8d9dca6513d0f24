//! `sundial workflow update`: sends an update and waits until it is accepted or done.

use std::fmt;

use clap::{Args, ValueEnum};
use serde::Serialize;
use temporalio_protos::temporal::api::{
    enums::v1::UpdateWorkflowExecutionLifecycleStage as Stage,
    update::v1::{Input as UpdateInput, Meta, Outcome, Request, WaitPolicy, outcome::Value},
    workflowservice::v1::{PollWorkflowExecutionUpdateRequest, UpdateWorkflowExecutionRequest},
};
use uuid::Uuid;

use super::result::Answer;
use crate::{
    arguments::{Connection, Input, Target},
    client::{Client, identity},
    payload,
    printer::Printer,
    problem::Problem,
    settings::Settings,
};

/// Arguments of `sundial workflow update`.
#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    target: Target,
    /// The update's name
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The update's id: the same one again is the same update [default: a new UUID]
    #[arg(long, value_name = "ID")]
    update_id: Option<String>,
    /// How far to wait
    #[arg(long, value_name = "STAGE", default_value = "completed")]
    wait: Wait,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wait {
    Accepted,
    Completed,
}

#[derive(Debug, Serialize)]
struct Accepted {
    workflow_id: String,
    update_id: String,
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} accepted update {}", self.workflow_id, self.update_id)
    }
}

impl Update {
    pub(crate) async fn run(
        mut self,
        settings: &Settings,
        printer: &Printer,
    ) -> Result<(), Problem> {
        let args = self.input.payloads()?;
        let update_id = self
            .update_id
            .take()
            .unwrap_or_else(|| Uuid::new_v4().to_string());
        let client = Client::connect(settings).await?;
        let request = UpdateWorkflowExecutionRequest {
            namespace: client.namespace.clone(),
            workflow_execution: Some(self.target.execution()),
            wait_policy: Some(self.wait.policy()),
            request: Some(Request {
                meta: Some(Meta {
                    update_id: update_id.clone(),
                    identity: identity(),
                }),
                input: Some(UpdateInput {
                    header: None,
                    name: self.name.clone(),
                    args,
                }),
                ..Request::default()
            }),
            ..UpdateWorkflowExecutionRequest::default()
        };
        match self.outcome(&client, request).await? {
            Some(outcome) => {
                let result = self.result_of(outcome)?;
                printer.report(&Answer {
                    workflow_id: self.target.workflow_id,
                    result,
                });
            }
            None => printer.report(&Accepted {
                workflow_id: self.target.workflow_id,
                update_id,
            }),
        }
        Ok(())
    }

    /// The server answers after some time even if the stage is not reached: then it is asked again.
    async fn outcome(
        &self,
        client: &Client,
        request: UpdateWorkflowExecutionRequest,
    ) -> Result<Option<Outcome>, Problem> {
        let answer = loop {
            let answer = client
                .workflows()
                .update_workflow_execution(request.clone())
                .await;
            let answer = answer
                .map_err(|status| client.problem(&status))?
                .into_inner();
            if answer.stage() >= Stage::Accepted || answer.outcome.is_some() {
                break answer;
            }
        };
        let mut outcome = answer.outcome;
        while outcome.is_none() && self.wait == Wait::Completed {
            let poll = PollWorkflowExecutionUpdateRequest {
                namespace: client.namespace.clone(),
                update_ref: answer.update_ref.clone(),
                identity: identity(),
                wait_policy: Some(self.wait.policy()),
            };
            let polled = client
                .workflows()
                .poll_workflow_execution_update(poll)
                .await;
            outcome = polled
                .map_err(|status| client.problem(&status))?
                .into_inner()
                .outcome;
        }
        Ok(outcome)
    }

    fn result_of(&self, outcome: Outcome) -> Result<serde_json::Value, Problem> {
        match outcome.value {
            Some(Value::Success(payloads)) => Ok(payload::all_to_json(Some(&payloads))),
            Some(Value::Failure(failure)) => Err(Problem::new(format!(
                "update {} of {} was rejected or failed: {}",
                self.name,
                self.target.workflow_id,
                payload::failure_text(&failure)
            ))),
            None => Ok(serde_json::Value::Null),
        }
    }
}

impl Wait {
    fn policy(self) -> WaitPolicy {
        let stage = match self {
            Self::Accepted => Stage::Accepted,
            Self::Completed => Stage::Completed,
        };
        WaitPolicy {
            lifecycle_stage: stage.into(),
        }
    }
}
