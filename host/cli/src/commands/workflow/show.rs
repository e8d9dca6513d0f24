//! `sundial workflow show`: a workflow's history, event by event.

use std::fmt;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use temporalio_protos::temporal::api::{
    enums::v1::HistoryEventFilterType,
    history::v1::HistoryEvent,
    workflowservice::v1::{
        GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryReverseRequest,
    },
};

use super::event;
use crate::{
    arguments::{Connection, Target},
    client::Client,
    messages,
    printer::{Printer, Table},
    problem::Problem,
};

/// Arguments of `sundial workflow show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    target: Target,
    /// The last event first
    #[arg(long, conflicts_with = "follow")]
    reverse: bool,
    /// Go on until the workflow ends, showing each event as it comes
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// In JSON, what Temporal's tools write and their replayers read.
#[derive(Debug, Serialize)]
struct History {
    events: Vec<Value>,
    #[serde(skip)]
    table: Table,
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table)
    }
}

/// One event while following.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Line {
    json: Value,
    #[serde(skip)]
    text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Show {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        if self.follow {
            return self.follow(client, printer).await;
        }
        let mut events = Vec::new();
        let mut next_page_token = Vec::new();
        loop {
            let (page, token) = match self.reverse {
                false => self.page(client, next_page_token, false).await?,
                true => self.reverse_page(client, next_page_token).await?,
            };
            events.extend(page);
            next_page_token = token;
            if next_page_token.is_empty() {
                break;
            }
        }
        let mut table = Table::new(&["event", "time", "type", "detail"]);
        for event in &events {
            table.row(event::columns(event));
        }
        let events = events
            .iter()
            .map(messages::to_json)
            .collect::<Result<_, _>>()?;
        printer.report(&History { events, table });
        Ok(())
    }

    async fn follow(&self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let mut next_page_token = Vec::new();
        loop {
            let (page, token) = self.page(client, next_page_token, true).await?;
            for event in &page {
                let text = event::columns(event).join("  ");
                printer.report(&Line {
                    json: messages::to_json(event)?,
                    text,
                });
            }
            next_page_token = token;
            if next_page_token.is_empty() {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        client: &Client,
        next_page_token: Vec<u8>,
        wait_new_event: bool,
    ) -> Result<(Vec<HistoryEvent>, Vec<u8>), Problem> {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: client.namespace.clone(),
            execution: Some(self.target.execution()),
            next_page_token,
            wait_new_event,
            history_event_filter_type: HistoryEventFilterType::AllEvent.into(),
            ..GetWorkflowExecutionHistoryRequest::default()
        };
        let page = client
            .workflows()
            .get_workflow_execution_history(request)
            .await;
        let page = page.map_err(|status| client.problem(&status))?.into_inner();
        Ok((
            page.history.unwrap_or_default().events,
            page.next_page_token,
        ))
    }

    async fn reverse_page(
        &self,
        client: &Client,
        next_page_token: Vec<u8>,
    ) -> Result<(Vec<HistoryEvent>, Vec<u8>), Problem> {
        let request = GetWorkflowExecutionHistoryReverseRequest {
            namespace: client.namespace.clone(),
            execution: Some(self.target.execution()),
            next_page_token,
            ..GetWorkflowExecutionHistoryReverseRequest::default()
        };
        let page = client
            .workflows()
            .get_workflow_execution_history_reverse(request)
            .await;
        let page = page.map_err(|status| client.problem(&status))?.into_inner();
        Ok((
            page.history.unwrap_or_default().events,
            page.next_page_token,
        ))
    }
}
