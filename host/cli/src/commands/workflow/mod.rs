//! `sundial workflow`: workflow executions of any server that speaks Temporal's API.

mod cancel;
mod describe;
mod event;
mod list;
mod query;
mod result;
mod show;
mod signal;
mod start;
mod terminate;
mod update;

use clap::Subcommand;
use temporalio_protos::temporal::api::enums::v1::WorkflowExecutionStatus;

use crate::{
    arguments::Connection, client::Client, printer::Printer, problem::Problem, settings::Settings,
};

/// Verbs of `sundial workflow`.
#[derive(Debug, Subcommand)]
pub(crate) enum Workflow {
    /// Start a workflow
    Start(start::Start),
    /// Show workflows, the latest first
    List(list::List),
    /// Show where a workflow stands
    Describe(describe::Describe),
    /// Show a workflow's history
    Show(show::Show),
    /// Send a signal to a workflow
    Signal(signal::Signal),
    /// Ask a workflow something
    Query(query::Query),
    /// Send an update to a workflow and wait for its answer
    Update(update::Update),
    /// Ask a workflow to end
    Cancel(cancel::Cancel),
    /// End a workflow at once
    Terminate(terminate::Terminate),
    /// Wait for a workflow to end and show its result
    Result(result::Await),
}

impl Workflow {
    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Start(start) => &start.connection,
            Self::List(list) => &list.connection,
            Self::Describe(describe) => &describe.connection,
            Self::Show(show) => &show.connection,
            Self::Signal(signal) => &signal.connection,
            Self::Query(query) => &query.connection,
            Self::Update(update) => &update.connection,
            Self::Cancel(cancel) => &cancel.connection,
            Self::Terminate(terminate) => &terminate.connection,
            Self::Result(result) => &result.connection,
        }
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        match self {
            // What can be wrong with the input is told before a server that isn't there.
            Self::Start(start) => start.run(settings, printer).await,
            Self::Signal(signal) => signal.run(settings, printer).await,
            Self::Query(query) => query.run(settings, printer).await,
            Self::Update(update) => update.run(settings, printer).await,
            Self::List(list) => list.run(&Client::connect(settings).await?, printer).await,
            Self::Describe(describe) => {
                describe
                    .run(&Client::connect(settings).await?, printer)
                    .await
            }
            Self::Show(show) => show.run(&Client::connect(settings).await?, printer).await,
            Self::Cancel(cancel) => cancel.run(&Client::connect(settings).await?, printer).await,
            Self::Terminate(terminate) => {
                terminate
                    .run(&Client::connect(settings).await?, printer)
                    .await
            }
            Self::Result(result) => result.run(&Client::connect(settings).await?, printer).await,
        }
    }
}

/// `WORKFLOW_EXECUTION_STATUS_TIMED_OUT` becomes `TimedOut`, as everywhere in Temporal's tools.
fn status_name(status: WorkflowExecutionStatus) -> String {
    pascal_case(
        status
            .as_str_name()
            .trim_start_matches("WORKFLOW_EXECUTION_STATUS_"),
    )
}

fn pascal_case(shouted: &str) -> String {
    shouted
        .split('_')
        .map(|word| match word.chars().next() {
            Some(first) => format!("{first}{}", word[first.len_utf8()..].to_ascii_lowercase()),
            None => String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_named_as_temporal_s_tools_name_them() {
        assert_eq!(
            status_name(WorkflowExecutionStatus::ContinuedAsNew),
            "ContinuedAsNew"
        );
        assert_eq!(status_name(WorkflowExecutionStatus::Running), "Running");
    }
}
