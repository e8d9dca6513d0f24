//! `sundial test`: runs a component with mocked activities and skipped time, and prints what it asked for.
//!
//! Nothing is faked but what is mocked: an ephemeral server with a clock that skips, and a worker host with the
//! component, in this process. With --json it is what test tools of other languages build on.

mod bench;
mod drive;
mod failure;
mod follow;
mod mocks;
mod perform;
mod report;
mod timeline;
mod value;
mod visit;
mod workers;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use clap::Args;
use temporalio_protos::temporal::api::{
    common::v1::{Payloads, WorkflowType},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::StartWorkflowExecutionRequest,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use self::{
    bench::Bench,
    drive::{Ending, drive},
    follow::Follower,
    mocks::Mocks,
    report::{Report, Status},
    visit::{Visit, VisitKind},
    workers::MockWorkers,
};
use crate::{
    arguments::Input, client::identity, commands::module::push::module_name, duration,
    printer::Printer, problem::Problem, settings::Settings,
};

/// Longer than this no test should take; a component that is compiled first has its own time.
const LIMIT: Duration = Duration::from_secs(30);

/// Arguments of `sundial test`.
#[derive(Debug, Args)]
#[command(after_help = "\
Mocks:
  --mock charge='{\"receipt\": \"r-1\"}'     the activity returns this
  --mock charge='{\"receipt\": \"r-1\"}@2h'  after two hours of the workflow's time
  --mock charge='!\"no funds\"'            it fails with this message
  --mock charge='!{\"message\": \"no funds\", \"type\": \"Declined\", \"non_retryable\": true}'
                                         also \"details\" and \"next_retry_delay_ms\"
What a local activity takes passes in real time, since its workflow task goes on meanwhile.

The first mock of a name answers the first call, the next one the next, and the last one all that
follow. What is not mocked fails for good, and says which flag to give.

The exit code is 0 if the workflow completed.")]
pub(crate) struct Test {
    /// The component, as `sundial build` makes it
    component: PathBuf,
    /// The workflow's type [default: the only one that the component has]
    #[arg(long, value_name = "TYPE")]
    workflow: Option<String>,
    #[command(flatten)]
    input: Input,
    /// What an activity answers; may be given more than once
    #[arg(long, value_name = "ACTIVITY=JSON", allow_hyphen_values = true)]
    mock: Vec<String>,
    /// What a child on another task queue answers; may be given more than once
    #[arg(long, value_name = "TYPE=JSON", allow_hyphen_values = true)]
    mock_child: Vec<String>,
    /// Send a signal so long after the start; may be given more than once
    #[arg(long, value_name = "NAME[=JSON][@TIME]", allow_hyphen_values = true)]
    signal: Vec<String>,
    /// Send an update so long after the start; may be given more than once
    #[arg(long, value_name = "NAME[=JSON][@TIME]", allow_hyphen_values = true)]
    update: Vec<String>,
    /// Ask a query so long after the start, or at the end; may be given more than once
    #[arg(long, value_name = "NAME[=JSON][@TIME]", allow_hyphen_values = true)]
    query: Vec<String>,
    /// Ask for cancellation so long after the start
    #[arg(long, value_name = "TIME")]
    cancel: Option<String>,
    /// The workflow's id [default: a new UUID]
    #[arg(long, short, value_name = "ID")]
    workflow_id: Option<String>,
    /// The component's task queue [default: the file's name]
    #[arg(long, short, value_name = "NAME")]
    task_queue: Option<String>,
    /// How long the workflow may take, over all its runs, in its own time
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    execution_timeout: Option<prost_wkt_types::Duration>,
    /// How long the test may take, in real time [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    limit: Option<prost_wkt_types::Duration>,
}

impl Test {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let input = self.input.payloads()?;
        let activities = Arc::new(Mocks::read("--mock", &self.mock)?);
        let children = Mocks::read("--mock-child", &self.mock_child)?;
        let visits = self.visits()?;
        let task_queue = match &self.task_queue {
            Some(name) => name.clone(),
            None => module_name(&self.component)?,
        };
        let progress = printer.spinner("compiling");
        let local_activities = workers::local_activities(activities.clone());
        let bench = Bench::start(settings, &self.component, &task_queue, local_activities).await?;
        drop(progress);
        let (task_failures, failures) = mpsc::unbounded_channel();
        let follower = Arc::new(Follower {
            client: bench.client.clone(),
            workers: MockWorkers::new(
                bench.client.clone(),
                bench.clock.clone(),
                activities,
                children,
            ),
            task_queue,
            timeline: Mutex::default(),
            task_failures,
            children: Mutex::default(),
        });
        let request = self.request(&bench, &follower.task_queue, input);
        let tested = Box::pin(async {
            let request = request?;
            let names = (named(&request), request.workflow_id.clone());
            let limit = self.limit.and_then(|limit| limit.try_into().ok());
            let limit = limit.unwrap_or(LIMIT);
            drive(
                follower.clone(),
                failures,
                &bench.clock,
                request,
                &visits,
                limit,
            )
            .await
            .map(|ending| (names, ending))
        })
        .await;
        bench.stop().await;
        let ((workflow, workflow_id), ending) = tested?;
        let report = report(workflow, workflow_id, ending, &follower);
        printer.report(&report);
        report.problem().map_or(Ok(()), Err)
    }

    fn request(
        &self,
        bench: &Bench,
        task_queue: &str,
        input: Option<Payloads>,
    ) -> Result<StartWorkflowExecutionRequest, Problem> {
        let workflow_type = bench.workflow_type(self.workflow.as_deref())?;
        Ok(StartWorkflowExecutionRequest {
            namespace: bench.client.namespace.clone(),
            workflow_id: self
                .workflow_id
                .clone()
                .unwrap_or_else(|| Uuid::new_v4().to_string()),
            workflow_type: Some(WorkflowType {
                name: workflow_type,
            }),
            task_queue: Some(TaskQueue {
                name: task_queue.to_owned(),
                ..Default::default()
            }),
            input,
            workflow_execution_timeout: self.execution_timeout,
            identity: identity(),
            request_id: Uuid::new_v4().to_string(),
            ..Default::default()
        })
    }

    fn visits(&self) -> Result<Vec<Visit>, Problem> {
        let mut visits = Vec::new();
        for (kind, texts) in [
            (VisitKind::Signal, &self.signal),
            (VisitKind::Update, &self.update),
            (VisitKind::Query, &self.query),
        ] {
            for text in texts {
                visits.push(Visit::read(kind, text)?);
            }
        }
        if let Some(text) = &self.cancel {
            visits.push(Visit::cancellation(text)?);
        }
        Ok(visits)
    }
}

fn named(request: &StartWorkflowExecutionRequest) -> String {
    let workflow_type = request.workflow_type.as_ref();
    workflow_type
        .map(|named| named.name.clone())
        .unwrap_or_default()
}

fn report(workflow: String, workflow_id: String, ending: Ending, follower: &Follower) -> Report {
    let timeline = std::mem::take(
        &mut *follower
            .timeline
            .lock()
            .unwrap_or_else(PoisonError::into_inner),
    );
    let mut missing_mocks = follower.workers.activities.missing();
    missing_mocks.extend(follower.workers.children.missing());
    let (result, failure) = match ending.status {
        Status::Completed => (Some(ending.value), None),
        Status::Failed | Status::TaskFailed => (None, Some(ending.value)),
        Status::Cancelled | Status::TimedOut | Status::Terminated | Status::Waiting => (None, None),
    };
    Report {
        workflow,
        workflow_id,
        status: ending.status,
        result,
        failure,
        took_ms: ending.took_ms,
        commands: timeline.into_entries(),
        visits: ending.visited,
        missing_mocks,
    }
}
