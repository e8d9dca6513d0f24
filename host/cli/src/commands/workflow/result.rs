//! `sundial workflow result`: waits for a workflow to end, over all its runs, and shows what it returned.

use std::fmt;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution,
    enums::v1::HistoryEventFilterType,
    history::v1::{HistoryEvent, history_event::Attributes},
    workflowservice::v1::GetWorkflowExecutionHistoryRequest,
};

use crate::{
    arguments::{Connection, Target},
    client::Client,
    payload,
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial workflow result`.
#[derive(Debug, Args)]
pub(crate) struct Await {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// What a workflow returned or answered. As text, it is the value alone.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    pub(super) workflow_id: String,
    pub(super) result: Value,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.result)
    }
}

/// How a run ended.
#[derive(Debug)]
enum End {
    Returned(Value),
    ContinuesAs { run_id: String },
    Failed(Problem),
}

impl Await {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        report(client, printer, self.target.execution()).await
    }
}

/// Waits for the end of the workflow, then prints its result or fails with its failure.
pub(super) async fn report(
    client: &Client,
    printer: &Printer,
    mut execution: WorkflowExecution,
) -> Result<(), Problem> {
    let progress = printer.spinner(&format!("waiting for {}", execution.workflow_id));
    let result = loop {
        let event = close_event(client, &execution).await?;
        match end(&execution.workflow_id, event.attributes.as_ref()) {
            End::Returned(result) => break result,
            End::ContinuesAs { run_id } => execution.run_id = run_id,
            End::Failed(problem) => return Err(problem),
        }
    };
    drop(progress);
    printer.report(&Answer {
        workflow_id: execution.workflow_id,
        result,
    });
    Ok(())
}

/// The last event of a run; waits for it as long as it takes.
async fn close_event(
    client: &Client,
    execution: &WorkflowExecution,
) -> Result<HistoryEvent, Problem> {
    let mut next_page_token = Vec::new();
    loop {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: client.namespace.clone(),
            execution: Some(execution.clone()),
            next_page_token,
            wait_new_event: true,
            history_event_filter_type: HistoryEventFilterType::CloseEvent.into(),
            ..GetWorkflowExecutionHistoryRequest::default()
        };
        let page = client
            .workflows()
            .get_workflow_execution_history(request)
            .await;
        let page = page.map_err(|status| client.problem(&status))?.into_inner();
        if let Some(event) = page
            .history
            .and_then(|history| history.events.into_iter().next_back())
        {
            return Ok(event);
        }
        next_page_token = page.next_page_token;
    }
}

fn end(workflow_id: &str, attributes: Option<&Attributes>) -> End {
    use Attributes as A;
    let failed = |what: String| End::Failed(Problem::new(format!("workflow {workflow_id} {what}")));
    let unless_continued = |run_id: &str, end: End| match run_id.is_empty() {
        true => end,
        false => End::ContinuesAs {
            run_id: run_id.to_owned(),
        },
    };
    match attributes {
        Some(A::WorkflowExecutionCompletedEventAttributes(a)) => unless_continued(
            &a.new_execution_run_id,
            End::Returned(payload::all_to_json(a.result.as_ref())),
        ),
        Some(A::WorkflowExecutionFailedEventAttributes(a)) => {
            let why = a
                .failure
                .as_ref()
                .map(payload::failure_text)
                .unwrap_or_default();
            unless_continued(&a.new_execution_run_id, failed(format!("failed: {why}")))
        }
        Some(A::WorkflowExecutionTimedOutEventAttributes(a)) => {
            unless_continued(&a.new_execution_run_id, failed("timed out".to_owned()))
        }
        Some(A::WorkflowExecutionContinuedAsNewEventAttributes(a)) => End::ContinuesAs {
            run_id: a.new_execution_run_id.clone(),
        },
        Some(A::WorkflowExecutionCanceledEventAttributes(_)) => failed("was cancelled".to_owned()),
        Some(A::WorkflowExecutionTerminatedEventAttributes(a)) => {
            failed(format!("was terminated: {}", a.reason))
        }
        _ => failed("ended in a way that this version does not know".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::{
        failure::v1::Failure,
        history::v1::{
            WorkflowExecutionCompletedEventAttributes, WorkflowExecutionFailedEventAttributes,
        },
    };

    use super::*;

    #[test]
    fn a_run_that_is_followed_by_another_is_not_the_end() {
        let attributes = WorkflowExecutionCompletedEventAttributes {
            new_execution_run_id: "next".into(),
            ..Default::default()
        };
        let end = end(
            "w",
            Some(&Attributes::WorkflowExecutionCompletedEventAttributes(
                attributes,
            )),
        );
        assert!(matches!(end, End::ContinuesAs { run_id } if run_id == "next"));
    }

    #[test]
    fn a_failure_is_told_with_the_workflow_s_id() {
        let attributes = WorkflowExecutionFailedEventAttributes {
            failure: Some(Failure {
                message: "no money".into(),
                ..Failure::default()
            }),
            ..Default::default()
        };
        let end = end(
            "w",
            Some(&Attributes::WorkflowExecutionFailedEventAttributes(
                attributes,
            )),
        );
        assert!(
            matches!(end, End::Failed(problem) if problem.what == "workflow w failed: no money")
        );
    }
}
