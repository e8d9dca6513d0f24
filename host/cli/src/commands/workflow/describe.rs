//! `sundial workflow describe`: where a workflow stands, and what it waits for.

use std::fmt;

use clap::Args;
use serde::{Serialize, Serializer};
use serde_json::Value;
use temporalio_protos::temporal::api::{
    workflow::v1::{PendingActivityInfo, WorkflowExecutionInfo},
    workflowservice::v1::{DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse},
};

use super::{pascal_case, status_name};
use crate::{
    arguments::{Connection, Target},
    client::Client,
    messages, payload,
    printer::Printer,
    problem::Problem,
};

/// Arguments of `sundial workflow describe`.
#[derive(Debug, Args)]
pub(crate) struct Describe {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    pub(super) connection: Connection,
}

struct Description {
    json: Value,
    answer: DescribeWorkflowExecutionResponse,
}

impl Serialize for Description {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(info) = &self.answer.workflow_execution_info {
            write_info(f, info)?;
        }
        if let Some(task) = &self.answer.pending_workflow_task {
            let state = pascal_case(
                task.state()
                    .as_str_name()
                    .trim_start_matches("PENDING_WORKFLOW_TASK_STATE_"),
            );
            writeln!(f, "  workflow task  {state}, attempt {}", task.attempt)?;
        }
        for activity in &self.answer.pending_activities {
            write_activity(f, activity)?;
        }
        for child in &self.answer.pending_children {
            writeln!(
                f,
                "  child          {} ({})",
                child.workflow_id, child.workflow_type_name
            )?;
        }
        Ok(())
    }
}

impl Describe {
    pub(crate) async fn run(self, client: &Client, printer: &Printer) -> Result<(), Problem> {
        let request = DescribeWorkflowExecutionRequest {
            namespace: client.namespace.clone(),
            execution: Some(self.target.execution()),
        };
        let answer = client
            .workflows()
            .describe_workflow_execution(request)
            .await;
        let answer = answer
            .map_err(|status| client.problem(&status))?
            .into_inner();
        printer.report(&Description {
            json: messages::to_json(&answer)?,
            answer,
        });
        Ok(())
    }
}

fn write_info(f: &mut fmt::Formatter<'_>, info: &WorkflowExecutionInfo) -> fmt::Result {
    let execution = info.execution.clone().unwrap_or_default();
    writeln!(f, "{}", execution.workflow_id)?;
    writeln!(f, "  run            {}", execution.run_id)?;
    writeln!(
        f,
        "  type           {}",
        info.r#type
            .as_ref()
            .map(|kind| kind.name.as_str())
            .unwrap_or_default()
    )?;
    writeln!(f, "  status         {}", status_name(info.status()))?;
    writeln!(f, "  task queue     {}", info.task_queue)?;
    if let Some(version) = info
        .versioning_info
        .as_ref()
        .and_then(|info| info.deployment_version.as_ref())
    {
        writeln!(
            f,
            "  version        {} {}",
            version.deployment_name, version.build_id
        )?;
    }
    for (name, time) in [("started", info.start_time), ("closed", info.close_time)] {
        if let Some(time) = time {
            writeln!(f, "  {name:<13}  {time}")?;
        }
    }
    writeln!(
        f,
        "  history        {} events, {} bytes",
        info.history_length, info.history_size_bytes
    )?;
    let memo = info
        .memo
        .iter()
        .flat_map(|memo| &memo.fields)
        .map(|field| ("memo", field));
    let attributes = info
        .search_attributes
        .iter()
        .flat_map(|all| &all.indexed_fields)
        .map(|field| ("attribute", field));
    memo.chain(attributes)
        .try_for_each(|(kind, (name, value))| {
            writeln!(f, "  {kind:<13}  {name} = {}", payload::to_json(value))
        })
}

fn write_activity(f: &mut fmt::Formatter<'_>, activity: &PendingActivityInfo) -> fmt::Result {
    let kind = activity
        .activity_type
        .as_ref()
        .map(|kind| kind.name.as_str())
        .unwrap_or_default();
    let state = pascal_case(
        activity
            .state()
            .as_str_name()
            .trim_start_matches("PENDING_ACTIVITY_STATE_"),
    );
    writeln!(
        f,
        "  activity       {kind} ({}): {state}, attempt {}",
        activity.activity_id, activity.attempt
    )?;
    match &activity.last_failure {
        Some(failure) => writeln!(
            f,
            "                 last failure: {}",
            payload::failure_text(failure)
        ),
        None => Ok(()),
    }
}
