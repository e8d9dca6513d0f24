//! `sundial workflow list`: workflows of a namespace, the latest first.

use std::fmt;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use temporalio_protos::temporal::api::{
    workflow::v1::WorkflowExecutionInfo, workflowservice::v1::ListWorkflowExecutionsRequest,
};

use super::status_name;
use crate::{
    arguments::Connection,
    client::Client,
    messages,
    printer::{Printer, Table},
    problem::Problem,
};

/// More than this one page does not bring, so as not to wait long for the first.
const PAGE_SIZE: usize = 200;

/// Arguments of `sundial workflow list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Which ones, such as `ExecutionStatus = 'Running' AND WorkflowType = 'Order'`
    #[arg(long, short, value_name = "QUERY")]
    query: Option<String>,
    /// How many at most
    #[arg(long, short, value_name = "COUNT", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Listing {
    executions: Vec<Value>,
    #[serde(skip)]
    infos: Vec<WorkflowExecutionInfo>,
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["status", "workflow id", "type", "started"]);
        for info in &self.infos {
            table.row([
                status_name(info.status()),
                info.execution
                    .as_ref()
                    .map(|execution| execution.workflow_id.clone())
                    .unwrap_or_default(),
                info.r#type
                    .as_ref()
                    .map(|kind| kind.name.clone())
                    .unwrap_or_default(),
                info.start_time
                    .map(|time| time.to_string())
                    .unwrap_or_default(),
            ]);
        }
        write!(f, "{table}")
    }
}

impl List {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let mut infos: Vec<WorkflowExecutionInfo> = Vec::new();
        let mut next_page_token = Vec::new();
        while infos.len() < self.limit {
            let page_size = (self.limit - infos.len()).min(PAGE_SIZE);
            let request = ListWorkflowExecutionsRequest {
                namespace: client.namespace.clone(),
                page_size: i32::try_from(page_size).unwrap_or(i32::MAX),
                next_page_token,
                query: self.query.clone().unwrap_or_default(),
            };
            let page = client.workflows().list_workflow_executions(request).await;
            let page = page.map_err(|status| client.problem(&status))?.into_inner();
            infos.extend(page.executions);
            next_page_token = page.next_page_token;
            if next_page_token.is_empty() {
                break;
            }
        }
        if infos.len() >= self.limit && !next_page_token.is_empty() {
            printer.note(format!(
                "there are more than {}: --limit shows more, --query finds some",
                self.limit
            ));
        }
        let executions = infos
            .iter()
            .map(messages::to_json)
            .collect::<Result<_, _>>()?;
        printer.report(&Listing { executions, infos });
        Ok(())
    }
}
