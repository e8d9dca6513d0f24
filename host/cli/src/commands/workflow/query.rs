//! `sundial workflow query`: asks a workflow something. It changes nothing, and a closed workflow answers too.

use clap::Args;
use temporalio_protos::temporal::api::{
    query::v1::WorkflowQuery, workflowservice::v1::QueryWorkflowRequest,
};

use super::result::Answer;
use crate::{
    arguments::{Connection, Input, Target},
    client::Client,
    payload,
    printer::Printer,
    problem::Problem,
    settings::Settings,
};

/// Arguments of `sundial workflow query`.
#[derive(Debug, Args)]
pub(crate) struct Query {
    #[command(flatten)]
    target: Target,
    /// The query's name
    #[arg(long, value_name = "NAME", visible_alias = "type")]
    name: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl Query {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let query = WorkflowQuery {
            query_type: self.name,
            query_args: self.input.payloads()?,
            header: None,
        };
        let client = Client::connect(settings).await?;
        let request = QueryWorkflowRequest {
            namespace: client.namespace.clone(),
            execution: Some(self.target.execution()),
            query: Some(query),
            ..QueryWorkflowRequest::default()
        };
        let answer = client.workflows().query_workflow(request).await;
        let answer = answer
            .map_err(|status| client.problem(&status))?
            .into_inner();
        printer.report(&Answer {
            workflow_id: self.target.workflow_id,
            result: payload::all_to_json(answer.query_result.as_ref()),
        });
        Ok(())
    }
}
