//! `sundial workflow cancel`: asks a workflow to end. It may still clean up, or go on.

use std::fmt;

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::RequestCancelWorkflowExecutionRequest;
use uuid::Uuid;

use crate::{
    arguments::{Connection, Target},
    client::{Client, identity},
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial workflow cancel`.
#[derive(Debug, Args)]
pub(crate) struct Cancel {
    #[command(flatten)]
    target: Target,
    /// Why; the workflow can read it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct CancelRequested {
    workflow_id: String,
}

impl fmt::Display for CancelRequested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "asked {} to end", self.workflow_id)
    }
}

impl Cancel {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let request = RequestCancelWorkflowExecutionRequest {
            namespace: client.namespace.clone(),
            workflow_execution: Some(self.target.execution()),
            identity: identity(),
            request_id: Uuid::new_v4().to_string(),
            reason: self.reason.unwrap_or_default(),
            ..RequestCancelWorkflowExecutionRequest::default()
        };
        let answer = client
            .workflows()
            .request_cancel_workflow_execution(request)
            .await;
        answer.map_err(|status| client.problem(&status))?;
        printer.report(&CancelRequested {
            workflow_id: self.target.workflow_id,
        });
        Ok(())
    }
}
