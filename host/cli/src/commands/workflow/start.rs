//! `sundial workflow start`: starts a workflow and, if asked, waits for its result.

use std::fmt;

use clap::{Args, ValueEnum};
use prost_wkt_types::Duration;
use serde::Serialize;
use temporalio_protos::temporal::api::{
    common::v1::{Memo, SearchAttributes, WorkflowExecution, WorkflowType},
    enums::v1::{WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::StartWorkflowExecutionRequest,
};
use uuid::Uuid;

use super::result;
use crate::{
    arguments::{Connection, Input},
    client::{Client, identity},
    duration, payload,
    printer::Printer,
    problem::Problem,
    settings::Settings,
};

/// Arguments of `sundial workflow start`.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// The workflow's type
    #[arg(long = "type", value_name = "NAME")]
    workflow_type: String,
    /// The task queue that its module or worker polls
    #[arg(long, short, value_name = "NAME")]
    task_queue: String,
    /// The workflow's id [default: a new UUID]
    #[arg(long, short, value_name = "ID")]
    workflow_id: Option<String>,
    #[command(flatten)]
    input: Input,
    /// Wait for the workflow to end and show its result
    #[arg(long)]
    wait: bool,
    /// How long the workflow may take, over all its runs
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    execution_timeout: Option<Duration>,
    /// How long one run may take
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    run_timeout: Option<Duration>,
    /// How long one workflow task may take
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    task_timeout: Option<Duration>,
    /// How long to wait before the first workflow task
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    start_delay: Option<Duration>,
    /// Whether the id of a closed workflow may be used again
    #[arg(long, value_name = "POLICY")]
    id_reuse_policy: Option<ReusePolicy>,
    /// What to do if a workflow with this id is running
    #[arg(long, value_name = "POLICY")]
    id_conflict_policy: Option<ConflictPolicy>,
    /// A memo; may be given more than once
    #[arg(long, value_name = "NAME=JSON")]
    memo: Vec<String>,
    /// A search attribute; may be given more than once
    #[arg(long, value_name = "NAME=JSON")]
    search_attribute: Vec<String>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReusePolicy {
    AllowDuplicate,
    AllowDuplicateFailedOnly,
    RejectDuplicate,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ConflictPolicy {
    Fail,
    UseExisting,
    TerminateExisting,
}

#[derive(Debug, Serialize)]
struct Started {
    workflow_id: String,
    run_id: String,
    started: bool,
}

impl fmt::Display for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.started {
            "started"
        } else {
            "already running:"
        };
        writeln!(f, "{verb} {} (run {})", self.workflow_id, self.run_id)
    }
}

impl Start {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let wait = self.wait;
        let request = self.request(settings.namespace.value.clone())?;
        let workflow_id = request.workflow_id.clone();
        let client = Client::connect(settings).await?;
        let answer = client.workflows().start_workflow_execution(request).await;
        let answer = answer
            .map_err(|status| client.problem(&status))?
            .into_inner();
        let execution = WorkflowExecution {
            workflow_id,
            run_id: answer.run_id,
        };
        if wait {
            printer.note(format!(
                "started {} (run {})",
                execution.workflow_id, execution.run_id
            ));
            return result::report(&client, printer, execution).await;
        }
        printer.report(&Started {
            workflow_id: execution.workflow_id,
            run_id: execution.run_id,
            started: answer.started,
        });
        Ok(())
    }

    fn request(self, namespace: String) -> Result<StartWorkflowExecutionRequest, Problem> {
        let memo = payload::from_pairs("--memo", &self.memo)?;
        let attributes = payload::from_pairs("--search-attribute", &self.search_attribute)?;
        let reuse = self
            .id_reuse_policy
            .map(WorkflowIdReusePolicy::from)
            .unwrap_or_default();
        let conflict = self
            .id_conflict_policy
            .map(WorkflowIdConflictPolicy::from)
            .unwrap_or_default();
        Ok(StartWorkflowExecutionRequest {
            namespace,
            workflow_id: self
                .workflow_id
                .unwrap_or_else(|| Uuid::new_v4().to_string()),
            workflow_type: Some(WorkflowType {
                name: self.workflow_type,
            }),
            task_queue: Some(TaskQueue {
                name: self.task_queue,
                ..TaskQueue::default()
            }),
            input: self.input.payloads()?,
            workflow_execution_timeout: self.execution_timeout,
            workflow_run_timeout: self.run_timeout,
            workflow_task_timeout: self.task_timeout,
            workflow_start_delay: self.start_delay,
            identity: identity(),
            request_id: Uuid::new_v4().to_string(),
            workflow_id_reuse_policy: reuse.into(),
            workflow_id_conflict_policy: conflict.into(),
            memo: (!memo.is_empty()).then_some(Memo { fields: memo }),
            search_attributes: (!attributes.is_empty()).then_some(SearchAttributes {
                indexed_fields: attributes,
            }),
            ..StartWorkflowExecutionRequest::default()
        })
    }
}

impl From<ReusePolicy> for WorkflowIdReusePolicy {
    fn from(policy: ReusePolicy) -> Self {
        match policy {
            ReusePolicy::AllowDuplicate => Self::AllowDuplicate,
            ReusePolicy::AllowDuplicateFailedOnly => Self::AllowDuplicateFailedOnly,
            ReusePolicy::RejectDuplicate => Self::RejectDuplicate,
        }
    }
}

impl From<ConflictPolicy> for WorkflowIdConflictPolicy {
    fn from(policy: ConflictPolicy) -> Self {
        match policy {
            ConflictPolicy::Fail => Self::Fail,
            ConflictPolicy::UseExisting => Self::UseExisting,
            ConflictPolicy::TerminateExisting => Self::TerminateExisting,
        }
    }
}
