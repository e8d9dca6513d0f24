//! `sundial workflow signal`: sends a signal; it is durable once this returns.

use std::fmt;

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::SignalWorkflowExecutionRequest;
use uuid::Uuid;

use crate::{
    arguments::{Connection, Input, Target},
    client::{Client, identity},
    printer::Printer,
    problem::Problem,
    settings::Settings,
};

/// Arguments of `sundial workflow signal`.
#[derive(Debug, Args)]
pub(crate) struct Signal {
    #[command(flatten)]
    target: Target,
    /// The signal's name
    #[arg(long, value_name = "NAME")]
    name: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Signaled {
    workflow_id: String,
    signal: String,
}

impl fmt::Display for Signaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sent {} to {}", self.signal, self.workflow_id)
    }
}

impl Signal {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let input = self.input.payloads()?;
        let client = Client::connect(settings).await?;
        let request = SignalWorkflowExecutionRequest {
            namespace: client.namespace.clone(),
            workflow_execution: Some(self.target.execution()),
            signal_name: self.name.clone(),
            input,
            identity: identity(),
            request_id: Uuid::new_v4().to_string(),
            ..SignalWorkflowExecutionRequest::default()
        };
        client
            .workflows()
            .signal_workflow_execution(request)
            .await
            .map_err(|status| client.problem(&status))?;
        printer.report(&Signaled {
            workflow_id: self.target.workflow_id,
            signal: self.name,
        });
        Ok(())
    }
}
