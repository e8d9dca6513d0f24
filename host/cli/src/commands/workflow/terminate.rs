//! `sundial workflow terminate`: ends a workflow at once. Its code learns nothing of it.

use std::fmt;

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::TerminateWorkflowExecutionRequest;

use crate::{
    arguments::{Connection, Target},
    client::{Client, identity},
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial workflow terminate`.
#[derive(Debug, Args)]
pub(crate) struct Terminate {
    #[command(flatten)]
    target: Target,
    /// Why; it is kept in the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Terminated {
    workflow_id: String,
}

impl fmt::Display for Terminated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "terminated {}", self.workflow_id)
    }
}

impl Terminate {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let request = TerminateWorkflowExecutionRequest {
            namespace: client.namespace.clone(),
            workflow_execution: Some(self.target.execution()),
            reason: self
                .reason
                .unwrap_or_else(|| "terminated with the command line".to_owned()),
            identity: identity(),
            ..TerminateWorkflowExecutionRequest::default()
        };
        let answer = client
            .workflows()
            .terminate_workflow_execution(request)
            .await;
        answer.map_err(|status| client.problem(&status))?;
        printer.report(&Terminated {
            workflow_id: self.target.workflow_id,
        });
        Ok(())
    }
}
